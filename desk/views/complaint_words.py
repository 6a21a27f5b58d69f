"""The events of complaints in words, for the timeline."""

from typing import Any

from collections_app.templatetags.terms import term

Words = tuple[str, str, str]


def complaint(payload: dict[str, Any]) -> Words:
    """Name cause and kind of a complaint that came in, or what became of it."""
    if payload.get("cause"):
        kind = term(payload["sub_kind"], "complaint_kinds") if payload.get("sub_kind") else ""
        detail = " · ".join(
            filter(None, [term(payload["source"], "complaint_sources"), term(payload["level"], "complaint_levels")])
        )
        return "", " · ".join(filter(None, [term(payload["cause"], "complaint_causes"), kind, detail])), ""
    state = term(payload["state"], "complaint_states") if payload.get("state") else ""
    finding = term(payload["finding"], "complaint_findings") if payload.get("finding") else ""
    return "", " · ".join(filter(None, [state, finding])), ""


def document(payload: dict[str, Any]) -> Words:
    """Name a document of a complaint, and by which way it went."""
    way = term(payload["way"], "complaint_ways") if payload.get("way") else ""
    back = term(payload["returned"], "complaint_returns") if payload.get("returned") else ""
    return "", " · ".join(filter(None, [term(payload.get("kind", ""), "complaint_documents"), way, back])), ""


def power(payload: dict[str, Any]) -> Words:
    """Say whether a power of attorney was proven."""
    return "", term(payload.get("result", ""), "power_states"), ""
