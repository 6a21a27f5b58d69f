"""The ledger of an account: opening and posted entries equal the core's file, and money in it is recognised."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import BigIntegerField, Case, F, Sum, When

from collections_app.models import Account, Entry, IntakeBatch
from collections_app.selectors.money import seen
from collections_app.services import intake, payments, records
from tests.collections_app.intake_files import make_branches, row, write

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 11, 19)
NEXT = AS_OF + timedelta(days=1)
Night = Callable[..., IntakeBatch]
LINES = "1|2026-10-20|100.00|10.00|{0};2|2026-11-20|100.00|9.00|{1}"


@pytest.fixture
def night(tmp_path: Path, now: datetime) -> Night:
    """Take in a file of one row, on the evening after its day."""
    make_branches()

    def take(values: Mapping[str, str], as_of: date = AS_OF, transactions: str = "") -> IntakeBatch:
        path = write(tmp_path / "nightly.csv", [row(100, payoff_valid_until="", **values)])
        done = tmp_path / "transactions.csv"
        if transactions:
            done.write_text("account_no,on,kind,channel,amount,synthetic\n" + transactions, encoding="utf-8")
        batch = intake.take_in(
            path=path,
            as_of=as_of,
            actor=records.SYSTEM,
            now=now + (as_of - AS_OF),
            transactions=done if transactions else None,
        )
        assert (batch.state, batch.rows_rejected) == ("done", 0)
        assert ledger() == Account.objects.get().core_payoff_fen
        return batch

    return take


def ledger() -> int:
    """What opening and posted entries make of the one account."""
    signed = Case(When(kind="payment", then=-F("amount_fen")), default=F("amount_fen"), output_field=BigIntegerField())
    moved = Entry.objects.filter(state="posted").aggregate(fen=Sum(signed))["fen"] or 0
    return int(Account.objects.get().opening_fen + moved)


def adjustments() -> list[tuple[int, int]]:
    return list(Entry.objects.filter(kind="adjustment").order_by("id").values_list("amount_fen", "money_fen"))


def pay(fen: int, at: datetime, reference: str = "R1") -> None:
    payments.record_received(
        account_id=Account.objects.get().id,
        amount_fen=fen,
        channel="web",
        reference=reference,
        occurred_at=at,
        now=at,
    )


def test_a_new_account_opens_with_its_payoff(night: Night) -> None:
    """The ledger begins with what the core says is owed: no entry is needed for it."""
    night({})
    assert (Account.objects.get().opening_fen, adjustments()) == (395_218, [])


def test_a_fall_nobody_announced_is_money_the_core_saw(night: Night) -> None:
    """Paid at a counter: the file owes less, and the entry says how much came in and on which days it may have."""
    night({})
    night({"overdue": "0", "overdue_since": "", "billed": "3521.70", "payoff": "3560.88"}, NEXT)
    entry = Entry.objects.get()
    assert (entry.kind, entry.amount_fen, entry.money_fen) == ("adjustment", -39_130, 39_130)
    assert (entry.earliest_on, entry.latest_on) == (NEXT, NEXT)
    event = Account.objects.get().customer.events.get(kind="account.imported")
    assert event.payload["money_fen"] == 39_130


def test_money_and_purchases_of_one_night_are_told_apart_by_the_bill(night: Night) -> None:
    """Within one bill cycle purchases go to the unbilled amount: what the bill fell by is money."""
    night({})
    night({"billed": "3413.00", "unbilled": "800.00", "payoff": "4252.18"}, NEXT)
    assert adjustments() == [(30_000, 50_000)]


def test_a_new_statement_is_a_charge_and_only_the_overdue_part_proves_money(night: Night) -> None:
    """The bill of another cycle cannot be compared; overdue can only be paid."""
    night({})
    values = {"statement_date": "2026-11-20", "due_date": "2026-12-15", "billed": "5000.00", "payoff": "5100.00"}
    night({**values, "overdue": "91.30"}, NEXT)
    assert adjustments() == [(510_000 - 395_218, 30_000)]


def test_a_loan_tells_money_by_what_is_paid_of_each_instalment(night: Night) -> None:
    """Interest that accrued hides nothing: the paid column rose. When it falls again, the money went out again."""
    loan = {"product": "loan", "schedule": LINES.format("0", "0")}
    night(loan)
    night(loan | {"schedule": LINES.format("110.00", "20.00"), "payoff": "3972.18"}, NEXT)
    night(loan | {"schedule": LINES.format("80.00", "0"), "payoff": "4022.18"}, NEXT + timedelta(days=1))
    assert adjustments() == [(2_000, 13_000), (5_000, -5_000)]
    account = Account.objects.get()
    assert seen(account_id=account.id).since(account.created_at, zone=zone()).total_fen == 8_000


def test_transactions_prove_money_that_the_balance_hides(night: Night) -> None:
    """Paid and bought the same: the file of transactions says so. The history it brings along does not count."""
    history = "6200000000000100,2026-11-02,payment,counter,70.00,0\n"
    night({})
    night({}, NEXT, transactions=history + "6200000000000100,2026-11-20,payment,counter,50.00,0\n")
    assert adjustments() == [(0, 5_000)]


def test_an_own_payment_the_file_names_is_no_adjustment(night: Night, now: datetime) -> None:
    """It is posted, and the fall it explains is counted once."""
    night({})
    pay(39_130, now)
    night({"overdue": "0", "overdue_since": "", "billed": "3521.70", "payoff": "3560.88", "payments": "R1"}, NEXT)
    assert adjustments() == []
    assert Account.objects.get().payoff_fen == 356_088


def test_counter_money_beside_an_own_payment_is_what_is_left(night: Night, now: datetime) -> None:
    """Of a fall of 500.00 with 391.30 paid here, 108.70 came in elsewhere."""
    night({})
    pay(39_130, now)
    night({"overdue": "0", "overdue_since": "", "billed": "3413.00", "payoff": "3452.18", "payments": "R1"}, NEXT)
    assert adjustments() == [(-10_870, 10_870)]


def test_an_own_payment_named_only_later_is_counted_once(night: Night, now: datetime) -> None:
    """The fall came a night before its name: first it is taken for the payment, then it is taken back."""
    night({})
    start = Account.objects.get().created_at - timedelta(days=1)
    pay(39_130, now)
    paid = {"overdue": "0", "overdue_since": "", "billed": "3521.70", "payoff": "3560.88"}
    night(paid, NEXT)
    account = Account.objects.get()
    assert seen(account_id=account.id).since(start, zone=zone()).total_fen == 39_130
    night({**paid, "payments": "R1"}, NEXT + timedelta(days=1))
    assert adjustments() == [(-39_130, 39_130), (39_130, -39_130)]
    assert seen(account_id=account.id).since(start, zone=zone()).total_fen == 39_130


def test_an_account_that_leaves_the_file_is_paid_as_far_as_anybody_knows(
    night: Night, tmp_path: Path, now: datetime
) -> None:
    """It owes nothing any more: its ledger ends at nought."""
    night({})
    account = Account.objects.get()
    path = write(tmp_path / "nightly.csv", [row(200, payoff_valid_until="")])
    intake.take_in(path=path, as_of=NEXT, actor=records.SYSTEM, now=now + timedelta(days=1))
    assert list(account.entries.values_list("amount_fen", "money_fen")) == [(-395_218, 395_218)]


def test_the_same_data_again_post_nothing(night: Night) -> None:
    """Neither the next night nor a corrected file of the same day adds an entry for what did not move."""
    night({})
    night({}, NEXT)
    night({"address": "北京市朝阳区示范路 2 号"}, NEXT)
    assert adjustments() == []


def zone() -> ZoneInfo:
    return ZoneInfo("Asia/Shanghai")
