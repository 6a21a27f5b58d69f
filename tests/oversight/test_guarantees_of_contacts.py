"""G3 to G6: each breach planted among contacts and messages is found with its record."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collections_app.domain.incidents import IncidentScope
from collections_app.domain.lines import LEASE
from collections_app.domain.promises import Part
from collections_app.models import AccountParty, ApprovedSentence, Contact, Conversation, Correction
from collections_app.services import calls, promise_proposals
from collections_app.services.emergencies import incidents, red_button
from collections_app.services.emergencies import sentences as approved
from collections_app.services.lines import lease
from collections_app.services.records import Actor
from notifications.models import Receipt
from tests import factories
from tests.oversight.audits import audit, sentences
from tests.oversight.conftest import Bank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank_of_module")]
Plant = Callable[..., None]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE notifications_message SET contact_id = NULL WHERE id = %s", "has no contact"),
        (
            (
                "UPDATE collections_app_contact SET decision = '{}' WHERE id ="
                " (SELECT contact_id FROM notifications_message WHERE id = %s)"
            ),
            "has a contact without a permit",
        ),
        ("UPDATE notifications_message SET claimed_at = claimed_at + interval '1 s' WHERE id = %s", "another instant"),
        ("UPDATE notifications_message SET version = 99 WHERE id = %s", "no version of the record"),
        (
            (
                "UPDATE collections_app_contact SET accounts = '[]' WHERE id ="
                " (SELECT contact_id FROM notifications_message WHERE id = %s)"
            ),
            "does not name",
        ),
    ],
)
def test_g3_finds_a_message_without_the_permit_of_its_instant(
    bank: Bank, plant: Plant, now: datetime, change: str, what: str
) -> None:
    plant(change, bank.message.id)
    assert what in sentences("G3", now)[bank.reminded.customer_no]


def test_g3_finds_a_call_without_a_permit(bank: Bank, plant: Plant, now: datetime) -> None:
    plant(
        "UPDATE collections_app_contact SET decision = jsonb_set(decision, '{allowed}', 'false') WHERE id = %s",
        bank.call.contact_id,
    )
    assert "without a permit" in sentences("G3", now)[bank.promiser.customer_no]


def test_g4_finds_the_fourth_effective_call_of_a_day(
    bank: Bank, contact_of: Callable[..., Contact], now: datetime
) -> None:
    """Three are the most; the rule counts again from the contacts alone."""
    for hours in range(3):
        contact_of(bank.free, now + timedelta(hours=hours))
        assert not audit("G4", now).violations or hours
    contact_of(bank.free, now + timedelta(hours=4))
    found = audit("G4", now)
    assert {item.customer_no for item in found.violations} == {bank.free.customer_no}
    assert any("CN-F2: 3 before it, at most 3" in item.what for item in found.violations)


def test_g4_does_not_count_what_the_customer_asked_for(
    bank: Bank, contact_of: Callable[..., Contact], now: datetime
) -> None:
    """Receipts, codes and incoming calls are recorded and exempt."""
    for hours in range(6):
        contact_of(bank.free, now + timedelta(minutes=hours), channel="sms", purpose="receipt")
        contact_of(bank.free, now + timedelta(minutes=hours), inbound=True)
    assert not audit("G4", now).violations


def test_g4_finds_a_call_too_soon_after_another(
    bank: Bank, contact_of: Callable[..., Contact], plant: Plant, now: datetime
) -> None:
    """Half an hour between calls to a number; by American rules seven days after a talk, whoever had called."""
    early = [contact_of(bank.free, now + timedelta(minutes=minutes), effective=False) for minutes in (0, 30, 58)]
    assert sentences("G4", now) == {
        bank.free.customer_no: f"contact {early[2].id} came too soon after contact {early[1].id} by POL-VOICE-GAP"
    }
    for contact in early:
        plant("DELETE FROM collections_app_contact WHERE id = %s", contact.id)
    plant("UPDATE collections_app_branch SET rule_pack = 'US-REGF'")
    talk = contact_of(bank.free, now - timedelta(days=9), inbound=True)
    american = json.loads(json.dumps(talk.decision).replace('"CN"', '"US-REGF"'))
    contact_of(bank.free, talk.at + timedelta(days=7), effective=False, decision=american)
    assert not audit("G4", now).violations
    late = contact_of(bank.free, talk.at + timedelta(days=6), effective=False, decision=american)
    found = {item.what for item in audit("G4", now).violations if item.customer_no == bank.free.customer_no}
    assert found == {f"contact {late.id} came too soon after contact {talk.id} by US-F1-TALK"}


def test_g4_holds_nobody_to_what_was_said_to_be_a_conversation_later(
    bank: Bank, contact_of: Callable[..., Contact], plant: Plant, now: datetime
) -> None:
    """A call between a talk and its correction was rightly permitted, one after it was not; nor was one beside a call
    whose end is open. The pack is that of the permit, whatever the branch has by now.
    """
    talk = contact_of(bank.free, now - timedelta(days=9), effective=False, inbound=True)
    american = json.loads(json.dumps(talk.decision).replace('"CN"', '"US-REGF"'))
    held = Conversation.objects.create(
        customer=bank.free, contact=talk, staff=bank.collector, started_at=talk.at, lease_until=talk.at,
        ended_at=talk.at, party="self", outcome="self_promise",
    )  # fmt: skip
    corrected = talk.at + timedelta(days=3)
    Correction.objects.create(
        customer=bank.free, subject="call", subject_id=held.id, said={"outcome": "no_answer"},
        right={"outcome": "self_promise"}, reason="x", corrected_by=bank.collector, corrected_at=corrected,
    )  # fmt: skip
    Contact.objects.filter(id=talk.id).update(effective=True)
    contact_of(bank.free, corrected - timedelta(days=1), effective=False, decision=american)
    assert not audit("G4", now).violations
    late = contact_of(bank.free, corrected + timedelta(days=1), effective=False, decision=american)
    too_soon = "contact {} came too soon after contact {} by US-F1-TALK"
    assert sentences("G4", now) == {bank.free.customer_no: too_soon.format(late.id, talk.id)}
    plant("DELETE FROM collections_app_contact WHERE id = %s", late.id)
    unsure = contact_of(bank.free, now - timedelta(days=1), state="unknown", effective=False, decision=american)
    soon = contact_of(bank.free, now, effective=False, decision=american)
    assert sentences("G4", now) == {bank.free.customer_no: too_soon.format(soon.id, unsure.id)}


def test_g4_finds_a_call_at_night(bank: Bank, contact_of: Callable[..., Contact], now: datetime) -> None:
    """22:30 on the customer's wall is inside, and so is 07:59; 08:00 is not."""
    contact_of(bank.free, now.replace(hour=8, minute=0))
    assert not audit("G4", now).violations
    contact_of(bank.free, now.replace(hour=22, minute=30) - timedelta(days=3))
    assert "at 22:30 in the quiet hours of CN-H1" in sentences("G4", now)[bank.free.customer_no]


def test_g4_asks_all_customers_for_their_zones_once(bank: Bank, now: datetime) -> None:
    """It is a pass over the whole book."""
    with CaptureQueriesContext(connection) as asked:
        audit("G4", now)
    assert sum("SELECT DISTINCT" in query["sql"] and '"time_zone"' in query["sql"] for query in asked) == 1


def test_g4_finds_a_reservation_nobody_ended(bank: Bank, contact_of: Callable[..., Contact], now: datetime) -> None:
    contact = contact_of(bank.free, now, state="reserved", expires_at=now + timedelta(minutes=5))
    assert not audit("G4", now).violations
    later = now + timedelta(hours=1)
    assert sentences("G4", later) == {bank.free.customer_no: f"contact {contact.id} is still reserved after its end"}


def test_g4_finds_a_line_nobody_gave_back(bank: Bank, now: datetime) -> None:
    """The sweep has its ten minutes after the lease; an interrupted call holds nothing, however long it stays open."""
    call = calls.start(
        customer_id=bank.free.id,
        contact_point_id=None,
        inbound=True,
        actor=Actor.of(bank.collector),
        seen_version=None,
        now=now,
    )
    ended = now + LEASE
    assert not audit("G4", ended + timedelta(minutes=9)).violations
    later = ended + timedelta(minutes=11)
    assert sentences("G4", later) == {bank.free.customer_no: f"call {call.id} holds the line past its lease"}
    lease.free_lapsed(now=later)
    assert not audit("G4", later).violations


def test_g5_finds_two_accepted_ids_of_one_message(bank: Bank, now: datetime) -> None:
    """The provider took it twice: its receipts name another id than the message's."""
    Receipt.objects.create(
        message=bank.message, provider="sandbox", provider_id="another", report="delivered", received_at=now
    )
    assert "two provider ids" in sentences("G5", now)[bank.reminded.customer_no]


def test_g5_finds_an_unknown_send_that_does_not_count(bank: Bank, plant: Plant, now: datetime) -> None:
    """While it counts it is only mentioned."""
    plant("UPDATE notifications_message SET state = 'unknown' WHERE id = %s", bank.message.id)
    assert not audit("G5", now).violations
    assert audit("G5", now).notes == ["1 of unknown outcome, counted"]
    plant("UPDATE notifications_message SET accepted_at = NULL WHERE id = %s", bank.message.id)
    plant("UPDATE collections_app_contact SET state = 'failed' WHERE id = %s", bank.message.contact_id)
    assert "does not count" in sentences("G5", now)[bank.reminded.customer_no]


def test_g5_finds_a_claim_past_its_lease_and_a_forgotten_message(bank: Bank, plant: Plant, now: datetime) -> None:
    plant("UPDATE notifications_message SET state = 'claimed', lease_until = %s WHERE id = %s", now, bank.message.id)
    assert not audit("G5", now).violations
    assert "past its lease" in sentences("G5", now + timedelta(hours=1))[bank.reminded.customer_no]
    plant("UPDATE notifications_message SET state = 'due' WHERE id = %s", bank.message.id)
    assert "never sent" in sentences("G5", now + timedelta(days=9))[bank.reminded.customer_no]


def test_g5_finds_a_message_that_went_out_uncounted(bank: Bank, plant: Plant, now: datetime) -> None:
    plant("UPDATE collections_app_contact SET state = 'void' WHERE id = %s", bank.message.contact_id)
    assert "not in the budget" in sentences("G5", now)[bank.reminded.customer_no]


def test_g6_finds_a_call_against_a_pending_promise(
    bank: Bank, contact_of: Callable[..., Contact], now: datetime
) -> None:
    contact_of(bank.promiser, now + timedelta(hours=2))
    found = audit("G6", now).violations
    assert {item.what.partition(" was made while ")[2] for item in found} == {"promise_pending was in force"}


def test_g6_finds_a_call_against_a_hold_and_forgives_what_it_lets_pass(
    bank: Bank, contact_of: Callable[..., Contact], place_hold: Callable[..., None], now: datetime
) -> None:
    """Hardship stops collection of the customer; a receipt goes on."""
    place_hold(bank.free, "hardship", now)
    contact_of(bank.free, now + timedelta(minutes=5), purpose="receipt", channel="sms")
    assert not audit("G6", now).violations
    contact = contact_of(bank.free, now + timedelta(minutes=6))
    assert sentences("G6", now) == {
        bank.free.customer_no: f"contact {contact.id} (collection) was made while hardship was in force"
    }


def test_g6_finds_a_call_against_an_agreement_until_its_breach(
    bank: Bank, contact_of: Callable[..., Contact], plant: Plant, now: datetime
) -> None:
    plant(
        "INSERT INTO collections_app_arrangement"
        " (customer_id, account_id, source, source_reference, state, grace_days, agreed_at, breached_at)"
        " VALUES (%s, %s, 'mediation', 'x', 'breached', 3, %s, %s)",
        bank.free.id,
        bank.free_account.id,
        now,
        now + timedelta(days=2),
    )
    contact_of(bank.free, now + timedelta(days=3))
    assert not audit("G6", now).violations
    contact_of(bank.free, now + timedelta(days=1))
    assert "agreement_active" in sentences("G6", now)[bank.free.customer_no]


def test_g6_lets_pass_what_is_only_proposed_and_what_was_annulled(
    bank: Bank, contact_of: Callable[..., Contact], plant: Plant, now: datetime
) -> None:
    """A promise beyond the limits holds nothing until it is approved; an annulled plan nothing from then on."""
    asked = promise_proposals.take_or_ask(
        customer_id=bank.free.id,
        account_id=bank.free_account.id,
        parts=[Part(now.date() + timedelta(days=40), 391_300)],
        reason="下月发工资",
        actor=Actor.of(bank.collector),
        seen_version=None,
        now=now,
    )
    assert asked is not None
    contact_of(bank.free, now + timedelta(hours=1))
    assert not audit("G6", now).violations
    plant(
        "INSERT INTO collections_app_arrangement"
        " (customer_id, account_id, source, source_reference, state, grace_days, agreed_at, annulled_at)"
        " VALUES (%s, %s, 'negotiation', 'x', 'annulled', 3, %s, %s)",
        bank.free.id,
        bank.free_account.id,
        now + timedelta(hours=2),
        now + timedelta(hours=4),
    )
    contact_of(bank.free, now + timedelta(hours=5))
    assert not audit("G6", now).violations
    contact = contact_of(bank.free, now + timedelta(hours=3))
    assert sentences("G6", now) == {
        bank.free.customer_no: f"contact {contact.id} (collection) was made while agreement_active was in force"
    }


def test_g6_covers_other_parties_of_the_account(
    bank: Bank, contact_of: Callable[..., Contact], place_hold: Callable[..., None], now: datetime
) -> None:
    """A dispute of the borrower's account also silences the guarantor about it."""
    bank.free_account.parties.create(customer=bank.reminded, role="guarantor")
    place_hold(bank.free, "dispute", now, account_id=bank.free_account.id)
    contact_of(bank.reminded, now + timedelta(hours=1), accounts=[bank.free_account.id])
    assert "dispute" in sentences("G6", now)[bank.reminded.customer_no]


@pytest.mark.parametrize("scope", ["all", "branch", "region", "product"])
def test_g6_finds_a_contact_made_in_an_incident(
    bank: Bank, contact_of: Callable[..., Contact], now: datetime, scope: str
) -> None:
    """Within its scope, its time and what it stops; the rest is forgiven."""
    approved.load(now=now)
    begins, ends = now + timedelta(days=1), now + timedelta(days=1, hours=2)
    names: dict[str, dict[str, Any]] = {
        "branch": {"branch_id": bank.free.branch_id},
        "region": {"region": bank.free.branch.region},
        "product": {"product": bank.free_account.product},
    }
    incident = incidents.start(
        covers=incidents.Scope(IncidentScope(scope), **names.get(scope, {})),
        reason="disaster",
        sentence_id=ApprovedSentence.objects.get(code="general").id,
        ends_at=ends,
        actor=Actor.of(factories.make_staff("supervisor")),
        now=begins,
    )
    contact_of(bank.free, begins - timedelta(minutes=1))
    contact_of(bank.free, ends)
    contact_of(bank.free, begins + timedelta(minutes=1), purpose="receipt", channel="sms")
    contact_of(bank.free, begins + timedelta(minutes=2), inbound=True)
    assert not audit("G6", ends).violations
    contact = contact_of(bank.free, begins + timedelta(minutes=3))
    assert sentences("G6", ends) == {
        bank.free.customer_no: f"contact {contact.id} (collection) was made in incident {incident.id}"
    }


def test_g6_finds_a_guarantor_asked_for_the_debt_of_somebody_at_risk(
    bank: Bank, contact_of: Callable[..., Contact], now: datetime
) -> None:
    guarantor = factories.make_customer()
    AccountParty.objects.create(account=bank.free_account, customer=guarantor, role="guarantor")
    actor = Actor.of(bank.collector)
    red_button.press(customer_id=bank.free.id, danger="threat", actor=actor, now=now)
    contact = contact_of(guarantor, now + timedelta(minutes=5), accounts=[bank.free_account.id])
    assert sentences("G6", now) == {
        guarantor.customer_no: f"contact {contact.id} (collection) was made while risk_to_life was in force"
    }


def test_g6_finds_somebody_at_risk_called_from_the_record_of_another(
    bank: Bank, contact_of: Callable[..., Contact], now: datetime
) -> None:
    """The number is their own on the record the button was pressed on; it stands beside the debtor as well."""
    guarantor = factories.make_customer()
    beside = factories.make_mobile(bank.reminded, guarantor.contact_points.get().value, relation="guarantor")
    who = Actor.of(bank.collector)
    red_button.press(customer_id=guarantor.id, danger="self_harm", actor=who, now=now)
    contact = contact_of(bank.reminded, now + timedelta(minutes=5), contact_point=beside)
    assert sentences("G6", now) == {
        bank.reminded.customer_no: f"contact {contact.id} (collection) was made while risk_to_life was in force"
    }
