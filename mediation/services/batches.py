"""Like cases referred together: one mediator of one organisation, one telephone session after the other."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from collections_app.services import form_keys, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain import batches as rules
from mediation.domain import slots
from mediation.domain.diaries import Diary, Spacing
from mediation.models import BatchedReferral, Mediation, Mediator, ReferralBatch, Session
from mediation.selectors import batches as selector
from mediation.selectors import calendars, places
from mediation.selectors.people.experts import needs_of
from mediation.selectors.people.hours import with_room_for
from mediation.selectors.route_rules import policy_for
from mediation.selectors.working_days import works_in
from mediation.services import clocks, scheduling


def find(*, rows: Sequence[Mediation], organisation_id: int, now: datetime) -> tuple[list[slots.Slot], int]:
    """Return the hours in a row for some cases, the same mediator and representative in each, and minutes each.

    Between two of them lie the bank's minutes, as between any two sessions of one person.
    The bank chooses the organisation; which of its mediators holds the batch follows from hours and load, so that
    nobody steers (金发〔2025〕14号, rules M-18). Raise RefusedError when the cases are not alike or no hours are found.
    """
    if len(rows) < rules.FEWEST:
        raise RefusedError("batch_too_small")
    if len(rows) > rules.MOST:
        raise RefusedError("batch_too_large")
    if len({row.dispute_type for row in rows}) != 1 or not all(selector.fits(row) for row in rows):
        raise RefusedError("batch_not_alike")
    policies = [policy_for(row.account.product) for row in rows]
    minutes = max(policy.batch_minutes for policy in policies)
    window = calendars.window_from(now=now, notice_hours=max(policy.notice_hours for policy in policies))
    works = works_in(clocks.COUNTRY)
    able = set.intersection(*(_mediators(row, organisation_id) for row in rows))
    if not able:
        raise RefusedError("batch_no_hours")
    speaks = set.intersection(*(set(calendars.may_represent(row).values_list("id", flat=True)) for row in rows))
    mediators = with_room_for(len(rows), calendars.mediator_diaries(rows[0], window=window, works=works), window=window)
    representatives = calendars.representative_diaries(rows[0], window=window, works=works)
    spacing = places.spacing()
    if any(needs_of(rows, spoken=dict.fromkeys((row.id for row in rows), _languages(able)), now=now).values()):
        raise RefusedError("batch_needs_expert")
    slot = slots.earliest(
        mediators=_by_telephone(mediators, able, spacing),
        representatives=_by_telephone(representatives, speaks, spacing),
        customer=rules.together(_customers(rows, window), window=window),
        length=rules.length_of(count=len(rows), each=timedelta(minutes=minutes), apart=spacing.buffer),
        not_before=window.start,
    )
    if slot is None:
        raise RefusedError("batch_no_hours")
    spans = rules.one_after_the_other(first=slot.span, count=len(rows), apart=spacing.buffer)
    return [slots.Slot(span, slot.mediator, slot.representative) for span in spans], minutes


def _customers(rows: Sequence[Mediation], window: slots.Span) -> list[slots.Calendar]:
    """Return when each customer can be asked to come: nor in an hour they have given back, nor after the term."""
    not_then = calendars.cannot_come(rows, window=window)
    found = [(row, calendars.customer_calendar(row.customer, window=window)) for row in rows]
    return [replace(calendar, busy=(*calendar.busy, *not_then[row.id])) for row, calendar in found]


def _languages(mediators: Collection[int]) -> set[str]:
    rows = Mediator.objects.filter(id__in=mediators).values_list("languages", flat=True)
    return {language for languages in rows for language in languages}


def _by_telephone(diaries: Mapping[int, Diary], keys: Collection[int], spacing: Spacing) -> list[slots.Calendar]:
    return [diary.calendar(place=None, spacing=spacing) for key, diary in diaries.items() if key in keys]


def _mediators(row: Mediation, organisation_id: int) -> set[int]:
    return set(calendars.mediators_for(row).filter(organisation_id=organisation_id).values_list("id", flat=True))


def refer(
    *, mediation_ids: Sequence[int], organisation_id: int, actor: records.Actor, now: datetime
) -> tuple[ReferralBatch, list[Session]]:
    """Refer some waiting cases as one batch, and give each its session, one after the other.

    Not atomic itself: the batch is written down, then each record is locked and booked by itself. A case somebody
    has changed meanwhile keeps waiting, or gets the earliest hour of its own. Raise RefusedError like ``find``.
    """
    records.check_may(actor=actor, action="mediation.propose")
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="mediation.propose")
    for customer_id in Mediation.objects.filter(id__in=mediation_ids).values_list("customer_id", flat=True):
        form_keys.check_within(customer_id=customer_id)
    rows = list(selector.waiting(actor.staff, now=now).filter(id__in=mediation_ids))
    if len(rows) != len(set(mediation_ids)):
        raise RefusedError("batch_not_alike")
    found, minutes = find(rows=rows, organisation_id=organisation_id, now=now)
    batch = _write(rows, found, minutes, actor, now)
    held = []
    for row, slot in zip(rows, found, strict=True):
        session = scheduling.schedule(mediation_id=row.id, now=now, wish=slot)
        if session is not None:
            held.append(session)
    return batch, held


@transaction.atomic(durable=True)
def _write(
    rows: Sequence[Mediation], found: Sequence[slots.Slot], minutes: int, actor: records.Actor, now: datetime
) -> ReferralBatch:
    assert actor.staff is not None, "asked before"
    # Of two sendings at once the second waits here, and finds the first.
    records.lock(customer_id=rows[0].customer_id, now=now)
    form_keys.keep_within(customer_id=rows[0].customer_id, now=now)
    mediator_id = found[0].mediator
    assert mediator_id is not None, "a mediation is held by a mediator"
    batch = ReferralBatch.objects.create(
        mediator_id=mediator_id,
        representative_id=found[0].representative,
        dispute_type=rows[0].dispute_type,
        minutes_each=minutes,
        starts_at=found[0].span.start,
        made_by=actor.staff,
        made_at=now,
    )
    BatchedReferral.objects.bulk_create(
        BatchedReferral(batch=batch, mediation=row, customer_id=row.customer_id, place=place)
        for place, row in enumerate(rows, start=1)
    )
    return batch
