"""Asking for a second person's decision on a record."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from collections_app.models import Hold
from collections_app.selectors import codes
from collections_app.services import approvals, clock
from desk.forms.approval import AskContactForm, AskReleaseForm
from desk.views.writes.base import WriteView


class AskView(WriteView):
    """A form whose input goes to somebody else, with a document."""

    button = _("Ask for approval")

    def form(self, data: Any = None) -> Any:
        """Return the form, with the document that was chosen."""
        initial = {"seen_version": self.customer.version, **self.initial()}
        files = self.request.FILES if data is not None else None
        return self.form_class(data, files, customer=self.customer, initial=initial)


class AskReleaseView(AskView):
    """Asking somebody else to end a hold before its time."""

    action = "hold.place"
    title = _("Ask for the hold to be released")
    form_class = AskReleaseForm

    hold: Hold

    def open_row(self) -> None:
        """Load the hold of the address."""
        self.hold = get_object_or_404(Hold, id=self.kwargs["hold_id"], customer=self.customer)

    def extra(self) -> dict[str, Any]:
        """Name the hold."""
        return {"about": codes.name_of("holds", self.hold.kind)}

    def write(self, form: Any) -> str | None:
        """Ask for the release of a hold of this record."""
        document = form.cleaned_data["document"]
        approvals.ask(
            kind="hold_release",
            subject=f"hold:{self.hold.id}",
            reason=form.cleaned_data["reason"],
            customer_id=self.customer.id,
            account_id=self.hold.account_id,
            seen_version=form.cleaned_data["seen_version"],
            documents=[document] if document else [],
            actor=self.actor,
            now=clock.now(),
        )
        return None


class AskContactView(AskView):
    """Asking for one contact that a hold lets go on only with an approval."""

    action = "contact.ask"
    title = _("Ask for a statutory contact during a hold")
    form_class = AskContactForm

    def initial(self) -> dict[str, Any]:
        """Begin with the notice by letter, the quietest way."""
        return {"purpose": "statutory", "channel": "letter"}

    def write(self, form: Any) -> str | None:
        """Ask for it; the request is about this way, purpose and number, and no other."""
        values = form.cleaned_data
        point = int(values["contact_point"]) if values["contact_point"] else None
        approvals.ask(
            kind="statutory_contact",
            subject=f"contact:{self.customer.id}:{values['purpose']}:{values['channel']}:{point or ''}",
            reason=values["reason"],
            customer_id=self.customer.id,
            account_id=int(values["account"]) if values["account"] else None,
            seen_version=values["seen_version"],
            payload={"purpose": values["purpose"], "channel": values["channel"], "contact_point": point},
            documents=[values["document"]] if values["document"] else [],
            actor=self.actor,
            now=clock.now(),
        )
        return None
