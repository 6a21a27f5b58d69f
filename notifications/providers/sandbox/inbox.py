"""The on-screen phone: what a handset would show. Demo and tests only."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings

from collections_app.models.fields import token
from notifications.models import SandboxInbox


class NoSandboxError(RuntimeError):
    """There is no sandbox phone where there are real customers."""


def deliver(*, provider: str, provider_id: str, number: str, shown: str, body: str, at: datetime) -> None:
    """Put a message on the phone, once per provider's name for it.

    ``body`` is what the provider was given, ``shown`` what the handset shows (with a platform's signature).
    """
    if not settings.SANDBOX:
        raise NoSandboxError
    row = SandboxInbox(
        provider=provider,
        provider_id=provider_id,
        number=number,
        number_token=token(number, space="sandbox"),
        body=shown,
        body_sha256=sha256(body.encode()).hexdigest(),
        received_at=at,
    )
    SandboxInbox.objects.bulk_create([row], ignore_conflicts=True)
