"""What the certificate of a signature says of itself, whichever authority made it."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whom a certificate names, who issued it under which number, and from when to when it is good (UTC)."""

    subject: str
    issuer: str
    serial: str
    since: datetime
    until: datetime


def read(pem: str) -> Certificate | None:
    """Return what a certificate (PEM) says; None for an empty text, or for one that cannot be read."""
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return None
    return Certificate(
        _named(found.subject),
        _named(found.issuer),
        f"{found.serial_number:X}",
        found.not_valid_before_utc,
        found.not_valid_after_utc,
    )


def _named(name: x509.Name) -> str:
    said = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(said[0].value) if said else name.rfc4514_string()
