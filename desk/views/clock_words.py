"""The history of clocks, people and answers in words."""

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from collections_app.templatetags.terms import day, term

Words = tuple[str, str, str]


def interruption(payload: dict[str, Any]) -> Words:
    """What interrupted, on which day, and until when limitation runs now."""
    on, until = parse_date(payload.get("on") or ""), parse_date(payload.get("until") or "")
    runs = _("limitation runs until %(day)s") % {"day": day(until)} if until else _("limitation unknown")
    return "", _join(term(payload.get("kind", ""), "limitation_events"), day(on) if on else "", runs), ""


def suspension(payload: dict[str, Any]) -> Words:
    """The obstacle, from when to when it stood, and until when limitation runs now."""
    since, gone = parse_date(payload.get("since") or ""), parse_date(payload.get("gone_on") or "")
    stood = _("%(first)s to %(last)s") % {"first": day(since), "last": day(gone)} if since and gone else ""
    until = parse_date(payload.get("until") or "")
    runs = _("limitation runs until %(day)s") % {"day": day(until)} if until else _("limitation unknown")
    return "", _join(term(payload.get("kind", ""), "obstacles"), stood or (day(since) if since else ""), runs), ""


def guarantee(payload: dict[str, Any]) -> Words:
    """The kind of guarantee and its last day, or the day the guarantor was called upon."""
    on, until = parse_date(payload.get("on") or ""), parse_date(payload.get("until") or "")
    ends = _("guarantee until %(day)s") % {"day": day(until)} if until else _("guarantee period unknown")
    kind = term(payload["kind"], "guarantee_kinds") if payload.get("kind") else ""
    return "", _join(kind, day(on) if on else "", ends), ""


def person(payload: dict[str, Any]) -> Words:
    """The role in the debt."""
    return "", term(payload.get("role", ""), "debt_roles"), ""


def point_added(payload: dict[str, Any]) -> Words:
    """Whose number or address it is, of what kind, and where it comes from."""
    words = [("relation", "relations"), ("kind", "contact_kinds"), ("provenance", "provenances")]
    return "", _join(*(term(payload.get(name, ""), terms) for name, terms in words)), ""


def estate(payload: dict[str, Any]) -> Words:
    """Whether the death is proven, and whether what is left is known."""
    proven = _("death proven") if payload.get("proven") else _("proof still missing")
    return "", _join(proven, _("inventory on file") if payload.get("inventory") else ""), ""


def _join(*words: str) -> str:
    return " · ".join(filter(None, words))
