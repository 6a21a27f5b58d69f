"""One row of the nightly file: what is sound, and the reason for everything that is not."""

from datetime import date

import pytest

from collections_app.domain.id_numbers import with_checksum
from collections_app.domain.intake.format import COLUMNS, ROW_REASONS
from collections_app.domain.intake.row import KnownCodes, Row, read_row
from tests.collections_app.intake_files import row

KNOWN = KnownCodes({"BJ": "Asia/Shanghai", "INTL": "Asia/Hong_Kong"}, frozenset({"E0001"}), frozenset({"E0002"}))
AS_OF = date(2026, 11, 19)


def _read(**values: str) -> Row | list[tuple[str, str]]:
    cells = [row(100, **values)[name] for name in COLUMNS]
    found = read_row(cells, known=KNOWN, as_of=AS_OF)
    return found if isinstance(found, Row) else [(problem.column, problem.reason) for problem in found]


def _sound(**values: str) -> Row:
    found = _read(**values)
    assert isinstance(found, Row), found
    return found


def test_a_sound_row_becomes_a_customer_and_an_account() -> None:
    """Amounts are fen, numbers E.164, dates dates; invented fields are told apart."""
    found = _sound()

    assert found.customer.mobile == "+8610300000100"
    assert found.customer.time_zone == "Asia/Shanghai"
    assert (found.customer.synthetic, found.account.synthetic) == (["name"], ["due_date"])
    assert found.account.amounts["overdue"] == 39130
    assert found.account.overdue_since == date(2026, 10, 31)
    assert (found.account.risk_class, found.account.written_off) == ("class_2", False)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": ""}, ("name", "missing")),
        ({"billed": ""}, ("billed", "missing")),
        ({"limit": "-1"}, ("limit", "negative")),
        ({"limit": "1e5"}, ("limit", "bad_number")),
        ({"limit": "10.005"}, ("limit", "bad_number")),
        ({"limit": "ten"}, ("limit", "bad_number")),
        ({"salary_day": "32"}, ("salary_day", "bad_number")),
        ({"due_date": "2026-02-30"}, ("due_date", "impossible_date")),
        ({"due_date": "20261130"}, ("due_date", "impossible_date")),
        ({"birth_date": "2030-01-01"}, ("birth_date", "impossible_date")),
        ({"branch": "XX"}, ("branch", "unknown_branch")),
        ({"product": "bond"}, ("product", "unknown_product")),
        ({"owner": "E9999"}, ("owner", "unknown_owner")),
        ({"mobile": "12345"}, ("mobile", "bad_phone")),
        ({"mobile": "1031234567"}, ("mobile", "bad_phone")),
        ({"mobile": "010-12345678"}, ("mobile", "bad_phone")),
        ({"email": "nobody"}, ("email", "bad_email")),
        ({"country": "ZZ"}, ("country", "bad_code")),
        ({"language": "fr"}, ("language", "bad_code")),
        ({"kind": "robot"}, ("kind", "bad_code")),
        ({"currency": "yuan"}, ("currency", "bad_code")),
        ({"account_no": "1;2"}, ("account_no", "bad_code")),
        ({"autodebit": "maybe"}, ("autodebit", "bad_flag")),
        ({"name": "名" * 121}, ("name", "too_long")),
        ({"name": "寮犱笁"}, ("name", "mojibake")),
        ({"name": "陈�梅"}, ("name", "mojibake")),
        ({"name": "锟斤拷"}, ("name", "mojibake")),
        ({"name": "é™ˆæ™“æ¢…"}, ("name", "mojibake")),
        ({"id_number": "123456"}, ("id_number", "bad_id")),
        ({"id_number": "990101199003070010"}, ("id_number", "bad_id_checksum")),
        ({"schedule": "1|20261020|100.00|10.00|0"}, ("schedule", "bad_schedule")),
        ({"schedule": "1|2026-10-20|100.00"}, ("schedule", "bad_schedule")),
        ({"schedule": "1|2026-10-20|1|1|0;1|2026-11-20|1|1|0"}, ("schedule", "bad_schedule")),
        ({"schedule": "1|2026-10-20|100.00|10.00|110.01"}, ("schedule", "bad_schedule")),
        ({"overdue": "9999.00"}, ("overdue", "inconsistent")),
        ({"minimum_due": "9999.00"}, ("minimum_due", "inconsistent")),
        ({"overdue_since": ""}, ("overdue_since", "inconsistent")),
        ({"overdue_since": "2026-11-20"}, ("overdue_since", "inconsistent")),
        ({"due_date": "2026-11-01"}, ("due_date", "inconsistent")),
        ({"payoff_valid_until": "2026-11-18"}, ("payoff_valid_until", "inconsistent")),
    ],
)
def test_everything_wrong_has_its_column_and_reason(values: dict[str, str], problem: tuple[str, str]) -> None:
    """Each bad value is named by column and code, and the code has words in both languages."""
    found = _read(**values)

    assert found == [problem]
    assert ROW_REASONS[problem[1]].zh


def test_an_owner_who_has_left_is_no_owner_and_no_mistake() -> None:
    """The core may name them for weeks yet; the row is sound, and in the pool."""
    assert _sound(owner="E0001").account.owner == "E0001"
    assert _sound(owner="E0002").account.owner == ""


def test_several_problems_of_one_row_are_all_told() -> None:
    """Who mends the file sees everything at once."""
    assert _read(limit="-1", due_date="soon", branch="XX") == [
        ("branch", "unknown_branch"),
        ("limit", "negative"),
        ("due_date", "impossible_date"),
    ]


def test_an_id_number_must_agree_with_the_birth_date() -> None:
    """A checksum that holds does not make two dates one."""
    number = "99010119900307001"
    whole = next(number + last for last in "0123456789X" if _read(id_number=number + last) != [
        ("id_number", "bad_id_checksum")
    ])  # fmt: skip

    assert _sound(id_number=whole).customer.id_number == whole
    assert _read(id_number=whole, birth_date="1990-03-08") == [("birth_date", "inconsistent")]


def test_an_id_number_whose_date_no_calendar_has_is_refused_whatever_its_last_sign() -> None:
    """The checksum of an invented number is easily right."""
    assert _read(id_number=with_checksum("11010119900230001")) == [("id_number", "bad_id")]


def test_an_organisation_has_no_id_number_of_a_person() -> None:
    """Registration numbers are taken as they are."""
    assert _sound(kind="organisation", id_number="123456").customer.id_number == "123456"


def test_a_small_number_may_be_left_out_and_a_flag_may_be_a_word() -> None:
    """No salary day is none; no days of grace are zero."""
    found = _sound(salary_day="", grace_days="", written_off="YES", autodebit="no")

    assert (found.customer.salary_day, found.account.grace_days) == (None, 0)
    assert (found.account.written_off, found.account.autodebit) == (True, False)


def test_papers_from_abroad_are_not_measured_by_the_mainland_checksum() -> None:
    """Passports and permits are taken as they are, here and abroad."""
    assert _sound(id_number="E12345678").customer.id_number == "E12345678"
    assert _sound(country="HK", branch="INTL", mobile="+85212345678", id_number="123456").customer.id_number == "123456"


@pytest.mark.parametrize(
    ("country", "mobile", "number", "zone"),
    [
        ("CN", "+86 103-0000-0100", "+8610300000100", "Asia/Shanghai"),
        ("HK", "12345678", "+85212345678", "Asia/Hong_Kong"),
        ("US", "(202) 555-0143", "+12025550143", "America/New_York"),
        ("GB", "07700 900123", "+447700900123", "Europe/London"),
        ("CA", "", "", "Asia/Hong_Kong"),
    ],
)
def test_numbers_are_kept_as_e164_and_tell_the_time_zone(country: str, mobile: str, number: str, zone: str) -> None:
    """Where neither country nor number tells the zone, the branch's stands in."""
    customer = _sound(country=country, mobile=mobile, branch="INTL", id_number="").customer

    assert (customer.mobile, customer.time_zone) == (number, zone)
