"""Alipay as OneCase sees it: a signed page request, a notification signed with RSA2, and queries to confirm."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from alipay.aop.api.request.AlipayTradeCloseRequest import AlipayTradeCloseRequest
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import AlipayTradeFastpayRefundQueryRequest
from alipay.aop.api.request.AlipayTradePagePayRequest import AlipayTradePagePayRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeWapPayRequest import AlipayTradeWapPayRequest
from django.conf import settings

from collections_app.domain.terms import Term
from repayment.domain.notices import NoticeRefusedError, Outcome, VerifiedNotice
from repayment.domain.orders import Begun, GatewayUnreachableError, NotCertainError, Order, RawNotice
from repayment.domain.payments import PAYMENT_PURPOSES
from repayment.gateways.alipay.client import DONE, client, execute, is_signed

CURRENCIES: frozenset[str] | None = frozenset({"CNY"})
CASHIER = Term("alipay", "支付宝收银台", "Alipay's cashier")
_ZONE = ZoneInfo("Asia/Shanghai")
_NO_SUCH_TRADE = "ACQ.TRADE_NOT_EXIST"
_TOO_LATE = frozenset({"ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID"})
_OUT_OF_ORDER = "20000"
_MOST_FIELDS = 60


def start(*, order: Order, now: datetime) -> Begun:
    """Return Alipay's page for the order; the same order is one trade there, by its number."""
    request: Any = AlipayTradeWapPayRequest() if order.on_phone else AlipayTradePagePayRequest()
    request.biz_content = {
        "out_trade_no": order.reference,
        "total_amount": _yuan(order.amount_fen),
        "subject": PAYMENT_PURPOSES[order.subject].text(order.language),
        "product_code": "QUICK_WAP_WAY" if order.on_phone else "FAST_INSTANT_TRADE_PAY",
        "time_expire": order.expires_at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
    }
    request.notify_url = order.notify_url
    request.return_url = order.return_url
    return Begun(client().page_execute(request, http_method="GET"))


def verify(*, notice: RawNotice, now: datetime) -> VerifiedNotice:
    """Return what a notification says, once Alipay's signature is on it and it is about our own application.

    Its age proves nothing, for Alipay repeats the same one for a day: a query confirms each.
    """
    try:
        fields = dict(parse_qsl(notice.body.decode("utf-8"), strict_parsing=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise NoticeRefusedError("malformed") from error
    if not is_signed(fields) or fields.get("app_id") != settings.ALIPAY_APP_ID:
        raise NoticeRefusedError("bad_signature")
    try:
        return _of_trade(fields)
    except (KeyError, InvalidOperation, ValueError) as error:
        raise NoticeRefusedError("malformed") from error


def ask(*, order: Order, notice: VerifiedNotice | None, now: datetime) -> Sequence[VerifiedNotice]:
    """Return how the trade stands; a refund that shall be confirmed is asked for by its own number."""
    request = AlipayTradeQueryRequest()
    request.biz_content = {"out_trade_no": order.reference}
    answer = execute(request)
    if answer["code"] != DONE:
        if answer.get("sub_code") == _NO_SUCH_TRADE:
            return []
        raise _unsaid(answer)
    try:
        found = [_of_trade(answer)]
    except (KeyError, InvalidOperation, ValueError) as error:
        raise GatewayUnreachableError("an answer that says nothing known") from error
    if found[0].outcome is Outcome.REFUNDED:
        # Closed after it was paid: the money had come, and all of it has gone back.
        found.insert(0, _said(answer, Outcome.PAID, answer["total_amount"]))
    elif notice is not None and notice.outcome is Outcome.REFUNDED and _is_refunded(order, notice.detail):
        found.append(notice)
    return found


def close(*, order: Order, now: datetime) -> VerifiedNotice:
    """Close the trade unless it is paid, and return how it ended.

    A trade exists only once the payer has opened Alipay's page. Before that it can still come into being until the
    order's own end, and nothing is certain.
    """
    request = AlipayTradeCloseRequest()
    request.biz_content = {"out_trade_no": order.reference}
    answer = execute(request)
    if answer["code"] == DONE:
        return _ended(order, answer.get("trade_no", ""))
    if answer.get("sub_code") == _NO_SUCH_TRADE and now >= order.expires_at:
        return _ended(order, "")
    if answer.get("sub_code") in _TOO_LATE and (found := ask(order=order, notice=None, now=now)):
        return found[0]
    raise _unsaid(answer)


def _unsaid(answer: Mapping[str, Any]) -> GatewayUnreachableError:
    """Alipay being out of order is silence; what it refuses of this one order says nothing of the others."""
    code = str(answer.get("sub_code", answer["code"]))
    if str(answer["code"]) == _OUT_OF_ORDER or code == "ACQ.SYSTEM_ERROR":
        return GatewayUnreachableError(code)
    return NotCertainError(code)


def _ended(order: Order, trade_no: str) -> VerifiedNotice:
    return VerifiedNotice(order.reference, trade_no, Outcome.CANCELLED, order.amount_fen, order.currency)


def _is_refunded(order: Order, request_no: str) -> bool:
    request = AlipayTradeFastpayRefundQueryRequest()
    request.biz_content = {"out_trade_no": order.reference, "out_request_no": request_no}
    answer = execute(request)
    # Without a status, an amount says that it has succeeded.
    done = answer.get("refund_status", "REFUND_SUCCESS") == "REFUND_SUCCESS"
    return answer["code"] == DONE and done and bool(answer.get("refund_amount"))


def _of_trade(fields: Mapping[str, Any]) -> VerifiedNotice:
    """Translate a trade as a notification or a query tells it."""
    status = fields["trade_status"]
    refunded = fields.get("refund_fee")
    if status == "WAIT_BUYER_PAY":
        return _said(fields, Outcome.OPEN, fields["total_amount"])
    if refunded and Decimal(refunded) > 0:
        return _said(fields, Outcome.REFUNDED, refunded)
    if status in {"TRADE_SUCCESS", "TRADE_FINISHED"}:
        return _said(fields, Outcome.PAID, fields["total_amount"])
    if status == "TRADE_CLOSED":
        was_paid = bool(fields.get("gmt_payment") or fields.get("send_pay_date"))
        return _said(fields, Outcome.REFUNDED if was_paid else Outcome.CANCELLED, fields["total_amount"])
    raise ValueError(f"no such state of a trade: {status}")


def _said(fields: Mapping[str, Any], outcome: Outcome, yuan: Any) -> VerifiedNotice:
    return VerifiedNotice(
        reference=fields["out_trade_no"],
        gateway_reference=fields["trade_no"],
        outcome=outcome,
        amount_fen=_fen(yuan),
        currency="CNY",
        detail=fields.get("out_biz_no", ""),
    )


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _fen(yuan: Any) -> int:
    fen = Decimal(str(yuan)) * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"not a whole number of fen: {yuan}")
    return int(fen)
