"""Machines for tests: clients with a secret, tokens, and the requests they send."""

import base64
import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client

from collections_app.domain.machines.clients import LIMITS, ClientKind
from collections_app.models import Branch, MachineClient
from collections_app.services import records
from collections_app.services.machines import clients, placements
from tests import factories

_keys = count(1)


def make_client(kind: str = "dialler", *, branches: list[Branch] | None = None, **values: Any) -> MachineClient:
    """A client of a kind with all that its kind may have, for the branch BJ unless told."""
    limits = LIMITS[ClientKind(kind)]
    row = MachineClient(
        **{
            "name": kind,
            "kind": kind,
            "channels": sorted(limits.channels),
            "scopes": sorted(limits.scopes),
            "script_version": "S-3",
            "per_minute": 1000,
            **values,
        }
    )
    chosen = [factories.make_branch()] if branches is None else branches
    return clients.save(row=row, branches=chosen, actor=records.SYSTEM, now=factories.START)


def make_secret(client: MachineClient, now: datetime) -> str:
    secret = clients.make_secret(client_pk=client.pk, actor=records.SYSTEM, now=now)
    client.refresh_from_db()
    return secret


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def get_token(browser: Client, client: MachineClient, secret: str, **asked: str) -> Any:
    body = {"grant_type": "client_credentials", **asked}
    return browser.post("/api/oauth/token/", body, headers=basic(client.client_id, secret), secure=True)


class Machine:
    """One machine with a token, and the requests it sends."""

    def __init__(self, client: MachineClient, now: datetime, *, scopes: list[str] | None = None) -> None:
        self.row = client
        self.browser = Client()
        self.token = f"test-token-{client.pk}-{next(_keys):08}-{'x' * 20}"
        clients.keep_token(client=client, secret=self.token, scopes=scopes or client.scopes, now=now)

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **more}

    def post(self, path: str, body: Any, *, key: str | None = "") -> Any:
        """Send JSON; a fresh key unless one is given, none at all for None."""
        key = f"key-{next(_keys):020}" if key == "" else key
        more = {"Idempotency-Key": key} if key is not None else {}
        text = body if isinstance(body, str) else json.dumps(body)
        return self.browser.post(path, text, content_type="application/json", headers=self.headers(**more))

    def get(self, path: str) -> Any:
        return self.browser.get(path, headers=self.headers())

    def ask(self, customer_no: str, *, key: str | None = "", **more: Any) -> Any:
        body = {"customer": customer_no, "channel": "voice", "purpose": "collection", **more}
        return self.post("/api/permits/", body, key=key)

    def tell(self, permit_id: str, state: str, **more: Any) -> Any:
        return self.post(f"/api/permits/{permit_id}/outcome/", {"state": state, **more}, key=None)


def place(account: Any, client: MachineClient, now: datetime) -> Any:
    # The debtor was told the day before.
    type(account).objects.filter(pk=account.pk).update(outsource_notice_at=now - timedelta(days=1))
    return placements.place(account_no=account.account_no, client=client, actor=records.SYSTEM, now=now)
