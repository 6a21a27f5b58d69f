"""Fields that keep personal data sealed in the database."""

import json
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from collections_app.domain.crypto import KeyRing

_Given = TypeVar("_Given")
_Got = TypeVar("_Got")


@lru_cache(maxsize=1)
def key_ring() -> KeyRing:
    """Return the keys of this installation (settings FIELD_KEYS, FIELD_KEY_CURRENT, SEARCH_TOKEN_KEY)."""
    return KeyRing(
        keys={key_id: bytes.fromhex(key) for key_id, key in settings.FIELD_KEYS.items()},
        current=settings.FIELD_KEY_CURRENT,
        token_key=bytes.fromhex(settings.SEARCH_TOKEN_KEY),
    )


@lru_cache(maxsize=1)
def walled_key_ring() -> KeyRing:
    """Return the keys of what is said in mediation (settings MEDIATION_KEYS, MEDIATION_KEY_CURRENT)."""
    return KeyRing(
        keys={key_id: bytes.fromhex(key) for key_id, key in settings.MEDIATION_KEYS.items()},
        current=settings.MEDIATION_KEY_CURRENT,
        setting="ONECASE_MEDIATION_KEYS",
    )


class AnySealedField(models.TextField[_Given, _Got]):
    """What is sealed in the database and plain in Python. Nothing can filter or order by it."""

    def _ring(self) -> KeyRing:
        return key_ring()

    def _column_name(self) -> str:
        return f"{self.model._meta.db_table}.{self.attname}"

    def get_prep_value(self, value: Any) -> Any:
        """Return the sealed form that is stored; an empty text stays empty."""
        if value is None or value == "":
            return value
        return self._ring().seal(str(value), column=self._column_name())

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the plain text of a stored value."""
        if value is None or value == "":
            return value
        return self._ring().open(value, column=self._column_name())

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse look-ups: a sealed column holds other bytes each time."""
        if lookup_name in {"isnull"}:
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self.name} is sealed: search by its tokens")


class SealedField(AnySealedField[str, str]):
    """A sealed text."""


class SealedJSONField(AnySealedField[dict[str, Any], dict[str, Any]]):
    """A dictionary that is sealed in the database and plain in Python; an empty one is an empty text there."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def get_prep_value(self, value: Any) -> Any:
        """Return the sealed form that is stored."""
        return super().get_prep_value(json.dumps(value, ensure_ascii=False) if value else "")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the dictionary of a stored value."""
        opened = super().from_db_value(value, expression, connection)
        return json.loads(opened) if opened else {}

    def to_python(self, value: Any) -> Any:
        """Return the dictionary: it is no text that a form may change."""
        return value


def sealed_of(model: type[models.Model]) -> tuple[str, ...]:
    """Return the names of a model's sealed columns: who reads many rows and shows none of them leaves them closed."""
    return tuple(field.name for field in model._meta.concrete_fields if isinstance(field, AnySealedField))


class WalledField(SealedField):
    """A text of mediation, sealed by keys of its own: whoever has the field keys alone opens nothing of it."""

    def _ring(self) -> KeyRing:
        return walled_key_ring()

    def value_to_string(self, obj: models.Model) -> str:
        """Return the sealed form: what writes rows out (``dumpdata``) tells nobody what they say."""
        return str(self.get_prep_value(self.value_from_object(obj)) or "")


def token(text: str, *, space: str) -> str:
    """Return this installation's search token of a text."""
    return key_ring().token(text, space=space)


class TokensField(ArrayField[list[str], list[str]]):
    """The search tokens of a record, each 32 hexadecimal signs."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("base_field", models.CharField(max_length=32))
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)
