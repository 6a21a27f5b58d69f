"""The audit of the guarantees: a sound bank passes, and each planted breach is found with its record."""

# Long because ten guarantees, each with the violation that is planted for it.

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from collections_app.models import Contact, Customer, Event, EventPending, PermitRefusal
from collections_app.services import notes, sequencer
from collections_app.services.records import Actor
from mediation.models import MediationNote, Session
from notifications.models import Message, Receipt
from oversight.selectors import guarantees
from oversight.selectors.guarantees.finding import Finding
from tests import factories
from tests.oversight.conftest import Bank

pytestmark = pytest.mark.django_db
Plant = Callable[..., None]


def audit(code: str, now: datetime, customer: Customer | None = None) -> Finding:
    module = next(item for item in guarantees.AUDITS if code == item.CODE)
    found: Finding = module.audit(now=now, customer_id=customer.id if customer else None)
    return found


def sentences(code: str, now: datetime) -> dict[str, str]:
    """What the audit of one guarantee found, by customer number."""
    return {item.customer_no: item.what for item in audit(code, now).violations}


def test_a_sound_bank_keeps_all_ten(bank: Bank) -> None:
    """One line for each guarantee, in order, and the command ends well."""
    out = StringIO()
    call_command("verify_guarantees", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == [f"G{number}" for number in range(1, 11)]
    assert all(" kept " in line and " 0 violations" in line for line in lines), out.getvalue()
    assert "log of" in lines[6]


def test_a_violation_ends_with_exit_1_and_names_the_customer(bank: Bank, plant: Plant) -> None:
    plant("UPDATE collections_app_customer SET overdue_fen = overdue_fen + 1 WHERE id = %s", bank.free.id)
    out = StringIO()
    with pytest.raises(CommandError, match=r"Violated: G1 \(1\)"):
        call_command("verify_guarantees", stdout=out)
    assert f"{bank.free.customer_no}: stored overdue_fen differ from the facts" in out.getvalue()


def test_one_record_can_be_audited_alone(bank: Bank, plant: Plant) -> None:
    """A breach elsewhere is not looked at."""
    plant("UPDATE collections_app_customer SET overdue_fen = overdue_fen + 1 WHERE id = %s", bank.free.id)
    out = StringIO()
    call_command("verify_guarantees", customer=bank.promiser.customer_no, stdout=out)
    assert "1 checked" in out.getvalue().splitlines()[0]
    with pytest.raises(CommandError):
        call_command("verify_guarantees", customer=bank.free.customer_no, only=["g1"], stdout=out)


@pytest.mark.parametrize("options", [{"customer": "C-nobody"}, {"only": ["G11"]}])
def test_what_does_not_exist_is_refused(bank: Bank, options: dict[str, object]) -> None:
    with pytest.raises(CommandError, match="There is no"):
        call_command("verify_guarantees", stdout=StringIO(), **options)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE collections_app_customer SET status = 'current' WHERE id = %s", "status"),
        ("UPDATE collections_app_customer SET next_step = 'await_hold' WHERE id = %s", "next_step"),
        ("UPDATE collections_app_customer SET derive_due_at = NULL WHERE id = %s", "derive_due_at"),
        ("UPDATE collections_app_account SET stage = 'm6' WHERE customer_id = %s", "account"),
        ("UPDATE collections_app_account SET core_overdue_fen = 1 WHERE customer_id = %s", "overdue_fen"),
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


def test_g4_finds_a_call_at_night(bank: Bank, contact_of: Callable[..., Contact], now: datetime) -> None:
    """22:30 on the customer's wall is inside, and so is 07:59; 08:00 is not."""
    contact_of(bank.free, now.replace(hour=8, minute=0))
    assert not audit("G4", now).violations
    contact_of(bank.free, now.replace(hour=22, minute=30) - timedelta(days=3))
    assert "at 22:30 in the quiet hours of CN-H1" in sentences("G4", now)[bank.free.customer_no]


def test_g4_finds_a_reservation_nobody_ended(bank: Bank, contact_of: Callable[..., Contact], now: datetime) -> None:
    contact = contact_of(bank.free, now, state="reserved", expires_at=now + timedelta(minutes=5))
    assert not audit("G4", now).violations
    later = now + timedelta(hours=1)
    assert sentences("G4", later) == {bank.free.customer_no: f"contact {contact.id} is still reserved after its end"}


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


def test_g6_covers_other_parties_of_the_account(
    bank: Bank, contact_of: Callable[..., Contact], place_hold: Callable[..., None], now: datetime
) -> None:
    """A dispute of the borrower's account also silences the guarantor about it."""
    bank.free_account.parties.create(customer=bank.reminded, role="guarantor")
    place_hold(bank.free, "dispute", now, account_id=bank.free_account.id)
    contact_of(bank.reminded, now + timedelta(hours=1), accounts=[bank.free_account.id])
    assert "dispute" in sentences("G6", now)[bank.reminded.customer_no]


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


@pytest.fixture
def note(bank: Bank, plant: Plant, now: datetime) -> Callable[[str], None]:
    """Return a function that stores the text of a mediator's note as it is given, sealed or not."""
    plant(
        "INSERT INTO mediation_mediationorganisation"
        " (id, code, name_zh, name_en, kind, registration_no, lawfully_established, fee_free, active)"
        " VALUES (1, 'M', '调', 'M', 'industry', '1', true, true, true)"
    )
    mediator = factories.make_staff("mediator")
    plant(
        "INSERT INTO mediation_mediator (id, staff_id, organisation_id, languages, trained_for, active)"
        " VALUES (1, %s, 1, '{}', '{}', true)",
        mediator.id,
    )
    return lambda text: _plant_note(plant, bank, mediator.id, text, now)


def _plant_note(plant: Plant, bank: Bank, staff_id: int, text: str, now: datetime) -> None:
    columns = {
        "mediation_id": 1,
        "customer_id": bank.free.id,
        "mediator_id": 1,
        "representative_id": staff_id,
        "mode": "video",
        "state": "held",
        "scheduled_at": now,
        "closed_at": now,
    }
    names = {field.column for field in Session._meta.concrete_fields}
    columns |= (
        {"during": f"[{now.isoformat()},{(now + timedelta(hours=1)).isoformat()})"}
        if "during" in names
        else {
            "starts_at": now,
            "ends_at": now + timedelta(hours=1),
        }
    )
    plant(
        f"INSERT INTO mediation_session (id, {', '.join(columns)}) VALUES (1{', %s' * len(columns)})",  # noqa: S608
        *columns.values(),
    )
    plant(
        "INSERT INTO mediation_mediationnote (session_id, customer_id, author_id, text, at) VALUES (1, %s, 1, %s, %s)",
        bank.free.id,
        text,
        now,
    )


def test_g9_finds_a_note_in_plain_text(bank: Bank, note: Callable[[str], None], now: datetime) -> None:
    note("客户愿意分十二期偿还，最多可付八成。")
    assert "not sealed" in sentences("G9", now)[bank.free.customer_no]


def test_g9_finds_the_words_of_a_note_on_the_timeline(bank: Bank, note: Callable[[str], None], now: datetime) -> None:
    """Sealed as it should be, it keeps the guarantee until a colleague copies it into a note of the record."""
    text = "客户愿意分十二期偿还，最多可付八成。"
    note(MediationNote._meta.get_field("text").get_prep_value(text))
    assert not audit("G9", now).violations
    notes.add(
        customer_id=bank.free.id,
        text=f"听说：{text}",
        actor=Actor.of(bank.collector),
        seen_version=bank.free.version,
        now=now,
    )
    assert sentences("G9", now) == {bank.free.customer_no: "a note of mediation stands in the timeline"}


def test_g9_finds_a_note_of_somebody_elses_session(
    bank: Bank, note: Callable[[str], None], plant: Plant, now: datetime
) -> None:
    note(MediationNote._meta.get_field("text").get_prep_value("客户愿意分期。"))
    plant("UPDATE mediation_mediationnote SET author_id = 2")
    assert "not the session's mediator" in sentences("G9", now)[bank.free.customer_no]
