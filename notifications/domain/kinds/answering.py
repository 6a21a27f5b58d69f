"""The kinds that answer what happened: an act of the customer, an entry of the core, a date of talks."""

from collections_app.domain.access import COSIGNING
from collections_app.domain.purposes import Channel, Purpose
from collections_app.domain.terms import Term
from notifications.domain.kinds.codes import Kind, Premise, Variant
from notifications.domain.kinds.kind import COMMON, MessageKind

_V, _P = Variant, Premise

ANSWERING = (
    MessageKind(
        Term(Kind.PLAN_RECALCULATED, "分期重算通知", "Schedule of a plan made anew"),
        Purpose.PLAN_NOTICE,
        _P.PLAN_INSTALMENT_DUE,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        COMMON | {"k", "n", "pi", "due"},
        (("pi", "instalment"),),
        valid_days=3,
    ),
    MessageKind(
        Term(Kind.BALANCE_CHANGE, "账户变动通知", "Balance change"),
        Purpose.SERVICE_NOTICE,
        _P.ENTRY_STANDS,
        (_V.MONEY_IN, _V.MONEY_BACK),
        COMMON | {"on", "paid"},
        # What was booked stays true, and is said once: an outage of some days does not make it useless.
        valid_days=5,
    ),
    MessageKind(
        Term(Kind.DEBIT_FAILED, "扣款失败通知", "Debit failed"),
        Purpose.SERVICE_NOTICE,
        _P.NOT_PAID_SINCE,
        (_V.EXPLICIT, _V.NEUTRAL),
        COMMON | {"paid"},
    ),
    MessageKind(
        Term(Kind.PAID_UP, "结清通知", "Paid up"),
        Purpose.RECEIPT,
        _P.PAID_UP,
        (_V.EXPLICIT,),
        COMMON,
        valid_days=3,
        priority=True,
    ),
    *(
        MessageKind(
            term,
            Purpose.RECEIPT,
            _P.WORK_OPEN,
            (_V.EXPLICIT,),
            frozenset({"hotline", "officer", "by"}),
            priority=True,
            harmless=True,
        )
        for term in (
            Term(Kind.COMPLAINT_RECEIVED, "投诉受理回执", "Complaint received"),
            Term(Kind.REQUEST_RECEIVED, "申请受理回执", "Request received"),
        )
    ),
    MessageKind(
        Term(Kind.NUMBER_CHANGED, "号码变更提示", "Number changed"),
        Purpose.SECURITY,
        _P.NOTHING_MORE,
        (_V.EXPLICIT,),
        frozenset({"hotline", "on", "newtail"}),
        priority=True,
        harmless=True,
    ),
    *(
        MessageKind(
            term,
            Purpose.OTP,
            _P.NOTHING_MORE,
            (_V.EXPLICIT,),
            frozenset({"otp", "hotline"}),
            priority=True,
            channels=(Channel.SMS,),
            harmless=True,
        )
        for term in (
            Term(Kind.ONE_TIME_CODE, "验证码", "One-time code"),
            Term(Kind.SIGNING_CODE, "签署验证码", "Code to sign with"),
        )
    ),
    # The answer to a word the customer has sent must pass the stop that word has just placed: of all purposes only
    # codes and security alerts do.
    *(
        MessageKind(
            term,
            Purpose.SECURITY,
            _P.NOTHING_MORE,
            (_V.EXPLICIT,),
            frozenset({"hotline"}),
            priority=True,
            channels=(Channel.SMS,),
            harmless=True,
        )
        for term in (
            Term(Kind.STOP_CONFIRMED, "退订确认", "No more messages, confirmed"),
            Term(Kind.START_CONFIRMED, "恢复接收确认", "Messages again, confirmed"),
            Term(Kind.HELP_ANSWER, "帮助说明", "Answer to a call for help"),
        )
    ),
    *(
        MessageKind(
            term, Purpose.INVITE, _P.INVITATION_OPEN, (_V.EXPLICIT, _V.NEUTRAL), COMMON | variables, valid_days=5
        )
        for term, variables in (
            (Term(Kind.MEDIATION_CHANGED, "调解改期通知", "Mediation moved"), {"org", "meeting"}),
            (Term(Kind.MEDIATION_REMINDER, "调解前提醒", "Mediation reminder"), {"org", "meeting"}),
            (Term(Kind.NEGOTIATION_CHANGED, "协商改期通知", "Negotiation moved"), {"meeting"}),
            (Term(Kind.NEGOTIATION_REMINDER, "协商前提醒", "Negotiation reminder"), {"meeting"}),
        )
    ),
    *(
        MessageKind(
            term, Purpose.INVITE, _P.INVITATION_OPEN, (_V.LINK, _V.CODE, _V.NEUTRAL), COMMON | variables, valid_days=5
        )
        for term, variables in (
            (Term(Kind.MEDIATION_DATES, "调解选时间", "Dates of a mediation to choose from"), {"org", "until"}),
            (Term(Kind.NEGOTIATION_DATES, "协商选时间", "Dates of a negotiation to choose from"), {"until"}),
        )
    ),
    # To a co-borrower or guarantor, about a paper and no account of theirs; called back when it is not to be signed.
    MessageKind(
        Term(Kind.AGREEMENT_TO_SIGN, "协议待签署", "Agreement to sign"),
        Purpose.INVITE,
        _P.NOTHING_MORE,
        (_V.LINK, _V.CODE, _V.NEUTRAL),
        frozenset({"hotline", "org", "until"}),
        valid_days=5,
        channels=(Channel.SMS, Channel.EMAIL),
        opens=COSIGNING,
    ),
    # Who was invited hears that nobody expects them any more, also when nothing is owed by now.
    *(
        MessageKind(term, Purpose.INVITE, _P.NOTHING_MORE, (_V.EXPLICIT, _V.NEUTRAL), COMMON | variables, valid_days=5)
        for term, variables in (
            (Term(Kind.MEDIATION_CANCELLED, "调解取消通知", "Mediation called off"), {"org", "meeting"}),
            (Term(Kind.NEGOTIATION_CANCELLED, "协商取消通知", "Negotiation called off"), {"meeting"}),
        )
    ),
)
