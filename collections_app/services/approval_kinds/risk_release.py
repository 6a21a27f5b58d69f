"""The end of a stop for risk to life: never by one person alone."""

from datetime import datetime

from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, Customer, Hold
from collections_app.selectors import codes
from collections_app.services import records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.emergencies import red_button


class RiskReleaseKind(ApprovalKind):
    """``subject`` is ``hold:<id>``."""

    term = Term("risk_release", "解除人身风险停催", "End of the stop for risk to life")
    ask_action = "hold.place"
    decide_action = "risk.release"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the stop has ended already."""
        red_button.check_releasable(hold=_hold(approval), now=now)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """End the stop."""
        hold = red_button.check_releasable(hold=_hold(approval), now=now)
        assert customer is not None
        red_button.release_within(customer=customer, hold=hold, reason=f"approval:{approval.id}", actor=actor, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Say what ends."""
        hold = _hold(approval)
        return [Line(_("Hold"), codes.name_of("holds", hold.kind) if hold else "—")]


def _hold(approval: Approval) -> Hold | None:
    rows = Hold.objects.filter(id=int(approval.subject.partition(":")[2]), customer=approval.customer)
    return rows.first()
