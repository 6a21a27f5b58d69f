"""Choosing what to pay, being told how it counts, and what another channel's payment does to an open one."""

import re
from datetime import timedelta

import pytest
import zeal
from django.db import transaction
from django.utils import translation

from collections_app.domain import masking
from collections_app.domain.promises import Part
from collections_app.models import Account, Alert
from collections_app.services import derivation, plans, promises, records
from collections_app.services import payments as ground
from repayment.models import Payment
from repayment.services import overtaken, payments, receipts
from tests import factories, seeds
from tests.repayment.conftest import notice_body, notify


def choices(visitor):
    return visitor.client.get(f"/r/account/{visitor.account.pk}/pay/").content.decode()


def counter(visitor, fen, now, name="C1"):
    ground.record_received(
        account_id=visitor.account.pk, amount_fen=fen, channel="counter", reference=name, occurred_at=now, now=now
    )


def test_each_amount_says_how_it_would_count(visitor, now):
    """Costs, interest, principal; from day 91 on a card, principal first; another amount is told without paying it."""
    with zeal.zeal_ignore():
        seeds.rule_packs(now=now)
    Account.objects.filter(pk=visitor.account.pk).update(fees_fen=1_000, interest_fen=2_000, principal_fen=380_000)
    page = choices(visitor)
    assert "费用 10.00 元，利息 20.00 元，本金" in page
    assert "还款先抵费用，再抵利息，最后抵本金" in page
    fields = visitor.button() | {"purpose": "other", "other": "25", "look": "1"}
    answer = visitor.client.post(f"/r/account/{visitor.account.pk}/pay/", fields)
    assert answer.status_code == 200
    assert "费用 10.00 元，利息 15.00 元" in answer.content.decode()
    assert not Payment.objects.exists()
    Account.objects.filter(pk=visitor.account.pk).update(days_past_due=91)
    assert "先抵本金" in choices(visitor)


def test_what_was_agreed_is_offered_first_on_an_account_the_page_does_not_lead_with(visitor, now):
    """Another account leads; this one bears a plan, and nobody is asked for all that is overdue on it."""
    with zeal.zeal_ignore():
        other = factories.make_account(visitor.customer, core_overdue_fen=900_000, core_payoff_fen=900_000)
        with transaction.atomic():
            locked = records.lock(customer_id=visitor.customer.pk, now=now)
            plans.agree_within(
                customer=locked, account=visitor.account, source="mediation", source_reference="M1",
                instalments=[(now.date() + timedelta(days=9), 70_000), (now.date() + timedelta(days=40), 321_300)],
                grace_days=5, actor=records.SYSTEM, now=now,
            )  # fmt: skip
            derivation.derive(customer=locked, now=now)
    assert visitor.button()["account"] == str(other.pk)
    first = re.search(r'name="purpose" value="([^"]+)"[^>]*checked', choices(visitor))
    assert first[1] == "plan_instalment@70000"


def test_the_receipt_names_no_day_that_is_over(visitor, now):
    """After a part of a late instalment: until when the plan can be kept, not the day that was missed."""
    with zeal.zeal_ignore(), transaction.atomic():
        locked = records.lock(customer_id=visitor.customer.pk, now=now)
        plans.agree_within(
            customer=locked, account=visitor.account, source="mediation", source_reference="M1",
            instalments=[(now.date() - timedelta(days=2), 90_000), (now.date() + timedelta(days=28), 301_300)],
            grace_days=5, actor=records.SYSTEM, now=now - timedelta(days=9),
        )  # fmt: skip
        derivation.derive(customer=locked, now=now)
    fields = visitor.button() | {"purpose": "other", "other": "100"}
    visitor.client.post(f"/r/account/{visitor.account.pk}/pay/", fields)
    with zeal.zeal_ignore():
        payment = Payment.objects.get()
    notify(notice_body(payment, now=now))
    page = visitor.client.get(f"/r/payment/{payment.reference}/").content.decode()
    assert "800.00" in page
    assert "11月23日" in page, "the last day of grace"
    assert "11月18日" not in page, "the day that was missed"


def test_several_instalments_can_be_chosen(visitor, now):
    """The next two of a loan's schedule are one amount with its own name."""
    Account.objects.filter(pk=visitor.account.pk).update(product="loan")
    for number in (1, 2, 3):
        visitor.account.schedule.create(
            customer=visitor.customer, number=number, due_on=now.date(), principal_fen=9_000, interest_fen=1_000
        )
    page = choices(visitor)
    assert "接下来 2 期" in page
    old = visitor.button() | {"purpose": "instalment:2@19999"}
    assert visitor.client.post(f"/r/account/{visitor.account.pk}/pay/", old).status_code == 400
    fields = visitor.button() | {"purpose": "instalment:2@20000"}
    answer = visitor.client.post(f"/r/account/{visitor.account.pk}/pay/", fields)
    assert answer.status_code == 302
    assert Payment.objects.values_list("amount_fen", "purpose").get() == (20_000, "instalment")


def test_what_a_payment_is_for_is_never_taken_from_the_browser(visitor, now, monkeypatch):
    """The name stands on the receipt: another sum is not paid under it, nor yesterday's sum after midnight."""
    fields = visitor.button()
    for changed in ({"purpose": "payoff", "amount_fen": "1"}, {"purpose": "instalment"}, {"amount_fen": "391299"}):
        answer = visitor.client.post("/r/pay/", fields | changed)
        assert answer.status_code == 409, changed
        assert "刚刚有变化" in answer.content.decode()
    assert not Payment.objects.exists()
    promises.take(
        customer_id=visitor.customer.pk, account_id=visitor.account.pk, actor=records.SYSTEM, seen_version=None,
        parts=[Part(now.date(), 200_000), Part(now.date() + timedelta(days=1), 191_300)], now=now,
    )  # fmt: skip
    fields = visitor.button()
    assert (fields["purpose"], fields["amount_fen"]) == ("promise_part", "200000")
    of_page = {
        "account_id": visitor.account.pk, "amount_fen": 200_000, "purpose": "promise_part",
        "session": visitor.customer.access_sessions.get(), "idempotency_key": fields["key"],
        "seen_version": int(fields["version"]),
    }  # fmt: skip
    with zeal.zeal_ignore(), pytest.raises(payments.AmountChangedError):
        payments.start(**of_page, now=now + timedelta(hours=16))
    assert visitor.client.post("/r/pay/", fields).status_code == 302


def test_money_that_came_another_way_closes_the_open_payment(visitor, now):
    """The page says so, leads back to no cashier, and the sweep closes the order; what is still due stays open."""
    payment, _ = visitor.pay()
    with zeal.zeal_ignore():
        counter(visitor, 1, now)
    assert overtaken.close(now=now) == 1
    payment.refresh_from_db()
    assert (payment.state, payment.failure) == ("failed", "overtaken")
    second, _ = visitor.pay()
    with zeal.zeal_ignore():
        counter(visitor, 391_300, now, "C2")
    page = visitor.client.get(f"/r/payment/{second.reference}/").content.decode()
    assert "款项已通过其他渠道到账" in page
    answer = visitor.client.post(f"/r/payment/{second.reference}/resume/")
    assert answer["Location"] == f"/r/payment/{second.reference}/"
    with zeal.zeal_ignore():
        assert overtaken.close(now=now) == 1


def test_a_payment_that_is_still_needed_is_not_closed(visitor, now):
    """Other money beside a smaller payment closes nothing; one paid all the same is booked, and staff are told."""
    fields = visitor.button() | {"amount_fen": "5000", "purpose": "other"}
    visitor.client.post("/r/pay/", fields)
    payment = Payment.objects.get()
    with zeal.zeal_ignore():
        counter(visitor, 100_000, now)
        assert overtaken.close(now=now) == 0
        counter(visitor, 295_217, now, "C2")
    notify(notice_body(payment, now=now))
    payment.refresh_from_db()
    assert payment.state == "received"
    assert Alert.objects.filter(kind="paid_beyond").exists()


def test_the_receipt_is_a_pdf_that_is_the_same_each_time(visitor, now):
    """There is none before the money came, and none of another customer's payment."""
    payment, _ = visitor.pay()
    path = f"/r/payment/{payment.reference}/receipt/"
    assert visitor.client.get(path).status_code == 404
    notify(notice_body(payment, now=now))
    first = visitor.client.get(path)
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF")
    assert visitor.client.get(path).content == first.content


def test_a_receipt_is_in_one_language_and_says_whose_account_it_is_for(visitor, now):
    """Bank, day and words are of the paper's language, whichever is active; the holder is masked."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    payment.refresh_from_db()
    bank = visitor.customer.branch.institution
    for language, name, other, day in (
        ("en", bank.name_en, bank.name_zh, "20 November 2026 10:00"),
        ("zh-hans", bank.name_zh, bank.name_en, "2026年11月20日 10:00"),
    ):
        with zeal.zeal_ignore(), translation.override("zh-hans" if language == "en" else "en"):
            said = receipts.contents(payment=payment, language=language)
        facts = [value for _, value in said["facts"]]
        assert (said["bank"], day in facts) == (name, True), facts
        assert other not in str(said)
        assert masking.name(visitor.customer.name) in facts
        assert visitor.customer.name not in str(said)


def test_the_part_that_was_agreed_is_not_paid_twice(visitor, now):
    """The counter has taken today's instalment of three: the order for it is closed, though two are still to come."""
    lines = [(now.date() + timedelta(days=30 * place), 100_000) for place in range(3)]
    with zeal.zeal_ignore(), transaction.atomic():
        plans.agree_within(
            customer=records.lock(customer_id=visitor.customer.pk, now=now), account=visitor.account, source="offer",
            source_reference="x", instalments=lines, grace_days=3, actor=records.SYSTEM, now=now,
        )  # fmt: skip
    payment, _ = visitor.pay()
    assert (payment.purpose, payment.amount_fen) == ("plan_instalment", 100_000)
    with zeal.zeal_ignore():
        counter(visitor, 100_000, now)
        assert overtaken.close(now=now) == 1
    payment.refresh_from_db()
    assert payment.failure == "overtaken"
    next_one, _ = visitor.pay()
    with zeal.zeal_ignore():
        ground.record_reversed(reference="C1", occurred_at=now, now=now)
        assert overtaken.close(now=now) == 0
    assert next_one.amount_fen == 100_000


def test_a_payoff_whose_day_has_passed_is_not_offered_to_pay_everything_off(visitor, now):
    """Interest has come on top of it: nobody shall pay it and believe that nothing is left."""
    assert 'value="payoff@' in choices(visitor)
    day = now.date() - timedelta(days=1)
    Account.objects.update(payoff_valid_until=day, data_as_of=day - timedelta(days=3))
    page = choices(visitor)
    assert 'value="payoff@' not in page
    assert "之后的还款可能尚未计入" in page
    details = visitor.client.get(f"/r/account/{visitor.account.pk}/").content.decode()
    assert "今日结清金额请致电客服热线查询" in details
    fields = visitor.button() | {"purpose": "other", "other": "99999"}
    answer = visitor.client.post(f"/r/account/{visitor.account.pk}/pay/", fields).content.decode()
    assert "目前在此最多可还" in answer
