"""Video rooms: who sits in one, what passes between their browsers, and what they write to each other."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField, WalledField
from mediation.domain.rooms import SEAT_KINDS, SEAT_STATES, SIGNAL_KINDS
from mediation.models.session import Session


class VideoRoom(models.Model):
    """The video room of one session; it closes with the session. Its own row is its lock (docs/locking.md)."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="video_room")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    locked = models.BooleanField(default=False)
    private_with = models.ForeignKey(
        "mediation.RoomSeat",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="the party the host speaks with alone",
    )
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)


class RoomSeat(models.Model):
    """One person's place in a room. ``entry`` counts how often they sat down: only the newest screen is theirs."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    room = models.ForeignKey(VideoRoom, on_delete=models.CASCADE, related_name="seats")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=choices(SEAT_KINDS))
    host = models.BooleanField(default=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=choices(SEAT_STATES))
    entry = models.PositiveIntegerField(default=1)
    came_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["room", "staff"], name="room_seat_once_per_person"),
            models.UniqueConstraint(fields=["room"], condition=Q(kind="customer"), name="room_seat_one_customer"),
            models.UniqueConstraint(fields=["room"], condition=Q(host=True), name="room_seat_one_host"),
            models.CheckConstraint(
                condition=Q(kind="customer", staff__isnull=True) | ~Q(kind="customer") & Q(staff__isnull=False),
                name="room_seat_of_customer_or_staff",
            ),
            models.CheckConstraint(
                condition=~Q(state="admitted") | Q(admitted_at__isnull=False), name="room_seat_admitted_at_a_moment"
            ),
        ]


class RoomSignal(models.Model):
    """What one browser tells another to find it. Kept for minutes; it holds network addresses."""

    personal_data: ClassVar[tuple[str, ...]] = ("body",)

    room = models.ForeignKey(VideoRoom, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(RoomSeat, on_delete=models.CASCADE, related_name="+")
    sender_entry = models.PositiveIntegerField()
    receiver = models.ForeignKey(RoomSeat, on_delete=models.CASCADE, related_name="+")
    receiver_entry = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=choices(SIGNAL_KINDS))
    body = SealedField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["receiver", "id"], name="room_signal_to_come"),
            models.Index(fields=["at"], name="room_signal_old"),
        ]


class RoomMessage(models.Model):
    """What was written in a room: behind the wall like what was spoken there."""

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    room = models.ForeignKey(VideoRoom, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(RoomSeat, on_delete=models.CASCADE, related_name="+")
    aside_with = models.ForeignKey(RoomSeat, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=40, help_text="the browser's own name for it: sent twice, it is one")
    text = WalledField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "key"], name="room_message_once"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="room_message_append_only", operation=pgtrigger.Update),
        ]
