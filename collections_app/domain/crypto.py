"""Authenticated encryption of personal fields, and keyed tokens to search them by.

A stored value is ``v1.<key id>.<base64 of nonce and ciphertext>``. The column's name is authenticated with it,
so a value copied into another column does not open. Keys are 32 bytes; the newest key encrypts, all open.
"""

import base64
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotOpenError(ValueError):
    """A stored value does not open: unknown key, altered bytes, or another column's value."""


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    """Return the cipher of a key; making one costs as much as using it."""
    return AESGCM(key)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys by id, the id that encrypts now, the key of the search tokens, and the setting that names the keys.

    Without a key of tokens nothing can be searched.
    """

    keys: Mapping[str, bytes]
    current: str
    token_key: bytes = b""
    setting: str = "ONECASE_FIELD_KEYS"

    def seal(self, plain: str, *, column: str) -> str:
        """Return the sealed form of a text for that column."""
        nonce = os.urandom(12)
        box = _cipher(self.keys[self.current]).encrypt(nonce, plain.encode(), column.encode())
        return f"v1.{self.current}.{base64.b64encode(nonce + box).decode()}"

    def open(self, sealed: str, *, column: str) -> str:
        """Return the text of a sealed value. Raise CannotOpenError when it does not open."""
        try:
            version, key_id, body = sealed.split(".", 2)
            raw = base64.b64decode(body, validate=True)
            if version != "v1":
                raise CannotOpenError("unknown format")
            return _cipher(self.key(key_id)).decrypt(raw[:12], raw[12:], column.encode()).decode()
        except CannotOpenError as error:
            raise CannotOpenError(f"a value of {column} does not open: {error}") from error
        except (ValueError, InvalidTag) as error:
            raise CannotOpenError(f"a value of {column} does not open") from error

    def key(self, key_id: str) -> bytes:
        """Return the key of that id. Raise CannotOpenError, which names it, when the installation lacks it."""
        try:
            return self.keys[key_id]
        except KeyError as error:
            raise CannotOpenError(f"sealed with the key {key_id}, which {self.setting} does not name") from error

    def token(self, text: str, *, space: str) -> str:
        """Return the search token of a text: equal texts of one space give equal tokens, nothing else is told."""
        if not self.token_key:
            raise ValueError(f"nothing sealed by {self.setting} is searched")
        return hmac.digest(self.token_key, f"{space}\x00{text}".encode(), "sha256").hex()[:32]
