"""One-time codes: asked for after the identity facts or to sign a paper, made when sent, and typed within minutes.

A code is for one thing: the page, or the one paper it was asked for.
A code in plain is nowhere but in the memory of the worker that sends it and on the customer's phone.
"""

import hmac
from collections.abc import Collection
from datetime import datetime

from collections_app.domain import access
from collections_app.domain.access import FOR_ENTRY, CodeFor
from collections_app.models import AccessLink, Customer, OneTimeCode
from collections_app.models.fields import token as keyed
from collections_app.services.errors import RefusedError


def ask_within(*, customer: Customer, link: AccessLink, now: datetime, use: CodeFor = FOR_ENTRY) -> OneTimeCode:
    """Begin a new code for a proven holder of a link, in place of the one before; the caller has locked the record.

    Asked for again at once for the same thing, it is the code that is on its way. Raise RefusedError when too many
    were asked for lately.
    """
    same = live(link=link, now=now, use=use)
    if same is not None and now < same.asked_at + access.CODE_AGAIN_AFTER:
        return same
    lately = OneTimeCode.objects.filter(customer=customer, asked_at__gt=now - access.CODES_WITHIN)
    if lately.count() >= access.MOST_CODES:
        raise RefusedError("too_many_codes")
    OneTimeCode.objects.filter(link=link, ended_at__isnull=True).update(ended_at=now)
    return OneTimeCode.objects.create(
        customer=customer, link=link, purpose=use.purpose, paper_sha256=use.sha256, asked_at=now
    )


def mint_many_within(*, code_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Make the codes that are sent now and return each in plain, the only time; one that has ended gets none."""
    made = {}
    for row in OneTimeCode.objects.filter(pk__in=code_ids, ended_at__isnull=True):
        code = access.new_one_time_code()
        row.code_hash, row.sent_at = _digest(row.pk, code), now
        row.save(update_fields=["code_hash", "sent_at"])
        made[row.pk] = code
    return made


def live(*, link: AccessLink | None, now: datetime, use: CodeFor = FOR_ENTRY) -> OneTimeCode | None:
    """Return the code of a link that was asked for to that end and may still be typed, or None; one query always."""
    found = OneTimeCode.objects.filter(
        link=link.pk if link else 0, purpose=use.purpose, paper_sha256=use.sha256, ended_at__isnull=True
    ).first()
    if found is None or now >= (found.sent_at or found.asked_at) + access.ONE_TIME_CODE_LIVES:
        return None
    return found


def use_within(*, link: AccessLink | None, typed: str, dead: bool, now: datetime, use: CodeFor = FOR_ENTRY) -> bool:
    """Return whether what was typed is the code of a link for that use, and end it when it is, or was tried too often.

    The caller has locked the record and the link. Of a ``dead`` link, or of none, nothing is right and nothing
    changes, by the same queries.
    """
    row = live(link=link, now=now, use=use)
    expected = row.code_hash if row and not dead else ""
    right = hmac.compare_digest(expected, _digest(row.pk if row else 0, access.digits_typed(typed))) and bool(expected)
    failures = (row.failures if row else 0) + (not right)
    ended_at = now if right or failures >= access.MOST_FAILURES else None
    OneTimeCode.objects.filter(pk=row.pk if row and not dead else 0).update(failures=failures, ended_at=ended_at)
    return right


def _digest(code_id: int, code: str) -> str:
    """Return what is kept of a code: keyed, and of this row alone."""
    return keyed(f"{code_id}:{code}", space="access.one_time")
