"""The law of limitation and guarantee as the bank has it, and where the clocks of a record stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from collections_app.domain.clocks.guarantee import Period, period
from collections_app.models import (
    Account,
    ClockRule,
    ClockRuleKind,
    Customer,
    Guarantee,
    LimitationClock,
    LimitationEvent,
)


@dataclass(frozen=True)
class ClockLaw:
    """The rows of the law of one country. Without them no period is counted: it is unknown."""

    rows: dict[str, ClockRule]

    @property
    def years(self) -> int | None:
        """How long limitation runs."""
        return self._number(ClockRuleKind.LIMITATION_YEARS)

    @property
    def months(self) -> int | None:
        """How long a guarantee lasts where nothing was agreed."""
        return self._number(ClockRuleKind.GUARANTEE_MONTHS)

    def article(self, *, code: str = "", kind: str = "") -> str:
        """Return the article of a row by its code, else of the first row of what interrupts; empty when unknown."""
        if code in self.rows:
            return self.rows[code].article
        return next((row.article for row in self.rows.values() if kind and row.event_kind == kind), "")

    def _number(self, kind: str) -> int | None:
        return next((row.number for row in self.rows.values() if row.kind == kind), None)


def law_of(country: str) -> ClockLaw:
    """Return the law of a country. One query."""
    rows = ClockRule.objects.filter(country=country).order_by("code")
    return ClockLaw({row.code: row for row in rows})


def begins_on(account: Account) -> date | None:
    """Return the day from which limitation runs, or None when it is not known. One query for a loan.

    Of a loan with a schedule from its last instalment (民法典 189), else from the day the account fell overdue.
    """
    if account.product == "loan":
        last: date | None = account.schedule.aggregate(last=Max("due_on"))["last"]
        if last is not None:
            return last
    return account.overdue_since


def in_force(*, account_ids: Collection[int]) -> QuerySet[LimitationEvent]:
    """Return what interrupted these accounts and was not revoked."""
    return LimitationEvent.objects.filter(account_id__in=account_ids, revokes__isnull=True, revoked_by__isnull=True)


def of_record(customer: Customer) -> dict[int, LimitationClock]:
    """Return the clock of each account of a record by account, with its last interruption. One query."""
    rows = LimitationClock.objects.filter(customer=customer).select_related("last__recorded_by", "last__event__actor")
    return {row.account_id: row for row in rows}


def guarantees_of(customer: Customer) -> list[Guarantee]:
    """Return the guarantees of a record's accounts, with their guarantors. One query."""
    return list(Guarantee.objects.filter(customer=customer).select_related("person", "account").order_by("id"))


def period_of(guarantee: Guarantee, *, law: ClockLaw, today: date) -> Period:
    """Return where the period of a guarantee stands; without a row of the law an unagreed one is unknown."""
    return period(
        debt_due_on=guarantee.debt_due_on if law.months else None,
        agreed_until=guarantee.agreed_until,
        claimed_on=guarantee.claimed_on,
        months=law.months or 0,
        today=today,
    )
