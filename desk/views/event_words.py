"""Words of the timeline for each kind of event: title, detail, code."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from collections_app.domain.approvals import ApprovalState
from collections_app.domain.calls import MARKERS
from collections_app.domain.issued import in_groups
from collections_app.domain.purposes import Channel
from collections_app.domain.told.verdicts import FLAG_ENDS
from collections_app.models import Customer, RelatedPerson
from collections_app.services.approval_kinds.base import kinds
from collections_app.templatetags.terms import day, moment, term, yuan
from desk.views import clock_words, complaint_words
from desk.views.correction_words import WORDS, Words, dated
from desk.views.ownership import words
from notifications.domain.kinds import KIND_TERMS
from notifications.domain.replies import INTENTS


def _both(what: str, which: str) -> str:
    return _("%(what)s: %(which)s") % {"what": what, "which": which}


def _money(payload: dict[str, Any]) -> str:
    return yuan(payload["amount_fen"]) if "amount_fen" in payload else ""


def _call_started(payload: dict[str, Any]) -> Words:
    return (_("Call came in") if payload.get("inbound") else _("Call made")), "", ""


def _call_verified(payload: dict[str, Any]) -> Words:
    number = len(payload.get("facts", []))
    results = {
        "verified": _("Identity confirmed"),
        "failed": _("Identity not confirmed"),
        "third_party": _("A third party answered"),
        "refused": _("Identity check refused"),
    }
    detail = ngettext("%(number)s fact matched", "%(number)s facts matched", number) % {"number": number}
    return results.get(payload.get("result", ""), ""), detail if number else "", ""


def _call_closed(payload: dict[str, Any], outcomes: str = "outcomes") -> Words:
    outcome = payload.get("outcome", "")
    minutes, seconds = divmod(int(payload.get("seconds", 0)), 60)
    lasted = (
        _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds} if "seconds" in payload else ""
    )
    marker = MARKERS[payload["marker"]].text(get_language() or "zh-hans") if payload.get("marker") else ""
    reason = term(payload["reason"], "overdue_reasons") if payload.get("reason") else ""
    return term(outcome, outcomes), " · ".join(filter(None, [lasted, marker, reason])), outcome


def _legal_step(payload: dict[str, Any]) -> Words:
    title = _both(term("legal.step", "events"), term(payload["state"], "legal_states"))
    said = [day(date.fromisoformat(payload["on"]))]
    if until := payload.get("perform_until"):
        said.append(_("to be performed by %(day)s") % {"day": day(date.fromisoformat(until))})
    if payload.get("corrects"):
        said.append(_("corrects what was recorded"))
    return title, " · ".join(said), ""


def _visit_planned(payload: dict[str, Any]) -> Words:
    return "", moment(datetime.fromisoformat(payload["starts_at"])), ""


def _visit_closed(payload: dict[str, Any]) -> Words:
    title, detail, code = _call_closed(payload, "visit_outcomes")
    return _both(term("visit.closed", "events"), title), detail, code


def _visit_called_off(payload: dict[str, Any]) -> Words:
    return "", _("nobody set out in its hours") if payload.get("why") == "hour_over" else "", ""


def _call_interrupted(payload: dict[str, Any]) -> Words:
    why = {
        "silent": _("the screen fell silent"),
        "signed_out": _("signed out"),
        "left": _("left the bank"),
        "on_leave": _("on leave"),
        "moved": _("moved to another unit"),
        "role": _("has another role"),
        "recused": _("recused from the record"),
        "wall": _("passed on to somebody else"),
    }
    return "", why.get(payload.get("why", ""), ""), ""


def _amount(payload: dict[str, Any]) -> Words:
    channel = term(payload.get("channel", ""), "payment_channels")
    return "", " · ".join(filter(None, [_money(payload), channel])), ""


def _paid(payload: dict[str, Any]) -> Words:
    beside = _("Not the payment the customer spoke of: its trace goes on") if payload.get("beside_claim") else ""
    title, detail, code = _amount(payload)
    return title, " · ".join(filter(None, [detail, beside])), code


def _held(payload: dict[str, Any]) -> Words:
    sums = {"arrived": yuan(payload["arrived_fen"]), "sent": yuan(payload["sent_fen"])}
    told = _("%(arrived)s %(currency)s has arrived, %(sent)s was sent") % {**sums, "currency": payload["currency"]}
    return "", told, ""


def _promise(payload: dict[str, Any]) -> Words:
    title = _("Promise re-dated") if payload.get("replaces") else _("Promise to pay")
    return _both(title, dated(payload.get("parts", []))), "", ""


def _approval(payload: dict[str, Any]) -> Words:
    """Name what is asked for, with the parts of a promise, and what became of it."""
    kind = kinds().get(payload.get("kind", ""))
    name = kind.term.text(get_language() or "zh-hans") if kind else ""
    state = payload.get("state", "")
    word = term("approval.asked", "events") if state == ApprovalState.PENDING else term(state, "approval_states")
    title = _both(word, name)
    return title, dated(payload.get("parts", [])), ""


def _judged(payload: dict[str, Any]) -> Words:
    verdict = payload.get("verdict", "")
    return _both(term("promise.judged", "events"), term(verdict, "promise_states")), "", verdict


def _part_kept(payload: dict[str, Any]) -> Words:
    verdict = payload.get("verdict", "")
    return _both(term("promise.part_kept", "events"), term(verdict, "promise_states")), dated([payload]), verdict


def _imported(payload: dict[str, Any]) -> Words:
    seen = int(payload.get("money_fen", 0))
    return "", _("money seen in the file: %(amount)s") % {"amount": _money({"amount_fen": seen})} if seen else "", ""


def _plan(payload: dict[str, Any]) -> Words:
    lines = payload.get("instalments", [])
    number = len(lines)
    title = ngettext("Plan of %(number)s instalment in force", "Plan of %(number)s instalments in force", number)
    return title % {"number": number}, dated(lines[:3]) + ("…" if number > 3 else ""), ""


def _recalculated(payload: dict[str, Any]) -> Words:
    """Say why a schedule was made anew, how many instalments it has, and until when."""
    number = payload["number"]
    lines = ngettext("%(number)s instalment", "%(number)s instalments", number) % {"number": number}
    return "", " · ".join([term(payload["reason"], "schedule_reasons"), lines, payload["last_on"]]), ""


def _risk(payload: dict[str, Any]) -> Words:
    if not payload["own"]:
        return "", _("of the customer who owes an account of this record; nobody is asked for it"), ""
    return "", term(payload["danger"], "dangers"), ""


def _hold(payload: dict[str, Any]) -> Words:
    return _both(_("Hold"), term(payload.get("kind", ""), "holds")), "", ""


def _released(payload: dict[str, Any]) -> Words:
    return _both(_("Hold ended"), term(payload.get("kind", ""), "holds")), "", ""


def _handoff(payload: dict[str, Any]) -> Words:
    kind = payload.get("kind", "")
    to = f"→ {term(payload['to'], 'departments')}" if payload.get("to") else ""
    state = term(payload["state"], "handoff_states") if payload.get("state") else ""
    result = _results().get(payload.get("result", ""), "")
    return (
        _both(pgettext("history", "Hand-off"), term(kind, "handoffs")),
        to or " · ".join(filter(None, [state, result])),
        "",
    )


def _papers(payload: dict[str, Any]) -> Words:
    """Name the request that papers were handed in with or opened of, and how many were handed in."""
    number = len(payload.get("papers", []))
    detail = ngettext("%(number)s paper", "%(number)s papers", number) % {"number": number}
    return "", " · ".join(filter(None, [term(payload.get("kind", ""), "handoffs"), detail if number else ""])), ""


def _issued(payload: dict[str, Any]) -> Words:
    return "", f"{term(payload.get('kind', ''), 'issued_kinds')} · {in_groups(payload.get('reference', ''))}", ""


def _climbed(payload: dict[str, Any]) -> Words:
    over = _("past its deadline") if payload.get("breached") else _("before its deadline")
    level = _("step %(number)s") % {"number": payload.get("level", "")}
    return (
        _both(term("handoff.escalated", "events"), term(payload.get("kind", ""), "handoffs")),
        f"{level} · {over}",
        "",
    )


def _results() -> dict[str, str]:
    return {
        "joined": _("Joined to the open complaint"),
        "customer_answered": _("The customer has answered"),
        "proven": term("proven", "power_states"),
        "refused": term("refused", "power_states"),
        "found": _("The payment was found"),
        "not_found": _("No such payment was found"),
        "other_account": _("It was paid to another account"),
    }


def _resolved(payload: dict[str, Any]) -> Words:
    return "", _results().get(payload.get("result", ""), ""), ""


def _message(payload: dict[str, Any]) -> Words:
    """Name what the message was about beside what became of it."""
    kind = KIND_TERMS.get(payload.get("kind", ""))
    return "", kind.text(get_language() or "zh-hans") if kind else "", ""


def _reply(payload: dict[str, Any]) -> Words:
    """Name what was read in the reply; one that a person has to read says so."""
    intent = INTENTS.get(payload.get("intent", ""))
    return "", intent.text(get_language() or "zh-hans") if intent else "", ""


def _number(payload: dict[str, Any]) -> Words:
    quality = term(payload["quality"], "qualities") if payload.get("quality") else ""
    wish = term(payload["permission"], "permissions") if payload.get("permission") else ""
    return "", " · ".join(filter(None, [quality, wish])), ""


def _personalised(payload: dict[str, Any]) -> Words:
    return "", _("agreed to again") if payload["personalised"] else _("objected to, and erased"), ""


def _machine(payload: dict[str, Any]) -> Words:
    """Name the kind of machine and the channel, and what became of the contact; one that came too late says so."""
    kind, channel = term(payload.get("machine", ""), "machine_kinds"), term(payload.get("channel", ""), "channels")
    outcome = payload.get("outcome", "")
    outcomes = "visit_outcomes" if payload.get("channel") == Channel.VISIT else "outcomes"
    became = term(outcome, outcomes) if outcome else term(payload.get("state", ""), "contact_states")
    late = _("after its permit had run out") if payload.get("late") else ""
    return _both(kind, channel), " · ".join(filter(None, [became, late])), outcome


def _contradicted(payload: dict[str, Any]) -> Words:
    return ("" if payload.get("wrong") else _("Told by mouth only")), "", ""


def _settled(payload: dict[str, Any]) -> Words:
    end = FLAG_ENDS.get(payload.get("end", ""))
    return "", end.text(get_language() or "zh-hans") if end else "", ""


def _agreement_signed(payload: dict[str, Any]) -> Words:
    """Name whose signature it is; of a co-borrower or guarantor also who they are."""
    signed_by = {
        "customer": pgettext("signature", "the customer"),
        "co_borrower": pgettext("signature", "the co-borrower"),
        "guarantor": pgettext("signature", "the guarantor"),
        "bank": pgettext("signature", "the bank's representative"),
        "mediator": pgettext("signature", "the mediator"),
        "organisation": pgettext("signature", "seal of the organisation"),
    }
    person: Customer | RelatedPerson | None = None
    if payload.get("person"):
        person = Customer.objects.filter(id=payload["person"]).first()
    elif payload.get("related"):
        person = RelatedPerson.objects.filter(id=payload["related"]).first()
    return "", " · ".join(filter(None, [signed_by.get(payload.get("by", "")), person.name if person else ""])), ""


EVENT_WORDS: dict[str, Any] = {
    **WORDS,
    "agreement.signed": _agreement_signed,
    "conversation.started": _call_started,
    "conversation.verified": _call_verified,
    "conversation.closed": _call_closed,
    "conversation.interrupted": _call_interrupted,
    "legal.step": _legal_step,
    "visit.planned": _visit_planned,
    "visit.closed": _visit_closed,
    "visit.called_off": _visit_called_off,
    "payment.received": _paid,
    "payment.started": _amount,
    "payment.failed": _amount,
    "payment.held": _held,
    "payment.reversed": _amount,
    "payment.identified": _amount,
    "payment.disputed": _amount,
    "payment.dispute_won": _amount,
    "claim.recorded": _amount,
    "claim.resolved": _resolved,
    "approval.asked": _approval,
    "approval.decided": _approval,
    "promise.taken": _promise,
    "promise.redated": _promise,
    "promise.judged": _judged,
    "promise.part_kept": _part_kept,
    "account.imported": _imported,
    "account.owner_changed": words.owner,
    "account.told_of_agency": words.told_of_agency,
    "account.recalled": words.recalled,
    "plan.agreed": _plan,
    "plan.recalculated": _recalculated,
    "hold.placed": _hold,
    "risk.raised": _risk,
    "hold.released": _released,
    "handoff.opened": _handoff,
    "handoff.moved": _handoff,
    "handoff.papers": _papers,
    "paper.read": _papers,
    "issued.made": _issued,
    "issued.read": _issued,
    "handoff.escalated": _climbed,
    "complaint.taken": complaint_words.complaint,
    "complaint.joined": complaint_words.complaint,
    "complaint.moved": complaint_words.complaint,
    "complaint.extended": complaint_words.complaint,
    "complaint.document": complaint_words.document,
    "document.read": complaint_words.document,
    "power.checked": complaint_words.power,
    "contact_point.changed": _number,
    "contact_point.added": clock_words.point_added,
    "person.recorded": clock_words.person,
    "person.ended": clock_words.person,
    "estate.recorded": clock_words.estate,
    "limitation.recorded": clock_words.interruption,
    "limitation.revoked": clock_words.interruption,
    "limitation.suspended": clock_words.suspension,
    "limitation.resumed": clock_words.suspension,
    "limitation.suspension_revoked": clock_words.suspension,
    "guarantee.recorded": clock_words.guarantee,
    "guarantee.claimed": clock_words.guarantee,
    "contact.reported": _machine,
    "personalisation.changed": _personalised,
    "message.asked": _message,
    "message.sent": _message,
    "message.failed": _message,
    "message.decided": _message,
    "message.received": _reply,
    "told.contradicted": _contradicted,
    "told.settled": _settled,
}
