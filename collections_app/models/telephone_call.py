"""Calls on the bank's telephones as the telephone system reports them."""

from typing import ClassVar

from django.db import models

from collections_app.domain.machines.calls import CALL_EVENTS, DIRECTIONS
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from collections_app.models.machine import MachineClient
from collections_app.models.staff import Staff


class TelephoneCall(models.Model):
    """One call: its number, at whose extension it is, and how far it has come."""

    personal_data: ClassVar[tuple[str, ...]] = ("number", "number_token")

    client = models.ForeignKey(MachineClient, on_delete=models.PROTECT, related_name="calls")
    call_id = models.CharField(max_length=64)
    number = SealedField(blank=True)
    number_token = models.CharField(max_length=32, blank=True)
    direction = models.CharField(max_length=3, choices=choices(DIRECTIONS))
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="telephone_calls")
    state = models.CharField(max_length=8, choices=choices(CALL_EVENTS))
    moved_at = models.DateTimeField()
    began_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "call_id"], name="telephone_call_once")]
        # The call at somebody's extension now.
        indexes: ClassVar = [models.Index(fields=["staff", "-moved_at"], name="telephone_call_of_staff")]

    @property
    def stamp(self) -> str:
        """The mark by which a screen knows that the call has moved on."""
        return f"{self.pk}.{self.state}"


class TelephoneEvent(models.Model):
    """One event of a call as it was told, once for each extension."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    call = models.ForeignKey(TelephoneCall, on_delete=models.CASCADE, related_name="events")
    event = models.CharField(max_length=8, choices=choices(CALL_EVENTS))
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(help_text="by the telephone system's own clock")
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "event", "staff"], name="telephone_event_once")
        ]
