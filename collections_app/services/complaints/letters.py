"""Letters that came back, and letters nobody has delivered: work for somebody, and an alert until they have gone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import get_language, gettext

from collections_app.domain.complaints import BROUGHT, COMPLAINT_DOCUMENTS, LETTER_LIES, RETURNS
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.models import Alert, Branch, ComplaintDocument, Customer, HandOff
from collections_app.services import alerts, derivation, handoffs, records, sweeps
from collections_app.services.complaints.documents import HAND
from collections_app.services.errors import RefusedError

ALERT = "complaint_letter"
WORK = "document"


@transaction.atomic(durable=True)
def came_back(
    *,
    document_id: int,
    why: str,
    returned_on: date,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> ComplaintDocument:
    """Write down that a letter came back, and return the copy that waits to be delivered by another way.

    What went stays as it went. Customer service gets the work, and the branch an alert, at once. Raise RefusedError
    for a letter that has not gone, was handed over or came back before, and for a day before it went or to come.
    """
    row = ComplaintDocument.objects.filter(id=document_id).values_list("customer_id", flat=True).first()
    if row is None:
        raise RefusedError("no_such_document")
    customer = records.lock(customer_id=row, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="complaint.handle")
    records.check_may(actor=actor, action="complaint.handle")
    letter = ComplaintDocument.objects.select_related("complaint").get(id=document_id)
    if not letter.text or letter.way in {"", HAND} or ComplaintDocument.objects.filter(copy_of=letter).exists():
        raise RefusedError("letter_cannot_come_back")
    if why not in RETURNS:
        raise RefusedError("no_such_return")
    zone = ZoneInfo(customer.time_zone)
    if not letter.added_at.astimezone(zone).date() <= returned_on <= now.astimezone(zone).date():
        raise RefusedError("return_day_impossible")
    copy = ComplaintDocument.objects.create(
        complaint=letter.complaint,
        customer=customer,
        kind=letter.kind,
        name=letter.name,
        text=letter.text,
        content_type=letter.content_type,
        size=letter.size,
        sha256=letter.sha256,
        stored_as=letter.stored_as,
        added_by=actor.staff,
        added_at=now,
        copy_of=letter,
        returned_on=returned_on,
        return_reason=why,
    )
    records.append(
        customer=customer,
        kind="complaint.document",
        actor=actor,
        now=now,
        payload={"complaint": copy.complaint_id, "document": copy.pk, "kind": copy.kind, "returned": why},
    )
    _chase_within(customer, copy, actor, now)
    derivation.derive(customer=customer, now=now)
    _tell_branch(customer.branch, now)
    return copy


def _chase_within(customer: Customer, letter: ComplaintDocument, actor: records.Actor, now: datetime) -> None:
    language = get_language() or "zh-hans"
    why = RETURNS[letter.return_reason].text(language) if letter.return_reason else gettext("never delivered")
    text = gettext("Deliver the letter of complaint no. %(number)s by another way: %(letter)s, %(why)s.") % {
        "number": letter.complaint_id,
        "letter": COMPLAINT_DOCUMENTS[letter.kind].text(language),
        "why": why,
    }
    letter.handoff = handoffs.open_within(customer=customer, kind=WORK, actor=actor, now=now, text=text)
    letter.save(update_fields=["handoff"])


def lying(*, now: datetime) -> QuerySet[ComplaintDocument]:
    """Return the letters that came back or have lain too long, and have not gone since."""
    rows = ComplaintDocument.objects.filter(way="", complaint__closed_at__isnull=True).exclude(kind__in=BROUGHT)
    return rows.filter(copy_of__isnull=False) | rows.filter(added_at__lt=now - LETTER_LIES)


def watch(*, now: datetime) -> int:
    """Make work of every letter that lies too long, and return how many; raise, renew or clear the branches' alerts."""
    waiting = lying(now=now).filter(handoff__isnull=True).order_by("id")
    try:
        return sweeps.each(list(waiting.values_list("id", "customer_id")), lambda row: _chase(*row, now))
    finally:
        _tell_branches(now)


def _tell_branches(now: datetime) -> None:
    told = lying(now=now).order_by().values_list("customer__branch", flat=True).distinct()
    open_ones = Alert.objects.filter(kind=ALERT, resolved_at__isnull=True).values_list("branch", flat=True)
    for branch in Branch.objects.filter(id__in={*told, *open_ones}).order_by("id"):
        _tell_branch(branch, now)


@transaction.atomic(durable=True)
def _chase(letter_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    letter = lying(now=now).filter(id=letter_id, handoff__isnull=True).first()
    if letter is None:
        return False
    # One piece of work for all letters of a complaint that lie: whoever delivers one sees the others beside it.
    open_work = HandOff.objects.filter(state__in=[state.value for state in STILL_OPEN], customer=customer)
    other = ComplaintDocument.objects.filter(complaint=letter.complaint_id, handoff__in=open_work).first()
    if other is not None:
        letter.handoff_id = other.handoff_id
        letter.save(update_fields=["handoff"])
        return False
    _chase_within(customer, letter, records.SYSTEM, now)
    derivation.derive(customer=customer, now=now)
    return True


def _tell_branch(branch: Branch, now: datetime) -> None:
    found = lying(now=now).filter(customer__branch=branch).aggregate(letters=Count("id"), returned=Count("copy_of"))
    if found["letters"]:
        alerts.raise_alert(kind=ALERT, detail=found, now=now, branch=branch)
    else:
        alerts.clear(kind=ALERT, now=now, branch=branch)
