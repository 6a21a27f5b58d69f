"""Twilio's error codes as data: what each asks for."""

import json
from functools import cache
from pathlib import Path

from notifications.domain.outcomes import ErrorClass, Result

_TABLE = Path(__file__).with_name("errors.json")


@cache
def _table() -> dict[str, dict[str, str]]:
    return {part: rows for part, rows in json.loads(_TABLE.read_text(encoding="utf-8")).items() if part != "source"}


def class_of(code: str, *, part: str) -> ErrorClass:
    """Return the class of a code given when ``sending`` or in a ``delivery`` report; unknown ones are transient."""
    return ErrorClass(_table()[part].get(code, ErrorClass.TRANSIENT))


_RESULTS = {
    ErrorClass.NUMBER: Result.PERMANENT,
    ErrorClass.OPTED_OUT: Result.PERMANENT,
    ErrorClass.CONTENT: Result.PERMANENT,
    ErrorClass.POLICY: Result.PERMANENT,
    ErrorClass.CONFIG: Result.STOPPED,
    ErrorClass.TRANSIENT: Result.TRANSIENT,
}


def result_of(error_class: ErrorClass) -> Result:
    """Return what a refused creation of that class came to: the provider took nothing."""
    return _RESULTS[error_class]
