"""A colleague's call: asked for, handed over, taken over; and one's own line, taken back after an interruption."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.typed import number_of
from collections_app.models import Conversation, Customer, Staff
from collections_app.selectors import lines
from collections_app.services import clock, form_keys, refusal_texts
from collections_app.services.errors import AlreadyWrittenError, RefusedError
from collections_app.services.lines import lease, transfer
from collections_app.views.once import sending_of
from collections_app.views.opening import open_record
from desk.forms.line import ReasonForm
from desk.views.writes.base import StaffView, WriteView
from notifications.domain.dials import DIAL_STATES, MAY_RING, DialState
from notifications.models import Dial
from notifications.providers.registry import voice_provider
from notifications.services import dialling


class _TransferView(WriteView):
    """A reason, about a call that a colleague has."""

    form_class = ReasonForm
    conversation: Conversation

    def open_row(self) -> None:
        """Load the call of the address."""
        rows = Conversation.objects.select_related("staff").filter(customer=self.customer)
        self.conversation = get_object_or_404(rows, id=self.kwargs["conversation_id"])

    def extra(self) -> dict[str, Any]:
        """Say whose call it is."""
        return {"about": _("%(name)s is on the line.") % {"name": self.conversation.staff.name}}

    def wishes(self, form: Any) -> dict[str, Any]:
        """Return what both services take."""
        return {
            "conversation_id": self.conversation.id,
            "reason": form.cleaned_data["reason"],
            "actor": self.actor,
            "seen_version": form.cleaned_data["seen_version"],
            "now": clock.now(),
        }


class AskView(_TransferView):
    """Asking the colleague on the line for the call."""

    action = "call.make"
    title = _("Ask for the call")
    button = _("Ask")

    def write(self, form: Any) -> str | None:
        """Ask, and go back to the record: the answer shows there by itself."""
        transfer.ask(**self.wishes(form))
        return None


class TakeOverView(_TransferView):
    """Taking a colleague's call over."""

    action = "call.take_over"
    title = _("Take over the call")
    button = _("Take over now")

    def extra(self) -> dict[str, Any]:
        """Say whose call it is, and what taking over does."""
        what = _(
            "The call is yours at once, with its identity check. "
            "Your colleague's screen says so and saves nothing more."
        )
        return {**super().extra(), "about_text": what}

    def write(self, form: Any) -> str | None:
        """Take over and go to the panel of the call."""
        conversation = transfer.take_over(**self.wishes(form))
        return reverse("desk:call", args=[self.customer.customer_no, conversation.id])


class LineView(StaffView):
    """The line of one's own call, as its panel shows it: held, asked for, interrupted, lost or closed."""

    writes_once: ClassVar[bool] = True
    customer: Customer
    conversation: Conversation

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Open the record and the call, which must be the person's own or have been."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.customer = open_record(self.staff, kwargs["customer_no"], now=clock.now())
            self.conversation = own_call(self.customer.id, kwargs["conversation_id"], self.staff)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the state of the line."""
        context = {"customer": self.customer, **line_context(self.conversation, self.staff.id)}
        return render(request, "desk/write/_line.html", context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand over, keep or take back the line, and go back to the panel; say why when it is refused."""
        try:
            with form_keys.sending(sending_of(request, self.staff)):
                handed_over = self.act(request.POST.get("do", ""))
        except AlreadyWrittenError:
            handed_over = False
        except RefusedError as error:
            messages.error(request, refusal_texts.refusal_text(error))
            handed_over = False
        record = reverse("desk:record", args=[self.customer.customer_no])
        return HttpResponseRedirect(record if handed_over else self.panel(), status=303)

    def act(self, wish: str) -> bool:
        """Do what the button said; return whether the call is handed over and its panel another's."""
        common: dict[str, Any] = {"actor": self.actor, "now": clock.now()}
        if wish == "resume":
            lease.resume(conversation_id=self.conversation.id, **common)
            return False
        transfer_id = number_of(self.request.POST.get("transfer", "")) or 0
        transfer.answer(transfer_id=transfer_id, accept=wish == "hand_over", **common)
        return wish == "hand_over"

    def panel(self) -> str:
        """Return the address of the call's panel."""
        return reverse("desk:call", args=[self.customer.customer_no, self.conversation.id])


def own_call(customer_id: int, conversation_id: int, staff: Staff) -> Conversation:
    """Return a call of a record that is the person's, or was until it passed on. Raise Http404 when it is neither."""
    rows = Conversation.objects.select_related("contact__contact_point__person", "staff")
    conversation = get_object_or_404(rows, id=conversation_id, customer=customer_id)
    if conversation.staff_id != staff.id and not lines.gave_up(conversation=conversation, staff=staff):
        raise Http404
    return conversation


def line_context(conversation: Conversation, staff_id: int) -> dict[str, Any]:
    """Return what the panel says of the line: its state, who asks for it, and how it came or went."""
    now = clock.now()
    came = lines.last_transfer(conversation=conversation)
    if conversation.staff_id != staff_id:
        state = "lost"
    elif conversation.ended_at is not None:
        state = "closed"
    elif conversation.interrupted_at is None and conversation.lease_until > now:
        state = "held"
    else:
        state = "interrupted"
    asked = lines.asked_for(conversation=conversation, now=now) if state == "held" else None
    return {
        **_dial_context(conversation, state),
        "conversation": conversation,
        "line": state,
        "asked": asked,
        "came": came,
        "silent_since": conversation.interrupted_at or conversation.lease_until,
        "form_key": form_keys.new_key(),
    }


def _dial_context(conversation: Conversation, state: str) -> dict[str, Any]:
    """Return what became of the last call put through, and whether one may be put through from here now."""
    dial = Dial.objects.filter(conversation=conversation).order_by("-id").first()
    point = conversation.contact.contact_point
    provider = voice_provider()
    may_dial = (
        state == "held"
        and not conversation.inbound
        and point is not None
        and provider is not None
        and not provider.carries(country=point.country)
        and (dial is None or dial.state == DialState.FAILED)
    )
    language = get_language() or "zh-hans"
    return {
        "dial": dial,
        "dial_word": DIAL_STATES[dial.state].text(language) if dial else "",
        "may_dial": may_dial,
        "has_rung": dial is not None and dial.state not in MAY_RING | {DialState.FAILED},
        "point": point,
    }


class DialView(StaffView):
    """Putting one's own call through: the colleague's telephone rings first, then the customer's."""

    writes_once: ClassVar[bool] = True

    def post(self, request: HttpRequest, customer_no: str, conversation_id: int) -> HttpResponse:
        """Ask for it once and go back to the panel; say why when it is refused."""
        customer = open_record(self.staff, customer_no, now=clock.now())
        conversation = own_call(customer.id, conversation_id, self.staff)
        try:
            with form_keys.sending(sending_of(request, self.staff)):
                dialling.dial(conversation_id=conversation.id, actor=self.actor, now=clock.now())
        except AlreadyWrittenError:
            pass
        except RefusedError as error:
            messages.error(request, refusal_texts.refusal_text(error))
        return HttpResponseRedirect(reverse("desk:call", args=[customer_no, conversation_id]), status=303)
