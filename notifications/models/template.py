"""Texts of messages, in versions."""

from typing import ClassVar

import pgtrigger
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
    body = models.TextField(_("text"))
    active = models.BooleanField(_("active"), default=False)
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
                fields=["kind", "variant", "language"], condition=models.Q(active=True), name="template_one_active"
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
                operation=pgtrigger.UpdateOf("body", "kind", "variant", "language", "version"),
            ),
            pgtrigger.Protect(name="template_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        words = (self.get_kind_display(), self.get_variant_display(), self.get_language_display(), self.version)
        return " · ".join(str(word) for word in words)
