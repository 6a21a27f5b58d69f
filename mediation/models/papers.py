"""What shows that somebody may mediate or advise: qualifications and trainings, each with its days."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff
from collections_app.models.choices import choices
from mediation.domain.people.roles import COURSES, QUALIFICATION_KINDS


class Qualification(models.Model):
    """A licence or certificate of a mediator or an expert, in force from its first day to its last."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="qualifications", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=12, choices=choices(QUALIFICATION_KINDS))
    number = models.CharField(_("number"), max_length=40)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "kind", "number", "valid_from"], name="qualification_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="qualification_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} · {self.get_kind_display()}"


class Training(models.Model):
    """A training that a mediator passed. Without a day it was known before days were kept; without an end it lasts."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="trainings", verbose_name=_("person"))
    course = models.CharField(_("course"), max_length=12, choices=choices(COURSES))
    passed_on = models.DateField(_("passed on"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff", "course", "passed_on"], nulls_distinct=False, name="training_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(passed_on__isnull=True) | Q(valid_until__gte=F("passed_on")),
                name="training_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} · {self.get_course_display()}"
