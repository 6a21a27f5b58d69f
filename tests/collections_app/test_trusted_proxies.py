"""Behind a proxy: what it says counts, and what anybody else writes does not."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from collections_app.models import AccessAttempt
from collections_app.services import addresses
from collections_app.views.middleware.trusted_proxies import TrustedProxiesMiddleware
from config.accounts import address_of_request

OURS, STRANGER = "10.0.0.5", "198.51.100.9"


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    """One proxy of ours, in one network, that says whether it was https."""
    settings.PROXIES, settings.PROXY_NETWORKS = 1, [ip_network("10.0.0.0/24")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def _through(direct: str, said: str) -> HttpRequest:
    request = RequestFactory().get(
        "/", REMOTE_ADDR=direct, HTTP_X_FORWARDED_FOR=said, HTTP_X_FORWARDED_PROTO="https",
    )  # fmt: skip
    TrustedProxiesMiddleware(lambda request: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("direct", "said", "found", "secure"),
    [
        (OURS, "192.0.2.1", "192.0.2.1", True),
        (OURS, "203.0.113.7, 192.0.2.1", "192.0.2.1", True),  # what the client wrote stands to the left
        (STRANGER, "192.0.2.1", STRANGER, False),  # past the proxy
        (OURS, "nonsense", None, True),
    ],
)
def test_only_our_proxys_word_counts(direct: str, said: str, found: str | None, secure: bool) -> None:
    """The client's address and the scheme, for whoever counts by them."""
    request = _through(direct, said)
    assert (address_of_request(request), request.is_secure()) == (found, secure)


def test_without_proxies_nobodys_word_counts(settings: Any) -> None:
    """Not even from this machine."""
    settings.PROXIES = 0
    request = _through("127.0.0.1", "192.0.2.1")
    assert (addresses.address_of(request.META), request.is_secure()) == ("127.0.0.1", False)


@pytest.mark.django_db
def test_who_writes_other_addresses_is_still_counted_as_one() -> None:
    """A stranger who guesses codes under ever new names is kept under the address they really come from."""
    client = Client(REMOTE_ADDR=STRANGER)
    for number in range(3):
        client.post("/r/" + "a" * 25 + f"{number + 2}/", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        client.post("/r/proof/", {"id_tail": "1234"}, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert set(AccessAttempt.objects.values_list("address", flat=True)) == {STRANGER}
