"""Who could hold a session, and when they are free."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from collections_app.domain.staff import Role, Scope
from collections_app.models import Customer, Staff
from mediation.domain.diaries import Booking, Diary
from mediation.domain.people.roles import SEATED, ExpertRole
from mediation.domain.route import Route
from mediation.domain.slots import Calendar, Span, WeeklyHours, week_spans
from mediation.models import (
    Absence,
    Availability,
    Expert,
    Mediation,
    Mediator,
    PanelSeat,
    Session,
    SlotOffer,
    Training,
)
from mediation.selectors import mandates
from mediation.selectors.people.hours import shut, taken
from mediation.selectors.people.ties import Narrowing, narrowings, not_for_the_bank

# So far ahead a date is looked for. Mediation has a term of 30 days; half of it must remain.
HORIZON = timedelta(days=14)

# Nobody is asked to talk about a debt outside these hours of their own day.
CUSTOMER_OPENS, CUSTOMER_CLOSES = time(9, 0), time(20, 0)

_LIVE = ["scheduled", "in_session"]


def mediators_for(
    mediation: Mediation, *, narrowing: Narrowing | None = None, on: date | None = None
) -> QuerySet[Mediator]:
    """Return who may mediate these talks: of a lawful organisation, trained for the product, speaking the language.

    Nobody whom a conflict of interest bars; only the one whom both parties chose, if they did. Where nobody speaks the
    language, everybody does with an interpreter. ``on`` asks for a training in force that day.
    """
    narrowing = narrowing or narrowings([mediation])[mediation.id]
    language = mediation.customer.language.split("-")[0]
    trained = Training.objects.filter(staff=OuterRef("staff"), course=mediation.account.product)
    if on is not None:
        trained = trained.filter(Q(passed_on=None) | Q(passed_on__lte=on), Q(valid_until=None) | Q(valid_until__gte=on))
    rows = Mediator.objects.filter(
        Exists(trained),
        active=True,
        staff__is_active=True,
        staff__role=Role.MEDIATOR,
        organisation__active=True,
        organisation__lawfully_established=True,
    ).exclude(id__in=narrowing.without)
    speaks = Q(languages__contains=[language])
    interpreters = Expert.objects.filter(
        speaks, active=True, staff__is_active=True, speciality=ExpertRole.INTERPRETER.value
    )
    rows = rows.filter(speaks | ~Exists(rows.filter(speaks).values("id")) & Exists(interpreters))
    if mediation.route == Route.MEETING:
        rows = rows.filter(Q(places=[]) | Q(places__contains=[mediation.customer.branch.code]))
    if narrowing.only is not None:
        only = rows.filter(id=narrowing.only)
        rows = rows.filter(Q(id=narrowing.only) | ~Exists(only.values("id")))
    return (
        rows.select_related("staff")
        .annotate(load=Count("sessions", filter=Q(sessions__state__in=_LIVE)))
        .order_by("id")
    )


def representatives_for(mediation: Mediation) -> QuerySet[Staff]:
    """Return who may speak for the bank: whoever has a mandate for these talks, else all who may."""
    named = mandates.named_in(mediation)
    rows = may_represent(mediation)
    return rows.filter(id__in=named) if named else rows


def may_represent(mediation: Mediation) -> QuerySet[Staff]:
    """Return the negotiators who may speak for the bank: of the customer's branch, or of the whole bank.

    Nobody who mediated for the customer once, or whom a complaint or a wall keeps from the record of a party.
    """
    return (
        Staff.objects.filter(is_active=True, role=Role.NEGOTIATOR)
        .filter(Q(branch_id=mediation.customer.branch_id) | Q(scope__in=[Scope.INSTITUTION, Scope.UNIT]))
        .exclude(id__in=not_for_the_bank([mediation])[mediation.id])
        .annotate(load=Count("represented_sessions", filter=Q(represented_sessions__state__in=_LIVE)))
        .order_by("id")
    )


def _hours(staff_ids: Iterable[int]) -> dict[int, dict[str, list[WeeklyHours]]]:
    found: dict[int, dict[str, list[WeeklyHours]]] = defaultdict(lambda: defaultdict(list))
    for row in Availability.objects.filter(staff_id__in=staff_ids):
        found[row.staff_id][row.zone].append(WeeklyHours(row.weekday, row.opens, row.closes))
    return found


def _absences(staff_ids: Iterable[int], window: Span) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Absence.objects.filter(staff_id__in=staff_ids, during__overlap=(window.start, window.end))
    for row in rows:
        found[row.staff_id].append(Span(row.starts_at, row.ends_at))
    return found


def booked(field: str, window: Span, **of: object) -> dict[int, list[Booking]]:
    """Return the live sessions in a window by one of their columns, with where each is held. One query."""
    found: dict[int, list[Booking]] = defaultdict(list)
    rows = Session.objects.filter(state__in=_LIVE, during__overlap=(window.start, window.end), **of)
    for key, during, place in rows.values_list(field, "during", "room__place_id"):
        found[key].append(Booking(Span(during.lower, during.upper), place))
    return found


def offered(field: str, window: Span, *, now: datetime, besides: Mediation) -> dict[int, list[Booking]]:
    """Return what is open to other customers to pick, by one of its columns. One query."""
    found: dict[int, list[Booking]] = defaultdict(list)
    rows = SlotOffer.objects.filter(
        state="open", expires_at__gt=now, during__overlap=(window.start, window.end)
    ).exclude(mediation=besides)
    for key, during, place in rows.values_list(field, "during", "room__place_id"):
        found[key].append(Booking(Span(during.lower, during.upper), place))
    return found


def _open_spans(hours: dict[str, list[WeeklyHours]], window: Span, works: Callable[[date], bool]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for zone, rows in hours.items():
        tz = ZoneInfo(zone)
        first, last = window.start.astimezone(tz).date(), window.end.astimezone(tz).date()
        spans += week_spans(rows, first=first, last=last, zone=zone, works=works)
    return tuple(sorted(spans))


def mediator_diaries(
    mediation: Mediation, *, window: Span, works: Callable[[date], bool], narrowing: Narrowing | None = None
) -> dict[int, Diary]:
    """Return the diaries of everybody who may mediate these talks, by mediator, in the order of their keys."""
    people = list(mediators_for(mediation, narrowing=narrowing))
    hours, away = _reach(people, window, product=mediation.account.product)
    sessions = booked("mediator_id", window, mediator_id__in=[person.id for person in people])
    return {
        person.id: Diary(
            person.id,
            _open_spans(hours[person.staff_id], window, works),
            tuple(away[person.staff_id]),
            tuple(sessions[person.id]),
            getattr(person, "load", 0),
        )
        for person in people
    }


def expert_diaries(people: Sequence[Expert], *, window: Span, works: Callable[[date], bool]) -> dict[int, Diary]:
    """Return the diaries of experts, by their own ids. Six queries, however many they are."""
    hours, away = _reach(people, window, product=None)
    seats: dict[int, list[Booking]] = defaultdict(list)
    rows = PanelSeat.objects.filter(
        live=True, state__in=SEATED, expert__in=people, during__overlap=(window.start, window.end)
    )
    for key, during, place in rows.values_list("expert_id", "during", "session__room__place_id"):
        # A constraint of sessions keeps the hours of their seats bounded.
        span = Span(cast("datetime", during.lower), cast("datetime", during.upper))
        seats[key].append(Booking(span, place))
    return {
        person.id: Diary(
            person.id,
            _open_spans(hours[person.staff_id], window, works),
            tuple(away[person.staff_id]),
            tuple(seats[person.id]),
            getattr(person, "load", 0),
        )
        for person in people
    }


def _reach(
    people: Sequence[Mediator | Expert], window: Span, *, product: str | None
) -> tuple[dict[int, dict[str, list[WeeklyHours]]], dict[int, list[Span]]]:
    """Return the weekly hours of people, and when nothing may be booked with them, by staff id."""
    ids = [person.staff_id for person in people]
    away, not_then = _absences(ids, window), shut(people, window, product=product)
    return _hours(ids), {person: [*not_then[person], *away[person]] for person in ids}


def representative_diaries(mediation: Mediation, *, window: Span, works: Callable[[date], bool]) -> dict[int, Diary]:
    """Return the diaries of everybody who may speak for the bank in these talks, by person."""
    people = list(representatives_for(mediation))
    ids = [person.id for person in people]
    hours, away, elsewhere = _hours(ids), _absences(ids, window), taken(ids, window)
    sessions = booked("representative_id", window, representative_id__in=ids)
    return {
        person.id: Diary(
            person.id,
            _open_spans(hours[person.id], window, works),
            (*elsewhere[person.id], *away[person.id]),
            tuple(sessions[person.id]),
            getattr(person, "load", 0),
        )
        for person in people
    }


def customer_calendar(customer: Customer, *, window: Span) -> Calendar:
    """Return when a customer may be asked to come: decent hours of their own day, but for sessions they have."""
    week = [WeeklyHours(weekday, CUSTOMER_OPENS, CUSTOMER_CLOSES) for weekday in range(7)]
    spans = _open_spans({customer.time_zone: week}, window, lambda _day: True)
    sessions = booked("customer_id", window, customer_id=customer.id)[customer.id]
    return Calendar(customer.id, spans, tuple(booking.span for booking in sessions))


def cannot_come(mediations: Sequence[Mediation], *, window: Span) -> dict[int, list[Span]]:
    """Return by talks (with their customers) when in a window no session of theirs is held. One query.

    In hours their customer has moved a session away from; and after the last day of their term, which only both sides
    together make longer (online mediation rules, article 24).
    """
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Session.objects.filter(
        mediation__in=mediations, closed_because="customer_moved", during__overlap=(window.start, window.end)
    )
    for row in rows:
        found[row.mediation_id].append(Span(row.starts_at, row.ends_at))
    # As far as the open hours of a window's last day may reach.
    end = window.end + timedelta(days=2)
    for talks in mediations:
        over = term_over_at(talks)
        if over is not None and over < end:
            found[talks.id].append(Span(over, end))
    return found


def term_over_at(mediation: Mediation) -> datetime | None:
    """Return the moment at which the term of talks (with their customer) is over, or None while none runs."""
    if mediation.term_ends_on is None:
        return None
    return datetime.combine(mediation.term_ends_on + timedelta(days=1), time(), ZoneInfo(mediation.customer.time_zone))


def customers_booked(customer_ids: Iterable[int], *, window: Span) -> dict[int, list[Span]]:
    """Return the hours customers have sessions in already. One query."""
    found = booked("customer_id", window, customer_id__in=list(customer_ids))
    return {customer_id: [booking.span for booking in sessions] for customer_id, sessions in found.items()}


def window_from(*, now: datetime, notice_hours: int) -> Span:
    """Return the stretch in which a date is looked for: after the notice, before the horizon."""
    start = now + timedelta(hours=notice_hours)
    return Span(start, start + HORIZON)
