"""A call is a lease on the line: kept by heartbeats, free after silence, passed on, never stuck, never lost."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from collections_app.domain.calls import Closing
from collections_app.domain.lines import ASKED_FOR, LEASE, RESUME_WITHIN, SKEW
from collections_app.models import Contact, ContactPoint, Conversation, Customer, Event, LineTransfer, Staff
from collections_app.services import calls, contacts, leaving, organisation, records
from collections_app.services.errors import CallLostError, NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.lines import lease, transfer
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
SECOND = timedelta(seconds=1)


def start(debtor: Debtor, staff: Staff, now: datetime, *, inbound: bool = True) -> Conversation:
    customer = Customer.objects.get(id=debtor.customer.id)
    return calls.start(
        customer_id=customer.id,
        contact_point_id=ContactPoint.objects.filter(customer=customer).values_list("id", flat=True)[0],
        actor=Actor.of(staff),
        seen_version=customer.version,
        now=now,
        inbound=inbound,
    )


def sms(debtor: Debtor, now: datetime) -> contacts.Permit | contacts.Refusal:
    """Ask for the permit of a message, as the sender of messages does."""
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        return contacts.permit(
            customer=customer,
            channel="sms",
            purpose="due_notice",
            contact_point=ContactPoint.objects.get(customer=customer),
            actor=records.SYSTEM,
            now=now,
        )


def refusal(code: str) -> "pytest.RaisesExc[RefusedError]":
    return pytest.raises(RefusedError, check=lambda error: error.code == code)


def kinds(debtor: Debtor) -> list[str]:
    rows = Event.objects.filter(customer=debtor.customer, kind__startswith="conversation.").order_by("id")
    return list(rows.values_list("kind", flat=True))


def test_the_line_is_free_at_the_instant_the_lease_ends_without_any_sweep(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The permit looks at the lease and the clock: a message waits to the last second and no longer."""
    start(debtor, collector, now)
    before = sms(debtor, now + LEASE - SECOND)
    assert isinstance(before, contacts.Refusal)
    assert before.reason == "on_the_line"
    assert isinstance(sms(debtor, now + LEASE), contacts.Permit)


def test_heartbeats_keep_the_line_for_as_long_as_they_come(debtor: Debtor, collector: Staff, now: datetime) -> None:
    start(debtor, collector, now)
    for minute in range(1, 40):
        assert lease.beat(staff_id=collector.id, now=now + timedelta(minutes=minute))
    late = now + timedelta(minutes=40)
    assert lease.free_lapsed(now=late) == 0
    assert isinstance(sms(debtor, late), contacts.Refusal)
    # Begun at the instant at which their role lost its calls.
    Staff.objects.filter(pk=collector.pk).update(role="auditor")
    assert not lease.beat(staff_id=collector.id, now=late)


def test_a_heartbeat_near_the_end_of_the_lease_comes_too_late(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """A host whose clock is up to 30 s ahead may have given the line away; no heartbeat takes it back behind that."""
    start(debtor, collector, now)
    late = now + LEASE - SKEW
    ahead = late + SKEW
    assert isinstance(sms(debtor, ahead), contacts.Permit)
    assert not lease.beat(staff_id=collector.id, now=late)
    assert lease.beat(staff_id=collector.id, now=late - SECOND)


def test_a_silent_call_is_interrupted_and_its_contact_counts_as_unknown(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """After the sweep the line is free for others; the call still stands with its agent and lacks its outcome."""
    call = start(debtor, collector, now, inbound=False)
    later = now + LEASE
    assert lease.free_lapsed(now=later) == 1
    assert lease.free_lapsed(now=later) == 0
    call.refresh_from_db()
    assert (call.interrupted_at, call.ended_at, call.staff_id) == (later, None, collector.id)
    assert Contact.objects.get(id=call.contact_id).state == "unknown"
    assert kinds(debtor) == ["conversation.started", "conversation.interrupted"]


def test_a_colleague_calls_the_customer_of_a_silent_call_before_any_sweep(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    """Starting a call gives the silent one back in the same transaction."""
    first = start(debtor, collector, now)
    with refusal("on_the_line"):
        start(debtor, agent, now + LEASE - SECOND)
    second = start(debtor, agent, now + LEASE)
    first.refresh_from_db()
    assert first.interrupted_at == now + LEASE
    assert second.interrupted_at is None


def test_an_agent_whose_laptop_slept_can_begin_another_call(collector: Staff, now: datetime) -> None:
    """The call that fell silent on another record is not in the way."""
    one, other = Debtor(*factories.make_debtor()), Debtor(*factories.make_debtor())
    asleep = start(one, collector, now)
    start(other, collector, now + LEASE)
    asleep.refresh_from_db()
    assert asleep.interrupted_at is not None


def test_an_interrupted_call_is_closed_with_what_became_of_it(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Nothing is lost: the outcome is recorded later, and the unknown contact becomes known."""
    call = start(debtor, collector, now, inbound=False)
    lease.free_lapsed(now=now + LEASE)
    closing = Closing(party="nobody", outcome="no_answer")
    calls.close(conversation_id=call.id, closing=closing, actor=Actor.of(collector), now=now + timedelta(minutes=30))
    assert Contact.objects.get(id=call.contact_id).state == "made"
    closed = Event.objects.get(customer=debtor.customer, kind="conversation.closed")
    assert closed.payload["seconds"] == LEASE.total_seconds()


def test_the_holder_takes_the_line_back_while_it_is_free(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    """A customer may have stayed on the telephone; but not behind a colleague's back, and not an hour later."""
    call = start(debtor, collector, now)
    lapsed = now + LEASE
    lease.free_lapsed(now=lapsed)
    lease.resume(conversation_id=call.id, actor=Actor.of(collector), now=lapsed + SECOND)
    assert isinstance(sms(debtor, lapsed + SECOND), contacts.Refusal)
    again = lapsed + SECOND + LEASE
    start(debtor, agent, again)
    with refusal("line_taken"):
        lease.resume(conversation_id=call.id, actor=Actor.of(collector), now=again + SECOND)
    with refusal("call_too_long_ago"):
        lease.resume(conversation_id=call.id, actor=Actor.of(collector), now=again + RESUME_WITHIN + SECOND)


def test_nobody_is_verified_on_a_line_that_is_not_held(debtor: Debtor, collector: Staff, now: datetime) -> None:
    call = start(debtor, collector, now)
    with refusal("call_not_held"):
        calls.verify(
            conversation_id=call.id,
            result="verified",
            facts=["birth_date", "card_tail"],
            actor=Actor.of(collector),
            now=now + LEASE,
        )


def test_signing_out_frees_the_line(debtor: Debtor, collector: Staff, now: datetime) -> None:
    call = start(debtor, collector, now)
    client = Client()
    client.force_login(collector)
    client.logout()
    call.refresh_from_db()
    assert call.interrupted_at is not None
    assert isinstance(sms(debtor, now), contacts.Permit)


def test_whoever_leaves_the_bank_keeps_no_line(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """Their call is interrupted at once, and a supervisor takes it over to close it."""
    call = start(debtor, collector, now)
    leaving.leave(staff_id=collector.id, actor=records.SYSTEM, now=now)
    assert isinstance(sms(debtor, now), contacts.Permit)
    transfer.take_over(conversation_id=call.id, reason="已离岗", actor=Actor.of(supervisor), seen_version=None, now=now)
    calls.close(
        conversation_id=call.id,
        closing=Closing(party="nobody", outcome="no_answer"),
        actor=Actor.of(supervisor),
        now=now,
    )
    call.refresh_from_db()
    assert (call.staff_id, call.ended_at) == (supervisor.id, now)


def test_whoever_gets_a_role_without_calls_keeps_none(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """Their line is free at once, and what they still send from the open page is refused by the service."""
    call = start(debtor, collector, now)
    for role, interrupted in (("negotiator", False), ("auditor", True)):
        collector.role = role
        organisation.save_staff(row=collector, actor=records.SYSTEM, now=now)
        call.refresh_from_db()
        assert (call.interrupted_at is not None) is interrupted, role
    closing = Closing(party="nobody", outcome="no_answer")
    facts = ["birth_date", "card_tail"]
    for write in (
        partial(calls.close, closing=closing),
        partial(calls.verify, result="verified", facts=facts),
        lease.resume,
    ):
        with pytest.raises(NotAllowedError):
            write(conversation_id=call.id, actor=Actor.of(collector), now=now)
    transfer.take_over(conversation_id=call.id, reason="换岗", actor=Actor.of(supervisor), seen_version=None, now=now)
    calls.close(conversation_id=call.id, closing=closing, actor=Actor.of(supervisor), now=now)


def test_a_call_asked_for_is_handed_over_with_line_and_identity(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    """It stays one call: lease, contact and identity check pass on; who had it can change nothing any more."""
    call = start(debtor, collector, now)
    calls.verify(
        conversation_id=call.id,
        result="verified",
        facts=["birth_date", "card_tail"],
        actor=Actor.of(collector),
        now=now,
    )
    asked = transfer.ask(
        conversation_id=call.id, reason="客户要谈还款安排", actor=Actor.of(agent), seen_version=None, now=now + SECOND
    )
    transfer.answer(transfer_id=asked.id, accept=True, actor=Actor.of(collector), now=now + 2 * SECOND)
    call.refresh_from_db()
    assert (call.staff_id, call.department, call.verification) == (agent.id, "service", "verified")
    assert call.lease_until == now + 2 * SECOND + LEASE
    with pytest.raises(CallLostError):
        calls.close(
            conversation_id=call.id,
            closing=Closing(party="nobody", outcome="no_answer"),
            actor=Actor.of(collector),
            now=now + 3 * SECOND,
        )
    assert not lease.beat(staff_id=collector.id, now=now + 3 * SECOND)
    assert kinds(debtor)[-2:] == ["conversation.asked_for", "conversation.handed_over"]


def test_a_refused_request_leaves_the_call_where_it_is(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    call = start(debtor, collector, now)
    asked = transfer.ask(conversation_id=call.id, reason="转给我", actor=Actor.of(agent), seen_version=None, now=now)
    transfer.answer(transfer_id=asked.id, accept=False, actor=Actor.of(collector), now=now)
    call.refresh_from_db()
    assert call.staff_id == collector.id
    with refusal("call_request_over"):
        transfer.answer(transfer_id=asked.id, accept=True, actor=Actor.of(collector), now=now)


def test_a_request_lapses_and_makes_room_for_the_next(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    call = start(debtor, collector, now)
    ask: dict[str, Any] = {
        "conversation_id": call.id,
        "reason": "转给我",
        "actor": Actor.of(agent),
        "seen_version": None,
    }
    first = transfer.ask(**ask, now=now)
    with refusal("call_asked_for_already"):
        transfer.ask(**ask, now=now + ASKED_FOR - SECOND)
    lease.beat(staff_id=collector.id, now=now + timedelta(seconds=80))
    over = now + ASKED_FOR
    with refusal("call_request_over"):
        transfer.answer(transfer_id=first.id, accept=True, actor=Actor.of(collector), now=over)
    transfer.ask(**ask, now=over)
    assert list(LineTransfer.objects.order_by("id").values_list("state", flat=True)) == ["lapsed", "pending"]


def test_only_the_holder_answers_and_only_to_who_is_free(
    debtor: Debtor, collector: Staff, agent: Staff, supervisor: Staff, now: datetime
) -> None:
    call = start(debtor, collector, now)
    asked = transfer.ask(conversation_id=call.id, reason="转给我", actor=Actor.of(agent), seen_version=None, now=now)
    with pytest.raises(NotAllowedError):
        transfer.answer(transfer_id=asked.id, accept=True, actor=Actor.of(supervisor), now=now)
    start(Debtor(*factories.make_debtor()), agent, now)
    with refusal("colleague_on_a_call_now"):
        transfer.answer(transfer_id=asked.id, accept=True, actor=Actor.of(collector), now=now)


def test_a_supervisor_takes_a_call_over_with_a_reason_and_nobody_else_does(
    debtor: Debtor, collector: Staff, agent: Staff, supervisor: Staff, now: datetime
) -> None:
    call = start(debtor, collector, now)
    asks: dict[str, Any] = {"conversation_id": call.id, "seen_version": None, "now": now + SECOND}
    with pytest.raises(NotAllowedError):
        transfer.take_over(**asks, reason="我来", actor=Actor.of(agent))
    with refusal("reason_missing"):
        transfer.take_over(**asks, reason="  ", actor=Actor.of(supervisor))
    transfer.take_over(**asks, reason="通话不当", actor=Actor.of(supervisor))
    with pytest.raises(CallLostError):
        calls.verify(
            conversation_id=call.id, result="refused", facts=[], actor=Actor.of(collector), now=now + 2 * SECOND
        )
    taken = Event.objects.get(customer=debtor.customer, kind="conversation.taken_over")
    assert taken.text_row.text == "通话不当"
    assert taken.payload == {
        "conversation": call.id,
        "from": collector.id,
        "to": supervisor.id,
        "text_sha256": taken.payload["text_sha256"],
    }


def test_a_take_over_of_what_the_supervisor_did_not_see_is_refused(
    debtor: Debtor, collector: Staff, agent: Staff, supervisor: Staff, now: datetime
) -> None:
    """The call was handed over meanwhile: the reason was for another holder."""
    call = start(debtor, collector, now)
    seen = Customer.objects.get(id=debtor.customer.id).version
    asked = transfer.ask(conversation_id=call.id, reason="转给我", actor=Actor.of(agent), seen_version=seen, now=now)
    transfer.answer(transfer_id=asked.id, accept=True, actor=Actor.of(collector), now=now)
    with pytest.raises(StaleWriteError):
        transfer.take_over(
            conversation_id=call.id, reason="通话不当", actor=Actor.of(supervisor), seen_version=seen, now=now
        )
