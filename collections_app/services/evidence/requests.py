"""What customers asked for and handed in, and what they were answered, as an evidence pack lists it."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.models import HandOff, HandOffPaper, HandOffReply
from collections_app.selectors import codes
from collections_app.services.evidence.sections import Asked, Section


def requests(asked: Asked) -> Section:
    """Every request of the customer's own, with each paper's fingerprint and each answer, in the order they came."""
    rows = HandOff.objects.filter(customer=asked.customer, from_department="customer")
    if asked.since:
        rows = rows.filter(opened_at__gte=asked.since)
    kinds = {row.pk: codes.name_of("handoffs", row.kind) for row in rows}
    said = [(row.opened_at, row.pk, row.text, "") for row in rows]
    papers = HandOffPaper.objects.filter(handoff__in=kinds)
    said += [(row.added_at, row.handoff_id, row.name, row.sha256) for row in papers]
    replies = HandOffReply.objects.filter(handoff__in=kinds)
    said += [(row.said_at, row.handoff_id, _("Answer: %s") % row.text, "") for row in replies]
    return Section(
        _("Requests of the customer"),
        (2, 4, 4, 8, 6),
        (pgettext("evidence", "No."), _("At"), pgettext("evidence", "Request"), _("Text"), "SHA-256"),
        [
            [str(number), asked.at(at), kinds[number], text, fingerprint]
            for at, number, text, fingerprint in sorted(said, key=lambda row: (row[0], row[1]))
        ],
    )
