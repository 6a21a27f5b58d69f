"""What the on-screen phone of demo and tests has received."""

from typing import ClassVar

from django.db import models

from collections_app.models.fields import SealedField


class SandboxInbox(models.Model):
    """One message on the sandbox phone, as the handset would show it."""

    personal_data: ClassVar[tuple[str, ...]] = ("number", "number_token", "body")

    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=64, unique=True)
    number = SealedField()
    number_token = models.CharField(max_length=32)
    body = SealedField()
    body_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=16, default="delivered")
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        indexes: ClassVar = [
            # One conversation of the phone, newest first.
            models.Index(fields=["number_token", "-received_at"], name="sandbox_conversation"),
        ]
