"""Who came to a session, and how it was seen that it was they."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.meetings import ATTENDANTS
from mediation.domain.rooms import IDENTITY_DOCUMENTS
from mediation.domain.route import ROUTES
from mediation.models.session import Session


class Attendance(models.Model):
    """One person who came: when, by what means, which document was compared and by whom. No picture of it is kept."""

    personal_data: ClassVar[tuple[str, ...]] = ("name",)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=choices(ATTENDANTS))
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = SealedField(blank=True, help_text="of somebody who is neither the customer nor staff")
    means = models.CharField(max_length=12, choices=choices(ROUTES))
    document = models.CharField(max_length=12, choices=choices(IDENTITY_DOCUMENTS), blank=True)
    came_at = models.DateTimeField()
    checked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["came_at", "id"]
        constraints: ClassVar = [
            # Rules for online mediation by the people's courts (M-13): identity is checked by comparing a document.
            models.CheckConstraint(
                condition=Q(staff__isnull=False) | ~Q(document=""), name="attendance_of_a_party_is_identified"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="attendance_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
