"""Numbers that look right and belong to nobody, and never can.

Mainland mobiles begin with 13 to 19; in the national numbering plan 10, 11 and 12 open service codes, so that no
operator can give out an eleven-digit number that begins with 103, 104 or 105. United Kingdom and North American
numbers are of the ranges set aside for drama and fiction (07700 900000-900999; 555-0100 to 555-0199). Hong Kong and
Japan set none aside: there the first digit of a subscriber is never 1, and the one after 090 never 0. ID numbers name
a region, 99, that the code of administrative divisions does not have; account numbers begin with 9999, which no issuer
has.
"""

from datetime import date

from collections_app.domain.id_numbers import with_checksum

_MAINLAND = ("103", "104", "105")
_AREAS = (
    *("202", "206", "212", "213", "214", "303", "305", "312"),
    *("404", "415", "512", "602", "617", "702", "713", "808"),
)
_EIGHT_DIGITS = 10**8
_SEVEN_DIGITS = 10**7
# Coprime to every power of ten: neighbours get numbers far apart, and no number comes twice.
_STEP = 61_803_399


def mainland_mobile(index: int) -> str:
    """Return the eleven digits of a mainland mobile; each index its own up to 300 million."""
    return _MAINLAND[index % len(_MAINLAND)] + f"{index * _STEP % _EIGHT_DIGITS:08}"


def foreign_mobile(country: str, index: int) -> str:
    """Return a number of HK, JP, GB or US in international form; GB has 1,000 of them and US 1,600."""
    if country == "HK":
        return f"+8521{index * _STEP % _SEVEN_DIGITS:07}"
    if country == "JP":
        return f"+81900{index * _STEP % _SEVEN_DIGITS:07}"
    if country == "GB":
        return f"+447700900{index % 1000:03}"
    return f"+1{_AREAS[index // 100 % len(_AREAS)]}55501{index % 100:02}"


def id_number(index: int, born: date) -> str:
    """Return an ID number with a valid checksum, of a region that does not exist."""
    region = f"99{index // 1000 % 10_000:04}"
    return with_checksum(f"{region}{born:%Y%m%d}{index % 1000:03}")


def card_number(index: int) -> str:
    """Return a card's sixteen digits."""
    return f"99990000{index * _STEP % _EIGHT_DIGITS:08}"


def loan_number(index: int) -> str:
    """Return a loan's number."""
    return f"9999LN{index * _STEP % _EIGHT_DIGITS:08}"
