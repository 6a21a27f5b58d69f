"""Signed notes of C2SP (c2sp.org/signed-note): a text and the signatures under it.

Two kinds of signature are known: Ed25519 over the text (a log signs so), and
cosignature/v1 over the text and a time (a witness signs so).
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE_V1 = 0x04

_KEY_BYTES = 32
_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_MARK = "\N{EM DASH} "
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_FORBIDDEN_IN_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteError(ValueError):
    """A note, a key or a signature is malformed or does not verify."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signed with which key, and the raw signature."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_MARK}{self.name} {encode_base64(self.key_id + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Return the signature in ``line``, given without its newline. Raise NoteError."""
        name, separator, encoded = line.removeprefix(_MARK).partition(" ")
        if not line.startswith(_MARK) or not separator:
            raise NoteError("a signature line is not '— name base64'")
        _check_name(name)
        raw = decode_base64(encoded)
        if len(raw) <= _KEY_ID_BYTES:
            raise NoteError("a signature line is too short to hold a signature")
        return cls(name, raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])

    @property
    def cosigned_at_unix(self) -> int:
        """Return the seconds since 1970 that a cosignature states. Raise NoteError for another kind."""
        if len(self.value) != _TIME_BYTES + _SIGNATURE_BYTES:
            raise NoteError("the signature is not a timestamped cosignature")
        return int.from_bytes(self.value[:_TIME_BYTES], "big")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key, written ``name+id+key`` (a vkey)."""

    name: str
    public_key: bytes
    algorithm: int = ED25519

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which signature lines name the key."""
        material = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public_key
        return sha256(material).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        encoded = encode_base64(bytes([self.algorithm]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """Return the key written as ``vkey``. Raise NoteError when it is not a known kind of key."""
        # The base64 part may hold a plus sign, hence no more than two splits.
        parts = vkey.split("+", 2)
        if len(parts) != 3:
            raise NoteError("a verifier key is not 'name+id+key'")
        name, key_id, encoded = parts
        _check_name(name)
        material = decode_base64(encoded)
        if len(material) != 1 + _KEY_BYTES or material[0] not in (ED25519, COSIGNATURE_V1):
            raise NoteError("the verifier key is of an unknown kind")
        key = cls(name, material[1:], material[0])
        if key.key_id.hex() != key_id:
            raise NoteError("the verifier key's id does not match the key")
        return key

    def accepts(self, *, text: str, signature: Signature) -> bool:
        """Return whether ``signature`` was made over ``text`` with this key."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return False
        message, value = text.encode(), signature.value
        if self.algorithm == COSIGNATURE_V1:
            if len(value) != _TIME_BYTES + _SIGNATURE_BYTES:
                return False
            message = f"cosignature/v1\ntime {signature.cosigned_at_unix}\n".encode() + message
            value = value[_TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(value, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignerKey:
    """An Ed25519 key with its private half: the 32 bytes of its seed."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != _KEY_BYTES:
            raise NoteError(f"the seed of a signing key is not {_KEY_BYTES} bytes long")

    @property
    def verifier(self) -> VerifierKey:
        """Return the public half."""
        return VerifierKey(self.name, self._private_key.public_key().public_bytes_raw())

    @property
    def _private_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, text: str) -> "Note":
        """Return ``text`` as a note that carries this key's signature. Raise NoteError for a bad text."""
        _check_text(text)
        value = self._private_key.sign(text.encode())
        return Note(text, (Signature(self.name, self.verifier.key_id, value),))


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and the signature lines under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, raw: str) -> "Note":
        """Return the note in ``raw``, unverified. Raise NoteError when it is malformed."""
        before, separator, block = raw.rpartition("\n\n")
        if not separator or not block.endswith("\n"):
            raise NoteError("the note has no block of signature lines after a blank line")
        text = before + "\n"
        _check_text(text)
        lines = block.removesuffix("\n").split("\n")
        return cls(text, tuple(Signature.parse(line) for line in lines))

    def check_signed_by(self, keys: Iterable[VerifierKey]) -> tuple[Signature, ...]:
        """Return one signature for each of ``keys`` that signed; other lines are passed over.

        Raise NoteError when a line that names one of the keys is not its signature, or
        when no line names any of them.
        """
        known = {(key.name, key.key_id): key for key in keys}
        verified = []
        for signature in self.signatures:
            # Taken out, so that one key repeated never counts as two towards a quorum.
            key = known.pop((signature.name, signature.key_id), None)
            if key is None:
                continue
            if not key.accepts(text=self.text, signature=signature):
                raise NoteError(f"the signature of {key.name} does not belong to the text")
            verified.append(signature)
        if not verified:
            raise NoteError("the note carries no signature of a known key")
        return tuple(verified)


def encode_base64(raw: bytes) -> str:
    """Return ``raw`` in standard base64 with padding."""
    return b64encode(raw).decode("ascii")


def decode_base64(encoded: str) -> bytes:
    """Return what standard base64 ``encoded`` holds. Raise NoteError.

    Only the one canonical spelling is taken, so that two different notes never mean the same.
    """
    try:
        raw = b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteError("a value is not base64") from error
    if encode_base64(raw) != encoded:
        raise NoteError("a value is not canonical base64")
    return raw


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise NoteError("the name of a key is empty or holds a space, a plus or a control character")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _FORBIDDEN_IN_TEXT.search(text):
        raise NoteError("the text of a note lacks its final newline or holds a control character")
