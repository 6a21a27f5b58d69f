"""Working calendars are loaded from files, checked against thousands of real days, and told of before they end."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.calendar_file import CalendarFileError, read
from collections_app.models import Alert, CalendarVersion, ImportedDay, Staff
from collections_app.selectors.rules import calendars as known
from collections_app.services import calendars, reference
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import SYSTEM, Actor
from tests import factories

_DAYS = "shared/data/calendars/cn_days_chinesecalendar_2004_2026.csv"
_PLACES = [parent / _DAYS for parent in Path(__file__).resolve().parents]
ORACLE = next((path for path in _PLACES if path.exists()), _PLACES[0])

FILE = """country,date,works,name
CN,2027-01-01,0,元旦
CN,2027-01-03,1,元旦调休
HK,2027-12-27,0,Christmas
"""


@pytest.fixture
def oracle() -> dict[date, bool]:
    if not ORACLE.exists():
        pytest.skip("the days of 2004 to 2026 are not on this machine")
    with ORACLE.open(encoding="utf-8") as file:
        return {date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in csv.DictReader(file)}


def load(content: str, now: datetime, source: str = "国办发明电〔2026〕9号") -> list[CalendarVersion]:
    return calendars.load(content=content.encode(), source=source, actor=SYSTEM, now=now)


def test_every_day_of_23_years_is_as_it_was(oracle: dict[date, bool]) -> None:
    """Only the days that are not as the week says are in the file; the others follow."""
    lines = [f"CN,{day},{works:d}," for day, works in oracle.items() if works != (day.weekday() < 5)]
    days = read(("country,date,works,name\n" + "\n".join(lines)).encode())
    assert len(days) < len(oracle) / 10
    calendar = WorkCalendar({day.on: day.works for day in days})
    assert [day for day, works in oracle.items() if calendar.works(day) is not works] == []
    assert calendar.works(date(2027, 1, 4)) is None


@pytest.mark.django_db
def test_what_a_bank_starts_with_is_as_the_notices_say(oracle: dict[date, bool], now: datetime) -> None:
    """Last year and this; next year is unknown until its notice comes."""
    reference.load_calendars(now=now)
    calendar = known(countries=["CN"], around=date(2025, 1, 1))["CN"]
    recent = {day: works for day, works in oracle.items() if day.year in {2025, 2026}}
    assert len(recent) == 730
    assert [day for day, works in recent.items() if calendar.works(day) is not works] == []


@pytest.mark.django_db
def test_a_file_takes_the_place_of_its_years_and_leaves_the_others(now: datetime) -> None:
    ImportedDay.objects.create(country="CN", on=date(2026, 10, 1), works=False, source="before")
    ImportedDay.objects.create(country="CN", on=date(2027, 5, 1), works=False, source="before")
    mainland, hong_kong = load(FILE, now)
    assert (mainland.country, mainland.version, mainland.years, mainland.days) == ("CN", 1, [2027], 2)
    assert (hong_kong.country, hong_kong.days) == ("HK", 1)
    days = ImportedDay.objects.filter(country="CN").order_by("on")
    assert [(day.on.isoformat(), day.works, day.loaded_id) for day in days] == [
        ("2026-10-01", False, None),
        ("2027-01-01", False, mainland.pk),
        ("2027-01-03", True, mainland.pk),
    ]
    (again,) = load("country,date,works,name\nCN,2027-01-01,0,\nCN,2027-01-02,1,\n", now)
    assert again.version == 2
    assert ImportedDay.objects.filter(country="CN", on__year=2027).count() == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "calendar_columns"),
        ("date,works\n", "calendar_columns"),
        ("country,date,works,name\n", "calendar_rows"),
        ("country,date,works,name\nCN,2027-02-30,0,x\n", "calendar_line"),
        ("country,date,works,name\nCN,20270101,0,x\n", "calendar_line"),
        ("country,date,works,name\nCN,2027-01-01,maybe,x\n", "calendar_line"),
        ("country,date,works,name\nChina,2027-01-01,0,x\n", "calendar_line"),
        ("country,date,works,name\nHK,2027-01-01,0,x\nHK,2027-01-01,1,x\n", "calendar_twice"),
        ("country,date,works,name\nCN,2027-01-01,0,元旦\n", "calendar_not_published"),
    ],
)
def test_a_file_that_may_mislead_is_refused(content: str, code: str) -> None:
    """China's holidays by law without the weekends worked for them are no calendar yet."""
    with pytest.raises(CalendarFileError, match=code):
        read(content.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(CalendarFileError, match="calendar_unreadable"):
        read(b"\xff\xfe\x00")


@pytest.mark.django_db
def test_a_refused_file_changes_nothing_and_the_same_one_is_loaded_once(now: datetime, collector: Staff) -> None:
    with pytest.raises(RefusedError, match="calendar_line"):
        load(FILE + "CN,never,0,\n", now)
    with pytest.raises(RefusedError, match="calendar_source_missing"):
        load(FILE, now, source=" ")
    with pytest.raises(NotAllowedError):
        calendars.load(content=FILE.encode(), source="x", actor=Actor.of(collector), now=now)
    assert not ImportedDay.objects.exists()
    load(FILE, now)
    with pytest.raises(RefusedError, match="calendar_loaded_before"):
        load(FILE, now)


@pytest.mark.django_db
def test_staff_are_told_sixty_days_before_a_calendar_ends(now: datetime) -> None:
    """The alert is the branch's, and goes when the next year is loaded; what ends later tells nobody yet."""
    branch = factories.make_branch()
    factories.make_branch("XX", live=False, country="SG")
    ImportedDay.objects.create(country="CN", on=date(2026, 10, 1), works=False, source="test")
    assert calendars.watch(now=now - timedelta(days=30)) == 0
    assert calendars.watch(now=now) == 1
    alert = Alert.objects.get(resolved_at__isnull=True)
    assert (alert.kind, alert.branch, alert.detail) == (
        "calendar_ending",
        branch,
        {"country": "CN", "ends": "2026-12-31"},
    )
    load(FILE, now)
    assert not Alert.objects.filter(resolved_at__isnull=True).exists()


@pytest.mark.django_db
def test_a_country_without_any_calendar_is_told_of_at_once(now: datetime) -> None:
    factories.make_branch()
    assert calendars.watch(now=now) == 1
    assert Alert.objects.get().detail["ends"] == "2026-11-19"


@pytest.mark.django_db
def test_the_command_loads_a_file_or_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], now: datetime
) -> None:
    path = tmp_path / "calendar.csv"
    path.write_text(FILE, encoding="utf-8")
    call_command("load_calendar", str(path), source="test")
    assert "CN version 1: 2 days of 2027" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("load_calendar", str(path), source="test")
    with pytest.raises(CommandError):
        call_command("load_calendar", str(tmp_path / "none.csv"), source="test")
