"""What came of a reply, in words: the codes that its acts leave on it, the most telling of each first."""

from collections.abc import Iterable, Mapping

from collections_app.domain.terms import TermList
from notifications.domain.replies import Intent

BROUGHT = TermList(
    ("claim", "已登记还款待核", "Payment to be traced"),
    ("claim_already", "还款已在核查", "Payment traced already"),
    ("promise", "已登记还款承诺", "Promise taken"),
    ("complaint", "已受理投诉", "Complaint taken"),
    ("red_button", "已触发人身安全应急，全部暂停", "Emergency: everything is on hold"),
    ("hold", "已按其意思停发或停催", "Stopped as they ask"),
    ("released", "已恢复发送", "Messages go on"),
    ("bad_number", "号码已停用", "Number closed"),
    ("refused_number", "该号码不再接收短信", "No more texts to this number"),
    ("message", "已短信答复", "Answered by text"),
    ("answered_by", "通道已答复", "Answered by the provider"),
    ("answered_before", "此前已答复", "Answered before"),
    ("handoff", "已转办", "Handed over"),
    ("refused", "不能自动办理", "Cannot be done by itself"),
)


def came_of(brought: Iterable[Mapping[str, object]], *, intent: str = "") -> list[str]:
    """Return the codes of what a reply brought about, each once, in the order it happened.

    Acts follow one another by the gravity of what was said, so that with a life at risk the first hold is that of the
    red button, which nobody asked for.
    """
    codes = [next((code for code in BROUGHT if code in item), "") for item in brought]
    if intent == Intent.RISK_TO_LIFE and codes[:1] == ["hold"]:
        codes[0] = "red_button"
    return list(dict.fromkeys(filter(None, codes)))
