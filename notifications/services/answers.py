"""What an event of the record calls for: a receipt, an acknowledgement, a warning. One message each, by its key."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F

from collections_app.models import Account, ArrangementInstalment, ContactPoint, Customer, Event, HandOff
from notifications.domain.kinds import KINDS, Kind
from notifications.services.messages import cancel_within, enqueue_within

# What customers ask for. What colleagues hand one another is no concern of theirs, and a complaint has its own receipt.
REQUESTS = frozenset(
    {
        "plan_request", "waiver_request", "hardship", "dispute", "fraud_claim", "credit_objection", "document",
        "mediation_request", "payment_trace", "payment_misapplied", "data_rights",
    }
)  # fmt: skip
# Of these the customer knows already, because they gave up themselves, or because their own money came back to them.
_NO_FAILURE = frozenset({"returned", "gateway_unreachable", "expired", "closed", "cancelled"})


def is_answered(event: Event) -> bool:
    """Return whether an event may call for a message, as far as it tells by itself."""
    return event.kind in ANSWERED


def answer_within(*, customer: Customer, event: Event, now: datetime) -> None:
    """Queue what an event calls for, on a record the caller has locked.

    An answer is of use for the days of its kind from the event on, however late the event is read: after an outage
    nobody gets a receipt of last week. That a loan is paid up, and that the number was changed, is said all the same.
    """
    _ANSWERS[event.kind](customer, event, now)


def _until(event: Event, kind: Kind) -> datetime:
    """Return until when an answer to an event is of use."""
    return event.at + timedelta(days=KINDS[kind].valid_days)


def _payment_received(customer: Customer, event: Event, now: datetime) -> None:
    account, entry_id = _account(event), event.payload.get("entry")
    if account is None or not entry_id:
        return
    if now < (until := _until(event, Kind.PAYMENT_RECEIVED)):
        enqueue_within(
            customer=customer, kind=Kind.PAYMENT_RECEIVED, account=account, now=now, subject_id=entry_id,
            expires_at=until, reference=f"entry:{entry_id}",
        )  # fmt: skip
    # A card whose bill is paid is not paid up: the customer goes on using it.
    if account.product == "loan" and account.payoff_fen == 0:
        enqueue_within(customer=customer, kind=Kind.PAID_UP, account=account, now=now, reference=f"entry:{entry_id}")


def _plan_recalculated(customer: Customer, event: Event, now: datetime) -> None:
    """Say what the next instalment is now; an older word of the same plan that still waits is not sent any more."""
    account, plan_id = _account(event), event.payload.get("plan")
    lines = ArrangementInstalment.objects.filter(customer=customer, arrangement_id=plan_id or 0)
    unpaid = lines.filter(paid_fen__lt=F("amount_fen") - F("relieved_fen")).order_by("number").first()
    if account is None or unpaid is None:
        return
    cancel_within(customer=customer, reference=f"plan:{plan_id}", reason="superseded", now=now)
    # It says what comes next, and is of use until that is due.
    due = datetime.combine(unpaid.due_on, time.min, tzinfo=ZoneInfo(customer.time_zone))
    if now < (until := max(_until(event, Kind.PLAN_RECALCULATED), due)):
        enqueue_within(
            customer=customer, kind=Kind.PLAN_RECALCULATED, account=account, now=now, subject_id=unpaid.pk,
            expires_at=until, about_on=unpaid.due_on, reference=f"plan:{plan_id}:{event.payload.get('version')}",
        )  # fmt: skip


def _payment_failed(customer: Customer, event: Event, now: datetime) -> None:
    account, entry_id = _account(event), event.payload.get("entry")
    if account is None or not entry_id or event.payload.get("reason") in _NO_FAILURE:
        return
    if now < (until := _until(event, Kind.DEBIT_FAILED)):
        enqueue_within(
            customer=customer, kind=Kind.DEBIT_FAILED, account=account, now=now, subject_id=entry_id,
            expires_at=until, reference=f"entry:{entry_id}",
        )  # fmt: skip


def _complaint_taken(customer: Customer, event: Event, now: datetime) -> None:
    _acknowledge(customer, event, Kind.COMPLAINT_RECEIVED, event.payload.get("complaint"), "complaint", now)


def _handed_off(customer: Customer, event: Event, now: datetime) -> None:
    if event.payload.get("kind") in REQUESTS:
        _acknowledge(customer, event, Kind.REQUEST_RECEIVED, event.payload.get("handoff"), "handoff", now)


def _acknowledge(
    customer: Customer, event: Event, kind: Kind, subject_id: int | None, what: str, now: datetime
) -> None:
    """Say that it has come, and by which day it is answered: the deadline of the work it opened."""
    handoff = HandOff.objects.filter(customer=customer, pk=event.payload.get("handoff") or 0).first()
    if handoff is None or not subject_id or now >= (until := _until(event, kind)):
        return
    enqueue_within(
        customer=customer, kind=kind, account=None, now=now, expires_at=until, subject_id=subject_id,
        about_on=handoff.due_at.astimezone(ZoneInfo(customer.time_zone)).date(), reference=f"{what}:{subject_id}",
    )  # fmt: skip


def _number_added(customer: Customer, event: Event, now: datetime) -> None:
    """Warn at a number the bank had before: whoever changed it may not be the customer."""
    point = ContactPoint.objects.filter(customer=customer, pk=event.payload.get("contact_point") or 0).first()
    if point is None or (point.kind, point.relation) != ("mobile", "self"):
        return
    before = customer.contact_points.filter(kind="mobile", relation="self").exclude(pk=point.pk)
    if before.exists():
        enqueue_within(
            customer=customer, kind=Kind.NUMBER_CHANGED, account=None, now=now, subject_id=point.pk,
            reference=f"number:{point.pk}", payload={"newtail": point.value[-4:]},
        )  # fmt: skip


def _account(event: Event) -> Account | None:
    return Account.objects.filter(pk=event.account_id or 0).first()


_ANSWERS: Mapping[str, Callable[[Customer, Event, datetime], None]] = {
    "payment.received": _payment_received,
    "payment.failed": _payment_failed,
    "plan.recalculated": _plan_recalculated,
    "complaint.taken": _complaint_taken,
    "handoff.opened": _handed_off,
    "contact_point.added": _number_added,
}
# The kinds of event that may call for a message.
ANSWERED = frozenset(_ANSWERS)
