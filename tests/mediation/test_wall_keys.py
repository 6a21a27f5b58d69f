"""The keys of mediation: their own, changed like the others, and notes from before them are sealed anew."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from collections_app.domain.crypto import CannotOpenError
from collections_app.models.fields import key_ring, walled_key_ring
from config.secrets import keep_secrets
from mediation.models import MediationNote, SessionMinutes, TelephoneRecord
from mediation.services import notes
from tests.mediation.conftest import Table

COLUMN = "mediation_mediationnote.text"
migration = importlib.import_module("mediation.migrations.0005_walled")


@pytest.fixture
def fresh_keys() -> Iterator[None]:
    yield
    walled_key_ring.cache_clear()


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM mediation_mediationnote")
        (text,) = cursor.fetchone()
    return str(text)


def test_notes_from_before_are_sealed_anew_and_none_is_lost(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice is as good as once, back again too, and the notes are append-only all the while."""
    monkeypatch.setattr(migration, "MANY", 1)
    note = notes.add(session_id=table.session.id, text="愿意谈", actor=table.mediators["actor"], now=table.now)
    with connection.schema_editor(atomic=False) as editor:
        migration.take_back(None, editor)
        assert key_ring().open(stored(), column=COLUMN) == "愿意谈"
        for _ in range(2):
            migration.reseal(None, editor)
    assert walled_key_ring().open(stored(), column=COLUMN) == "愿意谈"
    assert MediationNote.objects.get().text == "愿意谈"
    with pytest.raises(Exception, match="Cannot update"):
        MediationNote.objects.filter(id=note.id).update(text="x")


def test_words_minutes_and_recordings_from_before_are_sealed_anew(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the field keys sealed and what lay plain: by the keys of mediation now, and back again by a downgrade."""
    moved = importlib.import_module("mediation.migrations.0009_walled_words_and_panels")
    monkeypatch.setattr(moved, "MANY", 1)
    common = {"session": table.session, "customer": table.debtor.customer, "stated_at": table.now}
    for reference in ("v1.2.3", "R-1"):
        TelephoneRecord.objects.create(
            **common, outcome="spoken", minutes=1, recording_ref=reference, stated_by=table.representative
        )
    SessionMinutes.objects.create(
        session=table.session, customer=table.debtor.customer, text="愿意谈", written_by=table.representative,
        written_at=table.now,
    )  # fmt: skip

    def kept(place: str) -> list[str]:
        name, column = place.split(".")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {name} ORDER BY id")  # noqa: S608
            return [value for (value,) in cursor.fetchall()]

    calls, minutes = "mediation_telephonerecord.recording_ref", "mediation_sessionminutes.text"
    with connection.schema_editor(atomic=False) as editor:
        moved.take_back(None, editor)
        assert kept(calls) == ["v1.2.3", "R-1"]
        assert [key_ring().open(value, column=minutes) for value in kept(minutes)] == ["愿意谈"]
        for _ in range(2):
            moved.reseal(None, editor)
    assert [walled_key_ring().open(value, column=calls) for value in kept(calls)] == ["v1.2.3", "R-1"]
    assert [row.text for row in SessionMinutes.objects.all()] == ["愿意谈"]
    with pytest.raises(Exception, match="Cannot update"):
        SessionMinutes.objects.update(text="x")


def test_a_key_of_mediation_is_changed_like_the_others(settings: LazySettings, fresh_keys: None) -> None:
    """The new one seals, the old one opens what is there, and one that is missing is named with its setting."""
    before = walled_key_ring().seal("愿意谈", column=COLUMN)
    old = dict(settings.MEDIATION_KEYS)
    settings.MEDIATION_KEYS, settings.MEDIATION_KEY_CURRENT = {"m9": "09" * 32} | old, "m9"
    walled_key_ring.cache_clear()
    assert walled_key_ring().open(before, column=COLUMN) == "愿意谈"
    assert walled_key_ring().seal("x", column=COLUMN).startswith("v1.m9.")
    settings.MEDIATION_KEYS = {"m9": "09" * 32}
    walled_key_ring.cache_clear()
    with pytest.raises(CannotOpenError, match="which ONECASE_MEDIATION_KEYS does not name"):
        walled_key_ring().open(before, column=COLUMN)
    with pytest.raises(ValueError, match="nothing sealed by ONECASE_MEDIATION_KEYS is searched"):
        walled_key_ring().token("x", space="name")


def test_an_installation_from_before_gets_keys_of_its_own_once(tmp_path: Path) -> None:
    """What it kept stays as it was; the new keys are other keys under another name."""
    path = tmp_path / "secrets.json"
    first = keep_secrets(path)
    kept = path.read_text(encoding="ascii")
    (tmp_path / "mediation_keys.json").unlink()
    again = keep_secrets(path)
    assert path.read_text(encoding="ascii") == kept
    assert again.field_keys == first.field_keys
    assert (
        again.mediation_keys
        == keep_secrets(path).mediation_keys
        == json.loads((tmp_path / "mediation_keys.json").read_text(encoding="ascii"))
    )
    assert not set(again.mediation_keys.values()) & {*again.field_keys.values(), *first.mediation_keys.values()}
    assert not set(again.mediation_keys) & set(again.field_keys)
