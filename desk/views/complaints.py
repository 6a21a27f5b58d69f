"""Complaints: the list of a scope, each one's page, and its documents; and what was issued to the customer."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from collections_app.domain.complaints import ANSWER_DAYS, STEPS, UNANSWERED
from collections_app.models import Complaint, ComplaintDocument, EvidencePack, IssuedDocument, Staff
from collections_app.selectors import records
from collections_app.services import clock
from collections_app.services.complaints import documents, steps
from collections_app.services.evidence import packs
from collections_app.services.issued import keeping
from collections_app.services.records import Actor
from collections_app.views.opening import open_record
from collections_app.views.paging import page_of
from desk.selectors import complaints as selector

READS = "complaint.take"


def _reader(request: HttpRequest) -> Staff:
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    if not staff.may(READS):
        raise PermissionDenied
    return staff


@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show the open complaints, the soonest due first, and those that ended last."""
    staff, now = _reader(request), clock.now()
    lists = {"open": selector.open_ones(staff, now=now), "closed": selector.closed_ones(staff, now=now)}
    pages = [(side, page_of(request, rows, name=side)) for side, rows in lists.items()]
    context = {
        "groups": [(side, page, selector.rows_of(page, now=now)) for side, page in pages],
        "needs_purpose": records.needs_purpose(staff),
    }
    part = "#lists" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"desk/complaints/page.html{part}", context)


@login_required
@require_safe
def complaint(request: HttpRequest, customer_no: str, complaint_id: int) -> HttpResponse:
    """Show one complaint: its clock, each receipt, who speaks for the customer, who is kept away, what was written."""
    staff, now = _reader(request), clock.now()
    customer = open_record(staff, customer_no, now=now)
    rows = Complaint.objects.select_related("account", "handoff__accepted_by", "taken_by")
    found = get_object_or_404(rows, id=complaint_id, customer=customer)
    kept = list(found.documents.select_related("added_by").order_by("id"))
    context: dict[str, Any] = {
        "customer": customer,
        "complaint": found,
        "page": selector.Page(found, now),
        "documents": kept,
        "papers": list(found.handoff.papers.all()),
        "came_back": {row.copy_of_id for row in kept},
        "steps": [(step.value, STEPS[step]) for step in steps.possible(complaint=found, now=now)]
        if staff.may("complaint.handle")
        else [],
        "may_extend": staff.may("complaint.handle")
        and found.state in UNANSWERED
        and found.extensions + 1 < len(ANSWER_DAYS),
        "staff": staff,
    }
    part = "#body" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"desk/complaints/detail.html{part}", context)


@login_required
@require_safe
def document(request: HttpRequest, customer_no: str, complaint_id: int, document_id: int) -> HttpResponse:
    """Send a document of a complaint; that it was opened stands on the record."""
    staff, now = _reader(request), clock.now()
    customer = open_record(staff, customer_no, now=now)
    row = get_object_or_404(ComplaintDocument, id=document_id, complaint_id=complaint_id, customer=customer)
    found, content = documents.open_document(document_id=row.pk, actor=Actor.of(staff), now=now)
    return _file(content.read(), found.content_type, found.name)


@login_required
@require_safe
def issued_file(request: HttpRequest, customer_no: str, issued_id: int) -> HttpResponse:
    """Send a document that was issued to the customer; that it was opened stands on the record."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    now = clock.now()
    customer = open_record(staff, customer_no, now=now)
    row = get_object_or_404(IssuedDocument, id=issued_id, customer=customer)
    found, content = keeping.open_document(document_id=row.pk, actor=Actor.of(staff), now=now)
    return _file(content.read(), "application/pdf", f"{found.reference}.pdf")


@login_required
@require_safe
def pack_file(request: HttpRequest, customer_no: str, pack_id: int) -> HttpResponse:
    """Send an evidence pack that is ready; that it was opened stands on the record."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    if not staff.may(packs.ACTION):
        raise PermissionDenied
    now = clock.now()
    customer = open_record(staff, customer_no, now=now)
    row = get_object_or_404(EvidencePack, id=pack_id, customer=customer)
    if row.state != "ready":
        raise Http404
    found, content = packs.open_pack(pack_id=row.pk, actor=Actor.of(staff), now=now)
    return _file(content.read(), "application/pdf", f"evidence-{customer.customer_no}-{found.pk}.pdf")


def _file(body: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response
