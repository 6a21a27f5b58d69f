"""The customer's way in: what links and typed codes look like, what proves a person, and the limits."""

import base64
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from collections_app.domain.terms import TermList

TOKEN_BYTES = 16
TOKEN_PATTERN = "[a-z2-7]{26}"  # noqa: S105 (the shape of a token, not one)
# Neither 0 and O, nor 1, I and L, nor U and V: people read these codes aloud and type them.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8

LINK_LIVES = timedelta(hours=72)
MOST_FAILURES = 5
IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(minutes=60)
# A session's last use is written at most this often: a page view costs no write.
TOUCH_EVERY = timedelta(seconds=60)
# One address serves many customers of a mobile network, so this stops machines, not families.
ADDRESS_WINDOW = timedelta(minutes=15)
# So long a refused try is kept: half a year, the usual span of security logs.
REFUSED_KEPT = timedelta(days=183)
ADDRESS_MOST_REFUSALS = 30


class Refusal(StrEnum):
    """Why a try was refused. For the log only: the customer always reads the same words."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    LOCKED = "locked"
    WRONG_FACTS = "wrong_facts"
    TOO_MANY = "too_many"


REFUSALS = TermList(
    ("unknown", "链接或代码不存在", "No such link or code"),
    ("expired", "已失效", "Expired"),
    ("revoked", "已撤销", "Revoked"),
    ("locked", "已锁定", "Locked"),
    ("wrong_facts", "身份信息不符", "Identity facts do not match"),
    ("too_many", "同一地址尝试过多", "Too many tries from one address"),
)


class Fact(StrEnum):
    """Something the customer knows and the record holds."""

    ID_TAIL = "id_tail"
    BIRTH_DATE = "birth_date"
    ACCOUNT_TAIL = "account_tail"


# Any one of these sets opens the page. A birth date alone is widely known, so it needs the account's tail.
SUFFICIENT: tuple[frozenset[Fact], ...] = (
    frozenset({Fact.ID_TAIL}),
    frozenset({Fact.BIRTH_DATE, Fact.ACCOUNT_TAIL}),
)


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What the record holds to compare with. Empty texts are never equal to anything."""

    id_number: str = ""
    birth_date: str = ""
    account_tails: tuple[str, ...] = ()


def new_token() -> str:
    """Return a fresh token of 128 random bits in 26 small letters and digits."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=").lower()


def new_secret() -> str:
    """Return a fresh session secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return a fresh case code to be typed: eight signs nobody mistakes for one another."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def code_as_shown(code: str) -> str:
    """Return a case code as people read it: ``K7QP-3M9D``."""
    return f"{code[:4]}-{code[4:]}"


def code_as_typed(text: str) -> str:
    """Return the case code in what somebody typed, or an empty text when it cannot be one."""
    plain = re.sub(r"[\s\-–—_.·]", "", _half_width(text)).upper()
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(CODE_SIGNS) else ""


def digest(secret: str) -> str:
    """Return what is stored of a secret of full entropy: its SHA-256 in hexadecimal."""
    return sha256(secret.encode()).hexdigest()


def proves(given: Mapping[str, str], known: KnownFacts) -> bool:
    """Return whether what somebody typed proves that they are the customer.

    Everything given must be right, and what is given must suffice. Every comparison is made whatever the
    others gave, in constant time.
    """
    filled = {Fact(name): text for name, text in given.items() if text.strip()}
    verdicts = {fact: _is_right(fact, text, known) for fact, text in filled.items()}
    return all(verdicts.values()) and any(needed <= verdicts.keys() for needed in SUFFICIENT)


def _is_right(fact: Fact, text: str, known: KnownFacts) -> bool:
    plain = _half_width(text).strip()
    if fact is Fact.ID_TAIL:
        return _same(plain.upper(), known.id_number[-4:].upper(), length=4)
    if fact is Fact.BIRTH_DATE:
        return _same(re.sub(r"\D", "", plain), re.sub(r"\D", "", known.birth_date), length=8)
    verdicts = [_same(plain, tail, length=4) for tail in known.account_tails]
    return any(verdicts)


def _same(given: str, held: str, *, length: int) -> bool:
    equal = hmac.compare_digest(given.encode(), held.encode())
    return equal and len(held) == length


def _half_width(text: str) -> str:
    """Return a text with full-width letters, digits and signs as their plain forms, as Chinese keyboards type them."""
    return "".join(
        chr(ord(sign) - 0xFEE0) if 0xFF01 <= ord(sign) <= 0xFF5E else " " if sign == "\u3000" else sign for sign in text
    )
