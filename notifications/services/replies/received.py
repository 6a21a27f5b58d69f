"""A reply on one record, as the acts that follow from it see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collections_app.models import Customer
from notifications.domain.replies import Finding
from notifications.models import Reply

Brought = list[dict[str, Any]]
_SELF = "self"


@dataclass(frozen=True, slots=True)
class Received:
    """A reply on one record: what was read in it, and whose records are locked beside."""

    reply: Reply
    customer: Customer
    others: Sequence[Customer]
    findings: Sequence[Finding]
    answered_by_provider: str
    now: datetime

    @property
    def account_id(self) -> int | None:
        """The account the answered message spoke of, else the one that gives the record its stage."""
        message = self.reply.message
        return (message.account_id if message else None) or self.customer.stage_account_id

    @property
    def is_own(self) -> bool:
        """Whether the number is the customer's own: what others say is read by a person."""
        point = self.reply.contact_point
        return point is not None and point.relation == _SELF
