"""Sessions: when, by what means, and who holds them."""

from datetime import datetime
from typing import ClassVar, cast

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from mediation.domain.dates import CLOSED_BECAUSE
from mediation.domain.route import ROUTES
from mediation.domain.states import LIVE_SESSION, SESSION_STATES, SESSION_TRANSITIONS, steps
from mediation.models.mediation import Mediation
from mediation.models.organisation import Mediator
from mediation.models.place import Room

_LIVE_STATES = sorted(state.value for state in LIVE_SESSION)
_LIVE = Q(state__in=_LIVE_STATES)
_LIVE_SQL = ", ".join(f"'{state}'" for state in _LIVE_STATES)


class Session(models.Model):
    """One meeting of the parties. A negotiation has no mediator; the bank's representative holds it.

    While it is live, its hours belong to its mediator, its representative, its customer and its room alone: the
    exclusion constraints refuse whatever overlaps, whoever writes it.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="sessions")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="mediation_sessions")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    representative = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="represented_sessions")
    during = DateTimeRangeField(_("time"))
    mode = models.CharField(_("by"), max_length=12, choices=choices(ROUTES))
    state = models.CharField(_("state"), max_length=12, choices=choices(SESSION_STATES), default="scheduled")
    scheduled_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    held_lawfully = models.BooleanField(
        default=False,
        db_default=False,
        help_text="opened by a mediator of an organisation lawfully established that day: a court may confirm",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    closed_because = models.CharField(
        max_length=24, blank=True, default="", db_default="", choices=choices(CLOSED_BECAUSE)
    )

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="session_one_per_mediator_at_once",
                expressions=[("mediator", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=_LIVE & Q(mediator__isnull=False),
            ),
            ExclusionConstraint(
                name="session_one_per_representative_at_once",
                expressions=[("representative", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=_LIVE,
            ),
            ExclusionConstraint(
                name="session_one_per_customer_at_once",
                expressions=[("customer", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=_LIVE,
            ),
            ExclusionConstraint(
                name="session_one_per_room_at_once",
                expressions=[("room", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=_LIVE & Q(room__isnull=False),
            ),
            models.UniqueConstraint(fields=["mediation"], condition=_LIVE, name="session_one_live_per_mediation"),
            # An empty or endless range overlaps nothing, or everything.
            models.CheckConstraint(
                condition=~Q(Func(F("during"), function="isempty", output_field=models.BooleanField()))
                & Q(during__upper_inf=False, during__lower_inf=False),
                name="session_has_length",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_LIVE_STATES, closed_at__isnull=True)
                | ~Q(state__in=_LIVE_STATES) & Q(closed_at__isnull=False),
                name="session_closed_with_its_moment",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="session_transitions", field="state", transitions=steps(SESSION_TRANSITIONS)),
            # Whoever moves or closes a session, the hours of its people and its panel follow.
            pgtrigger.Trigger(
                name="session_takes_hours",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("during", "state", "mediator_id", "representative_id"),
                func=f"""
                    DELETE FROM mediation_bookedhours WHERE session_id = NEW.id AND seat_id IS NULL;
                    UPDATE mediation_panelseat SET live = false WHERE session_id = NEW.id AND live;
                    IF NEW.state IN ({_LIVE_SQL}) THEN
                        INSERT INTO mediation_bookedhours (session_id, customer_id, staff_id, capacity, during)
                        SELECT NEW.id, NEW.customer_id, NEW.representative_id, 'representative', NEW.during
                        UNION ALL
                        SELECT NEW.id, NEW.customer_id, staff_id, 'mediator', NEW.during
                        FROM mediation_mediator WHERE id = NEW.mediator_id;
                        UPDATE mediation_panelseat SET live = true, during = NEW.during WHERE session_id = NEW.id;
                    END IF;
                    RETURN NULL;
                """,  # noqa: S608 (states of the code, and nothing that anybody typed)
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def starts_at(self) -> datetime:
        """When it starts. A constraint keeps its hours bounded."""
        return cast("datetime", self.during.lower)

    @property
    def ends_at(self) -> datetime:
        """When its hours end."""
        return cast("datetime", self.during.upper)
