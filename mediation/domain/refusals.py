"""What people read when the room refuses: one calm sentence per code, in both languages."""

from collections_app.domain.terms import TermList

TERMS_PROBLEMS = TermList(
    ("no_instalments", "请至少填写一期还款。", "Name at least one instalment."),
    ("amount_not_positive", "每期金额须大于零。", "Every instalment needs an amount above zero."),
    ("sum_differs", "各期合计与协议总额不一致。", "The instalments do not add up to the agreed sum."),
    ("above_payoff", "协议总额超过结清金额。", "The agreed sum is more than what pays the account off."),
    ("dates_not_rising", "各期日期须依次递增，每天最多一期。", "The dates must rise, one instalment a day at most."),
    ("date_in_the_past", "首期日期已经过去。", "The first date is in the past."),
    ("term_too_long", "最后一期超过五年。", "The last date is more than five years away."),
    (
        "several_accounts",
        "各期指向了不同账户；一份协议只针对一个账户。",
        "The instalments name several accounts; an agreement names one.",
    ),
    (
        "another_account",
        "各期指向的账户与本次协调的账户不同。",
        "The instalments name another account than these talks.",
    ),
    ("grace_out_of_range", "宽限期为 0 至 30 天。", "The days of grace are between 0 and 30."),
    ("terms_too_long", "协议条款过长。", "The terms are too long."),
)
PROPOSAL_PROBLEMS = TermList(
    ("talks_open", "该账户已有进行中的协商或调解。", "Talks about this account are already open."),
    ("plan_in_force", "该账户的还款安排正在履行。", "A plan is in force on this account."),
    ("not_overdue", "该账户没有逾期。", "The account is not overdue."),
    ("customer_deceased", "据报客户已身故。", "The customer is reported to have died."),
    ("in_bankruptcy", "个人破产程序正在进行。", "Bankruptcy proceedings are open."),
    ("in_court", "该账户已进入司法程序。", "The account is in court."),
    ("account_assigned", "该债权已转让。", "The claim has been assigned to somebody else."),
    ("fraud_check_running", "该账户正在进行盗刷或冒名核查。", "A fraud check is running on the account."),
    ("customer_cannot_agree", "客户目前不能订立协议。", "The customer cannot enter into agreements."),
    ("customer_at_risk", "客户有人身风险，现在不宜安排。", "There is a risk to the customer's life: no talks now."),
    ("refused_lately", "客户 30 天内已表示不同意。", "The customer declined within the last 30 days."),
    (
        "sham_suspected",
        "该账户的调解涉嫌虚假，正由合规核查，30 天内不再安排。",
        "Talks about this account were suspected to be a sham; compliance looks into it for 30 days.",
    ),
)
REFUSALS = TermList(
    (
        "agreement_not_signed",
        "签字或盖章不齐全。如有一方拒签，请选择“拒绝签署协议”。",
        "A signature or seal is missing. If a party will not sign, the ending is “refused to sign”.",
    ),
    (
        "agreement_needs_recording",
        "口头协议须填写录音编号。",
        "An oral agreement needs the reference of its recording.",
    ),
    ("mediation_ended", "本次协商或调解已经结束。", "These talks have ended."),
    (
        "mediation_in_session",
        "会议已经开始，由主持人记录结果。",
        "The session has begun; whoever holds it records how it ends.",
    ),
    ("no_such_ending", "请选择结束方式。", "Choose how the session ended."),
    ("no_such_kind_of_talks", "请选择调解或协商。", "Choose mediation or negotiation."),
    ("no_such_mediation", "没有这次协商或调解。", "There are no such talks."),
    ("no_such_method", "请选择签署方式。", "Choose how it was signed."),
    ("no_such_session", "没有这场会议。", "There is no such session."),
    ("not_your_session", "只有本场会议的主持人可以这样做。", "Only the person who holds this session may do this."),
    ("position_too_long", "本行意见过长。", "What the bank brings to the table is too long."),
    ("session_begun_already", "会议已经开始。", "The session has already begun."),
    ("session_hours_taken", "有一方此刻正在另一场会议中。", "Somebody needed for this session is in another one now."),
    (
        "session_not_begun",
        "请先开始会议：客户同意协商后才能达成协议。",
        "Open the session first: an agreement needs the customer's consent to talk.",
    ),
    ("session_not_yet", "还没有到约定的时间。", "The session's hour has not come."),
    ("session_not_by_telephone", "本场会议不以电话方式进行。", "This session is not held by telephone."),
    ("no_number_to_dial", "没有可以拨打的本人号码。", "No number of the customer's own is known."),
    ("session_over", "这场会议已经结束。", "This session is over."),
    ("calculator_unreadable", "请填写期数、减免金额和年利率。", "Write months, a waiver and a rate a year."),
    ("calculator_waiver", "减免须小于结清金额。", "A waiver is below what pays the account off."),
    (
        "deadline_impossible",
        "截止时间须在 5 分钟至 14 天之内。",
        "The deadline is between five minutes and 14 days away.",
    ),
    ("fact_comment_too_long", "说明过长。", "What is said of a fact is too long."),
    (
        "facts_changed",
        "事实清单或双方的意见刚刚有变化，请重新查看。",
        "The facts, or what a side says of them, have just changed. Please look again.",
    ),
    ("facts_confirmed_already", "已书面确认过这些事实。", "These facts have been confirmed in writing already."),
    (
        "facts_not_all_marked",
        "请双方先逐项表示意见。",
        "Both sides first say of every fact whether they accept it.",
    ),
    (
        "facts_unchanged",
        "自上次列出以来，记录没有变化。",
        "The record has not changed since the facts were listed last.",
    ),
    ("means_impossible", "收支金额或人数有误。", "These amounts, or this number of people, cannot be."),
    ("means_remark_too_long", "补充说明过长。", "What else matters is too long."),
    ("no_open_round", "目前没有征集方案。", "No round of proposals is open."),
    ("no_such_fact", "请对清单上的事实表示认可或有异议。", "Accept or object to a fact that is on the list."),
    ("no_such_sheet", "尚未列出事实。", "The facts have not been listed yet."),
    ("nothing_to_propose", "该账户没有欠款。", "Nothing is owed on this account."),
    ("nothing_undisputed", "没有双方都认可的事实。", "There is no fact that both sides accept."),
    ("proposal_made_already", "您这一方已提出方案。", "Your side has made its proposal."),
    ("proposal_months", "期数为 1 至 60。", "Between one and 60 monthly instalments."),
    ("proposal_reason_too_long", "理由过长。", "The reason is too long."),
    (
        "proposal_sum",
        "金额须大于零，且不超过本轮开始时的结清金额。",
        "The sum is above zero and not above what paid the account off when the round was opened.",
    ),
    (
        "recording_needs_consent",
        "须双方同意方可录音录像。",
        "A session is recorded only when both sides have agreed.",
    ),
    (
        "recording_reference_missing",
        "请填写录音录像编号，不超过 200 字。",
        "Write the recording's reference, 200 signs at most.",
    ),
    ("round_open_already", "本轮方案征集尚未结束。", "A round of proposals is open already."),
    ("round_over", "本轮方案征集已结束。", "This round of proposals is over."),
    ("terms_without_agreement", "只有达成协议才有分期。", "Only an agreement has instalments."),
    ("absence_already", "这段时间已登记请假。", "An absence is already recorded for these hours."),
    ("absence_without_length", "请假的结束时间须晚于开始时间。", "An absence ends after it starts."),
    ("code_taken", "该代码已被使用。", "This code is taken."),
    ("hours_overlap", "同一天的时段有重叠。", "The hours of a day overlap."),
    ("mediator_already", "此人已登记为调解员。", "This person is already registered as a mediator."),
    (
        "mediator_without_training",
        "调解员至少须有一种语言和一种产品。",
        "A mediator needs at least one language and one product.",
    ),
    ("no_such_kind_of_organisation", "请选择调解组织的类型。", "Choose the kind of organisation."),
    ("no_such_organisation", "没有这家调解组织。", "There is no such organisation."),
    ("no_such_absence", "没有这段不在岗时间。", "There is no such absence."),
    (
        "mediator_has_sessions",
        "该调解员还有未结束的会议，请先办结或改期。",
        "This mediator has sessions that are not over. Hold or move them first.",
    ),
    (
        "organisation_has_sessions",
        "该组织的调解员还有未结束的会议，请先办结或改期。",
        "Mediators of this organisation have sessions that are not over. Hold or move them first.",
    ),
    ("no_such_reason_to_cancel", "请选择改期原因。", "Choose why another date is needed."),
    ("no_such_slot", "没有这个可选时间。", "This date is not offered to you."),
    (
        "no_such_time_zone",
        "没有这个时区，例如 Asia/Shanghai。",
        "There is no such time zone. Write one such as Asia/Shanghai.",
    ),
    (
        "slot_taken",
        "这个时间刚刚被占用，尚未为您预约。请从下面的时间中另选一个。",
        "This date has just been taken, and nothing is booked for you yet. Please choose another one below.",
    ),
    (
        "offers_over",
        "选择时间的期限已过，我们会另行通知您时间。",
        "The time to choose is over. We let you know the date.",
    ),
    ("date_is_set", "时间已经确定，见下。", "A date is set already. It stands below."),
    (
        "nobody_free",
        "暂时没有其他可选时间，请稍后再看。",
        "There are no other dates at the moment. Please look again later.",
    ),
    (
        "too_late_to_move",
        "距约定时间太近，不能在网上改期。请致电我们。",
        "It is too close to the date to move it here. Please call us.",
    ),
    (
        "moves_used_up",
        "网上改期次数已用完。请致电我们。",
        "The date was moved as often as it can be here. Please call us.",
    ),
    ("way_to_itself", "请选择两个不同的地点。", "Choose two different places."),
    ("no_such_staff", "没有这位员工。", "There is no such member of staff."),
    ("not_a_mediator", "只有调解员岗位可以登记。", "Only staff with the mediator's role may be registered."),
    ("no_such_dispute", "请选择纠纷类型。", "Choose the type of dispute."),
    ("no_such_way", "请选择意愿的表达方式。", "Choose how it was said."),
    ("no_such_route", "请选择电话、视频或现场。", "Choose telephone, video or in person."),
    ("no_such_track", "请选择简易、普通或复杂。", "Choose simple, ordinary or complex."),
    ("route_is_so_already", "方式和程序与现在相同。", "Means and track are these already."),
    ("route_needs_reason", "请填写改定的理由。", "Say why it is changed."),
    (
        "no_wish_for_mediation",
        "没有这项调解申请，或已经办结。",
        "There is no such wish for mediation, or it is done.",
    ),
    ("answered_already", "客户已经答复。", "The customer has answered already."),
    (
        "accepted_already",
        "调解员已确认接受。",
        "The mediator has accepted already.",
    ),
    ("nothing_to_accept", "现在没有待确认的案件。", "There is nothing to accept now."),
    ("no_term_to_extend", "调解期限尚未起算或已经届满。", "The term has not begun, or is over."),
    ("extension_not_later", "新的期限须晚于现在的期限。", "The new last day must be later than the present one."),
    ("extension_too_long", "每次延长不超过 30 天。", "One prolongation is 30 days at most."),
    ("extension_waiting", "已有一项延长申请待对方答复。", "A prolongation waits for the other side already."),
    ("no_such_extension", "没有待答复的延长申请。", "No prolongation waits for an answer."),
    ("extension_own", "延长须由对方同意。", "It is for the other side to agree."),
    ("only_mediation_has_term", "只有调解的期限可以合意延长。", "Only a mediation's term is prolonged by consent."),
    ("position_empty", "请写明意见，或提交材料。", "Write what you bring, or add a paper."),
    (
        "positions_closed",
        "会议已经开始，不再接收书面意见。",
        "The session has begun; positions are no longer taken in.",
    ),
    ("mandate_out_of_range", "授权的金额、比例或期限有误。", "An amount, share or term of the mandate cannot be."),
    ("no_such_representative", "此人不能代表本行参加本次会议。", "This person may not speak for the bank here."),
    ("mandate_waiting", "已有一份授权待审批。", "A mandate waits for approval already."),
    (
        "beyond_mandate",
        "本行代表无权签署这样的条款，请与本行代表确认。",
        "The bank's representative may not sign these terms. Please ask them.",
    ),
    (
        "mandate_missing",
        "本行代表尚无经批准的授权，不能签署。",
        "The bank's representative has no approved mandate and cannot sign.",
    ),
    ("batch_too_small", "一批至少两件。", "A batch is two cases at least."),
    ("batch_too_large", "一批至多 12 件。", "A batch is 12 cases at most."),
    (
        "batch_not_alike",
        "所选案件须都是待排期、电话方式、简易程序、同一纠纷类型的调解。",
        "All must be mediations that wait for a date, by telephone, on the simple track, of one type of dispute.",
    ),
    (
        "batch_no_hours",
        "这批案件找不到连续的共同时段，请减少件数。",
        "No hours in a row are free for all of them. Choose fewer cases.",
    ),
    ("people_mediation_is_free", "人民调解不收费。", "People's mediation is free of charge."),
)


def known(code: str) -> bool:
    """Return whether this room has the words for a code; the others are the ground floor's."""
    return code in REFUSALS or code in TERMS_PROBLEMS or code in PROPOSAL_PROBLEMS


def sentence(code: str, *, language: str) -> str:
    """Return the sentence of a reason code in a language."""
    for terms in (REFUSALS, TERMS_PROBLEMS, PROPOSAL_PROBLEMS):
        if code in terms:
            return terms[code].text(language)
    raise KeyError(code)
