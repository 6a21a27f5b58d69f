"""What a text says of the truth, which form it has, and how its words are asked for, compared, closed and answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from collections_app.domain.told.sayings import Saying
from notifications.domain import app_push, dials, drafting, flow, letters, mails, provider_codes, reasons, rendering
from notifications.domain.facts import InstalmentFacts, PaymentFacts, PromiseFacts
from notifications.domain.kinds import Variant
from notifications.domain.kinds.rules import may_post
from notifications.domain.opt_out import Demand, OptOut
from notifications.domain.post_file import COLUMNS, MOST_BYTES, PostFileError, read
from notifications.domain.replies import stops_everything
from notifications.domain.reply_words import came_of
from notifications.domain.targeting import policies
from notifications.domain.template_lint import allowed_variables
from notifications.domain.wording_diff import Piece, differences
from tests.notifications.test_premises import OWING, TODAY

LATER = date(2026, 12, 5)
PROMISED = [Saying(1, "promised", 20_000, pay_by=TODAY), Saying(1, "promised", 10_000, pay_by=LATER)]


@pytest.mark.parametrize(
    ("to_say", "is_plan", "form", "amounts", "days"),
    [
        (PROMISED, False, "more_parts", {"pamt": 20_000, "rest": 10_000}, {"pd": TODAY, "rdue": LATER}),
        (PROMISED[:1], False, "one_part", {"pamt": 20_000, "rest": 0}, {"pd": TODAY, "rdue": TODAY}),
        ([Saying(1, "instalment", 500, pay_by=LATER)], True, "plan_part", {"pi": 500, "inst": 500}, {"due": LATER}),
        ([Saying(1, "instalment", 500, pay_by=LATER)], False, "instalment", {"pi": 500, "inst": 500}, {"due": LATER}),
        ([Saying(1, "billed", 900), Saying(1, "minimum_due", 90)], False, "bill", {"bill": 900, "minp": 90}, {}),
        ([Saying(1, "overdue", 700)], False, "overdue", {"od": 700}, {}),
        ([Saying(1, "overdue", 0)], False, "nothing_overdue", {"od": 0}, {}),
    ],
)  # fmt: skip
def test_a_correction_says_what_is_true_whatever_was_told(
    to_say: Sequence[Saying], is_plan: bool, form: str, amounts: dict[str, int], days: dict[str, date]
) -> None:
    """Its form, amounts and days follow from what is to be said, and from nothing else of the record."""
    facts = replace(OWING, to_say=to_say, is_plan=is_plan)
    assert rendering.forms("told_correction", facts, disclose=True, links=False) == [Variant(form)]
    assert rendering.amounts("told_correction", facts, about=TODAY) == amounts
    values = rendering.values("told_correction", facts, about=TODAY, language="en")
    for name, day in days.items():
        assert values[name] == rendering.day_text(day, "en")


def test_a_correction_without_anything_to_say_is_none() -> None:
    """Nor does it go where it may not name the account."""
    for facts, disclose in ((replace(OWING, to_say=[]), True), (replace(OWING, to_say=PROMISED), False)):
        assert rendering.forms("told_correction", facts, disclose=disclose, links=True) == []
    assert rendering.amounts("told_correction", replace(OWING, to_say=[]), about=TODAY) == {}


def test_each_kind_has_the_form_that_is_true_of_it() -> None:
    """A letter's own, money that came or went, a link where one may stand, and one form for what harms nobody."""

    def forms(kind: str, facts: rendering.Facts = OWING, **ways: bool) -> list[Variant]:
        return rendering.forms(kind, facts, **({"disclose": True, "links": True} | ways))

    assert forms("formal_demand", letter=True) == [Variant.LETTER]
    assert forms("formal_demand", letter=True, disclose=False) == forms("overdue_gentle", letter=True) == []
    back = replace(OWING, payment=PaymentFacts(5, "received", taken_back=True))
    assert [forms("balance_change"), forms("balance_change", back), forms("balance_change", disclose=False)] == [
        [Variant.MONEY_IN], [Variant.MONEY_BACK], [],
    ]  # fmt: skip
    assert (forms("page_link"), forms("page_link", links=False)) == (
        [Variant.LINK, Variant.NEUTRAL], [Variant.NEUTRAL],
    )  # fmt: skip
    assert forms("complaint_received", disclose=False) == [Variant.EXPLICIT]


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("formal_demand", {"asof": TODAY, "by": TODAY + timedelta(days=7)}),
        ("credit_report_notice", {"by": TODAY + timedelta(days=7)}),
        ("complaint_received", {"by": LATER}),
        ("number_changed", {"on": LATER}),
    ],
)  # fmt: skip
def test_days_of_terms_and_of_what_happened(kind: str, days: dict[str, date]) -> None:
    """A demand says how long overdue and who stands behind it; a payment that is none of its kind names no rest."""
    facts = replace(OWING, days_past_due=41, officer="李雯", instalment=InstalmentFacts(2, 3, TODAY, 5, in_force=True))
    values = rendering.values(kind, facts, about=LATER, language="zh-hans")
    assert {name: values[name] for name in days} == {
        name: rendering.day_text(day, "zh-hans") for name, day in days.items()
    }
    assert values["officer"] == "李雯"
    assert values.get("days") == ("41" if kind == "formal_demand" else None)
    paid = replace(OWING, payment=PaymentFacts(5, "received"), promise=PromiseFacts(1, "active", ((1, TODAY, 9),), 0))
    assert rendering.amounts("balance_change", paid, about=TODAY)["paid"] == 5
    assert "rest" not in rendering.amounts("balance_change", paid, about=TODAY)
    assert "paid" not in rendering.amounts("balance_change", replace(paid, payment=None), about=TODAY)


def test_a_call_of_the_banks_gateway_is_signed_just_now_and_in_plain_signs() -> None:
    """An old signature is not looked at."""
    now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    header = app_push.signature("/p", b"{}", key="k", at=now)

    def signed(text: str, at: datetime) -> bool:
        return app_push.is_signed("/p", b"{}", text, keys=["old", "k"], now=at)

    assert signed(header, now + timedelta(minutes=5))
    assert not signed(header, now + timedelta(minutes=5, seconds=1))
    assert not signed("t=soon,v1=a", now)
    assert not signed(header.replace("v1=", "v1=é"), now)


def test_what_is_reported_of_a_call_ranks_behind_what_was_known() -> None:
    """A status nobody knows makes nothing of it."""
    assert dials.rank("agent:ringing") < dials.rank("customer:ringing") < dials.rank("customer:completed")
    assert (dials.rank("x"), dials.state_reported("x")) == (-1, None)
    assert dials.state_reported("customer:busy") == "unreached"


def test_a_machine_is_asked_for_words_and_told_nothing_of_anybody() -> None:
    """The occasion, the placeholders, the language and what must never stand in it."""
    chinese, english = (
        drafting.question(kind="overdue_gentle", variant="explicit", language=language)
        for language in ("zh-hans", "en")
    )  # fmt: skip
    assert "Simplified Chinese" in chinese
    assert "At most 55" in chinese
    assert "in English" in english
    assert "{od}" in english
    assert "- not: " in english


def test_letters_and_batches_go_forward_only() -> None:
    """By their tables."""
    for table, may in (
        (letters.TRANSITIONS, letters.may_follow),
        (letters.BATCH_TRANSITIONS, letters.batch_may_follow),
    ):
        for old, following in table.items():
            assert [state for state in table if may(old, state)] == [state for state in table if state in following]


def test_an_e_mail_greets_closes_and_says_nothing_of_a_debt_in_its_subject() -> None:
    """Receipts and codes go on whatever somebody wants no more of."""
    assert (mails.subject("示范银行", language="zh-hans"), mails.subject("Demo Bank", language="en")) == (
        "示范银行服务通知", "Demo Bank: a notice for you",
    )  # fmt: skip
    names = {"officer": "officer Li", "hotline": "400"}
    assert mails.body("请还款。", bank="示范银行", language="zh-hans", **names).startswith("尊敬的客户：\n\n请还款。")
    english = mails.body("please pay.", bank="Demo Bank", language="en", **names)
    assert english == "Dear customer,\n\nPlease pay.\n\nOfficer Li\nDemo Bank\nHotline: 400\n"
    assert [mails.may_unsubscribe(purpose) for purpose in ("collection", "receipt")] == [True, False]


def test_several_providers_are_satisfied_together() -> None:
    """What one forbids is forbidden; what one requires is required unless another forbids it."""
    some, other = OptOut(Demand.ALLOWED, Demand.REQUIRED), OptOut(Demand.FORBIDDEN, Demand.ALLOWED)
    assert OptOut.together([some, other], language="en") == OptOut(Demand.FORBIDDEN, Demand.REQUIRED)
    assert OptOut.together([], language="en") == OptOut.usual("en") != OptOut.usual("zh-hans")


def test_the_posts_file_is_read_line_by_line() -> None:
    """The sound lines in their order, and what is wrong with each of the others."""
    head = ",".join(COLUMNS)
    rows = [
        "L00000012,posted,2026-11-20,XA1,", "L13,Returned,2026-11-20,,moved", "L1,posted", "x,posted,2026-11-20,,",
        "L1,lost,2026-11-20,,", "L1,posted,20 Nov,,", "L1,returned,2026-11-20,,", "L1,posted,2026-11-20,,moved",
    ]  # fmt: skip
    sound, wrong = read("\n".join([head, *rows]).encode("gb18030"))
    assert [(line.letter_id, line.outcome, line.why) for line in sound] == [
        (12, "posted", ""),
        (13, "returned", "moved"),
    ]
    assert [(item.line, item.reason) for item in wrong] == [
        (4, "post_line_cells"), (5, "no_such_letter"), (6, "no_such_outcome"), (7, "letter_day_impossible"),
        (8, "no_such_return"), (9, "no_such_return"),
    ]  # fmt: skip
    for content, code in (
        (b"x" * (MOST_BYTES + 1), "post_file_lines"), (f'{head}\nL1,"posted'.encode(), "post_file_unreadable"),
        (b"a,b\n", "post_file_columns"), (head.encode(), "post_file_lines"),
    ):  # fmt: skip
        with pytest.raises(PostFileError) as refused:
            read(content)
        assert refused.value.code == code


def test_small_words_follow_their_tables() -> None:
    """Tones, reasons, results, addresses, and who wants no message at all."""
    assert [flow.tone(station) for station in ("delivered", "quiet_hours")] == ["ok", "warn"]
    code = next(iter(reasons.reason_terms()))
    assert (reasons.reason_text(code, "en"), reasons.reason_text("x", "en")) == (reasons.reason_terms()[code].en, "x")
    results = [provider_codes.result_of(each) for each in provider_codes.ErrorClass]
    assert set(results) == {"permanent", "stopped", "transient"}
    own = {"provenance": "on_file", "quality": "unknown", "relation": "self"}
    others = ({}, {"relation": "spouse"}, {"provenance": "given"}, {"quality": "shared"})
    assert [may_post(**(own | other)) for other in others] == [True, False, False, False]
    assert (stops_everything("全部 退订"), stops_everything("退订")) == (True, False)
    assert allowed_variables("overdue_gentle", "neutral") == {"hotline", "code"}
    assert "od" in allowed_variables("overdue_gentle", "explicit")


def test_two_wordings_are_told_apart_word_by_word() -> None:
    """What stays, what goes and what comes, in reading order; a variable is one word."""
    assert differences("please pay", "please") == [Piece("same", "please"), Piece("out", " pay")]
    assert differences("请还{od}元", "请还{rest}元。") == [
        Piece("same", "请还"), Piece("out", "{od}"), Piece("in", "{rest}"), Piece("same", "元"), Piece("in", "。"),
    ]  # fmt: skip


def test_whoever_no_share_is_for_belongs_to_the_champion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares that add up to less than a hundred leave nobody out."""
    customers = range(200)
    assert {policies.role_of(experiment_id=1, customer_id=each) for each in customers} == set(policies.PolicyRole)
    monkeypatch.setattr(policies, "SHARES", {policies.PolicyRole.SCRIPT: 10})
    assert {policies.role_of(experiment_id=1, customer_id=each) for each in customers} == {"script", "champion"}


def test_what_came_of_a_reply_is_said_once_each() -> None:
    """By the most telling of the codes an act left; of what left none that is known, nothing."""
    brought = [{"handoff": 4, "claim": 3}, {"hold": 1}, {"handoff": 5, "kind": "other"}, {"handoff": 6}, {"odd": 1}]
    assert came_of(brought) == ["claim", "hold", "handoff"]
    holds = [{"hold": 1}, {"hold": 2}]
    assert came_of(holds, intent="risk_to_life") == ["red_button", "hold"]
    assert came_of(brought, intent="risk_to_life") == came_of(brought), "not certain, so the button was not pressed"
    assert came_of(holds, intent="stop") == ["hold"]
