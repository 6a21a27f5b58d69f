"""The history of every record: append-only, sequenced after commit."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.staff import DEPARTMENTS
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class Event(models.Model):
    """One change of a record: who, when, what and under which rule. Ids, codes and amounts only.

    Text that a person typed is in EventText, so that it can be erased without touching the history.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=32)
    version = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.CharField(max_length=16, choices=choices(DEPARTMENTS))
    account_id = models.BigIntegerField(null=True, blank=True)
    payload = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            # The timeline of a record, newest first; what happened since a version.
            models.Index(fields=["customer", "-id"], name="event_timeline"),
            models.Index(fields=["customer", "version"], name="event_since"),
        ]
        triggers: ClassVar = [
            # TRUNCATE is not refused: the test database is flushed with it.
            pgtrigger.Protect(name="event_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class EventText(models.Model):
    """What a person typed with an event, sealed beside it; a commitment to it is in the event's payload."""

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="text_row")
    text = SealedField()


class EventPending(models.Model):
    """An event the sequencer has not yet given its place. Written in the event's own transaction."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="+")


class EventSequence(models.Model):
    """The gap-free place of an event in the order all readers use; also its index in the ledger."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    place = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="sequence")

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="event_sequence_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class EventCursor(models.Model):
    """How far a reader has come: one of another floor in the sequence, or a sweep that goes round its rows by id."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    reader = models.CharField(max_length=40, primary_key=True)
    place = models.BigIntegerField(default=-1)


class EventLeft(models.Model):
    """An event a reader failed to take: kept and tried again, while the ones after it go on."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    reader = models.CharField(max_length=40)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    error = models.CharField(
        _("error"), max_length=80, help_text=_("the kind of error; its words, which may name a customer, are not kept")
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    failed_at = models.DateTimeField(_("kept since"))
    retry_at = models.DateTimeField(_("tried again at"))

    class Meta:
        verbose_name = _("event not followed up")
        verbose_name_plural = _("events not followed up")
        indexes: ClassVar = [models.Index(fields=["reader", "retry_at"], name="event_left_due")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["reader", "event"], name="event_left_once")]

    def __str__(self) -> str:
        return str(self.event_id)
