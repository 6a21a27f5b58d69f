"""The kinds of message: why each is sent, what must still be true when it is, and what its texts may say."""

from notifications.domain.kinds.codes import LEADING, SAID_BY_FORM, TOLD_AMOUNTS, VARIANTS, Kind, Premise, Variant
from notifications.domain.kinds.kind import MessageKind
from notifications.domain.kinds.rules import (
    ANSWER_TO_A_WORD,
    KIND_TERMS,
    KINDS,
    TELL_THE_TRUTH,
    is_demand,
    may_disclose,
    may_post,
    opens_the_page,
    variants_by_preference,
)

__all__ = [
    "ANSWER_TO_A_WORD",
    "KINDS",
    "KIND_TERMS",
    "LEADING",
    "SAID_BY_FORM",
    "TELL_THE_TRUTH",
    "TOLD_AMOUNTS",
    "VARIANTS",
    "Kind",
    "MessageKind",
    "Premise",
    "Variant",
    "is_demand",
    "may_disclose",
    "may_post",
    "opens_the_page",
    "variants_by_preference",
]
