"""How a call may end: party, result code, whether it counts as an effective call, and its effects (table B)."""

from dataclasses import dataclass, field
from enum import StrEnum

from collections_app.domain.terms import Term, TermList


class Counts(StrEnum):
    """An effective call reached a person who spoke about the matter; an attempt did not."""

    EFFECTIVE = "effective"
    ATTEMPT = "attempt"


class Party(StrEnum):
    SELF = "self"
    GUARANTOR = "guarantor"
    THIRD = "third"
    NOBODY = "nobody"


class OutcomeEffect(StrEnum):
    NUMBER_BAD = "number_bad"
    NUMBER_SUSPECT = "number_suspect"
    NUMBER_REFUSED = "number_refused"
    PROMISE = "promise"
    PAYMENT_CLAIM = "payment_claim"
    CALLBACK = "callback"
    HOLD = "hold"
    HANDOFF = "handoff"
    CHANNEL_STOP = "channel_stop"
    RED_BUTTON = "red_button"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result code of a call. ``needs_verified`` outcomes may only follow a confirmed identity."""

    term: Term
    party: Party
    counts: Counts
    effects: tuple[OutcomeEffect, ...] = ()
    hold: str = ""
    handoff: str = ""
    needs_verified: bool = field(default=False)

    @property
    def code(self) -> str:
        return self.term.code


def _row(
    code: str,
    zh: str,
    en: str,
    party: Party,
    counts: Counts,
    *effects: OutcomeEffect,
    hold: str = "",
    handoff: str = "",
) -> Outcome:
    verified = party is Party.SELF and counts is Counts.EFFECTIVE
    return Outcome(Term(code, zh, en), party, counts, effects, hold, handoff, needs_verified=verified)


_A, _E = Counts.ATTEMPT, Counts.EFFECTIVE
_N, _SELF, _T = Party.NOBODY, Party.SELF, Party.THIRD
_FX = OutcomeEffect

_ROWS = (
    _row("no_answer", "无人接听", "No answer", _N, _A),
    _row("busy", "占线/正在通话", "Busy", _N, _A),
    _row("off", "关机", "Switched off", _N, _A),
    _row("suspended", "停机", "Suspended", _N, _A, _FX.NUMBER_SUSPECT),
    _row("empty", "空号", "Not in service", _N, _A, _FX.NUMBER_BAD),
    _row("blocked", "呼叫限制/被拦截", "Blocked", _N, _A),
    _row("hung_up", "接通即挂断", "Hung up", _N, _A),
    _row("voicemail", "语音信箱/秘书台", "Voicemail", _N, _A),
    _row("robot", "疑似代接/助手应答", "Call assistant", _N, _A),
    _row("refused_verify", "本人未通过核实", "Not verified", _SELF, _A),
    _row("self_promise", "本人-承诺还款", "Self, promises to pay", _SELF, _E, _FX.PROMISE),
    _row("self_plan", "本人-申请分期/协商", "Self, wants a plan", _SELF, _E, _FX.HANDOFF, handoff="plan_request"),
    _row("self_paid", "本人-称已还款", "Self, says paid", _SELF, _E, _FX.PAYMENT_CLAIM),
    _row("self_consider", "本人-考虑中/约时回电", "Self, call back", _SELF, _E, _FX.CALLBACK),
    _row(
        "self_hardship",
        "本人-还款困难",
        "Self, in hardship",
        _SELF,
        _E,
        _FX.HOLD,
        _FX.HANDOFF,
        hold="hardship",
        handoff="hardship",
    ),
    _row(
        "self_dispute",
        "本人-对欠款有异议",
        "Self, disputes the debt",
        _SELF,
        _E,
        _FX.HOLD,
        _FX.HANDOFF,
        hold="dispute",
        handoff="dispute",
    ),
    _row(
        "self_fraud",
        "本人-称盗刷/冒名",
        "Self, claims fraud",
        _SELF,
        _E,
        _FX.HOLD,
        _FX.HANDOFF,
        hold="fraud_claim",
        handoff="fraud_claim",
    ),
    _row("self_refuse", "本人-拒绝还款", "Self, refuses", _SELF, _E),
    _row("self_complain", "本人-投诉", "Self, complains", _SELF, _E, _FX.HANDOFF, handoff="complaint"),
    _row("self_stop", "本人-要求勿用此方式", "Self, stop this channel", _SELF, _E, _FX.CHANNEL_STOP),
    _row("self_rep", "本人-已委托代理人", "Self, represented", _SELF, _E, _FX.HANDOFF, handoff="representative"),
    _row(
        "self_risk",
        "本人-极端言行/自伤风险",
        "Self, at risk",
        _SELF,
        _E,
        _FX.RED_BUTTON,
        hold="risk_to_life",
        handoff="risk_alert",
    ),
    _row("guarantor_pass", "担保人-已告知", "Guarantor, told", Party.GUARANTOR, _E),
    _row("guarantor_refuse", "担保人-拒绝", "Guarantor, refuses", Party.GUARANTOR, _E),
    _row("third_pass", "第三人-同意转告", "Third party, will pass on", _T, _A),
    _row("third_refuse", "第三人-拒绝转告", "Third party, refuses", _T, _A, _FX.NUMBER_REFUSED),
    _row("third_unknown", "第三人-不认识/非本人号码", "Wrong number", _T, _A, _FX.NUMBER_BAD),
    _row("third_pay", "第三人-愿意代偿", "Third party, offers to pay", _T, _A),
    _row(
        "deceased_said",
        "家属-称已身故",
        "Said to be dead",
        _T,
        _A,
        _FX.HOLD,
        _FX.HANDOFF,
        hold="deceased",
        handoff="bereavement",
    ),
    _row(
        "illness_said", "家属-称重病/羁押/失踪", "Said to be ill, detained or missing", _T, _A, _FX.HOLD, hold="illness"
    ),
)

OUTCOMES: dict[str, Outcome] = {row.code: row for row in _ROWS}


def outcomes_for(party: str) -> list[Outcome]:
    """Return the result codes that fit a party, in the order the screen offers them."""
    return [row for row in _ROWS if row.party == party]


EFFECTS = TermList(
    ("number_bad", "该号码立即停用，全行不再拨打", "The number is bad at once, for everybody"),
    ("number_suspect", "该号码标为存疑", "The number is marked suspect"),
    ("number_refused", "不再通过该号码联系第三人", "This number is closed for third-party contact"),
    ("promise", "登记承诺还款，停催至核对入账", "A promise is recorded; collection waits until it is judged"),
    ("payment_claim", "登记还款，停催并转查账", "The payment is recorded, collection waits and posting is traced"),
    ("callback", "登记回电，届时前不再外呼", "A callback is agreed; no other call before it"),
    ("hold", "停催", "A hold is placed"),
    ("handoff", "转办相关部门", "Work is handed to the department concerned"),
    ("channel_stop", "停用电话渠道", "Calls to this customer stop"),
    ("red_button", "立即停止一切催收并报告主管", "All collection stops and the supervisor is told"),
)
