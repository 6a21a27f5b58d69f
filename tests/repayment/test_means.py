"""Means that do not carry a plan: a person reads what was said, and what is said after it, side by side."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import translation
from zeal import zeal_ignore

from collections_app.models import Arrangement, ArrangementOffer, Customer, Event, HandOff, Rule
from collections_app.services import arrangement_offers, plans, records
from repayment.models import ArrangementApplication
from repayment.selectors import means
from repayment.services import application_words
from tests import factories, seeds
from tests.repayment.conftest import enter, make_debtor
from tests.repayment.test_arrangements import begin, send


@pytest.fixture
def guest(db, now):
    """Somebody on their page who is offered interest-free instalments on their card."""
    with zeal_ignore():
        seeds.rule_packs(now=factories.START)
        arrangement_offers.load()
    return enter(*make_debtor(), now)


def test_whoever_cannot_carry_it_is_asked_to_sign_nothing(guest, now):
    """The income leaves less than an instalment: a negotiator gets the answers, and the offer stays unsigned."""
    where = begin(guest, income="3500")
    assert "尚未达成任何约定" in guest.client.get(where).content.decode()
    handoff = HandOff.objects.get()
    assert (handoff.kind, handoff.from_department) == ("plan_request", "customer")
    assert "3,500.00" in handoff.text
    assert not Arrangement.objects.exists()


def test_better_means_stated_after_a_refusal_go_to_a_person_beside_the_ones_before(guest, now):
    """Whoever could not carry it does not sign by asking again: both answers go to a colleague, and the page says so.

    The same form sent twice is one application; on the day the rule names it is free again; nought days drop it.
    """
    begin(guest, income="3500")
    where = f"/r/instalments/{guest.account.pk}/card_personal/"
    for page in (guest.client.get("/r/instalments/"), guest.client.get(where)):
        assert "先由同事审核" in page.content.decode()
    handoff = HandOff.objects.get()
    again = begin(guest)
    assert begin(guest) == again, "the form was sent twice"
    row = ArrangementApplication.objects.latest("id")
    assert (row.state, row.handoff, ArrangementApplication.objects.count()) == ("asked", handoff, 2)
    assert HandOff.objects.get() == handoff, "what is said now is added to what a person has already"
    for words in (Event.objects.get(kind="handoff.papers").text_row.text, guest.client.get(again).content.decode()):
        assert "3,500.00" in words, words
        assert "8,000.00" in words, words
    HandOff.objects.update(state="done")
    for days_ago, rule_days, state in ((29, 30, "asked"), (29, 0, "shown"), (30, 30, "shown")):
        Rule.objects.filter(kind="means_again").update(parameters={"days": rule_days})
        ArrangementApplication.objects.filter(state="asked").update(shown_at=now - timedelta(days=days_ago))
        begin(guest)
        assert ArrangementApplication.objects.latest("id").state == state, (days_ago, rule_days)
        HandOff.objects.update(state="done")


def test_no_number_of_better_answers_pushes_the_refused_ones_out(guest):
    """The seventh application goes to a person like the second, and what did not carry it stands beside it."""
    begin(guest, income="3500")
    for more in range(1, 7):
        ArrangementApplication.objects.update(shown_at=F("shown_at") - timedelta(days=1))
        where = begin(guest, income=str(8000 + more))
        row = ArrangementApplication.objects.latest("id")
        assert row.state == "asked", more
    words = Event.objects.filter(kind="handoff.papers").latest("id").text_row.text
    for kept in (words, guest.client.get(where).content.decode()):
        assert "3,500.00" in kept, kept
        assert "8,001.00" not in kept, "five stand side by side at most"


def test_three_more_a_day_are_added_to_what_a_person_has(guest):
    """The fourth changes nothing, unless it is the first that says the means do not carry it: that is never lost."""
    ArrangementOffer.objects.update(at_once=False)
    for income in ("8000", "8001", "8002", "8003"):
        begin(guest, income=income)
    HandOff.objects.update(state="waiting", waiting_since=F("opened_at"))
    before = Customer.objects.get().version
    answer = send(guest, income="8004")
    assert (answer.status_code, "正在处理" in answer.content.decode()) == (409, True)
    assert (Customer.objects.get().version, HandOff.objects.get().state) == (before, "waiting")
    begin(guest, income="3500")
    assert send(guest, income="3400").status_code == 409
    ArrangementApplication.objects.update(shown_at=F("shown_at") - timedelta(days=1))
    begin(guest, income="8004")


def test_only_what_reads_the_same_to_the_last_word_is_the_same_application(guest):
    """What shall stay when more is paid is a part of it, and the colleague reads it."""
    first = begin(guest, income="3500")
    assert "到期日不变" not in HandOff.objects.get().text
    assert begin(guest, income="3500", recalculates="term") != first
    assert "到期日不变" in Event.objects.get(kind="handoff.papers").text_row.text


def test_the_colleague_reads_the_banks_language_and_the_accounts_currency(guest):
    """Whatever the customer's page is read in, and whichever currency the account is kept in."""
    begin(guest, income="3500")
    row = ArrangementApplication.objects.select_related("account", "customer", "offer").get()
    row.account.currency = "USD"
    with translation.override("en"):
        words = application_words.tell(row=row, text="", before=None)
    assert "月收入 3,500.00 美元" in words
    assert "income" not in words


def test_the_day_of_the_call_is_named_only_while_it_is_to_come(guest, now):
    """A day that is over is promised to nobody, nor one that does not run."""
    where = begin(guest, income="3500")
    assert "最迟" in guest.client.get(where).content.decode()
    for changes in ({"due_at": now - timedelta(minutes=1)}, {"state": "done"}):
        HandOff.objects.update(**({"due_at": now + timedelta(days=2)} | changes))
        assert "最迟" not in guest.client.get(where).content.decode(), changes


def test_terms_that_lapsed_by_another_application_say_so_in_words(guest):
    """They are over, like an offer that is: never a page that is not there."""
    where = begin(guest)
    begin(guest, income="3500")
    for address in (where, f"{where}sign/"):
        for answer in (guest.client.get(address), guest.client.post(address, {"agree": "on"})):
            assert (answer.status_code, "未达成任何约定" in answer.content.decode()) == (409, True), address


def test_the_banks_own_plans_are_counted_whether_anybody_names_them_or_not(guest, now):
    """Means that carry an instalment alone do not carry it beside a plan in force on another account.

    What is late counts in this month, another currency is nobody's to add up, and a plan that is over takes nothing.
    """
    with zeal_ignore():
        other = factories.make_account(guest.customer, overdue_fen=391_300, payoff_fen=395_218)
        lines = [(now.date() + timedelta(days=days), 120_000) for days in (0, 5, 45)]
        with transaction.atomic():
            plan = plans.agree_within(
                customer=records.lock(customer_id=guest.customer.pk, now=now), account=other, source="offer",
                source_reference="x", instalments=lines, grace_days=3, actor=records.SYSTEM, now=now,
            )  # fmt: skip
    plan.instalments.filter(number=1).update(due_on=now.date() - timedelta(days=40))
    today = now.date()
    until = today + timedelta(days=200)
    assert means.own_plans(account=guest.account, today=today, until=until) == (240_000, False)
    assert means.own_plans(account=other, today=today, until=until) == (0, False)
    # 8,000 less 4,500 carries any line of it; less 2,400 more it does not.
    where = begin(guest, spent="4500", number="3")
    row = ArrangementApplication.objects.get()
    assert row.state == "asked"
    assert "2,400.00" in guest.client.get(where).content.decode()
    assert "另有在本行执行中的还款安排，每月最高 2,400.00 元" in HandOff.objects.get().text
    type(other).objects.filter(pk=other.pk).update(currency="USD")
    assert means.own_plans(account=guest.account, today=today, until=until) == (0, True)
    type(plan).objects.filter(pk=plan.pk).update(state="breached")
    assert means.own_plans(account=guest.account, today=today, until=until) == (0, False)


def test_answers_on_one_account_reach_whoever_has_an_application_on_another(guest):
    """The means are one: a colleague who works on the first account reads what was said on the second since.

    It answers nothing they have asked.
    """
    begin(guest, income="3500")
    first = HandOff.objects.get()
    HandOff.objects.update(state="waiting")
    with zeal_ignore():
        other = factories.make_account(
            guest.customer, days_past_due=guest.account.days_past_due, stage=guest.account.stage,
            overdue_since=guest.account.overdue_since, overdue_fen=391_300, billed_fen=391_300, payoff_fen=395_218,
        )  # fmt: skip
    twin = replace(guest, account=other)
    begin(twin, income="7654")
    assert HandOff.objects.count() == 2
    told = Event.objects.get(kind="handoff.papers", payload__handoff=first.pk)
    assert "7,654.00" in told.text_row.text
    assert other.tail in told.text_row.text
    first.refresh_from_db()
    assert first.state == "waiting"
