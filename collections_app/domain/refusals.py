"""What people read when a write is refused: one calm sentence per code, in both languages.

Amounts are passed in fen and shown in yuan, dates as they are written. A code without a sentence here is a
defect that a test finds, not something a person ever sees.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from collections_app.domain.money import yuan_text
from collections_app.domain.terms import TermList

REFUSALS = TermList(
    (
        "no_such_record",
        "没有这位客户的记录，或不在您的权限范围内。",
        "There is no such record, or it is outside your scope.",
    ),
    ("not_allowed", "您的岗位没有这项权限。", "Your role does not allow this."),
    ("record_changed", "您查看之后，记录已有变动。", "The record has changed since you looked at it."),
    ("no_such_version", "页面版本有误，请重新打开记录。", "This page's version is wrong. Open the record again."),
    ("note_empty", "备注不能为空。", "A note cannot be empty."),
    ("note_too_long", "备注最多 {longest} 个字。", "A note has at most {longest} characters."),
    (
        "hold_not_by_hand",
        "这种停催随承诺、查账或协议产生，不能手工登记。",
        "This hold comes with a promise, a claim or an agreement; it cannot be placed by hand.",
    ),
    ("hold_ends_in_the_past", "停催的结束时间已经过去。", "The end of the hold has already passed."),
    ("hold_already", "已有同样的停催。", "The same hold is already in force."),
    ("hold_needs_account", "请选择停催的账户。", "Choose the account of the hold."),
    ("hold_needs_channel", "请选择停用的渠道。", "Choose the channel of the hold."),
    ("hold_needs_contact_point", "请选择停用的号码。", "Choose the number of the hold."),
    ("no_such_hold", "没有这项停催。", "There is no such hold."),
    ("hold_already_released", "这项停催已经解除。", "This hold has already been released."),
    (
        "hold_ends_with_source",
        "这项停催随其来源结束，不能单独解除。",
        "This hold ends with what it came with; it cannot be released alone.",
    ),
    (
        "promise_already_pending",
        "该账户已有待履行的承诺，可以改期。",
        "The account already has a pending promise; re-date it instead.",
    ),
    ("plan_in_force", "该账户的还款安排正在履行。", "A plan is in force on this account."),
    ("nothing_overdue", "该账户目前没有逾期金额。", "Nothing is overdue on this account."),
    (
        "no_promise_under_hold",
        "身故、转让或破产期间不登记承诺。",
        "No promise is taken after death, assignment or bankruptcy.",
    ),
    ("promise_no_parts", "请填写承诺的日期和金额。", "Give the date and amount of the promise."),
    ("promise_too_many_parts", "最多分 {most_parts} 次。", "At most {most_parts} parts."),
    ("promise_amount_not_positive", "每次金额须大于零。", "Each amount must be above zero."),
    ("promise_dates_not_rising", "各次日期须依次递增。", "The dates must rise from part to part."),
    ("promise_date_in_the_past", "承诺日期已经过去。", "The date has already passed."),
    ("promise_date_too_late", "最晚可承诺至 {last_day}。", "The latest date is {last_day}."),
    (
        "promise_amount_too_small",
        "承诺金额合计至少 {smallest_fen} 元。",
        "The promise must be at least {smallest_fen} yuan in all.",
    ),
    (
        "promise_amount_above_overdue",
        "承诺金额不超过逾期金额 {overdue_fen} 元。",
        "The promise may not exceed the overdue {overdue_fen} yuan.",
    ),
    (
        "promise_too_many_redates",
        "已改期 {most_redates} 次，须主管审批。",
        "Re-dated {most_redates} times already; a supervisor must approve.",
    ),
    ("promise_not_pending", "这项承诺已经结束。", "This promise has already ended."),
    ("no_such_promise", "没有这项承诺。", "There is no such promise."),
    ("reason_missing", "请写明原因。", "Give a reason."),
    ("no_such_account", "没有这个账户。", "There is no such account."),
    ("account_missing", "请选择谈到的账户。", "Choose the account you spoke of."),
    (
        "plan_amounts_missing",
        "每期都要有日期和大于零的金额。",
        "Each instalment needs a date and an amount above zero.",
    ),
    ("plan_dates_not_rising", "各期日期须依次递增。", "The dates must rise from instalment to instalment."),
    ("plan_starts_in_the_past", "首期日期已经过去。", "The first date has already passed."),
    (
        "plan_above_payoff",
        "各期合计不超过结清金额 {payoff_fen} 元。",
        "The instalments may not exceed the payoff of {payoff_fen} yuan.",
    ),
    ("payment_not_positive", "金额须大于零。", "The amount must be above zero."),
    ("payment_differs", "这笔还款与先前登记的不一致。", "This payment differs from what was recorded before."),
    ("no_such_payment", "没有这笔还款。", "There is no such payment."),
    (
        "claim_date_impossible",
        "还款日期须在今天或之前一年内。",
        "The day of payment must be today or within the last year.",
    ),
    (
        "claim_already_open",
        "该账户已有一笔正在核对的还款。",
        "A claimed payment of this account is already being traced.",
    ),
    ("claim_missing", "请填写还款金额、渠道和日期。", "Give the amount, channel and day of the payment."),
    ("no_such_claim", "没有这项查账。", "There is no such claim."),
    ("claim_already_resolved", "这项查账已有结果。", "This claim has already been resolved."),
    ("no_such_handoff_kind", "没有这种转办。", "There is no such kind of hand-off."),
    ("no_such_handoff", "没有这项转办。", "There is no such hand-off."),
    ("handoff_cannot_move", "这项转办当前不能这样处理。", "This hand-off cannot be moved that way now."),
    ("callback_in_the_past", "约定的回电时间已经过去。", "The agreed time has already passed."),
    ("callback_time_missing", "请填写约定的回电时间。", "Give the time agreed for the callback."),
    ("already_on_a_call", "您有一通未结束的通话，请先结束它。", "You have a call open. Close it first."),
    ("no_such_number", "没有这个号码。", "There is no such number."),
    ("no_such_quality", "没有这种号码状态。", "There is no such state of a number."),
    ("no_such_call", "没有这通通话。", "There is no such call."),
    ("not_your_call", "这通通话属于另一位同事。", "This call belongs to a colleague."),
    ("call_already_closed", "这通通话已经结束。", "This call has already been closed."),
    ("no_such_verification", "请选择核实结果。", "Choose the result of the check."),
    ("two_facts_needed", "须由对方说出两项信息，才算本人核实。", "The person must state two facts to be verified."),
    (
        "not_verified",
        "尚未完成本人核实，不能选择这个结果。",
        "Identity has not been confirmed, so this outcome cannot be chosen.",
    ),
    ("no_such_outcome", "请选择通话结果。", "Choose an outcome."),
    ("party_and_outcome_differ", "接听人与结果不一致。", "Party and outcome do not fit."),
)


def sentence(code: str, params: Mapping[str, Any], *, language: str) -> str:
    """Return the sentence of a refusal in a language, its amounts in yuan and its dates as written."""
    shown = {}
    for name, value in params.items():
        if name.endswith("_fen"):
            shown[name] = yuan_text(int(value))
        elif isinstance(value, date):
            shown[name] = value.isoformat()
        else:
            shown[name] = value
    return REFUSALS[code].text(language).format(**shown)
