"""What a person can do on a record now: the one next right step, and the rest with their keys.

Each action is a link to a page of its own, by name, with the customer's number. An action whose address is not
known is left out, so a room that is not installed leaves no dead button.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.selectors.record import Record
from desk.views.addresses import address
from desk.views.permit_words import Banner


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be done: its address, key, the permission it needs, and whether it needs the permit."""

    code: str
    label: str | LazyText
    key: str
    names: Sequence[str]
    action: str
    icon: str
    query: str = ""
    needs_permit: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One button of the record. ``why_not`` says why it cannot be pressed now."""

    code: str
    label: str
    key: str
    icon: str
    url: str
    why_not: str = ""
    primary: bool = False


_PROPOSE = ("mediation:propose", "mediation:refer")
KINDS = (
    Kind(
        "call_in",
        gettext_lazy("Incoming call"),
        "C",
        ("desk:call_start",),
        "call.make",
        "phone-incoming",
        "?inbound=1",
    ),
    Kind("promise", gettext_lazy("Promise to pay"), "P", ("desk:promise",), "promise.take", "calendar-plus"),
    Kind("claim", gettext_lazy("Says paid"), "F", ("desk:claim",), "claim.record", "receipt"),
    Kind(
        "plan", gettext_lazy("Wants a plan"), "W", ("desk:handoff",), "handoff.open", "calculator", "?kind=plan_request"
    ),
    Kind("plan_agree", gettext_lazy("Agree a plan"), "A", ("desk:plan",), "plan.agree", "calendar-event"),
    Kind("waiver", gettext_lazy("Waiver"), "E", ("desk:waiver",), "waiver.ask", "receipt"),
    Kind("dispute", gettext_lazy("Disputes"), "D", ("desk:handoff",), "handoff.open", "flag", "?kind=dispute"),
    Kind("complaint", gettext_lazy("Complaint"), "T", ("desk:complaint_take",), "complaint.take", "message"),
    Kind("handoff", gettext_lazy("Hand off"), "H", ("desk:handoff",), "handoff.open", "transfer"),
    Kind("mediation", gettext_lazy("Mediation"), "M", _PROPOSE, "mediation.propose", "heart-handshake"),
    Kind("hold", gettext_lazy("Hold"), "S", ("desk:hold",), "hold.place", "hand-stop"),
    Kind("contact_ask", gettext_lazy("Statutory contact"), "L", ("desk:contact_ask",), "contact.ask", "gavel"),
    Kind("legal_step", gettext_lazy("Legal state"), "I", ("desk:legal_step",), "legal.record", "gavel"),
    Kind("claim_assign", gettext_lazy("Assign the claim"), "J", ("desk:claim_assign",), "legal.record", "transfer"),
    Kind("visit", gettext_lazy("Plan a visit"), "V", ("desk:visit",), "visit.plan", "map-pin"),
    Kind("owner", gettext_lazy("Assign"), "G", ("desk:owner",), "owner.assign", "user"),
    Kind("agency_told", gettext_lazy("Told of the agency"), "N", ("desk:placement_tell",), "account.place", "mail"),
    Kind("agency", gettext_lazy("Place with an agency"), "E", ("desk:placement_place",), "account.place", "briefcase"),
    Kind("message", gettext_lazy("Send a message"), "X", ("notifications:ask",), "message.send", "send"),
    Kind(
        "agency_notice",
        gettext_lazy("Send the agency notice"),
        "Y",
        ("notifications:ask",),
        "account.place",
        "mail",
        "?kind=placement_notice",
    ),
    Kind("way_in", gettext_lazy("End the page link"), "Z", ("desk:way_in",), "access.end", "lock"),
    Kind("note", gettext_lazy("Note"), "B", ("desk:note",), "note.add", "note"),
    Kind(
        "call_out",
        gettext_lazy("Call out"),
        "O",
        ("desk:call_start",),
        "call.make",
        "phone-outgoing",
        needs_permit=True,
    ),
)


# What is left to do while a life is at risk; the rest speaks of money.
_AT_RISK = frozenset({"call_in", "handoff", "note", "way_in"})


def actions(record: Record, permit: Banner) -> tuple[Action | None, list[Action]]:
    """Return the primary action, if there is one, and the others in their order."""
    found = [_action(kind, record, permit) for kind in KINDS if record.staff.may(kind.action)]
    known = [*_of_the_line(record), *(action for action in found if action is not None)]
    if record.risk is not None:
        known = [action for action in known if action.code in _AT_RISK]
        return _own_call(record), known
    primary = _own_call(record) or _confirmation(record) or _first(known, _next_right(record, permit))
    if primary is None:
        return None, known
    primary = replace(primary, primary=True)
    return primary, [action for action in known if action.code != primary.code]


def _action(kind: Kind, record: Record, permit: Banner) -> Action | None:
    url = address(*kind.names, args=[record.customer.customer_no])
    if not url:
        return None
    why_not = ""
    if kind.needs_permit and not permit.allowed:
        why_not = permit.text
    elif kind.code in {"call_in", "call_out"} and record.call is not None:
        why_not = _("A call with this customer is going on.")
    elif kind.code == "promise" and not record.customer.overdue_fen:
        why_not = _("Nothing is overdue.")
    elif kind.code == "visit" and record.visits:
        why_not = _("A visit is planned already.")
    elif kind.code == "contact_ask" and not record.holds:
        why_not = _("No hold is in force: no approval is needed.")
    return Action(kind.code, str(kind.label), kind.key, kind.icon, url + kind.query, why_not)


def _next_right(record: Record, permit: Banner) -> str:
    """The code of what comes next: a call where one is due and allowed, else what the customer may call about."""
    if record.customer.next_step in {"call", "call_back", "find_contact"} and permit.allowed:
        return "call_out"
    return "call_in"


def _own_call(record: Record) -> Action | None:
    """Back to the call this person is on with this customer, or to one of theirs that was interrupted."""
    mine = [call for call in [record.call, *record.unclosed_calls] if call and call.staff_id == record.staff.id]
    if not mine:
        return None
    label = _("Back to the call") if mine[0] is record.call else _("Close the interrupted call")
    url = address("desk:call", args=[record.customer.customer_no, str(mine[0].id)])
    return Action("call", label, "Enter", "phone-call", url) if url else None


def _of_the_line(record: Record) -> list[Action]:
    """What can be done about a colleague's call: to ask for it, and for a supervisor to take it over."""
    found: list[Action] = []
    for call in filter(None, [record.call, *record.unclosed_calls]):
        if call.staff_id == record.staff.id or found:
            continue
        args = [record.customer.customer_no, str(call.id)]
        if call is record.call and record.staff.may("call.make"):
            why_not = _("A colleague has asked for this call already.") if record.call_asked_for else ""
            url = address("desk:call_ask", args=args)
            found.append(Action("call_ask", _("Ask for the call"), "A", "phone-incoming", url, why_not))
        if record.staff.may("call.take_over"):
            url = address("desk:call_take_over", args=args)
            found.append(Action("call_take_over", _("Take over the call"), "U", "transfer", url))
    return found


def _confirmation(record: Record) -> Action | None:
    """The true word in writing, when the customer was told otherwise or by mouth only."""
    if not record.contradictions or not record.staff.may("told.correct"):
        return None
    url = address("notifications:confirm", args=[record.customer.customer_no])
    wrong = any(not item.is_oral_only for item in record.contradictions)
    label = _("Put right what was told") if wrong else _("Send written confirmation")
    return Action("confirm", label, "Enter", "send", url) if url else None


def _first(known: Sequence[Action], code: str) -> Action | None:
    return next((action for action in known if action.code == code and not action.why_not), None)
