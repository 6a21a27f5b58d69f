"""Own field visits: planned and approved, begun under a permit by two colleagues, closed with what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from collections_app.domain import visits as rules
from collections_app.domain.calls import IDENTITY_FACTS, Closing
from collections_app.domain.outcomes import Counts, OutcomeEffect
from collections_app.domain.permits.facts import Finding
from collections_app.domain.purposes import Channel
from collections_app.domain.reasons import Reason
from collections_app.domain.typed import harmless, plain
from collections_app.domain.visits import CLOSE, PLAN, VisitState
from collections_app.models import ContactPoint, ContactState, Conversation, Customer, Staff, Visit
from collections_app.selectors import walls
from collections_app.services import approvals, calls, contacts, derivation, note_words, records
from collections_app.services.emergencies import red_button
from collections_app.services.errors import NotAllowedError, RefusedError

KIND = "visit"
# What passes by itself until the day of the visit: its permit asks for it again.
_PASSING = frozenset({Reason.CAP_REACHED, Reason.INTERVAL, Reason.ON_THE_LINE, Reason.PENDING, Reason.DATA_STALE})
# What is wrong with an hour, and not with the record.
_OF_THE_HOUR = frozenset({Reason.QUIET_HOURS, Reason.DAY_OFF, Reason.CALENDAR_UNKNOWN, Reason.AGREED_HOURS})


@dataclass(frozen=True, slots=True)
class Going:
    """Where a visit goes to, who goes, and between which hours."""

    contact_point_id: int
    first_id: int
    second_id: int
    starts_at: datetime
    ends_at: datetime


@transaction.atomic(durable=True)
def plan(
    *, customer_id: int, going: Going, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> Visit:
    """Plan a visit and ask a second person to approve it; return it, waiting.

    Raise RefusedError when the hours cannot be, an hour of it is closed to visits, the address is none of the record,
    the two are one or may not go there, a visit is open already, or what stops collection stops this too.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=PLAN)
    records.check_may(actor=actor, action=PLAN)
    records.check_wall(customer=customer, actor=actor)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=PLAN)
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind="note")
    visit = Visit(
        customer=customer,
        contact_point=_address(customer, going.contact_point_id),
        first=_colleague(customer, going.first_id),
        second=_colleague(customer, going.second_id),
        starts_at=going.starts_at,
        ends_at=going.ends_at,
        reason=harmless(reason).strip(),
        planned_by=actor.staff,
        planned_at=now,
    )
    check(visit=visit, now=now)
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        raise RefusedError("visit_open_already") from error
    payload = {"visit": visit.pk, "starts_at": visit.starts_at.isoformat(), "staff": [visit.first_id, visit.second_id]}
    records.append(customer=customer, kind="visit.planned", actor=actor, now=now, payload=payload)
    approvals.ask_within(customer=customer, kind=KIND, subject=f"visit:{visit.pk}", reason=reason, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return visit


def check(*, visit: Visit, now: datetime) -> None:
    """Raise RefusedError when a visit can not be made as it is planned, as far as that is known now."""
    if visit.first_id == visit.second_id:
        raise RefusedError("visit_needs_two")
    if fault := rules.fault_of_hours(starts_at=visit.starts_at, ends_at=visit.ends_at, now=now):
        raise RefusedError(fault)
    _refuse(visit, now, frozenset(Reason) - _PASSING - _OF_THE_HOUR)
    for hour in (visit.starts_at, visit.ends_at - timedelta(seconds=1)):
        _refuse(visit, hour, _OF_THE_HOUR)


def foretold(
    *, customer: Customer, contact_point: ContactPoint, actor: records.Actor, now: datetime, at_once: bool = False
) -> RefusedError | None:
    """Return why the permit would refuse to set out to an address as things stand, or None; write nothing.

    The hours are left out unless they would set out ``at_once``: a plan is judged by its own (``check``).
    """
    decision = contacts.preview(
        customer=customer, channel=Channel.VISIT, purpose=calls.purpose_to(contact_point), contact_point=contact_point,
        actor=actor, now=now,
    )  # fmt: skip
    against = (finding for finding in decision.refusals if at_once or finding.reason not in _OF_THE_HOUR)
    return next((_as_error(finding) for finding in against), None)


def _as_error(finding: Finding) -> RefusedError:
    params = {**finding.inputs, "rule": finding.rule.code, "basis": finding.rule.basis.value}
    return RefusedError(str(finding.reason), until=finding.until, **params)


def _refuse(visit: Visit, at: datetime, reasons: frozenset[Reason]) -> None:
    """Raise RefusedError when the permit would refuse the visit at an instant, for one of these reasons."""
    decision = contacts.preview(
        customer=visit.customer, channel=Channel.VISIT, purpose=calls.purpose_to(visit.contact_point),
        contact_point=visit.contact_point, actor=records.Actor.of(visit.planned_by), now=at,
    )  # fmt: skip
    for finding in decision.refusals:
        if finding.reason in reasons:
            raise _as_error(finding)


def _address(customer: Customer, contact_point_id: int) -> ContactPoint:
    point = ContactPoint.objects.filter(id=contact_point_id, customer=customer, kind__in=rules.ADDRESSES).first()
    if point is None:
        raise RefusedError("no_such_address")
    return point


def _colleague(customer: Customer, staff_id: int) -> Staff:
    """Return somebody who may go: in service, of a role that visits, and not kept away from the record."""
    staff = Staff.objects.filter(id=staff_id, is_active=True).first()
    if staff is None or not staff.may(PLAN):
        raise RefusedError("colleague_may_not_visit")
    kept_away = staff.pk in {*customer.recused_staff, *customer.mediated_by}
    if kept_away or (customer.walled and walls.is_walled(staff=staff, customer_id=customer.pk)):
        raise RefusedError("colleague_may_not_visit")
    return staff


def approve_within(*, customer: Customer, visit_id: int, now: datetime) -> None:
    """Let a visit be made, in the transaction of its approval, on a record the caller has locked."""
    visit = _of(customer, visit_id)
    if visit.state != VisitState.ASKED:
        raise RefusedError("visit_not_open")
    check(visit=visit, now=now)
    visit.state = VisitState.PLANNED.value
    visit.save(update_fields=["state"])


def drop_within(*, customer: Customer, visit_id: int, now: datetime) -> None:
    """End a visit whose request ended without approval, on a record the caller has locked."""
    Visit.objects.filter(pk=visit_id, customer=customer, state=VisitState.ASKED).update(
        state=VisitState.REFUSED, closed_at=now
    )


def begin(*, visit_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Visit:
    """Set out: reserve the contact until the visit is over, so that nobody else contacts the customer meanwhile.

    Raise RefusedError with the permit's reason when it may not be made now; the refusal itself stays on the record.
    """
    begun = _begin(visit_id, actor, seen_version, now)
    if isinstance(begun, contacts.Refusal):
        # Only now: raised within the transaction, it would take the row of the refusal back with it.
        raise RefusedError(begun.reason, until=begun.until, **begun.params)
    return begun


@transaction.atomic(durable=True)
def _begin(visit_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Visit | contacts.Refusal:
    customer, visit = _locked(visit_id, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="visit.begin")
    _check_one_of(visit, actor)
    if visit.state != VisitState.PLANNED:
        raise RefusedError("visit_not_open")
    if not rules.may_begin(starts_at=visit.starts_at, ends_at=visit.ends_at, now=now):
        raise RefusedError("visit_not_its_hour")
    for staff_id in (visit.first_id, visit.second_id):
        _colleague(customer, staff_id)
    decision = contacts.permit(
        customer=customer, channel=Channel.VISIT, purpose=calls.purpose_to(visit.contact_point),
        contact_point=visit.contact_point, actor=actor, now=now,
        hold_seconds=int((visit.ends_at - now + rules.EARLY).total_seconds()),
    )  # fmt: skip
    if isinstance(decision, contacts.Refusal):
        return decision
    visit.state, visit.begun_at, visit.contact = VisitState.BEGUN.value, now, decision.contact
    visit.save(update_fields=["state", "begun_at", "contact"])
    records.append(customer=customer, kind="visit.begun", actor=actor, now=now, payload={"visit": visit.pk})
    return visit


@transaction.atomic(durable=True)
def close(*, visit_id: int, closing: Closing, facts: Sequence[str], actor: records.Actor, now: datetime) -> Visit:
    """Record what came of a visit, and do what the outcome brings in the same transaction.

    ``facts`` are those the person stated at the door; two confirm who they are. Raise RefusedError, changing nothing,
    when party and outcome do not fit, the outcome is none of a visit, or it needs a person who was confirmed.
    """
    outcome = calls.effects_of(closing.outcome)
    if OutcomeEffect.RED_BUTTON in outcome.effects:
        owner = Visit.objects.filter(pk=visit_id).values_list("customer_id", flat=True).first()
        red_button.lock_parties(customer_id=owner or 0, now=now)
    customer, visit = _locked(visit_id, now)
    _check_one_of(visit, actor)
    if visit.state != VisitState.BEGUN or visit.contact is None or visit.begun_at is None or actor.staff is None:
        raise RefusedError("visit_not_open")
    said = sorted(set(facts) & set(IDENTITY_FACTS))
    if not rules.outcomes_of_visits([outcome]):
        raise RefusedError("outcome_not_of_visits")
    calls.check_closing(closing=closing, outcome=outcome, verified=len(said) >= 2)
    conversation = Conversation.objects.create(
        customer=customer, contact=visit.contact, staff=actor.staff, department=actor.department,
        started_at=visit.begun_at, ended_at=now, lease_until=now, verified_by=said,
        verification="verified" if len(said) >= 2 else "", party=closing.party, outcome=closing.outcome,
        marker=closing.marker, overdue_reason=closing.overdue_reason,
    )  # fmt: skip
    effective = outcome.counts is Counts.EFFECTIVE
    contacts.settle(contact_id=visit.contact.pk, state=ContactState.MADE, now=now, effective=effective)
    visit.state, visit.closed_at, visit.conversation = VisitState.DONE.value, now, conversation
    visit.save(update_fields=["state", "closed_at", "conversation"])
    _append_closed(customer, visit, closing, actor, now)
    calls.follow_within(customer=customer, conversation=conversation, closing=closing, actor=actor, now=now)
    return visit


def _append_closed(customer: Customer, visit: Visit, closing: Closing, actor: records.Actor, now: datetime) -> None:
    payload = {
        "visit": visit.pk,
        "conversation": visit.conversation_id,
        "party": closing.party,
        "outcome": closing.outcome,
        "marker": closing.marker,
        "reason": closing.overdue_reason,
    }
    records.append(
        customer=customer, kind="visit.closed", actor=actor, now=now, account_id=closing.account_id,
        payload=payload, text=closing.text.strip(),
    )  # fmt: skip


@transaction.atomic(durable=True)
def call_off(*, visit_id: int, reason: str, actor: records.Actor, now: datetime) -> Visit:
    """Call a visit off that waits or has begun without anybody being met, and end its request.

    Raise RefusedError without a reason.
    """
    customer, visit = _locked(visit_id, now)
    _check_one_of(visit, actor)
    if visit.state not in rules.OPEN:
        raise RefusedError("visit_not_open")
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind="note")
    if visit.contact is not None:
        contacts.settle(contact_id=visit.contact.pk, state=ContactState.VOID, now=now)
    visit.state, visit.closed_at = VisitState.CALLED_OFF.value, now
    visit.save(update_fields=["state", "closed_at"])
    records.append(
        customer=customer,
        kind="visit.called_off",
        actor=actor,
        now=now,
        payload={"visit": visit.pk},
        text=reason.strip(),
    )
    subject = f"visit:{visit.pk}"
    approvals.end_within(customer=customer, kind=KIND, subject=subject, actor=actor, why="visit_not_open", now=now)
    return visit


def _check_one_of(visit: Visit, actor: records.Actor) -> None:
    """Refuse whoever neither goes, nor planned it, nor may approve visits."""
    records.check_may(actor=actor, action=CLOSE)
    staff = actor.staff
    mine = staff is not None and staff.pk in {visit.first_id, visit.second_id, visit.planned_by_id}
    if not mine and (staff is None or not staff.may("visit.approve")):
        raise NotAllowedError("not_your_visit")


def _of(customer: Customer, visit_id: int) -> Visit:
    visit = (
        Visit.objects.select_related("contact_point", "planned_by", "contact")
        .filter(pk=visit_id, customer=customer)
        .first()
    )
    if visit is None:
        raise RefusedError("no_such_visit")
    visit.customer = customer
    return visit


def _locked(visit_id: int, now: datetime) -> tuple[Customer, Visit]:
    customer_id = Visit.objects.filter(pk=visit_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_visit")
    customer = records.lock(customer_id=customer_id, now=now)
    return customer, _of(customer, visit_id)
