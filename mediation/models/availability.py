"""When a mediator or a representative of the bank may be booked."""

from datetime import datetime
from typing import ClassVar, cast

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff


class Availability(models.Model):
    """Hours of one weekday (Monday is 0) in which a person takes sessions, by the clock of their zone."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    zone = models.CharField(max_length=48, default="Asia/Shanghai")

    class Meta:
        ordering: ClassVar = ["staff", "weekday", "opens"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "weekday", "opens"], name="availability_once"),
            models.CheckConstraint(
                condition=Q(weekday__lte=6) & Q(closes__gt=F("opens")), name="availability_hours_in_order"
            ),
        ]


class Absence(models.Model):
    """A stretch in which a person takes no session: leave, illness, training."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences", verbose_name=_("person"))
    during = DateTimeRangeField(_("time"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="absence_once",
                expressions=[("staff", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=~Q(Func(F("during"), function="isempty", output_field=models.BooleanField()))
                & Q(during__upper_inf=False, during__lower_inf=False),
                name="absence_has_length",
            ),
        ]

    def __str__(self) -> str:
        return str(self.staff)

    @property
    def starts_at(self) -> datetime:
        """When it begins. A constraint keeps it bounded."""
        return cast("datetime", self.during.lower)

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return cast("datetime", self.during.upper)
