"""Words of the timeline for corrections, recordings and waivers: title, detail, code."""

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from collections_app.domain.purposes import Channel
from collections_app.templatetags.terms import day, term, yuan

Words = tuple[str, str, str]


def dated(rows: list[dict[str, Any]]) -> str:
    """Return days and amounts in one line."""
    separator = _(", ")
    return separator.join(f"{day(parse_date(row['due_on']))} {yuan(row['amount_fen'])}" for row in rows)


def call_corrected(payload: dict[str, Any]) -> Words:
    """Name the outcome that was recorded and the right one."""
    outcomes = "visit_outcomes" if payload.get("channel") == Channel.VISIT else "outcomes"
    was, now = term(payload.get("was", ""), outcomes), payload.get("outcome", "")
    return "", _("%(was)s → %(now)s") % {"was": was, "now": term(now, outcomes)}, now


def promise_corrected(payload: dict[str, Any]) -> Words:
    """Name what was really promised."""
    return "", dated(payload.get("parts", [])) or _("nothing was promised"), ""


def hold_corrected(payload: dict[str, Any]) -> Words:
    """Name the hold that was recorded and the right one."""
    was, now = term(payload.get("was", ""), "holds"), payload.get("kind", "")
    return "", _("%(was)s → %(now)s") % {"was": was, "now": term(now, "holds") if now else _("no hold")}, ""


def waived(payload: dict[str, Any]) -> Words:
    """Name each component that was let off."""
    separator = _(", ")
    lines = payload.get("lines", {})
    return "", separator.join(f"{term(code, 'waiver_components')} {yuan(fen)}" for code, fen in lines.items()), ""


def told_to_core(payload: dict[str, Any]) -> Words:
    """Name the line: its component, its amount, and the reference the core knows it by."""
    return "", f"{term(payload.get('component', ''), 'waiver_components')} {yuan(payload.get('fen', 0))}", ""


def core_answered(payload: dict[str, Any]) -> Words:
    """Say what the core did with the line, and with how much of it where that differs."""
    words = [told_to_core(payload)[1], term(payload.get("state", ""), "instruction_states")]
    if payload.get("state") == "differs":
        words.append(yuan(payload.get("booked_fen") or 0))
    return "", " · ".join(words), ""


def recording(payload: dict[str, Any]) -> Words:
    """Say until when it is kept."""
    until = parse_date(payload.get("kept_until", "")) if payload.get("kept_until") else None
    return "", _("kept until %(day)s") % {"day": day(until)} if until else "", ""


WORDS = {
    "conversation.corrected": call_corrected,
    "promise.corrected": promise_corrected,
    "hold.corrected": hold_corrected,
    "recording.stated": recording,
    "waiver.granted": waived,
    "waiver.told": told_to_core,
    "waiver.called_off": told_to_core,
    "waiver.answered": core_answered,
}
