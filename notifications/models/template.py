"""Texts of messages, in versions."""

from typing import ClassVar

import pgtrigger
from django.core.validators import validate_slug
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff
from collections_app.models.choices import choices
from notifications.domain.kinds import KIND_TERMS, VARIANTS


class Template(models.Model):
    """One version of the text of a kind in one form and language. A new wording is a new version."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(_("kind"), max_length=24, choices=choices(KIND_TERMS))
    variant = models.CharField(_("form"), max_length=16, choices=choices(VARIANTS))
    language = models.CharField(_("language"), max_length=8, choices=[("zh-hans", "简体中文"), ("en", "English")])
    version = models.PositiveIntegerField(_("version"))
    wording = models.CharField(
        _("wording"),
        max_length=16,
        blank=True,
        default="",
        db_default="",
        validators=[validate_slug],
        help_text=_("Empty for the bank's standard wording; a short name for one that competes with it."),
    )
    body = models.TextField(_("text"))
    active = models.BooleanField(_("active"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    drafted_by = models.CharField(_("drafted by the machine"), max_length=60, blank=True, default="", db_default="")
    created_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"))
    approved_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering: ClassVar = ["kind", "variant", "language", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "variant", "language", "version"], name="template_version_once"),
            models.UniqueConstraint(
                # Versions of other days lie over this one while they last.
                fields=["kind", "variant", "language", "wording", "valid_from", "valid_to"],
                condition=models.Q(active=True),
                nulls_distinct=False,
                name="template_one_active_a_span",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="template_valid_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(active=False) | models.Q(approved_at__isnull=False),
                name="template_active_is_approved",
            ),
        ]
        triggers: ClassVar = [
            # What was sent under a version must stay readable as it was.
            pgtrigger.Protect(
                name="template_body_fixed",
                operation=pgtrigger.UpdateOf("body", "kind", "variant", "language", "version", "wording"),
            ),
            # Whose draft a text was is never forgotten; from when to when was what the second person approved.
            pgtrigger.Protect(
                name="template_origin_fixed",
                operation=pgtrigger.UpdateOf("drafted_by", "valid_from", "valid_to"),
            ),
            pgtrigger.Protect(name="template_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        words = (self.get_kind_display(), self.get_variant_display(), self.get_language_display(), self.wording)
        return " · ".join(str(word) for word in (*words, self.version) if word)
