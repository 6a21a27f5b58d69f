"""What may be written down, said or shown of a record, judged by its words and amounts alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from collections_app.domain import access, answers, authority, instructions, journal, legal, masking, people, search
from collections_app.domain.allocation import AllocationOrder, Split
from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.arrangements import ArrangementState, Cost, Due, cost_problem, state_on
from collections_app.domain.backtests import Past, Surroundings, replay
from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.calls import script_for
from collections_app.domain.derivation import AccountFacts, Bounce, RecordFacts, derive
from collections_app.domain.incidents import IncidentFact, IncidentScope
from collections_app.domain.instalments import rates
from collections_app.domain.instalments.early import Agreement, Keeping, replayed
from collections_app.domain.instalments.offers import quoted
from collections_app.domain.instalments.schedules import Method, Wish
from collections_app.domain.instalments.settling import Owed
from collections_app.domain.intake.file import FileRefusedError
from collections_app.domain.intake.sanity import Tolerance, check_vanished
from collections_app.domain.machines import clients
from collections_app.domain.permits.facts import PointFact
from collections_app.domain.purposes import Channel
from collections_app.domain.quiet_hours import QuietHours
from collections_app.domain.rules import (
    AllocationRule,
    Basis,
    ContactFact,
    OptOutRule,
    Pack,
    QuietRule,
    RuleRef,
    allocation_rule,
    opt_out_rule,
    parse_rule,
)
from collections_app.selectors.codes import shipped

TODAY, NOW = date(2026, 11, 20), datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
REF = RuleRef("CN", 1, "R", Basis.POLICY)


def test_secrets_of_access_are_fresh_and_kept_as_their_digest() -> None:
    """A code has six digits, and is typed with any keyboard."""
    assert access.new_secret() != access.new_secret()
    code = access.new_one_time_code()
    assert (len(code), code.isdecimal()) == (6, True)
    assert access.digits_typed("１２ 34-５") == "12345"
    assert access.digest("a") == clients.digest("a") != access.digest("b")


def test_an_answer_names_known_words_the_same_in_both_languages() -> None:
    """Who has not proven who they are sees dots for what tells of a debt."""
    assert answers.problem(zh="{payoff}", en="{payof}") == ("answer_unknown_word", "payof")
    assert answers.problem(zh="{payoff}", en="{bank}") == ("answer_words_differ", "")
    assert answers.problem(zh="{bank}还", en="pay {bank}") == ("", "")
    assert answers.fill("还 {payoff}", {"payoff": "3.00"}) == "还 3.00"
    assert answers.fill("还 {payoff}", {}) is None
    assert answers.masked("{bank}: {payoff}") == "{bank}: ····"
    assert [answers.day_in(TODAY, language) for language in ("zh-hans", "en")] == ["11月20日", "20 November"]


@pytest.mark.parametrize(
    ("component", "fen", "settlement", "found"),
    [
        ("salary", 1, True, "waiver_component_unknown"),
        ("interest", 0, False, "waiver_not_positive"),
        ("principal", 1, False, "waiver_principal_at_settlement"),
        ("interest", 101, False, "waiver_above_owed"),
        ("principal", 100, True, ""),
    ],
)  # fmt: skip
def test_what_nobody_may_let_off(component: str, fen: int, settlement: bool, found: str) -> None:
    """Principal only when all of it is settled."""
    assert authority.waiver_problem(component=component, amount_fen=fen, owed_fen=100, settlement=settlement) == found


def test_a_plan_that_recalculates_says_what_stays_and_how() -> None:
    """A balloon is agreed anew by people; what is left is let be after the last day, if it is little."""
    cost = Cost(method=Method.EQUAL_INSTALMENT, recalculates="term")
    assert cost_problem(cost, amounts=[1], product="loan", overdue_fen=0) == ""
    assert cost_problem(replace(cost, recalculates="all"), amounts=[1], product="loan", overdue_fen=0) != ""
    due = [Due(1, TODAY, 5), Due(2, TODAY, 5)]
    days = [TODAY, TODAY + timedelta(days=1)]
    assert [state_on(instalments=due, today=day, grace_days=3, tolerance_fen=10) for day in days] == [
        ArrangementState.PERFORMING, ArrangementState.PERFORMED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "script"),
    [
        ({"relation": "self", "verification": "third_party"}, "third"),
        ({"relation": "guarantor", "verification": "verified"}, "guarantor"),
        ({"relation": "spouse", "verification": "verified", "role": "household"}, "party"),
        ({"relation": "spouse", "verification": "", "role": "household"}, "third"),
        ({"relation": "self", "verification": ""}, "debtor"),
        ({"relation": "heir", "verification": "", "is_party": True}, "party"),
        ({"relation": "relative", "verification": "verified"}, "debtor"),
        ({"relation": "relative", "verification": ""}, "third"),
    ],
)  # fmt: skip
def test_whose_script_a_call_follows(given: dict[str, object], script: str) -> None:
    """A third party hears of no debt."""
    assert script_for(**({"is_party": False} | given)) == script  # type: ignore[arg-type]


def test_a_payment_that_bounced_makes_overdue_again_what_it_had_cured() -> None:
    """The core's day is gone; the bounce brings it back with the amounts it had lowered."""
    core = FiveAmounts(0, 0, 0, 1_000, None, 0)
    bounce = Bounce({"overdue_fen": 700, "payoff_fen": 700}, TODAY - timedelta(days=39))
    account = AccountFacts(1, core, None, 3, 0, False, "in_house", 7, False, [bounce])
    book = shipped()
    derived = derive(RecordFacts(book.holds, book.precedence, "Asia/Shanghai", True, [account]), now=NOW)
    assert (derived.overdue_fen, derived.stage, derived.accounts[0].amounts.payoff_fen) == (700, "m2", 1_700)


def test_an_incident_covers_its_branches_or_its_product() -> None:
    """One of the whole bank covers all of it."""
    whole = IncidentFact(1, IncidentScope.ALL, True, NOW)
    branch = replace(whole, scope=IncidentScope.BRANCH, notices_too=False, branch_ids=frozenset({1}))
    product = replace(whole, scope=IncidentScope.PRODUCT, product="card")
    assert (whole.kind, branch.kind) == ("incident_all", "incident")
    assert [item.covers_branch(1) for item in (whole, branch, product)] == [True, True, False]
    assert not branch.covers_branch(2)
    assert [item.covers_account(branch_id=2, product="card") for item in (whole, branch, product)] == [
        True,
        False,
        True,
    ]
    assert not product.covers_account(branch_id=1, product="loan")


def test_a_quote_is_compounded_by_its_days_when_the_first_is_no_month_away() -> None:
    """Paid a fortnight sooner, the same lines cost more; the rate is found however few steps are allowed."""
    wish = Wish(Method.EQUAL_INSTALMENT, 1_000_000, 2, Decimal(18))
    monthly = quoted(wish, days=[date(2026, 12, 20), date(2027, 1, 20)], since=TODAY)
    sooner = quoted(wish, days=[date(2026, 12, 6), date(2027, 1, 6)], since=TODAY)
    assert sooner.compound_percent > monthly.compound_percent > Decimal(18)
    assert [day for day, _line in sooner.rows] == [date(2026, 12, 6), date(2027, 1, 6)]


def test_a_rate_of_few_steps_is_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes round for ever."""
    exact = rates.monthly_rate(principal_fen=1_000, payments=[600, 600])
    monkeypatch.setattr(rates, "_MOST_STEPS", 1)
    assert 0 < rates.monthly_rate(principal_fen=1_000, payments=[600, 600]) < exact


def test_money_for_all_the_principal_left_makes_no_new_schedule() -> None:
    """Interest let off for the days to come pays the rest of it, while a little of the line that runs is owed."""
    begun = TODAY - timedelta(days=10)
    lines = [Owed(begun + timedelta(days=30), 500, 10), Owed(begun + timedelta(days=60), 500, 0)]
    agreement = Agreement(lines, Method.EQUAL_PRINCIPAL, Decimal(60), Keeping.TERM, begun)
    found = replayed(agreement, payments=[(TODAY, 1_001)])
    assert (found.lines, found.changed_on, found.paid_off_on) == (lines, [], None)


def test_the_core_answers_by_the_name_of_a_line() -> None:
    """Later words about a waiver have names of their own; a booking below zero is none, and none comes twice."""
    assert [instructions.reference_of(12), instructions.reference_of(12, 2)] == ["WV-12", "WV-12-2"]
    head = ",".join(instructions.ANSWER_COLUMNS)
    booked, refused = instructions.read_answers([head, "WV-1,booked,2.00,2026-11-20,", "WV-2,refused,,,因为"])
    assert [booked.state(200), booked.state(100), refused.state(1)] == ["booked", "differs", "refused"]
    for rows, reason in (
        (["WV-1,noted,,,", "WV-1,noted,,,"], "repeated"), (["WV-1,booked,-1.00,2026-11-20,"], "amount_or_day"),
    ):  # fmt: skip
        with pytest.raises(instructions.AnswersRefusedError) as wrong:
            instructions.read_answers([head, *rows])
        assert wrong.value.reason == reason


def test_a_file_without_a_fifth_of_the_accounts_is_refused() -> None:
    """A handful is no sign that it is wrong."""
    check_vanished(before=10, vanished=3, tolerance=Tolerance())
    check_vanished(before=100, vanished=20, tolerance=Tolerance())
    with pytest.raises(FileRefusedError):
        check_vanished(before=100, vanished=21, tolerance=Tolerance())


def test_every_booking_sums_up_to_zero() -> None:
    """What came in and went back leaves nothing; a gateway without a fee books none."""
    split = Split(costs=1, interest=2, principal=3, other=4, beyond=5)
    came, went = journal.received(split), journal.taken_back(split)
    assert {book: came[book] + went[book] for book in came} == dict.fromkeys(came, 0)
    for lines in (came, went, journal.held(7), journal.settled(gross_fen=100, fee_fen=3)):
        assert sum(lines.values()) == 0
    assert set(journal.settled(gross_fen=100, fee_fen=0)) == {"bank", "clearing"}


@pytest.mark.parametrize(
    ("state", "known", "court", "number", "found"),
    [
        ("filed", False, "法院", "1", "no_such_legal_state"),
        ("cured", True, "法院", "1", "no_such_legal_state"),
        ("preserved", True, "", "", "legal_court_missing"),
        ("filed", True, "法院", "", "legal_case_number_missing"),
        ("preserved", True, "法院", "", ""),
        ("settled", True, "", "", ""),
    ],
)  # fmt: skip
def test_a_step_before_a_court_names_it(state: str, known: bool, court: str, number: str, found: str) -> None:
    """From the filing on with the number of the case."""
    assert legal.problem(state=state, known=known, court=court, case_number=number) == found


def test_a_machine_is_given_no_more_than_its_kind() -> None:
    """A dialler calls, for what it may, on the channels it was given."""
    assert clients.beyond_limits(kind="dialler", channels=["voice", "sms"], scopes=["x"]) == {"sms", "x"}
    asks: Callable[..., bool] = clients.may_ask
    assert asks(kind="dialler", channels=["voice"], channel="voice", purpose="collection")
    assert not asks(kind="dialler", channels=[], channel="voice", purpose="collection")
    assert not asks(kind="dialler", channels=["voice"], channel="voice", purpose="otp")


def test_an_address_of_the_network_hides_its_end() -> None:
    """Of both kinds."""
    assert [masking.address(text) for text in ("203.0.113.9", "2001:db8:1:2::3", "")] == [
        "203.0.113.···", "2001:db8:1:····", "—",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("standing", "is_dead", "found"),
    [
        (people.Standing("guarantor", "", None, None), False, "role_needs_document"),
        (people.Standing("representative", "书", None, None), False, "role_needs_end"),
        (people.Standing("representative", "书", TODAY - timedelta(days=1), None), False, "role_is_over"),
        (people.Standing("volunteer", "", None, TODAY + timedelta(days=1)), False, "role_needs_consent"),
        (people.Standing("heir", "书", None, None), False, "role_needs_death"),
        (people.Standing("heir", "书", None, None), True, ""),
    ],
)  # fmt: skip
def test_a_role_lacks_what_it_rests_on(standing: people.Standing, is_dead: bool, found: str) -> None:
    """A document, an end, a consent, a death."""
    assert people.missing(standing, today=TODAY, is_dead=is_dead) == found


def test_a_surname_is_found_as_it_is_read_and_as_the_word_is() -> None:
    """A name in Latin letters has no ü to be typed."""
    assert {"zengli", "cengli"} <= search.name_keys("曾丽")
    assert search.name_keys("Li Na") == {"lina", "l"}


def test_rules_beside_contacts_are_read_and_the_first_that_fits_holds() -> None:
    """The product's own order, from the latest day that has begun; STOP by the channel it came by."""
    pack = Pack("CN", 1, (
        parse_rule(ref=REF, kind="allocation", channels=[], parameters={"order": "costs_first"}),
        parse_rule(
            ref=REF, kind="allocation", channels=[], parameters={"order": "principal_first", "from_day": 91}
        ),
        parse_rule(ref=REF, kind="allocation", channels=[], parameters={"order": "costs_first", "product": "loan"}),
        parse_rule(ref=REF, kind="opt_out", channels=["sms"], parameters={"closes": "class"}),
        QuietRule(REF, frozenset(), QuietHours(time(22), time(8)), working_days_only=False, every_zone=True),
    ))  # fmt: skip
    found = [
        allocation_rule(pack, product=product, days_past_due=days)
        for product, days in (("card", 90), ("card", 91), ("loan", 99))
    ]  # fmt: skip
    assert [rule.order for rule in found if isinstance(rule, AllocationRule)] == [
        AllocationOrder.COSTS_FIRST, AllocationOrder.PRINCIPAL_FIRST, AllocationOrder.COSTS_FIRST,
    ]  # fmt: skip
    assert isinstance(opt_out_rule(pack, channel=Channel.SMS), OptOutRule)
    assert opt_out_rule(pack, channel=Channel.VOICE) is None
    assert (pack.needs_number_zones, Pack("CN", 1, ()).needs_number_zones) == (True, False)
    with pytest.raises(ValueError, match="related is no list"):
        parse_rule(ref=REF, kind="third_party", channels=[], parameters={"related": "spouse", "failures": 3})


def test_a_draft_decides_a_contact_of_the_past_by_its_own_rules() -> None:
    """What the record said then stands; where the number is not known, nothing is said of it."""
    point = PointFact(id=1, kind="mobile", relation="self", permission="ok", silenced=False)
    silent = Pack("CN", 2, (QuietRule(REF, frozenset(), QuietHours(time(9), time(21)), working_days_only=False),))
    around = Surroundings(SHANGHAI, SHANGHAI, WorkCalendar({date(2026, 10, 1): False}))
    history: list[ContactFact] = []

    def outcome(pack: Pack, **kept: object) -> tuple[str, str, bool]:
        past = Past(NOW, "voice", "collection", (7,), kept, point, True)
        found = replay(past, pack=pack, history=history, around=around)
        return found.before, found.after, found.differs

    open_pack = Pack("CN", 2, ())
    before, after, differs = outcome(silent)
    assert (before, bool(after), differs) == ("", True, True)
    assert outcome(silent, asked_for_in_call=True) == ("", "", False)
    hold = {"check": "holds", "result": "refused", "reason": "hold", "inputs": {}}
    assert outcome(open_pack, reason="hold", considered=[hold]) == ("hold", "hold", False)
    quiet = {"check": "quiet_hours", "result": "refused", "reason": "quiet_hours", "inputs": {}}
    reach = {"check": "third_party", "result": "passed", "inputs": {"usable_points": 0, "failures": 3}}
    assert outcome(open_pack, reason="quiet_hours", considered=[reach, quiet], data_as_of="2026-11-19") == (
        "quiet_hours", "", True,
    )  # fmt: skip
    of_point = {"check": "cap", "result": "refused", "reason": "cap", "inputs": {"scope": "contact_point"}}
    unknown = Past(NOW, "voice", "collection", (7,), {"reason": "cap", "considered": [of_point]}, None, False)
    found = replay(unknown, pack=open_pack, history=history, around=around)
    assert (found.known, found.differs, found.after) == (False, False, "cap")
