"""Ending a hold before its time, asked for by somebody who may not end it alone."""

from datetime import datetime

from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, Customer, Hold
from collections_app.selectors import codes
from collections_app.services import holds, records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError


class HoldReleaseKind(ApprovalKind):
    """``subject`` is ``hold:<id>``."""

    term = Term("hold_release", "提前恢复", "Release of a hold")
    ask_action = "hold.place"
    decide_action = "hold.release"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the hold is not in force any more, or ends with what it came with."""
        hold = _hold(approval)
        if hold is None or hold.customer_id != approval.customer_id:
            raise RefusedError("no_such_hold")
        holds.check_releasable(hold=hold, now=now)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Release the hold."""
        hold = _hold(approval)
        if hold is None or customer is None:
            raise RefusedError("no_such_hold")
        holds.release_within(customer=customer, hold=hold, reason=f"approval:{approval.id}", actor=actor, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Say which hold."""
        hold = _hold(approval)
        name = codes.name_of("holds", hold.kind) if hold else "—"
        return [Line(_("Hold"), name)]


def _hold(approval: Approval) -> Hold | None:
    return Hold.objects.filter(id=int(approval.subject.partition(":")[2])).first()
