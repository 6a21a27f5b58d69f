"""The free hours of talks: everybody and every room they could have, read once and asked many times."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from mediation.domain import slots
from mediation.domain.diaries import Booking, Diary
from mediation.domain.kinds import Kind
from mediation.domain.slots import Calendar, Slot, Span, holds
from mediation.models import Mediation, Mediator
from mediation.selectors import calendars, places
from mediation.selectors.people.experts import panels_of
from mediation.selectors.route_rules import policy_for
from mediation.selectors.working_days import works_in

# So many tries, an hour apart, talks wait for an hour their experts have too (policy); then the parties meet without.
PANEL_TRIES = 24


class _At(NamedTuple):
    """Who and what is free for a session at one place, or at none."""

    place: int | None
    mediators: list[Calendar] | None
    representatives: list[Calendar]
    rooms: list[Calendar] | None
    # For each expert the talks ask for, those who could sit there.
    panel: list[list[Calendar]]


class FreeHours:
    """When talks could be held, with whom and where, as things stand at ``now``.

    ``sparing`` leaves out what other customers are offered at the moment. ``not_before`` is the first moment that
    keeps the notice. Talks that have waited for their experts ``PANEL_TRIES`` times wait for them no longer.
    """

    def __init__(self, mediation: Mediation, *, now: datetime, sparing: bool = False) -> None:
        policy = policy_for(mediation.account.product)
        self.length = timedelta(minutes=policy.minutes(mediation.route))
        self._window = calendars.window_from(now=now, notice_hours=policy.notice_hours)
        self.not_before = self._window.start
        # Hours within the notice count too: who picks them has agreed to them.
        window = Span(now, self._window.end)
        works = works_in("CN")
        self._spacing = places.spacing()
        self._customer = calendars.customer_calendar(mediation.customer, window=window)
        not_then = calendars.cannot_come([mediation], window=window)[mediation.id]
        self._customer = replace(self._customer, busy=(*self._customer.busy, *not_then))
        mediators = None
        if mediation.kind == Kind.MEDIATION:
            mediators = calendars.mediator_diaries(mediation, window=window, works=works)
        representatives = calendars.representative_diaries(mediation, window=window, works=works)
        if sparing:
            if mediators is not None:
                mediators = _besides(mediators, calendars.offered("mediator_id", window, now=now, besides=mediation))
            representatives = _besides(
                representatives, calendars.offered("representative_id", window, now=now, besides=mediation)
            )
        panel: list[dict[int, Diary]] = []
        if mediators is not None:
            spoken = {mediation.id: _spoken(mediators)}
            panel = panels_of(
                [mediation], spoken=spoken, window=self._window, works=works,
                lengths={mediation.id: self.length}, now=now,
            )[mediation.id]  # fmt: skip
        self._panel = panel
        self._at = self._everywhere(mediation, window, mediators, representatives)
        if panel and not sparing and mediation.tries >= PANEL_TRIES and self.earliest() is None:
            # They have no hour in common with the parties: the seat stays open rather than keep them from the table.
            self._at = [at._replace(panel=[]) for at in self._at]

    def _everywhere(
        self, mediation: Mediation, window: Span, mediators: Mapping[int, Diary] | None, spoken: Mapping[int, Diary]
    ) -> list[_At]:
        if not places.needs_room(mediation):
            there = self._calendars(mediators, None)
            return [_At(None, there, self._calendars(spoken, None) or [], None, self._panel_at(None))]
        found = []
        always = Span(window.start, window.end + timedelta(days=2))
        venues = places.venues(mediation)
        taken = calendars.booked("room_id", window, room__in=[room for venue in venues for room in venue.rooms])
        of_organisation = _organisations(venues, mediators)
        for venue in venues:
            able = mediators
            if mediators is not None and venue.organisation is not None:
                able = {key: row for key, row in mediators.items() if of_organisation[key] == venue.organisation}
            rooms = [
                Diary(room, (always,), booked=tuple(taken[room])).calendar(place=venue.place, spacing=self._spacing)
                for room in venue.rooms
            ]
            there = self._calendars(able, venue.place)
            spoken_for = self._calendars(spoken, venue.place) or []
            found.append(_At(venue.place, there, spoken_for, rooms, self._panel_at(venue.place)))
        return found

    def _panel_at(self, place: int | None) -> list[list[Calendar]]:
        return [self._calendars(role, place) or [] for role in self._panel]

    def _calendars(self, diaries: Mapping[int, Diary] | None, place: int | None) -> list[Calendar] | None:
        if diaries is None:
            return None
        return [row.calendar(place=place, spacing=self._spacing) for row in diaries.values()]

    def earliest(
        self, not_before: datetime | None = None, *, place: int | None = None, with_panel: bool = True
    ) -> Slot | None:
        """Return the earliest slot that begins after the notice, or at a moment or later; None when nobody is free.

        With ``place`` only there: who has picked an hour at one address is not sent to another. Without ``with_panel``
        experts are not waited for: that says whether it is they who are missing.
        """
        found = []
        for at in self._at:
            if place is not None and at.place != place:
                continue
            slot = slots.earliest(
                mediators=at.mediators,
                representatives=at.representatives,
                customer=self._customer,
                length=self.length,
                not_before=not_before or self.not_before,
                rooms=at.rooms,
                panel=at.panel if with_panel else (),
            )
            if slot is not None:
                found.append(replace(slot, place=at.place))
        return min(found, key=lambda each: (each.span.start, each.place or 0), default=None)

    def at_the_hour(self, wish: Slot) -> Slot | None:
        """Return a slot at the hour wished for: with those it names, else with others who are free then, else None."""
        found = self.fit(wish)
        if (
            found is None
            and (other := self.earliest(wish.span.start, place=wish.place)) is not None
            and other.span == wish.span
        ):
            found = other
        return found

    def fit(self, wish: Slot) -> Slot | None:
        """Return a slot with its room if everybody and a room are free for it, else None."""
        for at in self._at:
            if wish.place is not None and wish.place != at.place:
                continue
            if not holds(self._customer, wish.span) or not _is_free(at.representatives, wish.representative, wish.span):
                continue
            if at.mediators is not None and not _is_free(at.mediators, wish.mediator, wish.span):
                continue
            if not all(any(holds(expert, wish.span) for expert in role) for role in at.panel):
                continue
            if at.rooms is None:
                return wish
            rooms = [row.key for row in at.rooms if wish.room in {None, row.key} and holds(row, wish.span)]
            if rooms:
                return replace(wish, place=at.place, room=min(rooms))
        return None


def _spoken(mediators: Mapping[int, Diary]) -> set[str]:
    """Return the languages of mediators: of those offered for some talks all speak the customer's, or none does."""
    rows = Mediator.objects.filter(id__in=mediators).values_list("languages", flat=True)
    return {language for languages in rows for language in languages}


def _is_free(calendars_: Sequence[Calendar], key: int | None, span: Span) -> bool:
    return any(row.key == key and holds(row, span) for row in calendars_)


def _besides(diaries: Mapping[int, Diary], offered: Mapping[int, list[Booking]]) -> dict[int, Diary]:
    return {key: replace(row, booked=(*row.booked, *offered.get(key, ()))) for key, row in diaries.items()}


def _organisations(venues: Sequence[places.Venue], mediators: Mapping[int, Diary] | None) -> dict[int, int]:
    """Return whose mediators they are, where a place asks for it."""
    if mediators is None or all(venue.organisation is None for venue in venues):
        return {}
    return dict(Mediator.objects.filter(id__in=mediators).values_list("id", "organisation_id"))
