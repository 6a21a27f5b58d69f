"""Taking and re-dating a promise to pay."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collections_app.domain.money import yuan_text
from collections_app.domain.promises import PENDING
from collections_app.domain.typed import number_of
from collections_app.models import Approval, Promise
from collections_app.selectors.promise_rules import limits_for
from collections_app.services import clock, promise_proposals, promises
from collections_app.services.errors import RefusedError
from collections_app.services.promise_proposals import ASKABLE
from collections_app.templatetags.terms import day, moment
from desk.forms.approval import AskPromiseForm
from desk.forms.promise import PromiseForm, WithdrawForm
from desk.views.writes.base import WriteView


class PromiseView(WriteView):
    """What the customer promises, within what may be promised now."""

    action = "promise.take"
    title = _("Promise to pay")
    button = _("Record the promise")
    form_class = PromiseForm
    replaces_id: int | None = None

    def form(self, data: Any = None) -> Any:
        """Return the form; the one that asks when it is sent, or when a request was returned to its author."""
        if data is None and "again" in self.request.GET:
            return AskPromiseForm(customer=self.customer, initial=self.first_values())
        if data is not None and "ask" in data:
            return AskPromiseForm(data, self.request.FILES, customer=self.customer, initial=self.first_values())
        return super().form(data)

    def first_values(self) -> dict[str, Any]:
        """Return the first values of the form, with the version that is seen."""
        return {"seen_version": self.customer.version, **self.initial()}

    def initial(self) -> dict[str, Any]:
        """Begin with the account that is worst, or with what was proposed and returned."""
        again = number_of(self.request.GET.get("again", ""))
        returned = Approval.objects.filter(
            id=again or 0, customer=self.customer, asked_by=self.staff, kind=promise_proposals.KIND
        ).first()
        if returned is None:
            return {"account": str(self.customer.stage_account_id or "")}
        return {"reason": returned.reason, **_typed(Promise.objects.get(id=returned.payload["promise"]))}

    def refuse(self, form: Any, error: RefusedError, *, status: int) -> HttpResponse:
        """Offer to ask for what is beyond the limits."""
        if error.code in ASKABLE and self.staff.may("promise.take"):
            data = self.request.POST.copy()
            data["ask"] = "1"
            form = self.form(data)
        return super().refuse(form, error, status=status)

    def show(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        """Say on the button whether it records or asks."""
        if isinstance(form, AskPromiseForm):
            context["button"] = _("Ask for approval")
        return super().show(form, status=status, **context)

    def extra(self) -> dict[str, Any]:
        """Show what may be promised on each account that is overdue."""
        today = timezone.localtime(clock.now()).date()
        overdue = [account for account in self.customer.accounts.all() if account.overdue_fen > 0]
        return {"limits": [(account, limits_for(account=account, today=today)) for account in overdue]}

    def write(self, form: Any) -> str | None:
        """Take the promise, or ask for it."""
        if isinstance(form, AskPromiseForm):
            self.ask(form)
            return None
        promises.take(
            customer_id=self.customer.id,
            account_id=int(form.cleaned_data["account"]),
            parts=form.cleaned_data["parts"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None

    def ask(self, form: Any) -> None:
        """Ask for a promise beyond the limits; one within them is taken at once."""
        document = form.cleaned_data["document"]
        promise_proposals.take_or_ask(
            customer_id=self.customer.id,
            account_id=int(form.cleaned_data["account"]),
            parts=form.cleaned_data["parts"],
            reason=form.cleaned_data["reason"],
            documents=[document] if document else [],
            replaces_id=self.replaces_id,
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )


class RedateView(PromiseView):
    """Another date for a pending promise."""

    action = "promise.redate"
    title = _("Re-date the promise")
    button = _("Record the new date")

    promise: Promise

    def open_row(self) -> None:
        """Load the promise of the address.

        It may have ended while the form was filled in: whoever sends the form is told what changed, not that there
        is nothing here.
        """
        self.promise = get_object_or_404(Promise, id=self.kwargs["promise_id"], customer=self.customer)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; whoever comes back to a promise that has ended is led to the record."""
        if self.promise.state not in PENDING:
            return self.done(None)
        return super().get(request, *args, **kwargs)

    def in_force(self) -> Promise:
        """Return the promise in whose place the one of the address has come, if it is pending; else the latter."""
        pending = Promise.objects.filter(account_id=self.promise.account_id, state__in=PENDING)
        return pending.filter(customer=self.customer).first() or self.promise

    def initial(self) -> dict[str, Any]:
        """Begin with what was promised."""
        return _typed(self.promise)

    def write(self, form: Any) -> str | None:
        """Replace the promise, or ask for other dates.

        A promise that came in its place is an author's to replace once they have seen it.
        """
        if isinstance(form, AskPromiseForm):
            self.replaces_id = self.in_force().id
            self.ask(form)
            return None
        promises.redate(
            promise_id=self.in_force().id,
            parts=form.cleaned_data["parts"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class WithdrawView(WriteView):
    """Withdrawing a promise that was taken in error. The reason stays on the record."""

    action = "promise.withdraw"
    title = _("Withdraw the promise")
    button = _("Withdraw")
    form_class = WithdrawForm

    promise: Promise

    def open_row(self) -> None:
        """Load the promise of the address."""
        rows = Promise.objects.select_related("account", "taken_by")
        self.promise = get_object_or_404(rows, id=self.kwargs["promise_id"], customer=self.customer)

    def extra(self) -> dict[str, Any]:
        """Name the promise: its account, days and amounts, who took it and when."""
        promise = self.promise
        parts = [f"{day(part.due_on)} {yuan_text(part.amount_fen)}" for part in promise.parts.all()]
        by = promise.taken_by.name if promise.taken_by else ""
        account = f"{capfirst(promise.account.get_product_display())} {promise.account.tail}"
        return {"about": " · ".join(filter(None, [account, *parts, by, moment(promise.taken_at)]))}

    def write(self, form: Any) -> str | None:
        """Withdraw the promise of this record."""
        promises.withdraw(
            promise_id=self.promise.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


def _typed(promise: Promise) -> dict[str, Any]:
    """Return the account, days and amounts of a promise as the form shows them."""
    values: dict[str, Any] = {"account": str(promise.account_id)}
    for number, part in enumerate(promise.parts.all(), start=1):
        values[f"due_on_{number}"] = part.due_on
        values[f"amount_{number}"] = yuan_text(part.amount_fen, grouped=False)
    return values
