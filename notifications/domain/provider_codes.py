"""The phases in which a provider names an error code, and what each class of code asks for."""

from enum import StrEnum

from collections_app.domain.terms import TermList
from notifications.domain.outcomes import ErrorClass, Result


class Phase(StrEnum):
    """Whether a code refuses a message as it is handed over, or reports that one taken did not arrive."""

    SENDING = "sending"
    DELIVERY = "delivery"


PHASES = TermList(("sending", "提交时", "On handing over"), ("delivery", "送达回执", "In a receipt"))
ERROR_CLASSES = TermList(
    ("number", "号码无效", "The number is bad"),
    ("landline", "不能接收短信", "Cannot receive texts"),
    ("opted_out", "客户已退订", "Opted out"),
    ("route", "该通道到不了此号码", "The provider does not reach the number"),
    ("content", "内容被拦截", "Content blocked"),
    ("policy", "通道规则不许可", "Against the provider's rules"),
    ("config", "通道配置问题", "Set-up of the sender"),
    ("transient", "暂时，稍后再试", "Passing; tried later"),
    ("unreachable", "手机暂时不可达，改日再发", "Handset not reached; again on a later day"),
    ("once", "再试一次，再不成由人处理", "Once more, then a person"),
)
_RESULTS = {
    ErrorClass.NUMBER: Result.PERMANENT,
    ErrorClass.LANDLINE: Result.PERMANENT,
    ErrorClass.OPTED_OUT: Result.PERMANENT,
    ErrorClass.ROUTE: Result.PERMANENT,
    ErrorClass.CONTENT: Result.PERMANENT,
    ErrorClass.POLICY: Result.PERMANENT,
    ErrorClass.CONFIG: Result.STOPPED,
    ErrorClass.TRANSIENT: Result.TRANSIENT,
    ErrorClass.UNREACHABLE: Result.TRANSIENT,
    ErrorClass.ONCE: Result.TRANSIENT,
}


def result_of(error_class: ErrorClass) -> Result:
    """Return what a refused creation of that class came to: the provider took nothing."""
    return _RESULTS[error_class]
