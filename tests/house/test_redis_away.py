"""Redis holds nothing that cannot be lost: without it people sign in, work, and are still locked out for guessing."""

import logging
import socket
import time
from collections.abc import Iterator

import pytest
from celery import Celery
from django.conf import LazySettings
from django.core.cache import caches
from django.test import Client, override_settings
from django.urls import reverse

from collections_app.services import access, feed, tries, wake
from tests import factories

NOWHERE = "unix:///nowhere/valkey.sock"
PASSWORD = "correct horse battery"


@pytest.fixture
def redis_away(settings: LazySettings) -> Iterator[None]:
    """Point every cache at a socket that is not there."""
    away = {alias: {**values, "LOCATION": NOWHERE} for alias, values in settings.CACHES.items()}
    with override_settings(CACHES=away):
        yield
    for alias in away:
        caches[alias].close()


def _sign_in(client: Client, username: str, password: str) -> int:
    return client.post(reverse("account_login"), {"login": username, "password": password}).status_code


def test_people_sign_in_and_work(db: None, now: object, redis_away: None) -> None:
    """The counters of sign-in forget; the door opens all the same."""
    staff = factories.make_staff("collector")
    client = Client()
    assert _sign_in(client, staff.username, PASSWORD) == 302
    assert client.get("/").status_code == 200


def test_a_guesser_is_still_locked_out(db: None, now: object, redis_away: None, settings: LazySettings) -> None:
    """Failures are counted in the database, whatever Redis does."""
    staff = factories.make_staff("collector")
    answers = [_sign_in(Client(), staff.username, "wrong") for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1] == 429
    assert _sign_in(Client(), staff.username, PASSWORD) == 429


def test_guesses_at_customers_codes_are_still_counted(db: None, now: object, redis_away: None) -> None:
    """The log of refused tries takes over from the counter."""
    for _ in range(30):
        with pytest.raises(access.AccessRefusedError):
            access.check(now=now, address="192.0.2.1", code="K7QP-3M9D")
    with pytest.raises(tries.TooManyTriesError):
        access.check(now=now, address="192.0.2.1", code="K7QP-3M9D")


def test_a_broker_that_hangs_or_is_away_hangs_no_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: LazySettings
) -> None:
    """It accepts and never answers, as a machine does whose disk is gone: the wake-up is given up, and nobody waits."""
    with socket.create_server(("127.0.0.1", 0)) as hung:
        away = f"redis://127.0.0.1:{hung.getsockname()[1]}/0"
        for url in (away, "redis://127.0.0.1:1/0"):
            elsewhere = Celery("elsewhere", set_as_current=False)
            elsewhere.config_from_object("django.conf:settings", namespace="CELERY")
            elsewhere.conf.broker_url = url
            monkeypatch.setattr(wake, "current_app", elsewhere)
            caplog.clear()
            began = time.monotonic()
            with caplog.at_level(logging.WARNING):
                wake.at_once("evidence.make", pack_id=1)
            assert time.monotonic() - began < 4
            assert "evidence.make was not woken" in caplog.text
        settings.REDIS_URL = away
        feed._client.cache_clear()
        began = time.monotonic()
        feed._publish("{}")
        feed._client.cache_clear()
        assert time.monotonic() - began < 4
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"], "beat and the workers' own wake-ups end as well"
