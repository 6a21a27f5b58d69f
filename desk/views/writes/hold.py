"""Placing and releasing holds."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from collections_app.models import Hold
from collections_app.services import clock, holds
from collections_app.templatetags.terms import moment, term
from desk.forms.hold import HoldForm, ReleaseForm
from desk.views.writes.base import WriteView


class HoldView(WriteView):
    """A reason to stop collection."""

    action = "hold.place"
    title = _("Stop collection")
    button = _("Place the hold")
    form_class = HoldForm

    def initial(self) -> dict[str, Any]:
        """Begin with the kind the address names, and the account that is worst."""
        return {
            "kind": self.request.GET.get("kind", ""),
            "account": str(self.customer.stage_account_id or ""),
        }

    def write(self, form: Any) -> str | None:
        """Place the hold."""
        values = form.cleaned_data
        holds.place(
            customer_id=self.customer.id,
            kind=values["kind"],
            account_id=int(values["account"]) if values["account"] else None,
            channel=values["channel"],
            ends_at=values["ends_at"],
            text=values["text"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class ReleaseView(WriteView):
    """Ending a hold before its time."""

    action = "hold.release"
    title = _("Release the hold")
    button = _("Release")
    form_class = ReleaseForm

    hold: Hold

    def open_row(self) -> None:
        """Load the hold of the address."""
        rows = Hold.objects.select_related("account", "placed_by")
        self.hold = get_object_or_404(rows, id=self.kwargs["hold_id"], customer=self.customer)

    def extra(self) -> dict[str, Any]:
        """Name the hold: its kind, what it covers, by whom and since when."""
        hold = self.hold
        account = f"{hold.account.get_product_display()} {hold.account.tail}" if hold.account else ""
        by = hold.placed_by.name if hold.placed_by else ""
        return {"about": " · ".join(filter(None, [term(hold.kind, "holds"), account, by, moment(hold.placed_at)]))}

    def write(self, form: Any) -> str | None:
        """Release the hold of this record."""
        holds.release(
            hold_id=self.hold.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None
