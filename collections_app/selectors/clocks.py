"""The law of limitation and guarantee as the bank has it, and where the clocks of a record stand."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from collections_app.domain import legal
from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.clocks.guarantee import Period, period
from collections_app.domain.clocks.limitation import FILINGS, Extension, Obstacle
from collections_app.domain.holds import HoldKind
from collections_app.domain.ownership.pools import Pool
from collections_app.models import (
    Account,
    ClockRule,
    ClockRuleKind,
    Customer,
    Guarantee,
    Hold,
    ImportedDay,
    LegalStep,
    LimitationClock,
    LimitationEvent,
    LimitationSuspension,
)


@dataclass(frozen=True)
class ClockLaw:
    """The rows of the law of one country. Without them no period is counted: it is unknown."""

    rows: dict[str, ClockRule]
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    @property
    def years(self) -> int | None:
        """How long limitation runs."""
        return self._number(ClockRuleKind.LIMITATION_YEARS)

    @property
    def months(self) -> int | None:
        """How long a guarantee lasts where nothing was agreed."""
        return self._number(ClockRuleKind.GUARANTEE_MONTHS)

    @property
    def suspended_months(self) -> int:
        """How long limitation still runs after an obstacle is gone; 0 until somebody has verified the row."""
        return self._verified(ClockRuleKind.SUSPENDED_MONTHS)

    @property
    def enforcement_years(self) -> int | None:
        """How long a judgment may be taken to enforcement."""
        return self._number(ClockRuleKind.ENFORCEMENT_YEARS)

    @property
    def moves_holidays(self) -> bool:
        """Whether a last day on which nobody works moves on: only once somebody has verified the row."""
        return bool(self._verified(ClockRuleKind.HOLIDAY_END))

    def last_day(self, day: date) -> date:
        """Return the day itself where people work or no calendar says, else the next day worked."""
        rests = self.moves_holidays and self.calendar.works(day) is False
        return (self.calendar.next_working_day(day) if rests else None) or day

    def article(self, *, code: str = "", kind: str = "") -> str:
        """Return the article of a row by its code, else of the first row of what interrupts; empty when unknown."""
        if code in self.rows:
            return self.rows[code].article
        return next((row.article for row in self.rows.values() if kind and row.event_kind == kind), "")

    def _verified(self, kind: str) -> int:
        return next((row.number or 0 for row in self.rows.values() if row.kind == kind and row.verified), 0)

    def _number(self, kind: str) -> int | None:
        return next((row.number for row in self.rows.values() if row.kind == kind), None)


def law_of(country: str) -> ClockLaw:
    """Return the law of a country. One query, and one for its calendar where holidays move a last day."""
    rows = ClockRule.objects.filter(country=country).order_by("code")
    law = ClockLaw({row.code: row for row in rows})
    return ClockLaw(law.rows, calendar_of(country)) if law.moves_holidays else law


def calendar_of(country: str) -> WorkCalendar:
    """Return the calendar of a country, all years that are published. One query."""
    return WorkCalendar(dict(ImportedDay.objects.filter(country=country).values_list("on", "works")))


def moved_days() -> list[tuple[str, date, date]]:
    """Return each day of rest by country with the day a period that ends on it moves to, where the law is verified."""
    found: list[tuple[str, date, date]] = []
    verified = ClockRule.objects.filter(kind=ClockRuleKind.HOLIDAY_END, verified=True)
    for country in verified.values_list("country", flat=True):
        calendar = calendar_of(country)
        for year in sorted({day.year for day in calendar.days}):
            days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
            for day in days:
                moved = calendar.next_working_day(day) if day.year == year and calendar.works(day) is False else None
                if moved is not None:
                    found.append((country, day, moved))
    return found


def suspensions_of(*, account_ids: Collection[int]) -> QuerySet[LimitationSuspension]:
    """Return what suspends the limitation of these accounts and was not revoked, the earliest first."""
    rows = LimitationSuspension.objects.filter(account_id__in=account_ids, revoked_at__isnull=True)
    return rows.order_by("since", "id")


def extension_of(account: Account, *, law: ClockLaw, today: date) -> Extension:
    """Return what lengthens the limitation of an account. One query, none where the law of suspension is unverified."""
    months = law.suspended_months
    rows = suspensions_of(account_ids=[account.pk]).values_list("since", "gone_on") if months else ()
    return Extension(today, [Obstacle(since, gone_on) for since, gone_on in rows], months, law.last_day)


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


def unfiled() -> QuerySet[LimitationClock]:
    """Return the clocks of accounts that are held for a suit and have no filing on record."""
    holds = Hold.objects.filter(kind=HoldKind.LITIGATION, released_at__isnull=True)
    suits = holds.filter(Q(account=OuterRef("account")) | Q(account=None, customer=OuterRef("customer")))
    filed = LimitationEvent.objects.filter(
        account=OuterRef("account"), kind__in=FILINGS, revokes__isnull=True, revoked_by__isnull=True
    )
    return LimitationClock.objects.filter(Exists(suits), ~Exists(filed))


def unenforced_judgments() -> QuerySet[LegalStep]:
    """Return the last judgment of each account with something owed that nobody has had enforced yet.

    A later judgment, as on appeal, begins the term anew; of one recorded again the newest row counts.
    """
    done = LegalStep.objects.filter(
        account=OuterRef("account"), on__gte=OuterRef("on"), state__in=legal.ENFORCED | legal.OVER
    )
    judged = LegalStep.objects.filter(~Exists(done), state=legal.JUDGED, account__closed_in_core=False)
    judged = judged.filter(account__payoff_fen__gt=0).exclude(account__placement=Pool.ASSIGNED)
    return judged.order_by("account", "-on", "-id").distinct("account")


def enforcement_years() -> dict[str, int]:
    """Return how many years enforcement may be applied for, by country, where a law is on file. One query."""
    law = ClockRule.objects.filter(kind=ClockRuleKind.ENFORCEMENT_YEARS, number__isnull=False)
    return {country: number for country, number in law.values_list("country", "number") if number}


def unenforced() -> Iterable[tuple[int, date | None]]:
    """Return (branch id, last day) of each judgment still to be enforced; None where no law on file counts the term.

    Two queries.
    """
    years = enforcement_years()
    return [
        (branch_id, legal.enforce_by(on=on, perform_until=until, years=years.get(country)))
        for branch_id, country, on, until in unenforced_judgments().values_list(
            "customer__branch_id", "customer__country", "on", "perform_until"
        )
    ]


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
