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


class MessageClass(StrEnum):
    """What a customer may want no more of by a channel.

    What the law demands, the correction of what was told, codes and security alerts belong to none.
    """

    MARKETING = "marketing"
    COLLECTION = "collection"
    SERVICE = "service"


MESSAGE_CLASSES = TermList(
    ("marketing", "营销类", "Marketing"),
    ("collection", "催收类", "Collection"),
    ("service", "服务类", "Service"),
)
PURPOSES_OF_CLASS: dict[MessageClass, frozenset[Purpose]] = {
    MessageClass.MARKETING: frozenset({Purpose.MARKETING}),
    MessageClass.COLLECTION: frozenset({Purpose.COLLECTION, Purpose.INVITE, Purpose.THIRD_PARTY}),
    MessageClass.SERVICE: frozenset({Purpose.DUE_NOTICE, Purpose.PLAN_NOTICE, Purpose.SERVICE_NOTICE}),
}
_CLOSED_BY = {purpose.value: each for each, purposes in PURPOSES_OF_CLASS.items() for purpose in purposes}
# Who wants no more of these wants no more of their class, which does not close them: the demand that preserves a
# limitation period, and the receipt of what customers did themselves.
_CLASS_OF = _CLOSED_BY | {
    Purpose.LIMITATION.value: MessageClass.COLLECTION,
    Purpose.RECEIPT.value: MessageClass.SERVICE,
}


def class_of(purpose: str) -> MessageClass | None:
    """Return the class of messages a purpose belongs to; None for what nobody can want no more of."""
    return _CLASS_OF.get(purpose)


def closed_by(purpose: str) -> MessageClass | None:
    """Return the class of messages that closes a purpose; None for what only the end of a whole channel does."""
    return _CLOSED_BY.get(purpose)


def closes(message_class: str, purpose: str) -> bool:
    """Return whether a channel that is closed for a class of messages (empty: all) is closed for a purpose."""
    return not message_class or closed_by(purpose) == message_class


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
