"""What a hold came with and how it ended, in words: a court reads no codes."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.models import Hold
from collections_app.selectors import codes

# The list of codes in which each kind of source says how it ended.
_LISTS = {"promise": "promise_states", "plan": "arrangement_states", "mediation": "endings"}


def came_with(hold: Hold) -> str:
    """Return what a hold came with, and its number: ``call 17``. One that a person placed came with nothing."""
    kind, _colon, number = hold.source.partition(":")
    names = {
        "": pgettext("hold", "placed by hand"),
        "call": _("call"),
        "claim": _("claim of payment"),
        "complaint": _("complaint"),
        "contact": _("call of a machine"),
        "customer": _("the customer's own choice"),
        "estate": _("report of a death"),
        "handoff": _("hand-off"),
        "mediation": _("mediation"),
        "plan": _("plan"),
        "promise": _("promise to pay"),
        "reply": _("answer by text"),
    }
    return " ".join(filter(None, [names.get(kind, kind), number if number.isdigit() else ""]))


def ended_by(hold: Hold) -> str:
    """Return how a hold ended, empty while it stands or where its days simply ran out."""
    kind, _colon, number = hold.release_reason.partition(":")
    if kind.startswith("handoff_"):
        state = codes.name_of("handoff_states", kind.removeprefix("handoff_"))
        return _("%(what)s: %(which)s") % {"what": _("hand-off"), "which": state}
    names = {
        "by_hand": pgettext("hold", "ended by hand"),
        "approval": _("approval %(number)s") % {"number": number},
        "mediation": _("settled by the agreement of talks %(number)s") % {"number": number},
        "correction": _("put right: it had been recorded wrong"),
        "customer_allows": _("the customer allows it again"),
        "reply_start": _("the customer allows it again"),
        "found": _("the payment was found"),
        "not_found": _("no such payment was found"),
        "other_account": _("the payment was found on another account"),
    }
    ended = _LISTS.get(hold.source.partition(":")[0])
    return names.get(kind) or (codes.name_of(ended, kind) if ended else kind)
