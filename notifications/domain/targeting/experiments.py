"""An experiment: its states, what may follow what, and what came of a choice."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class ExperimentState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


EXPERIMENT_STATES = TermList(
    ("draft", "草稿", "Draft"),
    ("running", "进行中", "Running"),
    ("stopped", "已停止", "Stopped"),
)


class Came(StrEnum):
    """What came of a choice within the window."""

    PAID = "paid"
    AGREED = "agreed"
    NOTHING = "nothing"


OUTCOMES = TermList(
    ("", "待观察", "Still open"),
    ("paid", "已还款", "Paid"),
    ("agreed", "已约定", "Agreed"),
    ("nothing", "未还款未约定", "Neither"),
)

# Why a challenger is not put forward.
UNPROVEN = TermList(
    ("too_few", "样本不足", "Too little has been seen"),
    ("not_better", "尚未证明优于冠军", "Not surely better than the champion"),
)
MOST_ARMS = 12
# From choosing to judging: long enough for money to arrive, short enough to learn.
WINDOW_DAYS = 7
