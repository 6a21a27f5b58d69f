"""Codes to sign with: asked for by a proven customer for one paper, sent to their number, typed on their own page.

Whoever signs, and whatever: the code is of that paper alone.
"""

from datetime import datetime

from django.db import transaction

from collections_app.domain import access as limits
from collections_app.domain.access import CodeFor, Refusal
from collections_app.models import AccessLink, AccessSession, Customer, OneTimeCode
from collections_app.selectors import access as selectors
from collections_app.services import access, one_time_codes, tries
from collections_app.services.errors import RefusedError

# The purpose of a link that is never sent: it only holds the code of who came by the app and signs.
SIGNING = "signing"


def ask_within(*, customer: Customer, session: AccessSession, use: CodeFor, now: datetime) -> OneTimeCode:
    """Begin a code that signs one paper and nothing else; the caller has locked the record and sends it afterwards.

    Raise RefusedError when too many were asked for lately, and another one when so much was typed wrong in a day;
    SessionEndedError when they are out by now.
    """
    access.check_open_within(session=session)
    if refused := stop_of(customer=customer, now=now):
        raise refused
    return one_time_codes.ask_within(customer=customer, link=_link_of(customer, session, now), now=now, use=use)


def use_within(
    *, customer: Customer, session: AccessSession, use: CodeFor, typed: str, address: str | None, now: datetime
) -> OneTimeCode | None:
    """Return the code somebody typed rightly for this very paper and use it up, or None and log the try.

    The caller has locked the record. A wrong one counts as a wrong answer at the way in does. Whether another try is
    worth anything, ``stop_of`` says.
    """
    access.check_open_within(session=session)
    link = AccessLink.objects.select_for_update().get(pk=_link_of(customer, session, now).pk)
    stopped = stop_of(customer=customer, now=now) is not None
    found = one_time_codes.live(link=link, now=now, use=use)
    if one_time_codes.use_within(link=link, typed=typed, dead=stopped, now=now, use=use):
        return found
    tries.log(link=link, reason=Refusal.CUSTOMER_LIMIT if stopped else Refusal.WRONG_CODE, address=address, now=now)
    transaction.on_commit(lambda: tries.count(address))
    return None


def stop_of(*, customer: Customer, now: datetime) -> RefusedError | None:
    """Return the refusal of a customer of whom there were so many wrong answers in 24 hours that a colleague has to
    look at it, with the hotline to call; None while another try may be right.
    """
    wrong = selectors.wrong_of_customer(customer_id=customer.pk, since=now - limits.CUSTOMER_WINDOW)
    if wrong < limits.CUSTOMER_MOST_WRONG:
        return None
    hotlines = Customer.objects.filter(pk=customer.pk).values_list("branch__institution__hotline", flat=True)
    return RefusedError("too_many_wrong_codes", hotline=hotlines[0])


def _link_of(customer: Customer, session: AccessSession, now: datetime) -> AccessLink:
    """Return what a code to sign with belongs to: the session's link; for who came by the app, one nobody holds."""
    if session.link is not None:
        return session.link
    found = AccessLink.objects.filter(customer=customer, purpose=SIGNING, revoked_at__isnull=True, expires_at__gt=now)
    link = found.first()
    if link is None:
        access.mint_within(customer=customer, now=now, purpose=SIGNING)
        link = AccessLink.objects.get(customer=customer, purpose=SIGNING, revoked_at__isnull=True)
    return link
