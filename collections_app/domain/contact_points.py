"""Contact points: what they are, where the bank has them from, whose they are, and their quality (table I)."""

from collections_app.domain.terms import TermList

KINDS = TermList(
    ("mobile", "手机", "Mobile"),
    ("landline_home", "住宅电话", "Home phone"),
    ("landline_work", "单位电话", "Work phone"),
    ("email", "电子邮箱", "E-mail"),
    ("address_home", "住宅地址", "Home address"),
    ("address_registered", "户籍地址", "Registered address"),
    ("address_work", "单位地址", "Work address"),
    ("address_court", "送达地址确认书", "Confirmed address for service"),
    ("app_push", "App 推送", "App"),
    ("wechat", "微信", "WeChat"),
    ("representative", "代理人", "Representative"),
)
PROVENANCES = TermList(
    ("on_file", "预留", "On file"),
    ("customer_given", "本人提供", "Given by the customer"),
    ("verified_change", "本人核实变更", "Verified change"),
    ("contact_given", "他人提供", "Given by another person"),
    ("agency_found", "委外查得", "Found by an agency"),
    ("public_found", "公开查得", "Found in public"),
    ("court_found", "法院调取", "Found by a court"),
)
RELATIONS = TermList(
    ("self", "本人", "Self"),
    ("co_borrower", "共借人", "Co-borrower"),
    ("guarantor", "担保人", "Guarantor"),
    ("spouse", "配偶", "Spouse"),
    ("guardian", "监护人", "Guardian"),
    ("heir", "继承人", "Heir"),
    ("agent", "受托代理人", "Agent"),
    ("volunteer", "代偿意愿人", "Volunteer payer"),
    ("emergency", "紧急联系人", "Emergency contact"),
    ("relative", "亲友同事", "Relative, friend or colleague"),
    ("unknown", "不明", "Unknown"),
)
QUALITIES = TermList(
    ("verified", "已核实", "Verified"),
    ("likely", "基本有效", "Likely"),
    ("unknown", "未核实", "Not verified"),
    ("suspect", "存疑", "Suspect"),
    ("bad", "无效", "Bad"),
    ("not_his", "非本人", "Not theirs"),
    ("shared", "多人共用", "Shared"),
    ("reassigned", "疑似换号", "Reassigned"),
)
PERMISSIONS = TermList(
    ("ok", "可联系", "May be contacted"),
    ("only_service", "仅服务通知", "Service notices only"),
    ("no_calls", "不接电话", "No calls"),
    ("no_sms", "不收短信", "No SMS"),
    ("hours", "指定时段", "At certain hours"),
    ("refused", "已拒绝", "Refused"),
    ("rep_only", "仅联系代理人", "Representative only"),
)

# Nobody uses such a number, for whatever purpose, until it is verified again.
UNUSABLE = frozenset({"bad", "not_his", "reassigned"})

# These are parties to the debt or its family; everybody else is a third party who learns nothing of it.
PARTIES = frozenset({"self", "co_borrower", "guarantor", "guardian", "heir", "agent"})
