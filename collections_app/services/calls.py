"""Calls: permit first, identity before any amount, then party and outcome with their effects at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from collections_app.domain.approvals import ApprovalState
from collections_app.domain.calls import IDENTITY_FACTS, MARKERS, VERIFICATIONS, Closing
from collections_app.domain.contact_points import PARTIES
from collections_app.domain.lines import lease_from
from collections_app.domain.outcomes import Counts, Outcome, OutcomeEffect, Party
from collections_app.models import Approval, ContactPoint, ContactState, Conversation, Customer
from collections_app.selectors import codes, lines
from collections_app.services import (
    call_effects,
    cases,
    contacts,
    derivation,
    note_words,
    recordings,
    records,
)
from collections_app.services.emergencies import red_button
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.lines import lease
from collections_app.services.told import spoken


def start(
    *,
    customer_id: int,
    contact_point_id: int | None,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    inbound: bool = False,
    approval_id: int | None = None,
) -> Conversation:
    """Begin a call under a permit. While it is open nobody else's contact of this customer gets one.

    ``approval_id`` is an approved request for a contact during a hold: the call is for its purpose, once.

    Raise RefusedError with the permit's reason when it may not be made now; the refusal itself stays on the
    record. A call that came in asks for no permit's limits, but it too takes the line.
    """
    if actor.staff is not None:
        lease.free_lapsed_of(staff_id=actor.staff.id, now=now)
    try:
        begun = _start(
            customer_id=customer_id,
            contact_point_id=contact_point_id,
            actor=actor,
            seen_version=seen_version,
            now=now,
            inbound=inbound,
            approval_id=approval_id,
        )
    except IntegrityError as error:
        # Two tabs of one person, on two records: no lock is common to both, so the constraint decides.
        if "conversation_one_open_per_staff" not in str(error):
            raise
        raise RefusedError("already_on_a_call") from error
    if isinstance(begun, contacts.Refusal):
        # Only now: raised within the transaction, it would take the row of the refusal back with it.
        raise RefusedError(begun.reason, until=begun.until, **begun.params)
    return begun


@transaction.atomic(durable=True)
def _start(
    *,
    customer_id: int,
    contact_point_id: int | None,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    inbound: bool,
    approval_id: int | None,
) -> Conversation | contacts.Refusal:
    customer = records.lock(customer_id=customer_id, now=now)
    if not inbound:
        records.check_seen(customer=customer, seen_version=seen_version, write="call.make")
    records.check_may(actor=actor, action="call.make")
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="call.make")
    # Before the permit: its refusal would tell of the record.
    records.check_wall(customer=customer, actor=actor)
    if Conversation.objects.filter(lines.OPEN, staff=actor.staff).exists():
        raise RefusedError("already_on_a_call")
    lease.free_lapsed_within(customer=customer, now=now)
    point = _number(customer, contact_point_id, inbound=inbound)
    purpose, account_ids = _purpose(customer, approval_id, point, inbound=inbound)
    decision = contacts.permit(
        customer=customer,
        channel="voice",
        purpose=purpose,
        account_ids=account_ids,
        contact_point=point,
        actor=actor,
        now=now,
        inbound=inbound,
    )
    if isinstance(decision, contacts.Refusal):
        return decision
    conversation = Conversation.objects.create(
        customer=customer,
        contact=decision.contact,
        staff=actor.staff,
        department=actor.department,
        inbound=inbound,
        started_at=now,
        lease_until=lease_from(now),
    )
    records.append(
        customer=customer,
        kind="conversation.started",
        actor=actor,
        now=now,
        payload={"conversation": conversation.id, "inbound": inbound},
    )
    return conversation


def _purpose(
    customer: Customer, approval_id: int | None, point: ContactPoint | None, *, inbound: bool
) -> tuple[str, list[int]]:
    """What the call is for and which accounts it names; an approved contact is for what was approved."""
    if inbound:
        return "service_notice", []
    if approval_id is None:
        return purpose_to(point), []
    approval = Approval.objects.filter(
        id=approval_id, customer=customer, kind="statutory_contact", state=ApprovalState.APPROVED
    ).first()
    if approval is None:
        raise RefusedError("no_such_approval")
    return approval.payload["purpose"], [approval.account_id] if approval.account_id else []


def purpose_to(point: ContactPoint | None) -> str:
    """Return what a call to a number is for: who is no party to the debt is asked to pass on a message, no more."""
    is_third = point is not None and point.kind != "representative" and point.relation not in PARTIES
    return "third_party" if is_third else "collection"


def _number(customer: Customer, contact_point_id: int | None, *, inbound: bool) -> ContactPoint | None:
    """The number called; a call that came in may be from a number that is not on file."""
    if contact_point_id is None and inbound:
        return None
    point = ContactPoint.objects.filter(id=contact_point_id or 0, customer=customer).first()
    if point is None:
        raise RefusedError("no_such_number")
    return point


@transaction.atomic(durable=True)
def verify(
    *, conversation_id: int, result: str, facts: Sequence[str], actor: records.Actor, now: datetime
) -> Conversation:
    """Record whether the person on the line proved who they are; ``verified`` needs two facts they said."""
    customer, conversation = lease.locked(conversation_id=conversation_id, actor=actor, now=now)
    if not lines.held(now=now).filter(id=conversation.id).exists():
        raise RefusedError("call_not_held")
    if result not in VERIFICATIONS:
        raise RefusedError("no_such_verification")
    said = sorted(set(facts) & set(IDENTITY_FACTS))
    if result == "verified" and len(said) < 2:
        raise RefusedError("two_facts_needed")
    conversation.verification = result
    conversation.verified_by = said
    conversation.save(update_fields=["verification", "verified_by"])
    records.append(
        customer=customer,
        kind="conversation.verified",
        actor=actor,
        now=now,
        payload={"conversation": conversation.id, "result": result, "facts": said},
    )
    return conversation


def effects_of(outcome: str) -> Outcome:
    """Return an outcome with the effects it will have, for the screen to show before saving."""
    found = codes.seen().outcomes.get(outcome)
    if found is None or not found.offered:
        raise RefusedError("no_such_outcome")
    return found


@transaction.atomic(durable=True)
def close(*, conversation_id: int, closing: Closing, actor: records.Actor, now: datetime) -> Conversation:
    """End a call with party and outcome, and do what the outcome brings in the same transaction.

    A call that was interrupted is closed the same way: what became of it is known now.
    Raise RefusedError, changing nothing, when party and outcome do not fit, when the outcome needs a person
    whose identity was confirmed, or when one of its effects is refused.
    """
    outcome = effects_of(closing.outcome)
    if OutcomeEffect.RED_BUTTON in outcome.effects:
        owner = Conversation.objects.filter(id=conversation_id).values_list("customer_id", flat=True).first()
        red_button.lock_parties(customer_id=owner or 0, now=now)
    customer, conversation = lease.locked(conversation_id=conversation_id, actor=actor, now=now)
    check_closing(closing=closing, outcome=outcome, verified=conversation.verification == "verified")
    _end(customer, conversation, closing, actor, now)
    contacts.settle(
        contact_id=conversation.contact_id,
        state=ContactState.MADE,
        now=now,
        effective=outcome.counts is Counts.EFFECTIVE,
    )
    records.append(
        customer=customer,
        kind="conversation.closed",
        actor=actor,
        now=now,
        account_id=closing.account_id,
        payload={
            "conversation": conversation.id,
            "party": closing.party,
            "outcome": closing.outcome,
            "marker": closing.marker,
            "reason": closing.overdue_reason,
            "seconds": int(((conversation.interrupted_at or now) - conversation.started_at).total_seconds()),
        },
        text=closing.text.strip(),
    )
    follow_within(customer=customer, conversation=conversation, closing=closing, actor=actor, now=now)
    return conversation


def follow_within(
    *, customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime
) -> None:
    """Do what the outcome of a call or a visit brings, remember what was told, and bring the record up to date.

    The caller has locked the record and written down how it ended.
    """
    outcome = effects_of(closing.outcome)
    call_effects.apply_within(customer=customer, conversation=conversation, closing=closing, actor=actor, now=now)
    if outcome.needs_verified and outcome.party is Party.SELF:
        spoken.remember_call_within(customer=customer, conversation=conversation, closing=closing, now=now)
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)


def check_closing(*, closing: Closing, outcome: Outcome, verified: bool) -> None:
    """Refuse the end of a call or a visit whose party, confirmation, reason or words do not fit its outcome."""
    if outcome.party != closing.party:
        raise RefusedError("party_and_outcome_differ")
    if outcome.needs_verified and not verified:
        raise RefusedError("not_verified")
    if outcome.needs_reason and not closing.overdue_reason:
        raise RefusedError("overdue_reason_missing")
    check_words(closing)


def check_words(closing: Closing) -> None:
    """Refuse a marker or a reason that is none, and words that do not belong into a note of this outcome."""
    if closing.marker and closing.marker not in MARKERS:
        raise RefusedError("no_such_marker")
    if closing.overdue_reason and closing.overdue_reason not in codes.seen().terms("overdue_reasons"):
        raise RefusedError("no_such_overdue_reason")
    note_words.check(text=closing.text, kind=closing.outcome)


def _end(customer: Customer, conversation: Conversation, closing: Closing, actor: records.Actor, now: datetime) -> None:
    """Write down how a call ended, and where its recording lies."""
    conversation.party = closing.party
    conversation.outcome = closing.outcome
    conversation.marker = closing.marker
    conversation.overdue_reason = closing.overdue_reason
    conversation.recording_ref = closing.recording_ref.strip()
    conversation.ended_at = now
    conversation.save(update_fields=["party", "outcome", "marker", "overdue_reason", "recording_ref", "ended_at"])
    if closing.recording is not None:
        recordings.state_within(
            customer=customer, conversation=conversation, found=closing.recording, actor=actor, now=now
        )
