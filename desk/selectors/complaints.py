"""Complaints in lists and on their page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from collections_app.domain.complaints import RUNS, days_left
from collections_app.models import (
    Approval,
    Complaint,
    ComplaintReceipt,
    Customer,
    EvidencePack,
    PowerOfAttorney,
    Recusal,
    Staff,
)
from collections_app.selectors import records

# How long an ended complaint stands in the list.
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint of a list: where it came from first, and how many whole days are left to answer it."""

    complaint: Complaint
    sources: list[str]
    days_left: int
    runs: bool


def _rows(staff: Staff, now: datetime) -> QuerySet[Complaint]:
    receipts = ComplaintReceipt.objects.only("complaint_id", "source", "received_at").order_by("id")
    rows = Complaint.objects.filter(customer__in=records.scoped(staff, now=now))
    return rows.select_related("customer__branch", "handoff__accepted_by", "account").prefetch_related(
        Prefetch("receipts", queryset=receipts), "documents"
    )


def _as_row(complaint: Complaint, now: datetime) -> Row:
    sources = list(dict.fromkeys(receipt.source for receipt in complaint.receipts.all()))
    return Row(complaint, sources, days_left(due_at=complaint.due_at, now=now), complaint.state in RUNS)


def open_ones(staff: Staff, *, now: datetime) -> QuerySet[Complaint]:
    """Return the open complaints within a person's scope, the soonest due first."""
    return _rows(staff, now).filter(closed_at__isnull=True).order_by("due_at", "id")


def closed_ones(staff: Staff, *, now: datetime) -> QuerySet[Complaint]:
    """Return the complaints that have ended lately, the last first."""
    return _rows(staff, now).filter(closed_at__gte=now - LATELY).order_by("-closed_at", "-id")


def rows_of(complaints: Iterable[Complaint], *, now: datetime) -> list[Row]:
    """Return complaints as a list shows them."""
    return [_as_row(each, now) for each in complaints]


def of_record(customer: Customer, *, now: datetime) -> list[Row]:
    """Return the open complaints of a record, the soonest due first."""
    receipts = Prefetch("receipts", queryset=ComplaintReceipt.objects.only("complaint_id", "source").order_by("id"))
    rows = Complaint.objects.filter(customer=customer, closed_at__isnull=True).prefetch_related(receipts)
    return [_as_row(row, now) for row in rows.order_by("due_at", "id")]


@dataclass
class Page:
    """One complaint as its page shows it."""

    complaint: Complaint
    now: datetime

    @cached_property
    def days_left(self) -> int:
        """Whole calendar days left to answer; below zero once overdue."""
        return days_left(due_at=self.complaint.due_at, now=self.now)

    @property
    def runs(self) -> bool:
        """Whether a clock is running."""
        return self.complaint.state in RUNS

    @cached_property
    def receipts(self) -> list[ComplaintReceipt]:
        """Each time it came in, the first one first."""
        return list(self.complaint.receipts.select_related("recorded_by").order_by("id"))

    @cached_property
    def powers(self) -> list[PowerOfAttorney]:
        """Who says they speak for the customer."""
        rows = PowerOfAttorney.objects.filter(complaint=self.complaint)
        return list(rows.select_related("checked_by", "document").order_by("id"))

    @cached_property
    def recusals(self) -> list[Recusal]:
        """Whom it keeps away."""
        rows = Recusal.objects.filter(complaint=self.complaint)
        return list(rows.select_related("staff", "agency", "ended_by").order_by("id"))

    @cached_property
    def approval(self) -> Approval | None:
        """A request for more time that waits."""
        rows = Approval.objects.filter(
            customer_id=self.complaint.customer_id, kind="complaint_extension", state="pending"
        )
        return rows.filter(subject__startswith=f"complaint:{self.complaint.pk}:").select_related("asked_by").first()


def packs(customer: Customer) -> QuerySet[EvidencePack]:
    """Return the evidence packs of a record, the newest first."""
    return EvidencePack.objects.filter(customer=customer).select_related("asked_by").order_by("-id")
