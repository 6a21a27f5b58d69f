"""Addresses by name, of rooms that may not be there: they are named, never imported."""

from collections.abc import Sequence
from functools import cache

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse


def address(*names: str, args: Sequence[str] = ()) -> str:
    """Return the address of the first name that is known, or an empty text."""
    return _first(names, args) if args else _fixed(names, get_urlconf(), get_script_prefix())


@cache
def _fixed(names: Sequence[str], _urlconf: object, _prefix: str) -> str:
    """An address without arguments stays what it is: every page names some thirty of them."""
    return _first(names, ())


def _first(names: Sequence[str], args: Sequence[str]) -> str:
    for name in names:
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return ""
