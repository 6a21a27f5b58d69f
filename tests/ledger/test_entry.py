"""What the database itself refuses to do to the log."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from ledger.models import Checkpoint, Entry
from ledger.services import log

pytestmark = pytest.mark.django_db


def entry(**values: Any) -> Entry:
    """Return an unsaved entry that is valid but for ``values``."""
    return Entry(**{"index": 0, "topic": "test", "leaf_hash": bytes(32), "appended_at": timezone.now(), **values})


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"index": -1}, "ledger_entry_index_from_zero"),
        ({"topic": ""}, "ledger_entry_has_topic"),
        ({"leaf_hash": bytes(31)}, "ledger_entry_leaf_hash_length"),
    ],
)
def test_a_malformed_entry_is_refused_by_the_database(values, constraint):
    """Each constraint holds against a writer that goes past the service."""
    with pytest.raises(IntegrityError, match=constraint):
        entry(**values).save(force_insert=True)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"tree_size": -1}, "ledger_checkpoint_size_from_zero"),
        ({"root_hash": b""}, "ledger_checkpoint_root_hash_length"),
    ],
)
def test_a_malformed_checkpoint_is_refused_by_the_database(values, constraint):
    """The same for what was signed."""
    valid = {"tree_size": 1, "root_hash": bytes(32), "frontier": b"", "note": "", "signed_at": timezone.now()}
    with pytest.raises(IntegrityError, match=constraint):
        Checkpoint(**{**valid, **values}).save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Entry, lambda rows: rows.update(topic="changed")),
        (Entry, lambda rows: rows.delete()),
        (Checkpoint, lambda rows: rows.update(note="changed")),
        (Checkpoint, lambda rows: rows.delete()),
    ],
    ids=["update an entry", "delete an entry", "update a checkpoint", "delete a checkpoint"],
)
def test_what_is_in_the_log_cannot_be_changed_or_removed(fill, now, model, change):
    """A trigger refuses, whoever asks through whatever code."""
    fill(3)
    log.checkpoint(now=now)
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        change(model.objects.all())
    assert model.objects.exists()


def test_the_log_holds_no_personal_data():
    """Each model says so itself, for the register of personal data."""
    assert Entry.personal_data == Checkpoint.personal_data == ()
