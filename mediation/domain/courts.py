"""The courts: which steps there are, their clocks, and which way a claim may go. Amounts in fen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from collections_app.domain.terms import TermList

COURT_STAGES = TermList(
    ("confirmation_applied", "申请司法确认", "Judicial confirmation applied for"),
    ("confirmed", "裁定确认有效", "Agreement confirmed"),
    ("rejected", "裁定驳回申请", "Application rejected"),
    ("preservation", "诉前保全", "Preservation before suit"),
    ("payment_order", "申请支付令", "Payment order applied for"),
    ("payment_order_effective", "支付令生效", "Payment order in force"),
    ("payment_order_ended", "支付令因异议失效", "Payment order ended by an objection"),
    ("filed", "立案", "Suit filed"),
    ("hearing", "开庭", "Hearing"),
    ("judgment", "判决", "Judgment"),
    ("enforcement_applied", "申请执行", "Enforcement applied for"),
    ("enforced", "执行完毕", "Enforced"),
)
# These exist only after a mediation agreement of a lawfully established organisation.
OF_CONFIRMATION = frozenset({"confirmation_applied", "confirmed", "rejected"})
# What must stand on the record before a step.
NEEDS: dict[str, frozenset[str]] = {
    "confirmed": frozenset({"confirmation_applied"}),
    "rejected": frozenset({"confirmation_applied"}),
    "payment_order_effective": frozenset({"payment_order"}),
    "payment_order_ended": frozenset({"payment_order"}),
    "hearing": frozenset({"filed"}),
    "judgment": frozenset({"filed"}),
    "enforcement_applied": frozenset({"judgment", "confirmed", "payment_order_effective"}),
    "enforced": frozenset({"enforcement_applied"}),
}
# An order that was objected to is not in force, and one in force is not objected to any more.
EXCLUDES = {"payment_order_effective": "payment_order_ended", "payment_order_ended": "payment_order_effective"}
WITH_CASE_NUMBER = frozenset({"filed", "hearing", "judgment", "enforcement_applied"})
# What each step is on the shared record (list A): it holds the account for the court and interrupts limitation from
# there. An order objected to is no end of the case (Civil Procedure Law, article 228): legal says what follows.
LEGAL_STATES = {
    "preservation": "preserved",
    "payment_order": "payment_order",
    "filed": "filed",
    "hearing": "trial",
    "judgment": "judged",
    "enforcement_applied": "enforcement",
    "enforced": "settled",
}
# Whoever talks still may have to preserve: assets go while the parties sit at the table.
DURING_TALKS = frozenset({"preservation"})

PACK_KINDS = TermList(
    ("confirmation", "司法确认申请材料", "Papers for judicial confirmation"),
    ("filing", "立案材料", "Papers for filing"),
)

# Civil Procedure Law, article 104: who does not sue within 30 days of preservation loses it.
SUE_WITHIN = timedelta(days=30)
_SUED = frozenset({"filed", "trial", "judged", "enforcement"})
# Civil Procedure Law, article 227: the debtor has 15 days from service to pay or to object.
OBJECT_WITHIN = timedelta(days=15)

CLOCKS = TermList(
    ("confirm", "共同申请司法确认", "Apply jointly for judicial confirmation"),
    ("sue", "保全后起诉", "Sue after preservation"),
    ("enforce", "申请执行", "Apply for enforcement"),
)
SOURCES = TermList(
    ("confirm", "《人民调解法》第三十三条", "People's Mediation Law, article 33"),
    ("sue", "《民事诉讼法》第一百零四条", "Civil Procedure Law, article 104"),
    ("enforce", "《民事诉讼法》第二百五十条", "Civil Procedure Law, article 250"),
)

# What must be on record before a procedure is said to be open: each row has its source and who has checked it.
COURT_RULES = TermList(
    ("small_claims", "小额诉讼：不超过上年平均工资的倍数", "Small claims: up to so many average yearly wages"),
    (
        "small_claims_agreed",
        "小额诉讼（双方约定）：不超过上年平均工资的倍数",
        "Small claims if both sides agree: up to so many average yearly wages",
    ),
    ("payment_order", "支付令：无其他债务纠纷且能够送达", "Payment order: no other debts, and it can be served"),
)

# What a pack for a court would lack, said before it is made.
MISSING = TermList(
    ("id_number_missing", "客户证件号码未登记", "The customer's identity number is not on record"),
    ("address_missing", "客户没有可送达的地址", "There is no address to serve the customer at"),
    (
        "address_not_confirmed",
        "没有签字的送达地址确认书",
        "There is no signed confirmation of the address for service",
    ),
    ("registration_missing", "调解组织登记号未登记", "The organisation's registration number is not on record"),
    ("document_gone", "签署的协议文件缺失或已被改动", "The document that was signed is missing or was changed"),
    (
        "scan_changed",
        "签署扫描件缺失或与登记时不一致",
        "A scan of the signed paper is missing, or is not the one that was kept",
    ),
    ("signature_broken", "有电子签名校验失败", "An electronic signature does not verify"),
    (
        "signature_test",
        "电子签名由本机测试机构签发，不具法律效力",
        "Signatures are of this machine's test authority, without legal effect",
    ),
    (
        "signature_without_certificate",
        "有电子签名未经第三方认证机构签发证书（《电子签名法》第十三条）",
        "An electronic signature carries no certificate of an authority (Electronic Signature Law, article 13)",
    ),
    ("scan_missing", "纸质签署的协议没有扫描件", "There is no scan of the agreement signed on paper"),
    (
        "confirmation_term_over",
        "共同申请司法确认的 30 日期限已过",
        "The 30 days for the joint application are over",
    ),
    ("told_nothing", "没有催告或告知的记录", "There is no record of any demand or of what was told"),
    ("wage_missing", "本省上年度平均工资未录入", "The province's average wage is not on file"),
    ("wage_not_verified", "本省平均工资未经核实", "The province's average wage is not verified"),
    (
        "wage_of_earlier_year",
        "本省上年度平均工资未录入，所用为更早年度",
        "The province's average wage of last year is not on file: an earlier year's is used",
    ),
    ("rule_missing", "小额诉讼或支付令的规则未录入", "A rule on small claims or payment orders is not on file"),
    ("rule_not_verified", "小额诉讼或支付令的规则未经核实", "A rule on small claims or payment orders is not verified"),
)

WAYS = TermList(
    ("small_claims", "可适用小额诉讼程序，一审终审", "Small-claims procedure, final at first instance"),
    ("small_claims_if_both", "双方约定可适用小额诉讼程序", "Small-claims procedure if both sides agree"),
    ("above_small_claims", "金额超过小额诉讼程序上限", "Above the limit of the small-claims procedure"),
    ("whereabouts_unknown", "下落不明，不适用小额诉讼程序", "Not while the customer's whereabouts are unknown"),
    ("wage_unknown", "本省上年度平均工资尚未录入，无法判断", "The province's average wage is not on file: unknown"),
    ("rule_unknown", "适用规则尚未录入，无法判断", "The rule is not on file: unknown"),
    ("payment_order", "可申请支付令", "A payment order may be applied for"),
    (
        "no_payment_order_debts",
        "双方有其他债务纠纷，不适用支付令",
        "No payment order: there are other debts between them",
    ),
    ("no_payment_order_service", "无法送达，不适用支付令", "No payment order: it cannot be served"),
)


@dataclass(frozen=True, slots=True)
class Wage:
    """The average yearly wage of a province in the year before, in fen, and whether somebody verified it."""

    fen: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """How many yearly wages bound the small-claims procedure: by itself, and where both sides agree."""

    alone: Decimal
    agreed: Decimal


def small_claims(*, amount_fen: int, wage: Wage | None, shares: Shares | None, whereabouts_known: bool) -> str:
    """Return the code of whether the small-claims procedure is open (Civil Procedure Law, articles 165 to 168).

    Up to so many of the province's yearly wages as the rules on file say; never while the defendant's whereabouts are
    unknown.
    """
    if not whereabouts_known:
        return "whereabouts_unknown"
    if shares is None:
        return "rule_unknown"
    if wage is None:
        return "wage_unknown"
    if Decimal(amount_fen) <= wage.fen * shares.alone:
        return "small_claims"
    return "small_claims_if_both" if Decimal(amount_fen) <= wage.fen * shares.agreed else "above_small_claims"


def payment_order(*, on_file: bool, other_debts: bool, can_be_served: bool) -> str:
    """Return the code of whether a payment order may be applied for (Civil Procedure Law, article 225)."""
    if not on_file:
        return "rule_unknown"
    if other_debts:
        return "no_payment_order_debts"
    return "payment_order" if can_be_served else "no_payment_order_service"


def recorded(states: Collection[str]) -> set[str]:
    """Return which steps of a court the states of the shared record are."""
    return {stage for stage, state in LEGAL_STATES.items() if state in states}


def sue_by(steps: Sequence[tuple[date, str]]) -> list[date]:
    """Return the last day to sue after each preservation of a case that runs: (day, state); none once it is sued."""
    if any(state in _SUED for _on, state in steps):
        return []
    return [on + SUE_WITHIN for on, state in steps if state == LEGAL_STATES["preservation"]]


def stage_problem(stage: str, *, before: Collection[str], agreed: bool, lawful: bool) -> str:
    """Return the code of why a step cannot be recorded, or an empty text.

    ``agreed`` says that there is an agreement, ``lawful`` that a lawfully established organisation brought it about.
    """
    if stage not in COURT_STAGES:
        return "no_such_court_stage"
    if stage in OF_CONFIRMATION and not (agreed and lawful):
        return "no_confirmation_of_this"
    if stage in NEEDS and not NEEDS[stage] & set(before):
        return "court_stage_too_early"
    if EXCLUDES.get(stage) in before:
        return "court_stage_contradicts"
    if stage in {"confirmation_applied", "confirmed", "rejected", "filed"} and stage in before:
        return "court_stage_already"
    return ""


def years_later(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
