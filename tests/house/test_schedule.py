"""The declared schedule and the administrator's changes to it."""

from datetime import timedelta

import pytest
from django_celery_beat.models import PeriodicTask

from config import schedule
from config.beat import SCHEDULE, ByClock, Entry

pytestmark = pytest.mark.django_db

NIGHTLY = Entry("Nightly", "records.derive_due", ByClock(hour="2", minute="30"), "default")
OFTEN = Entry("Often", "records.derive_due", timedelta(seconds=30), "default")


def test_a_fresh_installation_gets_every_entry_once():
    """Running it twice adds nothing the second time."""
    assert schedule.sync() == (len(SCHEDULE), 0)
    assert schedule.sync() == (0, 0)
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {entry.name for entry in SCHEDULE}


def test_what_an_administrator_changed_stays_changed():
    """Time and switch are theirs; task and queue are the code's."""
    schedule.sync((NIGHTLY, OFTEN))
    other_time = PeriodicTask.objects.get(name="Often").interval
    PeriodicTask.objects.filter(name="Nightly").update(enabled=False, task="misspelt")
    PeriodicTask.objects.filter(name="Nightly").update(crontab=None, interval=other_time)
    schedule.sync((NIGHTLY, OFTEN))
    nightly = PeriodicTask.objects.get(name="Nightly")
    assert (nightly.enabled, nightly.interval, nightly.task) == (False, other_time, NIGHTLY.task)


def test_what_is_no_longer_declared_goes_and_an_administrators_own_entry_stays():
    """Only entries that came from the code leave with it."""
    schedule.sync((NIGHTLY, OFTEN))
    PeriodicTask.objects.create(
        name="Their own", task="records.derive_due", interval=PeriodicTask.objects.get(name="Often").interval
    )
    assert schedule.sync((OFTEN,)) == (0, 1)
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {"Often", "Their own"}


def test_a_time_of_day_is_the_banks_own():
    """Half past two in Shanghai, not in Greenwich."""
    schedule.sync((NIGHTLY,))
    crontab = PeriodicTask.objects.get(name="Nightly").crontab
    assert (crontab.hour, crontab.minute, str(crontab.timezone)) == ("2", "30", "Asia/Shanghai")


def test_a_run_that_waits_for_a_worker_ends_of_itself():
    """A night without the general worker leaves one run of each entry; old installations learn it too."""
    schedule.sync()
    PeriodicTask.objects.update(expire_seconds=None)
    schedule.sync()
    for row in PeriodicTask.objects.select_related("interval").filter(description=schedule.MARK):
        longest = row.interval.schedule.run_every.total_seconds() if row.interval else 24 * 3600
        assert row.expire_seconds, row.name
        assert row.expire_seconds <= max(longest, schedule.AT_LEAST), row.name
