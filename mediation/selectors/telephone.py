"""A session by telephone as its host sees it: script, callers, how far each leg is, and what was stated."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from collections_app.models import ContactPoint, Staff
from mediation.domain.conferences import RecordingRule, taking_part, why_not_recorded
from mediation.domain.people.roles import EXPERT_ROLES
from mediation.domain.rooms import SeatKind
from mediation.domain.route import Route
from mediation.models import ConferenceLeg, Session
from mediation.selectors.people.seated import panel_of
from notifications.selectors.sms_points import best_sms_points

_REFERENCE = Path(__file__).resolve().parent.parent / "reference"
# What a pack without a row of its own goes by.
_STRICTEST = RecordingRule("", everybody=False, source="No rule is known for this pack.", verified=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """One who takes part: as what, who, and the newest leg, if they were called."""

    kind: str
    name: str
    leg: ConferenceLeg | None


@cache
def _read(name: str) -> Any:
    return json.loads((_REFERENCE / name).read_text(encoding="utf-8"))


def script_of(session: Session, *, language: str) -> list[str]:
    """Return what the host says, in order, in a language."""
    organisation = session.mediator.organisation if session.mediator is not None else None
    host = session.mediator.staff if session.mediator is not None else session.representative
    words = {
        "organisation": organisation.name if organisation else "",
        "host": host.name,
        "customer": session.customer.name,
        "branch": session.customer.branch.name,
    }
    tongue = "zh" if language.lower().startswith("zh") else "en"
    return [line[tongue].format(**words) for line in _read("scripts.json")[session.mediation.kind]]


def recording_rule(session: Session) -> RecordingRule:
    """Return the rule on recording of the customer's branch; a pack without one allows none."""
    pack = session.customer.branch.rule_pack
    found = next((row for row in _read("recording.json") if row["pack"] == pack), None)
    return RecordingRule(**found) if found else _STRICTEST


def roles_there(session: Session) -> frozenset[str]:
    """Return as what people take part: both parties, the mediator, and who has accepted a seat of the panel."""
    return taking_part(mediator=session.mediator is not None, panel=frozenset(seat.role for seat in panel_of(session)))


def agreed_of(session: Session) -> dict[str, bool]:
    """Return the newest word on a recording of everybody who has said one.

    What somebody said who sat in a seat before is not the word of who sits there now.
    """
    since = {seat.role: seat.answered_at for seat in panel_of(session)}
    said = session.recording_consents.order_by("id").values_list("kind", "agrees", "at")
    return {
        kind: agrees for kind, agrees, at in said
        if kind not in EXPERT_ROLES or (kind in since and at >= (since[kind] or at))
    }  # fmt: skip


def why_no_recording(session: Session, *, attested: bool) -> str:
    """Return the code of what forbids a recording of a session, or an empty text: the one rule for all ways to keep it.

    By telephone what each has said is on record; otherwise whoever holds the session attests that everybody agreed.
    """
    there = roles_there(session)
    agreed = frozenset(kind for kind, agrees in agreed_of(session).items() if agrees)
    if session.mode != Route.TELEPHONE and attested:
        agreed = there
    return why_not_recorded(recording_rule(session), taking_part=there, agreed=agreed)


def callers_of(session: Session) -> list[Caller]:
    """Return who takes part, the host first and the customer next, the panel last, each with their newest leg."""
    newest = {leg.kind: leg for leg in session.legs.order_by("id")}
    names = {
        SeatKind.MEDIATOR.value: session.mediator.staff.name if session.mediator is not None else "",
        SeatKind.CUSTOMER.value: session.customer.name,
        SeatKind.REPRESENTATIVE.value: session.representative.name,
    }
    order = [SeatKind.MEDIATOR.value, SeatKind.CUSTOMER.value, SeatKind.REPRESENTATIVE.value]
    if session.mediator is None:
        order = [SeatKind.REPRESENTATIVE.value, SeatKind.CUSTOMER.value]
    seats = panel_of(session) if session.mediator is not None else []
    names |= {seat.role: seat.expert.staff.name for seat in seats if seat.expert is not None}
    return [Caller(kind, names[kind], newest.get(kind)) for kind in (*order, *(seat.role for seat in seats))]


def host_kind(session: Session) -> str:
    """Return as what the host of a session takes part."""
    return SeatKind.MEDIATOR.value if session.mediator is not None else SeatKind.REPRESENTATIVE.value


def staff_of_kind(session: Session, kind: str) -> Staff | None:
    """Return who of the staff takes part as that, or None."""
    if kind == SeatKind.MEDIATOR and session.mediator is not None:
        return session.mediator.staff
    if kind == SeatKind.REPRESENTATIVE:
        return session.representative
    return next((seat.expert.staff for seat in panel_of(session) if seat.role == kind and seat.expert), None)


def number_point(session: Session) -> ContactPoint | None:
    """Return the customer's own number that is best known to be theirs."""
    return best_sms_points([session.customer_id]).get(session.customer_id)


def spoken_minutes(session: Session) -> int | None:
    """Return how long the customer's leg lasted, in minutes rounded up, when a provider has said so."""
    seconds = session.legs.filter(kind=SeatKind.CUSTOMER, seconds__isnull=False).values_list("seconds", flat=True)
    total = sum(each for each in seconds if each)
    return -(-total // 60) if total else None
