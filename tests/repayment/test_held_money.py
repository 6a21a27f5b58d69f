"""Money that came as another sum than was sent: while the bank holds it, nobody asks for the account nor takes more."""

from datetime import timedelta

import pytest
import zeal

from collections_app.domain.promises import Part
from collections_app.models import AccessSession, Customer, Entry, Event
from collections_app.selectors import codes
from collections_app.selectors.permit_holds import holds_in_force
from collections_app.services import records
from collections_app.services.errors import RefusedError
from desk.views.event_words import EVENT_WORDS
from notifications.selectors.truth import _in_flight
from repayment.models import Payment
from repayment.services import identifying, payments, promises
from tests import factories
from tests.repayment.conftest import notice_body, notify

HELD = "正在核对您的还款"


def page(visitor):
    return visitor.client.get("/r/account/").content.decode()


def holds(visitor, now):
    """The kinds of holds in force on the record, with their ends."""
    ids = [visitor.customer.pk]
    found = holds_in_force(
        customer_ids=ids, holders={visitor.account.pk: ids}, table=codes.current().holds, now=now
    )  # fmt: skip
    return [(hold.kind, hold.until) for hold in found[visitor.customer.pk]]


def hold_some(visitor, now, fen="100"):
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now, amount_fen=fen))
    payment.refresh_from_db()
    assert payment.state == "unidentified"
    return payment


def test_held_money_stops_asking_until_somebody_knows_what_it_is_for(visitor, now):
    """No button, no other way to pay or promise, no permit and no reminder, however long it takes; then as before."""
    button = visitor.button()
    payment = hold_some(visitor, now)
    assert HELD in page(visitor)
    assert 'action="/r/pay/"' not in page(visitor)
    assert f"/r/account/{visitor.account.pk}/pay/" not in page(visitor)
    assert 'href="/r/promise/"' not in page(visitor)
    at_payment = f"/r/payment/{payment.reference}/"
    assert visitor.client.get(f"/r/account/{visitor.account.pk}/pay/")["Location"] == at_payment
    details = visitor.client.get(f"/r/account/{visitor.account.pk}/").content.decode()
    assert f'class="button" href="/r/account/{visitor.account.pk}/pay/"' not in details
    assert "近十二个月没有还款记录" in details, "what is held is no payment yet"
    version = Customer.objects.get(pk=visitor.customer.pk).version
    again = button | {"key": "k" * 22, "version": str(version)}
    assert visitor.client.post("/r/pay/", again)["Location"] == at_payment
    with zeal.zeal_ignore():
        assert Payment.objects.count() == 1
        with pytest.raises(RefusedError, match="promise_asks_a_person"):
            promises.give(
                session=AccessSession.objects.get(customer=visitor.customer), account_id=visitor.account.pk,
                part=Part(now.date() + timedelta(days=3), 391_300), seen_version=version, now=now,
            )  # fmt: skip
    for later in (now, now + timedelta(days=30)):
        assert holds(visitor, later) == [("payment_pending", None)]
    assert Customer.objects.get(pk=visitor.customer.pk).status == "payment_pending"
    assert _in_flight({visitor.account.pk}) == {visitor.account.pk}
    operations = records.Actor.of(factories.make_staff("operations", scope="institution"))
    with zeal.zeal_ignore():
        identifying.identify(payment_id=payment.pk, reason="typed by hand at the counter", actor=operations, now=now)
    assert holds(visitor, now) == []
    assert visitor.button()["amount_fen"] == "391200"
    # The receipt does not say that one yuan paid what 3,913 yuan were for.
    payment.refresh_from_db()
    assert (payment.purpose, payment.amount_fen) == ("other", 100)


def test_held_money_that_goes_back_leaves_everything_as_it_was(visitor, now):
    """It came for a payment that had been given up; sent back by the gateway, the account is asked for again."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now, outcome="cancelled"))
    assert holds(visitor, now) == []
    notify(notice_body(payment, now=now, amount_fen="100"))
    assert HELD in page(visitor)
    told = Event.objects.get(kind="payment.held").payload
    assert EVENT_WORDS["payment.held"](told)[1] == "到账 1.00（CNY），发起 3,913.00"
    payment.refresh_from_db()
    assert (payment.state, payment.failure) == ("unidentified", "")
    notify(notice_body(payment, now=now, outcome="refunded", amount_fen="100"))
    payment.refresh_from_db()
    assert (payment.state, Entry.objects.get().state) == ("refunded", "failed")
    # Nobody writes to them that a payment has failed.
    assert Event.objects.filter(kind="payment.failed").latest("id").payload["reason"] == "returned"
    assert holds(visitor, now) == []
    assert visitor.button()["amount_fen"] == "391300"


def test_one_debt_whose_money_is_held_leaves_the_other_to_be_paid(visitor, now):
    """The page speaks of what is held first; nobody is led back to a cashier for that account, but for the other."""
    with zeal.zeal_ignore():
        other = factories.make_account(visitor.customer, core_overdue_fen=123_400)
        given_up, _ = visitor.pay()
        notify(notice_body(given_up, now=now, outcome="cancelled"))
        second, _ = visitor.pay()
        notify(notice_body(given_up, now=now, amount_fen="100"))
        second.refresh_from_db()
        assert payments.resume(payment=second, now=now).redirect_url == ""
        notify(notice_body(second, now=now, outcome="cancelled"))
    shown = page(visitor)
    assert HELD in shown
    assert f"/r/account/{other.pk}/pay/" in shown
    assert f"/r/account/{visitor.account.pk}/pay/" not in shown


def test_an_order_that_ended_with_nothing_paid_holds_nothing(visitor, now):
    """There is no money to find out about: staff are told, and the account can be paid again."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now, amount_fen="0"))
    payment.refresh_from_db()
    assert (payment.state, payment.failure) == ("failed", "nothing_arrived")
    assert visitor.button()["amount_fen"] == "391300"
