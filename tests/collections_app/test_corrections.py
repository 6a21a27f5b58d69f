"""A call, a promise or a hold that was recorded wrong is put right by a new fact, and the record follows it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction

from collections_app.domain.calls import Closing
from collections_app.domain.promises import Part
from collections_app.models import (
    Contact,
    ContactPoint,
    Conversation,
    Correction,
    Customer,
    Event,
    HandOff,
    Hold,
    LimitationClock,
    LimitationEvent,
    Promise,
    Staff,
    Told,
)
from collections_app.services import (
    approvals,
    calls,
    contact_points,
    contacts,
    corrections,
    handoffs,
    holds,
    payments,
    people,
    promise_proposals,
    promises,
)
from collections_app.services.clocks import law
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories, seeds
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rule_packs(db: None, now: datetime) -> None:
    seeds.rule_packs(now=now)


def closed(debtor: Debtor, staff: Staff, now: datetime, **values: object) -> Conversation:
    """A call with the proven customer that was closed so."""
    conversation = calls.start(
        customer_id=debtor.customer.id,
        contact_point_id=ContactPoint.objects.filter(customer=debtor.customer).values_list("id", flat=True)[0],
        actor=Actor.of(staff),
        seen_version=None,
        now=now,
    )
    calls.verify(
        conversation_id=conversation.id,
        result="verified",
        facts=["birth_date", "card_tail"],
        actor=Actor.of(staff),
        now=now,
    )
    closing = Closing(account_id=debtor.account.id, **values)  # type: ignore[arg-type]
    return calls.close(conversation_id=conversation.id, closing=closing, actor=Actor.of(staff), now=now)


def correct(conversation: Conversation, staff: Staff, now: datetime, **values: object) -> Correction:
    closing = Closing(**values)  # type: ignore[arg-type]
    return corrections.call(
        conversation_id=conversation.id,
        closing=closing,
        reason="选错了结果",
        actor=Actor.of(staff),
        seen_version=None,
        now=now,
    )


def test_a_wrong_promise_of_a_call_goes_and_the_right_outcome_comes(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Its hold ends, the status follows, both stand in the history, and the contact still counts."""
    call = closed(
        debtor, collector, now, party="self", outcome="self_promise", promise_parts=[Part(now.date(), 200_000)]
    )
    assert Customer.objects.get().status == "promise_active"
    correct(
        call, collector, now + timedelta(minutes=5), party="self", outcome="self_dispute", account_id=debtor.account.id
    )
    assert Promise.objects.get().state == "withdrawn"
    assert Customer.objects.get().status == "disputed"
    assert list(Hold.objects.filter(released_at__isnull=True).values_list("kind", flat=True)) == ["dispute"]
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds.index("conversation.closed") < kinds.index("conversation.corrected")
    assert Event.objects.get(kind="conversation.closed").payload["outcome"] == "self_promise"
    contact = Contact.objects.get()
    assert (contact.state, contact.effective) == ("made", True)
    call.refresh_from_db()
    assert call.outcome == "self_dispute"


def test_a_death_heard_in_error_goes_with_the_call_though_its_work_is_done(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Its hold outlives the work; the correction ends it, and the estate recorded meanwhile counts no more."""
    call = closed(debtor, collector, now, party="third", outcome="deceased_said")
    legal = Actor.of(factories.make_staff("legal", department="legal"))
    work = HandOff.objects.get(kind="bereavement")
    handoffs.move(handoff_id=work.id, state="done", actor=legal, seen_version=None, now=now)
    people.record_estate(customer_id=debtor.customer.id, values={}, actor=legal, seen_version=None, now=now)
    assert people.is_held_as_dead(debtor.customer, now=now)
    correct(call, collector, now + timedelta(minutes=5), party="nobody", outcome="no_answer")
    assert not people.is_dead(debtor.customer, now=now + timedelta(minutes=5))


def test_a_correction_never_gives_back_what_the_budget_has_used(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Nobody was spoken with after all: the contact goes on counting, as it was counted."""
    call = closed(debtor, collector, now, party="self", outcome="self_refuse", overdue_reason="unwilling")
    correct(call, collector, now, party="nobody", outcome="no_answer")
    contact = Contact.objects.get()
    assert (contact.state, contact.effective) == ("made", True)
    decision = contacts.preview(
        customer=Customer.objects.get(), channel="voice", purpose="collection",
        contact_point=ContactPoint.objects.get(), actor=Actor.of(collector), now=now + timedelta(minutes=1),
    )  # fmt: skip
    assert not decision.allowed


def test_an_attempt_that_was_a_conversation_counts_as_one(debtor: Debtor, collector: Staff, now: datetime) -> None:
    call = closed(debtor, collector, now, party="nobody", outcome="no_answer")
    assert not Contact.objects.get().effective
    with pytest.raises(RefusedError, match="overdue_reason_missing"):
        correct(call, collector, now, party="self", outcome="self_refuse")
    correct(call, collector, now, party="self", outcome="self_refuse", overdue_reason="unwilling")
    call.refresh_from_db()
    assert call.overdue_reason == "unwilling"
    assert Contact.objects.get().effective
    assert Told.objects.get().amount_name == "overdue"


def test_a_number_that_was_called_bad_by_mistake_is_what_it_was(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    call = closed(debtor, collector, now, party="third", outcome="third_unknown")
    assert ContactPoint.objects.get().quality == "not_his"
    correct(call, collector, now, party="nobody", outcome="busy")
    assert ContactPoint.objects.get().quality == "verified"


def test_what_was_learnt_of_a_number_since_the_call_is_not_wiped_out(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Judged otherwise, or the same once more by somebody else: the call is not corrected over it."""
    point = debtor.customer.contact_points.get()
    who: dict[str, Any] = {"actor": Actor.of(collector), "seen_version": None}
    for learnt, at in (("not_his", now), ("bad", now + timedelta(hours=4))):
        ContactPoint.objects.update(quality="verified")
        call = closed(debtor, collector, at, party="nobody", outcome="empty")
        contact_points.judge(contact_point_id=point.id, quality=learnt, evidence="邻居说换号了", now=at, **who)
        with pytest.raises(RefusedError, match="correction_number_moved_on"):
            correct(call, collector, at, party="nobody", outcome="no_answer")
        assert ContactPoint.objects.get().quality == learnt


def test_only_a_supervisor_says_that_a_third_party_never_refused(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    call = closed(debtor, collector, now, party="third", outcome="third_refuse")
    with pytest.raises(RefusedError) as refused:
        correct(call, collector, now, party="third", outcome="third_pass")
    assert refused.value.code == "third_refusal_stands"
    correct(call, supervisor, now, party="third", outcome="third_pass")
    assert ContactPoint.objects.get().permission == "ok"


def test_work_that_was_handed_on_by_mistake_is_withdrawn(debtor: Debtor, collector: Staff, now: datetime) -> None:
    call = closed(debtor, collector, now, party="self", outcome="self_complain", text="客户说来电太多")
    correct(call, collector, now, party="self", outcome="self_refuse", overdue_reason="unwilling")
    assert HandOff.objects.get().state == "withdrawn"


@pytest.mark.parametrize(("late", "own"), [(timedelta(hours=25), True), (timedelta(0), False)])
def test_a_supervisor_corrects_what_is_old_or_a_colleagues(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime, late: timedelta, own: bool
) -> None:
    call = closed(debtor, collector, now, party="self", outcome="self_refuse", overdue_reason="unwilling")
    who = collector if own else factories.make_staff("collector")
    with pytest.raises(NotAllowedError) as refused:
        correct(call, who, now + late, party="nobody", outcome="busy")
    assert refused.value.code == "correction_by_supervisor"
    correct(call, supervisor, now + late, party="nobody", outcome="busy")


def test_a_correction_says_why_and_changes_something(debtor: Debtor, collector: Staff, now: datetime) -> None:
    call = closed(debtor, collector, now, party="self", outcome="self_refuse", overdue_reason="unwilling")
    with pytest.raises(RefusedError) as same:
        correct(call, collector, now, party="self", outcome="self_refuse", overdue_reason="unwilling")
    assert same.value.code == "correction_changes_nothing"
    with pytest.raises(RefusedError) as silent:
        corrections.call(
            conversation_id=call.id, closing=Closing(party="nobody", outcome="busy"), reason=" ",
            actor=Actor.of(collector), seen_version=None, now=now,
        )  # fmt: skip
    assert silent.value.code == "reason_missing"


def test_a_promise_is_put_right_without_counting_as_a_redate(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """The right one holds from when the wrong one was taken; what was told is what is right."""
    closed(debtor, collector, now, party="self", outcome="self_promise", promise_parts=[Part(now.date(), 200_000)])
    wrong = Promise.objects.get()
    day = now.date() + timedelta(days=3)
    corrections.promise(
        promise_id=wrong.id, parts=[Part(day, 250_000)], reason="日期记错", actor=Actor.of(collector),
        seen_version=None, now=now + timedelta(hours=1),
    )  # fmt: skip
    right = Promise.objects.get(state="active")
    assert (right.total_fen, right.last_day, right.redates, right.taken_at) == (250_000, day, 0, wrong.taken_at)
    heard = Told.objects.filter(unheard__isnull=True)
    assert [(row.amount_fen, row.pay_by) for row in heard] == [(250_000, day)]
    assert Event.objects.filter(kind="promise.taken").count() == 2
    assert Event.objects.get(kind="promise.corrected").payload["right"] == right.id


def test_a_promise_nobody_made_goes_even_after_it_was_judged_broken(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    promise = promises.take(
        customer_id=debtor.customer.id, account_id=debtor.account.id, parts=[Part(now.date(), 200_000)],
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    Promise.objects.filter(id=promise.id).update(state="awaiting_posting")
    Promise.objects.filter(id=promise.id).update(state="broken")
    corrections.promise(
        promise_id=promise.id, parts=[], reason="客户从未承诺", actor=Actor.of(supervisor), seen_version=None,
        now=now + timedelta(days=3),
    )  # fmt: skip
    assert Promise.objects.get().state == "withdrawn"
    assert Customer.objects.get().status != "promise_broken"


def test_the_right_promise_is_judged_by_the_day_it_was_made_and_what_was_paid_since(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The day it was really for is past by now, most of what was overdue is paid: it is right, and kept."""
    closed(
        debtor, collector, now, party="self", outcome="self_promise",
        promise_parts=[Part(now.date() + timedelta(days=5), 380_000)],
    )  # fmt: skip
    payments.record_received(
        account_id=debtor.account.id, amount_fen=350_000, channel="app", reference="R1",
        occurred_at=now + timedelta(days=1), now=now + timedelta(days=1),
    )  # fmt: skip
    wrong = Promise.objects.get()
    corrections.promise(
        promise_id=wrong.id, parts=[Part(now.date() + timedelta(days=2), 350_000)], reason="日期记错",
        actor=Actor.of(factories.make_staff("supervisor")), seen_version=None, now=now + timedelta(days=3),
    )  # fmt: skip
    assert Promise.objects.exclude(id=wrong.id).get().state == "kept"


def test_a_promise_approved_beyond_the_limits_is_put_right_as_far_as_it_was_approved(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    day = now.date() + timedelta(days=40)
    asked = promise_proposals.take_or_ask(
        customer_id=debtor.customer.id, account_id=debtor.account.id, parts=[Part(day, 200_000)], reason="月底发薪",
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    assert asked is not None
    approvals.decide(approval_id=asked.id, verdict="approved", answer="好", actor=Actor.of(supervisor), now=now)
    wrong = Promise.objects.get(state="active")
    given: dict[str, Any] = {"promise_id": wrong.id, "reason": "金额记错", "actor": Actor.of(supervisor)}
    given["seen_version"] = None
    with pytest.raises(RefusedError, match="promise_date_too_late"):
        corrections.promise(parts=[Part(day + timedelta(days=1), 250_000)], now=now, **given)
    corrections.promise(parts=[Part(day, 250_000)], now=now, **given)
    assert Promise.objects.get(state="active").total_fen == 250_000


def test_limitation_goes_by_what_the_debtor_really_said_and_when(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """Nobody had asked for a plan, whatever has become of the work; what was promised counts from the call."""
    law.load()
    call = closed(debtor, collector, now, party="self", outcome="self_plan")
    assert LimitationClock.objects.get().last is not None
    handoffs.move(
        handoff_id=HandOff.objects.get().id, state="done", actor=Actor.of(supervisor), seen_version=None, now=now
    )
    correct(call, collector, now + timedelta(minutes=5), party="nobody", outcome="no_answer")
    assert LimitationClock.objects.get().last is None
    correct(
        call, supervisor, now + timedelta(days=3), party="self", outcome="self_promise", account_id=debtor.account.id,
        promise_parts=[Part(now.date() + timedelta(days=9), 200_000)],
    )  # fmt: skip
    assert LimitationEvent.objects.latest("id").on == now.date()
    corrections.promise(
        promise_id=Promise.objects.get().id, parts=[Part(now.date() + timedelta(days=8), 200_000)], reason="日期记错",
        actor=Actor.of(supervisor), seen_version=None, now=now + timedelta(days=4),
    )  # fmt: skip
    clock = LimitationClock.objects.get()
    assert clock.last is not None
    assert clock.last.on == now.date()


def test_a_guarantors_word_does_not_interrupt_the_debtors_limitation(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    law.load()
    closed(
        debtor, collector, now, party="guarantor", outcome="guarantor_promise",
        promise_parts=[Part(now.date(), 200_000)],
    )  # fmt: skip
    promises.redate(
        promise_id=Promise.objects.get().id, parts=[Part(now.date() + timedelta(days=2), 200_000)],
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    assert Event.objects.filter(kind__in=["promise.taken", "promise.redated"]).count() == 2
    assert not LimitationEvent.objects.exists()


def test_a_wrong_hold_gives_way_to_the_right_one(debtor: Debtor, collector: Staff, now: datetime) -> None:
    hold = holds.place(
        customer_id=debtor.customer.id, kind="illness", actor=Actor.of(collector), seen_version=None, now=now
    )
    corrections.hold(
        hold_id=hold.id, kind="hardship", reason="听错了", actor=Actor.of(collector), seen_version=None, now=now
    )
    assert list(Hold.objects.filter(released_at__isnull=True).values_list("kind", flat=True)) == ["hardship"]
    assert Correction.objects.get().said == {"kind": "illness"}


def test_a_correction_is_never_changed_or_deleted(debtor: Debtor, collector: Staff, now: datetime) -> None:
    call = closed(debtor, collector, now, party="self", outcome="self_refuse", overdue_reason="unwilling")
    correct(call, collector, now, party="nobody", outcome="busy")
    with pytest.raises(InternalError), transaction.atomic():
        Correction.objects.update(subject_id=0)
    with pytest.raises(InternalError), transaction.atomic():
        Correction.objects.all().delete()
