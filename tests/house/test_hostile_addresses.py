"""Nonsense in addresses is answered in words, never with a crash, whoever sends it."""

from urllib.parse import quote

import pytest
import zeal
from allauth.account.models import EmailAddress
from django.test import Client

from tests import factories
from tests.desk import scenes

NONSENSE = ("²", "².²", "--5.1", "9" * 5000, "\x00", "0001-01-01", "9999-12-31")
PARAMETERS = (
    ("/", "after"),
    ("/find/", "q"),
    ("/find/", "open"),
    ("/mediation/", "from"),
    ("/notifications/outbox/", "before"),
    ("/notifications/outbox/", "until"),
    ("/notifications/outbox/", "number"),
    ("/notifications/texts/card_due/explicit/en/new/", "from"),
    ("/api/worklist/", "after"),
    ("/live/", "list"),
    ("/live/", "records"),
    ("/c/{no}/part/timeline/", "account"),
    ("/c/{no}/part/timeline/", "before"),
    ("/c/{no}/changed/", "since"),
)
PATHS = ("/c/%s/", "/c/%s/note/", "/find/%s/", "/api/records/%s/", "/mediation/record/%s/", "/r/payment/%s/", "/r/%s/")


@pytest.fixture
def client(db: None, now: object) -> Client:
    """A client who is signed in as an auditor of the whole bank, and told of crashes by their status."""
    client = Client(raise_request_exception=False)
    client.force_login(factories.make_staff("auditor"))
    return client


@pytest.mark.parametrize(("address", "name"), PARAMETERS)
def test_nonsense_in_a_query_is_answered(client: Client, address: str, name: str) -> None:
    """Digits that are none, numbers without end, days at the ends of the calendar."""
    customer = scenes.set_up().customer if "{no}" in address else None
    for value in NONSENSE:
        with zeal.zeal_ignore():
            response = client.get(address.format(no=customer and customer.customer_no), {name: value})
        if response.streaming:
            list(response.streaming_content)
        assert response.status_code in {200, 400, 404}, value


@pytest.mark.parametrize("path", PATHS)
def test_nonsense_in_a_path_is_answered(client: Client, path: str) -> None:
    """A NUL cannot be asked of the database."""
    for value in NONSENSE:
        for ask in (client.get, client.post):
            assert ask(path % quote(value, safe="")).status_code in {302, 400, 403, 404, 405}, value


def test_a_nul_is_refused_in_words(client: Client) -> None:
    """The page says that the address is damaged."""
    response = client.get("/find/?q=%00", headers={"Accept-Language": "zh-hans"})
    assert response.status_code == 400
    assert "请求" in response.content.decode()


def test_an_unlocked_screen_gives_no_way_back_in(client: Client) -> None:
    """An address for resetting the password is added only by who knows the password."""
    client.force_login(factories.make_staff("collector"))
    response = client.post("/accounts/email/", {"action_add": "", "email": "thief@example.com"})
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.exists()
