"""Claims: for how long a case is one colleague's to work on, and how that ends."""

from datetime import timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList

# A claim nobody works on is over after so long; each piece of work begins the time anew.
LASTS = timedelta(minutes=15)
# A case that was worked on, or that one has passed over, is not given again before so long.
REST = timedelta(hours=2)
# Passed over so many times since it was last worked on, a case is one for the supervisor.
PASSED_OVER_OFTEN = 3
PASSED_OVER_WITHIN = timedelta(days=7)

# Steps that wait for somebody or something else: there is no case to work on yet. Where the account of a plan went no
# call finds out, and only annulling the plan ends it: the alert of the branch tells the supervisor.
WAITS = ("await_promise", "await_instalment", "await_hold", "trace_account")


class ClaimEnd(StrEnum):
    WORKED = "worked"
    PASSED_OVER = "passed_over"
    EXPIRED = "expired"
    CLOSED = "closed"
    SIGNED_OUT = "signed_out"
    RELEASED = "released"


CLAIM_ENDS = TermList(
    ("worked", "已处理", "Worked on"),
    ("passed_over", "已跳过", "Passed over"),
    ("expired", "已超时", "Ran out"),
    ("closed", "已出催", "Case closed"),
    ("signed_out", "已退出登录", "Signed out"),
    ("released", "主管收回", "Released by a supervisor"),
)
