"""The codes of messages: kinds, forms of their texts, and what must be true."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class Kind(StrEnum):
    LOAN_DUE = "loan_due"
    CARD_DUE = "card_due"
    DUE_TODAY = "due_today"
    OVERDUE_GENTLE = "overdue_gentle"
    PROMISE_DUE = "promise_due"
    PROMISE_BROKEN = "promise_broken"
    PLAN_DUE = "plan_due"
    PLAN_RECALCULATED = "plan_recalculated"
    PAYMENT_RECEIVED = "payment_received"
    MEDIATION_INVITATION = "mediation_invitation"
    NEGOTIATION_INVITATION = "negotiation_invitation"
    WRITTEN_CONFIRMATION = "written_confirmation"
    TOLD_CORRECTION = "told_correction"
    TOLD_CONFIRMATION = "told_confirmation"
    BALANCE_CHANGE = "balance_change"
    FORMAL_DEMAND = "formal_demand"
    SECURITY_ADVICE = "security_advice"
    LOAN_SCHEDULE = "loan_schedule"
    MEDIATION_CHANGED = "mediation_changed"
    MEDIATION_REMINDER = "mediation_reminder"
    NEGOTIATION_CHANGED = "negotiation_changed"
    NEGOTIATION_REMINDER = "negotiation_reminder"
    MEDIATION_DATES = "mediation_dates"
    NEGOTIATION_DATES = "negotiation_dates"
    MEDIATION_CANCELLED = "mediation_cancelled"
    NEGOTIATION_CANCELLED = "negotiation_cancelled"
    AGREEMENT_TO_SIGN = "agreement_to_sign"
    CREDIT_REPORT_NOTICE = "credit_report_notice"
    PLACEMENT_NOTICE = "placement_notice"
    ASSIGNMENT_NOTICE = "assignment_notice"
    COMPLAINT_RECEIVED = "complaint_received"
    REQUEST_RECEIVED = "request_received"
    PAID_UP = "paid_up"
    DEBIT_FAILED = "debit_failed"
    NUMBER_CHANGED = "number_changed"
    ONE_TIME_CODE = "one_time_code"
    SIGNING_CODE = "signing_code"
    STOP_CONFIRMED = "stop_confirmed"
    START_CONFIRMED = "start_confirmed"
    HELP_ANSWER = "help_answer"
    COLLEAGUE_NOTE = "colleague_note"
    PAGE_LINK = "page_link"


class Variant(StrEnum):
    """The forms of a text. The first four differ in what they disclose, the others in what is true; a
    letter is the page that goes by post."""

    EXPLICIT = "explicit"
    CODE = "code"
    LINK = "link"
    NEUTRAL = "neutral"
    REST_AGREED = "rest_agreed"
    NOTHING_OVERDUE = "nothing_overdue"
    REST_OPEN = "rest_open"
    ONE_PART = "one_part"
    MORE_PARTS = "more_parts"
    PLAN_PART = "plan_part"
    INSTALMENT = "instalment"
    BILL = "bill"
    OVERDUE = "overdue"
    MONEY_IN = "money_in"
    MONEY_BACK = "money_back"
    LETTER = "letter"


# Of what only some forms of a kind can say: what each of them can. A text that names another could never be sent.
SAID_BY_FORM: dict[Variant, frozenset[str]] = {
    Variant.REST_AGREED: frozenset({"rest", "rdue"}),
    Variant.NOTHING_OVERDUE: frozenset(),
    Variant.REST_OPEN: frozenset(),
    Variant.ONE_PART: frozenset({"pd", "pamt"}),
    Variant.MORE_PARTS: frozenset({"pd", "pamt", "rest", "rdue"}),
    Variant.PLAN_PART: frozenset({"due", "pi", "inst"}),
    Variant.INSTALMENT: frozenset({"due", "pi", "inst"}),
    Variant.BILL: frozenset({"due", "bill", "minp"}),
    Variant.OVERDUE: frozenset({"od"}),
}

# These lead the customer to their page: by a link, or by a code that is typed there.
LEADING = frozenset({Variant.CODE, Variant.LINK, Variant.NEUTRAL})

VARIANTS = TermList(
    ("explicit", "明示版", "Explicit"),
    ("code", "编号版", "With code"),
    ("link", "链接版", "With link"),
    ("neutral", "隐去版", "Neutral"),
    ("rest_agreed", "余款有约定", "Rest agreed"),
    ("nothing_overdue", "已无逾期", "Nothing overdue"),
    ("rest_open", "仍有余款", "Rest open"),
    ("one_part", "一次还清", "One part"),
    ("more_parts", "分次还款", "More parts"),
    ("plan_part", "还款安排下一期", "Next of a plan"),
    ("instalment", "本期应还", "Instalment"),
    ("bill", "账单待还", "Bill"),
    ("overdue", "逾期金额", "Overdue amount"),
    ("money_in", "入账", "Money in"),
    ("money_back", "冲回", "Money taken back"),
    ("letter", "信函版", "Letter"),
)


class Premise(StrEnum):
    """What must hold of the record at the instant of sending."""

    LOAN_INSTALMENT_DUE = "loan_instalment_due"
    CARD_BILL_DUE = "card_bill_due"
    CARD_DUE_TODAY = "card_due_today"
    OVERDUE = "overdue"
    PROMISE_DUE = "promise_due"
    PROMISE_BROKEN = "promise_broken"
    PLAN_INSTALMENT_DUE = "plan_instalment_due"
    PAYMENT_RECEIVED = "payment_received"
    INVITATION_OPEN = "invitation_open"
    PROMISE_PENDING = "promise_pending"
    TOLD_CONTRADICTED = "told_contradicted"
    ENTRY_STANDS = "entry_stands"
    DEMANDABLE = "demandable"
    STILL_OVERDUE = "still_overdue"
    IN_HOUSE = "in_house"
    WORK_OPEN = "work_open"
    PAID_UP = "paid_up"
    NOT_PAID_SINCE = "not_paid_since"
    NOTHING_MORE = "nothing_more"


# The names under which the record remembers amounts that were told.
TOLD_AMOUNTS = TermList(
    ("overdue", "逾期金额", "Overdue"),
    ("minimum_due", "最低还款待还", "Minimum still due"),
    ("billed", "账单待还", "Billed"),
    ("instalment", "本期应还", "Instalment"),
    ("promised", "约定还款", "Promised"),
)
