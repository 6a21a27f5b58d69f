"""A private address under which somebody's calendar program reads their sessions."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff


class CalendarFeed(models.Model):
    """The address of one person's sessions. The token in it is shown once; here is its hash alone."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff"], condition=Q(revoked_at__isnull=True), name="calendar_feed_one"),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.staff_id}"
