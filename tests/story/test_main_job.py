"""The main job from end to end, by screen: collector and service agent at their desks, the customer on a telephone.

Nine chapters in their order (job_desk.py, job_phone.py, job_talks.py), in one bank. Beat and workers are the functions
they would run, called when their time has come.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zeal
from django.contrib.auth.hashers import make_password

from oversight.services import demo_bank
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.story import job_desk, job_phone, job_talks
from tests.story.job import ACCOUNTS, Job, stand_in_for_twilio

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

STAFF = ("collector.bj1", "collector.intl1", "service.sc1", "operations.sc1", "admin.a1")
# When each chapter is played; each goes on where the one before ended.
CHAPTERS: tuple[tuple[int, int, Callable[[Job], None]], ...] = (
    (8, 0, job_desk.the_bank_stands),
    (8, 10, job_desk.the_file_is_taken_in),
    (9, 0, job_desk.the_list_is_worked),
    (9, 31, job_phone.reminders_go_out),
    (9, 40, job_phone.a_link_is_opened),
    (9, 45, job_phone.it_is_paid),
    (10, 10, job_talks.an_old_screen_is_told),
    (10, 20, job_talks.talks_end_in_a_plan),
    (11, 0, job_talks.a_missed_instalment_brings_it_back),
)


def test_the_main_job(visit: Callable[..., Visitor], settings: Any, tmp_path: Path) -> None:
    """From the nightly file to the payment, the refused old screen, the agreement and its breach."""
    # Twelve days pass; nobody signs in anew meanwhile.
    settings.SESSION_IDLE_SECONDS = settings.SESSION_LONGEST_SECONDS = 30 * 24 * 3600
    _keep_uploads_in(settings, tmp_path)
    with zeal.zeal_ignore():
        words = make_password(job_desk.PASSWORD)
        demo_bank.seed(accounts=ACCOUNTS, password_hash=words, directory=tmp_path, now=NOW.replace(day=19))
        job = Job(visit, settings, "zh-CN", tmp_path)
        job.know(*STAFF)
        with stand_in_for_twilio(job):
            for hour, minute, play in CHAPTERS:
                job.at(hour, minute)
                play(job)
            job_talks.an_administrator_acts(job)


def _keep_uploads_in(settings: Any, directory: Path) -> None:
    sealed = {**settings.STORAGES["sealed"], "OPTIONS": {"location": directory / "sealed"}}
    settings.STORAGES = {**settings.STORAGES, "sealed": sealed}
