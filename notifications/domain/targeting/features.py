"""What of a customer's own transactions and behaviour may be looked at, where each comes from, and what never is."""

from dataclasses import dataclass

from collections_app.domain.terms import Term, TermList


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name, the words for where it comes from, and whether a choice goes by it."""

    term: Term
    source: Term
    scored: bool = True

    @property
    def code(self) -> str:
        return self.term.code


_ROWS = (
    Feature(
        Term("mobile_share", "手机还款占比", "Share of payments made by mobile"),
        Term("transactions", "近 180 天本人还款交易的渠道", "Channels of own payments in the last 180 days"),
    ),
    Feature(
        Term("payments", "还款笔数", "Number of payments"),
        Term("transactions", "近 180 天本人还款交易", "Own payments in the last 180 days"),
    ),
    Feature(
        Term("salary_day", "发薪日", "Salary day"),
        Term("core", "核心系统客户资料", "The core's data of the customer"),
    ),
    Feature(
        Term("autodebit", "自动扣款", "Automatic debit"),
        Term("core", "核心系统账户资料", "The core's data of the accounts"),
    ),
    Feature(
        Term("product", "持有产品", "Product"), Term("core", "核心系统账户资料", "The core's data of the accounts")
    ),
    Feature(
        Term("instalment_share", "下期应还占余额比", "Next instalment relative to the balance"),
        Term("schedule", "还款计划与账单", "Schedule of instalments and bills"),
    ),
    Feature(
        Term("answer_hour", "常应答时段", "Hour of past answers"),
        Term(
            "contacts",
            "近 365 天的通话、短信回复及消息后一天内登录还款页面",
            "Talks, replies, and visits to the page within a day of a message, in the last 365 days",
        ),
    ),
    Feature(
        Term("answer_channel", "常应答渠道", "Channel of past answers"),
        Term(
            "contacts",
            "近 365 天的通话、短信回复及消息后一天内登录还款页面",
            "Talks, replies, and visits to the page within a day of a message, in the last 365 days",
        ),
        scored=False,
    ),
    # Chooses the language of the text, and is no ground for anything else: it may stand for where somebody comes from.
    Feature(
        Term("language", "消息语言", "Language of messages"),
        Term("customer", "客户本人的选择", "The customer's own choice"),
        scored=False,
    ),
)
FEATURES: dict[str, Feature] = {row.code: row for row in _ROWS}

PRODUCTS = TermList(
    ("card", "信用卡", "Credit card"), ("loan", "贷款", "Loan"), ("both", "信用卡和贷款", "Card and loan")
)

# Never a feature, under whatever name: who a person is, rather than what they did with their account.
FORBIDDEN = frozenset(
    {
        "sex", "gender", "age", "birth", "marriage", "marital", "education", "ethnicity", "religion", "health",
        "nationality", "address", "postcode", "name", "id_number", "phone",
    }
)  # fmt: skip

# What counts as paying by mobile, as the core names the channels.
MOBILE_CHANNELS = frozenset({"app", "web", "gateway", "mobile", "wechat", "alipay"})
PAYMENT_DAYS = 180
ANSWER_DAYS = 365
PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class Observed:
    """The features of one customer. Shares in thousandths; None where nothing is known."""

    mobile_share: int | None = None
    payments: int = 0
    salary_day: int | None = None
    autodebit: bool = False
    product: str = ""
    instalment_share: int | None = None
    answer_hour: int | None = None
    answer_channel: str = ""
    language: str = ""
