"""What the bank does on each error code of a provider."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.choices import choices
from notifications.domain.provider_codes import ERROR_CLASSES, PHASES


class ProviderCode(models.Model):
    """One code of a provider's, what it means, and what is done on it. Editable; one not listed is tried once more."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    provider = models.CharField(_("provider"), max_length=16)
    phase = models.CharField(_("phase"), max_length=8, choices=choices(PHASES))
    code = models.CharField(_("code"), max_length=16)
    error_class = models.CharField(_("what is done"), max_length=12, choices=choices(ERROR_CLASSES))
    meaning = models.CharField(_("meaning in English"), max_length=200)
    meaning_zh = models.CharField(_("meaning in Chinese"), max_length=200, blank=True, default="", db_default="")
    source = models.CharField(_("source"), max_length=200, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("provider's error code")
        verbose_name_plural = _("providers' error codes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "phase", "code"], name="provider_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.code}"
