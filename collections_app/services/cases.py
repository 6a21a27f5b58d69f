"""Closing the case of a record that owes nothing overdue and has nothing open, and opening it again."""

from datetime import datetime

from collections_app.domain import stages
from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.models import Arrangement, Case, Complaint, Conversation, Customer, HandOff, Hold
from collections_app.services import derivation, records


def close_if_done_within(*, customer: Customer, now: datetime) -> bool:
    """Close the open case when nothing is overdue and nothing else is open; derives. Return whether it closed.

    The caller holds the lock and has derived. Open hand-offs, complaints, holds, plans and calls keep a case open.
    """
    if not customer.case_number or customer.overdue_fen > 0:
        return False
    still_open = (
        HandOff.objects.filter(customer=customer, state__in=STILL_OPEN).exists()
        or Complaint.objects.filter(customer=customer, closed_at__isnull=True).exists()
        or Hold.objects.filter(customer=customer, released_at__isnull=True).exclude(ends_at__lte=now).exists()
        or Arrangement.objects.filter(customer=customer, state__in=IN_FORCE).exists()
        or Conversation.objects.filter(customer=customer, ended_at__isnull=True).exists()
    )
    if still_open:
        return False
    case = Case.objects.get(customer=customer, closed_at__isnull=True)
    case.closed_at = now
    case.close_reason = "cured"
    case.save(update_fields=["closed_at", "close_reason"])
    customer.case_number = ""
    customer.save(update_fields=["case_number"])
    records.append(
        customer=customer,
        kind="case.closed",
        actor=records.SYSTEM,
        now=now,
        payload={"case": case.number, "reason": "cured"},
    )
    derivation.derive(customer=customer, now=now)
    return True


def reopen_within(*, customer: Customer, closed_since: datetime, now: datetime) -> bool:
    """Open the last case again because the money that closed it bounced; derives. Return whether it did.

    The caller holds the lock and has derived. A case closed before ``closed_since`` was closed by something else:
    the next nightly file opens a case for whoever is delinquent without one.
    """
    if customer.case_number or not any(
        stages.is_delinquent(account.stage) and account.overdue_fen for account in customer.accounts.all()
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
