"""G3 to G6 and G10: breaches between people who take turns, on a line, a case or a decision, are found."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collections_app.models import Approval, CaseClaim, Contact, Hold
from collections_app.services import calls
from collections_app.services.emergencies import sentences as approved
from collections_app.services.records import Actor
from tests import factories
from tests.oversight.audits import audit, sentences
from tests.oversight.conftest import Bank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank_of_module")]
Plant = Callable[..., None]
ContactOf = Callable[..., Contact]


@pytest.fixture
def approval(bank: Bank, now: datetime) -> Approval:
    """A decision somebody gave an hour ago, with nothing on the history."""
    return Approval.objects.create(
        kind="statutory_contact",
        subject=f"customer:{bank.free.id}",
        customer=bank.free,
        state="approved",
        asked_by=bank.collector,
        asked_department="collections",
        asked_at=now - timedelta(hours=2),
        expires_at=now + timedelta(days=2),
        reason="须送达",
        decided_by=factories.make_staff("supervisor"),
        decided_at=now - timedelta(hours=1),
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("customer_id = %s", "has the contact of another customer"),
        ("started_at = started_at + interval '1 s' WHERE customer_id <> %s", "began at another instant"),
        ("inbound = true WHERE customer_id <> %s", "went the other way"),
    ],
)
def test_g3_finds_a_call_that_is_not_the_one_its_permit_was_for(
    bank: Bank, plant: Plant, now: datetime, change: str, what: str
) -> None:
    plant(f"UPDATE collections_app_conversation SET {change}", bank.free.id)  # noqa: S608
    assert [what in item.what for item in audit("G3", now).violations] == [True]


def test_g3_finds_a_message_with_the_contact_of_another_customer(bank: Bank, plant: Plant, now: datetime) -> None:
    plant("UPDATE collections_app_contact SET customer_id = %s WHERE id = %s", bank.free.id, bank.message.contact_id)
    assert "has the contact of another customer" in sentences("G3", now)[bank.reminded.customer_no]


def test_g4_finds_a_contact_in_the_middle_of_a_colleagues_call(
    bank: Bank, contact_of: ContactOf, now: datetime
) -> None:
    """One's own message, a code, and what is too near the beginning to tell, are let pass."""
    calls.start(
        customer_id=bank.free.id,
        contact_point_id=None,
        inbound=True,
        actor=Actor.of(bank.collector),
        seen_version=None,
        now=now,
    )
    sms = {"channel": "sms", "purpose": "due_notice", "decision": {}}
    contact_of(bank.free, now + timedelta(seconds=59), **sms)
    held = Contact.objects.get(conversation__customer=bank.free).conversation
    held.lease_until = now + timedelta(minutes=10)
    held.save(update_fields=["lease_until"])
    contact_of(bank.free, now + timedelta(minutes=3), **sms | {"purpose": "receipt"})
    contact_of(bank.free, now + timedelta(minutes=3), **sms, staff=bank.collector)
    assert not audit("G4", now).violations
    contact = contact_of(bank.free, now + timedelta(minutes=4), **sms)
    assert sentences("G4", now) == {
        bank.free.customer_no: f"contact {contact.id} was made while somebody else was on the line in call {held.id}"
    }


def test_g5_finds_two_messages_of_one_contact_and_one_accepted_without_a_name(
    bank: Bank, plant: Plant, now: datetime
) -> None:
    plant(
        "INSERT INTO notifications_message (customer_id, account_id, kind, purpose, about_on, reference, payload,"
        " state, reason, reason_params, priority, planned_at, due_at, expires_at, provider, attempt, attempts, worker,"
        " claimed_at, contact_id, number, number_provenance, variant, language, body, body_sha256, segments, said,"
        " version, provider_id, report_rank, error_code, accepted_at, ended_at, template_id)"
        " SELECT customer_id, account_id, kind, purpose, about_on, 'again', payload, 'unknown', reason, reason_params,"
        " priority, planned_at, due_at, expires_at, provider, gen_random_uuid(), attempts, worker, claimed_at,"
        " contact_id, number, number_provenance, variant, language, body, body_sha256, segments, said, version, '',"
        " report_rank, error_code, NULL, NULL, template_id FROM notifications_message WHERE id = %s",
        bank.message.id,
    )
    assert "shares its contact" in sentences("G5", now)[bank.reminded.customer_no]
    plant("UPDATE notifications_message SET provider_id = '' WHERE id = %s", bank.message.id)
    assert any("without the provider's id" in item.what for item in audit("G5", now).violations)


def test_g5_finds_a_case_given_to_two_people_at_once(bank: Bank, now: datetime) -> None:
    """A claim that was ended, or whose time had run out, is in nobody's way."""

    def claim(minute: int, ended: int | None) -> CaseClaim:
        return CaseClaim.objects.create(
            customer=bank.free,
            staff=factories.make_staff("collector"),
            queue="to_contact",
            taken_at=now + timedelta(minutes=minute),
            expires_at=now + timedelta(minutes=minute + 15),
            ended_at=None if ended is None else now + timedelta(minutes=ended),
            end="" if ended is None else "worked",
        )

    claim(0, 5)
    claim(5, 50)
    claim(20, 21)
    assert not audit("G5", now).violations
    second = claim(10, 11)
    assert sentences("G5", now) == {
        bank.free.customer_no: f"claim {second.id} gave a case to somebody while a colleague had it"
    }


@pytest.mark.parametrize(("own", "other"), [({"channel": "sms"}, {"channel": "voice"}), ({}, {})])
def test_g6_finds_a_contact_against_a_channel_or_a_number_that_was_stopped(
    bank: Bank, contact_of: ContactOf, now: datetime, own: dict[str, str], other: dict[str, str]
) -> None:
    """Another channel, or another number of the same customer, is not meant."""
    Hold.objects.create(
        customer=bank.free,
        kind="channel_stop" if own else "number_bad",
        channel=own.get("channel", ""),
        contact_point=None if own else bank.free.contact_points.get(),
        placed_at=now,
    )
    let_pass = contact_of(bank.free, now + timedelta(minutes=5), **other)
    if not own:
        Contact.objects.filter(id=let_pass.id).update(contact_point=factories.make_mobile(bank.reminded))
    assert not audit("G6", now).violations
    contact = contact_of(bank.free, now + timedelta(minutes=6), **own)
    assert f"contact {contact.id} (collection)" in sentences("G6", now)[bank.free.customer_no]


@pytest.mark.parametrize("change", ["state = 'rejected'", "customer_id = NULL", "decided_at = decided_at + '2 days'"])
def test_g6_finds_a_contact_whose_approval_did_not_allow_it(
    bank: Bank, contact_of: ContactOf, plant: Plant, approval: Approval, now: datetime, change: str
) -> None:
    contact = contact_of(bank.free, now)
    Contact.objects.filter(id=contact.id).update(decision=contact.decision | {"approval": approval.id})
    assert not audit("G6", now).violations
    plant(f"UPDATE collections_app_approval SET {change} WHERE id = %s", approval.id)  # noqa: S608
    assert sentences("G6", now) == {
        bank.free.customer_no: f"contact {contact.id} names an approval that did not allow it"
    }


def test_g6_finds_an_approval_that_was_used_twice(
    bank: Bank, contact_of: ContactOf, approval: Approval, now: datetime
) -> None:
    decision = Contact.objects.get(conversation=bank.call).decision | {"approval": approval.id}
    contact_of(bank.free, now, decision=decision)
    second = contact_of(bank.free, now + timedelta(hours=3), decision=decision)
    assert sentences("G6", now) == {
        bank.free.customer_no: f"contact {second.id} names an approval that did not allow it"
    }


def test_g10_finds_a_decision_the_history_does_not_know_and_one_out_of_its_time(
    bank: Bank, plant: Plant, approval: Approval, now: datetime
) -> None:
    assert "the history does not say so" in sentences("G10", now)[bank.free.customer_no]
    plant("UPDATE collections_app_approval SET expires_at = decided_at - interval '5 minutes'")
    assert "after it had lapsed" in sentences("G10", now)[bank.free.customer_no]
    plant("UPDATE collections_app_approval SET expires_at = %s, asked_at = %s", now, now)
    assert "before it was asked" in sentences("G10", now)[bank.free.customer_no]


def test_g10_finds_an_incident_that_ended_without_its_report(bank: Bank, plant: Plant, now: datetime) -> None:
    approved.load(now=now)
    plant(
        "INSERT INTO collections_app_incident"
        " (scope, region, product, reason, notices_too, sentence_id, started_by_id, started_at, ended_at, end_reason,"
        " calls_open, report) SELECT 'all', '', '', 'disaster', false, min(id), %s, %s, %s, '', 0, '{}'"
        " FROM collections_app_approvedsentence",
        bank.collector.id,
        now,
        now + timedelta(hours=1),
    )
    assert "keeps no report" in sentences("G10", now)[""]


def test_g10_finds_a_permit_that_keeps_no_inputs_and_a_mediation_without_its_route(
    bank: Bank, plant: Plant, now: datetime
) -> None:
    plant(
        "UPDATE collections_app_contact SET decision = jsonb_set(decision, '{considered}',"
        ' \'[{"check": "x", "result": "noted"}]\') WHERE id = %s',
        bank.call.contact_id,
    )
    plant(
        "INSERT INTO mediation_mediation (customer_id, account_id, kind, state, route, route_reason, amount_fen,"
        " department, customer_consent, tries, ending, proposed_by_id, proposed_at)"
        " VALUES (%s, %s, 'instalment', 'proposed', '', '', 1, 'collections', 'unknown', 0, '', %s, %s)",
        bank.free.id,
        bank.free_account.id,
        bank.collector.id,
        now,
    )
    found = sentences("G10", now)
    assert "keeps no inputs" in found[bank.promiser.customer_no]
    assert "why it takes its route" in found[bank.free.customer_no]
