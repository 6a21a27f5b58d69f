"""Finding a signing authority's code by its name."""

from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from mediation.domain.signing import Signatory, Signed


class AuthorityUnreachableError(Exception):
    """The authority did not answer, or would not sign: nothing was signed."""


class Authority(Protocol):
    """What every ``authority`` module offers."""

    # Whether what it signs proves nothing outside this installation.
    IS_TEST: bool

    def sign(self, *, sha256: str, signatory: Signatory, now: datetime) -> Signed:
        """Return the signature of a named signatory over a document's SHA-256 (hexadecimal).

        Raise AuthorityUnreachableError when it did not sign.
        """
        ...

    def verify(self, *, sha256: str, signed: Signed, signatory: Signatory, at: datetime) -> bool:
        """Return whether the signature is this signatory's, over this document, by a certificate good at that time."""
        ...


def name() -> str:
    """Return the authority this installation signs with, or an empty text: signatures then carry no certificate."""
    return str(settings.SIGNING_AUTHORITY)


def authority_named(code: str) -> Authority:
    """Return an authority's code. Raise KeyError for one that does not exist."""
    if code not in settings.SIGNING_AUTHORITIES:
        raise KeyError(code)
    return cast(Authority, import_module(f"mediation.gateways.signing.{code}.authority"))
