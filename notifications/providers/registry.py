"""The providers by code. A new one is a folder beside the others and a line here."""

from functools import cache

from django.conf import settings

from collections_app.domain.terms import Term, TermList
from notifications.providers.bank_app.provider import BankAppProvider
from notifications.providers.base import Provider, VoiceProvider
from notifications.providers.email.provider import EmailProvider
from notifications.providers.print.provider import PrintProvider
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.providers.smpp.provider import SmppProvider
from notifications.providers.twilio.provider import TwilioProvider
from notifications.providers.twilio_voice.provider import TwilioVoiceProvider

_PROVIDERS: dict[str, type[Provider]] = {
    "sandbox": SandboxProvider,
    "twilio": TwilioProvider,
    "smpp": SmppProvider,
    "email": EmailProvider,
    "print": PrintProvider,
    "bank_app": BankAppProvider,
}
# What a branch may be given for its text messages.
PROVIDER_CODES = ("sandbox", "twilio", "smpp")
# Names people read; a provider's own name stays as it is in every language.
_NAMES = TermList(
    ("sandbox", "演示手机", "Demonstration phone"),
    ("twilio", "Twilio", "Twilio"),
    ("smpp", "行内短信网关", "The bank's gateway"),
    ("email", "电子邮件", "E-mail"),
    ("print", "打印信函", "Printed letters"),
    ("bank_app", "银行 App", "The bank's app"),
)


def offered() -> list[Term]:
    """Return the providers a branch may be given here; the demonstration phone only where no customer is real."""
    return [_NAMES[code] for code in PROVIDER_CODES if code != "sandbox" or settings.SANDBOX]


def name_of(code: str, language: str) -> str:
    """Return the name of a provider as people read it; one that is gone stays by its code."""
    return _NAMES[code].text(language) if code in _NAMES else code


class NoSuchProviderError(LookupError):
    """A branch names a provider that does not exist here."""


@cache
def provider(code: str) -> Provider:
    """Return the provider of that code. Raise NoSuchProviderError when there is none."""
    try:
        return _PROVIDERS[code]()
    except KeyError as error:
        raise NoSuchProviderError(code) from error


def telling() -> list[str]:
    """Return the providers that can be asked what became of a message they took."""
    return [code for code, made in _PROVIDERS.items() if made.tells_when_asked]


_VOICE: dict[str, type[VoiceProvider]] = {"twilio_voice": TwilioVoiceProvider}


def voice_provider() -> VoiceProvider | None:
    """Return the way calls are put through here, or None where colleagues dial by hand."""
    configured = settings.TWILIO_VOICE_FROM and settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN
    return _VOICE["twilio_voice"]() if configured else None
