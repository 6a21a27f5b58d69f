"""Twilio, outside mainland China."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.urls import reverse
from requests.exceptions import ConnectionError as NoConnectionError
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException

from collections_app.domain.purposes import Purpose
from notifications.domain.lifecycle import rank
from notifications.domain.outcomes import ErrorClass, Outcome, Report, Result
from notifications.providers.base import CannotTellError, Outgoing, Search
from notifications.providers.twilio import http
from notifications.providers.twilio.error_table import class_of, result_of

# Twilio's terms forbid loan and card content to, from and within mainland China; a bank may send one-time codes
# there, under a letter of authorization (facts 0.1). Links are not carried there either (facts 0.2).
_MAINLAND = "CN"
_MAINLAND_PURPOSES = frozenset({Purpose.OTP})
# Twilio rounds to seconds and its clock is not ours.
_CLOCKS_DIFFER = timedelta(minutes=2)


class TwilioProvider:
    """Twilio's Messages API through Twilio's own library."""

    code = "twilio"
    platform_signs = False

    def carries(self, *, country: str, purpose: str, links: bool) -> str:
        """Return ``provider_not_allowed`` for what Twilio's terms forbid to a country."""
        if country != _MAINLAND:
            return ""
        return "" if purpose in _MAINLAND_PURPOSES and not links else "provider_not_allowed"

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Create the message once. A time-out or a server error after the request has left is unknown."""
        try:
            client = http.client()
        except (http.WrongAddressError, TwilioException) as error:
            return Outcome(Result.STOPPED, error_code=str(error)[:16] or "config", error_class=ErrorClass.CONFIG)
        try:
            created = client.messages.create(
                to=outgoing.to,
                from_=settings.TWILIO_FROM,
                body=outgoing.body,
                status_callback=self._callback(outgoing.attempt),
            )
        except TwilioRestException as error:
            return _refused(error)
        except ConnectTimeout:
            return Outcome(Result.TRANSIENT, error_code="connect")
        except NoConnectionError as error:
            return Outcome(Result.TRANSIENT if http.never_connected(error) else Result.UNKNOWN, error_code="connection")
        except RequestException:
            return Outcome(Result.UNKNOWN, error_code="timeout")
        except (ValueError, TwilioException):
            # A success whose body cannot be read: Twilio has it, under a name we did not learn.
            return Outcome(Result.UNKNOWN, error_code="unreadable")
        if not created.sid:
            return Outcome(Result.UNKNOWN, error_code="unreadable")
        return Outcome(Result.ACCEPTED, provider_id=created.sid, report=str(created.status or ""))

    def find(self, search: Search) -> Report | None:
        """Look a message up by its name, or among those to the number by text and time."""
        try:
            client = http.client()
            if search.provider_id:
                return _report(client.messages(search.provider_id).fetch())
            listed = client.messages.list(to=search.to, limit=200, page_size=100)
        except TwilioRestException as error:
            if error.status == 404 and search.provider_id:
                return None
            raise CannotTellError(str(error.code)) from error
        except (RequestException, TwilioException, http.WrongAddressError, ValueError) as error:
            raise CannotTellError(type(error).__name__) from error
        since, until = search.since - _CLOCKS_DIFFER, search.until + _CLOCKS_DIFFER
        matching = [item for item in listed if _matches(item, search.body_sha256, since, until)]
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


def _refused(error: TwilioRestException) -> Outcome:
    code = str(error.code or error.status)
    if error.status == 429:
        # Not processed, and always safe to try again (facts 3E, 20429).
        return Outcome(Result.TRANSIENT, error_code=code, error_class=ErrorClass.TRANSIENT)
    if error.status >= 500:
        return Outcome(Result.UNKNOWN, error_code=code)
    if error.status == 401:
        return Outcome(Result.STOPPED, error_code=code, error_class=ErrorClass.CONFIG)
    error_class = class_of(code, part="sending")
    return Outcome(result_of(error_class), error_code=code, error_class=error_class)


def _matches(item: Any, body_sha256: str, since: datetime, until: datetime) -> bool:
    if item.body is None or sha256(item.body.encode()).hexdigest() != body_sha256:
        return False
    created = item.date_created
    if created is None:
        return False
    created = created if created.tzinfo else created.replace(tzinfo=UTC)
    return bool(since <= created <= until)


def _report(item: Any) -> Report:
    return _with_class(item.sid, str(item.status or ""), str(item.error_code or ""))


def _with_class(provider_id: str, report: str, error_code: str) -> Report:
    failed = report in {"failed", "undelivered"} and error_code
    return Report(provider_id, report, error_code, class_of(error_code, part="delivery") if failed else None)
