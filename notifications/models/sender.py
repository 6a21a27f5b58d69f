"""Whether a provider may be used at the moment."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SenderState(models.Model):
    """A provider that was stopped because it refuses everything, until somebody mends and resumes it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    provider = models.CharField(_("provider"), max_length=16, primary_key=True)
    stopped = models.BooleanField(_("stopped"), default=False)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")

    def __str__(self) -> str:
        return self.provider
