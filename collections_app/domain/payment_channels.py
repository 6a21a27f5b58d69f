"""How customers pay (table H). Agencies and staff never take money, so they are not in the list."""

from collections_app.domain.terms import TermList

PAYMENT_CHANNELS = TermList(
    ("app", "手机银行", "Bank's app"),
    ("web", "网上银行/还款页", "Web bank or repayment page"),
    ("gateway", "支付宝/微信/云闪付", "Alipay, WeChat or UnionPay"),
    ("autodebit", "约定自动扣款", "Automatic debit"),
    ("same_bank", "行内转账", "Transfer within the bank"),
    ("interbank", "跨行转账", "Transfer from another bank"),
    ("counter", "柜面", "Counter"),
    ("atm", "自助机具", "Machine"),
    ("third_payer", "他人代偿", "Paid by another person"),
)
