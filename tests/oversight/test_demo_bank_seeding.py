"""Opening the demo bank: through the intake itself, once, and its nights after that."""

import fcntl
import threading
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import zeal
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from collections_app.models import (
    Account,
    Approval,
    AssignmentRule,
    Case,
    Complaint,
    ContactPoint,
    Customer,
    Entry,
    Estate,
    Guarantee,
    HandOff,
    Instalment,
    IntakeBatch,
    LeaveCover,
    Placement,
    Staff,
    StaffTie,
    Transaction,
)
from collections_app.selectors import worklists
from collections_app.services import payments
from mediation.models import (
    Agreement,
    AgreementDraft,
    BatchedReferral,
    CourtPack,
    Mandate,
    Mediation,
    PanelSeat,
    PositionPaper,
    ProposalRound,
    Session,
    SlotOffer,
)
from notifications.models import Message
from oversight.services import demo_bank, demo_core
from oversight.services.demo_bank import DemoAheadError, DemoRefusedError

ACCOUNTS = 60


def _seed(directory: Path, now: datetime, accounts: int = ACCOUNTS) -> IntakeBatch | None:
    # Seeding asks once for each unit and person, not for each row of a page.
    with zeal.zeal_ignore():
        return demo_bank.seed(accounts=accounts, password_hash="!", directory=directory, now=now)


@pytest.mark.timeout(400)
@pytest.mark.django_db
def test_the_bank_opens_with_data_of_yesterday_and_stays_as_it_is(tmp_path: Path, now: datetime) -> None:
    """Cards, loans, transactions and cases are there; a second start on the same day does nothing."""
    accounts = 300
    batch = _seed(tmp_path, now, accounts)

    assert batch is not None
    assert (batch.state, batch.rows_rejected, batch.as_of) == ("done", 0, date(2026, 11, 19))
    assert Account.objects.filter(product="card").count() == accounts
    assert Account.objects.filter(product="loan").count() == accounts // 6
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
        **dict.fromkeys(Mandate.objects.values_list("proposed_by__username", flat=True), "mandate"),
    }
    centre = Staff.objects.get(username="collector.cc2")
    assert (
        0
        < worklists.open_cases(centre, now=now).count()
        < worklists.open_cases(Staff.objects.get(role="auditor", username="auditor.sc1"), now=now).count()
    )
    _on_the_first_morning_every_list_shows_something()
    _talks_are_in_every_state()
    assert _seed(tmp_path, now) is None


def _on_the_first_morning_every_list_shows_something() -> None:
    assert set(Complaint.objects.values_list("state", flat=True)) == {"accepted", "investigating", "answered"}
    kinds = set(HandOff.objects.values_list("kind", flat=True))
    assert kinds >= {"callback", "payment_trace", "dispute", "plan_request", "complaint", "representative"}
    assert set(HandOff.objects.values_list("state", flat=True)) >= {"open", "accepted", "waiting"}
    assert AssignmentRule.objects.count() == 3
    assert set(Placement.objects.values_list("account__placement", "recalled_at")) == {("placed", None)}
    assert LeaveCover.objects.exists()
    assert StaffTie.objects.exists()
    assert Guarantee.objects.exclude(until=None).exists()
    estate = Estate.objects.get()
    assert (estate.proven_at is not None, estate.contact is not None) == (True, True)


def _talks_are_in_every_state() -> None:
    """From the wish to the certificate: what there is to see of mediation is there on the first morning."""
    assert set(Mediation.objects.values_list("state", flat=True)) == {"proposed", "scheduled", "ended"}
    endings = set(Mediation.objects.filter(state="ended").values_list("ending", flat=True))
    assert endings == {"agreed", "gap", "no_consent"}
    plans = sorted(Agreement.objects.values_list("arrangement__state", flat=True))
    assert plans == ["breached", "performed", "performing"]
    running = Agreement.objects.get(arrangement__state="performing").arrangement
    assert [line.paid_fen == line.amount_fen for line in running.instalments.order_by("number")] == [True, False, False]
    sessions = Session.objects.filter(state="in_session")
    # Nobody sits at two tables.
    assert (sessions.count(), len(set(sessions.values_list("mediator", "representative")))) == (2, 2)
    assert set(Session.objects.values_list("mode", flat=True)) >= {"telephone", "meeting"}
    assert SlotOffer.objects.filter(state="open", mediation__route="video").exists()
    assert ProposalRound.objects.get().state == "revealed"
    assert AgreementDraft.objects.get().state == "open"
    assert set(CourtPack.objects.values_list("kind", flat=True)) == {"confirmation", "filing"}
    assert PanelSeat.objects.filter(state="accepted", expert__speciality="psychologist").exists()
    assert Mandate.objects.get().state == "proposed"
    assert BatchedReferral.objects.count() in {2, 3}
    assert {filed.name for filed in PositionPaper.objects.all()} == {"bill.pdf", "statement.pdf"}
    assert HandOff.objects.filter(kind="mediation_request", from_department="customer").exists()
    assert Mediation.objects.filter(kind="negotiation").count() == 1
    assert Message.objects.filter(kind="formal_demand", by_channels="letter").exists()
    devices = ContactPoint.objects.filter(kind="app_push").values_list("permission", flat=True)
    assert set(devices) & {"ok", "refused"}


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


def test_other_processes_write_the_opening_beforehand(
    tmp_path: Path, now: datetime, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written whole is not written again; what was left half written is; another size has its own files."""
    settings.HOME = tmp_path
    directory = tmp_path / "core"
    for file in ("accounts", "transactions"):
        call_command("write_demo_opening", file, "--accounts", "30")
    day = demo_core.newest_day(now)
    written = {path.name: path.read_bytes() for path in directory.glob("*.csv")}

    assert sorted(written) == ["opening-2026-11-19-30-accounts.csv", "opening-2026-11-19-30-transactions.csv"]
    with monkeypatch.context() as broken:
        broken.setattr(demo_core, "_cards", None)
        accounts = demo_core.opening_accounts(cards=30, day=day, directory=directory)
        transactions = demo_core.opening_transactions(cards=30, day=day, directory=directory)
    assert accounts.read_bytes() == written[accounts.name]

    transactions.rename(transactions.with_suffix(".part"))
    demo_core.opening_transactions(cards=30, day=day, directory=directory)
    assert transactions.read_bytes() == written[transactions.name]
    assert not transactions.with_suffix(".part").exists()
    other = demo_core.opening_accounts(cards=12, day=day, directory=directory)
    assert len(other.read_text().splitlines()) == 1 + 12 + 2


def test_who_wants_a_file_that_is_being_written_waits_for_it(tmp_path: Path, now: datetime) -> None:
    """The bank takes in the accounts while another process writes the transactions; one that was killed is replaced."""
    day = demo_core.newest_day(now)
    path = tmp_path / f"opening-{day.isoformat()}-12-transactions.csv"
    found: list[str] = []

    def want() -> None:
        found.append(demo_core.opening_transactions(cards=12, day=day, directory=tmp_path).read_text())

    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waits = threading.Thread(target=want)
        waits.start()
        waits.join(timeout=0.3)
        assert waits.is_alive()
        path.write_text("written by the other")
    waits.join(timeout=30)
    assert found == ["written by the other"]


@pytest.mark.django_db
def test_a_clock_set_back_to_before_the_data_is_refused(
    tmp_path: Path, now: datetime, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the future is ever fresh, and nothing is written; what a core sends of today is none of the future."""
    begun: list[datetime] = []

    def begin(*, now: datetime) -> None:
        begun.append(now)
        raise DemoRefusedError

    monkeypatch.setattr("collections_app.services.reference.load", begin)
    settings.HOME = tmp_path
    IntakeBatch.objects.create(file_name="f", sha256="0", as_of=date(2026, 11, 22), state="done", started_at=now)
    with pytest.raises(CommandError, match="has data of 2026-11-22, which has not come by its clock"):
        call_command("seed_demo")
    with pytest.raises(DemoAheadError):
        _seed(tmp_path, now.replace(day=21))
    assert begun == []
    with pytest.raises(DemoRefusedError):
        _seed(tmp_path, now.replace(day=22))
    assert begun == [now.replace(day=22)]


@pytest.mark.parametrize("command", [("seed_demo",), ("write_demo_opening", "accounts"), ("demo_signins",)])
def test_production_refuses_the_demo_bank(settings: LazySettings, command: tuple[str, ...]) -> None:
    """There are real customers there."""
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command(*command)
