"""Whole files that are refused: nothing is applied, and the reason is told."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connections

from collections_app.domain.intake.file import FileRefusedError
from collections_app.domain.intake.sanity import Tolerance, check_rejected
from collections_app.models import Account, Alert, Customer, IntakeBatch, Transaction
from collections_app.services import intake, records
from tests.collections_app.intake_files import current, make_branches, row, text_of, write

AS_OF = date(2026, 11, 19)
GARBLED = "陈晓梅".encode().decode("gb18030", "replace")


@pytest.fixture
def bank(db: None, tmp_path: Path, now: datetime) -> Path:
    """A bank with ten accounts, and where its files are."""
    make_branches()
    path = write(tmp_path / "first.csv", [row(number) for number in range(100, 110)])
    assert intake.take_in(path=path, as_of=AS_OF, actor=records.SYSTEM, now=now).state == "done"
    return tmp_path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (text_of([row(100)]).encode()[:-5], "half_file"),
        (text_of([row(100)]).replace("payoff,", "pay_off,", 1).encode(), "unknown_column"),
        (text_of([]).encode(), "no_rows"),
        (text_of([row(number, limit="-1") for number in range(100, 110)]).encode(), "too_many_rejected"),
        (text_of([row(number, name=GARBLED) for number in range(100, 110)]).encode(), "mojibake"),
        (b"PK\x03\x04\x00\x00\n", "binary"),
    ],
)
def test_a_broken_file_changes_nothing_and_says_why(bank: Path, now: datetime, content: bytes, reason: str) -> None:
    """Records stay as they were; the batch and an alert carry the reason."""
    before = [list(model.objects.order_by("id").values()) for model in (Customer, Account)]
    path = bank / "broken.csv"
    path.write_bytes(content)

    batch = intake.take_in(path=path, as_of=AS_OF + timedelta(days=1), actor=records.SYSTEM, now=now)

    assert (batch.state, batch.refused_reason) == ("refused", reason)
    assert [list(model.objects.order_by("id").values()) for model in (Customer, Account)] == before
    assert Alert.objects.get(resolved_at__isnull=True).detail["reason"] == reason


def test_a_file_with_another_number_of_rows_than_was_told_is_refused(bank: Path, now: datetime) -> None:
    """By its own last line or by a person; and once the core counts, a file cut off at the end of a line is found."""

    def take(name: str, text: str, day: int, **told: int) -> tuple[str, str]:
        path = bank / name
        path.write_text(text, encoding="utf-8")
        at = {"as_of": AS_OF + timedelta(days=day), "now": now + timedelta(days=day)}
        batch = intake.take_in(path=path, actor=records.SYSTEM, **at, **told)  # type: ignore[arg-type]
        return batch.state, batch.refused_reason

    whole = text_of([row(number, payoff_valid_until="") for number in range(100, 110)])
    cut = whole[: whole.rindex("\n", 0, -1) + 1]
    assert take("short.csv", cut + "#rows,10\n", 1) == ("refused", "row_count")
    assert take("odd.csv", whole + "#rows,ten\n", 1) == ("refused", "row_count")
    assert take("told.csv", cut, 1, rows_told=10) == ("refused", "row_count")
    assert not Account.objects.filter(closed_in_core=True).exists()
    assert take("counted.csv", whole + "#rows,10" + "," * 36 + "\n", 1) == ("done", "")
    assert IntakeBatch.objects.latest("id").rows_total == 10

    assert take("next.csv", cut, 2) == ("refused", "row_count_missing")
    assert take("by_hand.csv", whole, 2, rows_told=10) == ("done", "")


def test_a_duplicated_account_loses_both_rows_and_keeps_the_record(bank: Path, now: datetime) -> None:
    """Nobody can tell which of two is right; the account keeps its data and their date."""
    rows = [row(number) for number in range(100, 110)]
    rows[0] = row(100, overdue="1.00")
    path = write(bank / "twice.csv", [*rows, row(100, overdue="2.00")])

    batch = intake.take_in(
        path=path, as_of=AS_OF + timedelta(days=1), actor=records.SYSTEM, now=now + timedelta(days=1)
    )

    assert batch.state == "done"
    assert [(item.line, item.reason) for item in batch.rejects.all()] == [
        (2, "duplicate_account"),
        (12, "duplicate_account"),
    ]
    account = Account.objects.get(customer__customer_no="C100")
    assert (account.core_overdue_fen, account.data_as_of) == (39130, AS_OF)


def test_rows_that_differ_about_one_customer_are_lost(bank: Path, now: datetime) -> None:
    """Two accounts of a customer must tell the same of them."""
    rows = [row(number) for number in range(100, 110)]
    other = {**row(100, name="陈晓红"), "account_no": "6200000000999999"}
    path = write(bank / "differs.csv", [*rows, other])

    batch = intake.take_in(path=path, as_of=AS_OF, actor=records.SYSTEM, now=now)

    assert {item.reason for item in batch.rejects.all()} == {"inconsistent_customer"}
    assert Customer.objects.get(customer_no="C100").name == "陈晓梅"


def test_an_account_does_not_change_hands_in_a_file(bank: Path, now: datetime) -> None:
    """A known account under another customer's number is a mistake of the file."""
    rows = [row(number) for number in range(100, 110)]
    rows[0] = {**rows[0], "customer_no": "C999"}
    path = write(bank / "hands.csv", rows)

    batch = intake.take_in(path=path, as_of=AS_OF, actor=records.SYSTEM, now=now)

    assert batch.rejects.get().reason == "inconsistent"
    assert not Customer.objects.filter(customer_no="C999").exists()


def test_a_bad_second_file_refuses_the_first(bank: Path, now: datetime) -> None:
    """Accounts and transactions are taken in together or not at all."""
    path = write(bank / "next.csv", [current(number) for number in range(100, 110)])
    second = bank / "transactions.csv"
    second.write_text("account_no,on,kind,channel,amount,synthetic\n6200000000000100,2026-11-02,gift,app,1,0\n")

    batch = intake.take_in(path=path, as_of=AS_OF, actor=records.SYSTEM, now=now, transactions=second)

    assert (batch.state, batch.refused_reason) == ("refused", "too_many_rejected")
    assert batch.rejects.get().column == "transactions.kind"
    assert not Account.objects.filter(core_overdue_fen=0).exists()


def test_a_transaction_of_an_account_nobody_has_is_told(bank: Path, now: datetime) -> None:
    """By its line; that of an account which comes with the same file is sound."""
    path = write(bank / "next.csv", [*(row(number) for number in range(100, 110)), row(120)])
    second = bank / "transactions.csv"
    lines = [f"6200000000000{number},2026-11-02,payment,app,1,0\n" for number in (100, 777, 120)]
    second.write_text("account_no,on,kind,channel,amount,synthetic\n" + "".join(lines))

    batch = intake.take_in(path=path, as_of=AS_OF, actor=records.SYSTEM, now=now, transactions=second)

    assert (batch.state, batch.rows_rejected) == ("done", 1)
    assert batch.rejects.values_list("line", "column", "reason").get() == (
        3, "transactions.account_no", "unknown_account",
    )  # fmt: skip
    assert Transaction.objects.count() == 2


@pytest.mark.parametrize(
    ("total", "rejected", "refused"), [(100, 5, False), (100, 6, True), (4, 3, False), (3, 3, True), (0, 0, True)]
)
def test_more_than_a_share_of_rejected_rows_refuses_the_file(total: int, rejected: int, refused: bool) -> None:
    """Five in a hundred pass; a few rows of a small file do; all of them never do."""
    try:
        check_rejected(total=total, rejected=rejected, commonest="negative", tolerance=Tolerance())
        passed = True
    except FileRefusedError:
        passed = False
    assert passed is not refused


def test_an_upload_is_kept_sealed_and_taken_in(
    bank: Path, now: datetime, settings: LazySettings, tmp_path: Path
) -> None:
    """Nothing of it can be read on disk, a second run of its task changes nothing, and after its term it is gone."""
    settings.STORAGES = {
        **settings.STORAGES,
        "sealed": {**settings.STORAGES["sealed"], "OPTIONS": {"location": tmp_path}},
    }
    rows = [current(number) for number in range(100, 110)] + [current(110, mobile="12345")]
    content = text_of(rows).encode()

    batch = intake.receive(file=ContentFile(content, name="nightly.csv"), as_of=AS_OF, actor=records.SYSTEM, now=now)
    stored = (tmp_path / batch.stored_as).read_bytes()
    done = intake.run(batch_id=batch.id, now=now)

    assert b"customer_no" not in stored
    assert (batch.state, done.state, done.accounts_changed) == ("waiting", "done", 10)
    assert intake.run(batch_id=batch.id, now=now).finished_at == done.finished_at

    assert intake.forget_old(now=now + timedelta(days=30)) == 0
    assert (tmp_path / batch.stored_as).exists()
    assert [intake.forget_old(now=now + timedelta(days=31)) for _again in range(2)] == [1, 0]
    assert not (tmp_path / batch.stored_as).exists()
    assert done.rejects.values_list("line", "column", "value").get() == (12, "mobile", "")


@pytest.mark.django_db(transaction=True)
def test_while_one_file_is_taken_in_another_waits_or_is_refused(tmp_path: Path, now: datetime) -> None:
    """One intake at a time, in whatever process; an upload goes on waiting."""
    make_branches()
    path = write(tmp_path / "nightly.csv", [row(100)])
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(4270001)")
            refused = intake.take_in(path=path, as_of=AS_OF, actor=records.SYSTEM, now=now)
            waiting = intake.register(
                file_name="x.csv", as_of=AS_OF, actor=records.SYSTEM, now=now, stored_as="intake/x.csv"
            )
            waiting = intake.run(batch_id=waiting.id, now=now)
    finally:
        other.close()

    assert (refused.state, refused.refused_reason) == ("refused", "intake_running")
    assert waiting.state == "waiting"


def test_the_command_prints_a_summary_and_fails_with_the_reason(bank: Path, now: datetime) -> None:
    """Operations see what happened without a screen."""
    rows = [current(number) for number in range(100, 110)]
    rows[0] = current(100, limit="-1")
    good = write(bank / "good.csv", rows)
    out = StringIO()

    call_command("import_accounts", str(good), "--as-of", "2026-11-19", stdout=out)
    assert "line 2: limit: A negative amount" in out.getvalue()
    assert "10 rows, 1 rejected" in out.getvalue()

    half = bank / "half.csv"
    half.write_bytes(good.read_bytes()[:-3])
    with pytest.raises(CommandError, match="The file is cut off"):
        call_command("import_accounts", str(half), "--as-of", "2026-11-19", stdout=StringIO())
    assert IntakeBatch.objects.filter(state="refused").count() == 1
