"""Events of the record that call for a message: each gets it once."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from zeal import zeal_ignore

from collections_app.models import Account, Alert, Complaint, Customer, Event, EventLeft, EventPending, HandOff
from collections_app.services import contact_points, handoffs, payments, records, sequencer
from collections_app.services.records import Actor
from notifications.domain.kinds import ANSWER_TO_A_WORD, KINDS
from notifications.domain.rendering import day_text
from notifications.models import Message, SandboxInbox, Template
from notifications.selectors.plannable import PLANNED_KINDS
from notifications.services import answers, following, sending
from tests import factories
from tests.notifications.test_premises import TRUE
from tests.remembered import remembered


@pytest.fixture
@remembered
def loan(bank: None) -> tuple[Customer, Account]:
    return factories.make_debtor(account={"product": "loan"})


def _followed(now: datetime) -> list[str]:
    """What is on the phone when the events have been read, twice, and the queue sent."""
    sequencer.sequence(now=now)
    with zeal_ignore():
        following.follow(now=now)
        assert following.follow(now=now) == 0
        sending.send_due(now=now, worker="test")
    return [row.body for row in SandboxInbox.objects.order_by("id")]


def _hand_off(customer: Customer, kind: str, now: datetime) -> HandOff:
    actor = Actor.of(factories.make_staff("service_agent"))
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        return handoffs.open_within(customer=locked, kind=kind, actor=actor, now=now, text="客户来电")


def test_what_a_customer_asks_for_is_acknowledged_with_its_day(loan: tuple[Customer, Account], now: datetime) -> None:
    """By the deadline of the work it opened, and at night too: it answers the customer's own act."""
    handoff = _hand_off(loan[0], "plan_request", now)
    [text] = _followed(now.replace(hour=23))
    day = day_text(handoff.due_at.astimezone(now.tzinfo).date(), "zh-hans")
    assert f"您的申请已收到，我们将于{day}前处理答复" in text
    assert "955XX" in text


def test_one_event_that_cannot_be_answered_holds_up_none_after_it(
    loan: tuple[Customer, Account], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept, rings, and is answered once its cause is mended; nothing is answered twice."""
    poison = _hand_off(loan[0], "plan_request", now)
    _hand_off(factories.make_debtor(account={"product": "loan"})[0], "dispute", now)
    answer = answers.answer_within

    def failing(*, customer: Customer, event: Event, now: datetime) -> None:
        if event.payload["handoff"] == poison.pk:
            raise KeyError("due_at")
        answer(customer=customer, event=event, now=now)

    monkeypatch.setattr(answers, "answer_within", failing)
    assert len(_followed(now)) == 1
    left = EventLeft.objects.get()
    assert (left.error, left.tries, left.event.customer) == ("KeyError", 1, loan[0])
    assert Alert.objects.get(kind="event_left").detail == {"events": 1}
    following.follow(now=left.retry_at)
    left.refresh_from_db()
    assert (left.tries, left.retry_at) == (2, now + timedelta(minutes=3))
    monkeypatch.undo()
    assert len(_followed(left.retry_at)) == 2
    assert not EventLeft.objects.exists()
    assert not Alert.objects.filter(kind="event_left", resolved_at__isnull=True).exists()


def test_what_colleagues_hand_one_another_is_no_concern_of_the_customer(
    loan: tuple[Customer, Account], now: datetime
) -> None:
    """Nor is what was settled before its receipt could go out."""
    _hand_off(loan[0], "legal_review", now)
    done = _hand_off(loan[0], "plan_request", now)
    HandOff.objects.filter(pk=done.pk).update(state="withdrawn")
    assert _followed(now) == []
    assert Message.objects.get().reason == "work_ended"


def test_a_complaint_is_acknowledged(loan: tuple[Customer, Account], now: datetime) -> None:
    """Its receipt names the day by which it is answered in writing."""
    customer = loan[0]
    handoff = _hand_off(customer, "complaint", now)
    complaint = Complaint.objects.create(
        customer=customer, handoff=handoff, cause="service", level="ordinary", text="慢", demand="快", taken_at=now,
        received_at=now, due_at=now + timedelta(days=15),
    )  # fmt: skip
    HandOff.objects.filter(pk=handoff.pk).update(due_at=complaint.due_at)
    with transaction.atomic():
        records.append(
            customer=records.lock(customer_id=customer.pk, now=now), kind="complaint.taken", actor=records.SYSTEM,
            now=now, payload={"complaint": complaint.pk, "handoff": handoff.pk},
        )  # fmt: skip
    [text] = _followed(now)
    assert "您的投诉已受理，我们将于12月5日前书面答复" in text


def test_a_payment_that_did_not_go_through_is_said(loan: tuple[Customer, Account], now: datetime) -> None:
    """With its amount; one the customer gave up themselves is not."""
    customer, account = loan
    for reference, reason in (("p1", "declined"), ("p2", "cancelled")):
        with transaction.atomic():
            locked = records.lock(customer_id=customer.pk, now=now)
            payments.record_started_within(
                customer=locked, account_id=account.pk, amount_fen=50_000, channel="autodebit", reference=reference,
                now=now,
            )  # fmt: skip
            payments.record_failed_within(customer=locked, reference=reference, reason=reason, now=now)
    [text] = _followed(now)
    assert "500.00元还款未成功" in text


def test_the_last_payment_of_a_loan_is_answered_with_paid_up(loan: tuple[Customer, Account], now: datetime) -> None:
    """Beside its receipt; a card that is paid is not paid up."""
    _, account = loan
    payments.record_received(
        account_id=account.pk, amount_fen=account.payoff_fen, channel="app", reference="p1", occurred_at=now, now=now
    )
    _, card = factories.make_debtor()
    payments.record_received(
        account_id=card.pk, amount_fen=card.payoff_fen, channel="app", reference="p2", occurred_at=now, now=now
    )
    texts = _followed(now)
    assert sum("已结清" in text for text in texts) == 1
    assert sum("已收到" in text for text in texts) == 2


def test_a_night_of_changed_accounts_holds_up_no_receipt(loan: tuple[Customer, Account], now: datetime) -> None:
    """One call of the reader passes by what nobody answers, however much, and queues the receipt after it."""
    customer, account = loan
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        records.append(customer=locked, kind="account.imported", actor=records.SYSTEM, now=now)
        one = Event.objects.get(kind="account.imported")
        copies = Event.objects.bulk_create(
            Event(customer=customer, kind=one.kind, version=one.version, at=now, department=one.department)
            for _ in range(1_500)
        )
        EventPending.objects.bulk_create(EventPending(event=event) for event in copies)
    payments.record_received(
        account_id=account.pk, amount_fen=10_000, channel="app", reference="p1", occurred_at=now, now=now
    )
    sequencer.close(now=now)
    assert following.follow(now=now) > 1_500
    assert Message.objects.filter(kind="payment_received").count() == 1


def test_after_an_outage_only_what_is_still_of_use_is_answered(loan: tuple[Customer, Account], now: datetime) -> None:
    """Read three days late: that the loan is paid up is said, that money came three days ago is not."""
    _, account = loan
    payments.record_received(
        account_id=account.pk, amount_fen=account.payoff_fen, channel="app", reference="p1", occurred_at=now, now=now
    )
    _hand_off(loan[0], "plan_request", now)
    late = now + timedelta(days=3)
    sequencer.sequence(now=late)
    with zeal_ignore():
        following.follow(now=late)
    assert [message.kind for message in Message.objects.all()] == ["paid_up"]
    _, other = factories.make_debtor(account={"product": "loan"})
    payments.record_received(
        account_id=other.pk, amount_fen=10_000, channel="app", reference="p2", occurred_at=late, now=late
    )
    sequencer.sequence(now=late)
    following.follow(now=late + timedelta(hours=30))
    # Of use from the payment on, not from when it was read.
    assert Message.objects.get(kind="payment_received").expires_at == late + timedelta(days=2)


def test_of_a_new_number_the_customer_is_warned_at_the_old_one(loan: tuple[Customer, Account], now: datetime) -> None:
    """Whoever changed it may not be the customer."""
    customer = loan[0]
    before = customer.contact_points.get()
    contact_points.add(
        customer_id=customer.pk, kind="mobile", value="13800000001", provenance="customer_given", quality="verified",
        relation="self", actor=Actor.of(factories.make_staff("service_agent")), seen_version=None, now=now,
    )  # fmt: skip
    assert "新号码尾号0001" in _followed(now)[0]
    assert SandboxInbox.objects.get().number == before.value


def test_every_kind_has_its_texts_and_something_that_sends_it(bank: None) -> None:
    """A kind nobody can send, or without a text in one of the languages, is a promise nobody keeps."""
    texts = set(Template.objects.filter(active=True).values_list("kind", "variant", "language"))
    wanted = {
        (row.code, form, tongue) for row in KINDS.values() for form in row.variants for tongue in ("zh-hans", "en")
    }
    assert wanted <= texts
    by_events = {
        "payment_received", "paid_up", "debit_failed", "complaint_received", "request_received", "number_changed",
        "one_time_code", "written_confirmation", "told_correction", "told_confirmation", "plan_recalculated",
    }  # fmt: skip
    by_dates = {code for code in KINDS if code.startswith(("mediation_", "negotiation_"))}
    by_a_word = {kind.value for kind in ANSWER_TO_A_WORD}
    by_hand = {row.code for row in KINDS.values() if row.asked_with}
    by_drafts = {"agreement_to_sign", "signing_code"}
    assert set(KINDS) == {kind.value for kind in PLANNED_KINDS} | by_events | by_dates | by_drafts | by_a_word | by_hand
    assert set(TRUE) == set(KINDS)
