"""The secrets of one installation: made up and kept for a demo, demanded in production."""

import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.env import env_list, env_text

KEY_BYTES = 32
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
HOW_TO_MAKE_ONE = "32 random bytes in hex, as `openssl rand -hex 32` prints them"


@dataclass(frozen=True)
class Secrets:
    """What must never be guessed, logged or committed."""

    secret_key: str
    """Signs sessions and forms."""
    field_keys: dict[str, str]
    """Key id to key in hex, for encrypted fields; the first one encrypts, the others still decrypt."""
    mediation_keys: dict[str, str]
    """The same for what is said in mediation: keys of its own, which open nothing else."""
    search_key: str
    """Makes the search tokens that stand beside encrypted fields."""
    ledger_key: str
    """Signs the ledger's checkpoints (an Ed25519 seed)."""


def read_secrets() -> Secrets:
    """Return the secrets the environment names; raise ImproperlyConfigured for a missing one."""
    secret_key = env_text("ONECASE_SECRET_KEY", hint="50 or more random characters")
    if len(secret_key) < 50:
        raise ImproperlyConfigured("ONECASE_SECRET_KEY is short. Set it to 50 or more characters.")
    field_keys = _env_keys("ONECASE_FIELD_KEYS", "k1")
    return Secrets(
        secret_key=secret_key,
        field_keys=field_keys,
        mediation_keys=_apart_from(field_keys, _env_keys("ONECASE_MEDIATION_KEYS", "m1")),
        search_key=_checked_key("ONECASE_SEARCH_KEY", env_text("ONECASE_SEARCH_KEY", hint=HOW_TO_MAKE_ONE)),
        ledger_key=_checked_key("ONECASE_LEDGER_KEY", env_text("ONECASE_LEDGER_KEY", hint=HOW_TO_MAKE_ONE)),
    )


def _env_keys(variable: str, example: str) -> dict[str, str]:
    """Return key id to key; an id stands in every sealed value, so it must be one that can be found there again."""
    keys: dict[str, str] = {}
    pairs = env_list(
        variable,
        hint=f"comma-separated id:key pairs, the current one first, each key {HOW_TO_MAKE_ONE}",
    )
    for name, colon, key in (entry.partition(":") for entry in pairs):
        if not colon or not KEY_ID.fullmatch(name):
            # The name is not repeated: where the colon was forgotten it is the key.
            raise ImproperlyConfigured(
                f"{variable} has a key without a name that can be found again. "
                f"Call each by 1 to 32 letters, digits, - or _, such as {example}:KEY."
            )
        if name in keys:
            raise ImproperlyConfigured(f"{variable} has two keys called {name}. Give the new one a new name.")
        keys[name] = _checked_key(variable, key)
    if not keys:
        raise ImproperlyConfigured(f"{variable} has no key in it. Set it to {example}:KEY.")
    return keys


def _apart_from(field_keys: dict[str, str], mediation_keys: dict[str, str]) -> dict[str, str]:
    """Return the keys of mediation. Raise ImproperlyConfigured when one is a field key too, by name or by content."""
    same_name = field_keys.keys() & mediation_keys.keys()
    same_key = {key.lower() for key in field_keys.values()} & {key.lower() for key in mediation_keys.values()}
    if same_name or same_key:
        raise ImproperlyConfigured(
            "ONECASE_MEDIATION_KEYS has a key, or the name of one, that ONECASE_FIELD_KEYS has too. "
            "Give mediation keys and names of its own."
        )
    return mediation_keys


def keep_secrets(path: Path) -> Secrets:
    """Return the secrets kept at `path`, making them up the first time."""
    kept = _kept(path, _make_up)
    # In a file of its own: an installation from before there were such keys gets them as well.
    mediation_keys = _kept(path.with_name("mediation_keys.json"), lambda: {"m1": _random_key()})
    return Secrets(
        secret_key=kept["secret_key"],
        field_keys=kept["field_keys"],
        mediation_keys=mediation_keys,
        search_key=kept["search_key"],
        ledger_key=kept["ledger_key"],
    )


def _make_up() -> dict[str, Any]:
    return {
        "secret_key": secrets.token_urlsafe(64),
        "field_keys": {"k1": _random_key()},
        "search_key": _random_key(),
        "ledger_key": _random_key(),
    }


def _kept(path: Path, make_up: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what a file keeps, making it up the first time."""
    if not path.exists():
        _write_first(path, make_up())
    kept: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    return kept


def _write_first(path: Path, made: dict[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(made), encoding="ascii")
    try:
        # A link fails when another process was first, and then its secrets count.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _random_key() -> str:
    return secrets.token_hex(KEY_BYTES)


def _checked_key(name: str, text: str) -> str:
    try:
        length = len(bytes.fromhex(text))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not hex. Set it to {HOW_TO_MAKE_ONE}.") from error
    if length != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} has {length} bytes. Set it to {HOW_TO_MAKE_ONE}.")
    return text
