"""One mad value in a row of the nightly file loses that row, never the night."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import LazySettings, settings
from django.core.files.base import ContentFile
from django.db import connections

from collections_app.models import Account, Alert, Customer, IntakeBatch
from collections_app.services import intake, records
from collections_app.services.intake import runs
from collections_app.tasks.intake import take_in_upload
from tests.collections_app.intake_files import current, make_branches, text_of, write

AS_OF = date(2026, 11, 19)
MANY = "9" * 5000


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("customer_no", r"\N", "bad_code"),
        ("account_no", r"\N", "bad_code"),
        ("payments", r"\N", ""),
        ("salary_day", MANY, "bad_number"),
        ("grace_days", MANY, "bad_number"),
        ("limit", MANY, "bad_number"),
        ("limit", "1e5", "bad_number"),
        ("limit", "NaN", "bad_number"),
        ("limit", "0.001", "bad_number"),
        ("schedule", "40000|2026-12-01|1.00|0.00|0.00", "bad_schedule"),
        ("schedule", f"{MANY}|2026-12-01|1.00|0.00|0.00", "bad_schedule"),
        ("schedule", "|" * 5000, "bad_schedule"),
        ("birth_date", "1990-02-30", "impossible_date"),
        ("birth_date", "0000-00-00", "impossible_date"),
        ("due_date", "9999-12-31", ""),
        ("due_date", "0001-01-01", "inconsistent"),
        ("mobile", MANY, "bad_phone"),
        ("email", "a@" + "b." * 2000 + "c", "too_long"),
        ("country", "cn", "bad_code"),
        ("currency", "人民币", "bad_code"),
        ("synthetic", "x" * 2000, "too_long"),
    ],
)
def test_a_mad_value_loses_only_its_row(
    db: None, tmp_path: Path, now: datetime, column: str, value: str, reason: str
) -> None:
    """Thirty sound rows beside it are taken in; the value has its reason, or is harmless."""
    make_branches()
    rows = [current(number) for number in range(100, 130)]
    rows[7] = current(107, **{column: value})
    path = write(tmp_path / "nightly.csv", rows)

    batch = intake.take_in(path=path, as_of=AS_OF, actor=records.SYSTEM, now=now)

    assert batch.state == "done"
    assert {item.reason for item in batch.rejects.all()} == ({reason} if reason else set())
    assert Account.objects.count() == (29 if reason else 30)


def test_what_nobody_sees_is_taken_out_of_names(db: None, tmp_path: Path, now: datetime) -> None:
    """A sign that turns the direction of writing would turn a message's amount round."""
    make_branches()
    path = write(tmp_path / "nightly.csv", [current(100, name="陈\u202e晓\x07\u200b梅", address="示范路\t1\r号")])

    intake.take_in(path=path, as_of=AS_OF, actor=records.SYSTEM, now=now)

    customer = Customer.objects.get()
    assert customer.name == "陈晓梅"
    assert customer.contact_points.get(kind="address_home").value == "示范路 1 号"


@pytest.fixture
def sealed(settings: LazySettings, tmp_path: Path) -> Path:
    """Where uploads are kept."""
    storage = {**settings.STORAGES["sealed"], "OPTIONS": {"location": tmp_path / "sealed"}}
    settings.STORAGES = {**settings.STORAGES, "sealed": storage}
    return tmp_path / "sealed"


def _upload(name: str, now: datetime) -> IntakeBatch:
    content = ContentFile(text_of([current(100)]).encode(), name=name)
    return intake.receive(file=content, as_of=AS_OF, actor=records.SYSTEM, now=now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["reading", "applying"])
def test_a_killed_intake_is_found_and_told(sealed: Path, now: datetime, state: str) -> None:
    """The worker was killed: the batch does not pretend to run for ever, staff are told, and the next file goes in."""
    make_branches()
    dead, following = _upload("dead.csv", now), _upload("next.csv", now)
    IntakeBatch.objects.filter(id=following.id).update(state="done")
    IntakeBatch.objects.filter(id=dead.id).update(state=state)

    intake.run_waiting(now=now)

    dead.refresh_from_db()
    assert (dead.state, dead.refused_reason, dead.finished_at) == ("refused", "failed", now)
    assert Alert.objects.get(resolved_at__isnull=True).kind == "intake_failed"
    again = intake.run(batch_id=_upload("again.csv", now).id, now=now)
    assert (again.state, Alert.objects.filter(resolved_at__isnull=True).count()) == ("done", 0)


@pytest.mark.django_db(transaction=True)
def test_a_running_intake_is_not_taken_for_dead(sealed: Path, now: datetime) -> None:
    """While another process holds the intake's lock, its batch is left alone."""
    running = _upload("running.csv", now)
    IntakeBatch.objects.filter(id=running.id).update(state="reading")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(4270001)")
        intake.run_waiting(now=now)
    finally:
        other.close()
    running.refresh_from_db()
    assert running.state == "reading"


def test_the_longest_name_of_a_file_is_taken(db: None, sealed: Path, now: datetime) -> None:
    """A Chinese name of a hundred signs is three hundred bytes: more than a disk allows."""
    batch = _upload("二" * 200 + ".csv", now)
    assert len(batch.file_name) == 120
    assert (sealed / batch.stored_as).exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_takes_too_long_is_refused_with_that_reason(
    sealed: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bank's first file has hours, as no other task has; where they do not suffice the batch says so."""
    assert take_in_upload.soft_time_limit > settings.CELERY_TASK_TIME_LIMIT
    make_branches()
    batch = _upload("first.csv", now)

    def too_long(*_args: Any, **_named: Any) -> Any:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(runs, "read_accounts", too_long)
    with pytest.raises(SoftTimeLimitExceeded):
        intake.run(batch_id=batch.id, now=now)
    batch.refresh_from_db()
    assert (batch.state, batch.refused_reason) == ("refused", "took_too_long")
