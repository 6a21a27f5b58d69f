"""Whether a provider may be used at the moment, how fast, and which of several."""

from typing import ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Branch, Staff


class SenderState(models.Model):
    """A provider as it is now: stopped because it refuses everything, avoided because it falters, how fast it takes."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    provider = models.CharField(_("provider"), max_length=16, primary_key=True)
    stopped = models.BooleanField(_("stopped"), default=False)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    since = models.DateTimeField(_("since"))
    per_second = models.PositiveSmallIntegerField(
        _("messages a second"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("What the provider takes of the whole bank, all workers together. Empty: no limit."),
    )
    parallel = models.PositiveSmallIntegerField(
        _("calls at once"),
        default=1,
        db_default=1,
        validators=[MinValueValidator(1), MaxValueValidator(32)],
        help_text=_("How many calls one worker makes at the same time."),
    )
    # From when on the next call may be made: each batch moves it on by what it takes, whichever process it is.
    free_at = models.DateTimeField(null=True, blank=True)
    avoided_until = models.DateTimeField(_("avoided until"), null=True, blank=True)
    # What was seen of it lately, from which its errors and its slowness are judged.
    seen_from = models.DateTimeField(null=True, blank=True)
    seen_calls = models.PositiveIntegerField(default=0, db_default=0)
    seen_errors = models.PositiveIntegerField(default=0, db_default=0)
    seen_ms = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")

    def __str__(self) -> str:
        return self.provider


class SenderRoute(models.Model):
    """A share of what goes to a country from a branch, by one provider; without any, all by the branch's own."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("branch"),
        help_text=_("Empty: every branch that has no routes of its own."),
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, default="", help_text=_("Empty: every country that has no routes.")
    )
    provider = models.CharField(_("provider"), max_length=16)
    weight = models.PositiveSmallIntegerField(
        _("weight"), help_text=_("Shares are by weight. 0: only while no other provider can be used.")
    )

    class Meta:
        verbose_name = _("sender route")
        verbose_name_plural = _("sender routes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["branch", "country", "provider"], nulls_distinct=False, name="sender_route_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.weight}"


class SenderShift(models.Model):
    """One change of what a provider is used for: who or what made it, and why. Never changed, never deleted."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    provider = models.CharField(_("provider"), max_length=16)
    change = models.CharField(
        _("change"),
        max_length=10,
        choices=[
            ("avoided", _("avoided")),
            ("rested", _("used again")),
            ("stopped", _("stopped")),
            ("resumed", _("resumed")),
        ],
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    errors = models.PositiveIntegerField(_("errors"), default=0)
    mean_ms = models.PositiveIntegerField(_("mean time in ms"), default=0)
    by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("sender shift")
        verbose_name_plural = _("sender shifts")
        triggers: ClassVar = [
            pgtrigger.Protect(name="sender_shift_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.change}"
