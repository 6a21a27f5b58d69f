"""Who sits beside the mediator, and whose hours a session takes."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.people.panel import SEAT_REASONS
from mediation.domain.people.roles import CAPACITIES, EXPERT_ROLES, SEAT_STATES, SEATED
from mediation.models.organisation import Expert
from mediation.models.session import Session

_SEATED = ", ".join(f"'{state}'" for state in SEATED)


class PanelSeat(models.Model):
    """One role on a session's panel, and who sits there. Whoever declines or is replaced keeps their row.

    ``during`` and ``live`` follow the session by its trigger.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("changed_because",)

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="seats")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(_("role"), max_length=12, choices=choices(EXPERT_ROLES))
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, null=True, blank=True, related_name="seats")
    state = models.CharField(_("state"), max_length=8, choices=choices(SEAT_STATES), default="open")
    reason = models.CharField(max_length=12, choices=choices(SEAT_REASONS))
    changed_because = SealedField(blank=True)
    during = DateTimeRangeField(_("time"))
    live = models.BooleanField(default=True)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("seat on a panel")
        verbose_name_plural = _("seats on panels")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "role"],
                condition=Q(state__in=["open", *SEATED]),
                name="panel_seat_one_per_role",
            ),
            models.CheckConstraint(
                condition=Q(state="open", expert__isnull=True) | ~Q(state="open") & Q(expert__isnull=False),
                name="panel_seat_open_without_expert",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="panel_seat_takes_hours",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    DELETE FROM mediation_bookedhours WHERE seat_id = NEW.id;
                    IF NEW.live AND NEW.state IN ({_SEATED}) THEN
                        INSERT INTO mediation_bookedhours (session_id, seat_id, customer_id, staff_id, capacity, during)
                        SELECT NEW.session_id, NEW.id, NEW.customer_id, staff_id, 'expert', NEW.during
                        FROM mediation_expert WHERE id = NEW.expert_id;
                    END IF;
                    RETURN NULL;
                """,  # noqa: S608 (states of the code, and nothing that anybody typed)
            ),
        ]


class BookedHours(models.Model):
    """The hours one person is in a session, in whatever capacity: nobody is in two places at once.

    Triggers of sessions and seats write it; the exclusion constraint refuses what overlaps, whoever wrote it.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="booked_hours")
    seat = models.ForeignKey(PanelSeat, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="booked_hours")
    capacity = models.CharField(max_length=16, choices=choices(CAPACITIES))
    during = DateTimeRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="booked_hours_one_place_at_once",
                expressions=[("staff", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        ]
