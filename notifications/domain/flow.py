"""The stations of a day's messages on the picture of their flow."""

from collections_app.domain.terms import TermList

FLOW_STATIONS = TermList(
    ("planned", "已计划", "Planned"),
    ("waiting", "尚未发送", "Not sent yet"),
    ("handed_over", "已交通道", "Handed over"),
    ("on_the_way", "在途", "On its way"),
    ("refused", "未获许可", "Refused"),
    ("cancelled", "已取消", "Cancelled"),
    ("failed_permanent", "发送失败", "Failed"),
    ("delivered", "已送达", "Delivered"),
    ("undelivered", "未送达", "Not delivered"),
    ("unknown", "结果待查", "Outcome unknown"),
)

# In which of the house's colours each stands: what went well, what waits, what a rule stopped, what failed.
_TONES = {
    "planned": "accent", "waiting": "muted", "handed_over": "accent", "on_the_way": "accent", "delivered": "ok",
    "refused": "warn", "cancelled": "muted", "failed_permanent": "bad", "undelivered": "bad", "unknown": "warn",
}  # fmt: skip


def tone(station: str) -> str:
    """Return the colour a station is shown in, by its name among the house's; reasons are a rule's word."""
    return _TONES.get(station, "warn")
