"""The cast of the desk's tests, and a client whose every request is fenced against N+1 by itself."""

from datetime import datetime
from typing import Any

import pytest
import zeal
from django.test import Client

from collections_app.models import Customer, Staff
from tests import factories, seeds


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
def collector(client: FencedClient, db: None) -> Staff:
    """A collector of branch BJ who is signed in."""
    staff = factories.make_staff("collector")
    client.force_login(staff)
    return staff


@pytest.fixture
def browser(client: FencedClient, collector: Staff) -> FencedClient:
    """The collector's client."""
    return client


@pytest.fixture
def record(db: None, now: datetime) -> Customer:
    """A debtor who may be called: the rules of contact are in force."""
    seeds.rule_packs(now=now)
    return factories.make_debtor()[0]
