"""Plans agreed at the desk: in force at once within somebody's authority, else asked for.

What was agreed by word of mouth needs the recording of the call in which it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction

from collections_app.domain.arrangements import IN_FORCE, Cost
from collections_app.domain.authority import LONGEST_MONTHS, PLAN
from collections_app.domain.typed import plain
from collections_app.models import Account, Approval, Arrangement, Customer, Recording, Staff
from collections_app.selectors import authority
from collections_app.services import approvals, derivation, grant_turns, note_words, plans, recordings, records, waivers
from collections_app.services.errors import NotAllowedError, RefusedError

KIND = "plan_terms"
ACTION = "plan.agree"
# A line short by so much is not late (practice.md 1, row 6: 10 yuan at most).
TOLERANCE_FEN = 1_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed: (last day, fen) of each instalment in rising order, days of grace, and how it was agreed.

    ``cost`` says which kind it is and how much is interest, ``waived`` what is let off with it once it is performed
    (fen by component), and ``replaces`` which plan in force it takes the place of.
    """

    instalments: Sequence[tuple[date, int]]
    grace_days: int = 3
    recording_id: int | None = None
    is_oral: bool = False
    cost: Cost = field(default_factory=Cost)
    waived: Mapping[str, int] = field(default_factory=dict)
    replaces_id: int | None = None

    @property
    def principal_fen(self) -> int:
        """How much of the debt is put off, in fen: all instalments without their interest."""
        return self.total_fen - self.cost.interest_fen

    @property
    def waiver_terms(self) -> waivers.Terms:
        """What is let off with it, as waivers know it."""
        return waivers.Terms(self.waived)

    @property
    def total_fen(self) -> int:
        """All instalments in fen."""
        return sum(fen for _, fen in self.instalments)

    def months(self, today: date) -> int:
        """How many months it runs from a day, a begun one counted."""
        last = max((day for day, _ in self.instalments), default=today)
        whole = (last.year - today.year) * 12 + last.month - today.month
        return whole + (last.day > today.day)

    def as_json(self) -> dict[str, Any]:
        """Return it as a request keeps it."""
        return {
            "instalments": [{"due_on": day.isoformat(), "amount_fen": fen} for day, fen in self.instalments],
            "grace_days": self.grace_days,
            "recording": self.recording_id,
            "is_oral": self.is_oral,
            "cost": {
                "kind": self.cost.kind,
                "method": self.cost.method,
                "annual_percent": str(self.cost.annual_percent),
                "cost_percent": None if self.cost.cost_percent is None else str(self.cost.cost_percent),
                "interest": list(self.cost.interest),
                "conditions": list(self.cost.conditions),
                "recalculates": self.cost.recalculates,
            },
            "waived": dict(self.waived),
            "replaces": self.replaces_id,
        }

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> "Terms":
        """Return what a request kept."""
        lines = [(date.fromisoformat(row["due_on"]), row["amount_fen"]) for row in payload["instalments"]]
        # A request of before plans had a cost has none.
        kept = payload.get("cost", {})
        shown = kept.get("cost_percent")
        cost = Cost(
            kept.get("kind", ""),
            kept.get("method", ""),
            Decimal(kept.get("annual_percent", "0")),
            None if shown is None else Decimal(shown),
            tuple(kept.get("interest", ())),
            tuple(kept.get("conditions", ())),
            kept.get("recalculates", ""),
        )
        return cls(
            lines,
            payload["grace_days"],
            payload["recording"],
            payload["is_oral"],
            cost,
            payload.get("waived", {}),
            payload.get("replaces"),
        )


@transaction.atomic(durable=True)
def agree_or_ask(
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
    """Put a plan within the person's own authority in force at once and return None; else ask for it.

    Raise RefusedError for what nobody may agree, an oral plan without a recording among it.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="plan.agree")
    records.check_may(actor=actor, action=ACTION)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=ACTION)
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind="hardship")
    account = check_within(customer=customer, account_id=account_id, terms=terms, now=now)
    grant_turns.take(staff=actor.staff, account=account)
    if not beyond(staff=actor.staff, account=account, terms=terms, now=now):
        agree_within(customer=customer, account=account, terms=terms, staff=actor.staff, actor=actor, now=now)
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
        payload=terms.as_json(),
        documents=documents,
    )


def check_within(*, customer: Customer, account_id: int, terms: Terms, now: datetime) -> Account:
    """Return the account of a locked record. Raise RefusedError for what nobody may agree on it."""
    account = Account.objects.filter(id=account_id, customer=customer, closed_in_core=False).first()
    if account is None:
        raise RefusedError("no_such_account")
    plans.check_within(
        customer=customer,
        account=account,
        instalments=terms.instalments,
        now=now,
        cost=terms.cost,
        replaces=_replaced(account, terms),
    )
    if terms.waived:
        waivers.check_within(customer=customer, account_id=account_id, terms=terms.waiver_terms)
        if terms.principal_fen + terms.waiver_terms.total_fen > account.payoff_fen:
            raise RefusedError("plan_above_payoff", payoff_fen=account.payoff_fen)
    if terms.months(now.date()) > LONGEST_MONTHS:
        raise RefusedError("plan_too_long", most=LONGEST_MONTHS)
    if terms.is_oral and terms.recording_id is None:
        raise RefusedError("plan_needs_recording")
    recording_of(customer=customer, terms=terms)
    return account


def _replaced(account: Account, terms: Terms) -> Arrangement | None:
    """Return the plan that terms take the place of. Raise RefusedError when it is not in force on the account."""
    if terms.replaces_id is None:
        return None
    found = Arrangement.objects.filter(id=terms.replaces_id, account=account, state__in=IN_FORCE).first()
    if found is None:
        raise RefusedError("no_such_arrangement")
    return found


def recording_of(*, customer: Customer, terms: Terms) -> Recording | None:
    """Return the recording terms rest on. Raise RefusedError when it is none of a call with this customer."""
    if terms.recording_id is None:
        return None
    rows = Recording.objects.filter(id=terms.recording_id, customer=customer).select_related("conversation")
    recording = rows.first()
    if recording is None:
        raise RefusedError("no_such_recording")
    return recording


def beyond(*, staff: Staff, account: Account, terms: Terms, now: datetime) -> list[str]:
    """Return the limits of a person's authority that the terms go beyond, what is let off with them included."""
    found = authority.exceeded(
        staff=staff,
        account=account,
        lines=[(PLAN, terms.principal_fen, account.payoff_fen)],
        now=now,
        months=terms.months(now.date()),
    )
    limits = [limit.value for limit in found.get(PLAN, [])]
    if terms.waived:
        for past in waivers.beyond(staff=staff, account=account, terms=terms.waiver_terms, now=now).values():
            limits += [limit for limit in past if limit not in limits]
    return limits


def agree_within(
    *,
    customer: Customer,
    account: Account,
    terms: Terms,
    staff: Staff,
    actor: records.Actor,
    now: datetime,
    approval: Approval | None = None,
) -> Arrangement:
    """Put a plan and what is let off with it in force on a record the caller has locked and checked.

    The caller derives.
    """
    recording = recording_of(customer=customer, terms=terms)
    if recording is not None:
        last = terms.instalments[-1][0]
        recording = recordings.keep_until_within(
            customer=customer, recording=recording, settled_on=last, actor=actor, now=now
        )
    plan = plans.agree_within(
        customer=customer,
        account=account,
        source="negotiation",
        source_reference=f"desk:{now.isoformat()}",
        instalments=terms.instalments,
        grace_days=terms.grace_days,
        actor=actor,
        now=now,
        is_oral=terms.is_oral,
        recording=recording,
        agreed_by=staff,
        cost=terms.cost,
        tolerance_fen=TOLERANCE_FEN,
        replaces=_replaced(account, terms),
    )
    if terms.waived:
        waivers.grant_within(
            customer=customer,
            account=account,
            terms=terms.waiver_terms,
            staff=staff,
            actor=actor,
            now=now,
            approval=approval,
            arrangement=plan,
        )
    return plan
