"""Pushes to the bank's app: signed, shown once, and by the next channel where the device is gone."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from collections_app.domain.purposes import Channel
from collections_app.models import Account, ContactPoint, Customer, Event, Hold
from collections_app.models.tokens import contact_token
from notifications.domain.app_push import is_signed, signature
from notifications.domain.kinds import is_demand
from notifications.domain.outcomes import Result
from notifications.models import Message, SandboxInbox
from notifications.providers.bank_app.provider import BankAppProvider
from notifications.providers.base import CannotTellError, Outgoing, Search
from notifications.selectors.reach import reach_of
from notifications.services import app_devices, planning, reconciling, sending
from tests import factories

KEY = "a key of the gateway"
DEVICE = "dev-4f1c9a"


class Gateway:
    """A push gateway on this machine: what it was sent, and how it answers."""

    def __init__(self) -> None:
        self.pushes: dict[str, dict[str, str]] = {}
        self.calls = 0
        self.answer: tuple[int, dict[str, str]] | None = None
        self.state = "sent"
        self.drops = False


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    """Run a gateway that keeps one push for one key, and checks each signature."""
    book = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seconds = int(self.headers["OneCase-Signature"][2:].partition(",")[0])
            signed_at = datetime.fromtimestamp(seconds, tz=UTC)
            assert is_signed(self.path, body, self.headers["OneCase-Signature"], keys=[KEY], now=signed_at)
            book.calls += 1
            said = json.loads(body)
            assert said["id"] == self.headers["Idempotency-Key"]
            if book.answer is None:
                book.pushes.setdefault(said["id"], said)
            if book.drops:
                self.close_connection = True
                return
            self._say(*(book.answer or (202, {"id": said["id"]})))

        def do_GET(self) -> None:
            attempt = self.path.rpartition("/")[2]
            found = attempt in book.pushes
            self._say(200 if found else 404, {"id": attempt, "state": book.state} if found else {})

        def _say(self, status: int, said: dict[str, str]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        settings.APP_PUSH_URL, settings.APP_PUSH_KEY = f"http://127.0.0.1:{server.server_port}", KEY
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield book
        server.shutdown()
        thread.join()


@pytest.fixture
def customer(make_due: Callable[..., tuple[Customer, Account]], now: datetime) -> Customer:
    """Somebody with a bill who wants no texts, and has the app and an e-mail address."""
    customer, _ = make_due()
    factories.make_mobile(customer, DEVICE, kind="app_push", value_token=contact_token(DEVICE, is_phone=False))
    factories.make_mobile(customer, "chen@mail.example", kind="email")
    Hold.objects.create(customer=customer, kind="channel_stop", channel="sms", placed_at=now)
    return customer


def _run(now: datetime) -> Message:
    planning.plan(on=now.date(), now=now)
    with zeal_ignore():
        sending.send_due(now=now, worker="test")
    return Message.objects.get(kind="card_due", reference="")


def _signed(
    client: Client, path: str, said: dict[str, Any], now: datetime, key: str = KEY, signed_for: str = ""
) -> Any:
    body = json.dumps(said).encode()
    headers = {"OneCase-Signature": signature(signed_for or path, body, key=key, at=now)}
    return client.post(path, body, content_type="application/json", headers=headers)


def test_what_is_pushed_shows_nothing_on_a_locked_screen(customer: Customer, now: datetime, gateway: Gateway) -> None:
    """The way to the page goes beside the text, through the links that exist; the alert names the bank alone."""
    message = _run(now)
    [push] = gateway.pushes.values()
    assert (message.state, message.channel, message.provider) == ("accepted", "app", "bank_app")
    assert (push["device"], push["alert"]) == (DEVICE, "示范银行服务通知")
    assert push["customer_no"] == customer.customer_no
    assert message.account is not None
    assert message.account.tail in push["body"]
    assert message.account.tail not in push["alert"]
    assert "/r/" in push["link"]
    assert push["link"] not in message.body


def test_without_a_gateway_the_demo_shows_it_on_its_screen(customer: Customer, now: datetime) -> None:
    message = _run(now)
    shown = SandboxInbox.objects.get(provider="bank_app")
    assert (message.state, shown.number) == ("delivered", DEVICE)
    assert "/r/" in shown.body


def test_a_gateway_that_took_it_and_fell_silent_is_asked(customer: Customer, now: datetime, gateway: Gateway) -> None:
    """Found under our own name it is adopted: shown once, whatever was lost on the way."""
    gateway.drops = True
    message = _run(now)
    assert (message.state, message.reason) == ("unknown", "no_answer")
    gateway.drops, gateway.state = False, "teleported"
    assert reconciling.reconcile(now=now + timedelta(minutes=2)) == 0, "what it says nobody knows, so nothing follows"
    gateway.state = "sent"
    assert reconciling.reconcile(now=now + timedelta(minutes=2)) == 1
    message.refresh_from_db()
    assert (message.state, gateway.calls) == ("sent", 1)


@pytest.mark.parametrize("error", ["device_gone", "turned_off"])
def test_a_device_that_is_gone_lets_it_go_by_the_next_channel(
    customer: Customer, now: datetime, gateway: Gateway, error: str
) -> None:
    """At once and under a permit of its own; the first one is given back, and the device is not tried again."""
    gateway.answer = (422, {"error": error})
    message = _run(now)
    assert (message.state, message.reason) == ("due", "channel_unreachable")
    first = message.contact
    with zeal_ignore():
        sending.send_due(now=now + timedelta(minutes=1), worker="test")
    message.refresh_from_db()
    assert (message.channel, message.state) == ("email", "sent")
    assert first is not None
    first.refresh_from_db()
    assert (first.state, gateway.calls) == ("failed", 1)
    assert message.contact_id != first.pk
    device = ContactPoint.objects.get(kind="app_push")
    assert (device.quality, device.permission) == {"device_gone": ("bad", "ok"), "turned_off": ("verified", "refused")}[
        error
    ]
    # It is the device's matter and no stop of the channel: a newer word of the bank's makes it good again.
    assert list(Hold.objects.values_list("channel", flat=True)) == ["sms"]
    later = now + timedelta(hours=1)
    app_devices.take(customer_no=customer.customer_no, device=DEVICE, allowed=True, told_at=later, now=later)
    assert [point.pk for point in reach_of([customer.pk])[customer.pk][Channel.APP]] == [device.pk]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ((202, {"id": "g1"}), Result.ACCEPTED),
        ((202, {}), Result.UNKNOWN),
        ((429, {}), Result.TRANSIENT),
        ((500, {}), Result.UNKNOWN),
        ((409, {}), Result.UNKNOWN),
        ((401, {}), Result.STOPPED),
        ((422, {"error": "bad_text"}), Result.PERMANENT),
    ],
)
def test_what_the_gateway_answers_decides_what_follows(
    gateway: Gateway, now: datetime, answer: tuple[int, dict[str, str]], result: Result
) -> None:
    gateway.answer = answer
    outgoing = Outgoing(str(uuid4()), DEVICE, "text", "", subject="s")
    assert BankAppProvider().send(outgoing, now=now).result is result


def test_a_gateway_that_is_not_there_took_nothing(now: datetime, settings: Any) -> None:
    """Refused before anything left it is tried again; it cannot be asked; and demo data goes to no other machine."""
    settings.APP_PUSH_URL, settings.APP_PUSH_KEY = "http://127.0.0.1:9", KEY
    outgoing = Outgoing(str(uuid4()), DEVICE, "text", "")
    assert BankAppProvider().send(outgoing, now=now).result is Result.TRANSIENT
    with pytest.raises(CannotTellError):
        BankAppProvider().find(Search(DEVICE, "", now, now, attempt=outgoing.attempt))
    settings.APP_PUSH_URL = "https://push.bank.example"
    assert BankAppProvider().send(outgoing, now=now).result is Result.STOPPED


def test_a_push_that_expired_goes_on_by_the_next_channel_once(
    customer: Customer, now: datetime, gateway: Gateway, client: Client
) -> None:
    """The gateway says so, signed; said again, unsigned or by another key it changes nothing."""
    message = _run(now)
    path = reverse("notifications:app_status", kwargs={"attempt": message.attempt})
    said = {"id": message.provider_id, "state": "expired"}
    assert _signed(client, path, said, now, key="another").status_code == 403
    assert _signed(client, path, said, now, signed_for=f"/notifications/app/{uuid4()}/status/").status_code == 403
    assert client.post(path, json.dumps(said), content_type="application/json").status_code == 403
    assert _signed(client, path, said, now - timedelta(minutes=6)).status_code == 403
    assert _signed(client, path, {"id": "x", "state": "lost"}, now).status_code == 400
    for _ in range(2):
        assert _signed(client, path, said, now).status_code == 204
    message.refresh_from_db()
    again = Message.objects.get(kind="card_due", reference=":app")
    assert (message.state, again.by_channels, again.step) == ("undelivered", "sms,email", message.step)
    with zeal_ignore():
        sending.send_due(now=now, worker="test")
    again.refresh_from_db()
    assert (again.channel, again.state) == ("email", "sent")
    planning.plan(on=now.date(), now=now)
    assert Message.objects.count() == 2


def test_the_bank_says_which_device_may_be_pushed_to(db: None, now: datetime, client: Client, settings: Any) -> None:
    """Its newest word counts; what is said again or late is no news, and nobody else may say it."""
    settings.APP_PUSH_KEY = KEY
    customer, _ = factories.make_debtor()
    path = reverse("notifications:app_devices")
    said: dict[str, Any] = {"customer_no": customer.customer_no, "device": DEVICE, "allowed": True}
    at = [(now - timedelta(minutes=minutes)).isoformat() for minutes in (30, 20, 10)]
    assert _signed(client, path, said | {"at": at[1]}, now, key="another").status_code == 403
    assert _signed(client, path, said | {"at": "2026"}, now).status_code == 400
    assert _signed(client, path, said | {"at": at[1], "customer_no": "none"}, now).status_code == 404
    assert _signed(client, path, said | {"at": at[1]}, now).json() == {"news": True}
    assert _signed(client, path, said | {"at": at[1]}, now).json() == {"news": False}
    assert _signed(client, path, said | {"at": at[0], "allowed": False}, now).json() == {"news": False}
    assert _signed(client, path, said | {"at": at[2], "allowed": False}, now).json() == {"news": True}
    point = ContactPoint.objects.get(kind="app_push")
    assert (point.value, point.permission, point.provenance) == (DEVICE, "refused", "on_file")
    assert Event.objects.filter(kind="contact_point.added").count() == 1


def test_a_push_interrupts_no_limitation() -> None:
    """The law names texts, letters and e-mails (银行卡规定 3(2))."""
    demand = {"kind": "overdue_gentle", "variant": "explicit", "provenance": "on_file"}
    assert is_demand(**demand)
    assert is_demand(**demand, channel="letter")
    assert not is_demand(**demand, channel="app")
