"""What people read when the room refuses: one calm sentence per code, in both languages."""

from collections_app.domain.terms import TermList
from mediation.domain.drafts import DRAFT_PROBLEMS

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
    ("no_such_staff", "没有这位员工。", "There is no such member of staff."),
    ("not_a_mediator", "只有调解员岗位可以登记。", "Only staff with the mediator's role may be registered."),
    ("no_such_draft", "没有这份协议。", "There is no such agreement."),
    (
        "draft_changed",
        "协议内容已变更或已不再待签，请阅读最新版本后再签署。",
        "The agreement has changed or is not to be signed any more. Read the newest version first.",
    ),
    ("not_your_signature", "这一处不由您签署。", "This signature is not yours to give."),
    ("signed_already", "您已签署这一版本。", "You have signed this version already."),
    ("signature_missing", "请手写签名，或完整输入本人姓名。", "Draw your signature, or type your own name in full."),
    ("password_wrong", "口令不正确，未签署。", "The password is not right; nothing was signed."),
    (
        "signing_authority_silent",
        "电子认证机构没有应答，未签署。请稍后重试。",
        "The signing authority did not answer; nothing was signed. Try again later.",
    ),
    ("no_such_obligation", "没有这项义务。", "There is no such obligation."),
    ("obligation_done_already", "该义务已登记履行。", "This obligation is recorded as met already."),
    ("evidence_missing", "请写明凭据。", "Say what proves it."),
    ("not_in_force", "协议尚未生效。", "The agreement is not in force."),
    ("no_such_court_stage", "请选择司法进展。", "Choose the step."),
    (
        "no_confirmation_of_this",
        "只有依法设立的调解组织调解达成的协议可以申请司法确认。",
        "Only what a lawfully established mediation organisation brought about can be confirmed by a court.",
    ),
    ("court_stage_too_early", "缺少前一步的登记。", "The step before it is not on record."),
    ("court_stage_already", "这一步已登记。", "This step is on record already."),
    ("court_missing", "请填写法院。", "Name the court."),
    ("case_number_missing", "立案须填写案号。", "A suit filed has its case number."),
    ("court_date_wrong", "日期不能晚于今天。", "The day is not after today."),
    ("talks_still_open", "调解或协商尚未结束。", "The talks have not ended."),
    (
        "pack_needs_breach",
        "协议正在履行，不能生成立案材料。",
        "The agreement is being performed: there is nothing to sue for.",
    ),
    ("no_such_court_pack", "没有这份材料。", "There are no such papers."),
    ("seal_authority_without_term", "授权须有起止日期和授权文件编号。", "An authority has a term and a letter."),
    ("people_mediation_is_free", "人民调解不收费。", "People's mediation is free of charge."),
)


_ALL = (REFUSALS, TERMS_PROBLEMS, PROPOSAL_PROBLEMS, DRAFT_PROBLEMS)


def known(code: str) -> bool:
    """Return whether this room has the words for a code; the others are the ground floor's."""
    return any(code in terms for terms in _ALL)


def sentence(code: str, *, language: str) -> str:
    """Return the sentence of a reason code in a language."""
    for terms in _ALL:
        if code in terms:
            return terms[code].text(language)
    raise KeyError(code)
