"""The calls the stand-in for Twilio takes: each is kept, listed, and reported leg by leg with Twilio's signature."""

import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from html import unescape
from typing import Any
from uuid import uuid4

import requests
from twilio.request_validator import RequestValidator

from collections_app.domain.loopback import is_loopback

# Whose leg, and how far: the colleague's telephone first, then the customer's.
COURSE = (
    ("agent", "ringing"),
    ("agent", "in-progress"),
    ("customer", "ringing"),
    ("customer", "in-progress"),
    ("customer", "completed"),
    ("agent", "completed"),
)


_NUMBER = re.compile(r"<Number([^>]*)>([^<]*)</Number>")
_CALLBACK = re.compile(r'statusCallback="([^"]*)"')


class CallBook:
    """What the stand-in has been asked to call, by its names."""

    def __init__(self, *, account: str) -> None:
        self.account = account
        self.calls: dict[str, dict[str, Any]] = {}
        self.words: dict[str, str] = {}
        self.lock = threading.Lock()

    def create(self, form: Mapping[str, list[str]], at: datetime) -> dict[str, Any]:
        """Take a call and return it as Twilio would show it."""
        sid, moment = f"CA{uuid4().hex}", format_datetime(at.astimezone(UTC))
        base = f"/2010-04-01/Accounts/{self.account}/Calls/{sid}"
        call = {
            "account_sid": self.account, "answered_by": None, "api_version": "2010-04-01", "caller_name": None,
            "date_created": moment, "date_updated": moment, "direction": "outbound-api", "duration": None,
            "end_time": None, "forwarded_from": None, "from": form["From"][0], "from_formatted": form["From"][0],
            "group_sid": None, "parent_call_sid": None, "phone_number_sid": None, "price": None, "price_unit": None,
            "queue_time": "0", "sid": sid, "start_time": None, "status": "queued",
            "subresource_uris": {"recordings": f"{base}/Recordings.json"}, "to": form["To"][0],
            "to_formatted": form["To"][0], "trunk_sid": None, "uri": f"{base}.json",
        }  # fmt: skip
        with self.lock:
            self.calls[sid] = call
            self.words[sid] = form.get("Twiml", [""])[0]
        return dict(call)

    def listed(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        """Return what was taken, newest first, in one page."""
        with self.lock:
            rows = [dict(row) for row in reversed(self.calls.values())]
        if "To" in query:
            rows = [row for row in rows if row["to"] == query["To"][0]]
        base = f"/2010-04-01/Accounts/{self.account}/Calls.json"
        return {
            "calls": rows, "end": max(len(rows) - 1, 0), "first_page_uri": base, "next_page_uri": None, "page": 0,
            "page_size": 100, "previous_page_uri": None, "start": 0, "uri": base,
        }  # fmt: skip


def customer_leg(words: str) -> tuple[str, str]:
    """Return the number and the call-back of the customer's leg in the words a call was created with."""
    found = _NUMBER.search(words)
    if found is None:
        return "", ""
    address = _CALLBACK.search(found[1])
    return found[2], unescape(address[1]) if address else ""


def report(book: CallBook, *, token: str, sid: str, leg: str, status: str, url: str, seconds: int = 0) -> int:
    """Report one status of a leg as Twilio signs it, to this machine only; return the answer's status."""
    if not is_loopback(url):
        return 0
    call = book.calls[sid]
    fields = {
        "AccountSid": book.account, "ApiVersion": "2010-04-01", "CallSid": sid if leg == "agent" else f"CA{'c' * 32}",
        "CallStatus": status, "Direction": "outbound-api", "From": call["from"], "To": call["to"],
    }  # fmt: skip
    if leg == "customer":
        fields["ParentCallSid"] = sid
    if status == "completed":
        fields["CallDuration"] = str(seconds)
    signature = RequestValidator(token).compute_signature(url, fields)
    try:
        answer = requests.post(url, data=fields, headers={"X-Twilio-Signature": signature}, timeout=5)
    except requests.RequestException:
        return 0
    return answer.status_code


def call_back(book: CallBook, *, token: str, sid: str, url: str) -> None:
    """Report the whole course of a call that is answered."""
    _number, theirs = customer_leg(book.words[sid])
    for leg, status in COURSE:
        report(book, token=token, sid=sid, leg=leg, status=status, url=url if leg == "agent" else theirs, seconds=42)
