"""Where a version of a text stands."""

from collections_app.domain.terms import TermList

VERSION_STATES = TermList(
    ("in_use", "使用中", "In use"),
    ("waiting", "待审批", "Waiting for approval"),
    ("later", "已批准，尚未到期启用", "Approved for later"),
    ("below", "被新版覆盖，新版到期后恢复", "Covered until the newer one ends"),
    ("over", "有效期已过", "Its days are over"),
    ("replaced", "已停用", "Out of use"),
    ("draft", "草稿", "Draft"),
)
