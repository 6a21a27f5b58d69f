"""What happens to an account in the very moment its customer pays: another tab, a promise, the core that closes it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from zeal import zeal_ignore

from collections_app.domain.access import CodeFor, CodePurpose
from collections_app.domain.promises import Part
from collections_app.models import AccessSession, Account, Alert, Entry, Event, Promise
from collections_app.services import access, derivation, promises, records, signing_codes
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.payments import record_received
from collections_app.views import access as views_access
from repayment.models import Payment
from repayment.services import overtaken, payments
from repayment.services import promises as own_promises
from tests import factories
from tests.repayment.conftest import notice_body, notify


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run each act in a thread of its own, all from one instant; return what became of each."""
    together = threading.Barrier(len(acts))
    results = [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
            results[number] = "done"
        except RefusedError as error:
            results[number] = "changed" if isinstance(error, StaleWriteError) else error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def start(visitor, now):
    """Return an act: starting a payment of all that is overdue, as one tab does."""
    session = AccessSession.objects.get(customer=visitor.customer)
    visitor.customer.refresh_from_db()
    seen = visitor.customer.version
    key = str(uuid4())
    return lambda: payments.start(
        session=session, account_id=visitor.account.pk, amount_fen=391_300, purpose="overdue",
        idempotency_key=key, seen_version=seen, now=now,
    )  # fmt: skip


def close_in_core(account: Account, now) -> None:
    """Do to an account what the nightly file without it does."""
    Account.objects.filter(pk=account.pk).update(
        closed_in_core=True, core_overdue_fen=0, core_minimum_due_fen=0, core_billed_fen=0, core_payoff_fen=0,
        core_unbilled_fen=0,
    )  # fmt: skip
    derivation.derive_many(customer_ids=[account.customer_id], now=now)


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_pay_at_once_one_pays(visitor, now):
    """The other is led to the payment that is under way: nobody pays twice."""
    results = at_once(*(start(visitor, now) for _ in range(4)))
    assert sorted(results) == ["done", "payment_open", "payment_open", "payment_open"]
    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_payment_and_a_promise_in_one_instant_do_not_pass_each_other(visitor, now):
    """Whoever comes second is told what has changed; the record has no double version and no gap."""
    collector = records.Actor.of(factories.make_staff("collector"))
    visitor.customer.refresh_from_db()
    before = visitor.customer.version

    def promise() -> None:
        promises.take(
            customer_id=visitor.customer.pk, account_id=visitor.account.pk, actor=collector, seen_version=before,
            parts=[Part(now.date() + timedelta(days=2), 391_300)], now=now,
        )  # fmt: skip

    results = at_once(start(visitor, now), promise)
    assert sorted(results) == ["changed", "done"]
    assert Payment.objects.count() + Promise.objects.count() == 1
    versions = Event.objects.filter(customer=visitor.customer, version__gt=before).order_by("id")
    bumped = list(dict.fromkeys(versions.values_list("version", flat=True)))
    assert bumped == list(range(before + 1, before + 1 + len(bumped)))


def test_money_for_an_account_closed_meanwhile_is_booked_and_somebody_is_told(visitor, now):
    """The customer reads that it arrived; nothing goes below zero, and an alert names the payment."""
    payment, _ = visitor.pay()
    close_in_core(visitor.account, now)
    assert notify(notice_body(payment, now=now)).content == b"success"
    payment.refresh_from_db()
    visitor.account.refresh_from_db()
    assert payment.state == "received"
    assert Entry.objects.get(reference=payment.reference).state == "received"
    assert (visitor.account.overdue_fen, visitor.account.payoff_fen) == (0, 0)
    assert Alert.objects.get(kind="paid_closed_account").detail == {"reference": payment.reference}
    assert visitor.client.get(f"/r/payment/{payment.reference}/").status_code == 200


def test_an_account_closed_since_the_page_was_shown_cannot_be_paid(visitor, now):
    """The button of an old page starts nothing, and says so in the customer's words."""
    fields = visitor.button()
    close_in_core(visitor.account, now)
    answer = visitor.client.post("/r/pay/", fields, follow=True)
    assert answer.status_code < 500
    assert "还款服务" in answer.content.decode()
    assert not Payment.objects.exists()


def test_a_payment_under_way_is_shown_when_its_account_has_left_the_cores_file(visitor, now):
    """The page says that it is being processed, and the sweep goes on to whatever comes after it."""
    payment, _ = visitor.pay()
    close_in_core(visitor.account, now)
    for path in ("/r/account/", f"/r/payment/{payment.reference}/"):
        answer = visitor.client.get(path)
        assert answer.status_code == 200, path
        assert "请勿重复还款" in answer.content.decode(), path
    with zeal_ignore():
        record_received(
            account_id=visitor.account.pk, amount_fen=100, channel="counter", reference="R9", occurred_at=now, now=now
        )
        assert overtaken.close(now=now) == 1


def test_whoever_is_put_out_while_their_click_waits_has_done_nothing_by_it(visitor, now, monkeypatch):
    """A colleague ends the way in between the page's look at the session and the record's lock."""
    button = visitor.button()
    day = (now.date() + timedelta(days=2)).isoformat()
    promise = {"account": visitor.account.pk, "amount": "3913.00", "due_on": day, "version": button["version"]}
    session = AccessSession.objects.select_related("customer__branch", "link").get(customer=visitor.customer)
    monkeypatch.setattr(views_access, "read_any_session", lambda request, now: session)
    with zeal_ignore():
        access.end_way_in(
            customer_id=visitor.customer.pk, reason="本人来电", seen_version=None, now=now,
            actor=records.Actor.of(factories.make_staff("collector")),
        )  # fmt: skip
    for path, fields in (("/r/pay/", button), ("/r/promise/", promise)):
        answer = visitor.client.post(path, fields)
        assert answer.status_code == 403, path
        assert "您已退出" in answer.content.decode(), path
    assert not Payment.objects.exists()
    assert not Promise.objects.exists()
    of_paper: dict[str, Any] = {
        "customer": visitor.customer, "session": session, "use": CodeFor(CodePurpose.ARRANGEMENT, "a" * 64), "now": now,
    }  # fmt: skip
    with transaction.atomic(), pytest.raises(access.SessionEndedError):
        signing_codes.ask_within(**of_paper)
    with transaction.atomic(), pytest.raises(access.SessionEndedError):
        signing_codes.use_within(**of_paper, typed="123456", address=None)
    seen = visitor.customer.version
    with pytest.raises(access.SessionEndedError):
        own_promises.move(session=session, account_id=visitor.account.pk, days=[], seen_version=seen, now=now)
