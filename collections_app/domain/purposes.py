"""Why and by what channel a customer is contacted."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class Purpose(StrEnum):
    COLLECTION = "collection"
    DUE_NOTICE = "due_notice"
    PLAN_NOTICE = "plan_notice"
    SERVICE_NOTICE = "service_notice"
    RECEIPT = "receipt"
    OTP = "otp"
    SECURITY = "security"
    CORRECTION = "correction"
    STATUTORY = "statutory"
    LIMITATION = "limitation"
    INVITE = "invite"
    THIRD_PARTY = "third_party"
    MARKETING = "marketing"


PURPOSES = TermList(
    ("collection", "催收", "Collection"),
    ("due_notice", "到期提醒", "Due notice"),
    ("plan_notice", "履约提醒", "Plan notice"),
    ("service_notice", "账户通知", "Account notice"),
    ("receipt", "回执", "Receipt"),
    ("otp", "验证码", "One-time code"),
    ("security", "安全提示", "Security advice"),
    ("correction", "更正/确认", "Correction or confirmation"),
    ("statutory", "法定告知", "Statutory notice"),
    ("limitation", "时效催告", "Demand that preserves limitation"),
    ("invite", "协商/调解邀请", "Invitation"),
    ("third_party", "第三人询转", "Third party"),
    ("marketing", "营销", "Marketing"),
)

# Caused by the customer's own act: recorded, but exempt from hours, caps, intervals and the line.
CUSTOMER_CAUSED = frozenset({Purpose.RECEIPT, Purpose.OTP, Purpose.SECURITY})

# A correction has a cap class of its own, so that no cap can block the truth.
CAP_EXEMPT = CUSTOMER_CAUSED | {Purpose.CORRECTION}

# These speak of amounts or ask for money, and so may not go out on a file that is not fresh.
NEEDS_FRESH_DATA = frozenset(
    {
        Purpose.COLLECTION,
        Purpose.DUE_NOTICE,
        Purpose.PLAN_NOTICE,
        Purpose.LIMITATION,
        Purpose.SERVICE_NOTICE,
        Purpose.THIRD_PARTY,
    }
)


class Channel(StrEnum):
    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"
    APP = "app"


CHANNELS = TermList(
    ("sms", "短信", "SMS"),
    ("voice", "电话", "Call"),
    ("email", "电子邮件", "E-mail"),
    ("letter", "信函", "Letter"),
    ("visit", "外访", "Visit"),
    ("app", "App 推送", "App"),
)
