"""Ask OneCase for a permit before a call, and report what became of it. Needs nothing but Python.

ONECASE_URL=https://onecase.example ONECASE_CLIENT_ID=… ONECASE_CLIENT_SECRET=… python permits.py C00000017
"""

import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any


class OneCase:
    """A client with a token that renews itself."""

    def __init__(self, url: str, client_id: str, secret: str) -> None:
        self.url = url.rstrip("/")
        self._basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        self._token = ""

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        request = urllib.request.Request(self.url + path, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"{}")

    def _renew(self) -> None:
        body = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        headers = {"Authorization": f"Basic {self._basic}", "Content-Type": "application/x-www-form-urlencoded"}
        status, answer = self._send("POST", "/api/oauth/token/", body, headers)
        if status != 200:
            raise SystemExit(f"no token: {answer.get('error', status)}")
        self._token = answer["access_token"]

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """Send a request with a token; a new one is fetched when the old one has run out."""
        if not self._token:
            self._renew()
        status, answer = self._try(method, path, body, key)
        if status == 401:
            self._renew()
            status, answer = self._try(method, path, body, key)
        return status, answer

    def _try(self, method: str, path: str, body: Any, key: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return self._send(method, path, json.dumps(body).encode() if body is not None else None, headers)


def main() -> int:
    """Ask for one call to a customer, and report that nobody answered."""
    bank = OneCase(os.environ["ONECASE_URL"], os.environ["ONECASE_CLIENT_ID"], os.environ["ONECASE_CLIENT_SECRET"])
    wanted = {"customer": sys.argv[1], "channel": "voice", "purpose": "collection", "contact_point": "best"}
    # One key for one call. After a lost answer send the same again with the same key: it is reserved once.
    status, permit = bank.call("POST", "/api/permits/", wanted, key=str(uuid.uuid4()))
    if status not in (200, 201):
        print(f"{status} {permit}")
        return 1
    if not permit["allowed"]:
        print(f"not now: {permit['reason']}, rule {permit['rule']}, until {permit['until']}")
        return 0
    # Right before dialling: does it still stand?
    address = f"/api/permits/{permit['id']}/"
    status, permit = bank.call("GET", address)
    if not permit["usable"]:
        print(f"taken back: {permit['reason']}")
        return 0
    print(f"dial {permit['contact_point'].get('value', permit['contact_point']['masked'])}")
    # A permit of which nothing is reported counts as a contact: always report.
    status, answer = bank.call("POST", f"{address}outcome/", {"state": "made", "outcome": "no_answer"})
    print(f"reported: {answer.get('state', answer)}")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
