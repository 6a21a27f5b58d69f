"""The customer's way in: what links and typed codes look like, what proves a person, and the limits."""

import base64
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import ip_address, ip_network

from collections_app.domain.terms import TermList

TOKEN_BYTES = 16
TOKEN_PATTERN = "[a-z2-7]{26}"  # noqa: S105 (the shape of a token, not one)
# Neither 0 and O, nor 1, I and L, nor U and V: people read these codes aloud and type them.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8

LINK_LIVES = timedelta(hours=72)
# What links are for. A link to sign somebody else's agreement opens that paper and nothing of the account page.
REPAYMENT = "repayment"
COSIGNING = "cosigning"
MOST_FAILURES = 5
# A customer's links may be many in a day; who guesses is stopped over all of them, until the bank ends the way in.
CUSTOMER_MOST_WRONG = 10
CUSTOMER_WINDOW = timedelta(hours=24)
IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(minutes=60)
# A one-time code: so many digits, for so long, and so many at most in that time.
ONE_TIME_DIGITS = 6
ONE_TIME_CODE_LIVES = timedelta(minutes=5)
MOST_CODES = 5
CODES_WITHIN = timedelta(hours=1)
# Whoever clicks "send the code" twice within so long has asked once.
CODE_AGAIN_AFTER = timedelta(seconds=30)
# A session's last use is written at most this often: a page view costs no write.
TOUCH_EVERY = timedelta(seconds=60)
# One address serves many customers of a mobile network, so this stops machines, not families.
ADDRESS_WINDOW = timedelta(minutes=15)
# So long a refused try is kept: half a year, the usual span of security logs.
REFUSED_KEPT = timedelta(days=183)
ADDRESS_MOST_REFUSALS = 30


class CodePurpose(StrEnum):
    """What a one-time code does. One asked for to open the page signs nothing, and the other way round."""

    ENTRY = "entry"
    ARRANGEMENT = "arrangement"
    AGREEMENT = "agreement"


CODE_PURPOSES = TermList(
    ("entry", "打开还款服务页面", "Opens the customer's page"),
    ("arrangement", "签署分期方案", "Signs the terms of an arrangement"),
    ("agreement", "签署调解或协商协议", "Signs an agreement of mediation or negotiation"),
)


@dataclass(frozen=True, slots=True)
class CodeFor:
    """What a one-time code is for: the way in, or the signature of one paper, named by its SHA-256."""

    purpose: CodePurpose
    sha256: str = ""


FOR_ENTRY = CodeFor(CodePurpose.ENTRY)


class Refusal(StrEnum):
    """Why a try was refused. For the log only: the customer always reads the same words."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    LOCKED = "locked"
    WRONG_FACTS = "wrong_facts"
    WRONG_CODE = "wrong_code"
    TOO_MANY = "too_many"
    CUSTOMER_LIMIT = "customer_limit"
    APP_MALFORMED = "app_malformed"
    APP_SIGNATURE = "app_signature"
    APP_AUDIENCE = "app_audience"
    APP_STALE = "app_stale"
    APP_REPLAYED = "app_replayed"
    APP_UNKNOWN = "app_unknown"
    APP_DEVICE = "app_device"


# What one household or machine has of IPv6: its addresses cost nothing, and are counted as one.
_NETWORK_OF_ONE = 64


def counted_as(address: str) -> str:
    """Return what tries of a network address are counted under: an IPv4 address itself, of IPv6 its network."""
    if ip_address(address).version == 4:
        return address
    return str(ip_network(f"{address}/{_NETWORK_OF_ONE}", strict=False))


WRONG = frozenset({Refusal.WRONG_FACTS, Refusal.WRONG_CODE})


REFUSALS = TermList(
    ("unknown", "链接或代码不存在", "No such link or code"),
    ("expired", "已失效", "Expired"),
    ("revoked", "已撤销", "Revoked"),
    ("locked", "已锁定", "Locked"),
    ("wrong_facts", "身份信息不符", "Identity facts do not match"),
    ("wrong_code", "验证码不符", "One-time code does not match"),
    ("too_many", "同一地址尝试过多", "Too many tries from one address"),
    ("customer_limit", "同一客户尝试过多", "Too many wrong answers for one customer"),
    ("app_malformed", "App 移交：格式不符", "From the app: not a hand-over"),
    ("app_signature", "App 移交：签名不符", "From the app: signature does not match"),
    ("app_audience", "App 移交：接收方不符", "From the app: meant for somebody else"),
    ("app_stale", "App 移交：已过时", "From the app: too old"),
    ("app_replayed", "App 移交：重复使用", "From the app: used before"),
    ("app_unknown", "App 移交：无此客户", "From the app: no such customer"),
    ("app_device", "App 移交：设备已退出登录", "From the app: a device that is signed out"),
)


class Fact(StrEnum):
    """Something the customer knows and the record holds."""

    ID_TAIL = "id_tail"
    BIRTH_DATE = "birth_date"
    ACCOUNT_TAIL = "account_tail"


# The ways of proof a rule pack may choose among. A birth date alone is widely known and an account's tail stands in
# messages, so neither is a way by itself.
WAYS = TermList(
    ("id_tail", "证件号码后四位", "last four of the identity document"),
    ("birth_date+account_tail", "出生日期与账号后四位", "birth date and last four of an account"),
    ("id_tail+account_tail", "证件号码后四位与账号后四位", "last four of the identity document and of an account"),
    ("id_tail+birth_date", "证件号码后四位与出生日期", "last four of the identity document and birth date"),
    (
        "id_tail+birth_date+account_tail",
        "证件号码后四位、出生日期与账号后四位",
        "last four of the identity document, birth date and last four of an account",
    ),
)


@dataclass(frozen=True, slots=True)
class PageProof:
    """What proves a customer: any one of these ways, with a one-time code or without; so many tries lock a link."""

    ways: tuple[str, ...]
    one_time_code: bool = False
    tries: int = MOST_FAILURES


# A pack that says nothing of the page goes by the first; one whose rule cannot be read asks for all there is.
STARTING_PROOF = PageProof(("id_tail", "birth_date+account_tail"))
STRICTEST_PROOF = PageProof(("id_tail+birth_date+account_tail",), one_time_code=True)


def facts_of(way: str) -> frozenset[Fact]:
    """Return the facts a way of proof needs together."""
    return frozenset(Fact(name) for name in way.split("+"))


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


def new_one_time_code() -> str:
    """Return a fresh code of six digits."""
    return "".join(secrets.choice("0123456789") for _ in range(ONE_TIME_DIGITS))


def digits_typed(text: str) -> str:
    """Return the digits of what somebody typed, full-width ones as plain ones."""
    return re.sub(r"[^0-9]", "", _half_width(text))


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


def proves(given: Mapping[str, str], known: KnownFacts, *, ways: Iterable[str] = STARTING_PROOF.ways) -> bool:
    """Return whether what somebody typed proves that they are the customer, by any one of the ways.

    Everything given must be right, and what is given must suffice. Every comparison is made whatever the
    others gave, in constant time.
    """
    filled = {Fact(name): text for name, text in given.items() if text.strip()}
    verdicts = {fact: _is_right(fact, text, known) for fact, text in filled.items()}
    return all(verdicts.values()) and any(facts_of(way) <= verdicts.keys() for way in ways)


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
