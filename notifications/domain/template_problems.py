"""What can be said of a text, and why it matters, in both languages."""

from collections_app.domain.terms import TermList

PROBLEMS = TermList(
    ("variant_not_of_kind", "该种类没有此形式", "this kind has no such form"),
    ("brackets", "不得含【】，签名由平台加", "no 【】: the platform adds the signature"),
    ("unseen_signs", "含不可见字符", "a sign that shows nothing"),
    ("unknown_variable", "含未知变量", "an unknown variable"),
    ("second_number", "只能有一个电话", "more than one telephone number"),
    ("typed_number", "电话须用{hotline}", "a typed number: use {hotline}"),
    ("typed_amount", "金额须用变量", "a typed amount: use its variable"),
    ("typed_date", "日期须用变量", "a typed date: use its variable"),
    ("typed_address", "链接须用{link}", "a typed address: use {link}"),
    ("reassures", "不得说作废或无需还款", "it says that nothing is to be paid"),
    ("threatens", "不得含威胁或诉讼用语", "it threatens"),
    ("impersonates", "不得冒充法院、公安或律师", "it speaks as a court, the police or a lawyer"),
    ("third_party", "不得提及家人、单位等他人", "it mentions other people"),
    ("names_customer", "不得含客户姓名、称谓或证件", "it names the customer or a document"),
    ("says_collection", "不得出现“催收”", "it speaks of debt collection"),
    ("opt_out_text", "通知短信不得含退订语", "an opt-out text"),
    ("opt_out_missing", "须含退订语", "no opt-out text"),
    ("says_free", "不得写免费", "it says that something is free"),
    ("relative_date", "日期须写明月日", "a date that depends on the day of reading"),
    ("mediation_unnamed", "提及调解须写明机构{org}", "mediation without the organisation {org}"),
    ("no_way_out", "须写明有异议或困难时的途径", "no way for who disputes it or is in difficulty"),
    ("link_not_allowed", "此形式不得含链接", "a link in a form without one"),
    ("link_missing", "链接版须含一个{link}", "the form with a link needs one {link}"),
    ("no_space_after_link", "链接后须空一格", "no space after the link"),
    ("neutral_discloses", "隐去版不得含账户或金额", "the neutral form names an account or amount"),
    ("too_long", "过长", "too long"),
    ("second_segment", "取最长值时超过一条", "more than one part with the longest values"),
    ("no_hotline", "未含客服电话{hotline}", "no telephone number {hotline}"),
    ("nothing_typed", "未填写", "nothing typed"),
    ("names_an_amount", "不得填写金额", "an amount: what is owed is told from the record only"),
)

WHY = TermList(
    ("variant_not_of_kind", "该种类的短信只按所列形式发送。", "Messages of this kind are sent in other forms only."),
    ("brackets", "平台自动加【签名】，文中再有会被拒收。", "The platform adds it; a second one is rejected."),
    (
        "unseen_signs",
        "不可见字符多计字数，也会藏住不该说的话。",
        "It costs room, and hides what may not be said.",
    ),
    (
        "unknown_variable",
        "变量只取自记录，记录没有的不能写。",
        "Variables are filled from the record, which has no such one.",
    ),
    ("second_number", "客户须一眼看出打哪个电话。", "The customer must see at once whom to call."),
    ("typed_number", "手写号码可能过时，也像诈骗短信。", "A typed number grows old, and looks like a fraud."),
    ("typed_amount", "金额只能取自发送那一刻的记录。", "Amounts come from the record at the instant of sending."),
    ("typed_date", "日期只能取自发送那一刻的记录。", "Dates come from the record at the instant of sending."),
    (
        "typed_address",
        "链接须带客户自己的凭证，并经登记。",
        "A link carries the customer's own token, and is registered.",
    ),
    ("reassures", "客户会误以为不用还款。", "The customer may believe that nothing has to be paid."),
    (
        "threatens",
        "催收不得威胁、恐吓；仅法定告知可提法律后果。",
        "Threats are forbidden; only statutory notices name legal effects.",
    ),
    ("impersonates", "冒充司法、执法机关或律师是违法的。", "To speak as an authority or a lawyer is against the law."),
    (
        "third_party",
        "不得向债务人以外的人透露或借其施压。",
        "Nobody but the debtor may learn of the debt, or be used as pressure.",
    ),
    (
        "names_customer",
        "手机可能在他人手中，姓名与证件属个人信息。",
        "Somebody else may hold the phone; names are personal data.",
    ),
    ("says_collection", "客户看到的说法是“还款服务”。", "Customers read of repayment services."),
    ("opt_out_text", "内地平台禁止通知短信带退订语，会被拒收。", "Platforms reject notices that carry one."),
    ("opt_out_missing", "营销短信须告知如何拒收。", "Advertising must say how to stop it."),
    ("says_free", "机构是否收费因案而异，不能承诺。", "Whether it costs anything is not the same in every case."),
    ("relative_date", "短信可能隔日才被看到。", "It may be read on another day."),
    ("mediation_unnamed", "须让客户知道由谁调解。", "The customer must know who would mediate."),
    (
        "no_way_out",
        "正式催告须告知异议和困难时的联系途径。",
        "A formal demand says where to dispute it or ask for help.",
    ),
    ("link_not_allowed", "当地或通道不许带链接时用此形式。", "This form is for where links may not be sent."),
    ("link_missing", "此形式的用处就是直达客户自己的页面。", "This form is there to lead to the customer's own page."),
    (
        "no_space_after_link",
        "手机会把后面的字当作链接的一部分。",
        "A phone takes the next sign for a part of the address.",
    ),
    ("neutral_discloses", "号码未核实，可能是他人在看。", "The number is not verified: somebody else may read it."),
    ("too_long", "超过三条没有人读完，且逐条计费。", "Nobody reads more than three parts, and each is charged."),
    ("second_segment", "按条计费，第二条起费用加倍。", "Each part is charged."),
    ("nothing_typed", "短信须有内容。", "A message says something."),
    (
        "names_an_amount",
        "手写金额不会记入告知记录，金额只能取自记录。",
        "Nobody would remember a typed amount as told: amounts come from the record.",
    ),
    ("no_hotline", "客户须有办法核实短信真伪。", "The customer needs a way to verify the message."),
)

# These are said and do not stop a text.
WARNINGS = frozenset({"second_segment", "no_hotline"})
