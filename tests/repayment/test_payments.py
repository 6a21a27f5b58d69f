"""Paying: once, within limits, settled by the gateway's word alone."""

# Long because every way a payment can go stands beside the others.

import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import zeal
from django.db import DatabaseError, IntegrityError, connection, transaction

from collections_app.domain.promises import Part
from collections_app.models import Account, Alert, Entry, Event, JournalLine, PaymentClaim
from collections_app.services import payments as ground
from collections_app.services import promises, records
from collections_app.services.errors import RefusedError
from repayment.domain import signatures
from repayment.domain.orders import RawNotice
from repayment.gateways.sandbox import gateway as sandbox
from repayment.gateways.sandbox.gateway import notice_key
from repayment.models import GatewayNotice, Payment
from repayment.selectors import payments as selectors
from repayment.services import identifying, notices, payments, sweeps
from tests import factories
from tests.repayment.conftest import enter, make_debtor, notice_body, notify


def received(customer):
    return Entry.objects.filter(customer=customer, state="received").count()


def verdicts():
    return list(GatewayNotice.objects.order_by("id").values_list("verdict", flat=True))


def test_paying_settles_the_promise_and_the_record_at_once(visitor, now):
    """The gateway's word becomes an entry, keeps the promise, and lowers the amount, in one transaction."""
    collector = factories.make_staff("collector")
    promises.take(
        customer_id=visitor.customer.pk,
        account_id=visitor.account.pk,
        parts=[Part(now.date(), 200_000)],
        actor=records.Actor.of(collector),
        seen_version=None,
        now=now,
    )
    payment, _ = visitor.pay()
    assert (payment.state, payment.amount_fen, payment.purpose) == ("in_flight", 200_000, "promise_part")
    assert notify(notice_body(payment, now=now)).content == b"success"
    payment.refresh_from_db()
    visitor.account.refresh_from_db()
    assert payment.state == "received"
    assert visitor.account.overdue_fen == 191_300
    assert visitor.customer.promises.get().state == "kept"


def test_the_browsers_return_settles_nothing(visitor, now):
    """Coming back from the cashier only looks."""
    payment, _ = visitor.pay()
    page = visitor.client.get(f"/r/payment/{payment.reference}/")
    assert "处理中，请勿重复还款" in page.content.decode()
    payment.refresh_from_db()
    assert payment.state == "in_flight"
    assert received(visitor.customer) == 0


def test_a_second_click_is_refused_in_plain_words_and_logged(visitor, caplog):
    """The same page clicked twice starts one payment; the second click reads so, and the log names nobody."""
    fields = visitor.button()
    first = visitor.client.post("/r/pay/", fields)
    assert "reference=P" in first["Location"]
    assert "another click" not in caplog.text
    second = visitor.client.post("/r/pay/", fields, follow=True)
    payment = Payment.objects.get()
    assert second.redirect_chain == [(f"/r/payment/{payment.reference}/", 302)]
    assert "处理中，请勿重复还款" in second.content.decode()
    assert Entry.objects.count() == 1
    assert f"another click on pay was refused: payment {payment.reference} " in caplog.text
    customer = visitor.customer
    known = [customer.name, customer.customer_no, customer.id_number, visitor.account.tail, str(customer.pk)]
    assert not [word for word in known if word in caplog.text.replace(payment.reference, "")]
    # What was refused leads on: the same order, at the same cashier.
    assert visitor.client.post(f"/r/payment/{payment.reference}/resume/")["Location"] == first["Location"]


def test_a_payment_under_way_bars_a_second_one(visitor):
    """A page opened earlier in another window cannot start another payment meanwhile."""
    other_window = visitor.button()
    payment, _ = visitor.pay()
    answer = visitor.client.post("/r/pay/", other_window)
    assert answer["Location"] == f"/r/payment/{payment.reference}/"
    assert Payment.objects.count() == 1


def test_what_changed_meanwhile_is_shown_before_anything_is_paid(visitor, now):
    """A payment at the counter moves the amount: the old button pays nothing and the new amount is shown."""
    fields = visitor.button()
    ground.record_received(
        account_id=visitor.account.pk, amount_fen=100_000, channel="counter", reference="C1", occurred_at=now, now=now
    )
    answer = visitor.client.post("/r/pay/", fields)
    assert answer.status_code == 409
    assert "刚刚有变化" in answer.content.decode()
    assert "2,913.00 元" in answer.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize("fen", ["395219", "0", "-5", "abc", "99999999999999"])
def test_an_amount_above_the_payoff_or_none_is_refused(visitor, fen):
    """The amount is fixed by the server's limits, whatever the form says."""
    answer = visitor.client.post("/r/pay/", visitor.button() | {"amount_fen": fen})
    assert answer.status_code in {400, 409}
    assert not Payment.objects.exists()


def test_another_customers_account_cannot_be_paid(visitor):
    """A number typed into the form reaches only one's own accounts."""
    _, other = make_debtor()
    answer = visitor.client.post("/r/pay/", visitor.button() | {"account": str(other.pk)})
    assert answer.status_code == 409
    assert not Payment.objects.exists()


def test_another_customers_payment_looks_like_none(visitor, now):
    """A payment number shows nothing to anybody else."""
    payment, _ = visitor.pay()
    stranger = enter(*make_debtor(), now)
    for path in ("", "state/"):
        assert stranger.client.get(f"/r/payment/{payment.reference}/{path}").status_code == 404
    for path in ("resume/", "cancel/"):
        assert stranger.client.post(f"/r/payment/{payment.reference}/{path}").status_code == 404


def test_a_repeated_notification_changes_nothing(visitor, now):
    """Acknowledged each time, applied once."""
    payment, _ = visitor.pay()
    body = notice_body(payment, now=now)
    version = None
    for _ in range(3):
        assert notify(body).content == b"success"
        visitor.customer.refresh_from_db()
        assert version in {None, visitor.customer.version}
        version = visitor.customer.version
    assert received(visitor.customer) == 1
    assert verdicts() == ["accepted", "repeated", "repeated"]
    assert Event.objects.filter(kind="payment.received").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_notifications_at_once_make_one_entry(visitor, now):
    """The row of the customer is the lock: of two in the same instant one is applied."""
    payment, _ = visitor.pay()
    body = notice_body(payment, now=now)
    together = threading.Barrier(4)

    def send():
        together.wait()
        notices.settle_from_notice(gateway="sandbox", notice=RawNotice(body, {}), now=now)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert received(visitor.customer) == 1
    assert sorted(verdicts()) == ["accepted", "repeated", "repeated", "repeated"]


@pytest.mark.parametrize(
    ("spoil", "verdict"),
    [
        (lambda body: body.replace(b"outcome=paid", b"outcome=failed"), "bad_signature"),
        (lambda body: body.replace(b"amount_fen=391300", b"amount_fen=391301"), "bad_signature"),
        (lambda body: body[: body.index(b"&sign=")], "bad_signature"),
        (lambda body: body + b"&outcome=paid2", "bad_signature"),
        (lambda body: b"\xff\xfe", "malformed"),
        (lambda body: b"", "bad_signature"),
    ],
)
def test_a_tampered_notification_is_refused_and_logged(visitor, now, spoil, verdict):
    """One changed letter, and nothing of it is believed."""
    payment, _ = visitor.pay()
    answer = notify(spoil(notice_body(payment, now=now)))
    assert (answer.status_code, answer.content) == (400, b"fail")
    assert verdicts() == [verdict]
    assert received(visitor.customer) == 0


def test_a_notification_signed_with_another_key_is_refused(visitor, now):
    """Knowing the form is not knowing the key; the key of orders does not sign notifications."""
    from repayment.gateways.sandbox.gateway import order_key

    payment, _ = visitor.pay()
    for key in (b"guessed", order_key()):
        notify(notice_body(payment, now=now, key=key))
    assert verdicts() == ["bad_signature", "bad_signature"]
    assert received(visitor.customer) == 0


@pytest.mark.parametrize("minutes", [-11, 3])
def test_a_stale_notification_is_refused(visitor, now, minutes):
    """One from long ago is somebody's recording; one from the future is nobody's."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now + timedelta(minutes=minutes)))
    assert verdicts() == ["stale"]


def test_a_notification_about_no_payment_raises_an_alert(visitor, now):
    """Money the gateway has for an order nobody made is not swallowed in silence."""
    payment, _ = visitor.pay()
    answer = notify(notice_body(payment, now=now, reference="P0000000000000000"))
    assert answer.status_code == 400
    assert verdicts() == ["unknown_payment"]
    assert Alert.objects.filter(kind="payment_mismatch").count() == 1


@pytest.mark.parametrize("changes", [{"amount_fen": "100"}, {"currency": "HKD"}])
def test_a_paid_amount_that_differs_is_held_for_staff(visitor, now, changes):
    """It is neither credited nor lost: held, alarmed, and the customer is told not to pay again."""
    payment, _ = visitor.pay()
    assert notify(notice_body(payment, now=now, **changes)).content == b"success"
    payment.refresh_from_db()
    assert payment.state == "unidentified"
    assert received(visitor.customer) == 0
    assert Alert.objects.filter(kind="payment_mismatch").count() == 1
    assert "请勿" in visitor.client.get(f"/r/payment/{payment.reference}/").content.decode()
    operations = records.Actor.of(factories.make_staff("operations", scope="institution"))
    with pytest.raises(RefusedError, match="no_reason"):
        identifying.identify(payment_id=payment.pk, reason=" ", actor=operations, now=now)
    if "currency" in changes:
        with pytest.raises(RefusedError, match="held_in_another_currency"):
            identifying.identify(payment_id=payment.pk, reason="typed by hand", actor=operations, now=now)
        return
    identifying.identify(payment_id=payment.pk, reason="typed by hand at the counter", actor=operations, now=now)
    payment.refresh_from_db()
    assert (payment.state, payment.amount_fen, received(visitor.customer)) == ("received", 100, 1)
    assert sum(JournalLine.objects.filter(book="unidentified").values_list("amount_fen", flat=True)) == 0
    assert sum(JournalLine.objects.filter(book="clearing").values_list("amount_fen", flat=True)) == 100
    with pytest.raises(RefusedError, match="payment_not_held"):
        identifying.identify(payment_id=payment.pk, reason="again", actor=operations, now=now)


def test_a_second_payment_of_one_order_raises_an_alert(visitor, now):
    """Two different gateway references for one order: one entry, and staff look at the other."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    notify(notice_body(payment, now=now, gateway_reference="SBOTHER"))
    assert verdicts() == ["accepted", "out_of_order"]
    assert received(visitor.customer) == 1
    assert Alert.objects.filter(kind="payment_mismatch").count() == 1


def test_a_late_payment_still_counts(visitor, now):
    """A payment was given up, then the money came: it is the customer's."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now, outcome="failed"))
    assert Entry.objects.get().state == "failed"
    notify(notice_body(payment, now=now, gateway_reference="SB2"))
    payment.refresh_from_db()
    assert payment.state == "received"
    assert received(visitor.customer) == 1


def test_a_gateway_reference_of_another_payment_is_held_against_the_notice(visitor, now):
    """One payment's reference on another's notice credits nobody, is logged, and staff are told."""
    first, _ = visitor.pay()
    notify(notice_body(first, now=now, outcome="failed", gateway_reference="SBSAME"))
    second, _ = visitor.pay()
    notice_body(second, now=now)  # so it stands in the cashier's book
    other = {"reference": second.reference, "gateway_reference": "SBSAME", "outcome": "paid"}
    told = other | {"amount_fen": str(second.amount_fen), "currency": second.currency}
    signed = urlencode(signatures.sign(told, key=notice_key(), at=now)).encode()
    assert notify(signed).content == b"success"
    assert verdicts() == ["accepted", "out_of_order"]
    assert received(visitor.customer) == 0
    assert Alert.objects.filter(kind="payment_mismatch").count() == 1


def test_a_late_payment_counts_under_the_reference_it_was_given_up_with(visitor, now):
    """A gateway that keeps one reference for an order must not have its money taken for a repetition."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now, outcome="cancelled"))
    assert notify(notice_body(payment, now=now)).content == b"success"
    notify(notice_body(payment, now=now))
    payment.refresh_from_db()
    assert payment.state == "received"
    assert verdicts() == ["accepted", "accepted", "repeated"]
    assert received(visitor.customer) == 1


def test_going_back_and_choosing_another_amount_does_not_pay_the_first(visitor):
    """The page's key names the first choice; the customer is shown that payment and decides."""
    fields = visitor.button()
    visitor.client.post("/r/pay/", fields)
    answer = visitor.client.post("/r/pay/", fields | {"amount_fen": "100", "purpose": "other"})
    assert answer["Location"] == f"/r/payment/{Payment.objects.get().reference}/"


def test_old_payments_do_not_hide_new_ones_from_the_core(visitor, now):
    """However many were posted long ago, the one posted today is followed."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    payment.refresh_from_db()
    with zeal.zeal_ignore():
        for number in range(11):
            _copy(payment, reference=f"OLD{number}", state="posted")
        last = _copy(payment, reference="NEW", state="received")
    assert selectors.moved_in_core(now=now, limit=1) == [(last.pk, "posted")]


def _copy(payment, *, reference, state):
    """Another payment like one that was received, whose entry the core has posted."""
    factories.make_received(
        payment.account, payment.amount_fen, reference=reference, at=payment.created_at, state="posted"
    )
    made = Payment.objects.get(pk=payment.pk)
    made.pk, made.reference, made.idempotency_key, made.state = None, reference, f"key-{reference}", state
    made.gateway_reference = reference
    made.save()
    return made


def test_a_cancelled_notice_after_the_money_changes_nothing(visitor, now):
    """Notifications come in any order."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    notify(notice_body(payment, now=now, outcome="cancelled"))
    payment.refresh_from_db()
    assert payment.state == "received"
    assert verdicts() == ["accepted", "out_of_order"]


def test_an_unknown_gateway_has_no_address(db):
    """Only the gateways of this installation are heard."""
    assert notify(b"x=1", gateway="nobody").status_code == 404
    assert not GatewayNotice.objects.exists()


def test_giving_up_closes_the_order_at_the_gateway(visitor, now):
    """After giving up, the same order cannot be paid, and another payment can start."""
    payment, cashier = visitor.pay()
    answer = visitor.client.post(f"/r/payment/{payment.reference}/cancel/")
    assert answer.status_code == 302
    payment.refresh_from_db()
    assert (payment.state, payment.failure) == ("failed", "cancelled")
    visitor.client.post(cashier, {"button": "pay"})
    second, _ = visitor.pay()
    assert second.reference != payment.reference


def test_giving_up_a_paid_order_finds_it_paid(visitor, sent, now):
    """The customer paid, the notification is lost, they click "give up": the answer is the money."""
    payment, cashier = visitor.pay()
    visitor.client.post(cashier, {"button": "pay"})
    assert len(sent) == 1
    visitor.client.post(f"/r/payment/{payment.reference}/cancel/")
    payment.refresh_from_db()
    assert payment.state == "received"


def test_silence_is_asked_about_and_never_kept_quiet(visitor, sent, now):
    """A lost notification is found by asking, and staff are told that it was missing."""
    payment, cashier = visitor.pay()
    visitor.client.post(cashier, {"button": "pay"})
    assert sweeps.ask_about_silent(now=now + timedelta(minutes=19)) == 0
    assert sweeps.ask_about_silent(now=now + timedelta(minutes=21)) == 1
    payment.refresh_from_db()
    assert payment.state == "received"
    assert Alert.objects.get().kind == "payment_notice_missing"
    assert GatewayNotice.objects.get().asked


def test_an_order_nobody_paid_is_given_up(visitor, now):
    """Twenty minutes later the account can be paid again."""
    payment, _ = visitor.pay()
    sweeps.ask_about_silent(now=now + timedelta(minutes=21))
    payment.refresh_from_db()
    assert payment.state == "failed"
    assert not Alert.objects.exists()


def test_a_gateway_that_does_not_answer_raises_an_alert(visitor, now, settings):
    """Nothing is known, so nothing changes, and somebody is told."""
    payment, _ = visitor.pay()
    settings.PAYMENT_GATEWAYS = []
    sweeps.ask_about_silent(now=now + timedelta(minutes=21))
    payment.refresh_from_db()
    assert payment.state == "in_flight"
    assert Alert.objects.get().kind == "gateway_silent"


def test_a_payment_follows_the_core(visitor, now):
    """Posted when the file contains it, reversed when it bounced."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    Entry.objects.update(state="posted")
    assert sweeps.follow_postings(now=now) == 1
    assert Payment.objects.get().state == "posted"
    with zeal.zeal_ignore():
        ground.record_reversed(reference=payment.reference, occurred_at=now, now=now)
    with zeal.zeal_ignore():
        assert sweeps.follow_postings(now=now) == 1
    assert Payment.objects.get().state == "reversed"


def test_without_a_gateway_the_page_offers_no_button(visitor, settings):
    """An installation without a gateway sends people to the bank's own app."""
    settings.PAYMENT_GATEWAYS = []
    assert 'action="/r/pay/"' not in visitor.client.get("/r/account/").content.decode()


def test_states_move_only_along_their_rules(visitor):
    """A slip in code cannot make a failed payment posted: the database refuses it."""
    payment, _ = visitor.pay()
    with pytest.raises(DatabaseError, match="payment"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(state="refunded")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            **{
                field: getattr(payment, field)
                for field in (
                    *("customer", "account", "session", "amount_fen", "currency", "purpose", "gateway"),
                    *("version_seen", "created_at", "expires_at"),
                )
            },
            reference="P2",
            idempotency_key="another",
        )


def test_a_notice_is_never_changed(visitor, now):
    """The log of notifications is evidence."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    with pytest.raises(DatabaseError, match="update"), transaction.atomic():
        GatewayNotice.objects.update(verdict="repeated")


@pytest.mark.parametrize("body", [b"\xff\x00", b"a%00b=c%00d", b"\x00=1&\x00=2"])
def test_a_notification_of_rubbish_is_refused_and_logged(body, db):
    """Nobody who can reach the address can make the page fail: what cannot be stored is left out."""
    assert notify(body).status_code == 400
    assert verdicts() == ["malformed"] or verdicts() == ["bad_signature"]


def test_a_click_that_was_given_up_meanwhile_leads_to_no_cashier(visitor, now, monkeypatch):
    """Of two clicks at once the gateway was silent to one, which gave the payment up; the other leads to its page."""
    start = sandbox.start

    def slow(*, order, now):
        begun = start(order=order, now=now)
        with zeal.zeal_ignore():
            payments.fail(payment_id=Payment.objects.get().pk, reason="gateway_unreachable", now=now)
        return begun

    monkeypatch.setattr(sandbox, "start", slow)
    answer = visitor.client.post("/r/pay/", visitor.button())
    assert answer["Location"] == f"/r/payment/{Payment.objects.get().reference}/"


def test_the_receipt_thanks_only_when_nothing_else_is_due(visitor, now):
    """While the rest of the account is claimed as paid, it says nothing of what is due."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    path = f"/r/payment/{payment.reference}/"
    thanks = "今天没有其他需要还的款项"
    Account.objects.update(overdue_fen=100)
    with zeal.zeal_ignore():
        claim = PaymentClaim.objects.create(
            customer=visitor.customer, account=visitor.account, amount_fen=100, channel="app", paid_on=now.date(),
            recorded_at=now,
        )  # fmt: skip
    assert thanks not in visitor.client.get(path).content.decode()
    claim.delete()
    Account.objects.update(overdue_fen=0, minimum_due_fen=0)
    assert thanks in visitor.client.get(path).content.decode()
