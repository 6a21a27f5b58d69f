"""Opening the demo bank: through the intake itself, once, and its nights after that."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import zeal
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from collections_app.models import Account, Approval, Case, Customer, Entry, Instalment, IntakeBatch, Staff, Transaction
from collections_app.selectors import worklists
from collections_app.services import payments
from oversight.services import demo_bank, demo_core

ACCOUNTS = 60


def _seed(directory: Path, now: datetime) -> IntakeBatch | None:
    # Seeding asks once for each unit and person, not for each row of a page.
    with zeal.zeal_ignore():
        return demo_bank.seed(accounts=ACCOUNTS, password_hash="!", directory=directory, now=now)


@pytest.mark.django_db
def test_the_bank_opens_with_data_of_yesterday_and_stays_as_it_is(tmp_path: Path, now: datetime) -> None:
    """Cards, loans, transactions and cases are there; a second start on the same day does nothing."""
    batch = _seed(tmp_path, now)

    assert batch is not None
    assert (batch.state, batch.rows_rejected, batch.as_of) == ("done", 0, date(2026, 11, 19))
    assert Account.objects.filter(product="card").count() == ACCOUNTS
    assert Account.objects.filter(product="loan").count() == ACCOUNTS // 6
    assert Instalment.objects.exists()
    assert Transaction.objects.exists()
    assert Case.objects.exists()
    assert not Account.objects.filter(stage="m0", overdue_fen__gt=0).exists()
    asked = dict(Approval.objects.filter(state="pending").values_list("asked_by__username", "kind"))
    # The card centre's own people have work too: accounts of customers of the branches.
    assert asked == {
        "collector.bj1": "hold_release",
        "collector.bj2": "promise_terms",
        "collector.sh1": "statutory_contact",
        "collector.cc1": "statutory_contact",
    }
    centre = Staff.objects.get(username="collector.cc2")
    assert (
        0
        < worklists.open_cases(centre).count()
        < worklists.open_cases(Staff.objects.get(role="auditor", username="auditor.sc1")).count()
    )
    assert _seed(tmp_path, now) is None


@pytest.mark.django_db
def test_the_next_night_posts_what_was_paid_through_onecase(tmp_path: Path, now: datetime) -> None:
    """The core's next file contains the payment, so the amount owed does not jump back."""
    _seed(tmp_path, now)
    account = Account.objects.filter(overdue_fen__gt=10_000).order_by("id")[0]
    payments.record_received(
        account_id=account.id, amount_fen=5_000, channel="web", reference="R1", occurred_at=now, now=now
    )
    owed = account.overdue_fen - 5_000

    batch = _seed(tmp_path, now + timedelta(days=1))

    account.refresh_from_db()
    assert batch is not None
    assert (batch.state, batch.accounts_new, batch.rows_rejected) == ("done", 0, 0)
    assert Entry.objects.get(kind="payment").state == "posted"
    assert (account.core_overdue_fen, account.overdue_fen) == (owed, owed)
    assert set(Customer.objects.values_list("data_as_of", flat=True)) == {date(2026, 11, 20)}


@pytest.mark.django_db
def test_the_command_opens_the_bank_and_tells_who_can_sign_in(
    tmp_path: Path, now: datetime, settings: LazySettings
) -> None:
    """The password is given or made up, and kept where only its owner reads it."""
    settings.HOME = tmp_path
    settings.DEMO_PASSWORD = "open sesame please"
    out = StringIO()

    with zeal.zeal_ignore():
        call_command("seed_demo", "--accounts", "40", stdout=out)
        call_command("demo_signins", stdout=out)

    assert "47 accounts new" not in out.getvalue()
    assert "46 accounts new" in out.getvalue()
    assert "collector.bj1" in out.getvalue()
    assert Staff.objects.get(username="collector.bj1").check_password("open sesame please")
    assert (tmp_path / "demo_password").stat().st_mode & 0o077 == 0


def test_another_process_writes_the_opening_beforehand(
    tmp_path: Path, now: datetime, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written whole is not written again; what was left half written is; another size has its own files."""
    settings.HOME = tmp_path
    call_command("write_demo_opening", "--accounts", "30")
    day = demo_core.newest_day(now)
    written = {path.name: path.read_bytes() for path in (tmp_path / "core").iterdir()}

    assert sorted(written) == ["opening-2026-11-19-30-accounts.csv", "opening-2026-11-19-30-transactions.csv"]
    with monkeypatch.context() as broken:
        broken.setattr(demo_core, "_cards", None)
        files = demo_core.opening(cards=30, day=day, directory=tmp_path / "core")
    assert files.accounts.read_bytes() == written[files.accounts.name]

    files.transactions.rename(files.transactions.with_suffix(".part"))
    demo_core.opening(cards=30, day=day, directory=tmp_path / "core")
    assert files.transactions.read_bytes() == written[files.transactions.name]
    assert not files.transactions.with_suffix(".part").exists()
    other = demo_core.opening(cards=12, day=day, directory=tmp_path / "core")
    assert len(other.accounts.read_text().splitlines()) == 1 + 12 + 2


@pytest.mark.parametrize("command", ["seed_demo", "write_demo_opening", "demo_signins"])
def test_production_refuses_the_demo_bank(settings: LazySettings, command: str) -> None:
    """There are real customers there."""
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command(command)
