"""Agreeing a plan, and letting something off: at once within one's own authority, else asked for."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.domain.money import yuan_text
from collections_app.models import Arrangement
from collections_app.services import clock, form_keys, plan_endings, plan_proposals, waivers
from desk.forms import waiver_lines
from desk.forms.arrangement import AnnulForm, PlanForm, WaiverForm
from desk.views.writes.approval import AskView
from desk.views.writes.base import WriteView


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
        return {
            "about_text": _("A plan in force stops collection of the account, for everybody, until it is broken."),
            "previews": True,
        }

    def attempt(self, request: HttpRequest, sending: form_keys.Sent | None) -> HttpResponse:
        """Show the schedule and its cost when a preview is asked for, or one line more or less; these write nothing."""
        if waiver_lines.ADD in request.POST or waiver_lines.REMOVE in request.POST:
            typed = PlanForm(request.POST, customer=self.customer).typed()
            return self.show(PlanForm(customer=self.customer, initial=typed))
        if "preview" not in request.POST:
            return super().attempt(request, sending)
        form = self.form(request.POST)
        valid = form.is_valid()
        return self.show(form, status=200 if valid else 422, quote=form.quote)

    def write(self, form: Any) -> str | None:
        """Agree it, or ask."""
        self.say(plan_proposals.agree_or_ask(**self.common(form)) is not None)
        return None


class AnnulPlanView(WriteView):
    """Taking a plan back; what was in force before it is in force again."""

    action = plan_endings.ACTION
    title = _("Annul the plan")
    button = _("Annul")
    form_class = AnnulForm

    plan: Arrangement

    def open_row(self) -> None:
        """Load the plan of the address."""
        rows = Arrangement.objects.select_related("account")
        self.plan = get_object_or_404(rows, id=self.kwargs["plan_id"], customer=self.customer)

    def extra(self) -> dict[str, Any]:
        """Name the plan, and say what becomes of it."""
        account, lines = self.plan.account, list(self.plan.instalments.all())
        total = yuan_text(sum(line.amount_fen for line in lines))
        return {
            "about": f"{capfirst(account.get_product_display())} {account.tail} · {len(lines)} · {total}",
            "about_text": _(
                "The plan or promise it took the place of is in force again, if its time is not over. What was let "
                "off with it is owed again; what has been paid stays paid."
            ),
        }

    def write(self, form: Any) -> str | None:
        """Annul the plan of this record."""
        plan_endings.annul(
            plan_id=self.plan.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class PutScheduleBackView(AnnulPlanView):
    """Undoing what early money has made of a plan's schedule."""

    title = _("Put the schedule back")
    button = _("Put back")

    def extra(self) -> dict[str, Any]:
        """Name the plan, and say what becomes of its schedule and of the money."""
        return {
            **super().extra(),
            "about_text": _(
                "The last change that early money made is undone: that money pays the next instalments, and the "
                "interest it had saved is owed again. The customer is told."
            ),
        }

    def write(self, form: Any) -> str | None:
        """Put back the schedule before the last change."""
        plan_endings.put_schedule_back(
            plan_id=self.plan.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
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
