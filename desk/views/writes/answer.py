"""Reading out an approved answer."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collections_app.models import ApprovedAnswer
from collections_app.services import answers, clock
from desk.forms.answer import ReadOutForm
from desk.selectors.record import Record
from desk.selectors.service import ServiceView
from desk.views.writes.base import WriteView


class ReadOutView(WriteView):
    """An answer was read out: what it said of amounts is remembered as told."""

    action = answers.READ
    title = _("Approved answer")
    button = _("Read out")
    form_class = ReadOutForm

    answer: ApprovedAnswer

    def open_row(self) -> None:
        """Load the answer of the address."""
        self.answer = get_object_or_404(ApprovedAnswer, id=self.kwargs["answer_id"], active=True)

    def initial(self) -> dict[str, Any]:
        """Begin with the account the record shows first."""
        return {"account": self.customer.stage_account_id}

    def extra(self) -> dict[str, Any]:
        """Show the question, and the answer as it can be given now."""
        now = clock.now()
        found = Record(self.customer, self.staff, timezone.localtime(now).date(), now)
        return {"about": self.answer.question, "about_text": ServiceView(found).shown(self.answer).text}

    def write(self, form: Any) -> str | None:
        """Remember it."""
        answers.read_out(
            answer_id=self.answer.id,
            customer_id=self.customer.id,
            account_id=form.cleaned_data["account"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None
