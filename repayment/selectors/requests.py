"""What a customer has asked for or said, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.models import Complaint, ComplaintDocument, HandOff, HandOffPaper, HandOffReply
from repayment.domain.requests import Standing, standing

MOST = 50


@dataclass(frozen=True, slots=True)
class Request:
    """One request as its customer sees it."""

    handoff: HandOff
    standing: Standing
    replies: list[HandOffReply]
    papers: list[HandOffPaper]
    result: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the bank still owes something, so that more can be handed in."""
        return self.handoff.state in STILL_OPEN

    @property
    def has_a_day(self) -> bool:
        """Whether a day is named by which it is answered: while it waits for the customer none runs."""
        return self.is_open and self.handoff.waiting_since is None


def of_customer(*, customer_id: int, most: int = MOST) -> list[Request]:
    """Return the customer's requests, the newest first, in three queries.

    A complaint that was taken in is told by its own state and days, not by the work it is to a department.
    """
    taken_in = Complaint.objects.filter(Q(handoff=OuterRef("pk")) | Q(review_handoff=OuterRef("pk")))
    rows = HandOff.objects.filter(~Exists(taken_in), customer_id=customer_id, from_department="customer")
    rows = rows.select_related("claim", "power", "account").prefetch_related("papers", "replies")
    return [_request(handoff) for handoff in rows.order_by("-id")[:most]]


def _request(handoff: HandOff) -> Request:
    replies, papers = list(handoff.replies.all()), list(handoff.papers.all())
    claim, power = getattr(handoff, "claim", None), getattr(handoff, "power", None)
    result = ""
    if claim is not None and claim.state != "open":
        result = f"claim_{claim.state}"
    elif power is not None and power.state != "unchecked":
        result = f"power_{power.state}"
    return Request(
        handoff, standing(state=handoff.state, answered=bool(replies or result)), replies, papers, result
    )  # fmt: skip


def letters(*, customer_id: int, now: datetime) -> dict[int, list[ComplaintDocument]]:
    """Return what the bank has written and delivered about each complaint, by the complaint's id. One query."""
    rows = ComplaintDocument.objects.filter(customer_id=customer_id, added_at__lte=now).exclude(way="")
    found: dict[int, list[ComplaintDocument]] = {}
    for row in rows.filter(copy_of__isnull=True).order_by("id"):
        if row.text:
            found.setdefault(row.complaint_id, []).append(row)
    return found
