"""What machines asked, under which key, what they were answered, and what they reported."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from collections_app.models.contact import Contact, PermitRefusal
from collections_app.models.customer import Customer
from collections_app.models.machine import MachineClient


class MachineRequest(models.Model):
    """One asking of a machine for one permit or many, under a key of its own: asked again, it is answered the same."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    client = models.ForeignKey(MachineClient, on_delete=models.PROTECT, related_name="requests")
    key = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "key"], name="machine_request_once")]


class MachinePermit(models.Model):
    """One answer to a machine: the contact it was given, or the refusal, and later its report."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(MachineRequest, on_delete=models.CASCADE, related_name="permits")
    client = models.ForeignKey(MachineClient, on_delete=models.PROTECT, related_name="permits")
    position = models.PositiveSmallIntegerField(default=0)
    ref = models.CharField(max_length=64, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="machine_permits"
    )
    contact = models.OneToOneField(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="machine_permit"
    )
    refusal = models.OneToOneField(
        PermitRefusal, on_delete=models.PROTECT, null=True, blank=True, related_name="machine_permit"
    )
    fault = models.CharField(max_length=32, blank=True, help_text="why it was neither given nor refused")
    expires_at = models.DateTimeField(null=True, blank=True)
    script_version = models.CharField(max_length=40, blank=True)
    report = models.JSONField(default=dict, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "position"], name="machine_permit_once"),
            models.CheckConstraint(
                condition=Q(contact__isnull=False, refusal__isnull=True, fault="")
                | Q(contact__isnull=True, refusal__isnull=False, fault="")
                | Q(contact__isnull=True, refusal__isnull=True) & ~Q(fault=""),
                name="machine_permit_has_one_answer",
            ),
        ]
