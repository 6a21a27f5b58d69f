"""Payments under every fault at once: entries, the cashier and the customer's page agree to the fen."""

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
def test_killed_processes_book_each_payment_once_and_forget_none() -> None:
    """Kills at statements and commits, double clicks, lost, repeated, reordered and forged notifications, refunds."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ONECASE_MODE": "test",
    }
    command = [sys.executable, "-m", "bench.short_payment_torture", "1", "5", "12", "7"]
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["violations"] == [], "\n".join(report["violations"])
    assert report["killed"]
    assert report["paid"]
