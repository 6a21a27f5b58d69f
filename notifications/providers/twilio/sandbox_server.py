"""A stand-in for Twilio on this machine, for demo and tests.

It refuses every request that Twilio's own description does not allow, answers in the described form, keeps what
it took, calls back with Twilio's signature, and shows each message on the sandbox phone.
"""

import base64
import binascii
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import requests
from twilio.request_validator import RequestValidator

from collections_app.domain.loopback import is_loopback
from notifications.domain.segments import segments_of
from notifications.providers.twilio import openapi, sandbox_calls

CALLBACK_STATUSES = ("sent", "delivered")
# Numbers that Twilio's test credentials treat specially, by their last digits.
INVALID_NUMBERS = frozenset({"+15005550001"})


@dataclass(slots=True)
class Behaviour:
    """How the stand-in shall misbehave, for tests: each entry is used up by one request to create a message."""

    errors: list[tuple[int, int]] = field(default_factory=list)
    """HTTP status and Twilio code to answer with, taking nothing."""
    hang_after_taking: int = 0
    """So many messages are taken, but the connection is closed without an answer."""
    call_back: bool = True


class Book:
    """What the stand-in has taken, by its names for them."""

    def __init__(self, *, account: str, token: str, now: Callable[[], datetime]) -> None:
        self.account, self.token, self.now = account, token, now
        self.behaviour = Behaviour()
        self.calls = sandbox_calls.CallBook(account=account)
        self.messages: dict[str, dict[str, Any]] = {}
        self.refused: list[str] = []
        self.lock = threading.Lock()

    def create(self, form: Mapping[str, list[str]]) -> dict[str, Any]:
        """Take a message and return it as Twilio would show it."""
        return self.keep(
            sid=f"SM{uuid4().hex}",
            to=form["To"][0],
            sender=form.get("From", [None])[0],
            body=form.get("Body", [""])[0],
            at=self.now(),
        )

    def keep(
        self, *, sid: str, to: str, sender: str | None, body: str, at: datetime, status: str = "queued"
    ) -> dict[str, Any]:
        """Put a message into the book under its name; used to take one, and to remember those of an earlier run."""
        moment = format_datetime(at.astimezone(UTC))
        uri = f"/2010-04-01/Accounts/{self.account}/Messages/{sid}.json"
        message = {
            "account_sid": self.account, "api_version": "2010-04-01", "body": body, "date_created": moment,
            "date_sent": None, "date_updated": moment, "direction": "outbound-api", "error_code": None,
            "error_message": None, "from": sender, "messaging_service_sid": None,
            "num_media": "0", "num_segments": str(segments_of(body).parts), "price": None, "price_unit": None,
            "sid": sid, "status": status, "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
            "to": to, "uri": uri,
        }  # fmt: skip
        with self.lock:
            self.messages[sid] = message
        return dict(message)

    def listed(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        """Return one page of what was taken, newest first."""
        with self.lock:
            rows = [dict(row) for row in reversed(self.messages.values())]
        for key, name in (("to", "To"), ("from", "From")):
            if name in query:
                rows = [row for row in rows if row[key] == query[name][0]]
        size, page = int(query.get("PageSize", ["50"])[0]), int(query.get("Page", ["0"])[0])
        shown = rows[page * size : (page + 1) * size]
        base = f"/2010-04-01/Accounts/{self.account}/Messages.json"
        more = len(rows) > (page + 1) * size
        return {
            "end": max(page * size + len(shown) - 1, 0), "first_page_uri": f"{base}?PageSize={size}&Page=0",
            "messages": shown, "next_page_uri": f"{base}?PageSize={size}&Page={page + 1}" if more else None,
            "page": page, "page_size": size, "previous_page_uri": None, "start": page * size,
            "uri": f"{base}?PageSize={size}&Page={page}",
        }  # fmt: skip

    def advance(self, sid: str, status: str) -> None:
        """Move a message on."""
        with self.lock:
            self.messages[sid]["status"] = status
            self.messages[sid]["date_updated"] = format_datetime(self.now().astimezone(UTC))


class SandboxServer(ThreadingHTTPServer):
    """The stand-in, bound to this machine only. ``on_message`` hears of each message it took."""

    daemon_threads = True

    def __init__(self, *, port: int, book: Book, on_message: Callable[[Mapping[str, Any]], None]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.book = book
        self.on_message = on_message

    @property
    def address(self) -> str:
        """The address to configure as TWILIO_API_URL."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: numbers and texts do not belong in a log."""

    def _handle(self, method: str) -> None:
        book, address = self.server.book, urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        query = parse_qs(address.query, keep_blank_values=True)
        if not self._signed_in():
            self._error(401, 20003, "Authentication Error - invalid username")
            return
        found = openapi.operation(method, address.path)
        if found is None:
            self._error(404, 20404, "The requested resource was not found")
            return
        described, values = found
        problems = openapi.request_problems(described, path_values=values, query=query, form=form)
        if problems:
            book.refused += problems
            self._error(400, 21601, "; ".join(problems))
            return
        is_call = "/Calls" in address.path
        if method == "POST" and "Sid" not in values:
            if is_call:
                self._create_call(described, form)
            else:
                self._create(described, form)
        elif "Sid" in values:
            known: dict[str, dict[str, Any]] = book.calls.calls if is_call else book.messages
            row = known.get(values["Sid"])
            if row is None:
                self._error(404, 20404, "The requested resource was not found")
            else:
                self._answer(200, dict(row), described)
        else:
            self._answer(200, book.calls.listed(query) if is_call else book.listed(query), described)

    def _create_call(self, described: Mapping[str, Any], form: Mapping[str, list[str]]) -> None:
        book = self.server.book
        if book.behaviour.errors:
            status, code = book.behaviour.errors.pop(0)
            self._error(status, code, "as asked for by the test")
            return
        if not form.get("Twiml") and not form.get("Url"):
            self._error(400, 21205, "Url parameter is required")
            return
        call = book.calls.create(form, book.now())
        if book.behaviour.hang_after_taking:
            book.behaviour.hang_after_taking -= 1
            self.close_connection = True
            return
        self._answer(201, call, described)
        if form.get("StatusCallback") and book.behaviour.call_back:
            sandbox_calls.call_back(book.calls, token=book.token, sid=call["sid"], url=form["StatusCallback"][0])

    def _create(self, described: Mapping[str, Any], form: Mapping[str, list[str]]) -> None:
        book = self.server.book
        if book.behaviour.errors:
            status, code = book.behaviour.errors.pop(0)
            self._error(status, code, "as asked for by the test")
            return
        if not form.get("From") and not form.get("MessagingServiceSid"):
            self._error(400, 21603, "A 'From' phone number is required")
            return
        if not form.get("Body") or len(form["Body"][0]) > 1600:
            self._error(400, 21602 if not form.get("Body") else 21617, "Message body is required, up to 1600 signs")
            return
        if form["To"][0] in INVALID_NUMBERS or not form["To"][0].startswith("+"):
            self._error(400, 21211, "Invalid 'To' Phone Number")
            return
        message = book.create(form)
        self.server.on_message(message)
        if book.behaviour.hang_after_taking:
            book.behaviour.hang_after_taking -= 1
            self.close_connection = True
            return
        self._answer(201, message, described)
        if form.get("StatusCallback") and book.behaviour.call_back:
            call_back(book, message["sid"], form["StatusCallback"][0])

    def _signed_in(self) -> bool:
        book = self.server.book
        kind, _, secret = (self.headers.get("Authorization") or "").partition(" ")
        try:
            return (
                kind == "Basic" and base64.b64decode(secret, validate=True).decode() == f"{book.account}:{book.token}"
            )
        except (binascii.Error, UnicodeDecodeError):
            return False

    def _answer(self, status: int, body: dict[str, Any], described: Mapping[str, Any]) -> None:
        problems = openapi.answer_problems(described, status=status, body=body)
        if problems:
            self._error(500, 20500, "; ".join(problems))
            return
        self._write(status, body)

    def _error(self, status: int, code: int, message: str) -> None:
        info = f"https://www.twilio.com/docs/errors/{code}"
        self._write(status, {"code": code, "message": message, "more_info": info, "status": status})

    def _write(self, status: int, body: Mapping[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def call_back(book: Book, sid: str, url: str) -> None:
    """Report a message as sent and delivered, signed as Twilio signs; only to this machine, and once each."""
    if not is_loopback(url):
        return
    for status in CALLBACK_STATUSES:
        book.advance(sid, status)
        fields = {
            "AccountSid": book.account, "ApiVersion": "2010-04-01", "MessageSid": sid, "SmsSid": sid,
            "MessageStatus": status, "SmsStatus": status, "From": book.messages[sid]["from"] or "",
            "To": book.messages[sid]["to"],
        }  # fmt: skip
        signature = RequestValidator(book.token).compute_signature(url, fields)
        try:
            requests.post(url, data=fields, headers={"X-Twilio-Signature": signature}, timeout=5)
        except requests.RequestException:
            return  # Twilio too gives up; the product asks for itself later
