"""Closing the case of a record that owes nothing overdue and has nothing open, and opening it again."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from collections_app.domain import stages
from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.ownership.pools import Pool
from collections_app.models import Arrangement, Case, ClaimAssignment, Complaint, Conversation, Customer, HandOff, Hold
from collections_app.services import derivation, records


def close_if_done_within(*, customer: Customer, now: datetime) -> bool:
    """Close the open case when nothing is overdue and nothing else is open; derives. Return whether it closed.

    The caller holds the lock and has derived. Open hand-offs, complaints, holds, plans and calls keep a case open, but
    for the holds and plans of an account whose claim was assigned: they are somebody else's; and for the stop of a
    channel, a wish that lasts.
    """
    if not customer.case_number or customer.overdue_fen > 0:
        return False
    still_open = (
        HandOff.objects.filter(customer=customer, state__in=STILL_OPEN).exists()
        or Complaint.objects.filter(customer=customer, closed_at__isnull=True).exists()
        or _ours(Hold.objects.filter(customer=customer, released_at=None, channel="").exclude(ends_at__lte=now))
        or _ours(Arrangement.objects.filter(customer=customer, state__in=IN_FORCE))
        or Conversation.objects.filter(customer=customer, ended_at__isnull=True).exists()
    )
    if still_open:
        return False
    case = Case.objects.get(customer=customer, closed_at__isnull=True)
    case.closed_at = now
    sold = ClaimAssignment.objects.filter(customer=customer, at__gte=case.opened_at).exists()
    case.close_reason = "assigned" if sold else "cured"
    case.save(update_fields=["closed_at", "close_reason"])
    customer.case_number = ""
    customer.save(update_fields=["case_number"])
    records.append(
        customer=customer,
        kind="case.closed",
        actor=records.SYSTEM,
        now=now,
        payload={"case": case.number, "reason": case.close_reason},
    )
    derivation.derive(customer=customer, now=now)
    return True


def _ours(rows: QuerySet[Any]) -> bool:
    """Return whether any of these holds or plans is of the record or of an account that is still the bank's."""
    return rows.exclude(account__placement=Pool.ASSIGNED).exists()


def reopen_within(*, customer: Customer, closed_since: datetime, now: datetime) -> bool:
    """Open the last case again because the money that closed it bounced; derives. Return whether it did.

    The caller holds the lock and has derived. A case closed before ``closed_since`` was closed by something else:
    the next nightly file opens a case for whoever is delinquent without one.
    """
    if customer.case_number or not any(
        stages.is_delinquent(account.stage) and account.overdue_fen
        for account in customer.accounts.exclude(placement=Pool.ASSIGNED)
    ):
        return False
    case = Case.objects.filter(customer=customer, closed_at__gte=closed_since).order_by("-closed_at").first()
    if case is None:
        return False
    case.closed_at = None
    case.close_reason = ""
    case.reopened += 1
    case.save(update_fields=["closed_at", "close_reason", "reopened"])
    customer.case_number = case.number
    customer.save(update_fields=["case_number"])
    records.append(
        customer=customer, kind="case.reopened", actor=records.SYSTEM, now=now, payload={"case": case.number}
    )
    derivation.derive(customer=customer, now=now)
    return True
