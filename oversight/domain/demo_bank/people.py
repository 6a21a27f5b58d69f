"""Invented customers: names, birth dates, addresses and numbers, the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from oversight.domain.demo_bank import numbers

SEED = 20051
Item = TypeVar("Item")
_WITH_EMAIL = 0.3
# Names a form must not cut, split or refuse.
_UNUSUAL = (
    "阿依古丽·买买提",
    "努尔艾力·吐尔逊",
    "阿卜杜热合曼·阿布都克热木",
    "玛依拉·阿不都热依木",
    "扎西才让",
    "洛桑旺姆",
    "乌日图那顺",
    "其木格",
    "欧阳慕雪",
    "司徒长宁",
)
_UNUSUAL_EVERY = 97
_ABROAD = (("HK", 40), ("JP", 25), ("GB", 20), ("US", 15))
_UNITS = (("BJ", 48), ("SH", 40), ("INTL", 12))
_OLDEST = date(1955, 1, 1)
_BIRTH_DAYS = 17_500
_SALARY_DAYS = (1, 5, 8, 10, 15, 20, 25, 28)
_LOCALES = {"HK": "en_GB", "JP": "en_GB", "GB": "en_GB", "US": "en_US"}
_DISTRICTS = {
    "BJ": ("北京市东城区", "北京市西城区", "北京市朝阳区", "北京市海淀区", "北京市丰台区", "北京市通州区"),
    "SH": ("上海市黄浦区", "上海市徐汇区", "上海市静安区", "上海市浦东新区", "上海市闵行区", "上海市杨浦区"),
}
# Drawn once and combined: a name drawn for each of thirty thousand would take longer than taking them in.
_FAMILY_NAMES, _GIVEN_NAMES, _STREETS = 600, 2500, 800
# Of Hong Kong and Japan the family names are of the place, in Latin letters.
_FAMILIES_OF = {
    "HK": ("Chan", "Wong", "Lee", "Cheung", "Lam", "Ng", "Ho", "Leung", "Lau", "Tsang", "Kwok", "Yip"),
    "JP": ("Sato", "Suzuki", "Takahashi", "Tanaka", "Watanabe", "Ito", "Yamamoto", "Nakamura", "Kobayashi", "Kato"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the core would have them."""

    customer_no: str
    name: str
    id_number: str
    birth_date: date
    mobile: str
    email: str
    address: str
    language: str
    country: str
    unit: str
    salary_day: int


def people(prefix: str, count: int, *, start: int = 0) -> Iterator[Person]:
    """Return so many customers whose numbers begin with the prefix.

    ``start`` sets apart the indices of two groups, so that no two customers share a number. A shorter list is the
    beginning of a longer one.
    """
    chance = random.Random(f"{SEED}:{prefix}")  # noqa: S311  (an invented bank, no secret)
    drawn = {locale: _drawn(locale) for locale in ("zh_CN", "en_GB", "en_US")}
    abroad: dict[str, int] = {}
    for place in range(count):
        index = start + place
        unit = _pick(chance, _UNITS)
        born = _OLDEST + timedelta(days=int(chance.random() * _BIRTH_DAYS))
        customer_no = f"{prefix}{place + 1:06}"
        if unit == "INTL":
            country = _pick(chance, _ABROAD)
            abroad[country] = abroad.get(country, start - 1) + 1
            name, address = _foreign_name(chance, country, drawn[_LOCALES[country]])
            papers, mobile = f"ZZ{index:07}", numbers.foreign_mobile(country, abroad[country])
        else:
            country = "CN"
            name, address = _resident_name(chance, unit, index, drawn["zh_CN"])
            papers, mobile = numbers.id_number(index, born), numbers.mainland_mobile(index)
        yield Person(
            customer_no=customer_no,
            name=name,
            id_number=papers,
            birth_date=born,
            mobile=mobile,
            email=f"c{customer_no}@example.com" if unit == "INTL" or chance.random() < _WITH_EMAIL else "",
            address=address,
            language="zh-hans" if country == "CN" else "en",
            country=country,
            unit=unit,
            salary_day=_any(chance, _SALARY_DAYS),
        )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Family names, given names and streets of one language, as often as they are common."""

    family: list[str]
    given: list[str]
    streets: list[str]


def _drawn(locale: str) -> _Drawn:
    # The production image has no such package: the command refuses there with a sentence, not for want of it.
    from faker import Faker

    faker = Faker(locale)
    faker.seed_instance(f"{SEED}:{locale}")
    return _Drawn(
        [faker.last_name() for _ in range(_FAMILY_NAMES)],
        [faker.first_name() for _ in range(_GIVEN_NAMES)],
        [faker.street_name() for _ in range(_STREETS)],
    )


def _resident_name(chance: random.Random, unit: str, index: int, drawn: _Drawn) -> tuple[str, str]:
    """A name and an address in the branch's city."""
    name = _any(chance, drawn.family) + _any(chance, drawn.given)
    if index % _UNUSUAL_EVERY == 0:
        name = _UNUSUAL[index // _UNUSUAL_EVERY % len(_UNUSUAL)]
    street, house = _any(chance, drawn.streets), 1 + int(chance.random() * 199)
    return name, f"{_any(chance, _DISTRICTS[unit])}{street}{house}号{1 + int(chance.random() * 28)}01室"


def _foreign_name(chance: random.Random, country: str, drawn: _Drawn) -> tuple[str, str]:
    """A name and an address as they are written in the customer's country."""
    family = _any(chance, _FAMILIES_OF.get(country, drawn.family))
    street, house = _any(chance, drawn.streets), 1 + int(chance.random() * 199)
    return f"{_any(chance, drawn.given)} {family}", f"{house} {street} {country}"


def _any(chance: random.Random, items: Sequence[Item]) -> Item:
    """Pick one: what random.choice does, at a fraction of its time."""
    return items[int(chance.random() * len(items))]


def _pick(chance: random.Random, weighted: Sequence[tuple[str, int]]) -> str:
    """Pick one by weights that add up to a hundred."""
    left = chance.random() * 100
    for item, weight in weighted:
        left -= weight
        if left < 0:
            return item
    return weighted[-1][0]
