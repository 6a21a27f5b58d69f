"""Which experts a session asks for, who could sit there, and an expert's own seats."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from collections_app.domain.staff import Role
from collections_app.models import Complaint, Hold, Staff
from mediation.domain.people.conflicts import bars
from mediation.domain.people.panel import Case, Need, needs
from mediation.domain.people.roles import SEATED, ExpertRole
from mediation.domain.slots import Span
from mediation.models import Expert, PanelSeat, Session
from mediation.selectors.calendars import people_calendars
from mediation.selectors.people.ties import findings_of
from mediation.selectors.route_rules import policy_for
from mediation.selectors.working_days import works_in

# An expert sees their seats this long after the session.
_SEEN_FOR = timedelta(days=30)


def needed(session: Session, *, now: datetime) -> list[Need]:
    """Return the experts a session of an organisation asks for; the bank's own talks ask for none."""
    mediation, mediator = session.mediation, session.mediator
    if mediator is None:
        return []
    in_force = Hold.objects.filter(customer_id=session.customer_id, released_at__isnull=True).filter(
        Q(account=mediation.account_id) | Q(account__isnull=True), Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    holds = frozenset(in_force.values_list("kind", flat=True))
    return needs(
        Case(
            amount_fen=mediation.amount_fen,
            product=mediation.account.product,
            legal_above_fen=policy_for(mediation.account.product).video_up_to_fen,
            holds=holds,
            fees_disputed="dispute" in holds or _complains_of_fees(session.customer_id),
            language=session.customer.language.split("-")[0],
            spoken=mediator.languages,
        )
    )


def _complains_of_fees(customer_id: int) -> bool:
    over = ["closed", "withdrawn", "not_accepted"]
    return Complaint.objects.filter(customer=customer_id, cause="pricing").exclude(state__in=over).exists()


def free_experts(session: Session, role: str, *, now: datetime, without: Sequence[int] = ()) -> list[Expert]:
    """Return who could sit in a role of a session, the least loaded first, then by id.

    They have the qualification in force and the hours free; no conflict of interest bars them, and they did not
    mediate for the customer. Interpreters speak the customer's language.
    """
    rows = Expert.objects.filter(active=True, staff__is_active=True, staff__role=Role.EXPERT, speciality=role).exclude(
        id__in=without
    )
    if role == ExpertRole.INTERPRETER:
        rows = rows.filter(languages__contains=[session.customer.language.split("-")[0]])
    if session.mode == "meeting":
        rows = rows.filter(Q(places=[]) | Q(places__contains=[session.customer.branch.code]))
    seats = Count("seats", filter=Q(seats__live=True, seats__state__in=SEATED))
    people = list(rows.select_related("staff__branch").annotate(load=seats).order_by("id"))
    found = findings_of([session.mediation], people)
    never = session.customer.mediated_by
    fit = [
        person
        for person in people
        if not bars(found[session.mediation_id, person.staff_id]) and person.staff_id not in never
    ]
    span = Span(session.starts_at, session.ends_at)
    calendars = {row.key: row for row in people_calendars(fit, window=_around(span), works=works_in("CN"))}
    free = [
        person
        for person in fit
        if any(open_.start <= span.start and span.end <= open_.end for open_ in calendars[person.id].free())
    ]
    return sorted(free, key=lambda person: (calendars[person.id].load, person.id))


def _around(span: Span) -> Span:
    """Return the session's hours with a day on either side: open hours are asked by whole days."""
    return Span(span.start - timedelta(days=1), span.end + timedelta(days=1))


def seats_of(session: Session) -> list[PanelSeat]:
    """Return every seat of a session, also those declined or replaced."""
    return list(session.seats.select_related("expert__staff", "expert__organisation"))


def own_seats(staff: Staff, *, now: datetime) -> QuerySet[PanelSeat]:
    """Return an expert's own seats, soonest first: the hour, the means and the role, nothing of the record."""
    rows = PanelSeat.objects.filter(
        expert__staff=staff, state__in=[*SEATED, "declined"], during__endswith__gt=now - _SEEN_FOR
    )
    return rows.select_related("session__mediator__organisation", "session__mediator__staff").order_by("during")
