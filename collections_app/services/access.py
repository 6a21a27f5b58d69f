"""The customer's way in: making links and codes, proving a person, sessions.

Nothing here tells the outside why a try was refused: the log does (AccessAttempt). Reading a link changes
nothing, because scanners and previews of messages fetch every link they see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import Greatest

from collections_app.domain import access
from collections_app.domain.access import Refusal
from collections_app.models import AccessLink, AccessSession, ContactPoint, Customer, OneTimeCode
from collections_app.selectors import access as selectors
from collections_app.selectors.zones import bank_zone
from collections_app.services import contact_points, derivation, one_time_codes, records, tries
from collections_app.services.errors import RefusedError

ACTION = "access.end"


class AccessRefusedError(RefusedError):
    """The link, the code or the proof does not open a page. The same for every reason, on purpose."""

    def __init__(self) -> None:
        super().__init__("access_refused")


class CodeAskedError(Exception):
    """The facts were right, and a one-time code has to be typed too: its id, for whoever sends it."""

    def __init__(self, code_id: int) -> None:
        super().__init__(code_id)
        self.code_id = code_id


class SessionEndedError(Exception):
    """The session ended while its customer's click waited for the record: whoever clicked is out, and nothing is done.

    No RefusedError on purpose: what is refused is answered on the account page, which is closed to them by now.
    """


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
    older_open: bool = False,
) -> dict[int, Minted]:
    """Return fresh links and codes by customer id, in a few queries however many.

    The caller has locked the customers' rows. Their older links of this purpose end: at once, or with ``older_open``
    when somebody has the new one (``end_older_within``), and by themselves at their own end. ``sent_to`` names by
    customer id the number each goes to, and to nobody else.
    """
    points = sent_to or {}
    ids = [customer.pk for customer in customers]
    older = AccessLink.objects.filter(customer_id__in=ids, purpose=purpose)
    if older_open:
        older.filter(revoked_at__isnull=True).update(revoked_at=Greatest("expires_at", now))
    else:
        older.filter(selectors.still_open(now)).update(revoked_at=now)
    expires_at = now + access.LINK_LIVES
    codes = _free_codes(len(ids), now)
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


def end_older_within(*, customer: Customer, purpose: str, sent_at: datetime, now: datetime) -> None:
    """End what was made for a customer before the link of ``sent_at``, which they have now; the row is locked.

    A text that never leaves ends nothing: the customer keeps the way in that they have.
    """
    links = AccessLink.objects.filter(customer=customer, purpose=purpose)
    theirs = links.filter(created_at__lte=sent_at).order_by("-pk").values("pk")[:1]
    links.filter(selectors.still_open(now), pk__lt=Subquery(theirs)).update(revoked_at=now)


def peek(*, now: datetime, token: str = "", code: str = "") -> AccessLink | None:
    """Return the live link of a token or typed code, or None. Change nothing."""
    link = selectors.find_link(token=token, code=code)
    return link if _fault(link, now=now) is None else None


def check(*, now: datetime, address: str | None, token: str = "", code: str = "") -> AccessLink:
    """Return the live link of a token or typed code; log a refused try.

    Raise AccessRefusedError for a forged, expired, replaced or locked one, TooManyTriesError for an address
    that was refused too often.
    """
    tries.check_address(address, now=now)
    link = selectors.find_link(token=token, code=code)
    fault = _fault(link, now=now)
    if link is None or fault is not None:
        tries.log(link=link, reason=fault or Refusal.UNKNOWN, address=address, now=now)
        tries.count(address)
        raise AccessRefusedError
    return link


def prove(*, facts: Mapping[str, str], address: str | None, now: datetime, token: str = "", code: str = "") -> Opened:
    """Open a session for whoever holds a live link and knows the customer's facts.

    ``facts`` maps names of domain.access.Fact to what was typed. Raise AccessRefusedError otherwise, and lock
    the link after as many wrong answers as the rule pack allows; CodeAskedError where pack or branch wants a one-time
    code too; TooManyTriesError for an address that was refused too often.

    A link that never was takes the same steps as one that lives and the same queries: nothing is learned by trying.
    """
    tries.check_address(address, now=now)
    link = selectors.find_link(token=token, code=code)
    opened = _try_facts(link=link, facts=facts, address=address, now=now)
    if opened is None:
        tries.count(address)
        raise AccessRefusedError
    if isinstance(opened, OneTimeCode):
        raise CodeAskedError(opened.pk)
    return opened


def enter_code(*, typed: str, address: str | None, now: datetime, token: str = "", code: str = "") -> Opened:
    """Open a session for whoever holds a live link, has given the facts, and types the one-time code sent to them.

    Raise AccessRefusedError otherwise; at the fifth wrong try another code is needed. What ``prove`` says of links
    that never were holds here too.
    """
    tries.check_address(address, now=now)
    link = selectors.find_link(token=token, code=code)
    opened = _try_code(link=link, typed=typed, address=address, now=now)
    if opened is None:
        tries.count(address)
        raise AccessRefusedError
    return opened


def session(*, secret: str, now: datetime) -> AccessSession | None:
    """Return the open session of a secret and note its use; None when it has ended, idled out or is unknown."""
    found = selectors.open_session(secret=secret, now=now)
    if found is not None and now - found.last_used_at >= access.TOUCH_EVERY:
        AccessSession.objects.filter(pk=found.pk, ended_at__isnull=True).update(last_used_at=now)
        found.last_used_at = now
    return found


def check_open_within(*, session: AccessSession) -> None:
    """Refuse a write of a session that has ended since its request began; the caller has locked the record.

    A colleague who ends the way in holds the same lock: what comes after it is not done. Raise SessionEndedError.
    """
    if not AccessSession.objects.filter(pk=session.pk, ended_at__isnull=True).exists():
        raise SessionEndedError


def end(*, secret: str, now: datetime) -> None:
    """End the session of a secret, if it is open."""
    AccessSession.objects.filter(secret_hash=access.digest(secret), ended_at__isnull=True).update(ended_at=now)


def revoke_within(*, customer: Customer, now: datetime) -> None:
    """End every link of a customer whose row the caller has locked; a session already proven goes on."""
    AccessLink.objects.filter(selectors.still_open(now), customer=customer).update(revoked_at=now)


@transaction.atomic(durable=True)
def end_way_in(*, customer_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime) -> None:
    """End a customer's link, its code and whoever is in by them, at a colleague's word; wrong answers count anew.

    A new message brings a new link. Raise RefusedError when there never was one and nobody is in.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    records.check_wall(customer=customer, actor=actor)
    newest = AccessLink.objects.select_for_update().filter(customer=customer).order_by("-id").first()
    # Who came in by the bank's app needed no link.
    inside = AccessSession.objects.filter(customer=customer, ended_at__isnull=True, expires_at__gt=now)
    count = inside.update(ended_at=now)
    if newest is None and not count:
        raise RefusedError("no_way_in")
    revoke_within(customer=customer, now=now)
    AccessLink.objects.filter(pk=newest.pk if newest else 0).update(revoked_at=now, revoked_by=actor.staff)
    OneTimeCode.objects.filter(customer=customer, ended_at__isnull=True).update(ended_at=now)
    records.append(
        customer=customer, kind="access.ended", actor=actor, now=now, payload={"sessions": count}, text=reason
    )


def _free_codes(count: int, now: datetime) -> list[str]:
    """Return that many different codes which no live link holds."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        drawn = {selectors.code_digest(code): code for code in (access.new_code() for _ in range(count - len(codes)))}
        taken = selectors.codes_taken(list(drawn), now=now)
        codes |= {code: None for digest, code in drawn.items() if digest not in taken}
    return list(codes)


@transaction.atomic(durable=True)
def _try_facts(
    *, link: AccessLink | None, facts: Mapping[str, str], address: str | None, now: datetime
) -> Opened | OneTimeCode | None:
    customer, link = _lock(link, now)
    proof = selectors.proof_of(customer.branch if customer else None, on=now.astimezone(bank_zone()).date())
    right = access.proves(facts, selectors.known_facts(customer), ways=proof.ways)
    fault = _fault_now(link, now)
    if fault is None and not right:
        fault = Refusal.WRONG_FACTS
    if customer is None or link is None or fault is not None:
        failures = (link.failures if link else 0) + 1
        locked_at = now if failures >= proof.tries else None
        counted = link.pk if link and fault is Refusal.WRONG_FACTS else 0
        AccessLink.objects.filter(pk=counted).update(failures=failures, locked_at=locked_at)
        tries.log(link=link, reason=fault or Refusal.UNKNOWN, address=address, now=now)
        return None
    if proof.one_time_code:
        return one_time_codes.ask_within(customer=customer, link=link, now=now)
    return open_within(customer=customer, link=link, now=now)


@transaction.atomic(durable=True)
def _try_code(*, link: AccessLink | None, typed: str, address: str | None, now: datetime) -> Opened | None:
    customer, link = _lock(link, now)
    fault = _fault_now(link, now)
    right = one_time_codes.use_within(link=link, typed=typed, dead=fault is not None, now=now)
    if fault is None and not right:
        fault = Refusal.WRONG_CODE
    if customer is None or link is None or fault is not None:
        tries.log(link=link, reason=fault or Refusal.UNKNOWN, address=address, now=now)
        return None
    return open_within(customer=customer, link=link, now=now)


def _lock(link: AccessLink | None, now: datetime) -> tuple[Customer | None, AccessLink | None]:
    """Lock a record and its link, which may be none: the same two queries either way."""
    try:
        customer = records.lock(customer_id=link.customer_id if link else 0, now=now)
    except RefusedError:
        customer = None
    return customer, AccessLink.objects.select_for_update().filter(pk=link.pk if link else 0).first()


def _fault_now(link: AccessLink | None, now: datetime) -> Refusal | None:
    """Return what is wrong with a link or, over all links of its customer, with how often somebody was wrong."""
    wrong = selectors.wrong_of_customer(customer_id=link.customer_id if link else 0, since=now - access.CUSTOMER_WINDOW)
    fault = _fault(link, now=now)
    if fault is None and wrong >= access.CUSTOMER_MOST_WRONG:
        return Refusal.CUSTOMER_LIMIT
    return fault


def open_within(*, customer: Customer, link: AccessLink | None, now: datetime) -> Opened:
    """Open the session of a proven customer, on a locked record and link; by the bank's app there is no link.

    An older session by the same way ends.
    """
    secret = access.new_secret()
    AccessSession.objects.filter(customer=customer, link=link, ended_at__isnull=True).update(ended_at=now)
    opened = AccessSession.objects.create(
        customer=customer,
        link=link,
        secret_hash=access.digest(secret),
        opened_at=now,
        last_used_at=now,
        expires_at=now + access.ABSOLUTE,
    )
    payload = {"by": "link" if link else "app"}
    records.append(customer=customer, kind="access.opened", actor=records.CUSTOMER, now=now, payload=payload)
    if link is not None:
        AccessLink.objects.filter(pk=link.pk).update(failures=0)
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
    if link.revoked_at is not None and link.revoked_at <= now:
        return Refusal.REVOKED
    if link.locked_at is not None:
        return Refusal.LOCKED
    if link.expires_at <= now:
        return Refusal.EXPIRED
    return None
