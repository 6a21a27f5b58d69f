"""The customer's way in: making links and codes, proving a person, sessions.

Nothing here tells the outside why a try was refused: the log does (AccessAttempt). Reading a link changes
nothing, because scanners and previews of messages fetch every link they see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import caches
from django.db import transaction
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

from collections_app.domain import access
from collections_app.domain.access import Refusal
from collections_app.models import AccessAttempt, AccessLink, AccessSession, ContactPoint, Customer
from collections_app.selectors import access as selectors
from collections_app.services import contact_points, derivation, records
from collections_app.services.errors import RefusedError

# The one that raises while Redis is away: the log in the database is asked then.
cache = ConnectionProxy(caches, "counters")


class AccessRefusedError(RefusedError):
    """The link, the code or the proof does not open a page. The same for every reason, on purpose."""

    def __init__(self) -> None:
        super().__init__("access_refused")


class TooManyTriesError(RefusedError):
    """Too many tries from one network address were refused lately."""

    def __init__(self, *, until: datetime) -> None:
        super().__init__("access_too_many", until=until)


@dataclass(frozen=True, slots=True)
class Minted:
    """A fresh way in, in plain: the only moment it can be read. ``code`` is as people read it."""

    token: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A proven session: its secret, in plain for the only time, and whose it is."""

    secret: str
    customer: Customer
    expires_at: datetime


def mint_within(*, customer: Customer, now: datetime, purpose: str = "repayment") -> Minted:
    """Return a fresh link and code for a customer whose row the caller has locked; the older one ends."""
    return mint_many_within(customers=[customer], now=now, purpose=purpose)[customer.pk]


def mint_many_within(
    *,
    customers: Sequence[Customer],
    now: datetime,
    purpose: str = "repayment",
    sent_to: Mapping[int, ContactPoint] | None = None,
) -> dict[int, Minted]:
    """Return fresh links and codes by customer id, in a few queries however many.

    The caller has locked the customers' rows. Their older links of this purpose end. ``sent_to`` names by
    customer id the number each goes to, and to nobody else.
    """
    points = sent_to or {}
    ids = [customer.pk for customer in customers]
    AccessLink.objects.filter(customer_id__in=ids, purpose=purpose, revoked_at__isnull=True).update(revoked_at=now)
    expires_at = now + access.LINK_LIVES
    codes = _free_codes(len(ids))
    minted = {}
    rows = []
    for customer_id, code in zip(ids, codes, strict=True):
        token = access.new_token()
        minted[customer_id] = Minted(token, access.code_as_shown(code), expires_at)
        rows.append(
            AccessLink(
                customer_id=customer_id,
                purpose=purpose,
                token_hash=access.digest(token),
                code_hash=selectors.code_digest(code),
                created_at=now,
                expires_at=expires_at,
                contact_point=points.get(customer_id),
            )
        )
    AccessLink.objects.bulk_create(rows)
    return minted


def peek(*, now: datetime, token: str = "", code: str = "") -> AccessLink | None:
    """Return the live link of a token or typed code, or None. Change nothing."""
    link = selectors.find_link(token=token, code=code)
    return link if _fault(link, now=now) is None else None


def check(*, now: datetime, address: str | None, token: str = "", code: str = "") -> AccessLink:
    """Return the live link of a token or typed code; log a refused try.

    Raise AccessRefusedError for a forged, expired, replaced or locked one, TooManyTriesError for an address
    that was refused too often.
    """
    _check_address(address, now=now)
    link = selectors.find_link(token=token, code=code)
    fault = _fault(link, now=now)
    if link is None or fault is not None:
        _log(link=link, reason=fault or Refusal.UNKNOWN, address=address, now=now)
        raise AccessRefusedError
    return link


def prove(*, facts: Mapping[str, str], address: str | None, now: datetime, token: str = "", code: str = "") -> Opened:
    """Open a session for whoever holds a live link and knows the customer's facts.

    ``facts`` maps names of domain.access.Fact to what was typed. Raise AccessRefusedError otherwise, and lock
    the link at the fifth wrong answer.
    """
    link = check(now=now, address=address, token=token, code=code)
    opened = _try_facts(link_id=link.pk, customer_id=link.customer_id, facts=facts, address=address, now=now)
    if opened is None:
        _count_refusal(address)
        raise AccessRefusedError
    return opened


def session(*, secret: str, now: datetime) -> AccessSession | None:
    """Return the open session of a secret and note its use; None when it has ended, idled out or is unknown."""
    found = selectors.open_session(secret=secret, now=now)
    if found is not None and now - found.last_used_at >= access.TOUCH_EVERY:
        AccessSession.objects.filter(pk=found.pk, ended_at__isnull=True).update(last_used_at=now)
        found.last_used_at = now
    return found


def end(*, secret: str, now: datetime) -> None:
    """End the session of a secret, if it is open."""
    AccessSession.objects.filter(secret_hash=access.digest(secret), ended_at__isnull=True).update(ended_at=now)


def forget_refused(*, now: datetime) -> int:
    """Forget the refused tries of more than half a year ago, and return how many there were.

    Anybody may make one, with an address that is no link at all: they must not fill the database.
    """
    forgotten, _by_model = AccessAttempt.objects.filter(at__lt=now - access.REFUSED_KEPT).delete()
    return forgotten


def revoke_within(*, customer: Customer, now: datetime) -> None:
    """End every link of a customer whose row the caller has locked; a session already proven goes on."""
    AccessLink.objects.filter(customer=customer, revoked_at__isnull=True).update(revoked_at=now)


def _free_codes(count: int) -> list[str]:
    """Return that many different codes which no live link holds."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        drawn = {selectors.code_digest(code): code for code in (access.new_code() for _ in range(count - len(codes)))}
        taken = selectors.codes_taken(list(drawn))
        codes |= {code: None for digest, code in drawn.items() if digest not in taken}
    return list(codes)


@transaction.atomic(durable=True)
def _try_facts(
    *, link_id: int, customer_id: int, facts: Mapping[str, str], address: str | None, now: datetime
) -> Opened | None:
    customer = records.lock(customer_id=customer_id, now=now)
    link = AccessLink.objects.select_for_update().get(pk=link_id)
    fault = _fault(link, now=now)
    if fault is None and not access.proves(facts, selectors.known_facts(customer)):
        fault = Refusal.WRONG_FACTS
        link.failures += 1
        link.locked_at = now if link.failures >= access.MOST_FAILURES else None
        link.save(update_fields=["failures", "locked_at"])
    if fault is not None:
        AccessAttempt.objects.create(link=link, reason=fault, address=address, at=now)
        return None
    secret = access.new_secret()
    AccessSession.objects.filter(link=link, ended_at__isnull=True).update(ended_at=now)
    opened = AccessSession.objects.create(
        customer=customer,
        link=link,
        secret_hash=access.digest(secret),
        opened_at=now,
        last_used_at=now,
        expires_at=now + access.ABSOLUTE,
    )
    AccessLink.objects.filter(pk=link.pk).update(failures=0)
    records.append(customer=customer, kind="access.opened", actor=records.CUSTOMER, now=now)
    _learn_number(customer, link, now)
    return Opened(secret, customer, opened.expires_at)


def _learn_number(customer: Customer, link: AccessLink, now: datetime) -> None:
    """Whoever got the link at a number and proved themselves is reached there: an unchecked number becomes likely.

    No more than likely: only a colleague who has spoken with the customer calls a number verified.
    """
    point = link.contact_point
    if point is None or (point.relation, point.quality) != ("self", "unknown"):
        return
    contact_points.judge_within(
        customer=customer, contact_point=point, quality="likely", actor=records.CUSTOMER, now=now
    )
    derivation.derive(customer=customer, now=now)


def _fault(link: AccessLink | None, *, now: datetime) -> Refusal | None:
    if link is None:
        return Refusal.UNKNOWN
    if link.revoked_at is not None:
        return Refusal.REVOKED
    if link.locked_at is not None:
        return Refusal.LOCKED
    if link.expires_at <= now:
        return Refusal.EXPIRED
    return None


def _log(*, link: AccessLink | None, reason: Refusal, address: str | None, now: datetime) -> None:
    AccessAttempt.objects.create(link=link, reason=reason, address=address, at=now)
    _count_refusal(address)


def _check_address(address: str | None, *, now: datetime) -> None:
    if address is None:
        return
    try:
        refused = cache.get(_counter(address), 0)
    except (RedisError, OSError):
        refused = selectors.refusals_of_address(address=address, since=now - access.ADDRESS_WINDOW)
    if refused >= access.ADDRESS_MOST_REFUSALS:
        AccessAttempt.objects.create(reason=Refusal.TOO_MANY, address=address, at=now)
        raise TooManyTriesError(until=now + access.ADDRESS_WINDOW)


def _count_refusal(address: str | None) -> None:
    if address is None:
        return
    try:
        # The first refusal starts the window; it is not prolonged by later ones.
        if not cache.add(_counter(address), 1, timeout=int(access.ADDRESS_WINDOW.total_seconds())):
            cache.incr(_counter(address))
    except (RedisError, OSError, ValueError):
        # Redis is away, or the window ended between the two calls: the log in the database still counts.
        return


def _counter(address: str) -> str:
    return f"access.refused.{address}"
