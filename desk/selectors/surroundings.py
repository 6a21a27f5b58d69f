"""What the shell of every page counts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Window

from collections_app.domain import risk
from collections_app.domain.handoffs import HandOffState
from collections_app.models import (
    Alert,
    Approval,
    CaseClaim,
    Conversation,
    Event,
    EventPending,
    HandOff,
    Incident,
    IntakeBatch,
    IntakeState,
    Staff,
)
from collections_app.selectors import alerts, records, walls

# Banners one person can act on at once; how many more there are is said beside them.
MOST_RINGS = 3
# Events get their place within seconds; a night's file may keep the sequencer busy for minutes.
_STOPPED_AFTER = timedelta(minutes=45)


def open_alerts(*, staff: Staff) -> int:
    """Return how many open alerts concern this person. One query."""
    return alerts.open_alerts(staff).count()


def waiting_handoffs(*, staff: Staff, now: datetime) -> int:
    """Return how many hand-offs within this person's scope nobody of their department has taken. One query."""
    rows = HandOff.objects.filter(to_department=staff.department, state=HandOffState.OPEN)
    return rows.filter(customer__in=records.scoped(staff, now=now)).count()


def risk_calls(*, staff: Staff, now: datetime) -> tuple[list[HandOff], int]:
    """Return the soonest due of the urgent risks within a person's scope that nobody has taken, and how many they are.

    They ring at whoever may release the hold, and at who has been told since. One query, of few rows however many wait.
    """
    rows = HandOff.objects.filter(kind=risk.HANDOFF, state=HandOffState.OPEN).select_related("customer__branch")
    if not staff.may("risk.release"):
        rows = rows.filter(escalated_to=staff)
    rows = rows.filter(customer__in=records.scoped(staff, now=now)).order_by("due_at", "id")
    found = list(rows.annotate(ringing=Window(Count("id")))[:MOST_RINGS])
    return [*found], found[0].ringing if found else 0


def own_call(*, staff: Staff) -> Conversation | None:
    """Return the call this person is on or has yet to close, the one they are on first. One query."""
    rows = Conversation.objects.filter(staff=staff, ended_at__isnull=True).select_related("customer")
    # A call of a record one is recused from is a supervisor's to close.
    rows = rows.exclude(customer__recused_staff__contains=[staff.id])
    rows = walls.outside_by(rows, staff, "customer")
    return rows.order_by(F("interrupted_at").desc(nulls_first=True)).first()


@dataclass(frozen=True, slots=True)
class Glance:
    """What every page must know before it asks further; most days most of it is nothing."""

    incidents: bool
    on_a_call: bool
    holds_a_claim: bool
    risk: bool
    handoffs: bool
    requests: bool
    answers: bool
    alerts: bool
    oldest_event_at: datetime | None
    newest_file: date | None

    def work_stopped_at(self, *, now: datetime) -> datetime | None:
        """Return since when an event has waited for its place, if too long: background work has stopped then."""
        since = self.oldest_event_at
        return since if since is not None and since < now - _STOPPED_AFTER else None


def glance(*, staff: Staff, now: datetime) -> Glance:
    """Return whether there is anything to ask further about, for this person. One query, of ten short looks.

    ``handoffs`` are those to their department that nobody has taken, ``requests`` wait for anybody's decision,
    ``answers`` to theirs have not been read, and ``alerts`` are open: whose they are is asked where there is one.
    """
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"staff": staff.id, "now": now, "done": IntakeState.DONE, "of": staff.department}
        cursor.execute(_GLANCE, values | {"risk": risk.HANDOFF, "open": HandOffState.OPEN})
        return Glance(*cursor.fetchone())


_GLANCE = f"""
    SELECT
      EXISTS (SELECT FROM {Incident._meta.db_table}
              WHERE ended_at IS NULL AND (ends_at IS NULL OR ends_at > %(now)s)),
      EXISTS (SELECT FROM {Conversation._meta.db_table} WHERE staff_id = %(staff)s AND ended_at IS NULL),
      EXISTS (SELECT FROM {CaseClaim._meta.db_table}
              WHERE staff_id = %(staff)s AND ended_at IS NULL AND expires_at > %(now)s),
      EXISTS (SELECT FROM {HandOff._meta.db_table} WHERE kind = %(risk)s AND state = %(open)s),
      EXISTS (SELECT FROM {HandOff._meta.db_table} WHERE to_department = %(of)s AND state = %(open)s),
      EXISTS (SELECT FROM {Approval._meta.db_table} WHERE state = 'pending'),
      EXISTS (SELECT FROM {Approval._meta.db_table}
              WHERE asked_by_id = %(staff)s AND answer_read_at IS NULL AND decided_at IS NOT NULL),
      EXISTS (SELECT FROM {Alert._meta.db_table} WHERE resolved_at IS NULL),
      (SELECT event.at FROM {EventPending._meta.db_table} AS pending
       JOIN {Event._meta.db_table} AS event ON event.id = pending.event_id ORDER BY pending.event_id LIMIT 1),
      (SELECT max(as_of) FROM {IntakeBatch._meta.db_table} WHERE state = %(done)s)
"""  # noqa: S608  names of our own tables
