"""Drafts of an agreement: their states, what either side owes, and what keeps a draft from being signed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from collections_app.domain.instalments.schedules import interest_on
from collections_app.domain.terms import TermList

LONGEST_TEXT = 4000
MOST_DUTIES = 6


class DraftState(StrEnum):
    OPEN = "open"
    SUPERSEDED = "superseded"
    IN_FORCE = "in_force"
    DROPPED = "dropped"


DRAFT_STATES = TermList(
    ("open", "待签署", "Waiting for signatures"),
    ("superseded", "已被新版本取代", "Replaced by a newer version"),
    ("in_force", "已生效", "In force"),
    ("dropped", "未签署而终止", "Ended unsigned"),
)

_S = DraftState
DRAFT_TRANSITIONS: dict[DraftState, frozenset[DraftState]] = {
    _S.OPEN: frozenset({_S.SUPERSEDED, _S.IN_FORCE, _S.DROPPED}),
    _S.SUPERSEDED: frozenset(),
    _S.IN_FORCE: frozenset(),
    _S.DROPPED: frozenset(),
}

# What makes an instalment a breach. Each instalment names one: a court does not confirm terms that are not clear.
TRIGGERS = TermList(
    (
        "unpaid_after_grace",
        "宽限期满仍未足额支付该期，即为违约",
        "Breached when it is not paid in full by the end of the days of grace",
    ),
    (
        "unpaid_on_day",
        "到期日 24:00 仍未足额支付该期，即为违约",
        "Breached when it is not paid in full by 24:00 of its day",
    ),
)


def trigger_for(grace_days: int) -> str:
    """Return the code of what makes an instalment a breach."""
    return "unpaid_after_grace" if grace_days else "unpaid_on_day"


def left_fen(*, payoff_fen: int, total_fen: int, interest_fen: int, waived_fen: int) -> int:
    """Return how much of what is owed an agreement neither has paid nor lets off: it stays owed, and the paper says so.

    The interest in the instalments pays off nothing of what is owed now. All in fen; never less than nothing.
    """
    return max(payoff_fen - (total_fen - interest_fen) - waived_fen, 0)


def rate_differs(*, amounts: Sequence[int], interest: Sequence[int], annual_percent: Decimal) -> bool:
    """Return whether the interest of the lines, in fen, is not that of the rate an agreement names.

    A month's of what was left before each line, to the fen; without interest in the lines none may be named.
    """
    of_lines = interest or [0] * len(amounts)
    principals = [amount - fen for amount, fen in zip(amounts, of_lines, strict=False)]
    return interest_on(principals, annual_percent=annual_percent) != list(of_lines)


class Party(StrEnum):
    BANK = "bank"
    CUSTOMER = "customer"


DUTY_PARTIES = TermList(("bank", "本行", "The bank"), ("customer", "客户", "The customer"))
DUTY_KINDS = TermList(
    ("refund", "退款", "Refund"),
    ("fee_reversal", "冲回费用", "Reversal of a fee"),
    ("credit_correction", "更正征信报送", "Correction of the credit record"),
    ("proof_of_settlement", "出具结清证明", "Certificate of settlement"),
    ("documents", "提交材料", "Hand in documents"),
    ("address_confirmation", "签署送达地址确认书", "Confirm the address for service"),
    ("other", "其他义务", "Another obligation"),
)
# Only the bank can do these.
BANKS_ONLY = frozenset({"refund", "fee_reversal", "credit_correction", "proof_of_settlement"})
# These are about an amount.
WITH_AMOUNT = frozenset({"refund", "fee_reversal"})

DRAFT_PROBLEMS = TermList(
    ("line_without_account", "每期须写明收款账户。", "Every instalment names the account it pays."),
    ("pay_to_missing", "请填写还款方式和收款账户。", "Say how and to which account the customer pays."),
    ("facts_missing", "请写明争议事实。", "State the facts of the dispute."),
    (
        "rate_differs",
        "各期利息与约定的年利率不符。请按该利率重新计算各期，或不约定利率。",
        "The instalments do not hold the interest of the annual rate named. Work them out anew, or name no rate.",
    ),
    ("term_prohibited", "条款中有不得约定的内容，请删改。", "The terms hold a clause that may not be agreed."),
    ("duty_party_wrong", "该义务只能由本行履行。", "Only the bank can meet this obligation."),
    ("duty_amount_missing", "退款或冲回费用须写明金额。", "A refund or a reversal needs its amount."),
    ("duty_date_missing", "每项义务须写明期限，且不早于今天。", "Every obligation needs its day, today or later."),
    ("duty_unknown", "请选择义务的种类和义务方。", "Choose the kind of an obligation and whose it is."),
    ("too_many_duties", "义务最多六项。", "Six obligations at most."),
    (
        "waiver_with_sum_above",
        "各期合计加上减免超过结清金额。",
        "The instalments and the waiver together are more than what pays the account off.",
    ),
    (
        "waiver_beyond_authority",
        "减免超出本行代表的权限，请先在案件中申请审批，或减少减免。",
        "The waiver is beyond the authority of the bank's representative. Ask for approval first, or waive less.",
    ),
    (
        "waiver_not_possible",
        "减免的项目或金额不成立。",
        "The waiver names a component or an amount that cannot be waived.",
    ),
)

# Nobody may sign away the ways to a court, to a complaint or to their own data (People's Mediation Law, article 3;
# consumer protection), nor be made to answer for another's debt by these talks.
_PROHIBITED = (
    re.compile(r"(放弃|不得|不再|禁止).{0,6}(投诉|起诉|诉讼|举报|申诉|救济)"),
    re.compile(r"(家属|亲属|父母|子女|配偶|亲友).{0,6}(代为?偿|代还|连带)"),
    re.compile(r"(追究|承担).{0,4}刑事责任|坐牢|拘留"),
    re.compile(r"(公开|曝光|告知).{0,6}(单位|同事|邻居|村委)"),
    re.compile(r"\b(waives?|gives? up|renounces?)\b.{0,40}\b(sue|court|complain|complaint|remed)", re.IGNORECASE),
    re.compile(r"\b(family|relatives?|parents?|spouse)\b.{0,30}\b(repays?|pays?|liable)\b", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """What one side does beside paying: whose, which, by when, and the fen it is about."""

    party: str
    kind: str
    due_on: date | None
    amount_fen: int | None = None
    text: str = ""


def prohibited(text: str) -> bool:
    """Return whether a text holds a clause that may not be agreed."""
    return any(pattern.search(text) for pattern in _PROHIBITED)


def duty_problems(duties: Sequence[Duty], *, today: date) -> list[str]:
    """Return the codes of what is wrong with the obligations of a draft."""
    found = ["too_many_duties"] if len(duties) > MOST_DUTIES else []
    for duty in duties:
        if duty.party not in DUTY_PARTIES or duty.kind not in DUTY_KINDS:
            found.append("duty_unknown")
            continue
        if duty.kind in BANKS_ONLY and duty.party != Party.BANK:
            found.append("duty_party_wrong")
        if duty.kind in WITH_AMOUNT and not duty.amount_fen:
            found.append("duty_amount_missing")
        if duty.due_on is None or duty.due_on < today:
            found.append("duty_date_missing")
    return list(dict.fromkeys(found))


def text_problems(*, facts: str, pay_to: str, others: Sequence[str]) -> list[str]:
    """Return the codes of what is wrong with the words of a draft."""
    found = []
    if not facts.strip():
        found.append("facts_missing")
    if not pay_to.strip():
        found.append("pay_to_missing")
    if any(prohibited(text) for text in (facts, pay_to, *others)):
        found.append("term_prohibited")
    return found
