"""Sessions to come whose people may not sit in them any more: a tie declared, or a complaint made, since the date."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from collections_app.models import AccountParty
from mediation.domain.people.roles import SEATED
from mediation.models import PanelSeat, Session
from mediation.selectors.people.ties import barred, not_for_the_bank


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who of a session is barred: whether whoever holds it or speaks for the bank, and the seats of which experts."""

    holders: bool
    seats: Collection[int]


def barred_since(*, now: datetime) -> set[int]:
    """Return the sessions to come with somebody who is barred from them by now. A fixed number of queries."""
    shut = Q(customer__walled=True) | ~Q(customer__recused_staff=[])
    beside = AccountParty.objects.filter(shut, account=OuterRef("mediation__account"))
    rows = Session.objects.filter(shut | Q(Exists(beside)), state="scheduled", during__startswith__gt=now)
    return {key for key, found in _conflicts(_with_people(rows)).items() if found.holders or found.seats}


def of_session(session: Session) -> Conflict:
    """Return who of one session is barred by now."""
    return _conflicts(_with_people(Session.objects.filter(id=session.pk)))[session.pk]


def _with_people(rows: QuerySet[Session]) -> list[Session]:
    seats = PanelSeat.objects.filter(live=True, state__in=SEATED, expert__isnull=False).select_related("expert__staff")
    return list(
        rows.select_related("mediation__customer__branch", "mediator__staff").prefetch_related(
            Prefetch("seats", seats, to_attr="seated")
        )
    )


def _conflicts(rows: Sequence[Session]) -> dict[int, Conflict]:
    talks = [row.mediation for row in rows]
    people = {row.mediator_id: row.mediator for row in rows if row.mediator is not None}
    experts = {seat.expert_id: seat.expert for row in rows for seat in row.seated}  # type: ignore[attr-defined]
    apart = barred(talks, [*people.values(), *experts.values()]) if rows else set()
    not_theirs = not_for_the_bank(talks) if rows else {}
    return {
        row.id: Conflict(
            holders=row.representative_id in not_theirs[row.mediation_id]
            or (row.mediator is not None and (row.mediation_id, row.mediator.staff_id) in apart),
            seats=[
                seat.id
                for seat in row.seated  # type: ignore[attr-defined]
                if (row.mediation_id, seat.expert.staff_id) in apart
            ],
        )
        for row in rows
    }
