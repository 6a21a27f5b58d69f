"""What suspends limitation: an obstacle to suing, its end, and what was recorded wrongly."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from collections_app.models import LimitationSuspension
from collections_app.services import clock
from collections_app.services.clocks import suspending
from collections_app.templatetags.terms import day, term
from desk.forms.suspension import GoneForm, RevokeSuspensionForm, SuspendForm
from desk.views.writes.base import WriteView


class SuspendView(WriteView):
    """An obstacle that keeps the bank from suing for an account."""

    action = suspending.ACTION
    title = _("Limitation suspended")
    button = _("Record it")
    form_class = SuspendForm

    def initial(self) -> dict[str, Any]:
        """Begin with the account the address names, else the worst one."""
        return {"account": self.request.GET.get("account", "") or str(self.customer.stage_account_id or "")}

    def write(self, form: Any) -> str | None:
        """Record it."""
        values = form.cleaned_data
        suspending.suspend(
            customer_id=self.customer.id,
            account_id=int(values["account"]),
            kind=values["kind"],
            since=values["since"],
            gone_on=values["gone_on"],
            evidence=values["evidence"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class _OfSuspension(WriteView):
    """A form about one suspension that is in force."""

    action = suspending.ACTION
    row: LimitationSuspension

    def open_row(self) -> None:
        """Load the suspension of the address."""
        rows = LimitationSuspension.objects.filter(customer=self.customer).select_related("account")
        self.row = get_object_or_404(rows, id=self.kwargs["suspension_id"])

    def extra(self) -> dict[str, Any]:
        """Name it: the obstacle, the account, since when, and its evidence."""
        about = [term(self.row.kind, "obstacles"), self.row.account.tail, day(self.row.since)]
        return {"about": " · ".join(about), "about_text": self.row.evidence}


class GoneView(_OfSuspension):
    """The day an obstacle was gone."""

    title = _("Obstacle gone")
    button = _("Record it")
    form_class = GoneForm

    def write(self, form: Any) -> str | None:
        """Record it."""
        suspending.end(
            suspension_id=self.row.id,
            gone_on=form.cleaned_data["gone_on"],
            evidence=form.cleaned_data["evidence"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class RevokeView(_OfSuspension):
    """A suspension that was recorded wrongly."""

    title = _("Revoke the suspension")
    button = _("Revoke")
    form_class = RevokeSuspensionForm

    def write(self, form: Any) -> str | None:
        """Revoke it."""
        suspending.revoke(
            suspension_id=self.row.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None
