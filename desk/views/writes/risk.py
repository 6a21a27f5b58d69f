"""The red button on a record, and asking a second person to end what it stopped."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collections_app.models import Conversation, Hold
from collections_app.services import approvals, clock
from collections_app.services.emergencies import red_button
from desk.forms.approval import AskReleaseForm
from desk.forms.risk import PressForm
from desk.views.writes.approval import AskView
from desk.views.writes.base import WriteView


class PressView(WriteView):
    """What was heard; each answer is a button, and pressing it stops collection."""

    action = red_button.ACTION
    title = _("Risk to life")
    button = _("Stop everything now")
    form_class = PressForm
    template = "desk/write/risk.html"

    def write(self, form: Any) -> str | None:
        """Stop collection of this customer; whoever is on the line with them goes back to the call."""
        red_button.press(
            customer_id=self.customer.id,
            danger=form.cleaned_data["danger"],
            actor=self.actor,
            now=clock.now(),
        )
        return self.written()

    def written(self) -> str | None:
        """Return the panel of the person's own call with this customer, if there is one."""
        rows = Conversation.objects.filter(customer=self.customer, staff=self.staff, ended_at__isnull=True)
        call = rows.first()
        return reverse("desk:call", args=[self.customer.customer_no, call.id]) if call else None


class AskReleaseView(AskView):
    """Asking a second person to end the stop for risk to life."""

    action = "hold.place"
    title = _("Ask for the end of the stop")
    form_class = AskReleaseForm

    hold: Hold

    def open_row(self) -> None:
        """Load the stop in force."""
        hold = red_button.in_force(customer_id=self.customer.id, now=clock.now())
        if hold is None:
            raise Http404
        self.hold = hold

    def write(self, form: Any) -> str | None:
        """Ask for it."""
        document = form.cleaned_data["document"]
        approvals.ask(
            kind="risk_release",
            subject=f"hold:{self.hold.id}",
            reason=form.cleaned_data["reason"],
            customer_id=self.customer.id,
            seen_version=form.cleaned_data["seen_version"],
            documents=[document] if document else [],
            actor=self.actor,
            now=clock.now(),
        )
        return None
