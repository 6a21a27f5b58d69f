"""Evidence packs: their states, and for how long one worker may take to make one."""

from datetime import timedelta

from collections_app.domain.terms import TermList

PACK_STATES = TermList(
    ("waiting", "待生成", "Waiting"),
    ("making", "生成中", "Being made"),
    ("ready", "已生成", "Ready"),
    ("failed", "生成失败", "Failed"),
)
# A worker that says nothing for so long has died with it; another one begins again, this often.
LEASE = timedelta(minutes=5)
ATTEMPTS = 3
