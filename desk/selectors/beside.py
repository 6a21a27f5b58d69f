"""What stands beside a record: its clocks, its people, and the estate of a customer who has died."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from collections_app.domain.clocks.guarantee import Period
from collections_app.domain.clocks.limitation import FILINGS
from collections_app.domain.holds import HoldKind
from collections_app.models import (
    Account,
    AccountParty,
    Customer,
    Estate,
    Guarantee,
    Hold,
    LimitationClock,
    LimitationSuspension,
    RelatedPerson,
)
from collections_app.selectors import clocks


@dataclass(frozen=True)
class AccountClock:
    """The limitation of one account; without a row, or a last day, it is unknown.

    ``suspensions`` count once the row of the law is verified (``counted``).
    ``unfiled``: it is before a court, but no filing is on record, so that limitation runs on as if there were no suit.
    """

    account: Account
    clock: LimitationClock | None
    today: date
    unfiled: bool = False
    suspensions: list[LimitationSuspension] = field(default_factory=list)
    counted: bool = False

    @property
    def level(self) -> str:
        """How near the end is, as a code of clock levels."""
        return self.clock.level if self.clock else "unknown"

    @property
    def days_left(self) -> int | None:
        """How many days are left, the last one included."""
        return (self.clock.until - self.today).days if self.clock and self.clock.until else None


@dataclass(frozen=True)
class GuaranteeClock:
    """The period of one guarantee."""

    guarantee: Guarantee
    period: Period
    today: date

    @property
    def days_left(self) -> int | None:
        """How many days are left of a period that still runs."""
        runs = self.period.until is not None and self.period.state in {"running", "waiting"}
        return (self.period.until - self.today).days if runs and self.period.until else None


@dataclass
class Beside:
    """Each part is read once, when a template first asks for it."""

    customer: Customer
    accounts: Iterable[Account]
    today: date
    has: frozenset[str]
    holds: Sequence[Hold] = ()

    @cached_property
    def limitations(self) -> list[AccountClock]:
        """The limitation of each account that is owed, the nearest first, what is unknown before all."""
        rows = clocks.of_record(self.customer) if "clocks" in self.has else {}
        owed = [account for account in self.accounts if account.payoff_fen and not account.closed_in_core]
        unfiled = self._unfiled([account.pk for account in owed])
        suspended = {row.account_id for row in self._suspensions}
        found = [
            AccountClock(
                account,
                rows.get(account.pk),
                self.today,
                account.pk in unfiled,
                [row for row in self._suspensions if row.account_id == account.pk],
                self._counted,
            )
            for account in owed
            if account.pk in rows or account.overdue_fen or account.pk in suspended
        ]
        return sorted(found, key=lambda item: (item.days_left is not None, item.days_left or 0, item.account.pk))

    @cached_property
    def _suspensions(self) -> list[LimitationSuspension]:
        """What suspends limitation. No query where there is nothing."""
        if "suspensions" not in self.has:
            return []
        rows = clocks.suspensions_of(account_ids=[account.pk for account in self.accounts])
        return list(rows.select_related("recorded_by"))

    @cached_property
    def _counted(self) -> bool:
        """Whether the law of suspension is verified. No query where nothing is suspended."""
        return bool(self._suspensions and clocks.law_of(self.customer.country).suspended_months)

    def _unfiled(self, account_ids: list[int]) -> set[int]:
        """Return which of these a court hold covers without a filing on record. No query without such a hold."""
        held = {hold.account_id for hold in self.holds if hold.kind == HoldKind.LITIGATION}
        before_court = [pk for pk in account_ids if pk in held or None in held]
        if not before_court:
            return set()
        filed = clocks.in_force(account_ids=before_court).filter(kind__in=FILINGS)
        return set(before_court) - set(filed.values_list("account_id", flat=True))

    @cached_property
    def guarantees(self) -> list[GuaranteeClock]:
        """The guarantees of the record's accounts."""
        rows = clocks.guarantees_of(self.customer) if "guarantees" in self.has else []
        law = clocks.law_of(self.customer.country) if rows else None
        return [
            GuaranteeClock(row, clocks.period_of(row, law=law, today=self.today), self.today) for row in rows if law
        ]

    @cached_property
    def unknown_guarantors(self) -> list[str]:
        """Who stands for an account without anything on record of how long: their period is unknown, not over."""
        known = {row.guarantee.person_id for row in self.guarantees}
        persons = [person.name for person in self.people if person.role == "guarantor" and person.pk not in known]
        names = [party.customer.name for party in self._guarantors]
        recorded = {row.guarantee.person.name for row in self.guarantees}
        return [*persons, *(name for name in names if name not in recorded and name not in persons)]

    @property
    def _guarantors(self) -> list[AccountParty]:
        """The customers who stand for an account of the record."""
        if "guarantors" not in self.has:
            return []
        parties = AccountParty.objects.filter(account__customer=self.customer, role="guarantor")
        return list(parties.select_related("customer").order_by("id"))

    @cached_property
    def people(self) -> list[RelatedPerson]:
        """Who has a role beside the customer now."""
        if "people" not in self.has:
            return []
        rows = RelatedPerson.objects.filter(customer=self.customer, ended_at__isnull=True)
        return list(rows.select_related("account").order_by("id"))

    @cached_property
    def estate(self) -> Estate | None:
        """What is known of the estate, once the customer has died."""
        if "estate" not in self.has:
            return None
        rows = Estate.objects.filter(customer=self.customer, withdrawn_at__isnull=True)
        return rows.select_related("contact").first()
