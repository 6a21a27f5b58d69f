"""Recusal: whoever a complaint is about is kept away from that customer at once, and until a person ends it.

Every write of a record refuses a recused person at its one door (``records.append``), every list and page leaves the
record out for them (``selectors.records.scoped``), and the database gives them no account of it.
"""

from datetime import datetime

from django.db import transaction

from collections_app.domain.worklists.claims import ClaimEnd
from collections_app.models import (
    Account,
    CaseClaim,
    Complaint,
    Conversation,
    Customer,
    HandOff,
    MachineClient,
    Placement,
    Recusal,
    Staff,
)
from collections_app.selectors import lines
from collections_app.services import records
from collections_app.services.errors import RefusedError
from collections_app.services.lines import lease
from collections_app.services.machines import placements


def begin_staff_within(
    *, customer: Customer, complaint: Complaint, staff: Staff, actor: records.Actor, now: datetime
) -> Recusal | None:
    """Keep a colleague away from a record from now on: their call, claim, accounts and hand-offs of it end.

    The caller has locked the record, and derives. What they had becomes nobody's, for somebody else to take. Written
    by the machine: the actor may be the one who is recused, and writes nothing any more.
    """
    if staff.id in customer.recused_staff:
        return None
    recusal = Recusal.objects.create(customer=customer, staff=staff, complaint=complaint, since=now)
    customer.recused_staff = [*customer.recused_staff, staff.id]
    if customer.adviser_id == staff.id:
        customer.adviser = None
    customer.save(update_fields=["recused_staff", "adviser"])
    call = Conversation.objects.filter(lines.OPEN, customer=customer, staff=staff).first()
    if call is not None:
        lease.interrupt_within(customer=customer, conversation=call, why="recused", actor=records.SYSTEM, now=now)
    CaseClaim.objects.filter(customer=customer, staff=staff, ended_at__isnull=True).update(
        ended_at=now, end=ClaimEnd.RELEASED
    )
    open_work = HandOff.objects.filter(customer=customer, closed_at__isnull=True)
    open_work.filter(accepted_by=staff).update(accepted_by=None, accepted_at=None)
    open_work.filter(escalated_to=staff).update(escalated_to=None)
    _give_up_accounts(customer, staff, now)
    records.append(
        customer=customer,
        kind="recusal.began",
        actor=records.SYSTEM,
        now=now,
        payload={"recusal": recusal.pk, "complaint": complaint.pk, "staff": staff.id, "by": _id_of(actor)},
    )
    return recusal


def _give_up_accounts(customer: Customer, staff: Staff, now: datetime) -> None:
    for account in Account.objects.filter(customer=customer, owner=staff).order_by("id"):
        account.owner = None
        account.save(update_fields=["owner"])
        records.append(
            customer=customer,
            kind="account.owner_changed",
            actor=records.SYSTEM,
            now=now,
            account_id=account.pk,
            payload={"from": staff.id, "to": None, "reason": "recused"},
        )


def begin_agency_within(
    *, customer: Customer, complaint: Complaint, agency: MachineClient, actor: records.Actor, now: datetime
) -> Recusal | None:
    """Keep an agency away from a record: its accounts are called back and cannot be placed with it again.

    The caller has locked the record, and derives.
    """
    if Recusal.objects.filter(customer=customer, agency=agency, ended_at__isnull=True).exists():
        return None
    recusal = Recusal.objects.create(customer=customer, agency=agency, complaint=complaint, since=now)
    placed = Placement.objects.filter(customer=customer, client=agency, recalled_at__isnull=True)
    placements.recall_within(
        customers={customer.id: customer},
        found=list(placed.select_related("account").order_by("id")),
        reason="recused",
        actor=records.SYSTEM,
        now=now,
    )
    records.append(
        customer=customer,
        kind="recusal.began",
        actor=records.SYSTEM,
        now=now,
        payload={"recusal": recusal.pk, "complaint": complaint.pk, "agency": agency.pk, "by": _id_of(actor)},
    )
    return recusal


@transaction.atomic(durable=True)
def end(*, recusal_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime) -> Recusal:
    """End a recusal, with the reason. What was given up stays given up.

    Raise RefusedError when it has ended, the reason is missing, or the complaint has not been answered yet.
    """
    row = Recusal.objects.filter(id=recusal_id).values_list("customer_id", flat=True).first()
    if row is None:
        raise RefusedError("no_such_recusal")
    customer = records.lock(customer_id=row, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="recusal.end")
    records.check_may(actor=actor, action="recusal.end")
    recusal = Recusal.objects.select_related("complaint").get(id=recusal_id)
    if recusal.ended_at is not None:
        raise RefusedError("no_such_recusal")
    if recusal.complaint.answered_at is None and recusal.complaint.closed_at is None:
        raise RefusedError("recusal_until_answered")
    if not reason.strip():
        raise RefusedError("reason_missing")
    recusal.ended_at, recusal.ended_by = now, actor.staff
    recusal.save(update_fields=["ended_at", "ended_by"])
    if recusal.staff_id is not None:
        customer.recused_staff = [item for item in customer.recused_staff if item != recusal.staff_id]
        customer.save(update_fields=["recused_staff"])
    records.append(
        customer=customer,
        kind="recusal.ended",
        actor=actor,
        now=now,
        payload={"recusal": recusal.pk, "staff": recusal.staff_id, "agency": recusal.agency_id},
        text=reason.strip(),
    )
    return recusal


def _id_of(actor: records.Actor) -> int | None:
    return actor.staff.id if actor.staff else None
