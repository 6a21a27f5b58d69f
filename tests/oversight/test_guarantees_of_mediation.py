"""G9: what breaks the wall around mediation is found."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collections_app.models import Event, HandOff
from collections_app.models.fields import SealedField
from collections_app.services import notes
from collections_app.services.records import Actor
from mediation.models import Agreement, MediationNote, Position
from notifications.models import Message
from tests import factories
from tests.oversight.audits import audit, sentences
from tests.oversight.conftest import Bank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank_of_module")]
Plant = Callable[..., None]


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
        "INSERT INTO mediation_mediator"
        " (id, staff_id, organisation_id, languages, skills, places, worked_at, most_a_day, most_a_week, active)"
        " VALUES (1, %s, 1, '{}', '{}', '{}', '{}', 8, 40, true)",
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
        "during": f"[{now.isoformat()},{(now + timedelta(hours=1)).isoformat()})",
    }
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


@pytest.mark.parametrize("place", ["a hand-off", "a position", "an agreement", "a message"])
def test_g9_finds_the_words_of_a_note_wherever_colleagues_or_the_customer_read(
    bank: Bank, note: Callable[[str], None], plant: Plant, now: datetime, place: str
) -> None:
    text = "客户愿意分十二期偿还，最多可付八成。"
    note(MediationNote._meta.get_field("text").get_prep_value(text))
    model, name, sql = {
        "a hand-off": (
            HandOff,
            "text",
            (
                "INSERT INTO collections_app_handoff (customer_id, kind, state, to_department, from_department,"
                " due_at, opened_at, text) VALUES (%s, 'callback', 'open', 'service', 'collections', now(), %s, %s)"
            ),
        ),
        "a position": (
            Position,
            "text",
            (
                "INSERT INTO mediation_position (mediation_id, customer_id, side, filed_at, text)"
                " VALUES (1, %s, 'bank', %s, %s)"
            ),
        ),
        "an agreement": (
            Agreement,
            "terms",
            (
                "INSERT INTO mediation_agreement (mediation_id, session_id, customer_id, account_id, arrangement_id,"
                " total_fen, grace_days, agreed_at, terms) VALUES (1, 1, %s, 1, 1, 1, 3, %s, %s)"
            ),
        ),
        "a message": (Message, "body", ""),
    }[place]
    sealed = model._meta.get_field(name).get_prep_value(f"另：{text}")
    if sql:
        plant(sql, bank.free.id, now, sealed)
        assert sentences("G9", now) == {bank.free.customer_no: f"a note of mediation stands in {place}"}
    else:
        plant("UPDATE mediation_mediationnote SET customer_id = %s", bank.reminded.id)
        plant("UPDATE notifications_message SET body = %s WHERE id = %s", sealed, bank.message.id)
        assert sentences("G9", now) == {bank.reminded.customer_no: f"a note of mediation stands in {place}"}


def test_g9_finds_a_position_in_plain_text(bank: Bank, plant: Plant, now: datetime) -> None:
    plant(
        "INSERT INTO mediation_position (mediation_id, customer_id, side, filed_at, text)"
        " VALUES (1, %s, 'bank', %s, '可分十二期')",
        bank.free.id,
        now,
    )
    assert "of the talks is stored in plain text" in sentences("G9", now)[bank.free.customer_no]


def test_g9_finds_a_note_of_somebody_elses_session(
    bank: Bank, note: Callable[[str], None], plant: Plant, now: datetime
) -> None:
    note(MediationNote._meta.get_field("text").get_prep_value("客户愿意分期。"))
    plant("UPDATE mediation_mediationnote SET author_id = 2")
    assert "not the session's mediator" in sentences("G9", now)[bank.free.customer_no]


def test_g9_finds_a_note_that_an_ordinary_key_opens(bank: Bank, note: Callable[[str], None], now: datetime) -> None:
    """Sealed, but by the keys of every other field: whoever runs the records could read it."""
    field = SealedField()
    field.set_attributes_from_name("text")
    field.model = MediationNote
    note(field.get_prep_value("客户愿意分期。"))
    assert "not sealed with a key of mediation" in sentences("G9", now)[bank.free.customer_no]


def test_g9_finds_the_words_of_a_note_in_an_event(
    bank: Bank, note: Callable[[str], None], plant: Plant, now: datetime
) -> None:
    text = "客户愿意分十二期偿还，最多可付八成。"
    note(MediationNote._meta.get_field("text").get_prep_value(text))
    Event.objects.create(
        customer=bank.free, kind="note.added", version=99, at=now, department="collections", payload={"why": text}
    )
    assert sentences("G9", now) == {bank.free.customer_no: "a note of mediation stands in an event"}


def test_g9_finds_a_round_that_was_revealed_early(
    bank: Bank, note: Callable[[str], None], plant: Plant, now: datetime
) -> None:
    """One side has proposed, and somebody wrote past service and trigger that both may be read."""
    note(MediationNote._meta.get_field("text").get_prep_value("客户愿意分期。"))
    plant(
        "INSERT INTO mediation_proposalround (mediation_id, session_id, customer_id, number, state, payoff_fen,"
        " opened_by_id, opened_at, closes_at, ended_at) VALUES (1, 1, %s, 1, 'revealed', 1, 1, %s, %s, %s)",
        bank.free.id, now, now + timedelta(hours=1), now,
    )  # fmt: skip
    assert "revealed without a proposal of each side" in sentences("G9", now)[bank.free.customer_no]
