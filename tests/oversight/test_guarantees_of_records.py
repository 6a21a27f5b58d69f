"""G1, G2, G7, G8 and G10: each breach planted in a record or its history is found with its record."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collections_app.domain.told.sayings import Saying
from collections_app.models import Event, EventPending, PermitRefusal, ToldFlag
from collections_app.services import sequencer
from collections_app.services.told import pages
from notifications.models import Message
from repayment.models import Payment
from tests.oversight.audits import audit, sentences
from tests.oversight.conftest import Bank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank_of_module")]
Plant = Callable[..., None]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE collections_app_customer SET status = 'current' WHERE id = %s", "status"),
        ("UPDATE collections_app_customer SET next_step = 'await_hold' WHERE id = %s", "next_step"),
        ("UPDATE collections_app_customer SET derive_due_at = NULL WHERE id = %s", "derive_due_at"),
        ("UPDATE collections_app_account SET stage = 'm6' WHERE customer_id = %s", "account"),
        ("UPDATE collections_app_account SET core_overdue_fen = 1 WHERE customer_id = %s", "overdue_fen"),
        ("UPDATE collections_app_account SET opening_fen = opening_fen + 1 WHERE customer_id = %s", "ledger"),
    ],
)
def test_g1_finds_a_status_that_somebody_typed(
    bank: Bank, plant: Plant, now: datetime, change: str, named: str
) -> None:
    """Also a fact that was changed without deriving."""
    plant(change, bank.free.id)
    found = sentences("G1", now)
    assert list(found) == [bank.free.customer_no]
    assert named in found[bank.free.customer_no]


def test_g1_forgives_a_record_the_sweep_has_yet_to_reach(bank: Bank, now: datetime) -> None:
    """Tomorrow everybody is a day further past due; whoever locks the record brings it up to date."""
    found = audit("G1", now + timedelta(days=1))
    assert not found.violations
    assert found.notes == ["2 due for the sweep"]


def test_g2_finds_a_version_nobody_accounts_for(bank: Bank, plant: Plant, now: datetime) -> None:
    plant("UPDATE collections_app_customer SET version = version + 1 WHERE id = %s", bank.free.id)
    assert sentences("G2", now) == {bank.free.customer_no: "the record is at version 3, its last change at 2"}


def test_g2_finds_a_lost_event_and_two_at_one_version(bank: Bank, plant: Plant, now: datetime) -> None:
    first = Event.objects.filter(customer=bank.promiser, kind="conversation.closed").get()
    for table in ("eventsequence", "eventpending", "eventtext"):
        plant(f"DELETE FROM collections_app_{table} WHERE event_id = %s", first.id)  # noqa: S608
    plant("DELETE FROM collections_app_event WHERE id = %s", first.id)
    plant(
        "INSERT INTO collections_app_event (customer_id, kind, version, at, department, payload)"
        " SELECT customer_id, kind, version, at, department, payload FROM collections_app_event"
        " WHERE customer_id = %s",
        bank.free.id,
    )
    found = sentences("G2", now)
    assert found[bank.promiser.customer_no].endswith("one is missing")
    assert found[bank.free.customer_no] == "1 changes share a version with another"


def test_g2_finds_an_event_that_is_ahead_of_its_record(bank: Bank, now: datetime) -> None:
    """A kind that raises no version, written at one the record never had."""
    Event.objects.create(customer=bank.free, kind="message.sent", version=9, at=now, department="system")
    assert sentences("G2", now) == {bank.free.customer_no: "an event of version 9 is ahead of the record's version 2"}


def test_g7_waits_a_minute_for_an_event_and_no_longer(bank: Bank, now: datetime) -> None:
    event = Event.objects.create(
        customer=bank.free, kind="message.sent", version=bank.free.version, at=now, department="system"
    )
    EventPending.objects.create(event=event)
    assert not audit("G7", now + timedelta(seconds=60)).violations
    assert "still waits" in sentences("G7", now + timedelta(seconds=61))[bank.free.customer_no]


def test_g7_finds_an_event_with_a_place_that_still_waits_and_a_gap_in_the_places(
    bank: Bank, plant: Plant, now: datetime
) -> None:
    event = Event.objects.filter(customer=bank.free).latest("id")
    EventPending.objects.create(event=event)
    assert sentences("G7", now) == {bank.free.customer_no: f"event {event.id} has its place and waits for one"}
    plant("UPDATE collections_app_eventsequence SET place = place + 5 WHERE event_id = %s", event.id)
    found = [item.what for item in audit("G7", now).violations]
    assert any("events have the places" in what for what in found)
    assert any("which the log does not have" in what for what in found)
    assert any("entries have no payload" in what for what in found)


def test_g7_finds_an_event_that_nobody_will_hear_of(bank: Bank, plant: Plant, now: datetime) -> None:
    event = Event.objects.create(
        customer=bank.free, kind="message.sent", version=bank.free.version, at=now, department="system"
    )
    assert sentences("G7", now) == {bank.free.customer_no: f"event {event.id} will never get its place"}
    EventPending.objects.create(event=event)
    assert not audit("G7", now).violations
    assert "still waits" in sentences("G7", now + timedelta(minutes=5))[bank.free.customer_no]
    sequencer.sequence(now=now)
    assert not audit("G7", now + timedelta(minutes=5)).violations


def test_g7_finds_an_event_changed_behind_the_log(bank: Bank, plant: Plant, now: datetime) -> None:
    """One letter of the history differs from what the ledger commits to."""
    plant("UPDATE collections_app_event SET department = 'service' WHERE customer_id = %s", bank.free.id)
    assert "is not the one that was appended" in sentences("G7", now)[""]


def test_g8_finds_an_amount_nobody_remembers(bank: Bank, plant: Plant, now: datetime) -> None:
    plant("DELETE FROM collections_app_told WHERE contact_id = %s", bank.message.contact_id)
    assert {item.what for item in audit("G8", now).violations} == {
        f"message {bank.message.id} named the amount {name}, and the record does not remember it"
        for name in ("billed", "minimum_due")
    }


def test_g8_finds_a_promise_in_a_call_that_was_not_told(bank: Bank, plant: Plant, now: datetime) -> None:
    plant("UPDATE collections_app_told SET version = 1000 WHERE contact_id = %s", bank.call.contact_id)
    assert "has not reached" in sentences("G8", now)[bank.promiser.customer_no]
    plant("DELETE FROM collections_app_told WHERE contact_id = %s", bank.call.contact_id)
    assert "as told" in sentences("G8", now)[bank.promiser.customer_no]
    plant("DELETE FROM collections_app_toldflag WHERE customer_id = %s", bank.promiser.id)


def test_g8_finds_a_contradiction_that_vanished(bank: Bank, plant: Plant, now: datetime) -> None:
    """A promise by telephone is flagged until it is told in writing: hiding or ending it by hand is seen."""
    flag = ToldFlag.objects.get(customer=bank.promiser, ended_at__isnull=True)
    assert not audit("G8", now).violations
    plant("UPDATE collections_app_customer SET told_state = 'agrees' WHERE id = %s", bank.promiser.id)
    assert "say otherwise" in sentences("G8", now)[bank.promiser.customer_no]
    plant(
        "UPDATE collections_app_toldflag SET ended_at = %s, \"end\" = 'over', wrong = true WHERE id = %s", now, flag.id
    )
    assert "was not told the truth" in sentences("G8", now)[bank.promiser.customer_no]


def test_g8_finds_a_payment_from_a_page_nobody_remembers(bank: Bank, plant: Plant, now: datetime) -> None:
    """Whoever paid had read an amount on the page before; a word told later does not count."""
    Payment.objects.create(
        customer=bank.free,
        account=bank.free_account,
        amount_fen=391_300,
        currency="CNY",
        purpose="overdue",
        gateway="sandbox",
        reference="P1",
        idempotency_key="one",
        version_seen=1,
        created_at=now,
        expires_at=now,
    )
    assert "from a page" in sentences("G8", now)[bank.free.customer_no]
    said = [Saying(bank.free_account.id, "overdue", 391_300)]
    pages.remember_page(customer=bank.free, sayings=said, version=1, now=now + timedelta(minutes=1))
    assert "from a page" in sentences("G8", now)[bank.free.customer_no]
    plant("UPDATE collections_app_told SET at = %s WHERE medium = 'page'", now)
    assert bank.free.customer_no not in sentences("G8", now)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("decision = '{}'", "does not say what was considered"),
        ("decision = jsonb_set(decision, '{considered,0,rule}', 'null')", "names no rule for a finding"),
        ("decision = decision - 'data_as_of'", "how old the data were"),
        ("decision = jsonb_set(decision, '{allowed}', 'false')", "contradicts its decision"),
    ],
)
def test_g10_finds_a_permit_without_its_reasons(
    bank: Bank, plant: Plant, now: datetime, change: str, what: str
) -> None:
    plant(f"UPDATE collections_app_contact SET {change} WHERE id = %s", bank.call.contact_id)  # noqa: S608
    assert what in sentences("G10", now)[bank.promiser.customer_no]


def test_g10_finds_a_refusal_without_its_rule(bank: Bank, now: datetime) -> None:
    PermitRefusal.objects.create(
        customer=bank.free,
        channel="voice",
        purpose="collection",
        reason="hold",
        decision={"allowed": False, "reason": "hold", "rule": None, "data_as_of": None, "considered": [{"inputs": {}}]},
        at=now,
    )
    assert "names no rule for the refusal" in sentences("G10", now)[bank.free.customer_no]


def test_g10_finds_a_priority_that_does_not_add_up(bank: Bank, plant: Plant, now: datetime) -> None:
    plant("UPDATE collections_app_customer SET priority_why = '[]' WHERE id = %s", bank.free.id)
    assert "do not add up" in sentences("G10", now)[bank.free.customer_no]


def test_g10_finds_a_message_that_does_not_say_why(bank: Bank, plant: Plant, now: datetime) -> None:
    plant("UPDATE notifications_message SET template_id = NULL WHERE id = %s", bank.message.id)
    assert "which text" in sentences("G10", now)[bank.reminded.customer_no]
    plant("UPDATE notifications_message SET state = 'refused', accepted_at = NULL, reason = ''")
    assert Message.objects.count() == 1
    assert "does not say why" in sentences("G10", now)[bank.reminded.customer_no]
