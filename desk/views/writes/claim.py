"""Recording that a customer says they have paid."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collections_app.models import ClaimSlip, PaymentClaim
from collections_app.services import claims, clock
from collections_app.services.records import Actor
from collections_app.templatetags.terms import day, term, yuan
from collections_app.views.opening import open_record
from desk.forms.claim import ClaimForm, ResolveForm
from desk.views.writes.base import StaffView, WriteView


class ClaimView(WriteView):
    """“I have paid”: stops collection until posting has been checked."""

    action = "claim.record"
    title = _("Says paid")
    button = _("Record and trace")
    form_class = ClaimForm

    def form(self, data: Any = None) -> Any:
        """Return the form, with the slip that was chosen."""
        initial = {"seen_version": self.customer.version, **self.initial()}
        return self.form_class(data, self.request.FILES or None, customer=self.customer, initial=initial)

    def initial(self) -> dict[str, Any]:
        """Begin with the account that is worst."""
        return {"account": str(self.customer.stage_account_id or "")}

    def write(self, form: Any) -> str | None:
        """Record the claim."""
        values = form.cleaned_data
        claims.record(
            customer_id=self.customer.id,
            account_id=int(values["account"]),
            amount_fen=values["amount"],
            channel=values["channel"],
            paid_on=values["paid_on"],
            remark=values["remark"],
            paid_time=values["paid_time"],
            slip=values["slip"] or None,
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class ResolveView(WriteView):
    """What the trace of a claimed payment found. Ends the claim and its hold."""

    action = "claim.resolve"
    title = _("Trace result")
    button = _("Record the result")
    form_class = ResolveForm

    claim: PaymentClaim

    def open_row(self) -> None:
        """Load the claim of the address."""
        rows = PaymentClaim.objects.select_related("account")
        self.claim = get_object_or_404(rows, id=self.kwargs["claim_id"], customer=self.customer)

    def extra(self) -> dict[str, Any]:
        """Name the payment that is traced: account, day, amount, channel, remark."""
        claim = self.claim
        account = f"{capfirst(claim.account.get_product_display())} {claim.account.tail}"
        clock_time = claim.paid_time.strftime("%H:%M") if claim.paid_time else ""
        words = [
            account,
            " ".join(filter(None, [day(claim.paid_on), clock_time])),
            yuan(claim.amount_fen),
            term(claim.channel, "payment_channels"),
        ]
        return {"about": " · ".join(words)}

    def write(self, form: Any) -> str | None:
        """Resolve the claim of this record."""
        claims.resolve(
            claim_id=self.claim.id,
            result=form.cleaned_data["result"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class SlipView(StaffView):
    """The slip a customer showed for a payment, for those who may see the record."""

    def get(self, request: HttpRequest, customer_no: str, claim_id: int, slip_id: int) -> HttpResponse:
        """Send the document; the browser never keeps it, and that it was opened stands on the record."""
        customer = open_record(self.staff, customer_no, now=clock.now())
        slip = get_object_or_404(ClaimSlip, id=slip_id, claim=claim_id, customer=customer)
        found, content = claims.open_slip(slip_id=slip.pk, actor=Actor.of(self.staff), now=clock.now())
        response = HttpResponse(content.read(), content_type=found.content_type)
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name)
        response["Cache-Control"] = "no-store"
        return response
