"""The keys of mediation: their own, changed like the others."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from collections_app.domain.crypto import CannotOpenError
from collections_app.models.fields import walled_key_ring
from config.secrets import keep_secrets

COLUMN = "mediation_mediationnote.text"


@pytest.fixture
def fresh_keys() -> Iterator[None]:
    yield
    walled_key_ring.cache_clear()


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
