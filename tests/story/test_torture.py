"""Real processes on a real database, killed and cut off in the middle of what they do, break no guarantee."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from bench.torture import MONDAY
from bench.torture.stage import Stage
from collections_app.domain.intake.row import KnownCodes, Row, read_row

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(180)
def test_a_tortured_bank_keeps_all_ten_guarantees() -> None:
    """Both departments, a dialler, files, payments, planner and worker; kills, lost connections, clocks that differ."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ONECASE_MODE": "test",
    }
    command = [sys.executable, "-m", "bench.short_torture", "1", "5", "30", "7"]
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["violations"] == [], "\n".join(report["violations"])
    assert report["killed"] > 0
    assert report["attempts"] > 0


@pytest.mark.parametrize("night", [0, 1, 40])
def test_the_torture_has_a_sound_file_for_every_night(night: int, tmp_path: Path) -> None:
    """A refused file leaves the data stale: every permit is refused for that alone, and nothing is tortured."""
    as_of = MONDAY.date() + timedelta(days=night - 1)
    _head, *lines = Stage(tmp_path, 6, (), (), ()).file_of(as_of).read_text(encoding="utf-8").splitlines()
    known = KnownCodes({"BJ": "Asia/Shanghai", "SH": "Asia/Shanghai"}, frozenset())
    read = [read_row(line.split(","), known=known, as_of=as_of) for line in lines]
    assert len(read) == 6
    assert all(isinstance(row, Row) for row in read), read
