"""The decision on a contact, check by check, without a database."""

# Long because the checks of a permit are read against each other, in their order.

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from collections_app.domain.backtests import Past, Surroundings, replay
from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.contact_points import without_calls
from collections_app.domain.holds import Effect, HoldKind
from collections_app.domain.permits.decision import CHECKS, Decision, decide
from collections_app.domain.permits.facts import (
    AccountFact,
    ApprovalFact,
    HoldFact,
    LineFact,
    PermitFacts,
    PointFact,
    ReachFact,
    Result,
)
from collections_app.domain.purposes import CUSTOMER_CAUSED, Channel, Purpose
from collections_app.domain.quiet_hours import QuietHours
from collections_app.domain.reasons import CHECKS as CHECK_NAMES
from collections_app.domain.reasons import REASONS, RESULTS, Reason
from collections_app.domain.rules import (
    After,
    Basis,
    CapRule,
    ContactFact,
    Counts,
    IntervalRule,
    NumberCheckedRule,
    Pack,
    QuietRule,
    RuleRef,
    Scope,
    ThirdPartyRule,
)
from collections_app.selectors.codes import shipped

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=SHANGHAI)


def ref(code: str, basis: Basis = Basis.POLICY) -> RuleRef:
    return RuleRef("CN", 3, code, basis)


PACK = Pack(
    "CN",
    3,
    (
        QuietRule(ref("CN-H1", Basis.INDUSTRY), frozenset(), QuietHours(time(22), time(8)), working_days_only=False),
        QuietRule(ref("VISIT"), frozenset({Channel.VISIT}), None, working_days_only=True),
        CapRule(ref("SMS"), frozenset({Channel.SMS}), Counts.ATTEMPTS, Scope.CUSTOMER, 1, 1),
        IntervalRule(ref("GAP"), frozenset({Channel.VOICE}), After.CONTACT, Scope.CONTACT_POINT, 30, 0),
        ThirdPartyRule(ref("CN-T1", Basis.INDUSTRY), frozenset(), 3, frozenset({"spouse"}), never=False),
    ),
)
CARD = AccountFact(id=7, overdue_fen=391_300, owed_fen=391_300, delinquent=True, data_as_of=date(2026, 11, 19))
LOAN = replace(CARD, id=8)
MOBILE = PointFact(id=1, kind="mobile", relation="self", permission="ok", silenced=False)
PLAIN = PermitFacts(
    now=NOW,
    channel="voice",
    purpose="collection",
    staff_id=5,
    zone=SHANGHAI,
    bank_zone=SHANGHAI,
    branch_live=True,
    pack=PACK,
    data_as_of=date(2026, 11, 19),
    table=shipped().holds,
    accounts=(CARD,),
    point=MOBILE,
    calendar=WorkCalendar({date(2026, 10, 1): False}),
)


def decision(**values: Any) -> Decision:
    return decide(replace(PLAIN, **values))


def reason(**values: Any) -> str:
    return decision(**values).code


def contact(**values: Any) -> ContactFact:
    plain: dict[str, Any] = {
        "at": NOW - timedelta(minutes=5),
        "channel": "voice",
        "state": "made",
        "effective": False,
        "contact_point_id": 1,
        "account_ids": frozenset({7}),
        "counted": True,
    }
    return ContactFact(**(plain | values))


def test_a_plain_call_is_allowed_and_names_its_account() -> None:
    """Nothing stands against it."""
    answer = decision()
    assert (answer.allowed, answer.code, answer.accounts) == (True, "", (7,))


def test_every_reason_check_and_result_has_a_name_in_both_languages() -> None:
    """What a pill or the why-list shows."""
    assert set(REASONS) == {reason.value for reason in Reason}
    assert set(RESULTS) == {result.value for result in Result}
    shown = {finding.check for finding in decision(channel="visit").considered}
    shown |= {"inbound", "cap", "interval", "number_age"}
    assert shown == set(CHECK_NAMES)


@pytest.mark.parametrize("kind", list(HoldKind))
def test_each_hold_stops_what_its_table_says(kind: HoldKind) -> None:
    """Table D, cell by cell: a stop refuses, an approval refuses until there is one, a pass does not."""
    scope = PLAIN.table[kind].scope
    hold = HoldFact(
        kind,
        account_id=7 if scope == "account" else None,
        contact_point_id=1 if scope == "contact_point" else None,
        channel="voice" if scope == "channel" else "",
    )
    own = {
        HoldKind.AGREEMENT_ACTIVE: "agreement",
        HoldKind.PROMISE_PENDING: "promise",
        HoldKind.INCIDENT: "incident",
        HoldKind.INCIDENT_ALL: "incident",
    }.get(kind, "hold")
    for purpose in Purpose:
        refused = {found.check for found in decision(purpose=purpose.value, holds=(hold,)).refusals}
        stopped = refused & {"hold", "agreement", "promise", "incident"}
        assert stopped == (set() if PLAIN.table.effect(kind, purpose) is Effect.PASS else {own}), purpose


@pytest.mark.parametrize(
    ("kind", "purpose", "relation", "department", "expected"),
    [
        ("represented", "collection", "self", "collections", "via_only"),
        ("represented", "collection", "agent", "collections", ""),
        ("minor_incapable", "due_notice", "guardian", "service", ""),
        ("minor_incapable", "statutory", "self", "legal", "via_only"),
        ("minor_incapable", "collection", "guardian", "collections", "hold"),
        ("bankruptcy", "statutory", "agent", "legal", ""),
        ("bankruptcy", "limitation", "self", "legal", "via_only"),
        ("litigation", "collection", "self", "legal", ""),
        ("litigation", "collection", "self", "collections", "via_only"),
    ],
)
def test_a_hold_lets_those_be_contacted_whom_its_row_names(
    kind: str, purpose: str, relation: str, department: str, expected: str
) -> None:
    """Guardian, representative, administrator of the estate; in court, the legal department."""
    hold = HoldFact(kind, account_id=7 if PLAIN.table[kind].scope == "account" else None)
    assert (
        reason(purpose=purpose, holds=(hold,), point=replace(MOBILE, relation=relation), department=department)
        == expected
    )


@pytest.mark.parametrize(
    ("kind", "purpose", "expected"),
    [
        ("agreement_active", "collection", "agreement_active"),
        ("promise_pending", "collection", "promise_pending"),
        ("dispute", "collection", "hold"),
        ("dispute", "limitation", "approval_needed"),
        ("deceased", "receipt", "hold"),
        ("regulator", "due_notice", "approval_needed"),
    ],
)
def test_a_hold_names_its_own_reason(kind: str, purpose: str, expected: str) -> None:
    """Agreement and promise have reasons of their own, approvals say that one is needed."""
    until = NOW + timedelta(days=2)
    answer = decision(purpose=purpose, holds=(HoldFact(kind, account_id=7, until=until),))
    assert (answer.code, answer.until, answer.params["hold"]) == (expected, until, kind)


def test_a_hold_that_lets_this_pass_is_named_among_the_reasons() -> None:
    """Why shows that it was considered; a refusal names the account held and nothing that is empty."""
    hold = HoldFact("hardship")
    passed = next(
        f for f in decision(purpose="due_notice", channel="sms", holds=(hold,)).considered if f.check == "hold"
    )
    assert (passed.result, passed.inputs) == (Result.PASSED, {"in_force": ["hardship"]})
    refused = decision(holds=(HoldFact("dispute", account_id=7),)).refusals[0]
    assert refused.inputs == {"hold": "dispute", "account": 7}


def test_a_hold_of_one_account_leaves_the_others_to_collect() -> None:
    """A contact that names no account speaks of those that are free; one that names the held is refused."""
    held = {"accounts": (CARD, LOAN), "holds": (HoldFact("agreement_active", account_id=7),)}
    assert decision(**held).accounts == (8,)
    assert reason(**held, named_accounts=(7,)) == "agreement_active"
    assert reason(**held, named_accounts=(7, 8)) == "agreement_active"
    assert decision(**held, named_accounts=(8,)).allowed
    both = (*held["holds"], HoldFact("promise_pending", account_id=8))
    assert reason(accounts=(CARD, LOAN), holds=both) == "agreement_active"


def test_a_hold_of_another_channel_or_number_does_not_count() -> None:
    """Who refuses SMS may still be called; a hold on another number says nothing of this one."""
    assert decision(holds=(HoldFact("channel_stop", channel="sms"),)).allowed
    assert reason(holds=(HoldFact("channel_stop", channel="voice"),)) == "opted_out"
    assert decision(holds=(HoldFact("number_bad", contact_point_id=2),)).allowed
    assert reason(holds=(HoldFact("number_bad", contact_point_id=1),)) == "number_bad"
    assert decision(holds=(HoldFact("number_bad", contact_point_id=1),), point=None, point_required=False).allowed


def test_old_data_stop_collection_and_let_receipts_pass() -> None:
    """The oldest account spoken of decides; without accounts the record's own day does."""
    old = replace(CARD, data_as_of=date(2026, 11, 18))
    answer = decision(accounts=(old, LOAN))
    assert (answer.code, answer.params["as_of"], answer.params["oldest"]) == ("data_stale", "2026-11-18", "2026-11-19")
    assert decision(accounts=(old, LOAN), named_accounts=(8,)).allowed
    assert decision(accounts=(old,), purpose="receipt", channel="sms").allowed
    assert reason(accounts=(replace(CARD, data_as_of=None),)) == "data_stale"
    held = decision(accounts=(old,), holds=(HoldFact("dispute", account_id=7),))
    assert [finding.check for finding in held.refusals] == ["hold", "data"]
    assert reason(accounts=(), data_as_of=None) == "data_stale"
    assert decision(accounts=(), purpose="service_notice").allowed


def test_the_line_is_for_one() -> None:
    """A colleague's call refuses all but what the customer causes; one's own refuses a second call only."""
    line = LineFact(staff_id=9, department="service")
    assert reason(line=line) == "on_the_line"
    assert reason(line=line, channel="sms") == "on_the_line"
    assert decision(line=line, channel="sms", purpose="otp").allowed
    assert reason(line=line, channel="voice", purpose="otp") == "on_the_line"
    own = LineFact(staff_id=5, department="collections")
    assert reason(line=own) == "on_the_line"
    assert decision(line=own, channel="sms").allowed


def test_what_was_asked_for_in_ones_own_call_passes_hours_caps_and_waits() -> None:
    """Only in a call that is going on, and only for who is on it."""
    sent = contact(channel="sms")
    asked: dict[str, Any] = {
        "channel": "sms",
        "purpose": "service_notice",
        "now": NIGHT,
        "contacts": (replace(sent, at=NIGHT - timedelta(minutes=1), pending_until=NIGHT + timedelta(minutes=1)),),
        "asked_for_in_call": True,
    }
    assert decision(**asked, line=LineFact(5, "service")).allowed
    assert reason(**asked) == "quiet_hours"
    assert reason(**asked, line=LineFact(9, "service")) == "on_the_line"
    point = replace(MOBILE, permission="hours")
    assert decision(**asked, line=LineFact(5, "service"), point=point).allowed


def test_agreed_hours_are_kept_by_the_customers_own_clock() -> None:
    """From their first minute to before their last; without a zone or hours on record nobody may."""
    agreed = replace(MOBILE, permission="hours", hours=(time(10), time(12)))
    assert decision(point=agreed).allowed
    assert reason(point=agreed, now=NOW - timedelta(minutes=1)) == "agreed_hours"
    assert reason(point=agreed, now=NOW + timedelta(hours=2)) == "agreed_hours"
    assert reason(point=replace(agreed, hours=None)) == "agreed_hours"


def test_quiet_hours_hold_back_all_but_what_the_customer_causes() -> None:
    """A correction waits for the morning; a receipt, a code and a security alert do not."""
    assert decision(now=NIGHT).until == datetime(2026, 11, 21, 8, tzinfo=SHANGHAI)
    for purpose in Purpose:
        refused = {finding.check for finding in decision(now=NIGHT, purpose=purpose.value).refusals}
        assert ("quiet_hours" in refused) is (purpose not in CUSTOMER_CAUSED)


def test_caps_bind_all_but_corrections_and_what_the_customer_causes() -> None:
    """One SMS a day has gone: the next waits for midnight, the truth does not."""
    sent = (contact(channel="sms"),)
    answer = decision(channel="sms", contacts=sent)
    assert (answer.code, answer.until) == ("cap_reached", datetime(2026, 11, 21, tzinfo=SHANGHAI))
    assert answer.params["basis"] == "policy"
    assert answer.params["rule"] == "SMS"
    assert decision(channel="sms", contacts=sent, purpose="correction").allowed
    assert decision(channel="sms", contacts=sent, purpose="otp").allowed


def test_too_soon_after_the_last_call() -> None:
    """Thirty minutes between calls to one number."""
    answer = decision(contacts=(contact(),))
    assert (answer.code, answer.until) == ("interval", NOW + timedelta(minutes=25))


def test_without_rules_or_zone_nobody_is_contacted() -> None:
    """Fail closed; what the customer causes still goes out."""
    assert reason(pack=None) == "rules_missing"
    assert reason(zone=None) == "zone_unknown"
    assert reason(zone=None, channel="visit", point=replace(MOBILE, kind="address_home")) == "zone_unknown"
    assert decision(pack=None, channel="sms", purpose="otp").allowed
    assert decision(zone=None, channel="sms", purpose="otp").allowed


def test_a_branch_that_is_not_live_contacts_nobody_by_itself() -> None:
    """Codes and receipts of its customers go out."""
    assert reason(branch_live=False) == "branch_not_live"
    assert decision(branch_live=False, channel="sms", purpose="otp").allowed


def test_marketing_never_gets_a_permit() -> None:
    """There is no consent on record."""
    assert reason(purpose="marketing") == "no_consent"


@pytest.mark.parametrize(
    ("channel", "kind", "expected"),
    [
        ("sms", "mobile", ""),
        ("sms", "landline_home", "channel_mismatch"),
        ("voice", "landline_work", ""),
        ("voice", "email", "channel_mismatch"),
        ("email", "email", ""),
        ("letter", "address_home", ""),
        ("app", "wechat", ""),
    ],
)
def test_a_channel_needs_its_kind_of_contact_point(channel: str, kind: str, expected: str) -> None:
    """No SMS to a landline."""
    assert reason(channel=channel, point=replace(MOBILE, kind=kind)) == expected


def test_a_contact_needs_a_contact_point_unless_it_is_a_preview_or_the_app() -> None:
    """The permit fails closed, the question about the customer as a whole does not."""
    assert reason(point=None) == "no_contact_point"
    assert decision(point=None, point_required=False).allowed
    assert decision(point=None, channel="app").allowed


@pytest.mark.parametrize(
    ("permission", "channel", "purpose", "expected"),
    [
        ("no_calls", "voice", "collection", "opted_out"),
        ("no_calls", "sms", "collection", ""),
        ("no_sms", "sms", "due_notice", "opted_out"),
        ("no_sms", "sms", "statutory", "opted_out"),
        ("no_sms", "sms", "receipt", "opted_out"),
        ("no_sms", "letter", "statutory", "channel_mismatch"),
        ("no_sms", "sms", "otp", ""),
        ("refused", "voice", "collection", "opted_out"),
        ("only_service", "sms", "collection", "service_only"),
        ("only_service", "sms", "due_notice", ""),
        ("hours", "voice", "collection", "agreed_hours"),
        ("rep_only", "voice", "collection", "representative_only"),
        ("rep_only", "sms", "service_notice", ""),
    ],
)
def test_what_the_person_allowed(permission: str, channel: str, purpose: str, expected: str) -> None:
    """An opt-out is by channel and class; what the law demands goes by another channel, a code goes all the same."""
    assert permission in shipped().terms("permissions")
    assert reason(channel=channel, purpose=purpose, point=replace(MOBILE, permission=permission)) == expected


@pytest.mark.parametrize("purpose", ["collection", "receipt", "otp"])
def test_a_bad_number_is_used_for_nothing(purpose: str) -> None:
    """Not even for a receipt: a stranger would read it."""
    assert reason(channel="sms", purpose=purpose, point=replace(MOBILE, silenced=True)) == "number_bad"


@pytest.mark.parametrize(
    ("relation", "purpose", "reach", "expected"),
    [
        ("guarantor", "collection", ReachFact(1, 0), ""),
        ("relative", "collection", ReachFact(0, 9), "third_party"),
        ("relative", "receipt", ReachFact(0, 9), "third_party"),
        ("relative", "third_party", ReachFact(1, 2), "third_party"),
        ("relative", "third_party", ReachFact(1, 3), ""),
        ("relative", "third_party", ReachFact(0, 0), ""),
        ("spouse", "third_party", ReachFact(1, 0), "third_party"),
        ("spouse", "third_party", ReachFact(0, 0), ""),
        ("spouse", "collection", ReachFact(0, 9), "third_party"),
        ("self", "third_party", ReachFact(1, 0), ""),
    ],
)
def test_a_third_party_learns_nothing(relation: str, purpose: str, reach: ReachFact, expected: str) -> None:
    """They are asked to pass on a word only after three failures in a row, or when no number is left."""
    assert reason(purpose=purpose, reach=reach, point=replace(MOBILE, relation=relation)) == expected


def test_a_relation_a_rule_names_rests_on_the_role_of_a_person() -> None:
    """The household spouse by its document; who typed "spouse" beside a number has proven nothing."""
    spouse = replace(MOBILE, relation="spouse")
    assert reason(purpose="third_party", point=replace(spouse, role="household")) == ""
    assert reason(purpose="third_party", point=replace(spouse, role="none")) == "third_party"
    kin = ThirdPartyRule(ref("KIN"), frozenset(), 3, frozenset({"relative"}), never=False)
    relative = replace(MOBILE, relation="relative")
    assert reason(purpose="third_party", point=relative, pack=replace(PACK, rules=(kin,))) == ""
    ended = replace(MOBILE, relation="unknown", ended=True)
    assert reason(purpose="third_party", point=ended, reach=ReachFact(0, 9)) == "third_party"


def test_an_agreed_callback_stops_calls_that_collect_until_its_hour() -> None:
    later = NOW + timedelta(minutes=1)
    assert reason(callback_at=later) == "callback_agreed"
    assert reason(callback_at=NOW) == ""
    assert reason(callback_at=later, purpose="service_notice") == ""
    assert reason(callback_at=later, channel="sms") == ""


def test_without_a_rule_nobody_else_is_asked_and_a_rule_may_say_never() -> None:
    """A pack that does not speak of third parties lets none be asked; India's forbids it."""
    third = replace(MOBILE, relation="relative")
    lost = {"purpose": "third_party", "point": third, "reach": ReachFact(0, 9)}
    assert reason(**lost) == ""
    assert reason(**lost, pack=replace(PACK, rules=PACK.rules[:1])) == "third_party"
    never = ThirdPartyRule(ref("IN"), frozenset(), 0, frozenset({"relative"}), never=True)
    assert reason(**lost, pack=replace(PACK, rules=(never,))) == "third_party"


def test_a_draft_that_lets_others_be_asked_is_tested_on_whom_a_rule_never_did() -> None:
    """Their refusal keeps how well the customer could be reached, but no number of failures that would be needed."""
    third = replace(MOBILE, relation="relative")
    never = ThirdPartyRule(ref("IN"), frozenset(), 3, frozenset({"relative"}), never=True)
    around = Surroundings(SHANGHAI, SHANGHAI, WorkCalendar({date(2026, 10, 1): False}))
    for reach, differs in ((ReachFact(0, 0), True), (ReachFact(1, 3), True), (ReachFact(1, 2), False)):
        refused = decision(purpose="third_party", point=third, reach=reach, pack=replace(PACK, rules=(never,)))
        assert (refused.code, refused.params["rule"], "needed" in refused.params) == ("third_party", "IN", False)
        past = Past(NOW, "voice", "third_party", (7,), refused.as_json(), third, True)
        found = replay(past, pack=PACK, history=(), around=around)
        assert (found.known, found.differs) == (True, differs), reach


def test_one_refusal_of_a_third_party_stands_for_good() -> None:
    """Whatever is asked of that number, also of one that is out of reach; the customer's own number is not touched."""
    refused = replace(MOBILE, relation="relative", refused=True)
    assert reason(purpose="third_party", reach=ReachFact(0, 9), point=refused) == "third_refused"
    assert reason(point=replace(MOBILE, refused=True)) == ""


def test_a_third_party_is_asked_so_often_as_a_rule_says() -> None:
    """A cap that names purposes counts these only, and speaks of these only."""
    once = CapRule(
        ref("ONCE"), frozenset(), Counts.ATTEMPTS, Scope.CONTACT_POINT, 1, 7, frozenset({Purpose.THIRD_PARTY})
    )
    pack = replace(PACK, rules=(*PACK.rules, once))
    asked = contact(at=NOW - timedelta(days=2), purpose="third_party")
    third = replace(MOBILE, relation="spouse", role="household")
    assert reason(pack=pack, purpose="third_party", point=third, contacts=(asked,)) == "cap_reached"
    assert reason(pack=pack, purpose="third_party", point=third, contacts=(replace(asked, purpose="x"),)) == ""
    assert reason(pack=pack, contacts=(asked,)) == ""


@pytest.mark.parametrize(
    ("days", "purpose", "expected"),
    [
        (59, "collection", ""),
        (60, "collection", "number_unchecked"),
        (None, "collection", "number_unchecked"),
        (None, "otp", ""),
    ],
)
def test_a_number_is_used_so_long_after_it_was_verified(days: int | None, purpose: str, expected: str) -> None:
    """The safe harbour for texts in the United States: sixty days; the sixtieth day is outside."""
    rule = NumberCheckedRule(ref("US-S1", Basis.LAW), frozenset({Channel.SMS}), 60)
    point = replace(MOBILE, verified_at=None if days is None else NOW - timedelta(days=days))
    assert reason(channel="sms", purpose=purpose, point=point, pack=Pack("US", 1, (rule,))) == expected


@pytest.mark.parametrize(
    ("clock", "expected", "until"),
    [("10:59", "quiet_hours", "11:00"), ("11:00", "", ""), ("20:59:59", "", ""), ("21:00", "quiet_hours", "11:00")],
)
def test_hours_hold_in_every_zone_a_number_may_be_in(clock: str, expected: str, until: str) -> None:
    """Eastern and Pacific together: from eleven to nine in the evening, New York time (US-H2)."""
    eastern, pacific = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
    rule = QuietRule(ref("US-H2"), frozenset(), QuietHours(time(21), time(8)), working_days_only=False, every_zone=True)
    now = datetime.combine(date(2026, 11, 20), time.fromisoformat(clock), tzinfo=eastern)
    values = {"now": now, "zone": eastern, "bank_zone": eastern, "pack": Pack("US", 1, (rule,))}
    answer = decision(**values, point=replace(MOBILE, zones=(eastern, pacific)))
    assert answer.code == expected
    if until:
        assert answer.until is not None
        assert answer.until.astimezone(eastern).strftime("%H:%M") == until
    assert decision(**values, point=MOBILE).code == ("quiet_hours" if clock == "21:00" else "")


def test_collection_needs_something_overdue_beyond_grace() -> None:
    """Nothing overdue, then in grace, then another account that is overdue after all."""
    paid = replace(CARD, overdue_fen=0, delinquent=False)
    grace = replace(CARD, delinquent=False)
    assert reason(accounts=(paid,)) == "nothing_due"
    assert reason(accounts=(grace,)) == "in_grace"
    assert decision(accounts=(paid, grace, LOAN)).accounts == (8,)
    assert reason(accounts=(paid, LOAN), named_accounts=(7,)) == "nothing_due"


def test_a_due_notice_needs_any_amount() -> None:
    """Of a customer who owes nothing at all nothing is due."""
    grace = replace(CARD, overdue_fen=0, delinquent=False)
    assert decision(purpose="due_notice", channel="sms", accounts=(grace,)).allowed
    assert reason(purpose="due_notice", channel="sms", accounts=(replace(grace, owed_fen=0),)) == "nothing_due"


def test_visits_wait_for_a_working_day() -> None:
    """Saturday waits for Monday, a year nobody has published is refused, a day no one can name has no end."""
    visit: dict[str, Any] = {"channel": "visit", "point": replace(MOBILE, kind="address_home")}
    saturday = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
    assert decision(**visit).allowed
    new = (replace(CARD, data_as_of=date(2026, 11, 20)),)
    answer = decision(**visit, now=saturday, accounts=new)
    assert (answer.code, answer.until) == ("day_off", datetime(2026, 11, 23, tzinfo=SHANGHAI))
    assert reason(**visit, calendar=WorkCalendar()) == "calendar_unknown"
    new_year = WorkCalendar({date(2026, 12, 31): False})
    fresh = replace(CARD, data_as_of=date(2026, 12, 30))
    last = decision(**visit, now=datetime(2026, 12, 31, 10, tzinfo=SHANGHAI), calendar=new_year, accounts=(fresh,))
    assert (last.code, last.until) == ("day_off", None)
    assert decision(**visit, now=saturday, purpose="receipt").allowed


def test_one_contact_at_a_time() -> None:
    """While a message is on its way nobody else begins; a code does not wait."""
    until = NOW + timedelta(minutes=3)
    pending = (contact(channel="email", state="reserved", contact_point_id=3, pending_until=until),)
    answer = decision(contacts=pending)
    assert (answer.code, answer.until) == ("pending", until)
    assert decision(contacts=pending, channel="sms", purpose="otp").allowed
    assert decision(contacts=(replace(pending[0], pending_until=NOW),)).allowed
    assert decision(contacts=(replace(pending[0], counted=False),)).allowed


def test_who_calls_in_is_always_answered() -> None:
    """At night, on hold, over the cap: only a line that is busy cannot take the call."""
    incoming: dict[str, Any] = {
        "inbound": True,
        "now": NIGHT,
        "holds": (HoldFact("deceased"),),
        "purpose": "service_notice",
        "point": None,
    }
    assert decision(**incoming).allowed
    assert reason(**incoming, line=LineFact(9, "service")) == "on_the_line"


def test_the_first_refusal_in_order_names_the_reason_and_the_others_are_kept() -> None:
    """Why shows every rule that was considered."""
    hold = HoldFact("agreement_active", account_id=7)
    answer = decision(now=NIGHT, holds=(hold,), line=LineFact(9, "service"))
    assert [finding.check for finding in answer.refusals] == ["agreement", "line", "quiet_hours"]
    assert answer.reason is Reason.AGREEMENT_ACTIVE
    assert len(answer.considered) >= len(CHECKS) - 3


def test_a_decision_explains_itself_as_json() -> None:
    """Rule, version, inputs and the age of the data are kept; what does not apply is left out."""
    kept = decision(now=NIGHT).as_json()
    assert kept["reason"] == "quiet_hours"
    assert kept["rule"] == {"pack": "CN", "version": 3, "code": "CN-H1", "basis": "industry", "verified": False}
    assert kept["data_as_of"] == "2026-11-19"
    assert kept["until"] == "2026-11-21T00:00:00+00:00"
    quiet = next(row for row in kept["considered"] if row["check"] == "quiet_hours")
    assert quiet["inputs"]["clock"] == "23:00:00"
    assert "not_applicable" not in {row["result"] for row in kept["considered"]}
    allowed = decision(data_as_of=None).as_json()
    assert (allowed["allowed"], allowed["reason"], allowed["data_as_of"]) == (True, None, None)


def test_no_more_calls_opens_nothing_that_was_closed() -> None:
    became = {before: without_calls(before) for before in ("ok", "no_calls", "rep_only", "no_sms", "hours", "refused")}
    assert became == {
        "ok": "no_calls", "no_calls": "no_calls", "rep_only": "rep_only",
        "no_sms": "refused", "hours": "refused", "refused": "refused",
    }  # fmt: skip


def test_an_approval_lets_the_one_contact_it_is_for_go_on() -> None:
    """A letter the law demands, while it holds and about what it was given for; any other is still refused."""
    letter: dict[str, Any] = {"channel": "letter", "purpose": "statutory", "holds": (HoldFact("hardship"),),
                              "point": None, "point_required": False}  # fmt: skip
    given = ApprovalFact(9, "letter", "statutory", NOW + timedelta(hours=1), frozenset({"hardship"}))
    allowed = decision(**letter, approvals=(given,))
    assert allowed.allowed
    assert [item.inputs["approval"] for item in allowed.considered if item.rule.code == "APPROVAL"] == [9]
    for other in (
        replace(given, channel="sms"), replace(given, until=NOW), replace(given, contact_point_id=5),
        replace(given, account_ids=frozenset({8})), replace(given, hold_kinds=frozenset({"illness"})),
    ):  # fmt: skip
        assert reason(**letter, approvals=(other,)) == "approval_needed"
