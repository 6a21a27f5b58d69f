"""Mainland resident ID numbers: eighteen signs, the birth date inside, the last sign a checksum."""

import re
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

_SHAPE = re.compile(r"^\d{17}[\dX]$")


def has_shape(number: str) -> bool:
    """Return whether a text has the form of a mainland ID number; passports and permits do not."""
    return bool(_SHAPE.match(number))


def checksum_holds(number: str) -> bool:
    """Return whether the last sign of an ID number is the checksum of the others (ISO 7064, mod 11-2)."""
    try:
        mod_11_2.validate(number)
    except ValidationError:
        return False
    return True


def birth_date_of(number: str) -> date | None:
    """Return the birth date inside an ID number, or None when it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def with_checksum(body: str) -> str:
    """Return an ID number made of its first seventeen digits and their checksum."""
    return body + str(mod_11_2.calc_check_digit(body))
