"""Walls between staff and the records that are their own, their relatives' or their colleagues'."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.domain.ownership.walls import STAFF_RELATIONS, WALL_TRIES
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class StaffTie(models.Model):
    """A customer is a member of staff, or their relative or colleague. While it stands the record is walled.

    ``Customer.walled`` says that some tie of the customer stands, so that nobody else's page pays for the question.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("note",)

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="ties", verbose_name=_("member of staff"))
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="ties", verbose_name=_("customer"))
    relation = models.CharField(_("whose record"), max_length=12, choices=choices(STAFF_RELATIONS))
    note = models.CharField(_("how it is known"), max_length=200, blank=True)
    declared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField(_("declared at"))
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("tie of staff to a customer")
        verbose_name_plural = _("ties of staff to customers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "staff"], condition=Q(ended_at__isnull=True), name="staff_tie_once"
            ),
        ]


class WallAttempt(models.Model):
    """Somebody tried to reach a record that is walled from them. They were told that there is none."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("member of staff"))
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    tried = models.CharField(_("what"), max_length=8, choices=choices(WALL_TRIES))
    path = models.CharField(_("page"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("try at a walled record")
        verbose_name_plural = _("tries at walled records")
        triggers: ClassVar = [
            pgtrigger.Protect(name="wall_attempt_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
