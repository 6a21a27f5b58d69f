"""Changes of who works an account, in the words of the timeline: title, detail, code."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.ownership.placements import NOTICE_CHANNELS, RECALL_REASONS
from collections_app.templatetags.terms import term


def owner(payload: dict[str, Any]) -> tuple[str, str, str]:
    """Name the pool an account went to, and why; who has it is read on the record."""
    why = {
        "rule": _("by a rule of assignment"),
        "plan": _("moved with others"),
        "left": _("the owner has left"),
        "by_hand": _("by hand"),
    }
    pool = payload.get("pool", "")
    found = [term(pool, "placements") if pool else "", why.get(payload.get("reason", ""), "")]
    given = _("Given to a colleague") if payload.get("to") else _("Back in the pool")
    title = _("%(what)s: %(which)s") % {"what": term("account.owner_changed", "events"), "which": given}
    return title, " · ".join(filter(None, found)), ""


def told_of_agency(payload: dict[str, Any]) -> tuple[str, str, str]:
    """Name by what the debtor was told."""
    channel = NOTICE_CHANNELS.get(payload.get("channel", ""))
    return "", channel.text(get_language() or "zh-hans") if channel else "", ""


def recalled(payload: dict[str, Any]) -> tuple[str, str, str]:
    """Name why an account came back."""
    reason = RECALL_REASONS.get(payload.get("reason", ""))
    return "", reason.text(get_language() or "zh-hans") if reason else "", ""
