"""Which experts talks ask for, who could sit beside the mediator and when, and an expert's own seats."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from collections_app.domain.staff import Role
from collections_app.models import Complaint, Hold, Staff
from mediation.domain.diaries import Diary, Spacing
from mediation.domain.kinds import Kind
from mediation.domain.law import type_of
from mediation.domain.people.panel import Case, Need, needs
from mediation.domain.people.roles import SEATED, ExpertRole
from mediation.domain.route import Route
from mediation.domain.slots import Span, begins_in, holds
from mediation.domain.tracks import Track
from mediation.models import Expert, Mediation, PanelSeat, Session
from mediation.selectors import places
from mediation.selectors.calendars import expert_diaries, window_from
from mediation.selectors.people.ties import barred
from mediation.selectors.route_rules import policy_for, track_policy_for
from mediation.selectors.working_days import works_in

# An expert sees their seats this long after the session.
_SEEN_FOR = timedelta(days=30)


def needed(session: Session, *, now: datetime) -> list[Need]:
    """Return the experts a session of an organisation asks for; the bank's own talks ask for none."""
    if session.mediator is None:
        return []
    return needs_of([session.mediation], spoken={session.mediation_id: session.mediator.languages}, now=now)[
        session.mediation_id
    ]


def needs_of(
    mediations: Sequence[Mediation], *, spoken: Mapping[int, Collection[str]], now: datetime
) -> dict[int, list[Need]]:
    """Return by talks the experts they ask for, when their mediators speak these languages.

    The bank's own talks ask for none. Two queries and one for each product, however many talks.
    """
    rows = [row for row in mediations if row.kind == Kind.MEDIATION]
    if not rows:
        return {row.id: [] for row in mediations}
    customers = [row.customer_id for row in rows]
    in_force: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
    held = Hold.objects.filter(customer__in=customers, released_at__isnull=True).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    for customer_id, account_id, kind in held.values_list("customer_id", "account_id", "kind"):
        in_force[customer_id].append((account_id, kind))
    over = ["closed", "withdrawn", "not_accepted"]
    complains = Complaint.objects.filter(customer__in=customers, cause="pricing").exclude(state__in=over)
    of_fees = set(complains.values_list("customer_id", flat=True))
    policies = {product: track_policy_for(product) for product in {row.account.product for row in rows}}
    found: dict[int, list[Need]] = {row.id: [] for row in mediations}
    for row in rows:
        kinds = frozenset(kind for account, kind in in_force[row.customer_id] if account in (None, row.account_id))
        policy = policies[row.account.product]
        # A small and clear dispute about a fee is one mediator's; of the others the type decides too.
        about_fees = type_of(row.dispute_type) == "fee_or_interest" and row.track != Track.SIMPLE
        found[row.id] = needs(
            Case(
                amount_fen=row.amount_fen,
                product=row.account.product,
                legal_above_fen=policy.ordinary_up_to_fen,
                holds=kinds,
                fees_disputed="dispute" in kinds or row.customer_id in of_fees or about_fees,
                legally_complex=row.dispute_type in policy.complex_disputes,
                language=_language(row),
                spoken=spoken.get(row.id, ()),
            )
        )
    return found


def panels_of(
    mediations: Sequence[Mediation],
    *,
    spoken: Mapping[int, Collection[str]],
    window: Span,
    works: Callable[[date], bool],
    lengths: Mapping[int, timedelta],
    now: datetime,
) -> dict[int, list[dict[int, Diary]]]:
    """Return by talks, for each expert they ask for, the diaries of those who could sit there.

    A role nobody could fill in the whole window is left out: it must not keep the parties from the table for ever, and
    stays open on the panel's page. A few queries, however many talks, and two when none asks for an expert.
    """
    asked = needs_of(mediations, spoken=spoken, now=now)
    people = _experts({need.role.value for row in asked.values() for need in row})
    if not people:
        return {row.id: [] for row in mediations}
    kept_away = barred(mediations, people)
    diaries = expert_diaries(people, window=window, works=works)
    free = {person.id: diaries[person.id].calendar(place=None, spacing=Spacing()).free() for person in people}
    found: dict[int, list[dict[int, Diary]]] = {}
    for row in mediations:
        found[row.id] = []
        for need in asked[row.id]:
            able = {
                person.id: diaries[person.id]
                for person in people
                if _could_sit(person, row, need.role.value, kept_away)
                and begins_in(free[person.id], length=lengths[row.id], not_before=window.start)
            }
            if able:
                found[row.id].append(able)
    return found


def _experts(roles: Collection[str]) -> list[Expert]:
    """Return everybody who sits in some roles, with how many seats they have. No query for no role."""
    if not roles:
        return []
    rows = Expert.objects.filter(active=True, staff__is_active=True, staff__role=Role.EXPERT, speciality__in=roles)
    seats = Count("seats", filter=Q(seats__live=True, seats__state__in=SEATED))
    return list(rows.select_related("staff__branch").annotate(load=seats).order_by("id"))


def _could_sit(person: Expert, mediation: Mediation, role: str, kept_away: Collection[tuple[int, int]]) -> bool:
    """Return whether an expert may sit in a role of talks, whenever that is.

    No conflict of interest bars them, and they did not mediate for the customer. Interpreters speak the customer's
    language; in person they come to the branch.
    """
    return (
        person.speciality == role
        and (mediation.id, person.staff_id) not in kept_away
        and person.staff_id not in mediation.customer.mediated_by
        and (role != ExpertRole.INTERPRETER or _language(mediation) in person.languages)
        and (mediation.route != Route.MEETING or not person.places or mediation.customer.branch.code in person.places)
    )


def _language(mediation: Mediation) -> str:
    return mediation.customer.language.split("-")[0]


def free_experts(session: Session, role: str, *, now: datetime, without: Sequence[int] = ()) -> list[Expert]:
    """Return who could sit in a role of a session, the least loaded first, then by id.

    They have the qualification in force, the hours free, and the time to come from where they are before.
    """
    people = [person for person in _experts([role]) if person.id not in without]
    kept_away = barred([session.mediation], people)
    fit = [person for person in people if _could_sit(person, session.mediation, role, kept_away)]
    span = Span(session.starts_at, session.ends_at)
    diaries = expert_diaries(fit, window=_around(span), works=works_in("CN"))
    place, spacing = session.room.place_id if session.room else None, places.spacing()
    free = [person for person in fit if holds(diaries[person.id].calendar(place=place, spacing=spacing), span)]
    return sorted(free, key=lambda person: (diaries[person.id].load, person.id))


def could_sit_later(session: Session, role: str, *, now: datetime) -> bool:
    """Return whether anybody could sit in a role of a session's talks at some other hour a date is looked for in."""
    policy = policy_for(session.mediation.account.product)
    people = _experts([role])
    kept_away = barred([session.mediation], people)
    fit = [person for person in people if _could_sit(person, session.mediation, role, kept_away)]
    window = window_from(now=now, notice_hours=policy.notice_hours)
    length = session.ends_at - session.starts_at
    return any(
        begins_in(diary.calendar(place=None, spacing=Spacing()).free(), length=length, not_before=window.start)
        for diary in expert_diaries(fit, window=window, works=works_in("CN")).values()
    )


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
