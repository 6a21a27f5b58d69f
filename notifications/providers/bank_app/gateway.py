"""Calling the bank's push gateway: signed, with a time-out, and with a clear word on what may have arrived."""

import json
from collections.abc import Mapping
from datetime import datetime

import requests
from django.conf import settings

from notifications.domain.app_push import signature
from notifications.providers.twilio.http import WrongAddressError, check_address, never_connected

__all__ = ["NoAnswerError", "NotConnectedError", "WrongAddressError", "get", "is_configured", "post"]

_CONNECT_SECONDS, _ANSWER_SECONDS = 5.0, 15.0
_MOST_BYTES = 20_000


class NotConnectedError(Exception):
    """The gateway was not reached: it surely has nothing."""


class NoAnswerError(Exception):
    """The call has left and nothing came back: the gateway may have it."""


def is_configured() -> bool:
    """Return whether the bank has named its gateway and the key its calls are signed with."""
    return bool(settings.APP_PUSH_URL and settings.APP_PUSH_KEY)


def post(path: str, said: Mapping[str, str], *, key: str, now: datetime) -> tuple[int, Mapping[str, object]]:
    """Post one signed body under an idempotency key, and return the status and what was answered.

    Raise NotConnectedError before anything has left, NoAnswerError after, WrongAddressError where data may not go.
    """
    body = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    return _call("POST", path, body, {"Idempotency-Key": key}, now)


def get(path: str, *, now: datetime) -> tuple[int, Mapping[str, object]]:
    """Ask for what is under a path. Raise as ``post`` does."""
    return _call("GET", path, b"", {}, now)


def _call(
    method: str, path: str, body: bytes, headers: dict[str, str], now: datetime
) -> tuple[int, Mapping[str, object]]:
    check_address(settings.APP_PUSH_URL, sandbox=settings.SANDBOX)
    headers |= {
        "Content-Type": "application/json",
        "OneCase-Signature": signature(path, body, key=settings.APP_PUSH_KEY, at=now),
    }
    try:
        # A redirect would take the signed text to an address nobody has named.
        answer = requests.request(
            method, settings.APP_PUSH_URL.rstrip("/") + path, data=body, headers=headers,
            timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS), allow_redirects=False,
        )  # fmt: skip
    except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
        raise NotConnectedError from error
    except requests.ConnectionError as error:
        raise (NotConnectedError if never_connected(error) else NoAnswerError) from error
    except requests.RequestException as error:
        raise NoAnswerError from error
    try:
        said = json.loads(answer.content[:_MOST_BYTES])
    except ValueError:
        said = {}
    return answer.status_code, said if isinstance(said, dict) else {}
