"""Why a contact is refused: the short names that pills show."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class Reason(StrEnum):
    BRANCH_NOT_LIVE = "branch_not_live"
    INCIDENT = "incident"
    RULES_MISSING = "rules_missing"
    ZONE_UNKNOWN = "zone_unknown"
    NO_CONSENT = "no_consent"
    HOLD = "hold"
    APPROVAL_NEEDED = "approval_needed"
    VIA_ONLY = "via_only"
    AGREEMENT_ACTIVE = "agreement_active"
    PROMISE_PENDING = "promise_pending"
    DATA_STALE = "data_stale"
    CALLBACK_AGREED = "callback_agreed"
    ON_THE_LINE = "on_the_line"
    QUIET_HOURS = "quiet_hours"
    DAY_OFF = "day_off"
    CALENDAR_UNKNOWN = "calendar_unknown"
    CAP_REACHED = "cap_reached"
    INTERVAL = "interval"
    NO_CONTACT_POINT = "no_contact_point"
    CHANNEL_MISMATCH = "channel_mismatch"
    OPTED_OUT = "opted_out"
    SERVICE_ONLY = "service_only"
    AGREED_HOURS = "agreed_hours"
    REPRESENTATIVE_ONLY = "representative_only"
    NUMBER_BAD = "number_bad"
    NUMBER_UNCHECKED = "number_unchecked"
    THIRD_PARTY = "third_party"
    THIRD_REFUSED = "third_refused"
    NOTHING_DUE = "nothing_due"
    IN_GRACE = "in_grace"
    PENDING = "pending"
    PREMISE_GONE = "premise_gone"
    PROVIDER_NOT_ALLOWED = "provider_not_allowed"


REASONS = TermList(
    ("branch_not_live", "机构未启用", "Branch not live"),
    ("incident", "应急停催", "Incident"),
    ("rules_missing", "规则未生效", "No rules in force"),
    ("zone_unknown", "时区不明", "Time zone unknown"),
    ("no_consent", "未经同意", "No consent"),
    ("hold", "停催", "On hold"),
    ("approval_needed", "须经审批", "Needs approval"),
    ("via_only", "仅限指定的人", "Only to those named"),
    ("agreement_active", "协议履行中", "Agreement in force"),
    ("promise_pending", "承诺期内", "Promise pending"),
    ("data_stale", "数据未更新", "Data not fresh"),
    ("callback_agreed", "已约回电", "Callback agreed"),
    ("on_the_line", "通话中", "On the line"),
    ("quiet_hours", "免打扰时段", "Quiet hours"),
    ("day_off", "非工作日", "Not a working day"),
    ("calendar_unknown", "工作日历未知", "Calendar unknown"),
    ("cap_reached", "次数已满", "Limit reached"),
    ("interval", "间隔未到", "Too soon"),
    ("no_contact_point", "无联系方式", "No contact point"),
    ("channel_mismatch", "方式不符", "Wrong channel"),
    ("opted_out", "已拒绝此方式", "Opted out"),
    ("service_only", "仅服务通知", "Service notices only"),
    ("agreed_hours", "指定时段", "At certain hours"),
    ("representative_only", "仅联系代理人", "Representative only"),
    ("number_bad", "号码无效", "Bad number"),
    ("number_unchecked", "号码久未核实", "Number not verified lately"),
    ("third_party", "第三人", "Third party"),
    ("third_refused", "第三人已拒绝", "Third party refused"),
    ("nothing_due", "无逾期金额", "Nothing overdue"),
    ("in_grace", "宽限期内", "In grace"),
    ("pending", "另有联系进行中", "Contact under way"),
    ("premise_gone", "事由已消失", "No longer true"),
    ("provider_not_allowed", "通道不允许", "Provider not allowed"),
)

# What "why?" lists: every check of a permit by its code, and what it may find.
CHECKS = TermList(
    ("branch", "机构是否启用", "Branch is live"),
    ("incident", "应急停催", "No incident"),
    ("rules", "规则是否生效", "Rules are in force"),
    ("consent", "客户同意", "Consent"),
    ("hold", "停催", "Holds"),
    ("agreement", "协议履行", "Agreement"),
    ("promise", "承诺还款", "Promise"),
    ("data", "数据时效", "Data are fresh"),
    ("callback", "约定回电", "Callback agreed"),
    ("line", "是否通话中", "On the line"),
    ("quiet_hours", "免打扰时段", "Quiet hours"),
    ("cap", "次数上限", "Limits"),
    ("interval", "间隔", "Intervals"),
    ("point", "联系方式", "Contact point"),
    ("permission", "联系意愿", "Permission"),
    ("number", "号码质量", "Quality of the number"),
    ("number_age", "号码核实时间", "When the number was verified"),
    ("third_party", "第三人", "Third party"),
    ("due", "是否逾期", "Something is due"),
    ("working_day", "工作日", "Working day"),
    ("pending", "进行中的联系", "Contact under way"),
    ("inbound", "客户来电", "Incoming"),
)
RESULTS = TermList(
    ("passed", "通过", "Passed"),
    ("refused", "不通过", "Refused"),
    ("exempt", "不适用限制", "Exempt"),
    ("not_applicable", "不涉及", "Does not apply"),
)
