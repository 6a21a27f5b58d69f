"""Where an account stands before the courts, and the assignment of its claim: legal's own facts, with their effects."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from collections_app.domain import legal as rules
from collections_app.domain.holds import HoldKind
from collections_app.domain.ownership.pools import Pool, pool_of_unit
from collections_app.domain.typed import harmless, plain
from collections_app.models import Account, Approval, ClaimAssignment, Customer, Hold, LegalStep
from collections_app.selectors import codes
from collections_app.selectors.legal import settled
from collections_app.services import derivation, holds, note_words, records
from collections_app.services.clocks import recording
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.ownership.moving import Move, move_within

ACTION, KIND = "legal.record", "claim_assignment"


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is recorded: a code of the list ``legal_states``, its day, the court and what proves it.

    A judgment may name the last day it sets to perform.
    """

    state: str
    on: date
    court: str
    case_number: str
    evidence: str
    perform_until: date | None = None


@transaction.atomic(durable=True)
def record(
    *, customer_id: int, account_id: int, step: Step, actor: records.Actor, seen_version: int | None, now: datetime
) -> LegalStep:
    """Record a step of an account before the courts, and do what it brings in the same transaction.

    Raise RefusedError for what `record_within` refuses.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    row = record_within(customer=customer, account_id=account_id, step=step, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return row


def record_within(*, customer: Customer, account_id: int, step: Step, actor: records.Actor, now: datetime) -> LegalStep:
    """Record a step on a record the caller has locked, in whose own permission it lies; the caller derives.

    From preservation or filing on the account is held for the court and is legal's; what is filed interrupts
    limitation; when it is over, both end. A step recorded late, older than another one, interrupts but moves nothing.
    A judgment on record with the same court and number is recorded again to give it another or a first day to perform:
    the newest row counts, and nothing moves.
    Raise RefusedError for a state legal does not record, a day to come, the same step of the same day again, anything
    but the end of an account the core has closed, a day to perform that no judgment can set, or when the court, the
    case's number or the evidence is missing.
    """
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    account = _account(customer, account_id, closed=True)
    court, number = harmless(step.court).strip()[:80], harmless(step.case_number).strip()[:60]
    _check(customer, account, step, court, number, now)
    steps = LegalStep.objects.filter(account=account)
    wrong_one = _corrected(steps.filter(state=step.state, on=step.on), step, court, number)
    is_newest = wrong_one is None and not steps.filter(on__gt=step.on).exists()
    row = LegalStep.objects.create(
        customer=customer, account=account, state=step.state, on=step.on, court=court, case_number=number,
        evidence=harmless(step.evidence).strip(), perform_until=step.perform_until, recorded_by=actor.staff,
        recorded_at=now,
    )  # fmt: skip
    until = step.perform_until
    records.append(
        customer=customer, kind="legal.step", actor=actor, now=now, account_id=account.pk,
        payload={
            "step": row.pk, "state": row.state, "on": row.on.isoformat(),
            "perform_until": until.isoformat() if until else None, "corrects": wrong_one.pk if wrong_one else None,
        },
    )  # fmt: skip
    if kind := rules.INTERRUPTS.get(row.state):
        recording.interrupt_within(
            customer=customer, account=account, kind=kind, on=row.on, evidence=row.evidence, actor=actor, now=now
        )
    if is_newest:
        _follow(customer, account, row, actor, now)
    return row


def _check(customer: Customer, account: Account, step: Step, court: str, number: str, now: datetime) -> None:
    """Raise RefusedError for a step that says too little, or what cannot be."""
    if account.closed_in_core and step.state not in rules.OVER:
        raise RefusedError("legal_account_closed")
    known = step.state in codes.seen().terms("legal_states")
    if wrong := rules.problem(state=step.state, known=known, court=court, case_number=number):
        raise RefusedError(wrong)
    if step.on > _today(customer, now):
        raise RefusedError("day_to_come")
    until = step.perform_until
    if until is not None and not rules.can_set_day(state=step.state, on=step.on, perform_until=until):
        raise RefusedError("legal_perform_day_wrong")
    if not plain(step.evidence):
        raise RefusedError("evidence_missing")
    note_words.check(text=step.evidence, kind="hardship")


def _corrected(same: QuerySet[LegalStep], step: Step, court: str, number: str) -> LegalStep | None:
    """Return the judgment on record to which a step gives another or a first day to perform; None where it is new."""
    last = same.order_by("-id").first()
    if last is None:
        return None
    is_same_case = (last.court, last.case_number) == (court, number)
    if step.perform_until is None or step.perform_until == last.perform_until or not is_same_case:
        raise RefusedError("legal_step_recorded_already")
    return last


def _follow(customer: Customer, account: Account, row: LegalStep, actor: records.Actor, now: datetime) -> None:
    source = f"legal:{account.pk}"
    in_force = Hold.objects.filter(customer=customer, kind=HoldKind.LITIGATION, released_at__isnull=True)
    if row.state in rules.BEFORE_COURT:
        if not in_force.filter(account=account).exists():
            holds.place_within(
                customer=customer, kind=HoldKind.LITIGATION, actor=actor, now=now, account_id=account.pk, source=source
            )
        _move(customer, account, Pool.LEGAL, actor, now)
    elif row.state in rules.OVER:
        for hold in in_force.filter(account=account, source=source):
            holds.release_within(customer=customer, hold=hold, reason="legal_over", actor=actor, now=now)
        if account.placement == Pool.LEGAL:
            owner = account.owner
            back = pool_of_unit(owner.branch.kind) if owner is not None and owner.branch is not None else Pool.IN_HOUSE
            _move(customer, account, back, actor, now)


def _move(customer: Customer, account: Account, pool: Pool, actor: records.Actor, now: datetime) -> None:
    # A hold has called it back from an agency by now.
    account.refresh_from_db(fields=["owner", "placement"])
    if account.placement == pool:
        return
    owner = None if pool == Pool.ASSIGNED else account.owner_id
    move = Move(account, owner, pool.value, {"reason": "legal"})
    move_within(customers={customer.pk: customer}, moves=[move], actor=actor, now=now)


def check_assignment(*, customer: Customer, account_id: int | None, payload: Mapping[str, Any], now: datetime) -> None:
    """Raise RefusedError when the claim of an account can not be recorded as assigned, or not any more."""
    account = _to_assign(customer, account_id)
    if ClaimAssignment.objects.filter(account=account).exists():
        raise RefusedError("claim_assigned_already")
    if not (plain(payload["assignee"]) and plain(payload["reached_by"])):
        raise RefusedError("assignee_missing")
    assigned_on, notified_on = (date.fromisoformat(payload[name]) for name in ("assigned_on", "notified_on"))
    if notified_on > _today(customer, now):
        raise RefusedError("day_to_come")
    if notified_on < assigned_on:
        raise RefusedError("told_before_assigned")


def assign_within(*, customer: Customer, approval: Approval, actor: records.Actor, now: datetime) -> None:
    """Record that a claim is somebody else's, in the transaction of its approval; the caller derives.

    The account is silent from now on, nobody's here, and the notice to the debtor interrupted its limitation.
    """
    account = _to_assign(customer, approval.account_id)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    payload = approval.payload
    row = ClaimAssignment.objects.create(
        customer=customer, account=account, assignee=payload["assignee"], reached_by=payload["reached_by"],
        assigned_on=payload["assigned_on"], notified_on=payload["notified_on"], evidence=approval.reason,
        asked_by=approval.asked_by, approved_by=actor.staff, at=now,
    )  # fmt: skip
    recording.interrupt_within(
        customer=customer, account=account, kind="assignment", on=date.fromisoformat(payload["notified_on"]),
        evidence=approval.reason, actor=actor, now=now,
    )  # fmt: skip
    holds.place_within(
        customer=customer, kind=HoldKind.ASSIGNED, actor=actor, now=now, account_id=account.pk,
        source=f"assignment:{row.pk}",
    )  # fmt: skip
    _move(customer, account, Pool.ASSIGNED, actor, now)
    records.append(
        customer=customer, kind="account.assigned", actor=actor, now=now, account_id=account.pk,
        payload={"assignment": row.pk, "on": payload["assigned_on"]},
    )  # fmt: skip


def _account(customer: Customer, account_id: int, *, closed: bool = False) -> Account:
    """Return an account whose claim is the bank's; one the core has closed only if ``closed``."""
    account = Account.objects.filter(id=account_id, customer=customer).first()
    if account is None or account.placement == Pool.ASSIGNED or (account.closed_in_core and not closed):
        raise RefusedError("no_such_account")
    return account


def _to_assign(customer: Customer, account_id: int | None) -> Account:
    """Return an account whose claim may be assigned: the bank's, and not settled by legal's own word.

    What was sold often leaves the core's file before legal records it.
    """
    account = _account(customer, account_id or 0, closed=True)
    if account.closed_in_core and account.pk in settled(customer):
        raise RefusedError("no_such_account")
    return account


def _today(customer: Customer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(customer.time_zone)).date()
