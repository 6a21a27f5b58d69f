"""The assignment of a claim: it can not be taken back, so two people of the bank say it."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Account, Approval, Customer
from collections_app.services import legal_steps, records, refusal_texts
from collections_app.services.approval_kinds.base import ApprovalKind, Line, risk_line
from collections_app.services.errors import RefusedError


class ClaimAssignmentKind(ApprovalKind):
    """``subject`` is ``assignment:<account>``; the payload names the assignee, how they are reached, and both days."""

    term = Term(legal_steps.KIND, "债权转让", "Assignment of a claim")
    ask_action = legal_steps.ACTION
    decide_action = "assignment.approve"

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when it is assigned already, or the debtor has not been told."""
        if approval.customer is None:
            raise RefusedError("no_such_record")
        legal_steps.check_assignment(
            customer=approval.customer, account_id=approval.account_id, payload=approval.payload, now=now
        )

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Record it."""
        if customer is None:
            raise RefusedError("no_such_record")
        legal_steps.assign_within(customer=customer, approval=approval, actor=actor, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Say which account goes to whom, when, and when the debtor was told."""
        account = Account.objects.filter(id=approval.account_id or 0).first()
        if account is None:
            return []
        payload = approval.payload
        # Its amounts are gone with the file's row: whoever decides must find the account in the agreement.
        gone = [Line(_("In the core"), _("No longer in the core's file: see that the agreement names it."))]
        days = {name: date.fromisoformat(payload[name]) for name in ("assigned_on", "notified_on")}
        return [
            Line(_("Account"), f"{account.get_product_display()} {account.tail}"),
            risk_line(account),
            *(gone if account.closed_in_core else []),
            Line(_("Assignee"), f"{payload['assignee']} · {payload['reached_by']}"),
            Line(_("Assigned on"), refusal_texts.day_text(days["assigned_on"])),
            Line(_("Debtor told on"), refusal_texts.day_text(days["notified_on"])),
            Line(_("Effect"), _("The account is silent for good: nobody here contacts for it or takes money for it.")),
        ]
