"""Taking a complaint in: in one transaction its clock, its hold, the check of authority and the recusal."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db import transaction

from collections_app.domain import complaints as rules
from collections_app.domain.complaint_intake import Intake
from collections_app.domain.complaints import CONDUCT, UNANSWERED, ComplaintState
from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.domain.machines.clients import ClientKind
from collections_app.domain.typed import harmless, plain
from collections_app.models import (
    Account,
    Complaint,
    ComplaintReceipt,
    Customer,
    HandOff,
    MachineClient,
    Staff,
)
from collections_app.selectors import codes
from collections_app.services import derivation, handoffs, records
from collections_app.services.complaints import documents, powers, recusals
from collections_app.services.errors import RefusedError
from collections_app.services.handing import clocks, holds_with

# A complaint that comes in again joins the one that is still being worked on.
JOINS = UNANSWERED | {ComplaintState.REVIEW_ASKED}
_OLDEST = timedelta(days=366)
MOST_DOCUMENTS = 5
_LEVELS = ("ordinary", "complex", "major_3", "major_2", "major_1")


@transaction.atomic(durable=True)
def take(
    *,
    customer_id: int,
    given: Intake,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    papers: Sequence[File[bytes]] = (),
    power_paper: File[bytes] | None = None,
) -> Complaint:
    """Take a complaint in, or join it to the open one of the same cause and account; return the complaint.

    Its 15 calendar days run from when the bank received it. Whoever it is about is recused last: they may be the one
    who wrote it down, and write nothing of this record any more. Raise RefusedError when something is missing or on
    no list, NotAllowedError when the role may not.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="complaint.take")
    records.check_may(actor=actor, action="complaint.take")
    complaint = take_within(
        customer=customer, given=given, actor=actor, now=now, papers=papers, power_paper=power_paper
    )
    derivation.derive(customer=customer, now=now)
    return complaint


def take_within(
    *,
    customer: Customer,
    given: Intake,
    actor: records.Actor,
    now: datetime,
    papers: Sequence[File[bytes]] = (),
    power_paper: File[bytes] | None = None,
) -> Complaint:
    """Take a complaint in on a record the caller has locked, or join it to the open one; the caller derives.

    Raise RefusedError when something is missing or on no list.
    """
    _check(customer, given, papers, now)
    complaint = open_one(customer=customer, cause=given.cause, account_id=given.account_id)
    if complaint is None:
        complaint = _begin(customer, given, actor, now)
    else:
        _join(customer, complaint, given, actor, now)
    for paper in papers:
        documents.keep_within(customer=customer, complaint=complaint, kind="received", file=paper, actor=actor, now=now)
    if given.representative is not None:
        powers.record_within(
            customer=customer, complaint=complaint, given=given.representative, paper=power_paper, actor=actor, now=now
        )
    _recuse(customer, complaint, given, actor, now)
    return complaint


def open_one(*, customer: Customer, cause: str, account_id: int | None) -> Complaint | None:
    """Return the complaint that another of that cause and account would be joined to, or None."""
    rows = Complaint.objects.filter(customer=customer, cause=cause, state__in=sorted(JOINS)).order_by("id")
    return next((row for row in rows if account_id is None or row.account_id in {None, account_id}), None)


def _check(customer: Customer, given: Intake, papers: Sequence[File[bytes]], now: datetime) -> None:
    lists = [
        ("complaint_sources", given.source),
        ("complaint_causes", given.cause),
        ("complaint_levels", given.level),
        *(("complaint_markers", marker) for marker in given.markers),
        *([("complaint_kinds", given.sub_kind)] if given.sub_kind else []),
    ]
    for name, code in lists:
        row = codes.seen().terms(name).get(code)
        if row is None or not row.active:
            raise RefusedError("no_such_code", list=name)
    if (given.cause == CONDUCT) != bool(given.sub_kind):
        raise RefusedError("complaint_kind_missing")
    if not plain(given.text) or not plain(given.demand):
        raise RefusedError("complaint_words_missing")
    if given.received_at > now or given.received_at < now - _OLDEST:
        raise RefusedError("complaint_day_impossible")
    if given.account_id is not None and not Account.objects.filter(id=given.account_id, customer=customer).exists():
        raise RefusedError("no_such_account")
    if given.representative is not None and not given.representative.name.strip():
        raise RefusedError("representative_missing")
    if len(papers) > MOST_DOCUMENTS:
        raise RefusedError("approval_too_many_documents", most=MOST_DOCUMENTS)


def _begin(customer: Customer, given: Intake, actor: records.Actor, now: datetime) -> Complaint:
    handoff = _adopted(customer, given) if given.handoff_id is not None else None
    # The clock runs from when the bank first had it in its hands, by whatever department.
    received_at = min(given.received_at, handoff.opened_at) if handoff else given.received_at
    handoff = handoff or handoffs.open_within(
        customer=customer, kind="complaint", actor=actor, now=now, account_id=given.account_id
    )
    due_at = rules.due_at(received_at=received_at, extensions=0)
    complaint = Complaint.objects.create(
        customer=customer,
        account_id=given.account_id,
        handoff=handoff,
        cause=given.cause,
        sub_kind=given.sub_kind,
        level=given.level,
        markers=list(dict.fromkeys(given.markers)),
        text=harmless(given.text).strip(),
        demand=harmless(given.demand).strip(),
        received_at=received_at,
        due_at=due_at,
        taken_by=actor.staff,
        taken_at=now,
    )
    clocks.due_by(customer=customer, handoff=handoff, start=received_at, due_at=due_at, now=now)
    _receive(complaint, given, actor, now)
    _tell(customer, complaint, "complaint.taken", given, actor, now)
    kind = HoldKind.COMPLAINT_CONDUCT if given.cause == CONDUCT else HoldKind.COMPLAINT_OTHER
    holds_with.place_within(customer=customer, handoff=handoff, actor=actor, now=now, kind=kind)
    return complaint


def _adopted(customer: Customer, given: Intake) -> HandOff:
    """Return the hand-off by which the complaint was passed on: open, and of no other complaint."""
    handoff = HandOff.objects.filter(
        id=given.handoff_id or 0,
        customer=customer,
        kind="complaint",
        state__in=sorted(STILL_OPEN),
        complaint__isnull=True,
    ).first()
    if handoff is None:
        raise RefusedError("no_such_handoff")
    return handoff


def _join(customer: Customer, complaint: Complaint, given: Intake, actor: records.Actor, now: datetime) -> None:
    """Add a receipt to the open complaint: the clock stays the first one's, level and markers only rise."""
    _receive(complaint, given, actor, now)
    complaint.level = max(complaint.level, given.level, key=_severity)
    complaint.markers = list(dict.fromkeys([*complaint.markers, *given.markers]))
    complaint.save(update_fields=["level", "markers"])
    if given.handoff_id is not None:
        handoffs.close_within(
            customer=customer,
            handoff=_adopted(customer, given),
            state=HandOffState.DONE,
            actor=actor,
            now=now,
            result="joined",
        )
    _tell(customer, complaint, "complaint.joined", given, actor, now)


def _severity(level: str) -> int:
    """Ordinary below complex below major, and of the major ones class I above III; a bank's own above them all."""
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


def _receive(complaint: Complaint, given: Intake, actor: records.Actor, now: datetime) -> None:
    ComplaintReceipt.objects.create(
        complaint=complaint,
        customer_id=complaint.customer_id,
        source=given.source,
        reference=harmless(given.reference).strip(),
        text=harmless(given.text).strip(),
        demand=harmless(given.demand).strip(),
        received_at=given.received_at,
        recorded_by=actor.staff,
        department=actor.department,
        recorded_at=now,
    )


def _tell(
    customer: Customer, complaint: Complaint, kind: str, given: Intake, actor: records.Actor, now: datetime
) -> None:
    records.append(
        customer=customer,
        kind=kind,
        actor=actor,
        now=now,
        account_id=complaint.account_id,
        payload={
            "complaint": complaint.pk,
            "handoff": complaint.handoff_id,
            "cause": complaint.cause,
            "sub_kind": complaint.sub_kind,
            "source": given.source,
            "level": complaint.level,
            "markers": complaint.markers,
            "due_at": complaint.due_at.isoformat(),
            "represented": given.representative is not None,
        },
        text=f"{given.text.strip()}\n{given.demand.strip()}",
    )


def _recuse(customer: Customer, complaint: Complaint, given: Intake, actor: records.Actor, now: datetime) -> None:
    if given.agency_id is not None:
        agency = MachineClient.objects.filter(id=given.agency_id, kind=ClientKind.AGENCY).first()
        if agency is None:
            raise RefusedError("no_such_agency")
        recusals.begin_agency_within(customer=customer, complaint=complaint, agency=agency, actor=actor, now=now)
    if given.staff_id is not None:
        staff = Staff.objects.filter(id=given.staff_id, is_active=True).first()
        if staff is None:
            raise RefusedError("no_such_colleague")
        recusals.begin_staff_within(customer=customer, complaint=complaint, staff=staff, actor=actor, now=now)
