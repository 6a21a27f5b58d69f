"""The one-time keys of forms that have written, so that a form that is sent twice writes once."""

from typing import ClassVar

from django.db import models

from collections_app.models.customer import Customer
from collections_app.models.event import Event
from collections_app.models.staff import Staff


class FormKey(models.Model):
    """A key that has been used on a record, by whom, for what content, and the event it wrote, if it wrote one."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    content_hash = models.CharField(
        max_length=64, help_text="keyed with the server's secret: what was sent cannot be guessed from it"
    )
    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "staff", "key"], name="form_key_once"),
        ]
        # The sweep of old keys.
        indexes: ClassVar = [models.Index(fields=["used_at"], name="form_key_used_at")]
