"""Twilio Voice, outside mainland China: the colleague's telephone rings first, then the customer's."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from twilio.twiml.voice_response import VoiceResponse

from notifications.domain.outcomes import Outcome, Result
from notifications.providers.base import Bridged, CallReport, CallSearch, Outdial
from notifications.providers.twilio import asking, http

# Twilio's terms forbid loan and card content to, from and within mainland China (facts 0.1).
_MAINLAND = "CN"
_EVENTS = ["initiated", "ringing", "answered", "completed"]
# How long the customer's telephone rings at most, in seconds.
_RING_SECONDS = 40


class TwilioVoiceProvider:
    """Twilio's Calls API through Twilio's own library."""

    code = "twilio_voice"

    def carries(self, *, country: str) -> str:
        """Return ``provider_not_allowed`` where Twilio's terms forbid it."""
        return "provider_not_allowed" if country == _MAINLAND else ""

    def agent(self, extension: str) -> str:
        """Return the extension itself when it is a telephone number, else its address at the SIP domain."""
        if extension.startswith("+"):
            return extension
        domain = settings.TWILIO_VOICE_SIP_DOMAIN
        return f"sip:{extension}@{domain}" if extension and domain else ""

    def dial(self, outdial: Outdial) -> Outcome:
        """Create the call once. A time-out or a server error after the request has left is unknown."""
        return asking.create_once(
            lambda client: client.calls.create(
                to=outdial.agent,
                from_=settings.TWILIO_VOICE_FROM,
                twiml=self._words(outdial),
                status_callback=self._callback(outdial.attempt),
                status_callback_event=_EVENTS,
            ),
            rejected=lambda code: Outcome(Result.PERMANENT, error_code=code),
            name=lambda status: f"agent:{status}",
        )

    def bridge(self, leg: Bridged) -> Outcome:
        """Create the call of one telephone once; who answers is put into the conference."""
        words = VoiceResponse()
        words.dial().conference(
            leg.conference,
            start_conference_on_enter=leg.begins,
            end_conference_on_exit=leg.ends,
            record="do-not-record",
        )
        return asking.create_once(
            lambda client: client.calls.create(
                to=leg.number,
                from_=settings.TWILIO_VOICE_FROM,
                twiml=str(words),
                status_callback=leg.callback,
                status_callback_event=_EVENTS,
            ),
            rejected=lambda code: Outcome(Result.PERMANENT, error_code=code),
            name=lambda status: f"agent:{status}",
        )

    def find(self, search: CallSearch) -> CallReport | None:
        """Look a call up by its name, or among those to the colleague's telephone by time."""
        with asking.looking():
            client = http.client()
            if search.provider_id:
                item = asking.fetched(client.calls(search.provider_id).fetch)
                return _report(item) if item is not None else None
            listed = client.calls.list(to=search.agent, limit=100, page_size=100)
        others = (item for item in listed if item.sid not in search.known)
        ours = [item for item in others if asking.created_within(item, search.since, search.until)]
        return _report(ours[0]) if ours else None

    def parse_report(self, fields: Mapping[str, str]) -> CallReport:
        """Return the report of a status call-back: of the customer's leg when it names its parent."""
        parent = fields.get("ParentCallSid", "")
        provider_id, status = parent or fields.get("CallSid", ""), fields.get("CallStatus", "").lower()
        if not provider_id or not status or len(provider_id) > 64 or len(status) > 16:
            raise ValueError("no status in the call-back")
        seconds = fields.get("CallDuration", "")
        leg = "customer" if parent else "agent"
        return CallReport(provider_id, f"{leg}:{status}", int(seconds) if seconds.isdecimal() else None)

    def _words(self, outdial: Outdial) -> str:
        """Return what Twilio does once the colleague has answered: it calls the customer, and says nothing itself."""
        response = VoiceResponse()
        response.dial(caller_id=settings.TWILIO_VOICE_FROM, timeout=_RING_SECONDS).number(
            outdial.number, status_callback=self._callback(outdial.attempt), status_callback_event=" ".join(_EVENTS)
        )
        return str(response)

    def _callback(self, attempt: str) -> str:
        return settings.PUBLIC_URL + reverse("notifications:twilio_voice_status", kwargs={"attempt": attempt})


def _report(item: Any) -> CallReport:
    seconds = str(item.duration or "")
    return CallReport(item.sid, f"agent:{item.status or ''}", int(seconds) if seconds.isdecimal() else None)
