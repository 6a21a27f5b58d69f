"""Documents of complaints: sealed, written by the bank as PDF, delivered under a permit, each look on the record."""

from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, pgettext

from collections_app.domain.complaints import BROUGHT, COMPLAINT_DOCUMENTS, WAYS, ComplaintState
from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.paper_days import day_on_paper
from collections_app.domain.typed import harmless, visible
from collections_app.models import Complaint, ComplaintDocument, Customer
from collections_app.selectors import machines
from collections_app.services import contacts, derivation, handoffs, records, typesetting
from collections_app.services.errors import RefusedError

SEALED_STORAGE = "sealed"
HAND = "hand"


def keep_within(
    *, customer: Customer, complaint: Complaint, kind: str, file: File[bytes], actor: records.Actor, now: datetime
) -> ComplaintDocument:
    """Keep a document that came with a complaint; the record is locked by the caller."""
    name = visible(Path(file.name or "document").name)
    content_type = str(getattr(file, "content_type", ""))[:80]
    body = file.read()
    return _store(customer, complaint, kind, name, body, content_type, "", actor, now)


def write_within(
    *, customer: Customer, complaint: Complaint, kind: str, text: str, actor: records.Actor, now: datetime
) -> ComplaintDocument:
    """Write a letter of the bank about a complaint as PDF, in the customer's language, and keep it."""
    said = harmless(text).strip()
    with translation.override(customer.language):
        title = COMPLAINT_DOCUMENTS[kind].text(customer.language)
        body = typesetting.pdf(
            template="letter", language=customer.language, data=_letter(customer, complaint, kind, title, said, now)
        )
    return _store(customer, complaint, kind, f"{title} {complaint.pk}.pdf", body, "application/pdf", said, actor, now)


def _letter(
    customer: Customer, complaint: Complaint, kind: str, title: str, said: str, now: datetime
) -> dict[str, object]:
    zone = ZoneInfo(customer.time_zone)
    chinese = customer.language.startswith("zh")
    branch, bank = customer.branch, customer.branch.institution
    notes = []
    if kind == "answer":
        notes.append(gettext("You may ask for a review of this answer in writing within 30 days of receiving it."))
    return {
        "title": title,
        "bank": bank.name_zh if chinese else bank.name_en,
        "unit": branch.name_zh if chinese else branch.name_en,
        "reference": gettext("Complaint no. %(number)s") % {"number": complaint.pk},
        "day": day_on_paper(now.astimezone(zone), language=customer.language),
        "facts": [
            [pgettext("letter", "To"), customer.name],
            [
                gettext("Your complaint of"),
                day_on_paper(complaint.received_at.astimezone(zone), language=customer.language),
            ],
            [gettext("Our number"), str(complaint.pk)],
        ],
        "paragraphs": [line for line in said.splitlines() if line.strip()],
        "notes": [*notes, gettext("Questions: %(hotline)s.") % {"hotline": bank.hotline}],
    }


def _store(
    customer: Customer,
    complaint: Complaint,
    kind: str,
    name: str,
    body: bytes,
    content_type: str,
    text: str,
    actor: records.Actor,
    now: datetime,
) -> ComplaintDocument:
    file = ContentFile(body, name=name)
    stored_as = storages[SEALED_STORAGE].save(f"complaints/{complaint.pk}/{kind}", file)
    document = ComplaintDocument.objects.create(
        complaint=complaint,
        customer=customer,
        kind=kind,
        name=name,
        text=text,
        content_type=content_type,
        size=len(body),
        sha256=sha256(body).hexdigest(),
        stored_as=stored_as,
        added_by=actor.staff,
        added_at=now,
    )
    records.append(
        customer=customer,
        kind="complaint.document",
        actor=actor,
        now=now,
        payload={"complaint": complaint.pk, "document": document.pk, "kind": kind, "sha256": document.sha256},
    )
    return document


def deliver_within(
    *, customer: Customer, document: ComplaintDocument, way: str, actor: records.Actor, now: datetime
) -> None:
    """Record by which way a letter goes to the complainant, under a permit where it leaves the bank.

    Raise RefusedError with the permit's reason; what is handed over at a branch needs none.
    """
    if way not in WAYS:
        raise RefusedError("no_such_way")
    if document.way:
        raise RefusedError("document_delivered_already")
    if way != HAND:
        found = contacts.permit(
            customer=customer,
            channel=way,
            purpose="statutory",
            contact_point=machines.best_point(customer.contact_points.all(), channel=way),
            actor=actor,
            now=now,
        )
        if isinstance(found, contacts.Refusal):
            raise RefusedError(found.reason, until=found.until, **found.params)
        contacts.settle(contact_id=found.contact.pk, state="made", now=now)
        document.contact = found.contact
    document.way = way
    document.save(update_fields=["way", "contact"])
    if document.handoff is not None and document.handoff.state in STILL_OPEN:
        handoffs.close_within(
            customer=customer,
            handoff=document.handoff,
            state=HandOffState.DONE,
            actor=actor,
            now=now,
            result="letter_delivered",
        )
    records.append(
        customer=customer,
        kind="complaint.document",
        actor=actor,
        now=now,
        payload={"complaint": document.complaint_id, "document": document.pk, "kind": document.kind, "way": way},
    )


def deliver_if_possible_within(
    *, customer: Customer, document: ComplaintDocument, actor: records.Actor, now: datetime
) -> bool:
    """Send a letter by post, else by e-mail, where one is permitted; otherwise it waits to be handed over."""
    for way in ("letter", "email"):
        try:
            with transaction.atomic():
                deliver_within(customer=customer, document=document, way=way, actor=actor, now=now)
        except RefusedError:
            document.way, document.contact = "", None
            continue
        return True
    return False


@transaction.atomic(durable=True)
def deliver(
    *, document_id: int, way: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> ComplaintDocument:
    """Record the delivery of a letter that waits for it. Raise RefusedError when it does not, or may not leave."""
    row = ComplaintDocument.objects.filter(id=document_id).values_list("customer_id", flat=True).first()
    if row is None:
        raise RefusedError("no_such_document")
    customer = records.lock(customer_id=row, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="complaint.handle")
    records.check_may(actor=actor, action="complaint.handle")
    document = ComplaintDocument.objects.select_related("handoff").get(id=document_id)
    if not document.text:
        raise RefusedError("no_such_document")
    deliver_within(customer=customer, document=document, way=way, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return document


def undelivered(complaint: Complaint) -> list[ComplaintDocument]:
    """Return the bank's letters about a complaint that nobody has delivered yet."""
    rows = [item for item in complaint.documents.all() if item.kind not in BROUGHT and not item.way]
    return [] if complaint.state == ComplaintState.WITHDRAWN else rows


@transaction.atomic(durable=True)
def open_document(*, document_id: int, actor: records.Actor, now: datetime) -> tuple[ComplaintDocument, BinaryIO]:
    """Return a document with its content; that somebody looked stands on the record.

    Raise RefusedError when there is none, NotAllowedError when the role may not.
    """
    document = ComplaintDocument.objects.filter(id=document_id).first()
    if document is None:
        raise RefusedError("no_such_document")
    customer = records.lock(customer_id=document.customer_id, now=now)
    records.check_may(actor=actor, action="complaint.take")
    records.append(
        customer=customer,
        kind="document.read",
        actor=actor,
        now=now,
        payload={"complaint": document.complaint_id, "document": document.pk, "kind": document.kind},
    )
    with storages[SEALED_STORAGE].open(document.stored_as) as stored:
        # At most ten mebibytes: the forms refuse more.
        return document, cast(BinaryIO, BytesIO(stored.read()))
