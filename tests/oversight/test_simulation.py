"""Two departments on copies and on one record: a small bank, two books that are copied at once, and one seed."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection, connections

from collections_app.models import Customer
from oversight.domain.simulation.measures import Measured
from oversight.services.simulation import running, worlds

ORDER = running.Order(days=2, customers=80, seed=3)
# No process has this number.
_DEAD = "999999999"


def _left_alone() -> str:
    """Return the tests' database when nobody is connected to it, so that it can be copied.

    Servers of earlier tests may keep a connection to it.
    """
    template: str = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [template],
        )
    connection.close()
    return template


@pytest.fixture
def databases(transactional_db: None) -> Iterator[worlds.Databases]:
    """Databases of one run, copied from the empty one of the tests."""
    template = _left_alone()
    with worlds.throw_away(template=template) as made:
        yield made


@pytest.mark.timeout(600)  # half a minute beside one other process: four short runs of a bank
def test_copied_at_once_two_books_end_as_one_record_and_the_same_seed_gives_the_same(
    databases: worlds.Databases, tmp_path: Path
) -> None:
    """Only the copying parts the sides: what is left to measure is the same, and so it is when run again."""
    opened = running.open_bank(ORDER, databases=databases, directory=tmp_path)

    def side(name: str, order: running.Order = ORDER) -> Measured:
        return running.passed(running.side_of(order, name, opened), days=ORDER.days)

    together = side(running.TOGETHER)
    at_once = side(running.APART, replace(ORDER, at_once=True))
    apart = side(running.APART)

    assert together.calls
    assert together.agreements
    assert together.lag_longest_hours > 1  # paid where no department hears of it before the night
    assert _without_lag(at_once) == _without_lag(together)
    assert apart.lag_median_hours > at_once.lag_median_hours
    assert side(running.TOGETHER) == together
    assert not Customer.objects.exists()  # nothing of it in the database of everybody else


def _without_lag(side: Measured) -> Measured:
    # Two minutes pass between an act and its copy, which is what "at once" costs.
    return replace(side, lag_median_hours=0, lag_p95_hours=0, lag_longest_hours=0)


def test_the_databases_of_a_run_are_gone_after_it_and_those_of_a_killed_run_before_the_next(
    transactional_db: None,
) -> None:
    """Also when the run fails half-way; a name tells the process that made it."""
    template = connection.settings_dict["NAME"]
    left = f"{worlds.PREFIX}{_DEAD}_dead_0"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{left}"')
    _left_alone()

    def fail() -> None:
        with worlds.throw_away(template=template) as made:
            assert _simulated() == {made.first.database}  # and the killed run's is gone
            with made.first.entered():
                assert connections["default"].settings_dict["NAME"] == made.first.database
                raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert connection.settings_dict["NAME"] == template
    assert _simulated() == set()


def _simulated() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [worlds.PREFIX])
        names = {name for (name,) in cursor.fetchall()}
    connection.close()
    # Somebody else may be simulating in the same server.
    return {name for name in names if name.split("_")[2] in {str(os.getpid()), _DEAD}}


@pytest.mark.parametrize("setting", [{"PRODUCTION": True}, {"EMBEDDED_DATABASE": False}])
def test_no_server_but_the_embedded_one_is_used(setting: dict[str, bool], settings: LazySettings) -> None:
    """A bank's server is never asked for a database, whatever mode it runs in."""
    for name, value in setting.items():
        setattr(settings, name, value)
    with pytest.raises(CommandError, match="embedded server"):
        call_command("simulate_departments", "--days=1", "--customers=50", stdout=StringIO())


@pytest.mark.parametrize("order", [["--days=0"], ["--days=999"], ["--customers=3"], ["--customers=99999"]])
def test_an_impossible_order_is_refused_before_anything_is_made(order: list[str]) -> None:
    with pytest.raises(CommandError, match="is a number from"):
        call_command("simulate_departments", *order, stdout=StringIO())


def test_the_command_prints_the_table_and_draws_the_picture_in_the_language_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What it shows is what the two sides were measured to be, and nothing else."""
    empty = {"repeated": [], "contradictory": [], "after_agreement": []}
    empty |= {"against_stop": [], "wrong_number": [], "two_agreements": [], "behind_core": []}
    side = Measured(empty, 1234, 5, 6, 7, 8, 9, 1, 0.5, 2.5, 17.25)

    def both(order: running.Order, *, tell: Callable[[str, int], None]) -> dict[str, Measured]:
        tell(running.APART, 1)
        return {running.APART: side, running.TOGETHER: side}

    monkeypatch.setattr(running, "both", both)
    for language, words, so_far in (
        ("zh-hans", "协议达成后的联系", "两份副本：第 1 天，共 90 天\n"),
        ("en", "Contacts after agreement", "Two copies: day 1 of 90\n"),
    ):
        out, err, picture = StringIO(), StringIO(), tmp_path / f"{language}.svg"
        call_command("simulate_departments", f"--language={language}", f"--picture={picture}", stdout=out, stderr=err)
        assert err.getvalue() == so_far
        assert f"| {words} | 0 | 0 |" in out.getvalue()
        assert "| 1,234 | 1,234 |" in out.getvalue()
        assert words in picture.read_text(encoding="utf-8")
