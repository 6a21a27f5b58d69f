"""Re-assigning many accounts: what is skipped and why, and what became of each line of a preview."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class Skip(StrEnum):
    SAME = "same"
    PLACED = "placed"
    CLOSED = "closed"
    ON_THE_LINE = "on_the_line"
    NOT_FOR_THEM = "not_for_them"
    FULL = "full"
    NOT_OURS = "not_ours"
    NOT_TOLD = "not_told"
    RECUSED = "recused"
    DAY_OVER = "day_over"
    HELD = "held"
    NOT_PLACED = "not_placed"


SKIPS = TermList(
    ("same", "已由其负责", "Theirs already"),
    ("placed", "委外中，须先收回", "With an agency: to be called back first"),
    ("closed", "核心已销户", "Closed in the core"),
    ("on_the_line", "通话中", "On the line now"),
    ("not_for_them", "不宜分配给该员工", "Not to be given to this colleague"),
    ("full", "已达承载上限", "They have as many as they can carry"),
    ("not_ours", "不在行内自催", "Not in one of the bank's own pools"),
    ("not_told", "未告知客户将委外，或告知已过期", "The debtor was not told, or too long ago"),
    ("recused", "该机构正被此客户投诉，须回避", "The customer complains of this agency"),
    ("day_over", "委案到期日已过", "The last day is over"),
    ("held", "停催中", "On hold"),
    ("not_placed", "不在该机构委外中", "Not with an agency now"),
)


class PlanState(StrEnum):
    PREVIEWED = "previewed"
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"


PLAN_STATES = TermList(
    ("previewed", "待执行", "Previewed"),
    ("applying", "执行中", "Being applied"),
    ("applied", "已执行", "Applied"),
    ("dropped", "已放弃", "Dropped"),
)


class Became(StrEnum):
    WAITING = "waiting"
    MOVED = "moved"
    SKIPPED = "skipped"
    CHANGED = "changed"


LINE_STATES = TermList(
    ("waiting", "待执行", "To be moved"),
    ("moved", "已变更", "Moved"),
    ("skipped", "已跳过", "Skipped"),
    ("changed", "预览后已有变化，未执行", "Changed since the preview: not moved"),
)


class Goal(StrEnum):
    ONE = "one"
    EVEN = "even"
    RULES = "rules"
    NOBODY = "nobody"
    AGENCY = "agency"
    RECALL = "recall"


# Between the bank's own people, and to an agency and back: two permissions, one kind of plan.
OWN_GOALS = (Goal.ONE, Goal.EVEN, Goal.RULES, Goal.NOBODY)
AGENCY_GOALS = (Goal.AGENCY, Goal.RECALL)

GOALS = TermList(
    ("one", "给一名员工", "To one colleague"),
    ("even", "按承载均分给多名员工", "Evenly by load to several"),
    ("rules", "按分案规则", "By the rules of assignment"),
    ("nobody", "退回公共池", "Back to the pool"),
    ("agency", "委外", "Place with an agency"),
    ("recall", "收回委案", "Call back from the agency"),
)

# So many accounts in one plan at most: a preview that nobody can read is none.
MOST = 2000
# So many records are locked at once.
BATCH = 100
