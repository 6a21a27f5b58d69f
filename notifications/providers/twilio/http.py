"""The way to Twilio's API: to the address that is configured, and from a demo only to this machine."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from requests.exceptions import ConnectionError as NoConnectionError
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from collections_app.domain.loopback import is_loopback

API = "https://api.twilio.com"
TIMEOUT_SECONDS = 10.0


class WrongAddressError(Exception):
    """The configured address may not be used."""


def check_address(url: str, *, sandbox: bool) -> None:
    """Refuse an address that data may not go to: demo data to this machine only, others over HTTPS only.

    Raise WrongAddressError.
    """
    if is_loopback(url):
        return
    if sandbox:
        raise WrongAddressError("demo_data_stays_here")
    if urlsplit(url).scheme != "https":
        raise WrongAddressError("not_https")


class RebasedClient(TwilioHttpClient):  # type: ignore[misc]  # the library ships no types
    """Twilio's own client, sent to another base address (a proxy of the bank's, or the fake server)."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self.base_url = base_url.rstrip("/")

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        """Make the request at the configured base address."""
        if url.startswith(API):
            url = self.base_url + url[len(API) :]
        return super().request(method, url, **kwargs)


def client() -> Client:
    """Return Twilio's own client at the configured address. Raise WrongAddressError when data may not go there."""
    base_url = settings.TWILIO_API_URL or API
    check_address(base_url, sandbox=settings.SANDBOX)
    return Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=RebasedClient(base_url))


def never_connected(error: NoConnectionError) -> bool:
    """Return whether not one byte left: the connection was refused or the name not found."""
    inner = error.args[0] if error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)
