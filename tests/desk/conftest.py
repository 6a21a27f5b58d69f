"""The cast of the desk's tests, and a client whose every request is fenced against N+1 by itself."""

from datetime import datetime
from typing import Any

import pytest
import zeal
from django.conf import settings
from django.test import Client

from collections_app.models import Customer, Staff
from tests import factories, seeds
from tests.remembered import remembered


class FencedClient(Client):
    """A test client that counts the repeated queries of each request alone."""

    def request(self, **request: Any) -> Any:
        with zeal.zeal_context():
            return super().request(**request)

    def force_login(self, user: Any, backend: str | None = None) -> None:
        with zeal.zeal_ignore():
            super().force_login(user, backend)


@pytest.fixture
def client() -> FencedClient:
    return FencedClient()


@pytest.fixture
@remembered
def signed_in(db: None) -> tuple[Staff, str]:
    """A collector of branch BJ, and the key of their session."""
    staff, client = factories.make_staff("collector"), FencedClient()
    client.force_login(staff)
    return staff, client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def collector(client: FencedClient, signed_in: tuple[Staff, str]) -> Staff:
    """A collector of branch BJ who is signed in."""
    staff, key = signed_in
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return staff


@pytest.fixture
def browser(client: FencedClient, collector: Staff) -> FencedClient:
    """The collector's client."""
    return client


@pytest.fixture
@remembered
def record(db: None, now: datetime) -> Customer:
    """A debtor who may be called: the rules of contact are in force."""
    seeds.rule_packs(now=now)
    return factories.make_debtor()[0]
