"""Files that people took out of OneCase."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.exports import EXPORT_KINDS, FILE_FORMATS
from collections_app.models.choices import choices
from collections_app.models.staff import Staff


class Export(models.Model):
    """One file somebody asked for: what, why, and how it was chosen. Its mark is in every file."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("colleague"))
    kind = models.CharField(_("what"), max_length=16, choices=choices(EXPORT_KINDS))
    file_format = models.CharField(_("kind of file"), max_length=4, choices=choices(FILE_FORMATS))
    reason = models.CharField(_("reason"), max_length=300)
    selection = models.JSONField(_("how it was chosen"), default=dict)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        triggers: ClassVar = [
            pgtrigger.Protect(name="export_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    @property
    def mark(self) -> str:
        """The number by which a file that is found somewhere is traced."""
        return f"EX-{self.at:%Y%m%d}-{self.pk}"
