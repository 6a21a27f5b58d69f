"""What a provider reports, in words: of a whole message, or of one part of a long one (``delivered 2/3``)."""

from collections_app.domain.terms import TermList

REPORTS = TermList(
    ("scheduled", "通道已排期", "Scheduled"),
    ("accepted", "通道已受理", "Accepted"),
    ("queued", "通道排队中", "Queued at the provider"),
    ("sending", "通道发送中", "Being sent by the provider"),
    ("sent", "已交运营商", "Handed to the carrier"),
    ("delivered", "已送达", "Delivered"),
    ("undelivered", "未送达", "Not delivered"),
    ("failed", "发送失败", "Failed"),
    ("canceled", "已取消", "Cancelled"),
    ("read", "已读", "Read"),
    ("unreadable", "回执无法识别", "A receipt nobody could read"),
    ("taken", "网关已收", "Taken by the gateway"),
    ("refused", "网关拒收", "Refused by the gateway"),
)
_PART = {"zh": "第 {place} 段：{words}", "en": "Part {place}: {words}"}


def report_text(report: str, language: str) -> str:
    """Return a report in words; one nobody has words for stays as the provider wrote it."""
    code, _, place = report.partition(" ")
    words = REPORTS[code].text(language) if code in REPORTS else code
    if not place:
        return words
    return _PART["zh" if language.startswith("zh") else "en"].format(place=place, words=words)
