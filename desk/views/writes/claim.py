"""Recording that a customer says they have paid."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collections_app.models import PaymentClaim
from collections_app.services import claims, clock
from collections_app.templatetags.terms import day, term, yuan
from desk.forms.claim import ClaimForm, ResolveForm
from desk.views.writes.base import WriteView


class ClaimView(WriteView):
    """“I have paid”: stops collection until posting has been checked."""

    action = "claim.record"
    title = _("Says paid")
    button = _("Record and trace")
    form_class = ClaimForm

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
        words = [account, day(claim.paid_on), yuan(claim.amount_fen), term(claim.channel, "payment_channels")]
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
