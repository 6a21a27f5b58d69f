"""The on-screen phone: what a handset would show. Demo and tests only."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings

from collections_app.models.fields import token
from notifications.models import SandboxInbox


class NoSandboxError(RuntimeError):
    """There is no sandbox phone where there are real customers."""


def deliver(*, provider: str, provider_id: str, number: str, shown: str, body: str, at: datetime) -> bool:
    """Put a message on the phone, once per provider's name for it; return whether it is new.

    ``body`` is what the provider was given, ``shown`` what the handset shows (with a platform's signature).
    """
    if not settings.SANDBOX:
        raise NoSandboxError
    _, new = SandboxInbox.objects.get_or_create(
        provider_id=provider_id,
        defaults={
            "provider": provider,
            "number": number,
            "number_token": token(number, space="sandbox"),
            "body": shown,
            "body_sha256": sha256(body.encode()).hexdigest(),
            "received_at": at,
        },
    )
    return new
