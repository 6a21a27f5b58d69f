"""Stripe Checkout against a server on this machine that speaks Stripe's wire shapes."""

import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import stripe

from collections_app.models import Entry
from repayment.domain.notices import NoticeRefusedError, Outcome
from repayment.domain.orders import GatewayUnreachableError, RawNotice
from repayment.domain.settlement import BadFileError, LineKind
from repayment.gateways.stripe import gateway, statement
from repayment.models import GatewayNotice, Payment
from repayment.services import orders, sweeps
from tests.repayment.conftest import Browser

SECRET = "whsec_test"


class FakeStripe:
    """Sessions by idempotency key, as Stripe keeps them, and everything it was asked."""

    def __init__(self):
        self.sessions = {}
        self.keys = {}
        self.asked = []
        self.disputes = []
        self.down = False

    def answer(self, method, path, form, key):
        self.asked.append((method, path, form))
        if self.down:
            return 500, {"error": {"type": "api_error", "message": "away"}}
        if method == "POST" and path == "/v1/checkout/sessions":
            name = self.keys.setdefault(key, f"cs_{len(self.keys) + 1}")
            self.sessions.setdefault(
                name,
                {
                    "id": name,
                    "object": "checkout.session",
                    "url": f"https://checkout.stripe.com/c/pay/{name}",
                    "status": "open",
                    "payment_status": "unpaid",
                    "client_reference_id": form["client_reference_id"][0],
                    "amount_total": int(form["line_items[0][price_data][unit_amount]"][0]),
                    "currency": form["line_items[0][price_data][currency]"][0],
                    "payment_intent": None,
                },
            )
            return 200, self.sessions[name]
        if path.startswith("/v1/disputes"):
            return 200, {"object": "list", "data": self.disputes, "has_more": False, "url": "/v1/disputes"}
        session = self.sessions[path.split("/")[4]]
        if path.endswith("/expire"):
            if session["status"] != "open":
                return 400, {"error": {"type": "invalid_request_error", "message": "not open"}}
            session["status"] = "expired"
        return 200, session

    def pay(self, name="cs_1", **changes):
        """Let the payer pay a session, and return it."""
        session = self.sessions[name]
        charge = {
            "id": "ch_1", "object": "charge", "amount_refunded": 0, "disputed": False, "payment_intent": "pi_1",
            "currency": session["currency"], "metadata": {"reference": session["client_reference_id"]},
        }  # fmt: skip
        intent = {"id": "pi_1", "object": "payment_intent", "latest_charge": charge}
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent, **changes}
        return session

    @property
    def charge(self):
        return self.sessions["cs_1"]["payment_intent"]["latest_charge"]


@pytest.fixture
def fake(settings):
    found = FakeStripe()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode())
            path = urlsplit(self.path).path
            status, body = found.answer(self.command, path, form, self.headers.get("Idempotency-Key"))
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self):
            self.do_POST()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    settings.PAYMENT_GATEWAYS = ["stripe"]
    settings.STRIPE_SECRET_KEY = "sk_test"
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def event(kind, thing, *, now, secret=SECRET):
    """Return a signed event as Stripe sends it: its body and header."""
    payload = json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": thing}})
    header = stripe.WebhookSignature.generate_signature_header(payload, secret, int(now.timestamp()))
    return payload, header


def tell(kind, thing, *, now, secret=SECRET):
    payload, header = event(kind, thing, now=now, secret=secret)
    return Browser().post(
        "/r/gateways/stripe/notify/", payload, content_type="application/json", headers={"Stripe-Signature": header}
    )


def flat(session):
    """A session as an event carries it: the intent by its name alone."""
    return session | {"payment_intent": "pi_1"}


def test_a_payment_goes_to_the_hosted_page_and_counts_once_it_is_confirmed(visitor, fake, now):
    """Amount and currency are the server's; the signed event is believed once the session says so itself."""
    payment, url = visitor.pay()
    assert url == "https://checkout.stripe.com/c/pay/cs_1"
    payment.refresh_from_db()
    assert payment.gateway_handle == "cs_1"
    form = fake.asked[0][2]
    assert form["line_items[0][price_data][unit_amount]"] == [str(payment.amount_fen)]
    lie = {**fake.sessions["cs_1"], "payment_status": "paid", "status": "complete", "payment_intent": "pi_1"}
    assert tell("checkout.session.completed", lie, now=now).status_code == 400
    assert not Entry.objects.filter(state="received").exists()
    paid = fake.pay()
    assert tell("checkout.session.completed", flat(paid), now=now).content == b"success"
    assert tell("checkout.session.completed", flat(paid), now=now).content == b"success"
    payment.refresh_from_db()
    assert (payment.state, payment.gateway_reference) == ("received", "pi_1")
    assert list(GatewayNotice.objects.order_by("id").values_list("verdict", flat=True)) == [
        "unconfirmed", "accepted", "repeated",
    ]  # fmt: skip


def test_refunds_and_disputes_are_followed_even_when_the_payments_own_event_was_lost(visitor, fake, now):
    """A refund of a part, a dispute and its loss: what is owed again is what went back, to the fen."""
    payment, _ = visitor.pay()
    fake.pay()
    fake.charge["amount_refunded"] = 5_000
    assert tell("charge.refunded", fake.charge, now=now).content == b"success"
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_fen) == ("received", 5_000)
    dispute = {
        "id": "dp_1", "object": "dispute", "status": "needs_response", "payment_intent": "pi_1",
        "amount": payment.amount_fen - 5_000, "currency": "cny",
    }  # fmt: skip
    fake.disputes = [dispute]
    fake.charge["disputed"] = True
    tell("charge.dispute.created", dispute, now=now)
    payment.refresh_from_db()
    assert payment.disputed_at == now
    dispute["status"] = "lost"
    tell("charge.dispute.closed", dispute, now=now)
    payment.refresh_from_db()
    visitor.account.refresh_from_db()
    assert (payment.state, payment.disputed_at) == ("reversed", None)
    assert visitor.account.payoff_fen == visitor.account.core_payoff_fen


def test_a_dispute_about_a_part_takes_it_back_once_and_refunds_go_on_beside_it(visitor, fake, now):
    """Told three times, 30 yuan go back once; a refund of 20 yuan afterwards is 20 more, though its sum is smaller."""
    payment, _ = visitor.pay()
    tell("checkout.session.completed", flat(fake.pay()), now=now)
    dispute = {
        "id": "dp_1", "object": "dispute", "status": "lost", "payment_intent": "pi_1", "amount": 3_000,
        "currency": "cny",
    }  # fmt: skip
    fake.disputes, fake.charge["disputed"] = [dispute], True
    for _ in range(3):
        tell("charge.dispute.closed", dispute, now=now)
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_fen) == ("received", 3_000)
    fake.charge["amount_refunded"] = 2_000
    tell("charge.refunded", fake.charge, now=now)
    payment.refresh_from_db()
    visitor.account.refresh_from_db()
    assert payment.refunded_fen == 5_000
    assert visitor.account.payoff_fen == visitor.account.core_payoff_fen - payment.amount_fen + 5_000


def test_who_goes_back_while_stripe_is_away_keeps_their_order(visitor, fake, now):
    """Its page may be open in another tab: the order is not given up, and no second one can be begun beside it."""
    payment, _ = visitor.pay()
    fake.down = True
    assert visitor.client.post(f"/r/payment/{payment.reference}/resume/").status_code == 503
    payment.refresh_from_db()
    assert payment.state == "in_flight"


def test_bytes_that_are_no_text_are_refused_and_kept(fake, db):
    """Half a character, and brackets without end, are answered; each stands in the log."""
    for body in ('{"id": "\\ud800"}', '{"a":' + "[" * 15_000):
        assert Browser().post("/r/gateways/stripe/notify/", body, content_type="application/json").status_code == 400
    assert GatewayNotice.objects.filter(verdict="bad_signature").count() == 2


def test_what_nobody_paid_is_expired_and_silence_changes_nothing(visitor, fake, now):
    """The sweep closes the session at Stripe; while Stripe is away nothing is known."""
    payment, _ = visitor.pay()
    fake.down = True
    sweeps.ask_about_silent(now=now + timedelta(minutes=21))
    payment.refresh_from_db()
    assert payment.state == "in_flight"
    fake.down = False
    sweeps.ask_about_silent(now=now + timedelta(minutes=21))
    payment.refresh_from_db()
    assert (payment.state, fake.sessions["cs_1"]["status"]) == ("failed", "expired")


def test_an_order_whose_answer_was_lost_is_the_same_session_again(visitor, fake, now):
    """Without a handle the idempotency key finds the session; one that is paid cannot be expired, and counts."""
    payment, _ = visitor.pay()
    Payment.objects.update(gateway_handle="")
    payment.refresh_from_db()
    fake.pay()
    told = gateway.close(order=orders.order_of(payment), now=now)
    assert (told.outcome, told.amount_fen, len(fake.sessions)) == (Outcome.PAID, payment.amount_fen, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [("secret", "bad_signature"), ("old", "stale"), ("kind", "irrelevant"), ("rubbish", "malformed")],
)
def test_events_that_are_not_to_be_believed_are_refused(now: datetime, settings, change, reason):
    """Another's signature, one from an hour ago, one about nothing of ours, and one that cannot be read."""
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    thing = {} if change == "rubbish" else {"id": "x"}
    kind = "checkout.session.completed" if change == "rubbish" else "invoice.paid"
    payload, header = event(
        kind,
        thing,
        now=now - timedelta(hours=1) if change == "old" else now,
        secret="whsec_other" if change == "secret" else SECRET,
    )
    with pytest.raises(NoticeRefusedError) as refused:
        gateway.verify(notice=RawNotice(payload.encode(), {"Stripe-Signature": header}), now=now)
    assert refused.value.reason == reason


def test_the_report_of_movements_is_read_line_by_line():
    """Charges and refunds with our reference, in fen; a report without that column is refused."""
    text = (
        "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,payment_metadata[reference]\n"
        "txn_1,2026-11-22 03:00:00,cny,2000.00,68.80,1931.20,charge,P1\n"
        "txn_2,2026-11-22 04:00:00,cny,-50.00,0.00,-50.00,refund,P1\n"
        "txn_3,2026-11-22 05:00:00,cny,-1931.20,0.00,-1931.20,payout,\n"
        "txn_4,2026-11-23 04:00:00,cny,-2000.00,15.00,-2015.00,dispute,P1\n"
        "txn_5,2026-11-24 04:00:00,cny,2000.00,0.00,2000.00,dispute_reversal,P1\n"
        "txn_6,2026-11-24 05:00:00,cny,50.00,0.00,50.00,refund_failure,P1\n"
    )
    lines = statement.read(content=text.encode())
    assert [(line.kind, line.gross_fen, line.fee_fen, line.reference) for line in lines] == [
        (LineKind.PAYMENT, 200_000, 6_880, "P1"),
        (LineKind.REFUND, 5_000, 0, "P1"),
        (LineKind.CHARGEBACK, 200_000, 1_500, "P1"),
        (LineKind.RETURNED, 200_000, 0, "P1"),
        (LineKind.RETURNED, 5_000, 0, "P1"),
    ]
    with pytest.raises(BadFileError, match="reference"):
        statement.read(content=b"balance_transaction_id\ntxn_1\n")
    with pytest.raises(BadFileError, match="line 2"):
        statement.read(content=text.replace("2000.00", "x").encode())


def test_a_gateway_that_is_away_starts_nothing(visitor, fake):
    """The payment is given up at once and the page says so."""
    fake.down = True
    answer = visitor.client.post("/r/pay/", visitor.button())
    assert answer.status_code == 409
    assert Payment.objects.get().failure == "gateway_unreachable"
    with pytest.raises(GatewayUnreachableError):
        gateway.start(order=orders.order_of(Payment.objects.get()), now=Payment.objects.get().created_at)
