"""What the premise of each kind of message says, in words."""

from collections_app.domain.terms import TermList

PREMISES = TermList(
    ("loan_instalment_due", "该期贷款仍未还清", "The loan instalment is still unpaid"),
    ("card_bill_due", "账单仍未还清", "The card bill is still unpaid"),
    ("card_due_today", "今日到期且未还清", "It is due today and unpaid"),
    ("overdue", "仍有逾期金额", "An amount is still overdue"),
    ("promise_due", "承诺仍在履约期内", "The promise still stands"),
    ("promise_broken", "承诺未履约且未另有约定", "The promise was broken and nothing else was agreed"),
    ("plan_instalment_due", "还款安排仍有效且本期未还", "The plan is in force and the instalment unpaid"),
    ("payment_received", "款项已收且未冲正", "The payment was received and not reversed"),
    ("invitation_open", "会议未取消", "The session is not cancelled"),
    ("promise_pending", "承诺仍在履约期内", "The promise is pending"),
    ("told_contradicted", "曾告知的内容与事实不符", "What was told is not the truth"),
    ("entry_stands", "该笔入账未冲正", "The entry stands and was not reversed"),
    ("demandable", "仍可催告", "It may still be demanded"),
    ("still_overdue", "仍有逾期金额", "It is still overdue"),
    ("in_house", "账户仍在行内", "The account is still in house"),
    ("work_open", "事项仍在办理", "The matter is still open"),
    ("paid_up", "账户已结清", "Nothing is owed any more"),
    ("not_paid_since", "扣款失败后未还款", "The debit failed and nothing was paid since"),
    ("nothing_more", "无其他前提", "It rests on nothing that could change"),
)
