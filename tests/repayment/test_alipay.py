"""Alipay against a server on this machine that speaks Alipay's wire shapes, signed with keys of the test."""

import base64
import http.client
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from alipay.aop.api.util import WebUtils
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from repayment.domain.notices import Outcome
from repayment.domain.orders import GatewayUnreachableError
from repayment.domain.settlement import BadFileError, LineKind
from repayment.gateways.alipay import gateway, statement
from repayment.models import GatewayNotice
from repayment.services import orders, sweeps
from tests.repayment.conftest import Browser

_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = _KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
).decode()
PUBLIC = (
    _KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)


def signature(text: str, algorithm: hashes.HashAlgorithm | None = None) -> str:
    return base64.b64encode(_KEY.sign(text.encode(), padding.PKCS1v15(), algorithm or hashes.SHA256())).decode()


class FakeAlipay:
    """Trades by our number, as Alipay has them once the payer has opened its page."""

    def __init__(self):
        self.trades = {}
        self.refunds = {}
        self.asked = []
        self.spoil = False

    def answer(self, method, content):
        self.asked.append(method)
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            body = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST"}
        elif method == "alipay.trade.close":
            if trade["trade_status"] == "WAIT_BUYER_PAY":
                trade["trade_status"] = "TRADE_CLOSED"
                body = {"code": "10000", "trade_no": trade["trade_no"]}
            else:
                body = {"code": "40004", "sub_code": "ACQ.TRADE_STATUS_ERROR"}
        elif method == "alipay.trade.fastpay.refund.query":
            refund = self.refunds.get(content["out_request_no"])
            body = {"code": "10000", **({"refund_amount": refund} if refund else {})}
        else:
            body = {"code": "10000", **trade}
        text = json.dumps(body)
        sign = signature(text + (" " if self.spoil else ""))
        return f'{{"{method.replace(".", "_")}_response":{text},"sign":"{sign}"}}'

    def open(self, payment, status="WAIT_BUYER_PAY"):
        yuan = f"{payment.amount_fen / 100:.2f}"
        self.trades[payment.reference] = {
            "out_trade_no": payment.reference, "trade_no": "2026112222001", "trade_status": status,
            "total_amount": yuan,
        }  # fmt: skip
        return self.trades[payment.reference]


@pytest.fixture
def fake(settings, monkeypatch):
    found = FakeAlipay()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            method = parse_qs(urlsplit(self.path).query)["method"][0]
            text = found.answer(method, json.loads(form["biz_content"][0])).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    port = server.server_address[1]
    # The package knows no port but 80 and 443: its connection is led to ours.
    monkeypatch.setattr(
        WebUtils,
        "get_http_connection",
        lambda url, query, timeout: (
            f"{urlsplit(url).path}?{query}",
            http.client.HTTPConnection("127.0.0.1", port, timeout=timeout),
        ),
    )
    settings.PAYMENT_GATEWAYS = ["alipay"]
    settings.ALIPAY_APP_ID = "2021000000000001"
    settings.ALIPAY_PRIVATE_KEY = PRIVATE
    settings.ALIPAY_PUBLIC_KEY = PUBLIC
    settings.ALIPAY_URL = "http://127.0.0.1/gateway.do"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def tell(trade, *, algorithm=None, **changes):
    """Post a notification about a trade, signed as Alipay signs."""
    fields = {"app_id": "2021000000000001", "notify_id": "n1", "charset": "utf-8", **trade, **changes}
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    signed = {**fields, "sign": signature(text, algorithm), "sign_type": "RSA2"}
    return Browser().post(
        "/r/gateways/alipay/notify/", urlencode(signed), content_type="application/x-www-form-urlencoded"
    )


def verdicts():
    return list(GatewayNotice.objects.order_by("id").values_list("verdict", flat=True))


def test_a_payment_goes_to_alipays_page_and_counts_once_a_query_confirms_it(visitor, fake):
    """The signed page names our amount; a notification is believed only as far as the trade itself says so."""
    payment, url = visitor.pay()
    fields = dict(parse_qsl(urlsplit(url).query))
    content = json.loads(fields["biz_content"])
    assert (fields["method"], content["out_trade_no"]) == ("alipay.trade.page.pay", payment.reference)
    assert content["total_amount"] == f"{payment.amount_fen / 100:.2f}"
    trade = fake.open(payment)
    assert tell({**trade, "trade_status": "TRADE_SUCCESS"}).status_code == 400
    trade["trade_status"] = "TRADE_SUCCESS"
    assert tell(trade).content == b"success"
    payment.refresh_from_db()
    assert payment.state == "received"
    assert verdicts() == ["unconfirmed", "accepted"]


def test_notifications_that_alipay_did_not_sign_are_refused(visitor, fake):
    """Another application's, an altered amount, and a signature of another kind change nothing."""
    payment, _ = visitor.pay()
    trade = fake.open(payment, "TRADE_SUCCESS")
    tell(trade, app_id="2021000000000009")
    tell(trade, algorithm=hashes.SHA512())
    payment.refresh_from_db()
    assert payment.state == "in_flight"
    assert verdicts() == ["bad_signature", "bad_signature"]


def test_refunds_of_parts_and_of_all_are_followed(visitor, fake):
    """Each refund is asked for by its own number; a trade closed after it was paid has all gone back."""
    payment, _ = visitor.pay()
    trade = fake.open(payment, "TRADE_SUCCESS")
    assert tell(trade, refund_fee="50.00", out_biz_no="R1").status_code == 400
    fake.refunds["R1"] = "50.00"
    assert tell(trade, refund_fee="50.00", out_biz_no="R1").content == b"success"
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_fen) == ("received", 5_000)
    trade |= {"trade_status": "TRADE_CLOSED", "send_pay_date": "2026-11-22 10:00:00"}
    tell(trade, refund_fee=trade["total_amount"], out_biz_no="R2")
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_fen) == ("refunded", payment.amount_fen)


def test_an_order_is_closed_only_when_that_is_certain(visitor, fake, now):
    """Before the payer has opened Alipay there is no trade to close: nothing is certain until the order's own end."""
    payment, _ = visitor.pay()
    order = orders.order_of(payment)
    with pytest.raises(GatewayUnreachableError):
        gateway.close(order=order, now=now)
    assert gateway.close(order=order, now=order.expires_at).outcome is Outcome.CANCELLED
    trade = fake.open(payment, "TRADE_SUCCESS")
    assert gateway.close(order=order, now=now).outcome is Outcome.PAID
    trade["trade_status"] = "WAIT_BUYER_PAY"
    sweeps.ask_about_silent(now=now + timedelta(minutes=21))
    payment.refresh_from_db()
    assert payment.state == "failed"
    fake.spoil = True
    with pytest.raises(GatewayUnreachableError):
        gateway.ask(order=order, notice=None, now=now)


def test_the_daily_bill_is_read_row_by_row():
    """GB18030, notes after a hash, values that end with a tab; refunds by their own number."""
    text = (
        "#支付宝业务明细查询\n支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,退款批次号/请求号,服务费（元）\n"
        "2026001\t,P1\t,交易\t,2026-11-22 10:00:00,2000.00,\t,-12.00\n"
        "2026001\t,P1\t,退款\t,2026-11-22 11:00:00,-50.00,R1\t,0.30\n#总计\n"
    )
    lines = statement.read(content=text.encode("gb18030"))
    assert [(line.line_reference, line.kind, line.gross_fen, line.fee_fen) for line in lines] == [
        ("2026001", LineKind.PAYMENT, 200_000, 1_200),
        ("2026001-R1", LineKind.REFUND, 5_000, -30),
    ]
    with pytest.raises(BadFileError, match="no column"):
        statement.read(content="业务类型\n交易\n".encode("gb18030"))
    with pytest.raises(BadFileError, match="row 1"):
        statement.read(content=text.replace("交易\t", "转账").encode("gb18030"))
