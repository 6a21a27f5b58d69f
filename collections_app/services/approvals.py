"""Approvals: asking for a second person's decision, and deciding. Nobody decides their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from collections_app.domain.approvals import VERDICTS, ApprovalState, expires_at
from collections_app.domain.typed import harmless, plain, visible
from collections_app.models import Approval, ApprovalEvidence, Customer, EventCursor
from collections_app.selectors import records as visible_records
from collections_app.selectors.rules import calendars
from collections_app.selectors.zones import bank_zone
from collections_app.services import cases, derivation, feed, grant_turns, records, sweeps
from collections_app.services.approval_kinds.base import ApprovalKind, kinds
from collections_app.services.errors import NotAllowedError, RefusedError

SEALED_STORAGE = "sealed"
MOST_DOCUMENTS = 5
_READER = "approvals.sweep"


def kind_of(code: str) -> ApprovalKind:
    """Return a kind by its code. Raise RefusedError when there is none."""
    kind = kinds().get(code)
    if kind is None:
        raise RefusedError("no_such_approval")
    return kind


@transaction.atomic(durable=True)
def ask(
    *,
    kind: str,
    subject: str,
    reason: str,
    actor: records.Actor,
    now: datetime,
    customer_id: int | None = None,
    account_id: int | None = None,
    seen_version: int | None = None,
    amount_fen: int | None = None,
    payload: Mapping[str, Any] | None = None,
    documents: Sequence[File[bytes]] = (),
) -> Approval:
    """Ask for a decision on ``subject``, and return the request, waiting.

    ``amount_fen`` is what it would cost the bank, in fen. Raise RefusedError when the same is asked for already,
    cannot be done, or has no reason; NotAllowedError when the role may not ask.
    """
    customer = records.lock(customer_id=customer_id, now=now) if customer_id is not None else None
    if customer is not None:
        records.check_seen(customer=customer, seen_version=seen_version, write="approval.ask")
    return ask_within(
        customer=customer,
        kind=kind,
        subject=subject,
        reason=reason,
        actor=actor,
        now=now,
        account_id=account_id,
        amount_fen=amount_fen,
        payload=payload,
        documents=documents,
    )


def ask_within(
    *,
    customer: Customer | None,
    kind: str,
    subject: str,
    reason: str,
    actor: records.Actor,
    now: datetime,
    account_id: int | None = None,
    amount_fen: int | None = None,
    payload: Mapping[str, Any] | None = None,
    documents: Sequence[File[bytes]] = (),
) -> Approval:
    """Ask for a decision in the caller's transaction; the record, when there is one, is locked by the caller."""
    of = kind_of(kind)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=of.ask_action)
    records.check_may(actor=actor, action=of.ask_action)
    if not plain(reason):
        raise RefusedError("reason_missing")
    if len(documents) > MOST_DOCUMENTS:
        raise RefusedError("approval_too_many_documents", most=MOST_DOCUMENTS)
    approval = Approval(
        kind=kind,
        subject=subject,
        customer=customer,
        account_id=account_id,
        branch=customer.branch if customer else None,
        asked_by=actor.staff,
        asked_department=actor.department,
        asked_at=now,
        expires_at=_expiry(customer, now),
        reason=harmless(reason).strip(),
        amount_fen=amount_fen,
        payload=dict(payload or {}),
    )
    of.check(approval=approval, now=now)
    try:
        with transaction.atomic():
            approval.save()
    except IntegrityError as error:
        raise RefusedError("approval_waiting_already") from error
    for document in documents:
        _keep(approval, document, now)
    _append(approval, customer, "approval.asked", actor, now, approval.reason)
    feed.wake_inboxes()
    return approval


@transaction.atomic(durable=True)
def decide(
    *,
    approval_id: int,
    verdict: str,
    answer: str,
    actor: records.Actor,
    now: datetime,
    seen_version: int | None = None,
) -> Approval:
    """Approve, reject or return a request; an approval is carried out in the same transaction.

    Rejecting and returning need words. Raise RefusedError when it is one's own, does not wait any more or cannot be
    done now; StaleWriteError when the record has changed since the decider saw it; NotAllowedError when the role,
    its authority or the person's scope does not reach so far.
    """
    customer, approval = _locked(approval_id, now)
    # Who comes second is told who was first, and not only that the record has moved.
    _check_waits(approval, now)
    if customer is not None:
        records.check_seen(customer=customer, seen_version=seen_version, write="approval.decide")
    of = kind_of(approval.kind)
    _check_decider(approval, customer, of, actor, now)
    if verdict not in VERDICTS:
        raise RefusedError("no_such_verdict")
    if verdict != ApprovalState.APPROVED and not plain(answer):
        raise RefusedError("reason_missing")
    if verdict == ApprovalState.APPROVED:
        of.check(approval=approval, now=now)
    _settle(approval, customer, ApprovalState(verdict), actor, now, harmless(answer).strip())
    if verdict == ApprovalState.APPROVED:
        of.apply(approval=approval, customer=customer, actor=actor, now=now)
    else:
        of.drop(approval=approval, customer=customer, actor=actor, now=now)
    if customer is not None:
        derivation.derive(customer=customer, now=now)
        cases.close_if_done_within(customer=customer, now=now)
    return approval


@transaction.atomic(durable=True)
def withdraw(*, approval_id: int, actor: records.Actor, now: datetime) -> Approval:
    """Take back one's own request. Raise RefusedError when it does not wait any more, or is not one's own."""
    customer, approval = _locked(approval_id, now)
    if actor.staff is None or approval.asked_by_id != actor.staff.id:
        raise NotAllowedError("not_allowed", action="approval.withdraw")
    _check_waits(approval, now)
    _settle(approval, customer, ApprovalState.WITHDRAWN, actor, now, "")
    kind_of(approval.kind).drop(approval=approval, customer=customer, actor=actor, now=now)
    return approval


@transaction.atomic(durable=True)
def read_answer(*, approval_id: int, actor: records.Actor, now: datetime) -> bool:
    """Remember that who asked has seen the answer; return whether it was new to them. Moves nothing else."""
    rows = Approval.objects.filter(id=approval_id, asked_by=actor.staff, answer_read_at__isnull=True)
    read = rows.exclude(decided_at__isnull=True).update(answer_read_at=now)
    if read:
        # The number in the navigation of every page this person has open.
        feed.wake_inboxes()
    return bool(read)


def sweep(*, now: datetime, limit: int = 500) -> int:
    """End the requests nobody answered in time, and those whose matter has gone; return how many.

    All that have lapsed are ended. Of the others ``limit`` are looked at, from where the last sweep stopped, so that
    each has its turn however many wait.
    """
    waiting = Approval.objects.filter(state=ApprovalState.PENDING)
    lapsed = waiting.filter(expires_at__lte=now).order_by("expires_at", "id").values_list("id", flat=True)
    rows = [*lapsed, *_next_round(waiting.filter(expires_at__gt=now), limit)]
    return sweeps.each(rows, lambda approval_id: _end_if_over(approval_id, now))


def _next_round(waiting: QuerySet[Approval], limit: int) -> list[int]:
    """Return the next requests by id, the first again after the last, and remember where that ends."""
    cursor, _ = EventCursor.objects.get_or_create(reader=_READER)
    rows = waiting.order_by("id").values_list("id", flat=True)
    found = list(rows.filter(id__gt=cursor.place)[:limit])
    found += rows.filter(id__lte=cursor.place)[: limit - len(found)]
    if found:
        EventCursor.objects.filter(reader=_READER).update(place=found[-1])
    return found


@transaction.atomic(durable=True)
def _end_if_over(approval_id: int, now: datetime) -> bool:
    customer, approval = _locked(approval_id, now)
    if approval.state != ApprovalState.PENDING:
        return False
    if approval.expires_at <= now:
        _end(approval, customer, ApprovalState.EXPIRED, now, "")
        return True
    try:
        kind_of(approval.kind).check(approval=approval, now=now)
    except RefusedError as error:
        _end(approval, customer, ApprovalState.OVERTAKEN, now, error.code)
        return True
    return False


def _end(approval: Approval, customer: Customer | None, state: ApprovalState, now: datetime, why: str) -> None:
    _settle(approval, customer, state, records.SYSTEM, now, why)
    kind_of(approval.kind).drop(approval=approval, customer=customer, actor=records.SYSTEM, now=now)


def end_within(*, customer: Customer, kind: str, subject: str, actor: records.Actor, why: str, now: datetime) -> bool:
    """End the request that waits for a matter which has gone; return whether there was one.

    The record is locked by the caller. Who asked takes it back; for anybody else it is overtaken, and the code ``why``
    says by what.
    """
    waiting = Approval.objects.select_for_update(of=("self",)).filter(customer=customer, kind=kind, subject=subject)
    approval = waiting.filter(state=ApprovalState.PENDING).first()
    if approval is None:
        return False
    if actor.staff is not None and actor.staff.pk == approval.asked_by_id:
        _settle(approval, customer, ApprovalState.WITHDRAWN, actor, now, "")
        kind_of(kind).drop(approval=approval, customer=customer, actor=actor, now=now)
    else:
        _end(approval, customer, ApprovalState.OVERTAKEN, now, why)
    return True


def _check_decider(
    approval: Approval, customer: Customer | None, of: ApprovalKind, actor: records.Actor, now: datetime
) -> None:
    """Refuse who asked, whose role may not, whose authority is too small, and whose scope ends before the record."""
    records.check_may(actor=actor, action=of.decide_action)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=of.decide_action)
    if approval.asked_by_id == actor.staff.id:
        raise RefusedError("own_work")
    if approval.account is not None and approval.amount_fen is not None:
        grant_turns.take(staff=actor.staff, account=approval.account)
    if not of.within_authority(approval=approval, staff=actor.staff, now=now):
        raise NotAllowedError(
            "above_authority" if approval.amount_fen else "beyond_authority", amount_fen=approval.amount_fen
        )
    if customer is not None and not visible_records.scoped(actor.staff, now=now).filter(id=customer.id).exists():
        raise NotAllowedError("not_allowed", action=of.decide_action)


def _check_waits(approval: Approval, now: datetime) -> None:
    if approval.state != ApprovalState.PENDING:
        raise RefusedError(
            "approval_decided_already",
            approval_state=approval.state,
            who=approval.decided_by.name if approval.decided_by else "—",
        )
    if approval.expires_at <= now:
        raise RefusedError("approval_expired")


def _settle(
    approval: Approval,
    customer: Customer | None,
    state: ApprovalState,
    actor: records.Actor,
    now: datetime,
    answer: str,
) -> None:
    approval.state, approval.decided_at, approval.decided_by, approval.answer = state.value, now, actor.staff, answer
    if state is ApprovalState.WITHDRAWN:
        # Taking it back is no decision: nobody decides their own.
        approval.decided_by = None
    approval.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    _append(approval, customer, "approval.decided", actor, now, answer)
    feed.wake_inboxes()


def _append(
    approval: Approval, customer: Customer | None, kind: str, actor: records.Actor, now: datetime, text: str
) -> None:
    if customer is None:
        return
    of = kind_of(approval.kind)
    records.append(
        customer=customer,
        kind=kind,
        actor=actor,
        now=now,
        account_id=approval.account_id,
        payload={"approval": approval.id, "kind": approval.kind, "state": approval.state, **of.facts(approval)},
        # Why a machine ended it is a code, not words.
        text=text if actor.staff and of.words_on_record else "",
    )


def _locked(approval_id: int, now: datetime) -> tuple[Customer | None, Approval]:
    """Lock the record first, when there is one, and then the request."""
    row = Approval.objects.filter(id=approval_id).values_list("customer_id", flat=True).first()
    customer = records.lock(customer_id=row, now=now) if row is not None else None
    approval = Approval.objects.select_for_update(of=("self",)).filter(id=approval_id).first()
    if approval is None:
        raise RefusedError("no_such_approval")
    return customer, approval


def _expiry(customer: Customer | None, now: datetime) -> datetime:
    local = now.astimezone(bank_zone())
    country = customer.country if customer else "CN"
    return expires_at(asked_at=local, calendar=calendars(countries=[country], around=local.date())[country])


def _keep(approval: Approval, document: File[bytes], now: datetime) -> None:
    name = visible(Path(document.name or "document").name)
    stored_as = storages[SEALED_STORAGE].save(f"approvals/{approval.id}/{name}", document)
    ApprovalEvidence.objects.create(
        approval=approval,
        name=name,
        content_type=str(getattr(document, "content_type", ""))[:80],
        size=document.size,
        stored_as=stored_as,
        added_at=now,
    )
