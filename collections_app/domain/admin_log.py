"""What the administration's log says of an act that changed no field."""

from collections_app.domain.terms import TermList

DONE = TermList(
    ("drafted", "复制为草稿", "Copied as a draft"),
    ("asked", "提请审批", "Asked for approval"),
    ("tested", "以往联系测试", "Tested on last month's contacts"),
    ("activated", "已生效", "Put in force"),
    ("approved", "审批通过并启用", "Approved and put into use"),
    ("retired", "停用", "Taken out of use"),
    ("paused", "暂停", "Paused"),
    ("resumed", "恢复", "Resumed"),
    ("unlocked", "解除锁定", "Let in again"),
    ("left", "离岗", "Left"),
    ("factor_removed", "移除两步验证", "Authenticator removed"),
    ("stopped", "停止联系客户", "Contacts stopped"),
    ("live", "开始联系客户", "Contacts begun"),
    ("week_changed", "更改每周时段", "Weekly hours changed"),
    ("secret_made", "生成新密钥", "New secret made"),
    ("revoked", "吊销", "Revoked"),
    ("recalled", "收回委案", "Called back"),
    ("taken_back", "已撤回", "Taken back"),
    ("explained", "已说明原因", "Explained"),
    ("identified", "已认领入账", "Booked to its account"),
    ("paper_ended", "当日终止", "Ended that day"),
    ("left_out", "移出草稿", "Left out of the draft"),
)

# Between what was done and why: no code has it, and what people type into one line has none either.
_WHY = "\n"


def with_reason(code: str, reason: str) -> str:
    """Return what the log keeps of an act that was done for a reason somebody gave."""
    return f"{code}{_WHY}{reason.strip()}" if reason.strip() else code


def words(kept: str, language: str) -> str:
    """Return what the log says of an act in words, with its reason; empty when it was no such act."""
    code, _, reason = kept.partition(_WHY)
    if code not in DONE:
        return ""
    said = DONE[code].text(language)
    if not reason:
        return said
    return f"{said}：{reason}" if language.startswith("zh") else f"{said}: {reason}"
