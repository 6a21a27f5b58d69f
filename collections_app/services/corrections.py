"""Corrections: a call, a promise or a hold that was recorded wrong is put right by a new fact that says so.

Nothing is rewritten in the history: it shows what was recorded and what corrects it. What the wrong fact brought is
taken back, what the right one brings is done, and the record is derived anew, in one transaction. A contact that was
made goes on counting: a correction never lowers what the budget has used.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from collections_app.domain.calls import Closing
from collections_app.domain.corrections import may_correct
from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.domain.outcomes import Counts, Outcome, OutcomeEffect, Party
from collections_app.domain.promises import NOT_KEPT, PENDING, Part, PromiseState
from collections_app.domain.purposes import Channel
from collections_app.domain.typed import harmless, plain
from collections_app.domain.visits import outcomes_of_visits
from collections_app.models import (
    Contact,
    ContactPoint,
    Conversation,
    Correction,
    Customer,
    Event,
    HandOff,
    Hold,
    PaymentClaim,
    Promise,
    Staff,
)
from collections_app.services import (
    call_effects,
    calls,
    cases,
    claims,
    contact_points,
    derivation,
    handoffs,
    holds,
    note_words,
    people,
    promise_verdicts,
    promises,
    records,
)
from collections_app.services.clocks import following
from collections_app.services.emergencies import red_button
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.handing import holds_with
from collections_app.services.told import spoken

ACTION = "fact.correct"
ANY = "fact.correct_any"
_TAKEN_BACK = "correction"


@transaction.atomic(durable=True)
def call(
    *,
    conversation_id: int,
    closing: Closing,
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Correction:
    """Say how a closed call really ended: take back what the wrong outcome brought, and do what the right one brings.

    The contact goes on counting; where the right outcome is an effective call it counts as one from now on. Raise
    RefusedError when nothing would change, or something it brought has gone on since.
    """
    right = calls.effects_of(closing.outcome)
    owner = Conversation.objects.filter(id=conversation_id).values_list("customer_id", flat=True).first()
    if owner is None:
        raise RefusedError("no_such_call")
    if OutcomeEffect.RED_BUTTON in right.effects:
        red_button.lock_parties(customer_id=owner, now=now)
    customer = records.lock(customer_id=owner, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="call.correct")
    records.check_may(actor=actor, action=ACTION)
    conversation = Conversation.objects.select_related("contact").get(id=conversation_id)
    if conversation.ended_at is None:
        raise RefusedError("call_not_closed")
    staff = _check(actor, conversation.staff_id, conversation.ended_at, reason, "call", now)
    said = {"party": conversation.party, "outcome": conversation.outcome, "brought": conversation.brought}
    _check_closing(conversation, closing, right)
    was_dead = people.is_held_as_dead(customer, now=now)
    for done in conversation.brought:
        _take_back(customer, done, actor, now)
    conversation.party, conversation.outcome = closing.party, closing.outcome
    # The reason was said with the outcome: with another one it is another, or none.
    conversation.overdue_reason = closing.overdue_reason
    conversation.save(update_fields=["party", "outcome", "overdue_reason"])
    if right.counts is Counts.EFFECTIVE:
        Contact.objects.filter(id=conversation.contact_id).update(effective=True)
    call_effects.apply_within(customer=customer, conversation=conversation, closing=closing, actor=actor, now=now)
    if was_dead:
        # Only now: the right outcome may say so as well.
        people.undo_death_within(customer=customer, actor=actor, now=now)
    spoken.unsay_within(customer=customer, contact=conversation.contact, now=now)
    if right.needs_verified and right.party is Party.SELF:
        spoken.remember_call_within(customer=customer, conversation=conversation, closing=closing, now=now)
    right_now = {"party": closing.party, "outcome": closing.outcome}
    correction = _keep(customer, "call", conversation.id, said, right_now, reason, staff, now)
    channel = conversation.contact.channel
    payload = {"conversation": conversation.id, "channel": channel, "was": said["outcome"], **right_now}
    event = _append(customer, "conversation.corrected", correction, payload, actor, now)
    for done in said["brought"]:
        if "handoff" in done:
            # Nobody asked for time or terms: it interrupted nothing, whatever has become of the work.
            following.take_back_within(customer=customer, event=event, name=f"handoff:{done['handoff']}")
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)
    return correction


@transaction.atomic(durable=True)
def promise(
    *,
    promise_id: int,
    parts: list[Part],
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Correction:
    """Say what was really promised in place of a promise that was taken down wrong; no parts mean nothing was.

    The right one counts from when the wrong one was taken, and as no re-date.
    """
    owner = Promise.objects.filter(id=promise_id).values_list("customer_id", flat=True).first()
    if owner is None:
        raise RefusedError("no_such_promise")
    customer = records.lock(customer_id=owner, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="promise.correct")
    records.check_may(actor=actor, action=ACTION)
    wrong = Promise.objects.select_related("conversation__contact").get(id=promise_id)
    staff = _check(actor, wrong.taken_by_id, wrong.taken_at, reason, "promise", now)
    said = {"parts": _listed([Part(row.due_on, row.amount_fen) for row in wrong.parts.all()]), "state": wrong.state}
    if said["parts"] == _listed(parts):
        raise RefusedError("correction_changes_nothing")
    _withdraw(customer, wrong, actor, now)
    right = _retake(customer, wrong, parts, actor, now) if parts else None
    if wrong.conversation is not None:
        spoken.unsay_within(customer=customer, contact=wrong.conversation.contact, now=now)
        if right is not None:
            closing = Closing(party="self", outcome="", account_id=wrong.account_id, promise_parts=parts)
            spoken.remember_call_within(customer=customer, conversation=wrong.conversation, closing=closing, now=now)
    right_now = {"promise": right.id if right else None, "parts": _listed(parts)}
    correction = _keep(customer, "promise", wrong.id, said, right_now, reason, staff, now)
    payload = {"promise": wrong.id, "right": right.id if right else None, "parts": _listed(parts)}
    _append(customer, "promise.corrected", correction, payload, actor, now, account_id=wrong.account_id)
    derivation.derive(customer=customer, now=now)
    return correction


@transaction.atomic(durable=True)
def hold(
    *, hold_id: int, kind: str, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> Correction:
    """Say that a hold was placed wrong: it ends, and one of the right kind begins when ``kind`` names it.

    A hold that comes with a promise, a claim or a plan is corrected with that; one for risk to life ends only when a
    second person agrees.
    """
    owner = Hold.objects.filter(id=hold_id).values_list("customer_id", flat=True).first()
    if owner is None:
        raise RefusedError("no_such_hold")
    customer = records.lock(customer_id=owner, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="hold.correct")
    records.check_may(actor=actor, action=ACTION)
    wrong = Hold.objects.get(id=hold_id)
    staff = _check(actor, wrong.placed_by_id, wrong.placed_at, reason, kind or wrong.kind, now)
    holds.check_releasable(hold=wrong, now=now, was_wrong=True)
    if kind == wrong.kind:
        raise RefusedError("correction_changes_nothing")
    holds.release_within(customer=customer, hold=wrong, reason=_TAKEN_BACK, actor=actor, now=now)
    if wrong.kind == HoldKind.DECEASED:
        people.undo_death_within(customer=customer, actor=actor, now=now)
    right = None
    if kind:
        account_id = wrong.account_id or customer.stage_account_id
        holds.check_by_hand(kind=kind)
        right = holds.place_within(
            customer=customer, kind=kind, actor=actor, now=now, account_id=account_id, channel=wrong.channel
        )
    right_now = {"hold": right.id if right else None, "kind": kind}
    correction = _keep(customer, "hold", wrong.id, {"kind": wrong.kind}, right_now, reason, staff, now)
    payload = {"hold": wrong.id, "was": wrong.kind, "kind": kind}
    _append(customer, "hold.corrected", correction, payload, actor, now, account_id=wrong.account_id)
    derivation.derive(customer=customer, now=now)
    return correction


def _check(
    actor: records.Actor, recorded_by: int | None, recorded_at: datetime, reason: str, kind: str, now: datetime
) -> Staff:
    """Return who corrects. Refuse who may not correct this fact, and a correction that does not say why."""
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    is_own = recorded_by == actor.staff.id
    if not may_correct(is_own=is_own, recorded_at=recorded_at, now=now, any_fact=actor.staff.may(ANY)):
        raise NotAllowedError("correction_by_supervisor")
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind=kind)
    return actor.staff


def _check_closing(conversation: Conversation, closing: Closing, right: Outcome) -> None:
    """Refuse an end that fits neither the party nor the identity check of the call, or is the one recorded."""
    if conversation.contact.channel == Channel.VISIT and not outcomes_of_visits([right]):
        raise RefusedError("outcome_not_of_visits")
    calls.check_closing(closing=closing, outcome=right, verified=conversation.verification == "verified")
    if (closing.party, closing.outcome) == (conversation.party, conversation.outcome):
        raise RefusedError("correction_changes_nothing")


def _take_back(customer: Customer, done: dict[str, Any], actor: records.Actor, now: datetime) -> None:
    """Take back one thing the outcome of a call brought. What has gone on since stands in the way."""
    if "promise" in done:
        promise = Promise.objects.get(id=done["promise"])
        if promise.state != PromiseState.WITHDRAWN:
            _withdraw(customer, promise, actor, now)
    elif "claim" in done:
        claims.withdraw_within(
            customer=customer, claim=PaymentClaim.objects.get(id=done["claim"]), actor=actor, now=now
        )
    elif "hold" in done:
        row = Hold.objects.get(id=done["hold"])
        if row.released_at is None:
            holds.release_within(customer=customer, hold=row, reason=_TAKEN_BACK, actor=actor, now=now)
    elif "handoff" in done:
        work = HandOff.objects.get(id=done["handoff"])
        if work.state in STILL_OPEN:
            handoffs.close_within(
                customer=customer, handoff=work, state=HandOffState.WITHDRAWN, actor=actor, now=now, result=_TAKEN_BACK
            )
        holds.release_source_within(
            customer=customer, source=holds_with.source_of(work), reason=_TAKEN_BACK, actor=actor, now=now
        )
    elif "number" in done:
        point = ContactPoint.objects.get(id=done["number"])
        if contact_points.has_moved_on(contact_point=point, change=done):
            raise RefusedError("correction_number_moved_on")
        refused = "permission" in done and point.permission == contact_points.REFUSED
        if refused and actor.staff is not None and not actor.staff.may(ANY):
            # A third party's refusal stands for good, unless a supervisor says that there was none.
            raise RefusedError("third_refusal_stands")
        contact_points.restore_within(customer=customer, contact_point=point, before=done, actor=actor, now=now)


def _withdraw(customer: Customer, promise: Promise, actor: records.Actor, now: datetime) -> None:
    if promise.state not in PENDING | {PromiseState.BROKEN, PromiseState.PARTLY_KEPT}:
        raise RefusedError("correction_moved_on", state=promise.state)
    if promise.state in NOT_KEPT:
        promise.state = PromiseState.WITHDRAWN.value
        promise.save(update_fields=["state"])
    else:
        promise_verdicts.end_within(
            customer=customer, promise=promise, state=PromiseState.WITHDRAWN, actor=actor, now=now
        )
    records.append(
        customer=customer,
        kind="promise.withdrawn",
        actor=actor,
        now=now,
        account_id=promise.account_id,
        payload={"promise": promise.id},
    )


def _retake(customer: Customer, wrong: Promise, parts: list[Part], actor: records.Actor, now: datetime) -> Promise:
    return promises.take_within(
        customer=customer,
        account_id=wrong.account_id,
        parts=parts,
        actor=actor,
        now=now,
        conversation_id=wrong.conversation_id,
        said_at=wrong.taken_at,
        puts_right=wrong,
    )


def _listed(parts: list[Part]) -> list[dict[str, Any]]:
    return [{"due_on": part.due_on.isoformat(), "amount_fen": part.amount_fen} for part in parts]


def _keep(
    customer: Customer,
    subject: str,
    subject_id: int,
    said: dict[str, Any],
    right: dict[str, Any],
    reason: str,
    staff: Staff,
    now: datetime,
) -> Correction:
    return Correction.objects.create(
        customer=customer,
        subject=subject,
        subject_id=subject_id,
        said=said,
        right=right,
        reason=harmless(reason).strip(),
        corrected_by=staff,
        corrected_at=now,
    )


def _append(
    customer: Customer,
    kind: str,
    correction: Correction,
    payload: dict[str, Any],
    actor: records.Actor,
    now: datetime,
    account_id: int | None = None,
) -> Event:
    return records.append(
        customer=customer,
        kind=kind,
        actor=actor,
        now=now,
        account_id=account_id,
        payload={"correction": correction.id, **payload},
        text=correction.reason,
    )
