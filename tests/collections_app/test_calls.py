"""A call has its permit, its identity check, and effects that happen with its end or not at all."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.domain.calls import Claim, Closing
from collections_app.domain.outcomes import OutcomeEffect
from collections_app.domain.promises import Part
from collections_app.models import (
    Contact,
    ContactPoint,
    Conversation,
    Customer,
    HandOff,
    Hold,
    PermitRefusal,
    Promise,
    Staff,
    Told,
)
from collections_app.selectors import permit_facts
from collections_app.selectors.codes import shipped
from collections_app.services import calls, handoffs, holds
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories, seeds
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rule_packs(db: None, now: datetime) -> None:
    seeds.rule_packs(now=now)


def start(debtor: Debtor, staff: Staff, now: datetime, *, inbound: bool = False) -> Conversation:
    customer = Customer.objects.get(id=debtor.customer.id)
    return calls.start(
        customer_id=customer.id,
        contact_point_id=ContactPoint.objects.filter(customer=customer).values_list("id", flat=True)[0],
        actor=Actor.of(staff),
        seen_version=customer.version,
        now=now,
        inbound=inbound,
    )


def verified(debtor: Debtor, staff: Staff, now: datetime) -> Conversation:
    conversation = start(debtor, staff, now)
    calls.verify(
        conversation_id=conversation.id,
        result="verified",
        facts=["birth_date", "card_tail"],
        actor=Actor.of(staff),
        now=now,
    )
    return conversation


def close(conversation: Conversation, staff: Staff, now: datetime, **values: object) -> Conversation:
    closing = Closing(**values)  # type: ignore[arg-type]
    return calls.close(conversation_id=conversation.id, closing=closing, actor=Actor.of(staff), now=now)


def test_a_promise_taken_on_the_line_stops_the_next_call(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Closing takes the promise in the same breath, and the next call is refused until posting is checked."""
    conversation = verified(debtor, collector, now)
    later = now + timedelta(minutes=4)
    day = now.date() + timedelta(days=2)
    close(
        conversation,
        collector,
        later,
        party="self",
        outcome="self_promise",
        account_id=debtor.account.id,
        promise_parts=[Part(day, 200_000)],
    )
    assert Promise.objects.get().conversation_id == conversation.id
    told = Told.objects.get()
    assert (told.medium, told.amount_name, told.amount_fen, told.pay_by) == ("spoken", "promised", 200_000, day)
    with pytest.raises(RefusedError) as refused:
        start(debtor, collector, later + timedelta(hours=1))
    assert refused.value.code == "promise_pending"
    assert PermitRefusal.objects.get().reason == "promise_pending"


def test_an_outcome_of_the_debtor_needs_a_confirmed_identity(debtor: Debtor, collector: Staff, now: datetime) -> None:
    conversation = start(debtor, collector, now)
    with pytest.raises(RefusedError) as refused:
        close(conversation, collector, now, party="self", outcome="self_refuse", overdue_reason="unwilling")
    assert refused.value.code == "not_verified"
    assert not Told.objects.exists()


def test_one_fact_confirms_nobody(debtor: Debtor, collector: Staff, now: datetime) -> None:
    conversation = start(debtor, collector, now)
    with pytest.raises(RefusedError) as refused:
        calls.verify(
            conversation_id=conversation.id,
            result="verified",
            facts=["birth_date", "birth_date", "shoe_size"],
            actor=Actor.of(collector),
            now=now,
        )
    assert refused.value.code == "two_facts_needed"


def test_a_refused_effect_leaves_the_call_open_and_everything_as_it_was(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    conversation = verified(debtor, collector, now)
    with pytest.raises(RefusedError):
        close(
            conversation,
            collector,
            now,
            party="self",
            outcome="self_promise",
            promise_parts=[Part(now.date() + timedelta(days=90), 200_000)],
        )
    conversation.refresh_from_db()
    assert conversation.ended_at is None
    assert Contact.objects.get().state == "reserved"
    assert not Promise.objects.exists()


def test_while_one_is_on_the_line_the_other_department_gets_no_permit(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    start(debtor, agent, now, inbound=True)
    with pytest.raises(RefusedError) as refused:
        start(debtor, collector, now)
    assert refused.value.code == "on_the_line"


def test_nobody_closes_a_colleagues_call(debtor: Debtor, collector: Staff, agent: Staff, now: datetime) -> None:
    conversation = start(debtor, agent, now, inbound=True)
    with pytest.raises(NotAllowedError):
        close(conversation, collector, now, party="nobody", outcome="no_answer")


def test_the_hold_of_what_was_heard_ends_with_the_work(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Dispute, fraud and hardship stop collection as long as somebody works on them, and no longer."""
    for hours, outcome in ((0, "self_dispute"), (3, "self_fraud"), (6, "self_hardship")):
        then = now + timedelta(hours=hours / 3)
        call = start(debtor, collector, then, inbound=True)
        calls.verify(
            conversation_id=call.id, result="verified", facts=["birth_date", "address"], actor=Actor.of(collector),
            now=then,
        )  # fmt: skip
        said = {"party": "self", "outcome": outcome, "account_id": debtor.account.id}
        if outcome == "self_hardship":
            with pytest.raises(RefusedError, match="overdue_reason_missing"):
                close(call, collector, then, **said)
            said["overdue_reason"] = "job_loss"
        close(call, collector, then, **said)
        work = HandOff.objects.latest("id")
        hold = Hold.objects.get(released_at__isnull=True)
        assert hold.source == f"handoff:{work.id}"
        staff = factories.make_staff("supervisor", department=work.to_department)
        handoffs.move(handoff_id=work.id, state="done", actor=Actor.of(staff), seen_version=None, now=then)
        assert not Hold.objects.filter(released_at__isnull=True).exists()


def test_a_wrong_number_stays_usable_where_it_is_verified_as_theirs(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Not theirs here is silent on every record but that of its owner, who goes on getting codes and receipts."""
    number = debtor.customer.contact_points.get()
    owner, stranger = factories.make_debtor()[0], factories.make_debtor()[0]
    ContactPoint.objects.filter(customer=stranger).update(quality="likely")
    ContactPoint.objects.filter(customer__in=[owner, stranger]).update(value_token=number.value_token)
    close(start(debtor, collector, now), collector, now, party="third", outcome="third_unknown")
    number.refresh_from_db()
    assert number.quality == "not_his"
    later = now + timedelta(hours=3)
    with pytest.raises(RefusedError) as refused:
        start(Debtor(stranger, debtor.account), collector, later)
    assert refused.value.code == "number_bad"
    assert start(Debtor(owner, debtor.account), collector, later).id


def test_a_guarantor_is_heard_like_the_customer_once_they_have_proven_who_they_are(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Nothing is closed as a guarantor's word without the check; that nobody passed it has a code of its own."""
    number = debtor.customer.contact_points.get()
    conversation = start(debtor, collector, now)
    for code, outcome in shipped().outcomes.items():
        if outcome.party == "guarantor" and code != "guarantor_unverified":
            with pytest.raises(RefusedError, match="not_verified"):
                close(conversation, collector, now, party="guarantor", outcome=code)
    calls.verify(
        conversation_id=conversation.id, result="verified", facts=["birth_date", "address"],
        actor=Actor.of(collector), now=now,
    )  # fmt: skip
    with pytest.raises(RefusedError, match="overdue_reason_missing"):
        close(conversation, collector, now, party="guarantor", outcome="guarantor_refuse")
    close(conversation, collector, now, party="guarantor", outcome="guarantor_stop")
    number.refresh_from_db()
    assert number.permission == "no_calls"
    assert not Hold.objects.exists()
    assert not Told.objects.exists()


def test_no_call_before_the_callback_agreed(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """The effect the screen shows is kept: until the hour, and whatever was agreed before; who calls in is answered."""
    hour = now + timedelta(hours=5)
    close(verified(debtor, collector, now), collector, now, party="self", outcome="self_consider", callback_at=hour)
    with pytest.raises(RefusedError) as refused:
        start(debtor, collector, hour - timedelta(minutes=1))
    assert (refused.value.code, refused.value.until) == ("callback_agreed", hour)
    inbound = start(debtor, collector, hour - timedelta(minutes=1), inbound=True)
    close(inbound, collector, hour, party="nobody", outcome="hung_up")
    assert start(debtor, collector, hour).id


def test_a_guarantors_callback_bars_calls_to_guarantors_only_and_none_is_far_away(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Nobody keeps a record from being called for years, nor the customer because of somebody else's evening."""
    own, hour = debtor.customer.contact_points.get(), now + timedelta(days=2)
    guarantor = factories.make_mobile(debtor.customer, "13911112222", relation="guarantor")
    call = start(debtor, collector, now, inbound=True)
    calls.verify(
        conversation_id=call.id, result="verified", facts=["birth_date", "address"], actor=Actor.of(collector), now=now
    )
    said: dict[str, Any] = {"party": "guarantor", "outcome": "guarantor_consider"}
    with pytest.raises(RefusedError, match="callback_too_far"):
        close(call, collector, now, callback_at=now + timedelta(days=91), **said)
    call.contact.contact_point = guarantor
    call.contact.save(update_fields=["contact_point"])
    close(call, collector, now, callback_at=hour, **said)
    asked: dict[str, Any] = {
        "customer": debtor.customer, "channel": "voice", "purpose": "collection", "actor": Actor.of(collector),
    }  # fmt: skip
    facts = [
        permit_facts.load([permit_facts.PermitRequest(contact_point=point, **asked)], now=now)[0]
        for point in (own, guarantor)
    ]
    assert [each.callback_at for each in facts] == [None, hour]


def test_a_wrong_number_is_bad_for_everybody_at_once(debtor: Debtor, collector: Staff, now: datetime) -> None:
    close(start(debtor, collector, now), collector, now, party="third", outcome="third_unknown")
    with pytest.raises(RefusedError) as refused:
        start(debtor, collector, now + timedelta(hours=3))
    assert refused.value.code == "number_bad"


_FILLED: dict[str, object] = {
    "claim": Claim(100_000, "counter", datetime(2026, 11, 20).date()),
    "text": "客户所述",
    "overdue_reason": "unwilling",
}


@pytest.mark.parametrize("code", sorted(shipped().outcomes))
def test_every_outcome_can_be_saved_and_does_what_it_says(
    code: str, debtor: Debtor, collector: Staff, now: datetime
) -> None:
    outcome = shipped().outcomes[code]
    conversation = verified(debtor, collector, now)
    close(
        conversation,
        collector,
        now,
        party=outcome.party.value,
        outcome=code,
        account_id=debtor.account.id,
        promise_parts=[Part(now.date() + timedelta(days=1), 391_300)],
        callback_at=now + timedelta(days=1),
        **_FILLED,
    )
    contact = Contact.objects.get()
    assert (contact.state, contact.effective) == ("made", outcome.counts.value == "effective")
    if outcome.hold:
        assert Hold.objects.filter(kind=outcome.hold, released_at__isnull=True).exists()
    if OutcomeEffect.HANDOFF in outcome.effects:
        assert HandOff.objects.filter(kind=outcome.handoff, state="open").exists()
    if OutcomeEffect.NUMBER_BAD in outcome.effects:
        assert ContactPoint.objects.get().quality == "bad"


def test_a_promise_on_the_only_overdue_account_is_remembered_as_told(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The account was not named because there is only one; what was said is on the record all the same."""
    day = now.date() + timedelta(days=2)
    close(
        verified(debtor, collector, now),
        collector,
        now,
        party="self",
        outcome="self_promise",
        promise_parts=[Part(day, 200_000)],
    )
    told = Told.objects.get()
    assert (told.account_id, told.amount_name, told.amount_fen) == (debtor.account.id, "promised", 200_000)


def test_a_hold_that_a_call_brought_can_be_released(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """Nothing else would ever end a dispute that was heard on the line."""
    close(
        verified(debtor, collector, now),
        collector,
        now,
        party="self",
        outcome="self_dispute",
        account_id=debtor.account.id,
    )
    hold = Hold.objects.get(kind="dispute")
    holds.release(hold_id=hold.id, reason="answered", actor=Actor.of(supervisor), seen_version=None, now=now)
    hold.refresh_from_db()
    assert hold.released_at == now
