"""Files that hold personal data, sealed on disk in blocks and read as a stream."""

import io
import os
from typing import Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from collections_app.domain.crypto import CannotOpenError
from collections_app.models.fields import key_ring

BLOCK_BYTES = 1 << 20
_MAGIC = b"OneCase file 1\n"
_SALT_BYTES = 16
_TAG_BYTES = 16
_KEY_ID_BYTES = 32


@deconstructible
class EncryptedFileSystemStorage(FileSystemStorage):
    """Keeps files sealed with a key of their own, derived from the key that seals personal fields.

    A file is a header (the id of the key, a salt) and blocks of one mebibyte, each sealed under its number and
    whether it is the last: blocks cannot be changed, moved, or cut off at the end without notice.
    """

    def _save(self, name: str, content: Any) -> str:
        sealed: File[bytes] = File(cast(Any, _SealingReader(content)), name=name)
        return str(super()._save(name, sealed))  # type: ignore[misc]  # the stubs leave it out

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("a sealed file is written once, whole, and then only read")
        raw = _OpeningReader(super()._open(name, "rb"))  # type: ignore[misc]  # the stubs leave it out
        return File(io.BufferedReader(raw, buffer_size=BLOCK_BYTES), name=name)

    def url(self, name: str | None) -> str:
        """Refuse: a sealed file has no address; a view checks who asks and opens it."""
        raise ValueError("a sealed file has no address")


def _cipher(key_id: str, salt: bytes) -> AESGCM:
    """Return the cipher of one file. Its key is used for no other file, so that block numbers can be the nonces."""
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=_MAGIC).derive(key_ring().key(key_id)))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


class _SealingReader(io.RawIOBase):
    """Reads a file as its sealed form, a block at a time."""

    def __init__(self, content: Any) -> None:
        self._blocks = self._sealed(content)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def _sealed(self, content: Any) -> Any:
        key_id, salt = key_ring().current, os.urandom(_SALT_BYTES)
        cipher = _cipher(key_id, salt)
        yield _MAGIC + key_id.encode().ljust(_KEY_ID_BYTES, b"\x00") + salt
        content.seek(0)
        number, block = 0, content.read(BLOCK_BYTES)
        while True:
            following = content.read(BLOCK_BYTES) if len(block) == BLOCK_BYTES else b""
            yield cipher.encrypt(_nonce(number), block, b"more" if following else b"last")
            if not following:
                return
            number, block = number + 1, following

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._blocks, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


class _OpeningReader(io.RawIOBase):
    """Reads a sealed file as what was put into it; holds one block at a time."""

    def __init__(self, sealed: BinaryIO) -> None:
        self._sealed = sealed
        header = sealed.read(len(_MAGIC) + _KEY_ID_BYTES + _SALT_BYTES)
        if not header.startswith(_MAGIC) or len(header) != len(_MAGIC) + _KEY_ID_BYTES + _SALT_BYTES:
            raise CannotOpenError("not a sealed file")
        key_id = header[len(_MAGIC) : -_SALT_BYTES].rstrip(b"\x00").decode()
        self._cipher = _cipher(key_id, header[-_SALT_BYTES:])
        self._start = len(header)
        self._rewind()

    def _rewind(self) -> None:
        self._sealed.seek(self._start)
        self._number = 0
        self._block = b""
        self._place = 0
        self._next = self._sealed.read(BLOCK_BYTES + _TAG_BYTES)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back to the beginning; nothing else is needed of a stream."""
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("a sealed file is read from its beginning")
        self._rewind()
        return 0

    def tell(self) -> int:
        return max(self._number - 1, 0) * BLOCK_BYTES + self._place

    def readinto(self, buffer: Any) -> int:
        if self._place == len(self._block):
            self._open_next()
        size = min(len(buffer), len(self._block) - self._place)
        buffer[:size] = self._block[self._place : self._place + size]
        self._place += size
        return size

    def _open_next(self) -> None:
        sealed, self._block, self._place = self._next, b"", 0
        if not sealed:
            if self._number == 0:
                raise CannotOpenError("a sealed file has lost its blocks")
            return
        self._next = self._sealed.read(BLOCK_BYTES + _TAG_BYTES)
        try:
            self._block = self._cipher.decrypt(_nonce(self._number), sealed, b"more" if self._next else b"last")
        except InvalidTag as error:
            raise CannotOpenError("a sealed file was changed or cut off") from error
        self._number += 1

    def close(self) -> None:
        self._sealed.close()
        super().close()
