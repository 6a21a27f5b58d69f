"""Sessions in person: where, what was written down for both sides, and the papers signed by hand."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.domain.papers import MOST_BYTES
from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField, WalledField
from mediation.domain.meetings import SESSION_PAPERS
from mediation.models.session import Session


class Venue(models.Model):
    """Where a session is held, how one gets there and what to bring; the newest of a session holds."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="venues")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=300)
    address = models.CharField(max_length=300)
    room = models.CharField(max_length=300, blank=True)
    directions = models.CharField(max_length=300, blank=True)
    bring = models.CharField(max_length=300, blank=True)
    stated_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="venue_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class SessionMinutes(models.Model):
    """What is written of a session for both sides to sign, behind the wall; the newest holds. It is no note."""

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="minutes")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    text = WalledField()
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="session_minutes_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class SessionPaper(models.Model):
    """A paper signed by hand, scanned and sealed on disk."""

    personal_data: ClassVar[tuple[str, ...]] = ("name",)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="papers")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=choices(SESSION_PAPERS))
    name = SealedField()
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "sha256"], name="session_paper_kept_once"),
            models.CheckConstraint(condition=Q(size__gt=0, size__lte=MOST_BYTES), name="session_paper_of_a_size"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="session_paper_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
