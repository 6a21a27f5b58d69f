"""The receipt of a payment as PDF: the same bytes each time, for nothing in it depends on the day it is asked for."""

from zoneinfo import ZoneInfo

from collections_app.domain import masking
from collections_app.domain.paper_days import moment_on_paper
from collections_app.selectors import allocation
from collections_app.services import typesetting
from repayment.domain.formats import account_text, money_text, split_text
from repayment.domain.payments import PAYMENT_PURPOSES
from repayment.gateways import registry
from repayment.models import Payment

# Money may come from anybody who stands at the cashier, and the gateways tell no payer: the paper names whose account
# it counts for, the way it came, and says where the payer is on record.
_WORDS = {
    "zh": {
        "title": "还款回单",
        "labels": ("还款编号", "账户户名", "账户", "用途", "付款渠道", "到账时间", "冲抵", "已退回"),
        "note": "本回单由{bank}根据支付渠道的确认出具。入账以核心系统为准。"
        "付款人信息以支付渠道的记录为准，本回单不证明款项由账户户名本人支付。",
    },
    "en": {
        "title": "Receipt of payment",
        "labels": (
            "Payment number", "Account holder", "Account", "For", "Paid through", "Received", "Counts as", "Sent back",
        ),
        "note": "Issued by {bank} on the confirmation of the payment gateway. The core system books it. Who paid is on "
        "record with the gateway: this receipt does not say that the account holder paid in person.",
    },
}  # fmt: skip


def pdf(*, payment: Payment, language: str) -> bytes:
    """Return the receipt of a payment that arrived, in the language asked for. Raise SettingError."""
    return typesetting.pdf(template="receipt", language=language, data=contents(payment=payment, language=language))


def contents(*, payment: Payment, language: str) -> dict[str, object]:
    """Return what a receipt says, every word of it in the language asked for, the holder's name masked."""
    assert payment.settled_at is not None, "money that has not come has no receipt"
    tongue = "zh" if language.startswith("zh") else "en"
    words = _WORDS[tongue]
    customer = payment.customer
    institution = customer.branch.institution
    bank = institution.name_zh if tongue == "zh" else institution.name_en
    at = payment.settled_at.astimezone(ZoneInfo(customer.time_zone))
    values = (
        payment.reference,
        masking.name(customer.name),
        account_text(product=payment.account.product, tail=payment.account.tail, language=language),
        PAYMENT_PURPOSES[payment.purpose].text(language),
        _way(payment, language),
        moment_on_paper(at, language=language),
        split_text(allocation.kept(reference=payment.reference), currency=payment.currency, language=language),
        money_text(payment.refunded_fen, currency=payment.currency, language=language) if payment.refunded_fen else "",
    )
    return {
        "bank": bank,
        "title": words["title"],
        "amount": money_text(payment.amount_fen, currency=payment.currency, language=language),
        "facts": [[label, value] for label, value in zip(words["labels"], values, strict=True) if value],
        "note": str(words["note"]).format(bank=bank),
        "made_at": at.timetuple()[:6],
    }


def _way(payment: Payment, language: str) -> str:
    """Return the cashier a payment was made at, or nothing where the bank has parted with it since."""
    try:
        way = registry.gateway_named(payment.gateway).CASHIER.text(language)
    except KeyError:
        return ""
    return way[:1].upper() + way[1:]
