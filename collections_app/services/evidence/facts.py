"""What the shared record gives to an evidence pack: complaints, contacts, rules, what was told, holds, history."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from collections_app.domain import masking
from collections_app.domain.complaints import COMPLAINT_DOCUMENTS, FINDINGS, WAYS
from collections_app.domain.contacts import CONTACT_STATES
from collections_app.domain.events import EVENT_KINDS
from collections_app.domain.money import yuan_text
from collections_app.domain.purposes import CHANNELS, Channel
from collections_app.domain.staff import DEPARTMENTS
from collections_app.domain.terms import TermList
from collections_app.models import (
    Complaint,
    ComplaintDocument,
    ComplaintReceipt,
    Contact,
    Conversation,
    Event,
    EvidencePack,
    Hold,
    MachinePermit,
    PermitRefusal,
    Recording,
    Told,
)
from collections_app.selectors import codes
from collections_app.services import decision_words
from collections_app.services.evidence import hold_words
from collections_app.services.evidence.sections import Asked, Part, Section

# Looking at papers is no step of the matter itself.
_NOT_SHOWN = ("evidence.asked", "evidence.made", "evidence.read", "document.read")


def cover(pack: EvidencePack, asked: Asked, now: datetime) -> list[list[str]]:
    """Return the first page: whose record, as of when, and who asked for it and why."""
    customer = asked.customer
    return [
        [_("Customer"), f"{customer.name} · {customer.customer_no}"],
        [_("ID number"), masking.id_number(customer.id_number) if customer.id_number else "—"],
        [_("Branch"), _named(customer.branch)],
        [pgettext("evidence", "From"), pack.since.isoformat() if pack.since else _("the beginning")],
        [_("State of the record"), f"v{customer.version} · {asked.at(now)} ({customer.time_zone})"],
        [_("Asked for by"), f"{pack.asked_by.name} · {pack.asked_by.employee_no} · {asked.at(pack.asked_at)}"],
        [_("Reason"), pack.reason],
        [_("Complaint"), str(pack.complaint_id or "—")],
    ]


def complaints(asked: Asked) -> Section:
    """Every complaint with each receipt of it."""
    rows = ComplaintReceipt.objects.filter(customer=asked.customer).select_related("complaint").order_by("id")
    return Section(
        _("Complaints"),
        (2, 3, 4, 6, 4),
        (
            pgettext("evidence", "No."),
            pgettext("complaint", "Received"),
            _("Source and cause"),
            _("What happened and what is demanded"),
            _("State"),
        ),
        [_complaint(receipt, asked) for receipt in rows],
    )


def _complaint(receipt: ComplaintReceipt, asked: Asked) -> list[str]:
    complaint: Complaint = receipt.complaint
    kind = codes.name_of("complaint_kinds", complaint.sub_kind) if complaint.sub_kind else ""
    cause = [codes.name_of("complaint_sources", receipt.source), codes.name_of("complaint_causes", complaint.cause)]
    state = codes.name_of("complaint_states", complaint.state)
    finding = _term(FINDINGS, complaint.finding) if complaint.finding else ""
    due = _("due %(moment)s") % {"moment": asked.at(complaint.due_at)}
    return [
        str(complaint.pk),
        asked.at(receipt.received_at),
        " · ".join(filter(None, [*cause, kind, receipt.reference])),
        "\n".join(filter(None, [receipt.text, receipt.demand])),
        " · ".join(filter(None, [state, finding, due])),
    ]


def letters(asked: Asked) -> Section:
    """What was written to the complainant, word for word, and the fingerprint of each document."""
    rows = ComplaintDocument.objects.filter(customer=asked.customer).order_by("id")
    return Section(
        _("Documents of complaints"),
        (2, 3, 3, 7, 5),
        (pgettext("evidence", "No."), _("At"), pgettext("evidence", "Document"), _("Text"), "SHA-256"),
        [
            [
                str(row.complaint_id),
                asked.at(row.added_at),
                " · ".join(
                    filter(None, [_term(COMPLAINT_DOCUMENTS, row.kind), _term(WAYS, row.way) if row.way else ""])
                ),
                row.text or row.name,
                row.sha256,
            ]
            for row in rows
        ],
    )


def contacts(asked: Asked) -> Section:
    """Every contact by anyone on any channel, with its call: party, outcome, recording."""
    rows = _since(Contact.objects.filter(customer=asked.customer), asked, "at").select_related("staff", "contact_point")
    calls = {call.contact_id: call for call in Conversation.objects.filter(customer=asked.customer)}
    recordings = _recordings(asked)
    return Section(
        _("Contacts"),
        (2, 4, 4, 4, 4, 5, 4),
        (
            pgettext("evidence", "No."),
            _("At"),
            _("Channel and purpose"),
            _("By whom"),
            _("Number"),
            _("What became of it"),
            _("Recording"),
        ),
        [_contact(row, calls.get(row.pk), recordings.get(row.pk, []), asked) for row in rows.order_by("at", "id")],
    )


def _contact(row: Contact, call: Conversation | None, recordings: list[str], asked: Asked) -> list[str]:
    point = row.contact_point
    number = f"{masking.phone(point.value)} · {codes.name_of('provenances', point.provenance)}" if point else "—"
    way = _("in") if row.inbound else _("out")
    became = [_term(CONTACT_STATES, row.state)]
    if row.effective:
        became.append(_("effective"))
    if call is not None:
        said = codes.outcome_of_visit if row.channel == Channel.VISIT else partial(codes.name_of, "outcomes")
        became += [said(call.outcome) if call.outcome else "", *_seconds(call)]
    return [
        str(row.pk),
        asked.at(row.at),
        f"{_term(CHANNELS, row.channel)} ({way}) · {codes.name_of('purposes', row.purpose)}",
        " · ".join(filter(None, [_term(DEPARTMENTS, row.department), row.staff.name if row.staff else ""])),
        number,
        " · ".join(filter(None, became)),
        "\n".join(dict.fromkeys(filter(None, [call.recording_ref if call else "", *recordings]))) or "—",
    ]


def _recordings(asked: Asked) -> dict[int, list[str]]:
    """What is known of the recordings of each contact, beside what was typed when its call was closed.

    Of a call the newest statement holds: id, fingerprint and until when it is kept. A machine names its own.
    """
    found: dict[int, list[str]] = {}
    stated = Recording.objects.filter(customer=asked.customer).select_related("conversation").order_by("id")
    for row in stated:
        kept = _("kept until %(day)s") % {"day": row.kept_until.isoformat()}
        found[row.conversation.contact_id] = [f"{row.call_id} · {kept}\nSHA-256 {row.sha256}"]
    reported = MachinePermit.objects.filter(customer=asked.customer, contact__isnull=False)
    for contact_id, reference in reported.values_list("contact_id", "report__recording_ref"):
        if reference:
            found.setdefault(contact_id, []).append(reference)
    return found


def _seconds(call: Conversation) -> list[str]:
    ended = call.interrupted_at or call.ended_at
    return [f"{int((ended - call.started_at).total_seconds())} s"] if ended else []


def permits(asked: Asked) -> Section:
    """For each contact the permit it was made under: every rule that was considered, in words."""
    rows = _since(Contact.objects.filter(customer=asked.customer), asked, "at").order_by("at", "id")
    return Section(
        _("Permits and rules"),
        (2, 16),
        (pgettext("evidence", "No."), _("What was considered")),
        [[str(row.pk), _considered(row.decision)] for row in rows],
    )


def refusals(asked: Asked) -> Section:
    """Every contact that was asked for and refused."""
    rows = _since(PermitRefusal.objects.filter(customer=asked.customer), asked, "at").select_related("staff")
    return Section(
        _("Refused contacts"),
        (4, 4, 3, 10),
        (_("At"), _("Channel and purpose"), _("By whom"), pgettext("evidence", "Why")),
        [
            [
                asked.at(row.at),
                f"{_term(CHANNELS, row.channel)} · {codes.name_of('purposes', row.purpose)}",
                row.staff.name if row.staff else "—",
                _considered(row.decision),
            ]
            for row in rows.order_by("at", "id")
        ],
    )


def _considered(decision: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{why.name}: {decision_words.text_of(why)}"
        for why in decision_words.explain(decision.get("considered", ()) if isinstance(decision, dict) else ())
    )


def told(asked: Asked) -> Section:
    """What the customer was told: amount, day, medium, and by whom."""
    rows = _since(Told.objects.filter(customer=asked.customer), asked, "at").select_related("staff", "account")
    return Section(
        _("What the customer was told"),
        (4, 3, 4, 3, 4),
        (_("At"), _("Medium"), _("Account and amount"), _("Pay by"), _("By whom")),
        [
            [
                asked.at(row.at),
                {"spoken": _("by mouth"), "written": _("in writing"), "page": _("on the page")}[row.medium],
                f"{row.account.tail} · {yuan_text(row.amount_fen)}",
                row.pay_by.isoformat() if row.pay_by else "—",
                row.staff.name if row.staff else "—",
            ]
            for row in rows.order_by("at", "id")
        ],
    )


def holds(asked: Asked) -> Section:
    """Every hold: from when to when, by whom, and how it ended."""
    rows = Hold.objects.filter(customer=asked.customer).select_related("placed_by", "released_by", "account")
    return Section(
        _("Holds"),
        (4, 4, 4, 5, 4),
        (_("Hold"), _("Placed"), _("By whom"), _("Ended"), _("Source")),
        [
            [
                " · ".join(filter(None, [codes.name_of("holds", row.kind), row.account.tail if row.account else ""])),
                asked.at(row.placed_at),
                row.placed_by.name if row.placed_by else "—",
                " · ".join(filter(None, [asked.at(row.released_at or row.ends_at), hold_words.ended_by(row)])),
                hold_words.came_with(row),
            ]
            for row in rows.order_by("placed_at", "id")
        ],
    )


def history(asked: Asked) -> Section:
    """Every event of the record in its order, with what was typed."""
    rows = _since(Event.objects.filter(customer=asked.customer), asked, "at").exclude(kind__in=_NOT_SHOWN)
    return Section(
        _("History"),
        (2, 4, 4, 4, 9),
        (_("Version"), _("At"), _("What"), _("By whom"), _("Details")),
        [_event(event, asked) for event in rows.select_related("actor", "text_row").order_by("id")],
    )


def _event(event: Event, asked: Asked) -> list[str]:
    text_row = getattr(event, "text_row", None)
    payload = json.dumps(event.payload, ensure_ascii=False, sort_keys=True) if event.payload else ""
    return [
        str(event.version),
        asked.at(event.at),
        EVENT_KINDS[event.kind].term.text(get_language() or "zh-hans"),
        " · ".join(filter(None, [_term(DEPARTMENTS, event.department), event.actor.name if event.actor else ""])),
        "\n".join(filter(None, [text_row.text if text_row else "", payload])),
    ]


def _since(rows: QuerySet[Any], asked: Asked, field: str) -> QuerySet[Any]:
    return rows.filter(**{f"{field}__gte": asked.since}) if asked.since else rows


def _term(terms: TermList, code: str) -> str:
    return terms[code].text(get_language() or "zh-hans") if code in terms else code


def _named(branch: Any) -> str:
    return str(branch.name_zh if (get_language() or "zh").startswith("zh") else branch.name_en)


PARTS: tuple[Part, ...] = (complaints, letters, contacts, permits, refusals, told, holds, history)
