"""What customers do about the date of their talks: pick one, ask for others, move it, call it off.

Each is sent as often as it likes and written once: what is done already is answered as it was the first time.
"""

from datetime import datetime

from django.db import transaction

from collections_app.models import Customer
from collections_app.services import derivation, records
from collections_app.services.errors import RefusedError
from mediation.domain import eligibility
from mediation.domain.dates import OFFERED_AT_A_MOVE, SHORTEST_NOTICE
from mediation.models import Mediation, Session, SlotOffer
from mediation.selectors import offers, places
from mediation.selectors.mediations import eligibility_facts
from mediation.services import mediations, offering, scheduling, sessions

WRITE = "mediation.answer"


def pick(*, customer_id: int, mediation_id: int, offer_id: int, now: datetime) -> Session:
    """Book the hour a customer has picked. Picking the same again finds the session that is booked.

    The record, the mediators and their papers are asked anew: what has come in the way since the offer refuses the pick
    ("talks_in_the_way"), the hours are withdrawn, and the scheduler ends the talks with its next sweep. Raise
    RefusedError("slot_taken") when somebody was first: others are offered then; or another reason when there is
    nothing to pick any more.
    """
    found = _pick(customer_id=customer_id, mediation_id=mediation_id, offer_id=offer_id, now=now)
    if isinstance(found, str):
        # Only now: raised within the transaction, it would take back what was written with it.
        raise RefusedError(found)
    return found


@transaction.atomic(durable=True)
def _pick(*, customer_id: int, mediation_id: int, offer_id: int, now: datetime) -> Session | str:
    """Return the session booked, or the code of why none is."""
    customer, mediation = locked(customer_id=customer_id, mediation_id=mediation_id, now=now)
    offer = SlotOffer.objects.select_related("room").filter(id=offer_id, mediation=mediation).first()
    if offer is None:
        raise RefusedError("no_such_slot")
    if (booked := live_session(mediation)) is not None:
        if offer.state == "picked" and booked.during == offer.during:
            return booked
        raise RefusedError("date_is_set", until=booked.starts_at)
    if offer.state != "open" and offers.still_open(mediation, now=now):
        # A page of before: the hours that are open now stay so.
        return "slot_taken"
    if offer.expires_at <= now:
        raise RefusedError("offers_over")
    if _in_the_way(mediation, now):
        offering.close_within(mediation=mediation, state="withdrawn", now=now)
        mediation.next_try_at = now
        mediation.save(update_fields=["next_try_at"])
        return "talks_in_the_way"
    session = None
    if offer.state == "open" and offer.starts_at >= now + SHORTEST_NOTICE:
        session = scheduling.book_within(mediation=mediation, wish=offers.slot_of(offer), now=now, only_wish=True)
    if session is None:
        _offer_others(customer, mediation, offer, now)
        return "slot_taken"
    _close(offer, "picked", now)
    offering.close_within(mediation=mediation, state="withdrawn", now=now)
    scheduling.announce_within(customer=customer, mediation=mediation, session=session, actor=records.CUSTOMER, now=now)
    derivation.derive(customer=customer, now=now)
    return session


def _in_the_way(mediation: Mediation, now: datetime) -> bool:
    """Return whether talks could no longer be proposed: a hold, a plan, or nothing overdue since the offer."""
    return bool(eligibility.problems(eligibility_facts(account=mediation.account, now=now, own=mediation), now=now))


def _offer_others(customer: Customer, mediation: Mediation, gone: SlotOffer, now: datetime) -> None:
    """Replace what is offered by hours that are free now, open as long as the others were."""
    if gone.state == "open":
        _close(gone, "gone", now)
    offering.close_within(mediation=mediation, state="withdrawn", now=now)
    offering.offer_within(
        customer=customer, mediation=mediation, now=now, fewest=OFFERED_AT_A_MOVE, expires_at=gone.expires_at
    )


def _close(offer: SlotOffer, state: str, now: datetime) -> None:
    offer.state, offer.closed_at = state, now
    offer.save(update_fields=["state", "closed_at"])


@transaction.atomic(durable=True)
def offer_later(*, customer_id: int, mediation_id: int, seen_version: int, now: datetime) -> list[SlotOffer]:
    """Offer later hours than those on the page, when none of them suits; after the last come the first again.

    The time to pick stays what it was. Raise RefusedError when there is nothing to pick, or nobody is free at all.
    """
    customer, mediation = locked(customer_id=customer_id, mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    rows = list(SlotOffer.objects.filter(mediation=mediation, state="open", expires_at__gt=now).order_by("-during"))
    if not rows:
        raise RefusedError("offers_over")
    if _in_the_way(mediation, now):
        raise RefusedError("talks_in_the_way")
    offering.close_within(mediation=mediation, state="withdrawn", now=now)
    for not_before in (rows[0].ends_at, None):
        found = offering.offer_within(
            customer=customer, mediation=mediation, now=now, fewest=OFFERED_AT_A_MOVE, not_before=not_before,
            expires_at=rows[0].expires_at,
        )  # fmt: skip
        if found:
            return found
    raise RefusedError("nobody_free")


@transaction.atomic(durable=True)
def move(*, customer_id: int, mediation_id: int, session_id: int, seen_version: int, now: datetime) -> None:
    """Give a date back for the customer, within the bank's limits, and offer others. Asking twice moves it once.

    Raise RefusedError when it is too late, when it was moved often enough, or when the session is over.
    """
    customer, mediation = locked(customer_id=customer_id, mediation_id=mediation_id, now=now)
    session = Session.objects.filter(id=session_id, mediation=mediation).first()
    if session is None:
        raise RefusedError("no_such_session")
    if session.closed_because == "customer_moved":
        return
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    if session.state != "scheduled":
        raise RefusedError("session_over")
    if problem := why_not_moved(mediation=mediation, session=session, now=now):
        raise RefusedError(problem)
    session.mediation = mediation
    sessions.cancel_within(
        customer=customer, session=session, because="customer_moved", actor=records.CUSTOMER, now=now
    )
    sessions.wait_for_another_date(session, now)
    # Nobody free now: the row waits, and the scheduler looks again.
    scheduling.offer_within(customer=customer, mediation=mediation, now=now, fewest=OFFERED_AT_A_MOVE, told=False)
    derivation.derive(customer=customer, now=now)


@transaction.atomic(durable=True)
def decline(*, customer_id: int, mediation_id: int, seen_version: int, now: datetime) -> None:
    """End talks that the customer does not want: taking part is voluntary. Declining again changes nothing."""
    customer, mediation = locked(customer_id=customer_id, mediation_id=mediation_id, now=now, ended=True)
    if mediation.state == "ended":
        return
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    mediations.decline_within(customer=customer, mediation=mediation, how="page", actor=records.CUSTOMER, now=now)


def why_not_moved(*, mediation: Mediation, session: Session, now: datetime) -> str:
    """Return the code of why the customer can no longer move this date, or nothing while they can."""
    moved = mediation.sessions.filter(closed_because="customer_moved").count()
    return places.date_policy(mediation).still_open(moved=moved, starts_at=session.starts_at, now=now)


def live_session(mediation: Mediation) -> Session | None:
    """Return the session that talks have a date for, or are in."""
    return mediation.sessions.filter(state__in=["scheduled", "in_session"]).first()


def locked(*, customer_id: int, mediation_id: int, now: datetime, ended: bool = False) -> tuple[Customer, Mediation]:
    """Lock a customer's record and return it with their own talks. Must run inside a transaction, first of all.

    Raise RefusedError for talks of somebody else, and unless ``ended`` for those that have ended.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    mediation = (
        Mediation.objects.select_related("account", "customer").filter(id=mediation_id, customer=customer).first()
    )
    if mediation is None:
        raise RefusedError("no_such_mediation")
    if mediation.state == "ended" and not ended:
        raise RefusedError("mediation_ended")
    return customer, mediation
