"""The way to Twilio's API: to the address that is configured, and from a demo only to this machine."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient

API = "https://api.twilio.com"
TIMEOUT_SECONDS = 10.0


class WrongAddressError(Exception):
    """The configured address may not be used."""


def is_loopback(url: str) -> bool:
    """Return whether an address leads to this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
