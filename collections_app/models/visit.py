"""Own field visits: planned by one, approved by another, made by two, and recorded."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collections_app.domain.visits import OPEN, VISIT_STATES, VisitState
from collections_app.models.choices import choices
from collections_app.models.contact import Contact, Conversation
from collections_app.models.contact_point import ContactPoint
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class Visit(models.Model):
    """A visit to one address of a record. Its contact is reserved when the two set out, and stays until it is told."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="visits")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = SealedField()
    state = models.CharField(max_length=12, choices=choices(VISIT_STATES), default=VisitState.ASKED.value)
    planned_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    contact = models.OneToOneField(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="visit", help_text="its permit"
    )
    begun_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    conversation = models.OneToOneField(
        Conversation, on_delete=models.PROTECT, null=True, blank=True, related_name="visit", help_text="what came of it"
    )

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(first=F("second")), name="visit_by_two"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="visit_hours_in_order"),
            models.CheckConstraint(
                condition=~Q(state="begun") | Q(contact__isnull=False, begun_at__isnull=False),
                name="visit_begun_under_a_permit",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(contact__isnull=False, conversation__isnull=False),
                name="visit_done_with_its_result",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state__in=sorted(state.value for state in OPEN)),
                name="visit_one_open_per_customer",
            ),
        ]
