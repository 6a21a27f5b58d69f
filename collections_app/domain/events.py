"""The kinds of event on a record, and which later event conflicts with which write.

A kind that ``bumps`` raises the version of the record; receipts, looks and told rows do not. A write that
carries a seen version is refused when a kind it conflicts with has happened since; everything else may pass.
"""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import Term


class Topic(StrEnum):
    """What part of the truth an event moves: two writes conflict when one needs a topic the other moved."""

    MONEY = "money"
    PROMISE = "promise"
    HOLD = "hold"
    CONTACT_POINT = "contact_point"
    CONVERSATION = "conversation"
    PLAN = "plan"
    COMPLAINT = "complaint"
    HANDOFF = "handoff"
    OWNER = "owner"
    CASE = "case"
    NOTE = "note"
    MESSAGE = "message"
    MEDIATION = "mediation"
    APPROVAL = "approval"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event: its term, the topic it moves, and whether it raises the version."""

    term: Term
    topic: Topic
    bumps: bool = True

    @property
    def code(self) -> str:
        return self.term.code


_T = Topic
_ROWS = (
    EventKind(Term("customer.created", "建档", "Record opened"), _T.CASE),
    EventKind(Term("customer.merged", "客户合并", "Customers merged"), _T.CASE),
    EventKind(Term("case.opened", "入催", "Case opened"), _T.CASE),
    EventKind(Term("case.reopened", "再次入催", "Case re-opened"), _T.CASE),
    EventKind(Term("case.closed", "出催", "Case closed"), _T.CASE),
    EventKind(Term("account.imported", "核心数据更新", "Core data updated"), _T.MONEY),
    EventKind(Term("account.owner_changed", "负责人变更", "Owner changed"), _T.OWNER),
    EventKind(Term("account.told_of_agency", "已告知将委外", "Told of the agency to come"), _T.OWNER),
    EventKind(Term("account.placed", "委外", "Placed with an agency"), _T.OWNER),
    EventKind(Term("account.recalled", "收回委案", "Called back from the agency"), _T.OWNER),
    EventKind(Term("account.assigned", "债权转让", "Claim assigned"), _T.OWNER),
    EventKind(Term("legal.step", "法律程序进展", "Legal step"), _T.CASE),
    EventKind(Term("payment.received", "收到还款", "Payment received"), _T.MONEY),
    EventKind(Term("payment.started", "发起还款", "Payment started"), _T.MONEY),
    EventKind(Term("payment.failed", "还款失败", "Payment failed"), _T.MONEY),
    EventKind(Term("payment.held", "款项挂账待认领", "Money held, not yet identified"), _T.MONEY),
    EventKind(Term("payment.reversed", "还款冲正", "Payment reversed"), _T.MONEY),
    EventKind(Term("payment.identified", "挂账款项认领", "Held money identified"), _T.MONEY),
    EventKind(Term("payment.disputed", "付款人拒付", "Payment disputed by the payer"), _T.MONEY),
    EventKind(Term("payment.dispute_won", "拒付争议已胜", "Dispute of the payment won"), _T.MONEY),
    EventKind(Term("claim.recorded", "称已还款", "Says paid"), _T.MONEY),
    EventKind(Term("claim.resolved", "查账结果", "Claim resolved"), _T.MONEY),
    EventKind(Term("promise.taken", "承诺还款", "Promise to pay"), _T.PROMISE),
    EventKind(Term("promise.redated", "承诺改期", "Promise re-dated"), _T.PROMISE),
    EventKind(Term("promise.judged", "承诺核对", "Promise judged"), _T.PROMISE),
    EventKind(Term("promise.part_kept", "承诺分次核对", "Part of a promise kept"), _T.PROMISE),
    EventKind(Term("promise.voided", "还款冲正，承诺失效", "Promise void: the payment bounced"), _T.PROMISE),
    EventKind(Term("promise.reopened", "承诺恢复履约期", "Promise in force again"), _T.PROMISE),
    EventKind(Term("promise.withdrawn", "承诺撤销", "Promise withdrawn"), _T.PROMISE),
    EventKind(Term("promise.superseded", "承诺被取代", "Promise superseded"), _T.PROMISE),
    EventKind(Term("hold.placed", "停催", "Hold placed"), _T.HOLD),
    EventKind(Term("hold.released", "恢复", "Hold released"), _T.HOLD),
    EventKind(Term("risk.raised", "人身风险", "Risk to life"), _T.HOLD),
    EventKind(Term("conversation.started", "通话开始", "Call started"), _T.CONVERSATION),
    EventKind(Term("conversation.verified", "身份核实", "Identity checked"), _T.CONVERSATION, bumps=False),
    EventKind(Term("conversation.closed", "通话结束", "Call closed"), _T.CONVERSATION),
    EventKind(Term("conversation.interrupted", "通话中断，线路释放", "Call interrupted, line free"), _T.CONVERSATION),
    EventKind(Term("conversation.resumed", "通话恢复", "Call resumed"), _T.CONVERSATION),
    EventKind(Term("conversation.asked_for", "请求移交通话", "Call asked for"), _T.CONVERSATION),
    EventKind(Term("conversation.refused", "拒绝移交通话", "Handing over refused"), _T.CONVERSATION),
    EventKind(Term("conversation.handed_over", "通话已移交", "Call handed over"), _T.CONVERSATION),
    EventKind(Term("conversation.taken_over", "主管接管通话", "Call taken over"), _T.CONVERSATION),
    EventKind(Term("recording.stated", "登记录音", "Recording stated"), _T.NOTE, bumps=False),
    EventKind(Term("conversation.dialled", "系统拨号", "Put through"), _T.CONVERSATION, bumps=False),
    EventKind(Term("conversation.dial_ended", "系统拨号结束", "Putting through ended"), _T.NOTE),
    EventKind(Term("conversation.corrected", "通话更正", "Call corrected"), _T.CONVERSATION),
    EventKind(Term("promise.corrected", "承诺更正", "Promise corrected"), _T.PROMISE),
    EventKind(Term("hold.corrected", "停催更正", "Hold corrected"), _T.HOLD),
    EventKind(Term("visit.planned", "计划外访", "Visit planned"), _T.NOTE),
    EventKind(Term("visit.begun", "外访出发", "Visit begun"), _T.CONVERSATION),
    EventKind(Term("visit.closed", "外访结果", "Visit done"), _T.CONVERSATION),
    EventKind(Term("visit.called_off", "外访取消", "Visit called off"), _T.NOTE),
    EventKind(Term("contact.reported", "系统触达回报", "Contact by a machine"), _T.CONVERSATION),
    EventKind(Term("note.added", "备注", "Note"), _T.NOTE),
    EventKind(Term("contact_point.changed", "联系方式变更", "Contact point changed"), _T.CONTACT_POINT),
    EventKind(Term("contact_point.added", "新增联系方式", "Contact point added"), _T.CONTACT_POINT),
    EventKind(Term("person.recorded", "登记相关人员", "Related person recorded"), _T.CONTACT_POINT),
    EventKind(Term("person.ended", "相关人员身份终止", "Role of a related person ended"), _T.CONTACT_POINT),
    EventKind(Term("estate.recorded", "登记遗产情况", "Estate recorded"), _T.CONTACT_POINT),
    EventKind(Term("limitation.recorded", "时效中断", "Limitation interrupted"), _T.CLOCK),
    EventKind(Term("limitation.revoked", "时效中断更正", "Interruption of limitation revoked"), _T.CLOCK),
    EventKind(Term("limitation.suspended", "时效中止", "Limitation suspended"), _T.CLOCK),
    EventKind(Term("limitation.resumed", "时效中止原因消除", "Obstacle to suing gone"), _T.CLOCK),
    EventKind(Term("limitation.suspension_revoked", "时效中止更正", "Suspension of limitation revoked"), _T.CLOCK),
    EventKind(Term("guarantee.recorded", "登记保证期间", "Guarantee recorded"), _T.CLOCK),
    EventKind(Term("guarantee.claimed", "向保证人主张权利", "Guarantor called upon"), _T.CLOCK),
    EventKind(Term("answer.read", "按核准答复告知", "Approved answer read out"), _T.MESSAGE, bumps=False),
    EventKind(Term("handoff.opened", "转办", "Handed off"), _T.HANDOFF),
    EventKind(Term("handoff.moved", "转办进展", "Hand-off moved"), _T.HANDOFF),
    EventKind(Term("handoff.papers", "客户提交材料", "Papers handed in"), _T.HANDOFF),
    EventKind(Term("paper.read", "查看客户材料", "Paper of a customer opened"), _T.NOTE, bumps=False),
    # Who is told of it moves nothing that anybody decides on.
    EventKind(Term("handoff.escalated", "转办升级提醒", "Hand-off climbed a step"), _T.NOTE),
    EventKind(Term("complaint.taken", "受理投诉", "Complaint taken in"), _T.COMPLAINT),
    EventKind(Term("complaint.joined", "重复投诉并案", "Complaint joined to the open one"), _T.COMPLAINT),
    EventKind(Term("complaint.moved", "投诉进展", "Complaint moved"), _T.COMPLAINT),
    EventKind(Term("complaint.extended", "投诉延期", "Complaint given more time"), _T.COMPLAINT),
    EventKind(Term("complaint.document", "投诉文书", "Document of a complaint"), _T.COMPLAINT, bumps=False),
    EventKind(Term("power.checked", "代理授权核验", "Power of attorney checked"), _T.COMPLAINT),
    EventKind(Term("recusal.began", "回避", "Recused"), _T.OWNER),
    EventKind(Term("recusal.ended", "解除回避", "Recusal ended"), _T.OWNER),
    EventKind(Term("evidence.asked", "申请生成证据包", "Evidence pack asked for"), _T.NOTE, bumps=False),
    EventKind(Term("evidence.made", "证据包已生成", "Evidence pack made"), _T.NOTE, bumps=False),
    EventKind(Term("evidence.read", "下载证据包", "Evidence pack opened"), _T.NOTE, bumps=False),
    EventKind(Term("document.read", "查看投诉文书", "Document of a complaint opened"), _T.NOTE, bumps=False),
    EventKind(Term("issued.made", "客户自助开具文书", "Document issued to the customer"), _T.NOTE, bumps=False),
    EventKind(Term("issued.read", "查看开具文书", "Issued document opened"), _T.NOTE, bumps=False),
    EventKind(Term("plan.agreed", "还款安排生效", "Plan agreed"), _T.PLAN),
    EventKind(Term("plan.applied", "客户申请还款安排", "Customer applied for a plan"), _T.PLAN, bumps=False),
    EventKind(Term("plan.varied", "还款安排已变更", "Plan replaced by another"), _T.PLAN),
    EventKind(Term("plan.recalculated", "还款计划表重算", "Schedule of a plan made anew"), _T.PLAN),
    EventKind(Term("plan.annulled", "还款安排撤销", "Plan annulled"), _T.PLAN),
    EventKind(Term("plan.breached", "还款安排违约", "Plan breached"), _T.PLAN),
    EventKind(Term("plan.performed", "还款安排履行完毕", "Plan performed"), _T.PLAN),
    EventKind(Term("plan.reopened", "还款安排恢复履行", "Plan in force again"), _T.PLAN),
    EventKind(Term("waiver.granted", "息费减免", "Waiver granted"), _T.PLAN),
    # What the core does with a line moves no truth of the record: its next file does.
    EventKind(Term("waiver.told", "减免已告知核心", "Core told of a waiver"), _T.NOTE),
    EventKind(Term("waiver.called_off", "减免已通知核心撤销", "Core told that a waiver has lapsed"), _T.NOTE),
    EventKind(Term("waiver.answered", "核心回复减免", "Core answered on a waiver"), _T.NOTE),
    EventKind(Term("mediation.proposed", "提议调解或协商", "Talks proposed"), _T.MEDIATION),
    EventKind(Term("mediation.scheduled", "会议排期", "Session scheduled"), _T.MEDIATION),
    EventKind(Term("mediation.offered", "提供可选时间", "Dates offered to choose from"), _T.MEDIATION),
    EventKind(Term("mediation.answered", "会谈意愿答复", "Answer to the invitation"), _T.MEDIATION),
    EventKind(Term("mediation.opened", "会议召开", "Session opened"), _T.MEDIATION),
    EventKind(Term("mediation.missed", "客户缺席会议", "Session missed by the customer"), _T.MEDIATION),
    EventKind(Term("mediation.cancelled", "会议取消或改期", "Session cancelled or moved"), _T.MEDIATION),
    EventKind(Term("mediation.chosen", "选择调解员", "Mediator chosen by a party"), _T.MEDIATION),
    EventKind(Term("mediation.stood_down", "调解员回避或更换", "Mediator stood down"), _T.MEDIATION),
    EventKind(Term("mediation.disclosed", "调解员披露", "Mediator's disclosure"), _T.MEDIATION),
    EventKind(Term("mediation.waived", "同意调解员继续", "Disclosure accepted by a party"), _T.MEDIATION),
    EventKind(Term("mediation.panel", "调解小组变更", "Panel of a session changed"), _T.MEDIATION),
    EventKind(Term("mediation.ended", "调解或协商结束", "Talks ended"), _T.MEDIATION),
    EventKind(Term("mediation.routed", "会谈方式改定", "Means or track of talks changed"), _T.MEDIATION),
    EventKind(Term("mediation.accepted", "调解员接受", "Mediator accepted"), _T.MEDIATION),
    EventKind(Term("mediation.extension_asked", "申请延长期限", "Longer term asked for"), _T.MEDIATION),
    EventKind(Term("mediation.extended", "延长期限答复", "Answer on a longer term"), _T.MEDIATION),
    EventKind(Term("mediation.filed", "提交书面意见", "Position filed"), _T.NOTE),
    EventKind(Term("agreement.drafted", "拟定协议", "Agreement drafted"), _T.MEDIATION),
    # Who signs next decides on the document they have read, not on who has signed before them.
    EventKind(Term("agreement.signed", "签署协议", "Agreement signed by one side"), _T.NOTE),
    EventKind(Term("obligation.done", "协议义务已履行", "Obligation of an agreement met"), _T.MEDIATION),
    EventKind(Term("obligation.overdue", "协议义务逾期", "Obligation of an agreement overdue"), _T.NOTE),
    EventKind(Term("court.stage", "司法进展", "Step of a court"), _T.MEDIATION),
    EventKind(Term("court.pack_made", "生成司法材料", "Papers for a court made"), _T.NOTE, bumps=False),
    EventKind(Term("court.pack_read", "下载司法材料", "Papers for a court opened"), _T.NOTE, bumps=False),
    EventKind(Term("approval.asked", "提交审批", "Approval asked"), _T.APPROVAL),
    EventKind(Term("approval.decided", "审批结果", "Approval decided"), _T.APPROVAL),
    EventKind(Term("personalisation.changed", "个性化设置变更", "Personal targeting changed"), _T.MESSAGE),
    EventKind(Term("message.asked", "人工发起短信", "Message queued by hand"), _T.MESSAGE),
    # What the queue does with a message moves no version: a night of a hundred thousand texts refuses no form.
    EventKind(Term("message.sent", "短信已发", "Message sent"), _T.MESSAGE, bumps=False),
    EventKind(Term("message.received", "短信回复", "Reply received"), _T.MESSAGE),
    EventKind(Term("message.failed", "短信失败", "Message failed"), _T.MESSAGE, bumps=False),
    EventKind(Term("letter.posted", "信函交邮", "Letter posted"), _T.MESSAGE, bumps=False),
    EventKind(Term("letter.delivered", "信函妥投", "Letter delivered"), _T.MESSAGE, bumps=False),
    EventKind(Term("letter.returned", "信函退回", "Letter returned"), _T.MESSAGE, bumps=False),
    EventKind(Term("letter.withdrawn", "信函撤下", "Letter withdrawn"), _T.MESSAGE, bumps=False),
    EventKind(Term("message.decided", "短信人工处置", "Decided on a message"), _T.MESSAGE),
    EventKind(Term("told.contradicted", "告知与事实不符", "What was told no longer holds"), _T.MESSAGE, bumps=False),
    EventKind(Term("told.settled", "告知差异已消除", "What was told is settled"), _T.MESSAGE, bumps=False),
    EventKind(Term("access.opened", "客户查看页面", "Customer opened the page"), _T.MESSAGE, bumps=False),
    EventKind(Term("device.signed_out", "设备退出登录", "Device signed out"), _T.CONTACT_POINT),
    EventKind(Term("access.ended", "关闭客户页面入口", "Way in to the customer's page ended"), _T.MESSAGE, bumps=False),
)

EVENT_KINDS: dict[str, EventKind] = {row.code: row for row in _ROWS}

# For each write a person makes: the topics it is decided on. A later event that moved one of them refuses it.
_MONEY_TERMS = frozenset({_T.MONEY, _T.PROMISE, _T.HOLD, _T.PLAN, _T.MEDIATION, _T.CASE})
# Who speaks to the customer, or writes down what they said, knows what they have written and been written by hand.
_SPOKEN_TERMS = _MONEY_TERMS | {_T.MESSAGE}
WRITE_DEPENDS_ON: dict[str, frozenset[Topic]] = {
    "note.add": frozenset(),
    "call.make": _SPOKEN_TERMS | {_T.CONTACT_POINT, _T.CONVERSATION},
    "call.close": frozenset(),
    "visit.plan": _SPOKEN_TERMS | {_T.CONTACT_POINT, _T.CONVERSATION},
    "visit.begin": _SPOKEN_TERMS | {_T.CONTACT_POINT, _T.CONVERSATION},
    # What was found at the door stays what it was, and nobody is kept from staying at home.
    "visit.close": frozenset(),
    "recording.state": frozenset(),
    "call.correct": frozenset({_T.CONVERSATION, _T.CONTACT_POINT, _T.PROMISE, _T.HOLD, _T.PLAN, _T.MONEY}),
    "promise.correct": _MONEY_TERMS,
    "hold.correct": frozenset({_T.HOLD, _T.PLAN}),
    "call.ask": frozenset({_T.CONVERSATION}),
    "call.take_over": frozenset({_T.CONVERSATION}),
    # What the customer wants of their own data is never refused for what has changed meanwhile.
    "personalisation.set": frozenset(),
    "told.correct": _SPOKEN_TERMS | {_T.CONTACT_POINT},
    "message.send": _SPOKEN_TERMS | {_T.CONTACT_POINT, _T.OWNER},
    "claim.record": frozenset({_T.MONEY, _T.PLAN}),
    "promise.take": _SPOKEN_TERMS,
    "promise.redate": _SPOKEN_TERMS,
    # The customer's own promise: what the bank writes to them, and they to the bank, refuses nothing of theirs.
    "promise.give": _MONEY_TERMS,
    "promise.move": _MONEY_TERMS,
    "promise.withdraw": frozenset({_T.PROMISE, _T.MONEY, _T.PLAN}),
    "hold.place": frozenset({_T.HOLD, _T.PLAN, _T.CASE}),
    "hold.release": frozenset({_T.HOLD, _T.PLAN}),
    # A link in the wrong hands is ended whatever has changed meanwhile.
    "access.end": frozenset(),
    "device.revoke": frozenset({_T.CONTACT_POINT}),
    # What may save a life is never refused for what has changed meanwhile.
    "risk.press": frozenset(),
    "handoff.open": frozenset({_T.HANDOFF}),
    "handoff.move": frozenset({_T.HANDOFF}),
    "complaint.take": frozenset({_T.COMPLAINT}),
    "complaint.handle": frozenset({_T.COMPLAINT}),
    "power.check": frozenset({_T.COMPLAINT}),
    "recusal.end": frozenset({_T.COMPLAINT, _T.OWNER}),
    # What was done stays what it was, whatever is done meanwhile.
    "evidence.pack": frozenset(),
    "contact.correct": frozenset({_T.CONTACT_POINT}),
    "person.record": frozenset({_T.CONTACT_POINT}),
    "estate.record": frozenset({_T.CONTACT_POINT}),
    "clock.record": frozenset({_T.CLOCK}),
    "clock.suspend": frozenset({_T.CLOCK}),
    # What is read out names amounts and dates: another amount than the screen showed is never told.
    "answer.read": _SPOKEN_TERMS,
    "payment.start": frozenset({_T.MONEY, _T.PROMISE, _T.PLAN}),
    "owner.assign": frozenset({_T.OWNER, _T.CASE}),
    "account.tell": frozenset({_T.OWNER}),
    "account.place": frozenset({_T.OWNER, _T.CASE, _T.HOLD, _T.PLAN, _T.PROMISE, _T.MEDIATION}),
    "account.recall": frozenset({_T.OWNER}),
    "legal.record": frozenset({_T.OWNER, _T.CASE, _T.HOLD}),
    "approval.ask": frozenset({_T.APPROVAL, _T.HOLD, _T.PLAN}),
    "approval.decide": _MONEY_TERMS | {_T.APPROVAL},
    "waiver.ask": _MONEY_TERMS | {_T.APPROVAL},
    "plan.agree": _MONEY_TERMS | {_T.APPROVAL},
    "plan.apply": _MONEY_TERMS | {_T.APPROVAL},
    "plan.annul": frozenset({_T.PLAN, _T.MONEY, _T.HOLD, _T.APPROVAL}),
    "mediation.propose": _SPOKEN_TERMS,
    "mediation.answer": frozenset({_T.MEDIATION, _T.CASE}),
    "mediation.end": frozenset({_T.MEDIATION, _T.PLAN, _T.MONEY}),
    # What a side brings to the table stays what it brings, whatever has changed meanwhile.
    "mediation.file": frozenset(),
    "mediation.mandate": frozenset({_T.MEDIATION, _T.PLAN, _T.MONEY, _T.APPROVAL}),
    "mediation.draft": frozenset({_T.MEDIATION, _T.PLAN, _T.MONEY}),
    "obligation.record": frozenset({_T.MEDIATION}),
    # What a court did moves the account as legal's own word does.
    "court.record": frozenset({_T.MEDIATION, _T.OWNER, _T.CASE, _T.HOLD}),
    # What was done stays what it was, whatever is done meanwhile.
    "court.pack": frozenset(),
}


def conflicts(*, write: str, event: str) -> bool:
    """Return whether an event of that kind, later than the version seen, refuses that write."""
    return EVENT_KINDS[event].topic in WRITE_DEPENDS_ON[write]
