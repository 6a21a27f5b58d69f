"""Telling the core of waivers: each line once, whatever dies; its answers by file or by night, and what differs."""

import csv
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, InternalError, connection, transaction

from collections_app.domain.instructions import ANSWER_COLUMNS, AnswersRefusedError, read_answers
from collections_app.models import (
    Account,
    Alert,
    Arrangement,
    CoreInstruction,
    Entry,
    Event,
    InstructionFile,
    IntakeBatch,
    IntakeState,
    Waiver,
)
from collections_app.services import alerts, records, waivers
from collections_app.services.instructions import answering, telling
from collections_app.services.waivers import Terms
from config.beat import SCHEDULE
from tests import factories
from tests.collections_app.conftest import Debtor, TakeIn
from tests.collections_app.intake_files import row
from tests.remembered import remembered

HEAD = ",".join(ANSWER_COLUMNS)


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        (["reference,answer"], 1, "columns"),
        ([HEAD, "WV-1,booked,1.00"], 2, "columns"),
        ([HEAD, "WV-1,noted,,,,more"], 2, "columns"),
        ([HEAD, 'WV-1,noted,,,"open'], 2, "columns"),
        ([HEAD, "WV-1,booked,-1.00,2026-11-20,"], 2, "amount_or_day"),
        ([HEAD, "WV-1,maybe,,,"], 2, "answer"),
        ([HEAD, "WV-1,noted,,,", "WV-2,booked,1.001,2026-11-20,"], 3, "amount_or_day"),
        ([HEAD, "WV-1,booked,1.00,2026-02-30,"], 2, "amount_or_day"),
        ([HEAD, "WV-1,booked,1.00,20261120,"], 2, "amount_or_day"),
        ([HEAD, "WV-1,refused,,,"], 2, "reason"),
        ([HEAD, "WV-1,noted,,,", "WV-1,noted,,,"], 3, "repeated"),
    ],
)
def test_a_file_of_answers_that_cannot_be_is_refused_with_its_line(lines: list[str], line: int, reason: str) -> None:
    """Who reads the refusal finds the place."""
    with pytest.raises(AnswersRefusedError) as refused:
        read_answers(lines)
    assert (refused.value.line, refused.value.reason) == (line, reason)


@pytest.fixture
@remembered
def granted(debtor: Debtor, now: datetime) -> list[Waiver]:
    """Two lines let off on one account: penalty 30.00 and interest 12.34."""
    Account.objects.filter(id=debtor.account.id).update(fees_fen=5000, interest_fen=5000)
    account = Account.objects.get(id=debtor.account.id)
    staff = factories.make_staff("supervisor")
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        return waivers.grant_within(
            customer=customer, account=account, terms=Terms({"penalty": 3000, "interest": 1234}, timing="now"),
            staff=staff, actor=records.Actor.of(staff), now=now,
        )  # fmt: skip


def _answers(directory: Path, *rows: str) -> Path:
    path = directory / "answers.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def test_each_line_is_told_once_in_a_whole_file_with_its_checksum(
    granted: list[Waiver], tmp_path: Path, now: datetime, capsys: Any
) -> None:
    """The core finds account, component and amount; nobody else reads the file; the history says it."""
    call_command("export_instructions", str(tmp_path))
    (path,) = tmp_path.glob("*.csv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    account = granted[0].account
    assert [(row["reference"], row["component"], row["amount"], row["timing"]) for row in rows] == [
        (f"WV-{granted[0].pk}", "penalty", "30.00", "now"), (f"WV-{granted[1].pk}", "interest", "12.34", "now"),
    ]  # fmt: skip
    assert {row["account_no"] for row in rows} == {account.account_no}
    assert path.stat().st_mode & 0o777 == 0o600
    file = InstructionFile.objects.get()
    assert path.with_suffix(".csv.sha256").read_text() == f"{file.sha256}  {path.name}\n"
    assert (file.rows, file.total_fen) == (2, 4234)
    assert Event.objects.filter(kind="waiver.told", account_id=account.pk).count() == 2
    call_command("export_instructions", str(tmp_path))
    assert InstructionFile.objects.count() == 1
    assert "no file was written" in capsys.readouterr().out
    with pytest.raises(InternalError), transaction.atomic():
        CoreInstruction.objects.update(amount_fen=1)


def test_a_file_that_could_not_be_written_is_written_by_the_next_run_as_it_was(
    granted: list[Waiver], tmp_path: Path, now: datetime
) -> None:
    """What was committed stays what that file holds; what is let off meanwhile goes into the next one."""
    with pytest.raises(OSError, match="No such file"):
        telling.export(directory=tmp_path / "gone", now=now)
    file = InstructionFile.objects.get()
    assert file.written_at is None
    (path,) = telling.export(directory=tmp_path, now=now)
    assert path.name == file.name
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3
    assert CoreInstruction.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_the_core_once(granted: list[Waiver], now: datetime) -> None:
    """Each line is in one file only."""
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        telling.gather(now=now)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert InstructionFile.objects.count() == 1
    assert CoreInstruction.objects.count() == 2


def test_answers_are_taken_in_whole_once_and_in_order(granted: list[Waiver], tmp_path: Path, now: datetime) -> None:
    """Another amount or a refusal rings; the same file again changes nothing; what is booked stays booked."""
    telling.gather(now=now)
    penalty, interest = (f"WV-{row.pk}" for row in granted)
    with pytest.raises(CommandError, match="line 3: unknown_reference"):
        call_command("acknowledge_instructions", str(_answers(tmp_path, f"{penalty},noted,,,", "WV-0,noted,,,")))
    assert set(CoreInstruction.objects.values_list("state", flat=True)) == {"told"}
    path = _answers(tmp_path, f"{penalty},booked,29.00,2026-11-20,", f"{interest},refused,,,account blocked")
    assert answering.acknowledge(path=path, now=now) == 2
    assert answering.acknowledge(path=path, now=now) == 0
    states = dict(CoreInstruction.objects.values_list("reference", "state"))
    assert states == {penalty: "differs", interest: "refused"}
    assert Alert.objects.get(kind="waiver_refused").detail == {"differs": 1, "refused": 1}
    said = Event.objects.filter(kind="waiver.answered").order_by("id")
    assert [(event.payload["state"], event.payload["booked_fen"]) for event in said] == [
        ("differs", 2900), ("refused", None),
    ]  # fmt: skip
    mended = _answers(tmp_path, f"{penalty},booked,30.00,2026-11-20,", f"{interest},booked,12.34,2026-11-20,")
    assert answering.acknowledge(path=mended, now=now) == 2
    assert Alert.objects.get(kind="waiver_refused").resolved_at == now
    with pytest.raises(AnswersRefusedError, match="answered_otherwise"):
        answering.acknowledge(path=_answers(tmp_path, f"{penalty},refused,,,late"), now=now)


def test_what_somebody_has_dealt_with_rings_no_more(granted: list[Waiver], tmp_path: Path, now: datetime) -> None:
    """Resolved by a person it stays quiet until the core answers wrongly again."""
    telling.gather(now=now)
    answering.acknowledge(path=_answers(tmp_path, f"WV-{granted[0].pk},refused,,,closed"), now=now)
    actor = records.Actor.of(factories.make_staff("administrator"))
    alerts.resolve(alert_id=Alert.objects.get().id, actor=actor, now=now)
    answering.watch(now=now)
    assert not Alert.objects.filter(resolved_at__isnull=True).exists()
    later = now + timedelta(hours=1)
    answering.acknowledge(path=_answers(tmp_path, f"WV-{granted[1].pk},refused,,,closed"), now=later)
    assert Alert.objects.get(resolved_at__isnull=True).detail == {"refused": 1}


def test_the_core_is_told_every_evening_or_somebody_is(
    granted: list[Waiver], tmp_path: Path, settings: Any, now: datetime
) -> None:
    """Once; what cannot be written, and what nobody tells for a day, is an alert until it is told."""
    assert "instructions.tell" in {entry.task for entry in SCHEDULE}

    def rings() -> bool:
        return Alert.objects.filter(kind="instructions_waiting", resolved_at__isnull=True).exists()

    settings.INSTRUCTIONS_FOLDER = ""
    assert (telling.tell_nightly(now=now), rings()) == (0, False)
    assert (telling.tell_nightly(now=now + timedelta(days=2)), rings()) == (0, True)
    settings.INSTRUCTIONS_FOLDER = str(tmp_path / "not there")
    assert (telling.tell_nightly(now=now + timedelta(days=2)), rings()) == (0, True)
    settings.INSTRUCTIONS_FOLDER = str(tmp_path)
    assert (telling.tell_nightly(now=now + timedelta(days=3)), rings()) == (1, False)
    assert (telling.tell_nightly(now=now + timedelta(days=4)), rings()) == (0, False)
    assert len(list(tmp_path.glob("instructions-*.csv"))) == 1


def test_what_lapsed_with_its_plan_before_it_was_told_rings_for_nobody(debtor: Debtor, now: datetime) -> None:
    """It never gets into a file, so an alert for it would never clear."""
    owned: dict[str, Any] = {"customer": debtor.customer, "account": debtor.account}
    plan = Arrangement.objects.create(
        **owned, source="negotiation", source_reference="1", agreed_at=now, state="breached", breached_at=now
    )
    Waiver.objects.create(
        **owned, component="penalty", amount_fen=3000, owed_fen=5000, timing="now", settlement=False, arrangement=plan,
        granted_by=factories.make_staff("supervisor"), granted_at=now,
    )  # fmt: skip
    assert telling.gather(now=now) is None
    telling.tell_nightly(now=now + timedelta(days=2))
    assert not Alert.objects.filter(kind="instructions_waiting").exists()


def _with_plan(granted: list[Waiver], now: datetime) -> Waiver:
    """Return what was let off with a plan in force."""
    owned: dict[str, Any] = {"customer": granted[0].customer, "account": granted[0].account}
    plan = Arrangement.objects.create(**owned, source="negotiation", source_reference="1", agreed_at=now)
    return Waiver.objects.create(
        **owned, component="principal", amount_fen=500, owed_fen=5000, timing="on_completion", settlement=False,
        arrangement=plan, granted_by=granted[0].granted_by, granted_at=now,
    )  # fmt: skip


def _told(file: InstructionFile | None) -> list[tuple[str, bool]]:
    assert file is not None
    return [(line.reference, line.calls_off) for line in file.lines.order_by("id")]


@pytest.mark.parametrize("state", ["breached", "annulled", "varied"])
def test_what_lapses_after_the_core_was_told_is_called_off_once(
    granted: list[Waiver], tmp_path: Path, now: datetime, state: str
) -> None:
    """By a line that names the one it calls off; when the plan is in force again, it is told anew."""
    waiver = _with_plan(granted, now)
    telling.gather(now=now)
    ends = {"breached": "breached_at", "annulled": "annulled_at"}
    Arrangement.objects.update(state=state, **({ends[state]: now} if state in ends else {}))
    tomorrow = now + timedelta(days=1)
    path = telling.export(directory=tmp_path, now=tomorrow)[-1]
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [(row["reference"], row["calls_off"], row["amount"]) for row in rows] == [
        (f"WV-{waiver.pk}-2", f"WV-{waiver.pk}", "5.00")
    ]
    assert Event.objects.get(kind="waiver.called_off").payload["reference"] == f"WV-{waiver.pk}-2"
    assert telling.gather(now=tomorrow) is None
    if state != "varied":
        return
    Arrangement.objects.update(state="performing")
    assert _told(telling.gather(now=tomorrow)) == [(f"WV-{waiver.pk}-3", False)]
    assert telling.gather(now=tomorrow) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        CoreInstruction.objects.create(
            customer=waiver.customer, account=waiver.account, waiver=waiver, turn=3, reference="WV-x", amount_fen=1,
            file=InstructionFile.objects.latest("id"), told_at=now,
        )  # fmt: skip


def test_what_the_core_refused_needs_no_calling_off(granted: list[Waiver], tmp_path: Path, now: datetime) -> None:
    waiver = _with_plan(granted, now)
    telling.gather(now=now)
    answering.acknowledge(path=_answers(tmp_path, f"WV-{waiver.pk},refused,,,blocked"), now=now)
    Arrangement.objects.update(state="breached", breached_at=now)
    assert telling.gather(now=now) is None


def test_what_is_called_off_is_what_the_core_booked_and_a_refusal_of_that_leaves_it_booked(
    granted: list[Waiver], tmp_path: Path, now: datetime
) -> None:
    """The core let 3.00 of the 5.00 off. When it does not take them back and the plan stands again, nothing is told."""
    waiver = _with_plan(granted, now)
    telling.gather(now=now)
    CoreInstruction.objects.filter(waiver=waiver).update(state="differs", booked_fen=300, answered_at=now)
    Arrangement.objects.update(state="varied")
    file = telling.gather(now=now)
    assert file is not None
    assert (file.total_fen, file.lines.get().amount_fen) == (300, 300)
    answering.acknowledge(path=_answers(tmp_path, f"WV-{waiver.pk}-2,refused,,,blocked"), now=now)
    Arrangement.objects.update(state="performing")
    assert telling.gather(now=now) is None
    later = now + timedelta(days=30)
    Arrangement.objects.update(state="breached", breached_at=later)
    path = telling.export(directory=tmp_path, now=later + timedelta(hours=1))[-1]
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [(row["reference"], row["calls_off"], row["amount"]) for row in rows] == [
        (f"WV-{waiver.pk}-4", f"WV-{waiver.pk}", "3.00")
    ], "it ended once more: that is called off, by the name of the line the core booked"
    assert telling.gather(now=later + timedelta(hours=2)) is None


def test_what_is_called_off_hides_no_money(take_in: TakeIn, now: datetime) -> None:
    """20.00 are owed again and 20.00 came in: the payoff has not moved, and the money counts."""
    take_in(row(100))
    account = Account.objects.get()
    owned: dict[str, Any] = {"customer_id": account.customer_id, "account": account}
    plan = Arrangement.objects.create(**owned, source="negotiation", source_reference="1", agreed_at=now)
    waiver = Waiver.objects.create(
        **owned, component="interest", amount_fen=2000, owed_fen=3918, timing="now", settlement=False,
        arrangement=plan, granted_by=factories.make_staff("supervisor"), granted_at=now,
    )  # fmt: skip
    telling.gather(now=now)
    Arrangement.objects.update(state="breached", breached_at=now)
    telling.gather(now=now)
    tomorrow = now + timedelta(days=1)
    take_in(row(100, payoff_valid_until="", payments=f"WV-{waiver.pk}-2"), as_of=now.date(), at=tomorrow)
    line = CoreInstruction.objects.get(turn=2)
    assert (line.state, line.booked_fen) == ("booked", 2000)
    assert Entry.objects.get(kind="adjustment").money_fen == 2000


def test_a_core_that_answers_nothing_over_two_files_is_told_of(granted: list[Waiver], now: datetime) -> None:
    """One file is not enough; an answer ends it."""
    telling.gather(now=now)
    for day in (1, 2):
        at = now + timedelta(days=day)
        IntakeBatch.objects.create(
            file_name="x", as_of=at.date(), state=IntakeState.DONE, started_at=at, finished_at=at, followed_at=at
        )
        answering.watch(now=at)
        assert Alert.objects.filter(kind="waiver_unanswered", resolved_at__isnull=True).exists() == (day == 2)
    CoreInstruction.objects.update(state="noted", answered_at=now)
    answering.watch(now=now)
    assert not Alert.objects.filter(kind="waiver_unanswered", resolved_at__isnull=True).exists()


@pytest.mark.parametrize("named", [True, False])
def test_the_nightly_file_books_a_line_it_names_and_what_was_let_off_is_no_money(
    take_in: TakeIn, now: datetime, named: bool
) -> None:
    """A payoff that fell by a waiver proves no payment; where the core does not name it, it counts for the customer."""
    take_in(row(100))
    account = Account.objects.get()
    staff = factories.make_staff("supervisor")
    with transaction.atomic():
        customer = records.lock(customer_id=account.customer_id, now=now)
        (waiver,) = waivers.grant_within(
            customer=customer, account=account, terms=Terms({"interest": 2000}, timing="now"), staff=staff,
            actor=records.Actor.of(staff), now=now,
        )  # fmt: skip
    telling.gather(now=now)
    tomorrow = now + timedelta(days=1)
    payments = f"WV-{waiver.pk}" if named else ""
    night = row(100, interest="19.18", payoff="3932.18", payoff_valid_until="", payments=payments)
    take_in(night, as_of=now.date(), at=tomorrow)
    line = CoreInstruction.objects.get()
    adjusted = Entry.objects.get(kind="adjustment")
    assert (adjusted.amount_fen, adjusted.money_fen) == (-2000, 0 if named else 2000)
    assert (line.state, line.booked_fen) == (("booked", 2000) if named else ("told", None))
    assert Event.objects.filter(kind="waiver.answered").count() == named
    assert (line.event is not None) == named
