"""What interrupts limitation, and what guarantors stand for."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from collections_app.models import Guarantee, LimitationEvent
from collections_app.services import clock
from collections_app.services.clocks import recording
from collections_app.templatetags.terms import day, term
from desk.forms.clock import CallUponForm, GuaranteeForm, InterruptForm, RevokeForm
from desk.views.writes.base import WriteView


class InterruptView(WriteView):
    """Something that interrupted the limitation of an account."""

    action = recording.ACTION
    title = _("Limitation interrupted")
    button = _("Record it")
    form_class = InterruptForm

    def initial(self) -> dict[str, Any]:
        """Begin with the account the address names, else the worst one."""
        return {"account": self.request.GET.get("account", "") or str(self.customer.stage_account_id or "")}

    def write(self, form: Any) -> str | None:
        """Record it."""
        values = form.cleaned_data
        recording.interrupt(
            customer_id=self.customer.id,
            account_id=int(values["account"]),
            kind=values["kind"],
            on=values["on"],
            evidence=values["evidence"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class RevokeView(WriteView):
    """An interruption that was recorded wrongly."""

    action = recording.ACTION
    title = _("Revoke the interruption")
    button = _("Revoke")
    form_class = RevokeForm

    row: LimitationEvent

    def open_row(self) -> None:
        """Load the interruption of the address."""
        rows = LimitationEvent.objects.filter(customer=self.customer, revokes__isnull=True)
        self.row = get_object_or_404(rows, id=self.kwargs["interruption_id"])

    def extra(self) -> dict[str, Any]:
        """Name it: what, when, under which article, and its evidence."""
        about = [term(self.row.kind, "limitation_events"), day(self.row.on), self.row.article]
        return {"about": " · ".join(filter(None, about)), "about_text": self.row.evidence}

    def write(self, form: Any) -> str | None:
        """Revoke it."""
        recording.revoke(
            interruption_id=self.row.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class GuaranteeView(WriteView):
    """What a guarantor stands for, and until when."""

    action = recording.ACTION
    title = _("Guarantee")
    button = _("Record the guarantee")
    form_class = GuaranteeForm

    def initial(self) -> dict[str, Any]:
        """Begin with the worst account, and nothing agreed."""
        return {"account": str(self.customer.stage_account_id or ""), "kind": "unknown"}

    def write(self, form: Any) -> str | None:
        """Record it."""
        values = form.cleaned_data
        recording.guarantee(
            person_id=int(values["person"]),
            account_id=int(values["account"]),
            kind=values["kind"],
            evidence=values["evidence"],
            debt_due_on=values["debt_due_on"],
            agreed_until=values["agreed_until"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class CallUponView(WriteView):
    """Calling upon a guarantor within the period."""

    action = recording.ACTION
    title = _("Guarantor called upon")
    button = _("Record it")
    form_class = CallUponForm

    row: Guarantee

    def open_row(self) -> None:
        """Load the guarantee of the address."""
        rows = Guarantee.objects.filter(customer=self.customer).select_related("person", "account")
        self.row = get_object_or_404(rows, id=self.kwargs["guarantee_id"])

    def extra(self) -> dict[str, Any]:
        """Name the guarantor, the account and the last day."""
        until = day(self.row.until) if self.row.until else term("unknown", "clock_levels")
        return {"about": f"{self.row.person.name} · {self.row.account.tail} · {until}"}

    def write(self, form: Any) -> str | None:
        """Record it."""
        recording.call_upon(
            guarantee_id=self.row.id,
            on=form.cleaned_data["on"],
            evidence=form.cleaned_data["evidence"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None
