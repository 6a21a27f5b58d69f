"""A debtor who is on their page, and what they do there."""

import copy
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import zeal
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from collections_app.models import Account, Customer
from collections_app.services import access, records
from repayment.domain import signatures
from repayment.gateways.sandbox import delivery
from repayment.gateways.sandbox.gateway import notice_key
from repayment.models import Payment, SandboxOrder
from tests import factories
from tests.remembered import remembered


@pytest.fixture(autouse=True)
def fresh_counters():
    """Count nothing against this address from before, nor afterwards: every other test comes from it too."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def sent(monkeypatch, request):
    """What the cashier's messenger would send; in browser tests it really does."""
    letters = []
    if "live_url" not in request.fixturenames:
        monkeypatch.setattr(delivery, "send_later", lambda **letter: letters.append(letter))
    return letters


class Browser(Client):
    """A client whose every request is watched for N+1 queries by itself: clicking twice is no loop."""

    def request(self, **request):
        with zeal.zeal_context():
            return super().request(**request)

    def __deepcopy__(self, memo):
        twin = copy.copy(self)
        twin.defaults, twin.cookies = dict(self.defaults), copy.deepcopy(self.cookies, memo)
        return twin


def make_debtor(**values):
    """Return a debtor and their account; several in one test are no loop either."""
    with zeal.zeal_ignore():
        return factories.make_debtor(**values)


def mint(customer, now):
    with zeal.zeal_ignore(), transaction.atomic():
        return access.mint_within(customer=records.lock(customer_id=customer.pk, now=now), now=now)


@dataclass
class Visitor:
    """A customer with a browser that has been let in."""

    client: Client
    customer: Customer
    account: Account

    def button(self) -> dict[str, str]:
        """Return the fields of the page's one button."""
        page = self.client.get("/r/account/").content.decode()
        form = page[page.index('action="/r/pay/"') :]
        return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))

    def pay(self) -> tuple[Payment, str]:
        """Click the button, and return the payment and the cashier's address."""
        answer = self.client.post("/r/pay/", self.button())
        assert answer.status_code == 302, answer.content.decode()
        with zeal.zeal_ignore():
            return Payment.objects.latest("id"), answer["Location"]


@remembered
def enter(customer, account, now, **client_values) -> Visitor:
    """Let a customer in by link and proof, as a person does it."""
    client = Browser(**client_values)
    token = mint(customer, now).token
    assert client.post(f"/r/{token}/")["Location"] == "/r/proof/"
    assert client.post("/r/proof/", {"id_tail": customer.id_number[-4:]})["Location"] == "/r/account/"
    return Visitor(client, customer, account)


@pytest.fixture
@remembered
def visitor(db, now) -> Visitor:
    customer, account = make_debtor()
    return enter(customer, account, now)


def notice_body(payment: Payment, *, now, key=None, **changes: str) -> bytes:
    """Return a signed notification about a payment, as the cashier would send it."""
    fields = {
        "reference": payment.reference,
        "gateway_reference": f"SB{payment.reference}",
        "outcome": "paid",
        "amount_fen": str(payment.amount_fen),
        "currency": payment.currency,
    } | changes
    with zeal.zeal_ignore():
        # What the cashier tells stands in its book as well, where OneCase asks.
        SandboxOrder.objects.update_or_create(
            reference=fields["reference"],
            defaults={
                "gateway_reference": fields["gateway_reference"],
                "amount_fen": int(fields["amount_fen"]),
                "currency": fields["currency"],
                "outcome": fields["outcome"],
                "created_at": now,
            },
        )
    return urlencode(signatures.sign(fields, key=key or notice_key(), at=now)).encode()


def notify(body: bytes, gateway: str = "sandbox"):
    """Post a notification to the address gateways are given."""
    return Browser().post(f"/r/gateways/{gateway}/notify/", body, content_type="application/x-www-form-urlencoded")


def order_fields(cashier_url: str) -> dict[str, str]:
    """Return the signed fields of a cashier's address."""
    return dict(parse_qsl(urlsplit(cashier_url).query))
