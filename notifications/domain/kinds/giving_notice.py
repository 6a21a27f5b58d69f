"""The kinds by which the bank gives notice or advice: by the calendar, or sent by a colleague who has seen the text."""

from collections_app.domain.purposes import Channel, Purpose
from collections_app.domain.terms import Term
from notifications.domain.kinds.codes import Kind, Premise, Variant
from notifications.domain.kinds.kind import COMMON, DISCLOSED, MessageKind

_V, _P = Variant, Premise
# Who may send what the law has the bank say, and who may write to a customer at all.
NOTICE = "notice.send"
WRITE = "message.send"
# What may have to be proven goes where the law knows it to arrive: never to an app.
_PROVABLE = (Channel.SMS, Channel.EMAIL, Channel.LETTER)

GIVING_NOTICE = (
    MessageKind(
        Term(Kind.FORMAL_DEMAND, "正式催告", "Formal demand"),
        Purpose.LIMITATION,
        _P.DEMANDABLE,
        (_V.EXPLICIT, _V.CODE, _V.LINK, _V.LETTER),
        COMMON | {"asof", "days", "od", "by"},
        (("od", "overdue"),),
        # The next step is a month away, and the demand that preserves limitation must not wait for it.
        valid_days=7,
        channels=_PROVABLE,
        asked_with=NOTICE,
    ),
    MessageKind(
        Term(Kind.CREDIT_REPORT_NOTICE, "征信报送告知", "Credit-reporting notice"),
        Purpose.STATUTORY,
        _P.STILL_OVERDUE,
        (_V.EXPLICIT, _V.LETTER),
        COMMON | {"by"},
        valid_days=2,
        channels=_PROVABLE,
        asked_with=NOTICE,
    ),
    MessageKind(
        Term(Kind.PLACEMENT_NOTICE, "委外告知", "Placement notice"),
        Purpose.STATUTORY,
        _P.IN_HOUSE,
        (_V.EXPLICIT, _V.LETTER),
        COMMON | {"agency"},
        valid_days=2,
        channels=_PROVABLE,
        asked_with="account.place",
        typed="agency",
    ),
    MessageKind(
        Term(Kind.ASSIGNMENT_NOTICE, "债权转让通知", "Assignment notice"),
        Purpose.STATUTORY,
        _P.NOTHING_MORE,
        (_V.EXPLICIT, _V.LETTER),
        COMMON | {"assignee"},
        valid_days=2,
        channels=_PROVABLE,
        asked_with=NOTICE,
        typed="assignee",
    ),
    MessageKind(
        Term(Kind.LOAN_SCHEDULE, "大额贷款还款计划", "Large-loan schedule"),
        Purpose.DUE_NOTICE,
        _P.LOAN_INSTALMENT_DUE,
        DISCLOSED,
        COMMON | {"due", "inst"},
        (("inst", "instalment"),),
        valid_days=3,
    ),
    MessageKind(
        Term(Kind.SECURITY_ADVICE, "安全提示", "Security advice"),
        Purpose.SECURITY,
        _P.NOTHING_MORE,
        (_V.EXPLICIT,),
        frozenset({"hotline"}),
        valid_days=3,
        harmless=True,
        asked_with=WRITE,
    ),
    MessageKind(
        Term(Kind.COLLEAGUE_NOTE, "专员短信", "A colleague's note"),
        Purpose.SERVICE_NOTICE,
        _P.NOTHING_MORE,
        (_V.EXPLICIT,),
        frozenset({"hotline", "officer", "words"}),
        valid_days=2,
        harmless=True,
        asked_with=WRITE,
        typed="words",
    ),
    MessageKind(
        Term(Kind.PAGE_LINK, "页面入口", "Way in to the page"),
        Purpose.RECEIPT,
        _P.NOTHING_MORE,
        (_V.LINK, _V.NEUTRAL),
        frozenset({"hotline"}),
        priority=True,
        harmless=True,
        asked_with=WRITE,
    ),
)
