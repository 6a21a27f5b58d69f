"""Whom the parties may choose and until when, what was chosen and disclosed, and what is still to disclose."""

from dataclasses import dataclass
from datetime import date, datetime

from mediation.domain.kinds import Kind
from mediation.domain.people.choosing import last_day_to_choose
from mediation.domain.people.conflicts import to_disclose
from mediation.models import Disclosure, Mediation, Mediator, MediatorChoice, Session
from mediation.selectors.calendars import mediators_for
from mediation.selectors.people.ties import findings_of, narrowings
from mediation.selectors.sessions import BANK_ZONE
from mediation.selectors.working_days import works_in


@dataclass(frozen=True, slots=True)
class Choosing:
    """What a party sees: who can be chosen, until when, and what both sides wish for."""

    mediators: list[Mediator]
    until: date
    open: bool
    choices: dict[str, int]
    current: Mediator | None
    session: Session | None
    refused: dict[str, int]
    disclosures: list[Disclosure]


def last_day(mediation: Mediation) -> date:
    """Return the last day on which the parties may choose a mediator."""
    return last_day_to_choose(mediation.proposed_at.astimezone(BANK_ZONE).date(), works=works_in("CN"))


def may_choose(mediation: Mediation, *, now: datetime) -> bool:
    """Return whether the parties may choose a mediator now."""
    if mediation.kind != Kind.MEDIATION or mediation.state == "ended":
        return False
    if mediation.sessions.filter(state="in_session").exists():
        return False
    return now.astimezone(BANK_ZONE).date() <= last_day(mediation)


def eligible(mediation: Mediation, *, now: datetime) -> list[Mediator]:
    """Return the mediators the parties may choose from, in a neutral order: by the organisation's code, then by id.

    Whoever is chosen already does not narrow the list; whoever is barred is not on it.
    """
    without = narrowings([mediation])[mediation.id]
    rows = mediators_for(
        mediation, narrowing=type(without)(None, without.without, without.never), on=now.astimezone(BANK_ZONE).date()
    )
    rows = rows.select_related("staff", "organisation").prefetch_related("staff__qualifications")
    return list(rows.order_by("organisation__code", "id"))


def choices_of(mediation: Mediation) -> dict[str, int]:
    """Return the mediator each side wishes for, by side."""
    return dict(MediatorChoice.objects.filter(mediation=mediation).values_list("side", "mediator_id"))


def choosing(mediation: Mediation, *, now: datetime) -> Choosing:
    """Return everything a party sees about the mediator of talks."""
    session = (
        mediation.sessions.filter(state__in=["scheduled", "in_session"])
        .select_related("mediator__staff", "mediator__organisation")
        .first()
    )
    current = session.mediator if session else None
    is_open = may_choose(mediation, now=now)
    refused: dict[str, int] = {}
    for side in mediation.stand_downs.values_list("by_side", flat=True):
        refused[side] = refused.get(side, 0) + 1
    said = Disclosure.objects.filter(mediation=mediation, mediator=current, interest=True) if current else []
    return Choosing(
        mediators=eligible(mediation, now=now) if is_open else [],
        until=last_day(mediation),
        open=is_open,
        choices=choices_of(mediation),
        current=current,
        session=session,
        refused=refused,
        disclosures=list(said),
    )


def disclosures_of(session: Session) -> list[Disclosure]:
    """Return what the mediator of a session said about these talks."""
    rows = Disclosure.objects.filter(mediation=session.mediation_id, mediator=session.mediator_id)
    return list(rows.select_related("bank_waived_by"))


def open_findings(session: Session) -> list[str]:
    """Return what the record says of the mediator of a session that is to be disclosed."""
    if session.mediator is None:
        return []
    found = findings_of([session.mediation], [session.mediator])
    return to_disclose(found[session.mediation_id, session.mediator.staff_id])
