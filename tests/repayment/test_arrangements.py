"""A customer agrees on instalments alone: the cost first, time to read, a code to sign, and nobody asks any more."""

# Long because the way of an application is told in one place, from the offer to what becomes of the plan.

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from zeal import zeal_ignore

from collections_app.domain.arrangements import Cost
from collections_app.domain.instalments.offers import Offer, Standing, affordable, covers, faults, quote
from collections_app.domain.instalments.schedules import Method
from collections_app.models import AccessAttempt, AccessSession, Arrangement, ArrangementOffer, Event, Rule
from collections_app.services import arrangement_offers, contacts, derivation, payments, plans, records, sequencer
from notifications.models import Message, SandboxInbox
from notifications.services import following, sending
from repayment.models import ArrangementApplication
from tests import factories, seeds
from tests.remembered import remembered
from tests.repayment.conftest import enter, make_debtor

TODAY = date(2026, 11, 20)
ANSWERS = {"number": "6", "income": "8000", "spent": "3000", "conditions": ["beyond_ability", "willing"], "text": ""}
ANSWERS |= {"recalculates": "instalment"}
OFFER = Offer("personal_plan", "card", Method.EQUAL_INSTALMENT, Decimal(18), 3, 12, 100_000, 2_000_000, 1, 180)
STANDING = Standing("card", "CNY", 1_000_000, 300_000, 20)


@pytest.fixture
@remembered
def guest(db, now):
    """Somebody on their page who is offered interest-free instalments on their card."""
    with zeal_ignore():
        seeds.rule_packs(now=factories.START)
        seeds.texts(now=factories.START)
        arrangement_offers.load()
    customer, account = make_debtor()
    return enter(customer, account, now)


def send(guest, **changes):
    """Apply for the offer; return the answer."""
    page = guest.client.get(f"/r/instalments/{guest.account.pk}/card_personal/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    typed = ANSWERS | {"version": version} | changes
    return guest.client.post(f"/r/instalments/{guest.account.pk}/card_personal/", typed)


def begin(guest, **changes):
    """Apply for the offer; return the address of the terms."""
    answer = send(guest, **changes)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def code(now):
    """Return the code that was sent last."""
    with zeal_ignore():
        sending.send_due(now=now, worker="codes", codes_only=True)
        return re.search(r"验证码(\d{6})", SandboxInbox.objects.order_by("-id")[0].body)[1]


def read(guest, where, clock, now):
    """Open the terms, let the time to read pass and agree; return the address to sign at."""
    guest.client.get(where)
    clock.move_to(now + timedelta(seconds=15))
    answer = guest.client.post(where, {"agree": "on"})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def test_the_cost_is_read_first_and_the_signature_stops_collection(guest, clock, now):
    """Every date and amount, the annual rate, what Art. 70 asks for; then the code, and no permit any more."""
    assert why_not(guest, now) != "agreement_active"
    where = begin(guest)
    terms = guest.client.get(where).content.decode()
    for words in (
        "658.70",
        "3,952.18",
        "年化成本",
        "风险分类",
        "金融信用信息基础数据库",
        "不再向本行或其他银行申领信用卡",
        "宽限",
    ):
        assert words in terms, words
    early = guest.client.post(where, {"agree": "on"})
    assert early.status_code == 409
    assert "15 秒" in early.content.decode()
    assert not Event.objects.filter(kind="plan.applied").exists()
    clock.move_to(now + timedelta(seconds=14))
    assert guest.client.post(where, {"agree": "on"}).status_code == 409
    sign_at = read(guest, where, clock, now)
    assert guest.client.post(sign_at, {"typed": "000000"}).status_code == 403
    assert AccessAttempt.objects.get().reason == "wrong_code"
    assert not Arrangement.objects.exists()
    answer = guest.client.post(sign_at, {"typed": code(now + timedelta(seconds=16))})
    plan = Arrangement.objects.get()
    assert answer["Location"] == f"/r/agreed/{plan.pk}/"
    assert (plan.kind, plan.source, plan.conditions) == ("personal_plan", "offer", ["beyond_ability", "willing"])
    assert [line.amount_fen for line in plan.instalments.all()] == [65_870] * 5 + [65_868]
    assert why_not(guest, now) == "agreement_active"
    row = ArrangementApplication.objects.get()
    assert (row.state, row.arrangement) == ("signed", plan)
    assert "658.70" in row.text
    assert Event.objects.get(kind="plan.applied").payload["terms_sha256"] == row.text_sha256
    assert "没有人再向您催要" in guest.client.get(answer["Location"]).content.decode()
    assert guest.client.post(sign_at, {"typed": "000000"})["Location"] == where


def test_after_ten_wrong_answers_the_hotline_is_named_and_no_short_wait(guest, clock, now):
    """Neither another code nor another try helps then, so both pages say whom to call; nothing is sent."""
    terms = begin(guest)
    sign_at = read(guest, terms, clock, now)
    link = AccessSession.objects.get().link
    AccessAttempt.objects.bulk_create(AccessAttempt(link=link, reason="wrong_code", at=now) for _ in range(9))
    last = guest.client.post(sign_at, {"typed": "000000"})
    again = guest.client.post(terms, {"agree": "on"})
    assert (last.status_code, again.status_code) == (403, 409)
    for answer in (last, again):
        page = answer.content.decode()
        assert f"请致电 {guest.customer.branch.institution.hotline}" in page
        assert "稍后再试" not in page
    assert Message.objects.count() == 1


def test_the_time_to_read_is_the_rule_packs_and_begins_with_the_page(guest, clock, now):
    """Not the hour of the application, but when the terms were on the page; a kind's own rule before that of all."""
    cases = [({"seconds": 40}, 40), ({"seconds": 40, "arrangement": "extension"}, 15), ({"seconds": 0}, 0)]
    for parameters, seconds in cases:
        Rule.objects.filter(kind="reading_time", pack__code="CN").update(parameters=parameters)
        where = begin(guest)
        clock.shift(timedelta(minutes=2))
        page = guest.client.get(where).content.decode()
        assert (f"{seconds} 秒" in page) is bool(seconds), parameters
        if seconds:
            clock.shift(timedelta(seconds=seconds - 1))
            refused = guest.client.post(where, {"agree": "on"})
            assert (refused.status_code, "1 秒" in refused.content.decode()) == (409, True)
            clock.shift(timedelta(seconds=1))
        assert guest.client.post(where, {"agree": "on"}).status_code == 302, parameters
        said = Event.objects.filter(kind="plan.applied").latest("id").payload
        named = "" if "arrangement" in parameters else "CN/1/CN-N1"
        assert (said["read_seconds"], said["read_rule"]) == (seconds, named)


def test_who_agrees_twice_gets_one_code_and_what_it_signs_is_on_its_row(guest, clock, now):
    where = begin(guest)
    read(guest, where, clock, now)
    assert guest.client.post(where, {"agree": "on"}).status_code == 302
    assert Message.objects.filter(kind="signing_code").count() == 1
    assert Event.objects.filter(kind="plan.applied").count() == 1
    row = ArrangementApplication.objects.get()
    assert (row.code.purpose, row.code.paper_sha256) == ("arrangement", row.text_sha256)


def test_consent_to_terms_that_were_never_on_the_page_is_not_taken(guest, clock, now):
    where = begin(guest)
    clock.shift(timedelta(minutes=5))
    refused = guest.client.post(where, {"agree": "on"})
    assert (refused.status_code, "15 秒" in refused.content.decode()) == (409, True)
    clock.shift(timedelta(seconds=15))
    assert guest.client.post(where, {"agree": "on"}).status_code == 302


def why_not(guest, now):
    """Return why a call to collect is refused now."""
    with zeal_ignore(), transaction.atomic():
        customer = records.lock(customer_id=guest.customer.pk, now=now)
        answer = contacts.permit(
            customer=customer, channel="voice", purpose="collection", contact_point=customer.contact_points.get(),
            actor=records.SYSTEM, now=now, account_ids=[guest.account.pk],
        )  # fmt: skip
        transaction.set_rollback(True)
        return "" if answer.allowed else answer.reason


def test_half_the_conditions_make_no_personal_plan(guest):
    page = guest.client.post(
        f"/r/instalments/{guest.account.pk}/card_personal/", ANSWERS | {"version": "1", "conditions": ["willing"]}
    )
    assert page.status_code == 400
    assert not ArrangementApplication.objects.exists()


def test_what_has_changed_since_it_was_shown_is_not_signed(guest, clock, now):
    """A payment came in between: the terms are of an amount that is no longer owed."""
    where = begin(guest)
    sign_at = read(guest, where, clock, now)
    with zeal_ignore():
        payments.record_received(
            account_id=guest.account.pk, amount_fen=10_000, channel="app", reference="R1", occurred_at=now, now=now
        )
    answer = guest.client.post(sign_at, {"typed": code(now + timedelta(seconds=16))})
    assert answer.status_code == 409
    assert not Arrangement.objects.exists()


def test_a_plan_that_staff_wrote_meanwhile_is_the_only_one(guest, clock, now):
    """What was read before is neither signed nor agreed to, nor shown as if it could be."""
    where = begin(guest)
    sign_at = read(guest, where, clock, now)
    with zeal_ignore(), transaction.atomic():
        locked = records.lock(customer_id=guest.customer.pk, now=now)
        plans.agree_within(
            customer=locked, account=guest.account, source="negotiated", source_reference="S1",
            instalments=[(TODAY + timedelta(days=30), 391_300)], grace_days=5, actor=records.SYSTEM, now=now,
        )  # fmt: skip
        derivation.derive(customer=locked, now=now)
    assert guest.client.post(sign_at, {"typed": code(now + timedelta(seconds=16))}).status_code == 409
    assert [guest.client.get(where).status_code, guest.client.post(where, {"agree": "on"}).status_code] == [409, 409]
    assert Arrangement.objects.count() == 1


def test_an_application_is_its_own_customers_and_lapses(guest, clock, now):
    """A stranger finds nothing; after half an hour the schedule is made anew; an offer withdrawn is not signed."""
    where = begin(guest)
    stranger = enter(*make_debtor(), now)
    assert stranger.client.get(where).status_code == 404
    assert stranger.client.post(where + "sign/", {"typed": "000000"}).status_code == 404
    sign_at = read(guest, where, clock, now)
    ArrangementOffer.objects.update(active=False)
    assert guest.client.post(sign_at, {"typed": code(now + timedelta(seconds=16))}).status_code == 409
    ArrangementOffer.objects.update(active=True)
    clock.move_to(now + timedelta(minutes=14))
    again = begin(guest)
    assert guest.client.get(where).status_code == 409, "lapsed, in words"
    assert guest.client.get(again).status_code == 200
    assert not Arrangement.objects.exists()


def test_the_database_keeps_no_signature_without_consent(guest):
    begin(guest)
    ArrangementApplication.objects.update(state="consented")
    with pytest.raises(IntegrityError), transaction.atomic():
        ArrangementApplication.objects.update(state="signed")


def test_an_offer_holds_to_the_fen_and_the_day():
    """On each bound it is offered, one step beyond it is not; a loan is no card."""
    assert covers(OFFER, STANDING)
    for changes in ({"payoff_fen": 2_000_000}, {"payoff_fen": 100_000}, {"days": 1}, {"days": 180}):
        assert covers(OFFER, standing(**changes)), changes
    for changes in ({"payoff_fen": 2_000_001}, {"payoff_fen": 99_999}, {"days": 0}, {"days": 181}, {"product": "loan"}):
        assert not covers(OFFER, standing(**changes)), changes
    assert not covers(OFFER, standing(currency="HKD")), "20,000 yuan is no bound for dollars"
    assert covers(replace(OFFER, currency="HKD"), standing(currency="HKD"))
    assert affordable(largest_fen=100, income_fen=300, spent_fen=200)
    assert not affordable(largest_fen=101, income_fen=300, spent_fen=200)


def standing(**changes):
    values = {"product": "card", "currency": "CNY", "payoff_fen": 1_000_000, "billed_fen": 300_000, "days": 20}
    return Standing(**(values | changes))


def test_the_shown_rate_is_the_internal_rate_of_return():
    """18 % by the month is 19.56 % a year compounded, a hair more for the rounding of the last line."""
    shown = quote(OFFER, principal_fen=1_000_000, number=12, today=TODAY)
    assert (shown.simple_percent, shown.compound_percent) == (Decimal("18.00"), Decimal("19.56"))
    assert (shown.days[0], shown.days[-1]) == (date(2026, 12, 20), date(2027, 11, 20))
    assert shown.of(shown.as_json()) == shown


def test_an_offer_nobody_could_keep_is_not_saved():
    """Wrong product, and a personalised plan at once without its conditions."""
    wrong = Offer("extension", "card", Method.BALLOON, Decimal(25), 5, 4, 2, 1, 3, 2)
    assert set(faults(wrong, conditions=False, at_once=True)) == {
        "offer_product", "offer_lines", "offer_amounts", "offer_days", "plan_rate", "plan_balloon",
    }  # fmt: skip
    assert faults(OFFER, conditions=False, at_once=True) == ["offer_conditions"]
    assert faults(OFFER, conditions=True, at_once=True) == []


def test_a_plan_paid_off_early_is_performed_without_the_interest_to_come(guest, now):
    """The page names the sum; exactly that sum ends the plan, and the money that bounces brings it back."""
    with zeal_ignore():
        plan = interest_plan(guest, now)
        half = now + timedelta(days=15)
        shown = guest.client.get(f"/r/agreed/{plan.pk}/").content.decode()
        assert "3,952.18" in shown
        payments.record_received(
            account_id=guest.account.pk, amount_fen=398_150, channel="app", reference="R1", occurred_at=half, now=half
        )
        plan.refresh_from_db()
        assert plan.state == "performing"
        payments.record_received(
            account_id=guest.account.pk, amount_fen=32, channel="app", reference="R2", occurred_at=half, now=half
        )
        plan.refresh_from_db()
        assert plan.state == "performed"
        assert sum(line.due_fen for line in plan.instalments.all()) == 398_182
        payments.record_reversed(reference="R1", occurred_at=half, now=half)
        plan.refresh_from_db()
        assert plan.state == "performing"
        assert not any(line.relieved_fen for line in plan.instalments.all())


def interest_plan(guest, now):
    """Twelve equal instalments at 18 %: 59.28 of interest in the first month."""
    terms = quote(OFFER, principal_fen=395_218, number=12, today=TODAY)
    with transaction.atomic():
        customer = records.lock(customer_id=guest.customer.pk, now=now)
        return plans.agree_within(
            customer=customer, account=guest.account, source="offer", source_reference="x",
            instalments=[(day, line.total_fen) for day, line in terms.rows], grace_days=3, actor=records.CUSTOMER,
            now=now, cost=Cost(interest=[line.interest_fen for line in terms.lines]),
        )  # fmt: skip


def test_early_money_is_seen_on_the_page_and_told(guest, clock, now):
    """The customer chose that the instalments stay: fewer of them, the ones before below, and a message says so."""
    sign_at = read(guest, begin(guest), clock, now)
    assert "提前还清，每期金额不会增加" in guest.client.get(sign_at.replace("sign/", "")).content.decode()
    where = guest.client.post(sign_at, {"typed": code(now + timedelta(seconds=16))})["Location"]
    later = now + timedelta(minutes=5)
    clock.move_to(later)
    with zeal_ignore():
        payments.record_received(
            account_id=guest.account.pk, amount_fen=65_870 + 200_000, channel="app", reference="R1", occurred_at=later,
            now=later,
        )  # fmt: skip
        sequencer.sequence(now=later)
        following.follow(now=later)
        sending.send_due(now=later, worker="test")
        told = Message.objects.get(kind="plan_recalculated")
        said = next(row.body for row in SandboxInbox.objects.all() if "重新计算" in row.body)
    assert (told.state, "第2/3期" in said) == ("delivered", True)
    page = guest.client.get(where).content.decode()
    for words in ("重新计算", "2,000.00", "此前的各期", "658.70"):
        assert words in page, words
    plan = Arrangement.objects.get()
    assert (plan.recalculates, plan.early_fen, plan.instalments.count()) == ("instalment", 200_000, 3)


def test_an_offer_edited_after_it_was_shown_is_neither_agreed_to_nor_signed(guest, clock, now):
    """The days of grace are no line of the schedule: what was read stays what is signed."""
    where = begin(guest)
    guest.client.get(where)
    with zeal_ignore():
        ArrangementOffer.objects.update(grace_days=0)
    clock.move_to(now + timedelta(seconds=15))
    assert guest.client.post(where, {"agree": "on"}).status_code == 409
    with zeal_ignore():
        ArrangementOffer.objects.update(grace_days=3)
    sign_at = read(guest, where, clock, now)
    with zeal_ignore():
        ArrangementOffer.objects.update(tolerance_fen=0)
    assert guest.client.post(sign_at, {"typed": code(now + timedelta(seconds=16))}).status_code == 409
    assert not Arrangement.objects.exists()
