"""Calls: starting one under a permit, confirming who is speaking, closing it with an outcome."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collections_app.domain.permits.facts import COLLECTING
from collections_app.domain.typed import number_of
from collections_app.models import Approval, Conversation
from collections_app.selectors import codes, incidents, lines
from collections_app.selectors.promise_rules import limits_for
from collections_app.services import calls, clock, form_keys, refusal_texts
from collections_app.services.emergencies import sentences
from collections_app.services.errors import AlreadyWrittenError, CallLostError, RefusedError
from collections_app.views.once import sending_of
from desk.forms.call import CloseForm, StartForm, VerifyForm
from desk.views.writes.base import StaffView, WriteView
from desk.views.writes.line import line_context, own_call


class CallStartView(WriteView):
    """Which number to call. The permit decides; a call that came in takes the line without one."""

    action = "call.make"
    title = _("Call")
    button = _("Start the call")
    form_class = StartForm
    template = "desk/write/call_start.html"

    def initial(self) -> dict[str, Any]:
        """Begin with a call in when the address says so, else with the first number."""
        points = [point for point in self.customer.contact_points.all() if point.kind == "mobile"]
        inbound = self.request.GET.get("inbound") == "1"
        first = str(points[0].id) if points and not inbound else ""
        approval = self.approved(number_of(self.request.GET.get("approval", "")))
        if approval is None:
            return {"inbound": inbound, "contact_point": first}
        return {"approval": approval.id, "contact_point": str(approval.payload["contact_point"])}

    def approved(self, approval_id: int | None) -> Approval | None:
        """Return the approved contact of this record that the call is, if it is one."""
        rows = Approval.objects.filter(id=approval_id or 0, customer=self.customer, kind="statutory_contact")
        return rows.first()

    def write(self, form: Any) -> str | None:
        """Start the call and go to its panel."""
        values = form.cleaned_data
        conversation = calls.start(
            customer_id=self.customer.id,
            contact_point_id=int(values["contact_point"]) if values["contact_point"] else None,
            inbound=values["inbound"],
            approval_id=values["approval"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return self.panel(conversation)

    def written(self) -> str | None:
        """Return the panel of the call that was started, while it is open."""
        open_call = Conversation.objects.filter(lines.OPEN, customer=self.customer, staff=self.staff).first()
        return self.panel(open_call) if open_call else None

    def panel(self, conversation: Conversation) -> str:
        """Return the address of a call's panel."""
        return reverse("desk:call", args=[self.customer.customer_no, conversation.id])


class CallView(WriteView):
    """The panel of an open call: identity first, then the script with amounts, then party and outcome."""

    action = "call.close"
    title = _("On the line")
    button = _("Close the call")
    form_class = CloseForm
    template = "desk/write/call.html"

    conversation: Conversation

    def open_row(self) -> None:
        """Load the person's own call of the address. It may be closed in another tab, or a colleague's, by now."""
        self.conversation = own_call(self.customer.id, self.kwargs["conversation_id"], self.staff)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the panel; whoever comes back to a call that has ended is led to the record."""
        if self.conversation.ended_at is not None:
            return self.done(None)
        if request.GET.get("part") == "stopped":
            context = {"customer": self.customer, "conversation": self.conversation, "stopped": self.stopped()}
            return render(request, "desk/write/_call_stopped.html", context)
        return super().get(request, *args, **kwargs)

    def stopped(self) -> bool:
        """Return whether an incident has stopped what this call is for."""
        if self.conversation.inbound or self.conversation.contact.purpose not in COLLECTING:
            return False
        return bool(incidents.covering(customers=[self.customer], now=clock.now()))

    def initial(self) -> dict[str, Any]:
        """Begin with the account that is worst."""
        return {"account": str(self.customer.stage_account_id or "")}

    def extra(self) -> dict[str, Any]:
        """Show amounts only after the person has been verified."""
        conversation = self.conversation
        verified = conversation.verification == "verified"
        today = timezone.localtime(clock.now()).date()
        accounts = [account for account in self.customer.accounts.all() if account.overdue_fen > 0]
        speaks = verified and self.risk is None
        limits = [(account, limits_for(account=account, today=today)) for account in accounts] if speaks else []
        return {
            **line_context(conversation, self.staff.id),
            "verified": verified,
            "masked": not speaks,
            "risk_words": sentences.of_risk() if self.risk else None,
            "stopped": self.stopped(),
            "limits": limits,
            "verify_form": VerifyForm(initial={"result": conversation.verification}),
        }

    def write(self, form: Any) -> str | None:
        """Close the call with everything its outcome brings."""
        calls.close(conversation_id=self.conversation.id, closing=form.closing(), actor=self.actor, now=clock.now())
        return None


class VerifyView(CallView):
    """The result of the identity check of an open call."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go to the panel: a check is only ever posted."""
        return HttpResponseRedirect(self.panel())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record the result and return to the panel; when it is refused, say why beside what was ticked."""
        form = VerifyForm(request.POST)
        refusal = ""
        if form.is_valid():
            try:
                with form_keys.sending(sending_of(request, self.staff)):
                    calls.verify(
                        conversation_id=self.conversation.id,
                        result=form.cleaned_data["result"],
                        facts=form.cleaned_data["facts"],
                        actor=self.actor,
                        now=clock.now(),
                    )
                return HttpResponseRedirect(self.panel(), status=303)
            except AlreadyWrittenError:
                return HttpResponseRedirect(self.panel(), status=303)
            except CallLostError as error:
                return self.refuse(self.form(), error, status=409)
            except RefusedError as error:
                refusal = refusal_texts.refusal_text(error)
        return self.show(self.form(), status=422, verify_form=form, verify_refusal=refusal)

    def panel(self) -> str:
        """Return the address of the call's panel."""
        return reverse("desk:call", args=[self.kwargs["customer_no"], self.kwargs["conversation_id"]])


class EffectsView(StaffView):
    """What an outcome will do, shown while the call is being closed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the effects of the outcome chosen."""
        outcome = codes.seen().outcomes.get(request.GET.get("outcome", ""))
        return render(request, "desk/write/_effects.html", {"outcome": outcome})
