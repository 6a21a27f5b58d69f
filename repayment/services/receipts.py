"""The receipt of a payment as PDF: the same bytes each time, for nothing in it depends on the day it is asked for."""

from zoneinfo import ZoneInfo

from collections_app.models import Institution
from collections_app.selectors import allocation
from collections_app.services import typesetting
from repayment.domain.formats import account_text, money_text, split_text
from repayment.domain.payments import PAYMENT_PURPOSES
from repayment.models import Payment

_WORDS = {
    "zh": {
        "title": "还款回单",
        "labels": ("还款编号", "账户", "用途", "到账时间", "计入", "已退回"),
        "note": "本回单由{bank}根据支付渠道的确认出具。入账以核心系统为准。",
    },
    "en": {
        "title": "Receipt of payment",
        "labels": ("Payment number", "Account", "For", "Received", "Counts as", "Sent back"),
        "note": "Issued by {bank} on the confirmation of the payment gateway. The core system books it.",
    },
}


def pdf(*, payment: Payment, language: str) -> bytes:
    """Return the receipt of a payment that arrived, in the language asked for. Raise SettingError."""
    assert payment.settled_at is not None, "money that has not come has no receipt"
    tongue = "zh" if language.startswith("zh") else "en"
    words = _WORDS[tongue]
    institution = Institution.objects.order_by("id").first()
    bank = institution.name if institution else "OneCase"
    at = payment.settled_at.astimezone(ZoneInfo(payment.customer.time_zone))
    values = (
        payment.reference,
        account_text(product=payment.account.product, tail=payment.account.tail, language=language),
        PAYMENT_PURPOSES[payment.purpose].text(language),
        f"{at:%Y-%m-%d %H:%M}",
        split_text(allocation.kept(reference=payment.reference), currency=payment.currency, language=language),
        money_text(payment.refunded_fen, currency=payment.currency, language=language) if payment.refunded_fen else "",
    )
    facts = [[label, value] for label, value in zip(words["labels"], values, strict=True) if value]
    note = str(words["note"]).format(bank=bank)
    data = {
        "bank": bank,
        "title": words["title"],
        "amount": money_text(payment.amount_fen, currency=payment.currency, language=language),
        "facts": facts,
        "note": note,
        "made_at": at.timetuple()[:6],
    }
    return typesetting.pdf(template="receipt", language=language, data=data)
