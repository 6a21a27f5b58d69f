"""What is printed of a session in person: the address sheet, and the minutes with lines to sign on."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.services import typesetting
from mediation.domain.kinds import KINDS, Kind
from mediation.domain.meetings import ATTENDANTS
from mediation.domain.rooms import IDENTITY_DOCUMENTS
from mediation.models import Attendance, Session, SessionMinutes, Venue
from mediation.services import paper_words

Fact = list[str]


def sheet(*, session: Session, venue: Venue, language: str) -> bytes:
    """Return the address sheet as PDF: who meets whom, when, where, how to get there, and what to bring."""
    with translation.override(language):
        facts = [*_facts(session, language), *_place(venue)]
        note = _("If you cannot come, tell us before the day; another date costs you nothing.")
        return _pdf(_("Where to come"), session, facts, [], [], [note], language)


def minutes(*, session: Session, written: SessionMinutes, venue: Venue | None, language: str) -> bytes:
    """Return the minutes as PDF, with who came and a line for each to sign on. The words are those of both sides."""
    with translation.override(language):
        came = list(Attendance.objects.filter(session=session).select_related("staff"))
        facts = [*_facts(session, language), *(_place(venue)[:2] if venue else [])]
        facts += [[_("Came"), _attended(session, row, language)] for row in came]
        lines = [("customer", session.customer.name), ("representative", session.representative.name)]
        if session.mediator is not None:
            lines.append(("mediator", session.mediator.staff.name))
        here = _("signature and date")
        signed = [f"{paper_words.neutral(ATTENDANTS[kind].text(language))} · {name} · {here}" for kind, name in lines]
        # What each is called keeps the two apart: a mediator's minutes, and those of the bank's own talks.
        by_mediation = session.mediation.kind == Kind.MEDIATION
        title = _("Minutes of the mediation") if by_mediation else _("Minutes of the negotiation")
        return _pdf(title, session, facts, written.text.splitlines(), signed, [], language)


def _facts(session: Session, language: str) -> list[Fact]:
    zone = ZoneInfo(session.customer.time_zone)
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    facts = [
        [_("Talks"), f"{KINDS[session.mediation.kind].text(language)} · {session.mediation_id}"],
        [_("Customer"), session.customer.name],
        [pgettext("paper", "For the bank"), f"{session.representative.name} · {session.customer.branch.name}"],
    ]
    if session.mediator is not None:
        facts.append([_("Mediator"), f"{session.mediator.staff.name} · {session.mediator.organisation.name}"])
    return [*facts, [_("When"), f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}"]]


def _place(venue: Venue) -> list[Fact]:
    rows = [
        [pgettext("of a session", "Place"), " · ".join(filter(None, [venue.name, venue.room]))],
        [_("Address"), venue.address],
        [_("How to get there"), venue.directions],
        [_("What to bring"), venue.bring],
    ]
    return [row for row in rows if row[1]]


def _attended(session: Session, row: Attendance, language: str) -> str:
    name = row.staff.name if row.staff else row.name or session.customer.name
    shown = IDENTITY_DOCUMENTS[row.document].text(language) if row.document else ""
    at = f"{row.came_at.astimezone(ZoneInfo(session.customer.time_zone)):%H:%M}"
    return " · ".join(filter(None, [name, paper_words.neutral(ATTENDANTS[row.kind].text(language)), at, shown]))


def _pdf(
    title: str, session: Session, facts: Sequence[Fact], paragraphs: Sequence[str], signatures: Sequence[str],
    notes: Sequence[str], language: str,
) -> bytes:  # fmt: skip
    """Set a page under the name of whoever holds the talks: the organisation's, or the bank's own branch."""
    organisation = session.mediator.organisation.name if session.mediator is not None else session.customer.branch.name
    data = {
        "title": title, "house": organisation, "facts": facts,
        "paragraphs": [line for line in paragraphs if line.strip()], "signatures": signatures, "notes": notes,
    }  # fmt: skip
    return typesetting.pdf(template="meeting", language=language, data=data)
