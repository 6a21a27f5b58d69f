"""Taking in a nightly file: what it makes of records, and that it is all or nothing."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from collections_app.domain.intake.format import TRANSACTION_COLUMNS
from collections_app.models import (
    Account,
    AccountParty,
    Alert,
    Branch,
    Case,
    ContactPoint,
    Customer,
    Entry,
    Event,
    EventPending,
    Hold,
    Instalment,
    IntakeBatch,
    Transaction,
)
from collections_app.services import intake, payments, records
from collections_app.services.errors import NotAllowedError
from tests import factories
from tests.collections_app.conftest import TakeIn
from tests.collections_app.intake_files import current, make_branches, row, write

AS_OF = date(2026, 11, 19)


def test_a_new_customer_gets_a_record_with_everything_the_row_says(take_in: TakeIn) -> None:
    """Customer, number on file, account, party and derived amounts are there after one file."""
    batch = take_in(row(100))

    customer = Customer.objects.get(customer_no="C100")
    account = Account.objects.get(customer=customer)
    assert (batch.state, batch.accounts_new, batch.rows_rejected) == ("done", 1, 0)
    assert (customer.name, customer.birth_date, customer.salary_day) == ("陈晓梅", "1990-03-07", 15)
    assert account.account_no == "6200000000000100"
    assert (account.core_overdue_fen, account.overdue_fen, account.stage) == (39130, 39130, "m1")
    assert account.synthetic == ["due_date"]
    assert customer.synthetic == ["name"]
    assert ContactPoint.objects.get(customer=customer, kind="mobile").value == "+8610300000100"
    assert AccountParty.objects.get(account=account).customer_id == customer.id


def test_a_delinquent_customer_gets_a_case_with_events(take_in: TakeIn) -> None:
    """The case has a number of its branch and year, and each change of the record one event and one version."""
    take_in(row(100), current(200))

    debtor = Customer.objects.get(customer_no="C100")
    assert debtor.case_number == "BJ-26-000001"
    assert debtor.queue == "to_contact"
    assert list(debtor.events.order_by("id").values_list("kind", "version")) == [
        ("customer.created", 1),
        ("case.opened", 2),
    ]
    assert debtor.version == 2
    assert Customer.objects.get(customer_no="C200").case_number == ""
    assert EventPending.objects.count() == Event.objects.count() == 3


def test_an_account_in_grace_opens_no_case(take_in: TakeIn) -> None:
    """Three days after the due date a card is late and not yet overdue."""
    take_in(row(100, overdue_since="2026-11-18"))

    customer = Customer.objects.get()
    assert (customer.stage, customer.case_number) == ("grace", "")


def test_the_same_file_twice_changes_nothing(take_in: TakeIn) -> None:
    """The second time is told to be unchanged, and no row of the record moves."""
    take_in(row(100), current(200))
    before = _snapshot()

    batch = take_in(row(100), current(200))

    assert batch.state == "unchanged"
    assert _snapshot() == before


def test_the_same_balances_on_the_next_day_only_move_the_date(take_in: TakeIn, now: datetime) -> None:
    """Data that did not change raise no version and write no event; the record says how fresh they are."""
    take_in(row(100), current(200))
    versions = list(Customer.objects.order_by("id").values_list("version", flat=True))
    events = Event.objects.count()
    tomorrow = AS_OF + timedelta(days=1)

    batch = take_in(row(100), current(200), as_of=tomorrow, at=now + timedelta(days=1))

    assert (batch.state, batch.accounts_new, batch.accounts_changed) == ("done", 0, 0)
    assert list(Customer.objects.order_by("id").values_list("version", flat=True)) == versions
    assert Event.objects.count() == events
    assert set(Account.objects.values_list("data_as_of", flat=True)) == {tomorrow}
    assert set(Customer.objects.values_list("data_as_of", flat=True)) == {tomorrow}
    assert Account.objects.get(customer__customer_no="C100").days_past_due == 22


def test_a_changed_balance_raises_the_version_once(take_in: TakeIn) -> None:
    """One account.imported event names the account that changed."""
    take_in(row(100), current(200))

    batch = take_in(row(100, overdue="400.00"), current(200))

    customer = Customer.objects.get(customer_no="C100")
    event = customer.events.order_by("-id")[0]
    assert batch.accounts_changed == 1
    assert (event.kind, event.version, customer.version) == ("account.imported", 3, 3)
    assert event.payload["accounts"] == [Account.objects.get(customer=customer).id]
    assert Customer.objects.get(customer_no="C200").version == 1


def test_a_cured_record_closes_its_case_and_opens_the_same_again_within_30_days(take_in: TakeIn, now: datetime) -> None:
    """Overdue again within thirty days is the same case; later it is another."""
    take_in(row(100), current(200))
    number = Case.objects.get().number

    take_in(current(100), current(200))
    closed = Case.objects.get()
    assert (closed.close_reason, Customer.objects.get(customer_no="C100").case_number) == ("cured", "")

    take_in(row(100), current(200))
    again = Case.objects.get()
    assert (again.number, again.closed_at, again.reopened) == (number, None, 1)

    take_in(current(100), current(200))
    later = now + timedelta(days=31)
    take_in(row(100, payoff_valid_until=""), current(200, payoff_valid_until=""), as_of=later.date(), at=later)
    assert sorted(Case.objects.values_list("number", flat=True)) == ["BJ-26-000001", "BJ-26-000002"]


@pytest.mark.parametrize("what", ["hold", "handoff"])
def test_a_cured_record_with_something_open_keeps_its_case(take_in: TakeIn, now: datetime, what: str) -> None:
    """Nothing overdue is not enough: a hold or a hand-off that is open keeps the case open."""
    take_in(row(100), current(200))
    customer = Customer.objects.get(customer_no="C100")
    if what == "hold":
        Hold.objects.create(customer=customer, kind="dispute", placed_at=now)
    else:
        customer.handoffs.create(
            kind="dispute",
            to_department="service",
            from_department="collections",
            opened_at=now,
            due_at=now + timedelta(days=5),
        )

    take_in(current(100), current(200))

    assert Case.objects.get().closed_at is None


def test_an_own_payment_in_the_file_no_longer_stands_on_top(take_in: TakeIn, now: datetime) -> None:
    """A reference in the row turns the entry to posted, so that it is not subtracted twice."""
    take_in(row(100), current(200))
    account = Account.objects.get(customer__customer_no="C100")
    payments.record_received(
        account_id=account.id, amount_fen=10000, channel="web", reference="R1", occurred_at=now, now=now
    )
    account.refresh_from_db()
    assert account.overdue_fen == 29130

    take_in(row(100, overdue="291.30", payments="R1"), current(200))

    account.refresh_from_db()
    assert Entry.objects.get(kind="payment").state == "posted"
    assert (account.core_overdue_fen, account.overdue_fen) == (29130, 29130)


def test_an_account_missing_from_the_file_is_closed(take_in: TakeIn) -> None:
    """It owes nothing any more, and comes back when a later file has it again."""
    rows = [current(number) for number in range(100, 110)]
    take_in(row(99), *rows)

    take_in(*rows)
    account = Account.objects.get(customer__customer_no="C99")
    assert (account.closed_in_core, account.overdue_fen, account.stage) == (True, 0, "m0")
    assert Case.objects.get().close_reason == "settled"

    take_in(row(99), *rows)
    account.refresh_from_db()
    assert (account.closed_in_core, account.overdue_fen) == (False, 39130)


def test_nothing_is_closed_when_a_row_does_not_tell_its_account(take_in: TakeIn) -> None:
    """The unreadable row might be the missing account's."""
    rows = [current(number) for number in range(100, 125)]
    take_in(*rows)

    batch = take_in({**current(100), "customer_no": ""}, *rows[1:])

    assert batch.rows_rejected == 1
    assert not Account.objects.filter(closed_in_core=True).exists()


def test_a_rejected_row_does_not_lose_the_others_and_keeps_its_record_stale(take_in: TakeIn, now: datetime) -> None:
    """The rejected account keeps its old data and the date they stand for."""
    rows = [current(number) for number in range(100, 125)]
    take_in(*rows)
    tomorrow = AS_OF + timedelta(days=1)

    batch = take_in(current(100, limit="-1"), *rows[1:], as_of=tomorrow, at=now + timedelta(days=1))

    reject = batch.rejects.get()
    assert (batch.state, reject.line, reject.column, reject.reason, reject.value) == (
        "done", 2, "limit", "negative", "-1",
    )  # fmt: skip
    assert Customer.objects.get(customer_no="C100").data_as_of == AS_OF
    assert Customer.objects.get(customer_no="C101").data_as_of == tomorrow
    assert Account.objects.get(customer__customer_no="C100").limit_fen == 2_000_000


def test_a_loan_keeps_its_schedule_as_the_file_has_it(take_in: TakeIn) -> None:
    """Instalments are written, changed, and gone when the file no longer has them."""
    three = "1|2026-10-20|100.00|10.00|110.00;2|2026-11-20|100.00|9.00|0;3|2026-12-20|100.00|8.00|0"
    take_in(row(100, product="loan", schedule=three), current(200))
    assert list(Instalment.objects.values_list("number", "paid_fen")) == [(1, 11000), (2, 0), (3, 0)]

    two = "1|2026-10-20|100.00|10.00|110.00;2|2026-11-20|100.00|9.00|50.00"
    take_in(row(100, product="loan", schedule=two), current(200))
    assert list(Instalment.objects.values_list("number", "paid_fen")) == [(1, 11000), (2, 5000)]


def test_a_new_number_in_the_core_makes_the_old_one_suspect(take_in: TakeIn) -> None:
    """The old number stays as evidence; nobody trusts it."""
    take_in(row(100), current(200))

    take_in(row(100, mobile="10399999999"), current(200))

    points = ContactPoint.objects.filter(customer__customer_no="C100", kind="mobile").order_by("id")
    assert [(point.value, point.quality) for point in points] == [
        ("+8610300000100", "suspect"),
        ("+8610399999999", "unknown"),
    ]


def test_transactions_are_added_once(db: None, tmp_path: Path, now: datetime) -> None:
    """Two equal purchases of one day are two; the same file again adds none."""
    make_branches()
    accounts = write(tmp_path / "nightly.csv", [row(100)])
    done = tmp_path / "transactions.csv"
    line = "6200000000000100,2026-11-02,purchase,app,20.00,1\n"
    done.write_text(f"{','.join(TRANSACTION_COLUMNS)}\n{line}{line}")
    for day in (AS_OF, AS_OF + timedelta(days=1)):
        batch = intake.take_in(
            path=accounts, as_of=day, actor=records.SYSTEM, now=now + timedelta(days=1), transactions=done
        )
        assert batch.state == "done"

    assert list(Transaction.objects.values_list("amount_fen", "synthetic")) == [(2000, True), (2000, True)]


def test_a_second_file_that_comes_late_is_taken_in(db: None, tmp_path: Path, now: datetime) -> None:
    """The first one is known already, the two together are not; once they are, they change nothing."""
    make_branches()
    accounts = write(tmp_path / "nightly.csv", [row(100)])
    done = tmp_path / "transactions.csv"
    done.write_text(f"{','.join(TRANSACTION_COLUMNS)}\n6200000000000100,2026-11-02,purchase,app,20.00,1\n")

    def take(**second: Path) -> str:
        return intake.take_in(path=accounts, as_of=AS_OF, actor=records.SYSTEM, now=now, **second).state

    assert [take(), take(transactions=done), take(transactions=done)] == ["done", "done", "unchanged"]
    assert Transaction.objects.count() == 1


def test_an_older_day_than_the_newest_is_refused(take_in: TakeIn) -> None:
    """Yesterday's data must not undo today's."""
    take_in(row(100))

    batch = take_in(row(100, overdue="1.00"), as_of=AS_OF - timedelta(days=1))

    assert (batch.state, batch.refused_reason) == ("refused", "older_than_newest")
    assert Account.objects.get().overdue_fen == 39130


def test_a_day_in_the_future_is_refused(take_in: TakeIn) -> None:
    """Data cannot stand for a day that has not come."""
    batch = take_in(row(100), as_of=date(2026, 11, 21))

    assert (batch.state, batch.refused_reason) == ("refused", "future_as_of")


def test_too_many_vanished_accounts_refuse_the_file(take_in: TakeIn) -> None:
    """A fifth of the bank does not leave in a night: the file is short, and nothing is applied."""
    rows = [row(number) for number in range(100, 120)]
    take_in(*rows)
    before = _snapshot()

    batch = take_in(*rows[:15])

    assert (batch.state, batch.refused_reason) == ("refused", "too_many_vanished")
    assert batch.refused_detail["vanished"] == 5
    assert _snapshot() == before


def test_a_refused_file_raises_an_alert_that_the_next_good_file_clears(take_in: TakeIn) -> None:
    """Staff see that the intake failed until one has succeeded, or turns out to be in already."""
    take_in(row(100), as_of=date(2026, 11, 21))
    assert Alert.objects.get(resolved_at__isnull=True).kind == "intake_failed"

    for state in ("done", "unchanged"):
        assert take_in(row(100)).state == state
        assert not Alert.objects.filter(resolved_at__isnull=True).exists()
        take_in(row(100), as_of=date(2026, 11, 21))


def test_a_fault_while_writing_changes_nothing(take_in: TakeIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the last step undoes the first, and the batch says that it failed."""

    def fail(**_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("collections_app.services.intake.runs.cases.judge", fail)
    with pytest.raises(RuntimeError):
        take_in(row(100))

    assert not Customer.objects.exists()
    batch = IntakeBatch.objects.get()
    assert (batch.state, batch.refused_reason, batch.accounts_new) == ("refused", "failed", 0)


def test_only_those_who_may_take_in_files_do(db: None, tmp_path: Path, now: datetime) -> None:
    """A collector is refused before anything is read."""
    make_branches()
    collector = factories.make_staff("collector", branch=Branch.objects.first())
    path = write(tmp_path / "nightly.csv", [row(100)])

    with pytest.raises(NotAllowedError):
        intake.take_in(path=path, as_of=AS_OF, actor=records.Actor.of(collector), now=now)

    assert not IntakeBatch.objects.exists()


def test_nothing_personal_is_stored_in_the_open(take_in: TakeIn) -> None:
    """Names, numbers and addresses are sealed in the database."""
    take_in(row(100))

    with_plain = Customer.objects.extra(where=["name LIKE '%%陈%%' OR id_number LIKE '%%0100%%'"])
    assert not with_plain.exists()
    assert not ContactPoint.objects.extra(where=["value LIKE '%%103%%' AND value NOT LIKE 'v1.%%'"]).exists()


def _snapshot() -> list[object]:
    """Every row that belongs to records, as it is stored."""
    models = (Customer, Account, ContactPoint, AccountParty, Case, Event, EventPending, Instalment)
    return [list(model.objects.order_by("pk").values()) for model in models]
