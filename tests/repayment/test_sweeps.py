"""The sweeps of payments: a gateway that hangs is given up at once, tells of itself, and keeps nothing else back."""

from datetime import timedelta

import pytest
import zeal
from django.db import connections

from collections_app.models import Alert
from collections_app.services.payments import record_reversed
from config.beat import SCHEDULE
from config.celery import app
from repayment.domain.orders import GatewayUnreachableError, NotCertainError
from repayment.gateways.sandbox import gateway as sandbox
from repayment.gateways.sandbox import statement
from repayment.models import Payment
from repayment.selectors import payments as selectors
from repayment.services import asking, notices, settlement, sweeps
from tests import factories
from tests.repayment.conftest import notice_body, notify

LATER = timedelta(minutes=21)


def many(payment, number):
    """Make so many more payments under way beside one, each on an account of its own."""
    for place in range(number):
        made = Payment.objects.get(pk=payment.pk)
        made.account = factories.make_account(payment.customer)
        made.pk, made.reference, made.idempotency_key = None, f"P{place}", f"key-{place}"
        made.save()


def silenced(monkeypatch, error):
    """Let the gateway raise an error at every question, and return the references it was asked about."""
    calls = []

    def close(*, order, now):
        calls.append(order.reference)
        raise error

    monkeypatch.setattr(sandbox, "close", close)
    return calls


def alerts():
    return list(Alert.objects.filter(kind="gateway_silent", resolved_at=None).values_list("detail", flat=True))


@zeal.zeal_ignore()
def test_a_gateway_that_does_not_answer_is_asked_once_a_sweep(visitor, now, monkeypatch):
    """The alert stands from that moment; it clears although the last payment is settled by its own notification."""
    payment, _ = visitor.pay()
    many(payment, 3)
    calls = silenced(monkeypatch, GatewayUnreachableError("away"))
    sweeps.ask_gateways(now=now + LATER)
    assert len(calls) == 1
    assert alerts() == [{"gateway": "sandbox", "payments": 4, "first": calls[0]}]
    Payment.objects.exclude(pk=payment.pk).update(state="failed")
    notify(notice_body(payment, now=now))
    sweeps.ask_gateways(now=now + LATER)
    assert len(calls) == 1
    assert alerts() == []


@zeal.zeal_ignore()
def test_what_a_gateway_does_not_know_of_one_order_keeps_the_others_back_no_longer_than_their_time(
    visitor, now, monkeypatch
):
    """It answers: every order is asked about, and the alert stands; but a run ends when its seconds are over."""
    payment, _ = visitor.pay()
    many(payment, 3)
    calls = silenced(monkeypatch, NotCertainError("no such trade"))
    assert sweeps.ask_about_silent(now=now + LATER) == 4
    assert sorted(calls) == sorted(Payment.objects.values_list("reference", flat=True))
    assert len(alerts()) == 1
    passed = iter(range(0, 1000, 20))
    monkeypatch.setattr(asking, "monotonic", lambda: next(passed))
    assert sweeps.ask_about_silent(now=now + LATER) == 2


@zeal.zeal_ignore()
def test_one_payment_that_cannot_be_swept_keeps_nobody_back(visitor, now, monkeypatch):
    """The others are asked about all the same, and the task is seen to fail."""
    payment, _ = visitor.pay()
    many(payment, 2)
    settle, asked = notices.settle_from_answer, []

    def fail_once(*, payment, now, reason=""):
        asked.append(payment.pk)
        if len(asked) == 1:
            raise ValueError("unforeseen")
        return settle(payment=payment, now=now, reason=reason)

    monkeypatch.setattr(notices, "settle_from_answer", fail_once)
    with pytest.raises(ExceptionGroup):
        sweeps.ask_about_silent(now=now + LATER)
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["failed", "failed", "in_flight"]


@pytest.mark.django_db(transaction=True)
def test_while_one_run_asks_no_other_does(visitor, now):
    """A gateway that is slow must not fill the workers with one run after another."""
    payment, _ = visitor.pay()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [sweeps._ALONE])
            assert sweeps.ask_gateways(now=now + LATER) == 0
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    with zeal.zeal_ignore():
        assert sweeps.ask_gateways(now=now + LATER) == 1
        assert sweeps.ask_gateways(now=now + LATER) == 0
    payment.refresh_from_db()
    assert payment.state == "failed"


def test_the_core_is_followed_by_a_task_of_its_own():
    """Asking gateways, following the core and comparing books: none waits for another."""
    names = {entry.task for entry in SCHEDULE if entry.task.startswith("repayment.")}
    assert names == {"repayment.sweep_payments", "repayment.follow_postings", "repayment.reconcile"}
    app.loader.import_default_modules()
    assert names <= set(app.tasks)


@zeal.zeal_ignore()
def test_the_sweeps_read_what_is_new_and_not_the_payments_of_years(visitor, now):
    """A bounce of long ago was followed long ago, and what a file contains is not looked for any more."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    record_reversed(reference=payment.reference, occurred_at=now, now=now)
    assert selectors.moved_in_core(now=now + timedelta(days=59), limit=9) == [(payment.pk, "reversed")]
    assert selectors.moved_in_core(now=now + timedelta(days=61), limit=9) == []
    not_settled = selectors.not_in_settlement(gateway="sandbox", since=now, before=now + LATER)
    assert list(not_settled) == [payment]
    line = f"X1,payment,{payment.reference},{payment.amount_fen},0,CNY,{now.isoformat()}"
    content = "\n".join([",".join(statement.COLUMNS), line])
    settlement.take_in(gateway="sandbox", name="a.csv", content=content.encode(), now=now)
    assert list(not_settled.all()) == []
