"""One account and an agency: telling the debtor, placing, calling back."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collections_app.models import Account, MachineClient, Placement
from collections_app.services import clock
from collections_app.services.machines import placements
from desk.forms.placement import PlaceForm, RecallForm, TellForm
from desk.views.writes.base import WriteView


class TellView(WriteView):
    """Writes down that the debtor was told."""

    action = placements.ACTION
    title = _("The debtor was told of the placement")
    button = _("Write it down")
    form_class = TellForm

    def write(self, form: Any) -> str | None:
        """Write it down."""
        values = form.cleaned_data
        placements.tell(
            account_id=int(values["account"]),
            channel=values["channel"],
            told_at=values["told_at"],
            reference=values["reference"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return reverse("desk:placements")


class PlaceView(WriteView):
    """Places an account whose debtor was told."""

    action = placements.ACTION
    title = _("Place with an agency")
    button = _("Place")
    form_class = PlaceForm

    def initial(self) -> dict[str, Any]:
        """Begin with the account the address names."""
        return {"account": self.request.GET.get("account", "")}

    def write(self, form: Any) -> str | None:
        """Place it."""
        values = form.cleaned_data
        account = Account.objects.get(pk=int(values["account"]), customer=self.customer)
        placements.place(
            account_no=account.account_no,
            client=MachineClient.objects.get(pk=int(values["agency"])),
            until_on=values["until_on"],
            batch=values["batch"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return reverse("desk:placements")


class RecallView(WriteView):
    """Calls an account back from its agency."""

    action = placements.ACTION
    title = _("Call back from the agency")
    button = _("Call back now")
    form_class = RecallForm

    placement: Placement

    def open_row(self) -> None:
        """Load the placement of the address."""
        rows = Placement.objects.select_related("account", "client")
        self.placement = get_object_or_404(rows, pk=self.kwargs["placement_id"], customer=self.customer)
        if self.placement.recalled_at is not None and self.request.method == "GET":
            raise Http404

    def extra(self) -> dict[str, Any]:
        """Name the account and the agency."""
        return {"about": f"{self.placement.account} · {self.placement.client.name}"}

    def write(self, form: Any) -> str | None:
        """Call it back."""
        placements.recall(
            placement_id=self.placement.pk,
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return reverse("desk:placements")
