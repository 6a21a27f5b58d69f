"""Messages that others ask for: invitations, receipts of payments, confirmations."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from zeal import zeal_ignore

from collections_app.domain.promises import Part
from collections_app.models import Account, Customer, Promise
from collections_app.services import payments, promises, records, sequencer
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from notifications.models import Message, SandboxInbox
from notifications.services import confirmations, following, messages, sending
from tests import factories
from tests.remembered import remembered


@pytest.fixture
@remembered
def debtor(bank: None) -> tuple[Customer, Account]:
    return factories.make_debtor()


def _invite(customer: Customer, account: Account, now: datetime) -> Message | None:
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        return messages.enqueue_within(
            customer=locked, kind="mediation_invitation", account=account, now=now,
            about_on=now.date() + timedelta(days=6), reference="mediation:17",
            payload={"org": "银行业纠纷调解中心", "meeting": "11月26日14:30"},
        )  # fmt: skip


def test_an_invitation_goes_out_once(debtor: tuple[Customer, Account], now: datetime) -> None:
    """With the organisation and the hour; asking for it again adds nothing."""
    assert _invite(*debtor, now) is not None
    assert _invite(*debtor, now) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM notifications_message")
        assert "银行业" not in cursor.fetchone()[0], "its words are sealed"
    sending.send_due(now=now, worker="test")
    assert "拟请银行业纠纷调解中心调解尾号" in SandboxInbox.objects.get().body


def test_an_invitation_is_cancelled_with_its_session(debtor: tuple[Customer, Account], now: datetime) -> None:
    """What waits is cancelled; what went out is not touched."""
    customer, account = debtor
    _invite(customer, account, now)
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        assert messages.cancel_within(customer=locked, reference="mediation:17", reason="session_moved", now=now) == 1
    sending.send_due(now=now, worker="test")
    assert not SandboxInbox.objects.exists()


def test_a_payment_is_acknowledged_once_even_at_night(debtor: tuple[Customer, Account], now: datetime) -> None:
    """The reader of events queues it; its own act wakes the customer, so quiet hours do not hold it back."""
    _, account = debtor
    night = now.replace(hour=23)
    payments.record_received(
        account_id=account.pk, amount_fen=391_300, channel="app", reference="p1", occurred_at=night, now=night
    )
    sequencer.sequence(now=night)
    following.follow(now=night)
    with zeal_ignore():
        assert following.follow(now=night) == 0
    sending.send_due(now=night, worker="test", priority_only=True)
    message = Message.objects.get()
    assert (message.state, message.variant) == ("delivered", "nothing_overdue"), message.reason
    assert "已收到您尾号" in message.body
    assert "3913.00元" in message.body


def test_a_reversed_payment_is_not_acknowledged(debtor: tuple[Customer, Account], now: datetime) -> None:
    """It bounced before the receipt went out."""
    _, account = debtor
    payments.record_received(
        account_id=account.pk, amount_fen=100_000, channel="app", reference="p2", occurred_at=now, now=now
    )
    sequencer.sequence(now=now)
    following.follow(now=now)
    payments.record_reversed(reference="p2", occurred_at=now, now=now)
    sending.send_due(now=now, worker="test")
    assert Message.objects.get().reason == "payment_reversed"


def _promised(debtor: tuple[Customer, Account], now: datetime) -> tuple[Promise, Actor]:
    customer, account = debtor
    actor = Actor.of(factories.make_staff("service_agent"))
    parts = [Part(now.date(), 200_000), Part(now.date() + timedelta(days=10), 191_300)]
    promise = promises.take(
        customer_id=customer.pk, account_id=account.pk, parts=parts, actor=actor, seen_version=None, now=now
    )
    return promise, actor


def test_a_confirmation_repeats_what_was_agreed(debtor: tuple[Customer, Account], now: datetime) -> None:
    """Its preview is its text; a second one is refused."""
    promise, actor = _promised(debtor, now)
    [preview] = confirmations.previews(customer=debtor[0], now=now)
    confirmations.confirm_promise(promise_id=promise.pk, actor=actor, seen_version=None, now=now)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert message.state == "delivered", message.reason
    assert message.body == preview.text
    assert "您约定11月20日前还2000.00元，余款1913.00元11月30日前还清" in message.body
    with pytest.raises(RefusedError, match="message_already_queued"), zeal_ignore():
        confirmations.confirm_promise(promise_id=promise.pk, actor=actor, seen_version=None, now=now)


def test_a_confirmation_on_an_old_record_is_refused(debtor: tuple[Customer, Account], now: datetime) -> None:
    """Somebody has changed the promise since."""
    promise, actor = _promised(debtor, now)
    with pytest.raises(StaleWriteError):
        confirmations.confirm_promise(promise_id=promise.pk, actor=actor, seen_version=1, now=now)
    with pytest.raises(RefusedError, match="no_such_promise"):
        confirmations.confirm_promise(promise_id=0, actor=actor, seen_version=None, now=now)


def test_a_confirmation_of_a_promise_that_ended_is_refused(debtor: tuple[Customer, Account], now: datetime) -> None:
    """There is nothing left to confirm."""
    promise, actor = _promised(debtor, now)
    Promise.objects.filter(pk=promise.pk).update(state="withdrawn")
    with pytest.raises(RefusedError, match="promise_not_pending"):
        confirmations.confirm_promise(promise_id=promise.pk, actor=actor, seen_version=None, now=now)
