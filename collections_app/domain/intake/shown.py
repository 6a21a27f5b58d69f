"""What is shown on a page of a value that was rejected: enough to know it by, nothing that is somebody's."""

from collections.abc import Callable, Mapping

from collections_app.domain import masking

# A code, a day or an amount is shorter; what is longer stands in the wrong column, or is none.
_LONGEST_OPEN = 12
_HIDDEN = "····"


def _tail(number: str) -> str:
    return f"{_HIDDEN}{masking.tail(number)}" if len(number) >= 8 else _HIDDEN


def _head(text: str) -> str:
    return f"{text[:2]}{_HIDDEN}"


_MASKS: Mapping[str, Callable[[str], str]] = {
    "customer_no": _tail,
    "account_no": _tail,
    "name": masking.name,
    "id_number": masking.id_number,
    "birth_date": _head,
    "mobile": masking.phone,
    "email": _head,
    "address": _head,
}


def shown(column: str, value: str) -> str:
    """Return a rejected value of a column, masked where it is a person's; of the second file's columns as well."""
    if not value:
        return ""
    mask = _MASKS.get(column.removeprefix("transactions."))
    if mask is not None:
        return mask(value)
    return value if len(value) <= _LONGEST_OPEN else f"{value[:4]}{_HIDDEN}"
