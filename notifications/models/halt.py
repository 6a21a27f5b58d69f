"""Stopping messages by hand: all of them, or those of a provider, a kind or a branch."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Branch, Staff
from collections_app.models.choices import choices
from notifications.domain.kinds import KIND_TERMS


class SendingHalt(models.Model):
    """While it lasts nothing it covers is sent; what waits stays waiting. What is left empty covers everything."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    provider = models.CharField(_("provider"), max_length=16, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=24, blank=True, default="", choices=choices(KIND_TERMS))
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    reason = models.CharField(_("reason"), max_length=200)
    begun_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by"))
    begun_at = models.DateTimeField(_("begun at"))
    ended_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    end_reason = models.CharField(_("why it was ended"), max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("sending halt")
        verbose_name_plural = _("sending halts")
        indexes: ClassVar = [
            # Those in force: looked at before every claim and every batch.
            models.Index(fields=["begun_at"], name="halt_in_force", condition=models.Q(ended_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="halt_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.provider, self.kind, str(self.branch or "")))) or "*"
