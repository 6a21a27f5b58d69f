"""Twilio. What its terms bar from a country is data, with its source (``reference/country_terms.json``)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from twilio.base import values

from notifications.domain import kept_words
from notifications.domain.lifecycle import rank
from notifications.domain.outcomes import Outcome, Report
from notifications.domain.provider_codes import Phase, result_of
from notifications.providers.base import Outgoing, Search
from notifications.providers.twilio import asking, http
from notifications.selectors.provider_codes import class_of

# How long it tries to hand a message over, in seconds: what its description accepts.
_LEAST_VALID, _MOST_VALID = 1, 36_000


class TwilioProvider:
    """Twilio's Messages API through Twilio's own library."""

    code = "twilio"
    platform_signs = False
    tells_when_asked = True

    def carries(self, *, country: str, purpose: str, links: bool) -> str:
        """Return an empty text: what Twilio's terms bar from a country is data (``CountryTerms``)."""
        return ""

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Create the message once. A time-out or a server error after the request has left is unknown."""
        seconds = outgoing.valid_seconds(now=now, least=_LEAST_VALID, most=_MOST_VALID)
        return asking.create_once(
            lambda client: client.messages.create(
                to=outgoing.to,
                from_=settings.TWILIO_FROM,
                body=outgoing.body,
                status_callback=self._callback(outgoing.attempt),
                validity_period=values.unset if seconds is None else seconds,
            ),
            rejected=_rejected,
        )

    def find(self, search: Search) -> Report | None:
        """Look a message up by its name, or among those to the number by text and time."""
        with asking.looking():
            client = http.client()
            if search.provider_id:
                item = asking.fetched(client.messages(search.provider_id).fetch)
                return _report(item) if item is not None else None
            listed = client.messages.list(to=search.to, limit=200, page_size=100)
        matching = [item for item in listed if _matches(item, search)]
        # The furthest along, should there be two: one of them is on the phone.
        return max(map(_report, matching), key=lambda item: rank(item.report), default=None)

    def parse_receipt(self, fields: Mapping[str, str]) -> Report:
        """Return the report of a status call-back; fields nobody knows are ignored."""
        provider_id = fields.get("MessageSid") or fields.get("SmsSid") or ""
        report = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").lower()
        if not provider_id or not report or len(provider_id) > 64 or len(report) > 24:
            raise ValueError("no status in the call-back")
        return _with_class(provider_id, report, fields.get("ErrorCode", "")[:16])

    def _callback(self, attempt: str) -> str:
        return settings.PUBLIC_URL + reverse("notifications:twilio_status", kwargs={"attempt": attempt})


def _rejected(code: str) -> Outcome:
    error_class = class_of(code, provider=TwilioProvider.code, phase=Phase.SENDING)
    return Outcome(result_of(error_class), error_code=code, error_class=error_class)


def _matches(item: Any, search: Search) -> bool:
    if item.sid in search.known or item.body is None or not kept_words.are_of(item.body, search.body_sha256):
        return False
    return asking.created_within(item, search.since, search.until)


def _report(item: Any) -> Report:
    return _with_class(item.sid, str(item.status or ""), str(item.error_code or ""))


def _with_class(provider_id: str, report: str, error_code: str) -> Report:
    if report not in {"failed", "undelivered"} or not error_code:
        return Report(provider_id, report, error_code)
    found = class_of(error_code, provider=TwilioProvider.code, phase=Phase.DELIVERY)
    return Report(provider_id, report, error_code, found)
