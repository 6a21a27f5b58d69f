"""Calls: starting one under a permit, confirming who is speaking, closing it with an outcome."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collections_app.domain.permits.facts import COLLECTING
from collections_app.domain.recordings import Found
from collections_app.domain.typed import number_of
from collections_app.models import Approval, Conversation
from collections_app.selectors import codes, incidents, lines
from collections_app.services import calls, clock, form_keys, recordings, refusal_texts
from collections_app.services.emergencies import sentences
from collections_app.services.errors import AlreadyWrittenError, CallLostError, RefusedError
from collections_app.templatetags.terms import moment, term
from collections_app.views.once import sending_of
from desk.forms.call import CloseForm, RecordingForm, StartForm, VerifyForm
from desk.selectors import phone_calls
from desk.selectors.record import Record
from desk.selectors.speaker import Speaker
from desk.views import call_panel
from desk.views.writes.base import StaffView, WriteView
from desk.views.writes.line import line_context, own_call


class CallStartView(WriteView):
    """Which number to call. The permit decides; a call that came in takes the line without one."""

    action = "call.make"
    title = _("Call")
    button = _("Start the call")
    form_class = StartForm
    template = "desk/write/call_start.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the numbers; whoever is on the line with this customer already is led back to their call."""
        panel = self.written()
        return HttpResponseRedirect(panel) if panel else super().get(request, *args, **kwargs)

    @cached_property
    def numbers(self) -> list[call_panel.Number]:
        """The telephone numbers of the record, each with the permit of this moment."""
        return call_panel.numbers(customer=self.customer, staff=self.staff, now=clock.now())

    def initial(self) -> dict[str, Any]:
        """Begin with a call in when the address says so, else with the first number that may be called."""
        inbound = self.request.GET.get("inbound") == "1"
        best = next((number for number in self.numbers if number.permit.allowed), None)
        number = best or (self.numbers[0] if self.numbers else None)
        first = str(number.point.id) if number and not inbound else ""
        approval = self.approved(number_of(self.request.GET.get("approval", "")))
        if approval is None:
            return {"inbound": inbound, "contact_point": first}
        return {"approval": approval.id, "contact_point": str(approval.payload["contact_point"])}

    def extra(self) -> dict[str, Any]:
        """Show whose each number is, what is known of it, and whether it may be called now and why."""
        return {"numbers": self.numbers}

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
        """Begin with the account that is worst, and with the call's number if the telephone system told it."""
        at_telephone = phone_calls.current(staff=self.staff, now=clock.now())
        speaker = Speaker(self.conversation)
        # Who speaks for the customer is closed as the customer; an heir or who offers to pay is somebody else.
        others = "self" if speaker.role in {"", "representative", "guardian"} else "third"
        party = {"debtor": "self", "party": others}.get(speaker.script, speaker.script)
        return {
            "account": str(self.customer.stage_account_id or ""),
            "recording_ref": at_telephone.call_id if at_telephone else "",
            "party": party if self.conversation.verification else "",
            **call_panel.result_of_dial(self.conversation),
        }

    def extra(self) -> dict[str, Any]:
        """Show amounts only after the person has been verified."""
        conversation = self.conversation
        verified = conversation.verification == "verified"
        now = clock.now()
        speaks = verified and self.risk is None
        record = Record(self.customer, self.staff, timezone.localtime(now).date(), now)
        speaker = Speaker(conversation)
        return {
            **line_context(conversation, self.staff.id),
            "verified": verified,
            # What a guarantor or an heir may hear is in the script; the head names the whole.
            "masked": not speaks or speaker.accounts is not None,
            "speaker": speaker,
            "script": speaker.script,
            "risk_words": sentences.of_risk() if self.risk else None,
            "stopped": self.stopped(),
            "owed": call_panel.owed(record, speaker) if speaks else [],
            "record": record,
            "server_now": now,
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
        own = Conversation.objects.select_related("contact__contact_point").filter(staff=self.staff)
        conversation = own.filter(id=number_of(request.GET.get("conversation", "")) or 0).first()
        point = conversation.contact.contact_point if conversation else None
        visit = bool(request.GET.get("visit"))
        return render(request, "desk/write/_effects.html", {"outcome": outcome, "point": point, "visit": visit})


class RecordingView(WriteView):
    """Where the recording of a closed call lies, when it was not known at its end."""

    action = "call.close"
    title = _("Recording")
    button = _("Record where it lies")
    form_class = RecordingForm

    def open_row(self) -> None:
        """Load the closed call of the address."""
        rows = Conversation.objects.select_related("staff").filter(customer=self.customer, ended_at__isnull=False)
        self.conversation = get_object_or_404(rows, id=self.kwargs["conversation_id"])

    def initial(self) -> dict[str, Any]:
        """Begin with the number that was written down when the call was closed."""
        return {"call_id": self.conversation.recording_ref}

    def extra(self) -> dict[str, Any]:
        """Name the call."""
        call = self.conversation
        return {"about": " · ".join([call.staff.name, moment(call.started_at), term(call.outcome, "outcomes")])}

    def write(self, form: Any) -> str | None:
        """State it."""
        values = form.cleaned_data
        recordings.state(
            conversation_id=self.conversation.id,
            found=Found(values["call_id"], values["sha256"], values["kept_until"]),
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None
