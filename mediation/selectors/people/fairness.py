"""Whom the parties may choose and until when, what was chosen and disclosed, and what is still to disclose."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mediation.domain.clocks import ClockKind
from mediation.domain.kinds import Kind
from mediation.domain.people.conflicts import to_disclose
from mediation.models import Disclosure, Mediation, Mediator, MediatorChoice, Session
from mediation.selectors.calendars import mediators_for
from mediation.selectors.people.ties import findings_of, narrowings
from mediation.selectors.sessions import BANK_ZONE


@dataclass(frozen=True, slots=True)
class Choosing:
    """What a party sees: who can be chosen, until when, and what both sides wish for.

    ``until`` is unknown before the customer has agreed to talk.
    """

    mediators: list[Mediator]
    until: date | None
    open: bool
    choices: dict[str, int]
    current: Mediator | None
    session: Session | None
    refused: dict[str, int]
    disclosures: list[Disclosure]


def last_day(mediation: Mediation) -> date | None:
    """Return the last day on which the parties may choose a mediator: that of the clock which both consents started.

    None while the customer has not agreed yet: the two working days have not begun.
    """
    clocks = mediation.clocks.filter(kind=ClockKind.CHOICE.value).order_by("-id")
    return clocks.values_list("due_on", flat=True).first()


def may_choose(mediation: Mediation, *, now: datetime) -> bool:
    """Return whether the parties may choose a mediator now."""
    if mediation.kind != Kind.MEDIATION or mediation.state == "ended":
        return False
    if mediation.sessions.filter(state="in_session").exists():
        return False
    if mediation.customer_consent != "yes":
        return True
    until = last_day(mediation)
    return until is not None and now.astimezone(ZoneInfo(mediation.customer.time_zone)).date() <= until


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
