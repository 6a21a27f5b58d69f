"""Waivers: what the bank lets a customer off, within somebody's authority or with an approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from collections_app.domain.authority import COLUMNS, waiver_problem
from collections_app.domain.typed import plain
from collections_app.models import Account, Approval, Arrangement, Customer, Staff, Waiver
from collections_app.selectors import authority, codes
from collections_app.services import approvals, derivation, grant_turns, note_words, records
from collections_app.services.errors import NotAllowedError, RefusedError

KIND = "waiver"
ACTION = "waiver.ask"
ON_COMPLETION = "on_completion"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be let off: fen by component, when, and whether the account is settled with it."""

    lines: Mapping[str, int]
    timing: str = ON_COMPLETION
    settlement: bool = False

    @property
    def total_fen(self) -> int:
        """All of it in fen."""
        return sum(self.lines.values())

    def as_json(self) -> dict[str, Any]:
        """Return it as a request keeps it."""
        return {"lines": dict(self.lines), "timing": self.timing, "settlement": self.settlement}

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> "Terms":
        """Return what a request kept."""
        return cls(payload["lines"], payload["timing"], payload["settlement"])


@transaction.atomic(durable=True)
def grant_or_ask(
    *,
    customer_id: int,
    account_id: int,
    terms: Terms,
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    documents: Sequence[File[bytes]] = (),
) -> Approval | None:
    """Let off what is within the person's own authority at once and return None; else ask, and return the request.

    Raise RefusedError for what nobody may grant.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="waiver.ask")
    records.check_may(actor=actor, action=ACTION)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind="hardship")
    account = check_within(customer=customer, account_id=account_id, terms=terms)
    grant_turns.take(staff=actor.staff, account=account)
    if not beyond(staff=actor.staff, account=account, terms=terms, now=now):
        grant_within(
            customer=customer, account=account, terms=terms, staff=actor.staff, actor=actor, now=now, text=reason
        )
        derivation.derive(customer=customer, now=now)
        return None
    return approvals.ask_within(
        customer=customer,
        kind=KIND,
        subject=f"account:{account_id}",
        reason=reason,
        actor=actor,
        now=now,
        account_id=account_id,
        amount_fen=terms.total_fen,
        payload=terms.as_json(),
        documents=documents,
    )


def check_within(*, customer: Customer, account_id: int, terms: Terms) -> Account:
    """Return the account of a locked record. Raise RefusedError for what nobody may let off on it."""
    account = Account.objects.filter(id=account_id, customer=customer, closed_in_core=False).first()
    if account is None:
        raise RefusedError("no_such_account")
    if not terms.lines:
        raise RefusedError("waiver_not_positive")
    if terms.timing not in codes.seen().terms("waiver_timings"):
        raise RefusedError("no_such_waiver_timing")
    owed = authority.owed(account)
    taken: dict[str, int] = {}
    for component, amount_fen in terms.lines.items():
        # Components of one column of the core's balance share what is owed of it.
        column = COLUMNS.get(component, component)
        left = owed.get(component, 0) - taken.get(column, 0)
        wrong = waiver_problem(component=component, amount_fen=amount_fen, owed_fen=left, settlement=terms.settlement)
        if wrong:
            raise RefusedError(wrong, owed_fen=left, component=component)
        taken[column] = taken.get(column, 0) + amount_fen
    return account


def beyond(*, staff: Staff, account: Account, terms: Terms, now: datetime) -> dict[str, list[str]]:
    """Return by component the limits of a person's authority that the terms go beyond."""
    owed = authority.owed(account)
    lines = [(component, fen, owed.get(component, 0)) for component, fen in terms.lines.items()]
    found = authority.exceeded(staff=staff, account=account, lines=lines, now=now)
    return {component: [limit.value for limit in limits] for component, limits in found.items()}


def grant_within(
    *,
    customer: Customer,
    account: Account,
    terms: Terms,
    staff: Staff,
    actor: records.Actor,
    now: datetime,
    approval: Approval | None = None,
    text: str = "",
    arrangement: Arrangement | None = None,
) -> list[Waiver]:
    """Write down what is let off on a record the caller has locked and checked; the caller derives.

    What is let off with a plan lapses when the plan is broken or annulled.
    """
    owed = authority.owed(account)
    rows = [
        Waiver(
            customer=customer,
            account=account,
            component=component,
            amount_fen=fen,
            owed_fen=owed[component],
            timing=terms.timing,
            settlement=terms.settlement,
            granted_by=staff,
            granted_at=now,
            approval=approval,
            arrangement=arrangement,
        )
        for component, fen in terms.lines.items()
    ]
    Waiver.objects.bulk_create(rows)
    records.append(
        customer=customer,
        kind="waiver.granted",
        actor=actor,
        now=now,
        account_id=account.id,
        payload={
            **terms.as_json(),
            "approval": approval.id if approval else None,
            "plan": arrangement.id if arrangement else None,
        },
        text=text,
    )
    return rows
