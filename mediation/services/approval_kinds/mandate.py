"""A mandate of the bank's representative."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.domain.approvals import ApprovalState, has_authority
from collections_app.domain.money import yuan_text
from collections_app.domain.terms import Term
from collections_app.models import Approval, Customer, Staff
from collections_app.services import records
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError
from mediation.services import mandates


class MandateKind(ApprovalKind):
    """``subject`` is ``mandate:<id>``. Neither request nor history carries a figure; only its readers see them."""

    term = Term(mandates.KIND, "代表授权", "Mandate of a representative")
    ask_action = "mandate.propose"
    decide_action = "mandate.approve"
    words_on_record: ClassVar[bool] = False

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the mandate does not wait any more, or its talks have ended."""
        if not mandates.still_asked(mandates.of_approval(approval)):
            raise RefusedError("no_such_mandate")

    def within_authority(self, *, approval: Approval, staff: Staff, now: datetime) -> bool:
        """Return whether the largest waiver is within the person's own authority; nobody approves their own mandate."""
        mandate = mandates.of_approval(approval)
        if staff.id == mandate.representative_id:
            return False
        return has_authority(role=staff.role, amount_fen=mandate.limits.waiver_fen)

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Put the mandate in force."""
        if customer is None or actor.staff is None:
            raise RefusedError("no_such_record")
        mandates.approve_within(mandate=mandates.of_approval(approval), staff=actor.staff, now=now)

    def drop(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Take the mandate back."""
        mandates.drop_within(mandate=mandates.of_approval(approval))

    def facts(self, approval: Approval) -> Mapping[str, Any]:
        """Return the mandate's number, for the history."""
        return {"mandate": int(approval.subject.partition(":")[2])}

    def describe(self, approval: Approval) -> list[Line]:
        """Say whose mandate it is, without a figure."""
        return [Line(_("The bank's representative"), mandates.of_approval(approval).representative.name)]

    def describe_to(self, approval: Approval, staff: Staff) -> list[Line]:
        """Show the figures to the representative, to who may decide while it waits, and to who has approved it."""
        mandate, lines = mandates.of_approval(approval), self.describe(approval)
        waits = approval.state == ApprovalState.PENDING and staff.may(self.decide_action)
        if staff.id not in {mandate.representative_id, mandate.approved_by_id} and not waits:
            return [
                *lines,
                Line(pgettext("of a mandate", "Figures"), _("only the representative and who approves read them")),
            ]
        limits = mandate.limits
        return [
            *lines,
            Line(_("Largest waiver"), f"{yuan_text(limits.waiver_fen)} · {limits.waiver_percent} %"),
            Line(_("Longest term"), _("%(months)s months") % {"months": limits.months}),
            Line(_("Floor"), yuan_text(limits.floor_fen)),
            Line(_("Why"), mandate.reason),
        ]
