"""Who reads the panel of a session, and what is on it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from collections_app.models import Staff
from collections_app.selectors import walls
from collections_app.selectors.records import needs_purpose, scoped
from mediation.domain.people.roles import EXPERT_ROLES, SEATED
from mediation.domain.states import LIVE_SESSION
from mediation.models import Disclosure, Expert, PanelSeat, Session
from mediation.selectors.people.experts import free_experts, seats_of
from mediation.selectors.people.fairness import disclosures_of, open_findings
from mediation.selectors.sessions import own


class NoSuchPanelError(LookupError):
    """There is no such panel for this person."""


@dataclass(frozen=True, slots=True)
class Role:
    """One role: who sits or sat there, and who could."""

    code: str
    seat: PanelSeat | None
    before: list[PanelSeat]
    free: list[Expert]


@dataclass(frozen=True, slots=True)
class Panel:
    """A session's panel as one person sees it."""

    roles: list[Role]
    disclosures: list[Disclosure]
    findings: list[str]
    manages: bool
    holds_it: bool
    speaks_for_bank: bool


def access_panel(*, staff: Staff, session_id: int, now: datetime) -> Session:
    """Return a mediation's session to its people, and to whoever manages panels and sees the record.

    Raise NoSuchPanelError for everybody else, and for the bank's own talks.
    """
    rows: QuerySet[Session] = own(staff)
    if staff.may("mediation.panel") and not needs_purpose(staff):
        rows = Session.objects.filter(customer__in=scoped(staff, now=now))
        rows = walls.outside_by(rows, staff, "customer").select_related(
            "customer", "mediation__account", "mediator__staff", "mediator__organisation", "representative"
        )
    found = rows.select_related("customer__branch").filter(id=session_id, mediator__isnull=False).first()
    if found is None:
        raise NoSuchPanelError(session_id)
    found.mediation.customer = found.customer
    return found


def read(*, session: Session, staff: Staff, now: datetime) -> Panel:
    """Return the panel. Who could sit in a role is looked up only for who may change it."""
    live = session.state in LIVE_SESSION
    mediator = session.mediator
    holds_it = live and mediator is not None and mediator.staff_id == staff.id
    manages = live and (holds_it or staff.may("mediation.panel"))
    seats = seats_of(session)
    roles = []
    for code in EXPERT_ROLES:
        now_there = next((row for row in seats if row.role == code and row.state in ("open", *SEATED)), None)
        before = [row for row in seats if row.role == code and row.state in ("declined", "replaced")]
        free = free_experts(session, code, now=now) if manages else []
        if now_there or before or free:
            roles.append(Role(code, now_there, before, free))
    return Panel(
        roles=roles,
        disclosures=disclosures_of(session),
        findings=open_findings(session),
        manages=manages,
        holds_it=holds_it,
        speaks_for_bank=live and (session.representative_id == staff.id or staff.may("mediation.panel")),
    )
