"""The providers by code. A new one is a folder beside the others and a line here."""

from functools import cache

from notifications.providers.base import Provider
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.providers.twilio.provider import TwilioProvider

_PROVIDERS: dict[str, type[Provider]] = {"sandbox": SandboxProvider, "twilio": TwilioProvider}
PROVIDER_CODES = tuple(_PROVIDERS)


class NoSuchProviderError(LookupError):
    """A branch names a provider that does not exist here."""


@cache
def provider(code: str) -> Provider:
    """Return the provider of that code. Raise NoSuchProviderError when there is none."""
    try:
        return _PROVIDERS[code]()
    except KeyError as error:
        raise NoSuchProviderError(code) from error
