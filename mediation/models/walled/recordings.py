"""Where the recording of a session lies."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer
from collections_app.models.fields import WalledField
from mediation.models.organisation import Mediator
from mediation.models.session import Session


class SessionRecording(models.Model):
    """The reference of a session's recording, which both sides consented to. The session's mediator reads it."""

    personal_data: ClassVar[tuple[str, ...]] = ("reference",)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    reference = WalledField()
    both_consented = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("recording of a session")
        verbose_name_plural = _("recordings of sessions")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(both_consented=True), name="session_recording_consented"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="session_recording_append_only", operation=pgtrigger.Update)]
