"""One row of the nightly file: checked value by value, and made into what the record keeps."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import phonenumbers

from collections_app.domain import id_numbers, phones
from collections_app.domain.intake.format import AMOUNTS, COLUMNS, CUSTOMER_COLUMNS
from collections_app.domain.intake.schedule import BadScheduleError, ScheduleLine, schedule_of
from collections_app.domain.mojibake import is_mojibake
from collections_app.domain.money import NotMoneyError, fen_of
from collections_app.domain.typed import day_of, number_of, visible

_AT = {name: place for place, name in enumerate(COLUMNS)}
_ACCOUNT_NO = re.compile(r"^[0-9A-Za-z\-]{4,34}$")
_CUSTOMER_NO = re.compile(r"^[0-9A-Za-z\-]{1,24}$")
_CURRENCY = re.compile(r"^[A-Z]{3}$")
_EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$")
_FLAGS = dict.fromkeys(("", "0", "false", "no", "n"), False) | dict.fromkeys(("1", "true", "yes", "y"), True)
_LONGEST = {"name": 120, "id_number": 40, "mobile": 32, "email": 254, "address": 240, "synthetic": 1000}
_REQUIRED = ("customer_no", "kind", "name", "language", "country", "branch", "account_no", "product", "currency")
_KINDS = frozenset({"person", "organisation"})
_PRODUCTS = frozenset({"card", "loan"})
_LANGUAGES = frozenset({"zh-hans", "en"})
_RISK_CLASSES = frozenset({"class_1", "class_2", "class_3", "class_4", "class_5", "restructured"})
_LAST_SALARY_DAY = 31
_MOST_GRACE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one value: its column, a code of ROW_REASONS, and the value as it was."""

    column: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class KnownCodes:
    """What a row may refer to: branches with their time zones, and staff by employee number.

    ``left`` are those who work here no more: the core may name them for weeks yet.
    """

    branches: Mapping[str, str]
    owners: frozenset[str]
    left: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CustomerData:
    """The customer as a row has them. Numbers are E.164, texts as written."""

    customer_no: str
    kind: str
    name: str
    id_number: str
    birth_date: str
    mobile: str
    email: str
    address: str
    language: str
    country: str
    branch: str
    time_zone: str
    salary_day: int | None
    synthetic: list[str]


@dataclass(frozen=True, slots=True)
class AccountData:
    """The account as a row has it. Amounts in fen, by the names of the columns."""

    account_no: str
    product: str
    currency: str
    amounts: Mapping[str, int]
    payoff_valid_until: date | None
    statement_on: date | None
    due_on: date | None
    overdue_since: date | None
    grace_days: int
    risk_class: str
    written_off: bool
    autodebit: bool
    owner: str
    schedule: Sequence[ScheduleLine]
    synthetic: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that may be taken in."""

    customer: CustomerData
    account: AccountData


class _Reader:
    """Reads the values of one row by column, and collects what is wrong with them."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.cells = cells
        self.problems: list[Problem] = []

    def text(self, column: str) -> str:
        return self.cells[_AT[column]]

    def fail(self, column: str, reason: str) -> None:
        self.problems.append(Problem(column, reason, self.text(column)))

    def free_text(self, column: str) -> str:
        value = self.text(column)
        if len(value) > _LONGEST[column]:
            self.fail(column, "too_long")
        elif is_mojibake(value):
            self.fail(column, "mojibake")
        return visible(value)

    def code(self, column: str, allowed: Container[str], reason: str = "bad_code") -> str:
        value = self.text(column)
        if value and value not in allowed:
            self.fail(column, reason)
        return value

    def shaped(self, column: str, shape: re.Pattern[str], reason: str = "bad_code") -> str:
        value = self.text(column)
        if value and not shape.match(value):
            self.fail(column, reason)
        return value

    def amount(self, column: str) -> int:
        value = self.text(column)
        if not value:
            self.fail(column, "missing")
            return 0
        try:
            fen = fen_of(value)
        except NotMoneyError:
            self.fail(column, "bad_number")
            return 0
        if fen < 0:
            self.fail(column, "negative")
            return 0
        return fen

    def day(self, column: str) -> date | None:
        value = self.text(column)
        if not value:
            return None
        try:
            return day_of(value)
        except ValueError:
            self.fail(column, "impossible_date")
            return None

    def small_number(self, column: str, *, least: int, most: int) -> int | None:
        value = self.text(column)
        if not value:
            return None
        number = number_of(value)
        if number is None or not least <= number <= most:
            self.fail(column, "bad_number")
            return None
        return number

    def flag(self, column: str) -> bool:
        value = _FLAGS.get(self.text(column).lower())
        if value is None:
            self.fail(column, "bad_flag")
        return bool(value)


def read_row(cells: Sequence[str], *, known: KnownCodes, as_of: date) -> Row | list[Problem]:
    """Return a row's customer and account, or everything that is wrong with it.

    ``cells`` stand in the order of COLUMNS. ``as_of`` is the day of the file's data.
    """
    read = _Reader(cells)
    for column in _REQUIRED:
        if not read.text(column):
            read.fail(column, "missing")
    names = [name for name in read.free_text("synthetic").split(";") if name]
    customer = _customer(read, known, [name for name in names if name in CUSTOMER_COLUMNS], as_of)
    account = _account(read, known, [name for name in names if name not in CUSTOMER_COLUMNS])
    if not read.problems:
        _check_sense(read, account, as_of)
    return read.problems or Row(customer, account)


def _customer(read: _Reader, known: KnownCodes, synthetic: list[str], as_of: date) -> CustomerData:
    branch = read.code("branch", known.branches, "unknown_branch")
    country = read.text("country")
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        read.fail("country", "bad_code")
        country = ""
    kind = read.code("kind", _KINDS)
    birth = read.day("birth_date")
    if birth and birth > as_of:
        read.fail("birth_date", "impossible_date")
    mobile = _mobile(read, country)
    return CustomerData(
        customer_no=read.shaped("customer_no", _CUSTOMER_NO),
        kind=kind,
        name=read.free_text("name"),
        id_number=_id_number(read, country, kind, birth),
        birth_date=birth.isoformat() if birth else "",
        mobile=mobile,
        email=_email(read),
        address=read.free_text("address"),
        language=read.code("language", _LANGUAGES),
        country=country,
        branch=branch,
        time_zone=phones.time_zone_of(country=country, number=mobile, branch_zone=known.branches.get(branch, "")),
        salary_day=read.small_number("salary_day", least=1, most=_LAST_SALARY_DAY),
        synthetic=synthetic,
    )


def _mobile(read: _Reader, country: str) -> str:
    value = read.text("mobile")
    if not value or not country:
        return ""
    number = phones.e164(value, country=country) if len(value) <= _LONGEST["mobile"] else None
    if number is None or not phones.is_mobile(number):
        read.fail("mobile", "bad_phone")
        return ""
    return number


def _email(read: _Reader) -> str:
    value = read.free_text("email")
    if value and not _EMAIL.match(value):
        read.fail("email", "bad_email")
    return value.lower()


def _id_number(read: _Reader, country: str, kind: str, birth: date | None) -> str:
    """Mainland ID numbers are checked; passports, permits and registration numbers are taken as they are."""
    value = read.free_text("id_number").upper()
    if not value or country != "CN" or kind != "person":
        return value
    if not id_numbers.has_shape(value):
        # Other papers of people who live on the mainland have letters in them.
        if value.isdigit():
            read.fail("id_number", "bad_id")
    elif not id_numbers.checksum_holds(value):
        read.fail("id_number", "bad_id_checksum")
    elif (inside := id_numbers.birth_date_of(value)) is None:
        read.fail("id_number", "bad_id")
    elif birth and inside != birth:
        read.fail("birth_date", "inconsistent")
    return value


def _account(read: _Reader, known: KnownCodes, synthetic: list[str]) -> AccountData:
    schedule: Sequence[ScheduleLine] = ()
    try:
        schedule = schedule_of(read.text("schedule"))
    except BadScheduleError:
        read.fail("schedule", "bad_schedule")
    return AccountData(
        account_no=read.shaped("account_no", _ACCOUNT_NO),
        product=read.code("product", _PRODUCTS, "unknown_product"),
        currency=read.shaped("currency", _CURRENCY),
        amounts={column: read.amount(column) for column in AMOUNTS},
        payoff_valid_until=read.day("payoff_valid_until"),
        statement_on=read.day("statement_date"),
        due_on=read.day("due_date"),
        overdue_since=read.day("overdue_since"),
        grace_days=read.small_number("grace_days", least=0, most=_MOST_GRACE_DAYS) or 0,
        risk_class=read.code("risk_class", _RISK_CLASSES) or "class_1",
        written_off=read.flag("written_off"),
        autodebit=read.flag("autodebit"),
        owner=_owner(read, known),
        schedule=schedule,
        synthetic=synthetic,
    )


def _owner(read: _Reader, known: KnownCodes) -> str:
    """Whoever has left owns nothing: the record stays fresh, and the account is in its branch's pool."""
    return "" if read.text("owner") in known.left else read.code("owner", known.owners, "unknown_owner")


def _check_sense(read: _Reader, account: AccountData, as_of: date) -> None:
    """Refuse values that are each well formed and cannot be true together."""
    amounts = account.amounts
    if amounts["overdue"] > amounts["payoff"]:
        read.fail("overdue", "inconsistent")
    if amounts["minimum_due"] > amounts["payoff"]:
        read.fail("minimum_due", "inconsistent")
    if bool(amounts["overdue"]) != bool(account.overdue_since):
        read.fail("overdue_since", "inconsistent")
    if account.overdue_since and account.overdue_since > as_of:
        read.fail("overdue_since", "inconsistent")
    if account.statement_on and account.due_on and account.due_on < account.statement_on:
        read.fail("due_date", "inconsistent")
    if account.payoff_valid_until and account.payoff_valid_until < as_of:
        read.fail("payoff_valid_until", "inconsistent")
