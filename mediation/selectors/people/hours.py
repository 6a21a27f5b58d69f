"""When people of sessions are taken, and when nothing shows that they may be booked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

from mediation.domain.diaries import Diary
from mediation.domain.people.capacity import full, lacking
from mediation.domain.people.roles import MEDIATORS, QUALIFIES
from mediation.domain.slots import Span
from mediation.models import BookedHours, Expert, Mediator, Qualification, Training

ZONE = "Asia/Shanghai"
_A_WEEK = timedelta(days=7)
Days = tuple[date | None, date | None]


def taken(staff_ids: Collection[int], window: Span) -> dict[int, list[Span]]:
    """Return the hours in which people are in a session, in whatever capacity. One query."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = BookedHours.objects.filter(staff_id__in=staff_ids, during__overlap=(window.start, window.end))
    for person, during in rows.values_list("staff_id", "during"):
        # A constraint of sessions keeps them bounded.
        found[person].append(Span(cast("datetime", during.lower), cast("datetime", during.upper)))
    return found


def shut(people: Sequence[Mediator | Expert], window: Span, *, product: str | None = None) -> dict[int, list[Span]]:
    """Return by staff id when people may not be booked: in a session, full, or without a paper that is in force.

    Three queries. Mediators need a training for the product, and of the certificates on file one in force; experts a
    qualification for what they do.
    """
    ids = [person.staff_id for person in people]
    # The days of a week that the window cuts count too.
    booked = taken(ids, Span(window.start - _A_WEEK, window.end + _A_WEEK))
    trained = trainings(ids, product) if product else {}
    qualified = qualifications(ids)
    found: dict[int, list[Span]] = {}
    for person in people:
        spans = booked[person.staff_id]
        found[person.staff_id] = [
            *(span for span in spans if span.overlaps(window)),
            *full(spans, most_a_day=person.most_a_day, most_a_week=person.most_a_week, zone=ZONE),
            *_without_paper(person, trained, qualified, window),
        ]
    return found


def with_room_for(count: int, diaries: Mapping[int, Diary], *, window: Span) -> dict[int, Diary]:
    """Return the diaries of those mediators who take so many sessions in one day, away on days without room for them.

    Two queries.
    """
    people = {row.id: row for row in Mediator.objects.filter(id__in=diaries)}
    booked = taken([row.staff_id for row in people.values()], Span(window.start - _A_WEEK, window.end + _A_WEEK))
    found = {}
    for key, row in people.items():
        most_a_day, most_a_week = row.most_a_day - count + 1, row.most_a_week - count + 1
        if min(most_a_day, most_a_week) > 0:
            away = full(booked[row.staff_id], most_a_day=most_a_day, most_a_week=most_a_week, zone=ZONE)
            found[key] = replace(diaries[key], away=(*diaries[key].away, *away))
    return found


def _without_paper(
    person: Mediator | Expert,
    trained: dict[int, list[Days]],
    qualified: dict[tuple[int, str], list[Days]],
    window: Span,
) -> Iterable[Span]:
    if isinstance(person, Expert):
        held = qualified.get((person.staff_id, QUALIFIES[person.speciality]), [])
        return lacking(held, window=window, zone=ZONE)
    gaps = lacking(trained.get(person.staff_id, []), window=window, zone=ZONE)
    certificates = qualified.get((person.staff_id, MEDIATORS))
    return gaps if certificates is None else [*gaps, *lacking(certificates, window=window, zone=ZONE)]


def trainings(staff_ids: Collection[int], product: str) -> dict[int, list[Days]]:
    """Return the days in which each person's trainings for a product are in force. One query."""
    found: dict[int, list[Days]] = defaultdict(list)
    rows = Training.objects.filter(staff_id__in=staff_ids, course=product)
    for person, first, last in rows.values_list("staff_id", "passed_on", "valid_until"):
        found[person].append((first, last))
    return found


def qualifications(staff_ids: Collection[int]) -> dict[tuple[int, str], list[Days]]:
    """Return the days in which each person's qualifications are in force, by person and kind. One query."""
    found: dict[tuple[int, str], list[Days]] = defaultdict(list)
    rows = Qualification.objects.filter(staff_id__in=staff_ids)
    for person, kind, first, last in rows.values_list("staff_id", "kind", "valid_from", "valid_to"):
        found[person, kind].append((first, last))
    return found
