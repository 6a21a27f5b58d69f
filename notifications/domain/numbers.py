"""Telephone numbers in the form providers want, and the country they belong to."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


def e164(number: str, *, country: str) -> str:
    """Return a number as ``+8613800000000``, or an empty text when it is no number of that country or any."""
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def country_of(number: str) -> str:
    """Return the country an E.164 number is dialled in, ``CN`` for every +86; empty when nobody knows."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return ""
    return phonenumbers.region_code_for_country_code(parsed.country_code or 0)


def masked(number: str) -> str:
    """Return an E.164 number with its middle hidden: ``+86138····6612``."""
    return f"{number[:6]}····{number[-4:]}" if len(number) >= 11 else "····"
