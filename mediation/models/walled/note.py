"""Notes behind the wall."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.models import Customer
from collections_app.models.fields import WalledField
from mediation.models.organisation import Mediator
from mediation.models.session import Session


class MediationNote(models.Model):
    """What the mediator wrote down of a session. Only that session's mediator ever reads it.

    Read through selectors/wall alone; nothing of it goes into events, exports, messages or agreements.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    text = WalledField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="mediation_note_append_only", operation=pgtrigger.Update),
        ]
