"""Messages under every fault at once: what phones received is what the record says, and nothing is forgotten."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(180)
def test_killed_workers_send_each_message_at_most_once_and_forget_none() -> None:
    """Kills at statements, commits and calls, a task handed out twice, lost answers, forged and reversed receipts."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ONECASE_MODE": "test",
    }
    command = [sys.executable, "-m", "bench.short_message_torture", "2", "3", "60", "7"]
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["violations"] == [], "\n".join(report["violations"])
    assert report["killed"]
    assert report["received"] > 10
