"""Correcting a call, a promise or a hold that was recorded wrong."""

from abc import abstractmethod
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collections_app.domain.money import yuan_text
from collections_app.domain.purposes import Channel
from collections_app.models import Conversation, Hold, Promise
from collections_app.services import clock, corrections
from collections_app.templatetags.terms import day, moment, term
from desk.forms.base import RecordForm
from desk.forms.correction import CallCorrectionForm, HoldCorrectionForm, PromiseCorrectionForm, VisitCorrectionForm
from desk.views.writes.base import WriteView


class _CorrectionView(WriteView):
    """What is recorded stands above the form; both stay in the history."""

    action = corrections.ACTION
    button = _("Record the correction")

    @abstractmethod
    def about(self) -> list[str]:
        """Return what is recorded, in words."""

    def extra(self) -> dict[str, Any]:
        """Say what is recorded, and what a correction does."""
        what = _(
            "What was recorded stays in the history, with this beside it. A contact that was made goes on counting."
        )
        return {"about": " · ".join(filter(None, self.about())), "about_text": what}

    def common(self, form: Any) -> dict[str, Any]:
        """Return what all corrections take."""
        return {
            "reason": form.cleaned_data["reason"],
            "actor": self.actor,
            "seen_version": form.cleaned_data["seen_version"],
            "now": clock.now(),
        }


class CallCorrectionView(_CorrectionView):
    """How a closed call, or a visit that was told, really ended."""

    title = _("Correct the call")
    form_class = CallCorrectionForm
    template = "desk/write/call_correct.html"

    def open_row(self) -> None:
        """Load the closed call of the address."""
        rows = Conversation.objects.select_related("staff", "contact")
        rows = rows.filter(customer=self.customer, ended_at__isnull=False)
        self.conversation = get_object_or_404(rows, id=self.kwargs["conversation_id"])
        self.is_visit = self.conversation.contact.channel == Channel.VISIT

    def about(self) -> list[str]:
        """Return who called when, and the outcome as it is recorded."""
        call = self.conversation
        outcomes = "visit_outcomes" if self.is_visit else "outcomes"
        return [call.staff.name, moment(call.started_at), term(call.outcome, outcomes)]

    def form(self, data: Any = None) -> RecordForm:
        """Return the form; of a visit it offers what may come of one."""
        of = VisitCorrectionForm if self.is_visit else CallCorrectionForm
        return of(data, customer=self.customer, initial={"seen_version": self.customer.version, **self.initial()})

    def initial(self) -> dict[str, Any]:
        """Begin with the account that is worst."""
        return {"account": str(self.customer.stage_account_id or "")}

    def extra(self) -> dict[str, Any]:
        """Name the call beside the rest."""
        title = _("Correct the visit") if self.is_visit else self.title
        return {**super().extra(), "conversation": self.conversation, "title": title}

    def write(self, form: Any) -> str | None:
        """Correct it."""
        corrections.call(conversation_id=self.conversation.id, closing=form.closing(), **self.common(form))
        return None


class PromiseCorrectionView(_CorrectionView):
    """What was really promised."""

    title = _("Correct the promise")
    form_class = PromiseCorrectionForm

    def open_row(self) -> None:
        """Load the promise of the address."""
        rows = Promise.objects.select_related("account")
        self.promise = get_object_or_404(rows, id=self.kwargs["promise_id"], customer=self.customer)

    def about(self) -> list[str]:
        """Return the account, and the parts as they are recorded."""
        account = f"{capfirst(self.promise.account.get_product_display())} {self.promise.account.tail}"
        parts = [f"{day(part.due_on)} {yuan_text(part.amount_fen)}" for part in self.promise.parts.all()]
        return [account, *parts, str(_("Leave all parts empty if nothing was promised."))]

    def write(self, form: Any) -> str | None:
        """Correct it."""
        corrections.promise(promise_id=self.promise.id, parts=form.cleaned_data["parts"], **self.common(form))
        return None


class HoldCorrectionView(_CorrectionView):
    """Which hold is right instead."""

    title = _("Correct the hold")
    form_class = HoldCorrectionForm

    def open_row(self) -> None:
        """Load the hold of the address."""
        self.hold = get_object_or_404(Hold, id=self.kwargs["hold_id"], customer=self.customer)

    def about(self) -> list[str]:
        """Return the hold as it is recorded."""
        return [term(self.hold.kind, "holds"), moment(self.hold.placed_at)]

    def write(self, form: Any) -> str | None:
        """Correct it."""
        corrections.hold(hold_id=self.hold.id, kind=form.cleaned_data["kind"], **self.common(form))
        return None
