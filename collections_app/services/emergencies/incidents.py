"""Incidents: one step stops collection for a scope; a second person, or the hour stated, ends it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from collections_app.domain.incidents import IncidentScope
from collections_app.models import (
    ApprovedSentence,
    Branch,
    Contact,
    Conversation,
    Incident,
    IncidentShown,
    Product,
    SentenceUse,
    Staff,
)
from collections_app.selectors import codes
from collections_app.selectors import incidents as selector
from collections_app.services import alerts, feed, records, sweeps
from collections_app.services.emergencies import incident_reports
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.permits_bulk import INCIDENT_LOCK

START, END = "incident.start", "incident.end"
# Among so many of the newest contacts are all that began while an incident was being started.
_NEWEST = 5000


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom collection is to stop: the whole bank, one branch, one region or one product."""

    scope: IncidentScope
    branch_id: int | None = None
    region: str = ""
    product: str = ""


@transaction.atomic(durable=True)
def start(
    *,
    covers: Scope,
    reason: str,
    sentence_id: int,
    actor: records.Actor,
    now: datetime,
    notices_too: bool = False,
    ends_at: datetime | None = None,
    form_key: str = "",
) -> Incident:
    """Stop collection for a scope with the commit, in one step and in words approved before.

    No permit that did not know of it is on its way when this returns. The same form sent again returns the incident
    it began. Raise RefusedError when the scope, reason or sentence is none, the end has passed, or the same scope is
    stopped already; NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=START)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=START)
    _check(covers, reason, sentence_id, ends_at, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INCIDENT_LOCK])
    sent_before = Incident.objects.filter(form_key=form_key).first() if form_key else None
    if sent_before is not None:
        return sent_before
    values: dict[str, Any] = {
        "scope": covers.scope.value,
        "branch_id": covers.branch_id,
        "region": covers.region,
        "product": covers.product,
        "notices_too": notices_too,
    }
    same = [row for row in selector.in_force(now=now) if all(getattr(row, key) == values[key] for key in values)]
    if same:
        raise RefusedError("incident_already")
    # Another host's clock may be ahead of this one's, and its permits with it.
    started_at = max(now, _newest_contact() or now)
    _check_end(ends_at, started_at)
    incident = Incident(
        **values,
        reason=reason,
        sentence_id=sentence_id,
        started_by=actor.staff,
        started_at=started_at,
        ends_at=ends_at,
        form_key=form_key or None,
    )
    incident.calls_open = _calls_open(incident)
    incident.save()
    detail = {"incident": incident.id, "reason": reason}
    alerts.raise_alert(kind="incident", detail=detail, now=now, branch=incident.branch)
    feed.wake_incidents(now=now)
    return incident


def _check(covers: Scope, reason: str, sentence_id: int, ends_at: datetime | None, now: datetime) -> None:
    named = {
        IncidentScope.ALL: True,
        IncidentScope.BRANCH: Branch.objects.filter(id=covers.branch_id or 0).exists(),
        IncidentScope.REGION: covers.region in regions(),
        IncidentScope.PRODUCT: covers.product in Product.values,
    }
    if not named[covers.scope]:
        raise RefusedError("incident_scope_unknown")
    if reason not in {row.code for row in codes.seen().offered("incident_reasons")}:
        raise RefusedError("incident_reason_unknown")
    if not ApprovedSentence.objects.filter(id=sentence_id, use=SentenceUse.INCIDENT, active=True).exists():
        raise RefusedError("sentence_not_approved")
    _check_end(ends_at, now)


def _check_end(ends_at: datetime | None, after: datetime) -> None:
    if ends_at is not None and ends_at <= after:
        raise RefusedError("incident_ends_in_the_past")


def regions() -> list[str]:
    """Return the regions and countries of the branches, by which an incident may be named."""
    rows = Branch.objects.values_list("region", "country")
    return sorted({name for row in rows for name in row if name})


def _newest_contact() -> datetime | None:
    """The latest instant of a permit given so far: those that did not know of the incident are before it."""
    newest = Contact.objects.order_by("-id").values_list("at", flat=True)[:_NEWEST]
    return max(newest, default=None)


def _calls_open(incident: Incident) -> int:
    covered = selector.customers_of(selector.facts([incident])[0])
    return Conversation.objects.filter(ended_at__isnull=True, inbound=False, customer__in=covered).count()


def end_within(*, incident: Incident, actor: records.Actor, now: datetime, reason: str = "") -> None:
    """End an incident the caller has locked, and keep its report. ``reason`` is what a person typed.

    Raise RefusedError when it has ended already.
    """
    if incident.ended_at is not None:
        raise RefusedError("incident_over")
    incident.ended_at, incident.ended_by, incident.end_reason = now, actor.staff, reason
    incident.report = incident_reports.figures(incident=incident, until=now)
    incident.save(update_fields=["ended_at", "ended_by", "end_reason", "report"])
    if not any(row.branch_id == incident.branch_id for row in selector.in_force(now=now)):
        alerts.clear(kind="incident", now=now, branch=incident.branch)
    feed.wake_incidents(now=now)


def sweep(*, now: datetime) -> int:
    """Write down the end of incidents whose hour has come, with their reports; return how many."""
    over = Incident.objects.filter(ended_at__isnull=True, ends_at__lte=now).values_list("id", flat=True)
    return sweeps.each(list(over), lambda incident_id: _end_if_over(incident_id, now))


@transaction.atomic(durable=True)
def _end_if_over(incident_id: int, now: datetime) -> bool:
    incident = lock(incident_id)
    if incident.ended_at is not None or incident.ends_at is None or incident.ends_at > now:
        return False
    end_within(incident=incident, actor=records.SYSTEM, now=incident.ends_at)
    return True


def lock(incident_id: int) -> Incident:
    """Lock an incident for writing and return it. Raise RefusedError when there is none."""
    rows = Incident.objects.select_for_update(of=("self",)).select_related("branch")
    incident = rows.filter(id=incident_id).first()
    if incident is None:
        raise RefusedError("no_such_incident")
    return incident


def note_shown(*, staff: Staff, incident_ids: Collection[int], now: datetime) -> None:
    """Remember that a person has had these incidents' sentences on their screen; the first time counts."""
    rows = [IncidentShown(incident_id=incident_id, staff=staff, at=now) for incident_id in incident_ids]
    IncidentShown.objects.bulk_create(rows, ignore_conflicts=True)
