"""Asking Twilio to create something once, and asking it afterwards what it has: the same for messages and calls."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from requests.exceptions import ConnectionError as NoConnectionError
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from notifications.domain.outcomes import ErrorClass, Outcome, Result
from notifications.providers.base import CannotTellError, OddQuestionError
from notifications.providers.twilio import http

# Whoever asks is refused, whatever they ask for.
_NOT_TO_BE_ASKED = frozenset({401, 403, 408, 429})
# Twilio rounds to seconds and its clock is not ours.
_CLOCKS_DIFFER = timedelta(minutes=2)


def create_once(
    create: Callable[[Client], Any], *, rejected: Callable[[str], Outcome], name: Callable[[str], str] = str
) -> Outcome:
    """Return what came of creating something once. A time-out or a server error after the request has left is unknown.

    ``rejected`` says what a code of Twilio's means when it has taken nothing; ``name`` turns a status into a report.
    """
    try:
        client = http.client()
    except (http.WrongAddressError, TwilioException) as error:
        return Outcome(Result.STOPPED, error_code=str(error)[:16] or "config", error_class=ErrorClass.CONFIG)
    try:
        created = create(client)
    except TwilioRestException as error:
        return _refused(error, rejected)
    except ConnectTimeout:
        return Outcome(Result.TRANSIENT, error_code="connect", reached=False)
    except NoConnectionError as error:
        if http.never_connected(error):
            return Outcome(Result.TRANSIENT, error_code="connection", reached=False)
        return Outcome(Result.UNKNOWN, error_code="connection")
    except RequestException:
        return Outcome(Result.UNKNOWN, error_code="timeout")
    except (ValueError, TwilioException):
        # A success whose body cannot be read: Twilio has it, under a name we did not learn.
        return Outcome(Result.UNKNOWN, error_code="unreadable")
    if not created.sid:
        return Outcome(Result.UNKNOWN, error_code="unreadable")
    return Outcome(Result.ACCEPTED, provider_id=created.sid, report=name(str(created.status or "")))


def _refused(error: TwilioRestException, rejected: Callable[[str], Outcome]) -> Outcome:
    code = str(error.code or error.status)
    if error.status == 429:
        # Not processed, and always safe to try again (facts 3E, 20429).
        return Outcome(Result.TRANSIENT, error_code=code, error_class=ErrorClass.TRANSIENT)
    if error.status >= 500:
        return Outcome(Result.UNKNOWN, error_code=code)
    if error.status == 401:
        return Outcome(Result.STOPPED, error_code=code, error_class=ErrorClass.CONFIG)
    return rejected(code)


@contextmanager
def looking() -> Iterator[None]:
    """Turn whatever keeps Twilio from being asked into CannotTellError; what it answers itself passes."""
    try:
        yield
    except TwilioRestException as error:
        odd = 400 <= error.status < 500 and error.status not in _NOT_TO_BE_ASKED
        raise (OddQuestionError if odd else CannotTellError)(str(error.code)) from error
    except (RequestException, TwilioException, http.WrongAddressError, ValueError) as error:
        raise CannotTellError(type(error).__name__) from error


def fetched(fetch: Callable[[], Any]) -> Any | None:
    """Return what Twilio has under a name, or None when it surely has nothing."""
    try:
        return fetch()
    except TwilioRestException as error:
        if error.status == 404:
            return None
        raise


def created_within(item: Any, since: datetime, until: datetime) -> bool:
    """Return whether Twilio made something in that time, give or take how much its clock may differ from ours."""
    created = item.date_created
    if created is None:
        return False
    created = created if created.tzinfo else created.replace(tzinfo=UTC)
    return bool(since - _CLOCKS_DIFFER <= created <= until + _CLOCKS_DIFFER)
