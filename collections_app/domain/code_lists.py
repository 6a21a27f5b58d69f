"""Which code lists there are, what each row of a list states beside its names, and which codes logic needs.

The rows themselves are data: shipped in ``reference/codes/<list>.json`` and edited by administrators.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from collections_app.domain.handoffs import TOLD_ROLES, Clock
from collections_app.domain.holds import LEVELS, RECEIPT_LEVELS, HoldKind
from collections_app.domain.outcomes import Counts, OutcomeEffect, Party
from collections_app.domain.staff import Department
from collections_app.domain.terms import TermList


class FieldKind(StrEnum):
    """How a value is typed and compared: a level may not fall below its floor, codes may not lack it."""

    LEVEL = "level"
    CHOICE = "choice"
    CODES = "codes"
    TERM = "term"
    TERMS = "terms"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class CodeField:
    """One value a row states. ``choices`` of a level go from the weakest to the strictest.

    ``of`` names the list a term is taken from. A structural value is what the code was written for: it is set when a
    row is added and never changed.
    """

    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    of: str = ""
    optional: bool = False
    structural: bool = False


@dataclass(frozen=True, slots=True)
class CodeList:
    """One code list. Rows are added to and taken out of an open one; the codes of a closed one are fixed."""

    name: str
    table: str
    is_open: bool = False
    needed: frozenset[str] = frozenset()
    fields: tuple[CodeField, ...] = field(default=())


_K = FieldKind
_HOLD_FIELDS = (
    CodeField("scope", _K.CHOICE, ("account", "customer", "channel", "contact_point"), structural=True),
    CodeField("collect", _K.LEVEL, LEVELS),
    CodeField("notice", _K.LEVEL, LEVELS),
    CodeField("statutory", _K.LEVEL, LEVELS),
    CodeField("receipt", _K.LEVEL, RECEIPT_LEVELS),
    CodeField("days", _K.NUMBER, optional=True),
    CodeField("working_days", _K.NUMBER, optional=True),
    CodeField("status", _K.TERM, of="statuses", optional=True, structural=True),
    CodeField("by_hand", _K.FLAG, structural=True),
    CodeField("via", _K.TERMS, of="relations", optional=True),
    CodeField("via_staff", _K.CODES, tuple(Department), optional=True),
    CodeField("review", _K.FLAG, optional=True),
)
_OUTCOME_FIELDS = (
    CodeField("party", _K.CHOICE, tuple(Party), structural=True),
    CodeField("counts", _K.LEVEL, (Counts.ATTEMPT.value, Counts.EFFECTIVE.value)),
    CodeField("effects", _K.CODES, tuple(OutcomeEffect)),
    CodeField("hold", _K.TERM, of="holds", optional=True),
    CodeField("handoff", _K.TERM, of="handoffs", optional=True),
    CodeField("verified", _K.FLAG),
    CodeField("reason", _K.FLAG, optional=True),
)
_HANDOFF_FIELDS = (
    CodeField("to", _K.CHOICE, tuple(Department)),
    CodeField("minutes", _K.NUMBER),
    CodeField("must_carry", _K.TERMS, of="handoff_contents"),
    CodeField("text_required", _K.FLAG),
    CodeField("clock", _K.CHOICE, tuple(Clock), structural=True),
    CodeField("then_minutes", _K.NUMBER, optional=True),
    CodeField("hold", _K.TERM, of="holds", optional=True),
)
_STEP_FIELDS = (
    CodeField("percent", _K.NUMBER),
    CodeField("role", _K.CHOICE, TOLD_ROLES),
)

# What the program itself opens; a person may stop offering any other kind.
_HANDOFFS_OPENED = frozenset(
    {
        "callback",
        "payment_trace",
        "plan_request",
        "hardship",
        "dispute",
        "fraud_claim",
        "complaint",
        "complaint_review",
        "representative",
        "mediation_request",
        "wrong_number",
        "risk_alert",
        "third_payer",
        "hold_review",
        "other",
    }
)

LISTS: dict[str, CodeList] = {
    row.name: row
    for row in (
        CodeList("stages", "A"),
        CodeList("risk_classes", "A"),
        CodeList("placements", "A"),
        CodeList("legal_states", "A", is_open=True),
        CodeList("statuses", "A", fields=(CodeField("tier", _K.NUMBER, structural=True),)),
        CodeList("outcomes", "B", is_open=True, fields=_OUTCOME_FIELDS),
        CodeList("promise_states", "C"),
        CodeList("holds", "D", is_open=True, needed=frozenset(HoldKind), fields=_HOLD_FIELDS),
        CodeList("handoffs", "E", is_open=True, needed=_HANDOFFS_OPENED, fields=_HANDOFF_FIELDS),
        CodeList("handoff_contents", "E", is_open=True),
        CodeList("handoff_states", "E"),
        # However the bank arranges the rest: somebody hears of late work before it is late, and once it is.
        CodeList(
            "escalation_steps", "E", is_open=True, needed=frozenset({"supervisor", "compliance"}), fields=_STEP_FIELDS
        ),
        CodeList("complaint_causes", "F", is_open=True),
        CodeList("complaint_kinds", "F", is_open=True),
        CodeList("complaint_sources", "F", is_open=True),
        CodeList("complaint_levels", "F", is_open=True),
        CodeList("complaint_markers", "F", is_open=True),
        CodeList("complaint_states", "F"),
        CodeList("mediation_types", "G", is_open=True, needed=frozenset({"bank", "people"})),
        CodeList("endings", "G"),
        CodeList("negotiation_endings", "G"),
        CodeList("arrangement_states", "G"),
        CodeList("payment_channels", "H", is_open=True, fields=(CodeField("claimable", _K.FLAG),)),
        CodeList("payment_states", "H"),
        CodeList("contact_kinds", "I"),
        CodeList("provenances", "I"),
        CodeList("relations", "I"),
        CodeList("qualities", "I"),
        CodeList("permissions", "I"),
        CodeList("overdue_reasons", "J", is_open=True),
        CodeList("dispute_kinds", "J", is_open=True),
        CodeList("arrangement_kinds", "J", is_open=True),
        CodeList("waiver_components", "J", is_open=True),
        CodeList("waiver_timings", "J", is_open=True),
        CodeList("purposes", "J"),
        CodeList("limitation_events", "J", is_open=True),
        CodeList("incident_reasons", "J", is_open=True),
    )
}

CODE_LISTS = TermList(
    ("stages", "逾期阶段", "Stages"),
    ("risk_classes", "五级分类", "Risk classes"),
    ("placements", "催收归属", "Placements"),
    ("legal_states", "法律状态", "Legal states"),
    ("statuses", "客户状态（按优先次序）", "Statuses, in order of precedence"),
    ("outcomes", "通话结果", "Call outcomes"),
    ("promise_states", "承诺状态", "Promise states"),
    ("holds", "停催种类", "Holds"),
    ("handoffs", "转办种类", "Hand-offs"),
    ("handoff_contents", "转办要件", "What a hand-off must carry"),
    ("handoff_states", "转办状态", "Hand-off states"),
    ("escalation_steps", "转办逐级提醒", "Steps by which hand-offs climb"),
    ("complaint_causes", "投诉成因", "Causes of complaints"),
    ("complaint_kinds", "催收投诉细类", "Complaints about collection"),
    ("complaint_sources", "投诉来源", "Sources of complaints"),
    ("complaint_levels", "投诉等级", "Levels of complaints"),
    ("complaint_markers", "投诉标识", "Markers of complaints"),
    ("complaint_states", "投诉状态", "Complaint states"),
    ("mediation_types", "调解种类", "Types of mediation"),
    ("endings", "调解结果", "How mediations end"),
    ("negotiation_endings", "协商结果", "How negotiations end"),
    ("arrangement_states", "还款安排状态", "Arrangement states"),
    ("payment_channels", "还款渠道", "Payment channels"),
    ("payment_states", "还款状态", "Payment states"),
    ("contact_kinds", "联系方式种类", "Kinds of contact points"),
    ("provenances", "联系方式来源", "Provenance of contact points"),
    ("relations", "与客户关系", "Relations to the customer"),
    ("qualities", "联系方式质量", "Quality of contact points"),
    ("permissions", "联系许可", "Permission of contact points"),
    ("overdue_reasons", "逾期原因", "Reasons for being overdue"),
    ("dispute_kinds", "异议种类", "Kinds of disputes"),
    ("arrangement_kinds", "还款安排种类", "Kinds of arrangements"),
    ("waiver_components", "减免项目", "What is waived"),
    ("waiver_timings", "减免时点", "When a waiver takes effect"),
    ("purposes", "联系目的", "Purposes of contact"),
    ("limitation_events", "时效事件", "Limitation events"),
    ("incident_reasons", "应急停催原因", "Reasons for an incident"),
)

CODE_FIELDS = TermList(
    ("scope", "范围", "Covers"),
    ("collect", "催收", "Collection"),
    ("notice", "到期和履约提醒", "Due and plan notices"),
    ("statutory", "法定告知和时效催告", "Statutory notices and demands"),
    ("receipt", "更正、回执和验证码", "Corrections, receipts and codes"),
    ("days", "默认天数", "Usual days"),
    ("working_days", "默认工作日数", "Usual working days"),
    ("status", "客户状态", "Status it gives"),
    ("by_hand", "可人工设置", "Placed by hand"),
    ("via", "可转而联系", "Goes on to"),
    ("via_staff", "可继续联系的部门", "Goes on by department"),
    ("party", "接听人", "Who answered"),
    ("counts", "计为", "Counts as"),
    ("effects", "自动处理", "Effects"),
    ("hold", "停催种类", "Hold"),
    ("handoff", "转办种类", "Hand-off"),
    ("verified", "须先核实本人", "Identity first"),
    ("reason", "须问明逾期原因", "Asks for the reason"),
    ("review", "到期复核而不失效", "Reviewed, does not lapse"),
    ("to", "受理部门", "Goes to"),
    ("minutes", "时限（分钟）", "Deadline (minutes)"),
    ("must_carry", "须附", "Must carry"),
    ("text_required", "必填说明", "Words required"),
    ("clock", "计时方式", "Clock"),
    ("then_minutes", "受理后的时限（分钟）", "Deadline once accepted (minutes)"),
    ("percent", "时限已过百分之几", "Share of the time that has passed, in percent"),
    ("role", "提醒谁", "Who is told"),
    ("claimable", "客户称已还款时可选", "Offered when a customer says they have paid"),
    ("tier", "层级", "Tier"),
    ("position", "次序", "Order"),
    ("code", "代码", "Code"),
    ("active", "启用", "In use"),
    ("name_zh", "中文名称", "Chinese name"),
    ("name_en", "英文名称", "English name"),
    ("about_zh", "中文说明", "Meaning in Chinese"),
    ("about_en", "英文说明", "Meaning in English"),
)
CODE_VALUES = TermList(
    ("stop", "停止", "Stops"),
    ("approve", "须经审批", "With approval"),
    ("via", "仅限指定的人或部门", "Only to or by those named"),
    ("codes", "仅验证码和安全提示", "Codes and security alerts only"),
    ("pass", "照常", "Goes on"),
    ("account", "账户", "Account"),
    ("customer", "客户", "Customer"),
    ("channel", "渠道", "Channel"),
    ("contact_point", "联系方式", "Contact point"),
    ("attempt", "尝试", "Attempt"),
    ("effective", "有效通话", "Effective call"),
    ("self", "本人", "The customer"),
    ("guarantor", "担保人或共借人", "Guarantor or co-borrower"),
    ("third", "其他人", "Somebody else"),
    ("nobody", "无人", "Nobody"),
    ("working", "工作时间", "Working time"),
    ("calendar", "自然日（含夜间和节假日）", "By the calendar, nights and holidays too"),
    ("same_day", "当日下班前", "Until the office closes that day"),
    ("agreed", "约定时间", "The hour agreed"),
    ("true", "是", "Yes"),
    ("false", "否", "No"),
)
# On what a cell rests that nobody may weaken.
BOUND_BASES = TermList(
    ("law", "法律法规", "law"),
    ("industry", "行业规则", "industry rule"),
    ("guarantee", "一案通的保证", "a guarantee of OneCase"),
)
