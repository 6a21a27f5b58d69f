"""Papers filed with a position."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.domain.papers import MOST_BYTES
from collections_app.models import Customer
from collections_app.models.fields import SealedField
from mediation.models.mediation import Position


class PositionPaper(models.Model):
    """A paper or picture that one side filed before the session, sealed on disk; both sides and the mediator read."""

    personal_data: ClassVar[tuple[str, ...]] = ("name",)

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="papers")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    name = SealedField()
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(size__gt=0, size__lte=MOST_BYTES), name="position_paper_of_a_size_that_is_taken"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="position_paper_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
