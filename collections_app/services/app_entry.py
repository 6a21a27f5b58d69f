"""The customer's page opened by the bank's own app, which has signed in its customer itself."""

from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from collections_app.domain import access as words
from collections_app.domain import app_entry as rules
from collections_app.domain.access import Refusal
from collections_app.models import AppEntry, ContactPoint, Customer
from collections_app.models.tokens import contact_token
from collections_app.services import access, records, tries

SANDBOX_KEY = "sandbox"
# Below the address customers' links begin with; who receives a hand-over is part of what is signed.
PATH = "/r/app/"


def keys() -> dict[str, Ed25519PublicKey]:
    """Return the keys whose hand-overs are believed, by their ids: the settings', and the demo's own app's."""
    known = {key_id: rules.public_key(text) for key_id, text in settings.APP_KEYS.items()}
    return known | {SANDBOX_KEY: sandbox_key().public_key()} if settings.SANDBOX else known


def sandbox_key() -> Ed25519PrivateKey:
    """Return the key of the app that plays the bank's in demo and tests."""
    return Ed25519PrivateKey.from_private_bytes(salted_hmac("app_entry", "sandbox", algorithm="sha256").digest())


def audience() -> str:
    """Return who a hand-over must be meant for."""
    return f"{settings.PUBLIC_URL}{PATH}"


def enter(*, fields: Mapping[str, str], address: str | None, now: datetime) -> access.Opened:
    """Open a session for whom the app has signed in, once for each hand-over.

    Raise AccessRefusedError for one that is changed, late, meant for somebody else, used before or about nobody; the
    log says which. TooManyTriesError for an address that was refused too often.
    """
    tries.check_address(address, now=now)
    fault = rules.fault(fields, keys=keys(), audience=audience(), now=now)
    opened = fault or _use(fields, now)
    if isinstance(opened, Refusal):
        tries.log(link=None, reason=opened, address=address, now=now)
        tries.count(address)
        raise access.AccessRefusedError
    return opened


@transaction.atomic(durable=True)
def _use(fields: Mapping[str, str], now: datetime) -> access.Opened | Refusal:
    customer_id = Customer.objects.filter(customer_no=fields["sub"]).values_list("id", flat=True).first()
    if customer_id is None:
        return Refusal.APP_UNKNOWN
    customer = records.lock(customer_id=customer_id, now=now)
    if _is_signed_out(customer, fields.get(rules.DEVICE, "")):
        return Refusal.APP_DEVICE
    try:
        with transaction.atomic():
            AppEntry.objects.create(
                nonce_hash=words.digest(f"{fields['kid']}:{fields['nonce']}"),
                key_id=fields["kid"],
                customer=customer,
                used_at=now,
                expires_at=datetime.fromtimestamp(int(fields["exp"]), UTC),
            )
    except IntegrityError:
        return Refusal.APP_REPLAYED
    return access.open_within(customer=customer, link=None, now=now)


def _is_signed_out(customer: Customer, device: str) -> bool:
    """Return whether the app's customer was signed out on the device that a hand-over comes from.

    Where it names none, it may be any of those that were.
    """
    out = ContactPoint.objects.filter(customer=customer, kind="app_push", signed_out_at__isnull=False)
    return out.filter(value_token=contact_token(device, is_phone=False)).exists() if device else out.exists()
