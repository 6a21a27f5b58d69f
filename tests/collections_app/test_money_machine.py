"""Whatever happens in whatever order, what is owed is the file with own money on top, and no fen counts twice."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Sum, When
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from collections_app.domain.promises import PENDING, Part
from collections_app.models import Account, Customer, Entry, Promise
from collections_app.selectors.money import seen
from collections_app.services import intake, payments, promises, records
from collections_app.services.errors import RefusedError
from oversight.selectors.guarantees import one_truth
from tests.collections_app.intake_files import make_branches, row, write

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 11, 18)
AMOUNTS = st.sampled_from([5_000, 10_000, 39_130, 60_000])


class Bank(RuleBasedStateMachine):
    """A core with one card, and OneCase beside it. The core names what its balances contain, as the format asks."""

    directory: Path
    start: datetime

    def __init__(self) -> None:
        super().__init__()
        self.atomic: Any = transaction.atomic()
        # Undone after each run; the services' own transactions do not mind it, as they do not mind the test's.
        self.atomic._from_testcase = True
        self.atomic.__enter__()
        self.day = 0
        self.bill, self.unbilled, self.counter_fen = 391_300, 0, 0
        self.own: dict[str, int] = {}
        self.bounced: set[str] = set()
        # What the core has booked by the end of its day: payments, and bounces.
        self.booked: set[str] = set()
        self.booked_back: set[str] = set()
        self.named: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def now(self) -> datetime:
        return self.start + timedelta(days=self.day)

    @initialize()
    def open(self) -> None:
        make_branches()
        self.take_in()

    def take_in(self) -> None:
        """The file of the evening before, as the core stands."""
        overdue = min(39_130, self.bill)
        references = [*sorted(self.booked), *(f"-{item}" for item in sorted(self.booked_back))]
        self.values = {
            "billed": f"{self.bill / 100:.2f}",
            "unbilled": f"{self.unbilled / 100:.2f}",
            "payoff": f"{(self.bill + self.unbilled) / 100:.2f}",
            "payoff_valid_until": "",
            "minimum_due": "0",
            "interest": "0",
            "overdue": f"{overdue / 100:.2f}",
            "overdue_since": "2026-10-31" if overdue else "",
            "payments": ";".join(references),
        }
        path = write(self.directory / "nightly.csv", [row(100, **self.values)])
        as_of = FIRST + timedelta(days=self.day)
        batch = intake.take_in(path=path, as_of=as_of, actor=records.SYSTEM, now=self.now + timedelta(hours=1))
        assert (batch.state, batch.rows_rejected) == ("done", 0)
        again = intake.take_in(path=path, as_of=as_of, actor=records.SYSTEM, now=self.now + timedelta(hours=1))
        assert again.state == "unchanged"
        self.named = set(self.booked)

    @rule(fen=AMOUNTS)
    def pay_here(self, fen: int) -> None:
        reference = f"R{len(self.own)}"
        account = Account.objects.get()
        if fen <= account.payoff_fen:
            payments.record_received(
                account_id=account.id,
                amount_fen=fen,
                channel="web",
                reference=reference,
                occurred_at=self.now + timedelta(hours=2),
                now=self.now + timedelta(hours=2),
            )
            self.own[reference] = fen

    @rule(fen=AMOUNTS)
    def pay_at_a_counter(self, fen: int) -> None:
        if fen <= self.bill:
            self.bill -= fen
            self.counter_fen += fen

    @rule(fen=AMOUNTS)
    def buy(self, fen: int) -> None:
        self.unbilled += fen

    @rule(data=st.data())
    @precondition(lambda self: set(self.own) - self.booked)
    def book(self, data: st.DataObject) -> None:
        """The core books a payment; a bill that is paid already is followed by the unbilled amount."""
        reference = data.draw(st.sampled_from(sorted(set(self.own) - self.booked)))
        if reference not in self.bounced and self.own[reference] <= self.bill:
            self.bill -= self.own[reference]
            self.booked.add(reference)

    @rule(data=st.data())
    @precondition(lambda self: set(self.own) - self.bounced)
    def bounce(self, data: st.DataObject) -> None:
        """A payment bounces, and the core has it back in the file of that day, if it ever had the payment."""
        reference = data.draw(st.sampled_from(sorted(set(self.own) - self.bounced)))
        at = self.now + timedelta(hours=3)
        payments.record_reversed(reference=reference, occurred_at=at, now=at)
        self.bounced.add(reference)
        if reference in self.booked:
            self.bill += self.own[reference]
            self.booked_back.add(reference)

    @rule(days=st.integers(0, 3), fen=AMOUNTS)
    def promise(self, days: int, fen: int) -> None:
        account = Account.objects.get()
        first = (self.now + timedelta(days=days)).date()
        parts = [Part(first, fen), Part(first + timedelta(days=2), 5_000)]
        try:
            promises.take(
                customer_id=account.customer_id,
                account_id=account.id,
                parts=parts,
                actor=records.SYSTEM,
                seen_version=None,
                now=self.now + timedelta(hours=2),
            )
        except RefusedError:
            return

    @rule()
    def night(self) -> None:
        self.day += 1
        self.take_in()
        promises.judge_due(now=self.now + timedelta(hours=2))

    @invariant()
    def what_is_owed_is_the_file_and_own_money(self) -> None:
        account = Account.objects.get()
        on_top = sum(self.own[item] for item in set(self.own) - self.bounced - self.named)
        back = sum(
            self.own[row.reference]
            for row in Entry.objects.filter(kind="reversal", state="received")
            if row.reference in self.named
        )
        assert account.payoff_fen == max(account.core_payoff_fen + back - on_top, 0)

    @invariant()
    def the_ledger_is_the_core(self) -> None:
        paid = When(kind="payment", then=-F("amount_fen"))
        signed = Case(paid, default=F("amount_fen"), output_field=BigIntegerField())
        account = Account.objects.get()
        moved = Entry.objects.filter(state="posted").aggregate(fen=Sum(signed))["fen"] or 0
        assert account.opening_fen + moved == account.core_payoff_fen

    @invariant()
    def no_fen_counts_twice(self) -> None:
        money = seen(account_id=Account.objects.get().id).since(self.start - timedelta(days=9), zone=SHANGHAI)
        own = sum(fen for reference, fen in self.own.items() if reference not in self.bounced)
        assert own <= money.total_fen <= own + self.counter_fen

    @invariant()
    def stored_is_what_is_recomputed(self) -> None:
        assert one_truth.audit(now=self.now).violations == []
        pending = Promise.objects.filter(state__in=PENDING).count()
        held = Customer.objects.get().holds.filter(kind="promise_pending", released_at__isnull=True).count()
        assert pending == held <= 1


def test_money_stays_true_whatever_happens(tmp_path: Path, now: datetime) -> None:
    """Payments, bounces, counter money, purchases, promises and nights in any order."""

    class Here(Bank):
        directory = tmp_path
        start = datetime(2026, 11, 19, 8, 0, tzinfo=SHANGHAI)

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Here,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
