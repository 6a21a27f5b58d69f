"""Agreeing a plan, and letting something off: at once within one's own authority, else asked for."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.services import clock, plan_proposals, waivers
from desk.forms.arrangement import PlanForm, WaiverForm
from desk.views.writes.approval import AskView


class _WithinAuthorityView(AskView):
    """A form whose input is written at once, or goes to somebody with more authority."""

    def initial(self) -> dict[str, Any]:
        """Begin with the account that is worst."""
        return {"account": str(self.customer.stage_account_id or "")}

    def common(self, form: Any) -> dict[str, Any]:
        """Return what both services take."""
        values = form.cleaned_data
        return {
            "customer_id": self.customer.id,
            "account_id": int(values["account"]),
            "terms": form.terms(),
            "reason": values["reason"],
            "documents": [values["document"]] if values["document"] else [],
            "actor": self.actor,
            "seen_version": values["seen_version"],
            "now": clock.now(),
        }

    def say(self, asked: bool) -> None:
        """Tell whether it is done, or waits."""
        text = (
            gettext("Beyond your authority: it waits in the approval inbox.")
            if asked
            else gettext("Recorded and in force.")
        )
        messages.success(self.request, text)


class PlanView(_WithinAuthorityView):
    """A plan agreed with the customer."""

    action = plan_proposals.ACTION
    title = _("Agree a plan")
    button = _("Agree, or ask if beyond my authority")
    form_class = PlanForm

    def extra(self) -> dict[str, Any]:
        """Say what a plan does."""
        return {"about_text": _("A plan in force stops collection of the account, for everybody, until it is broken.")}

    def write(self, form: Any) -> str | None:
        """Agree it, or ask."""
        self.say(plan_proposals.agree_or_ask(**self.common(form)) is not None)
        return None


class WaiverView(_WithinAuthorityView):
    """What the customer is let off."""

    action = waivers.ACTION
    title = _("Waiver")
    button = _("Grant, or ask if beyond my authority")
    form_class = WaiverForm

    def extra(self) -> dict[str, Any]:
        """Say what a waiver does."""
        return {
            "about_text": _(
                "The amounts on the record change when the core has booked it. "
                "Nothing is said of it before it is granted."
            )
        }

    def write(self, form: Any) -> str | None:
        """Grant it, or ask."""
        self.say(waivers.grant_or_ask(**self.common(form)) is not None)
        return None
