"""What texts to customers may not say."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import notifications
from collections_app.domain.purposes import Purpose
from collections_app.domain.terms import Term
from notifications.domain.kinds import KINDS
from notifications.domain.opt_out import Demand, OptOut
from notifications.domain.segments import segments_of
from notifications.domain.template_lint import findings, longest, problems

SEED = Path(notifications.__file__).parent / "reference" / "templates.json"
ROWS = json.loads(SEED.read_text(encoding="utf-8"))
GENTLE = "您尾号{tail}{product}{since}到期的{od}暂未入账。咨询{hotline}"


@pytest.mark.parametrize(("language", "signature"), [("zh-hans", "【示范银行】"), ("en", "Demo Bank: ")])
def test_every_shipped_text_is_clean_and_short(language: str, signature: str) -> None:
    """No shipped text has a problem; a text without a link or code takes one part with the longest values."""
    for row in ROWS:
        which = row["kind"], row["variant"]
        assert problems(kind=row["kind"], variant=row["variant"], body=row[language]) == [], which
        if row["variant"] == "letter":
            continue  # a page has room
        most = 1 if row["variant"] not in {"link", "code", "more_parts"} else 2
        assert segments_of(signature + longest(row[language])).parts <= most, which


@pytest.mark.parametrize(
    ("addition", "problem"),
    [
        ("【示范银行】", "brackets"),
        ("请回电010-88886666", "typed_number"),
        ("或{hotline}", "second_number"),
        ("{name}", "unknown_variable"),
        ("此前短信作废", "reassures"),
        ("否则起诉", "threatens"),
        ("否则起 诉", "threatens"),
        ("否则起\u200b诉", "threatens"),
        ("\u00ad", "unseen_signs"),
        ("將列入黑名單", "threatens"),
        ("否则ｓｕｅ你", "threatens"),
        ("将申请强制执行", "threatens"),
        ("请见 bit.ly/abc", "typed_address"),
        ("或电四零零八八八六六", "typed_number"),
        ("请于下周还款", "relative_date"),
        ("本行催收部", "says_collection"),
        ("拒收请回复R", "opt_out_text"),
        ("全程免费", "says_free"),
        ("请明天还款", "relative_date"),
        ("可申请调解", "mediation_unnamed"),
        ("http://pay.example", "typed_address"),
        ("逾期500元", "typed_amount"),
        ("于11月3日", "typed_date"),
        ("或联系您的家人", "third_party"),
        ("本律师事务所", "impersonates"),
        ("张先生", "names_customer"),
        ("{link}", "link_not_allowed"),
    ],
)
def test_a_forbidden_thing_is_named(addition: str, problem: str) -> None:
    """Each rule finds what it is there for, and nothing is wrong without it."""
    assert problems(kind="overdue_gentle", variant="explicit", body=GENTLE) == []
    assert problem in problems(kind="overdue_gentle", variant="explicit", body=GENTLE + addition)


def test_ordinary_words_of_a_bank_are_no_problem() -> None:
    """Words that hold a forbidden one, or say with it what the customer has a right to be told."""
    ordinary = [
        "名下周转贷{tail}", "以下月份", "以下周期", "账单如下月供", "to pay this month's bill", "中断诉讼时效",
        "不影响您通过诉讼或仲裁维权", "不影响您通过仲裁或诉讼维权", "无需还手续费", "acc.no/ref", "App…App",
    ]  # fmt: skip
    for words in ordinary:
        assert problems(kind="overdue_gentle", variant="explicit", body=GENTLE + words) == [], words
    forbidden = {
        "下周转账": "relative_date", "可以下周还": "relative_date", "请于下月还": "relative_date",
        "下个月": "relative_date", "this month": "relative_date",
        "将提起诉讼": "threatens", "将申请仲裁": "threatens", "将诉讼或仲裁": "threatens", "无需还款": "reassures",
        "a…b.com": "typed_address", "acc.io/ref": "typed_address", "a.no/ref": "typed_address",
        "请拨九五五八八": "typed_number",
        "不影响我行通过诉讼": "threatens", "无需还利息": "reassures",
    }  # fmt: skip
    for words, problem in forbidden.items():
        assert problem in problems(kind="overdue_gentle", variant="explicit", body=GENTLE + words), words


def test_a_text_names_nothing_that_its_form_or_kind_can_never_fill() -> None:
    """It would be approved and then refused at every claim; and what goes to an unchecked number names no account."""
    cases = [
        ("told_correction", "overdue", "{inst}"), ("told_correction", "one_part", "{rest}"),
        ("payment_received", "nothing_overdue", "{rest}"), ("payment_received", "rest_open", "{rdue}"),
        ("complaint_received", "explicit", "{tail}"), ("request_received", "explicit", "{product}"),
    ]  # fmt: skip
    for kind, variant, named in cases:
        assert problems(kind=kind, variant=variant, body="咨询{hotline}") == []
        assert problems(kind=kind, variant=variant, body=named + "咨询{hotline}") == ["unknown_variable"], (kind, named)
    for row in KINDS.values():
        assert not row.harmless or not row.variables & {"tail", "product"}, row.code


def test_a_neutral_text_names_no_account_and_no_amount() -> None:
    """Who else may hold the phone learns nothing of a debt."""
    assert "neutral_discloses" in problems(kind="overdue_gentle", variant="neutral", body=GENTLE)


def test_a_link_stands_once_and_is_followed_by_a_space() -> None:
    """Without the space the phone takes the next sign for a part of the address."""
    assert problems(kind="overdue_gentle", variant="link", body="查看：{link}，咨询{hotline}") == [
        "no_space_after_link"
    ]
    assert problems(kind="overdue_gentle", variant="link", body="咨询{hotline}") == ["link_missing"]


def test_a_text_of_four_parts_is_too_long() -> None:
    """Nobody reads it and the bank pays for each part."""
    assert problems(kind="overdue_gentle", variant="explicit", body="好" * 202) == ["too_long"]


def test_a_form_that_the_kind_does_not_have_is_refused() -> None:
    """A receipt has no link form."""
    assert "variant_not_of_kind" in problems(kind="payment_received", variant="link", body="{link} ")


def test_a_finding_says_where_it_is() -> None:
    """Its ends are those of the words."""
    body = GENTLE + "否则起诉"
    [found] = [item for item in findings(kind="overdue_gentle", variant="explicit", body=body) if item.blocks]
    assert (found.code, body[found.start : found.end]) == ("threatens", "起诉")
    body = GENTLE + "否则向法 院起訴"
    ends = [(item.start, item.end) for item in findings(kind="overdue_gentle", variant="explicit", body=body)]
    assert [body[start:end] for start, end in ends] == ["法 院", "起訴"]


def test_words_to_stop_messages_are_for_who_demands_them() -> None:
    """Chinese platforms forbid them on notices; a provider that requires them misses them."""
    demanded = OptOut(notices=Demand.REQUIRED)
    given = {"kind": "overdue_gentle", "variant": "explicit"}
    assert problems(**given, body=GENTLE, opt_out=demanded) == ["opt_out_missing"]
    assert problems(**given, body=GENTLE + "拒收请回复R", opt_out=demanded) == []
    assert problems(**given, body=GENTLE + "拒收请回复R") == ["opt_out_text"]


def test_only_a_statutory_notice_names_legal_effects_and_a_demand_says_where_to_dispute_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same words threaten in any other message; nobody speaks as a court in either."""
    row = KINDS["overdue_gentle"]
    monkeypatch.setitem(KINDS, "notice", replace(row, term=Term("notice", "告知", "Notice"), purpose=Purpose.STATUTORY))
    monkeypatch.setitem(
        KINDS, "demand", replace(row, term=Term("demand", "催告", "Demand"), purpose=Purpose.LIMITATION)
    )
    monkeypatch.setitem(KINDS, "offer", replace(row, term=Term("offer", "营销", "Offer"), purpose=Purpose.MARKETING))
    body = "尾号{tail}欠款可依法向法院起诉。咨询{hotline}"
    assert problems(kind="notice", variant="explicit", body=body) == []
    assert problems(kind="notice", variant="explicit", body=body + "附传票") == ["impersonates"]
    assert problems(kind="demand", variant="explicit", body=GENTLE) == ["no_way_out"]
    assert problems(kind="demand", variant="explicit", body=GENTLE + "有异议或困难请来电") == []
    assert problems(kind="offer", variant="explicit", body=GENTLE) == ["opt_out_missing"]
