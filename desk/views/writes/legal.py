"""Legal's own forms: a step before the courts, and the assignment of a claim, which a second person approves."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collections_app.services import approvals, clock, legal_steps
from desk.forms.legal import AssignClaimForm, LegalStepForm
from desk.views.writes.approval import AskView
from desk.views.writes.base import WriteView


class LegalStepView(WriteView):
    """Where an account stands before the courts."""

    action = legal_steps.ACTION
    title = _("Legal state of an account")
    button = _("Record it")
    form_class = LegalStepForm

    def initial(self) -> dict[str, Any]:
        """Begin with the account that is worst, and today."""
        return {"account": str(self.customer.stage_account_id or ""), "on": timezone.localdate(clock.now())}

    def extra(self) -> dict[str, Any]:
        """Say what it brings."""
        return {
            "about_text": _(
                "From preservation or filing on the account is held for the court and is legal's. A suit or a payment "
                "order that is filed interrupts limitation. What is paid off, withdrawn or dismissed is the court's no "
                "more."
            )
        }

    def write(self, form: Any) -> str | None:
        """Record it."""
        legal_steps.record(
            customer_id=self.customer.pk,
            account_id=int(form.cleaned_data["account"]),
            step=form.step(),
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class AssignClaimView(AskView):
    """A claim that belongs to somebody else now."""

    action = legal_steps.ACTION
    title = _("Assignment of the claim")
    form_class = AssignClaimForm

    def extra(self) -> dict[str, Any]:
        """Say that it is for good."""
        return {
            "about_text": _(
                "Once somebody else has approved it the account is silent for good: no contact, no money taken. Who "
                "asks is referred to the assignee. Send the notice of assignment first."
            )
        }

    def write(self, form: Any) -> str | None:
        """Ask for it."""
        values = form.cleaned_data
        approvals.ask(
            kind=legal_steps.KIND,
            subject=f"assignment:{values['account']}",
            reason=values["reason"],
            customer_id=self.customer.pk,
            account_id=int(values["account"]),
            seen_version=values["seen_version"],
            payload={
                "assignee": values["assignee"].strip(),
                "reached_by": values["reached_by"].strip(),
                "assigned_on": values["assigned_on"].isoformat(),
                "notified_on": values["notified_on"].isoformat(),
            },
            documents=[values["document"]] if values["document"] else [],
            actor=self.actor,
            now=clock.now(),
        )
        return None
