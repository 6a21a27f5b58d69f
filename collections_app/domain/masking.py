"""What is shown of personal data until somebody asks for the whole."""

import re


def phone(number: str) -> str:
    """Return a phone number with its middle hidden: ``138····6612``."""
    digits = re.sub(r"[^0-9+]", "", number)
    if digits.startswith("+86") and len(digits) == 14:
        digits = digits[3:]
    if len(digits) < 8:
        return "····"
    return f"{digits[:3]}····{digits[-4:]}" if not digits.startswith("+") else f"{digits[:5]}····{digits[-2:]}"


def id_number(number: str) -> str:
    """Return an ID number with only its ends shown."""
    return f"{number[:3]}···········{number[-4:]}" if len(number) >= 10 else "····"


def tail(number: str) -> str:
    """Return the last four signs of a number."""
    return number[-4:]


def name(text: str) -> str:
    """Return a name with only its first sign shown: ``陈··``."""
    return f"{text[0]}··" if text else ""


def address(text: str) -> str:
    """Return an IP address with its last part hidden: ``203.0.113.···``; the half of a longer one."""
    if ":" in text:
        return ":".join(text.split(":")[:3]) + ":····"
    return f"{text.rpartition('.')[0]}.···" if "." in text else "—"
