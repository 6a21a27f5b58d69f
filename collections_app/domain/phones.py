"""Phone numbers as the record keeps them: E.164, mainland mobiles by their shape alone."""

import re

import phonenumbers
from phonenumbers import timezone as phone_time_zones

_MAINLAND_MOBILE = re.compile(r"^1\d{10}$")
_SEPARATORS = re.compile(r"[\s()\-\u00a0]")
_UNKNOWN_ZONE = "Etc/Unknown"

# One zone serves the whole of these; elsewhere the number tells it, or the branch's zone stands in.
_ZONE_OF_COUNTRY = {
    "CN": "Asia/Shanghai",
    "HK": "Asia/Hong_Kong",
    "MO": "Asia/Macau",
    "TW": "Asia/Taipei",
    "SG": "Asia/Singapore",
    "MY": "Asia/Kuala_Lumpur",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "TH": "Asia/Bangkok",
    "IN": "Asia/Kolkata",
    "GB": "Europe/London",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "NZ": "Pacific/Auckland",
}


def e164(number: str, *, country: str) -> str | None:
    """Return a number as E.164 (``+8613…``), or None when it cannot be one of that country or of the one it names.

    The shape is checked, not whether an operator has given the number out: operators do so every month, and a
    list that is out of date must not lose a customer.
    """
    plain = _SEPARATORS.sub("", number)
    mainland = plain.removeprefix("+86").removeprefix("0086")
    if (country == "CN" or plain != mainland) and _MAINLAND_MOBILE.match(mainland):
        return f"+86{mainland}"
    try:
        parsed = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def is_mobile(number: str) -> bool:
    """Return whether an E.164 number can be a mobile: on the mainland their shape tells, elsewhere nothing does."""
    return not is_mainland(number) or bool(_MAINLAND_MOBILE.match(national(number)))


def is_mainland(number: str) -> bool:
    """Return whether an E.164 number belongs to mainland China."""
    return number.startswith("+86")


def national(number: str) -> str:
    """Return an E.164 number as people at home write it: without the country's code for the mainland."""
    return number.removeprefix("+86")


def time_zone_of(*, country: str, number: str, branch_zone: str) -> str:
    """Return the time zone a customer lives in: the country's only one, else the number's, else the branch's."""
    if zone := _ZONE_OF_COUNTRY.get(country):
        return zone
    zones = time_zones(number)
    return zones[0] if zones else branch_zone


def time_zones(number: str) -> tuple[str, ...]:
    """Return every time zone an E.164 number may be in, as far as its digits tell."""
    if not number:
        return ()
    zones = phone_time_zones.time_zones_for_number(phonenumbers.parse(number))
    return tuple(str(zone) for zone in zones if zone != _UNKNOWN_ZONE)
