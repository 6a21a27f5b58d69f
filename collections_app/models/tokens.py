"""The tokens by which sealed values are found and compared: one name space for each use."""

from collections.abc import Iterable

from collections_app.domain import phones, search
from collections_app.models.fields import key_ring

SEARCH = "search"
ACCOUNT = "account"
CONTACT = "contact"
INTAKE_ROW = "intake.row"


def account_token(account_no: str) -> str:
    """Return the token an account is known by."""
    return key_ring().token(account_no.upper(), space=ACCOUNT)


def contact_token(value: str) -> str:
    """Return the token of a number (E.164) or address; equal values of any two records have equal tokens."""
    return key_ring().token(search.normal(value), space=CONTACT)


def name_tokens(name: str) -> set[str]:
    """Return the search tokens of a name: itself, its pinyin and its initials."""
    return _tokens(search.name_keys(name))


def number_tokens(number: str) -> set[str]:
    """Return the search tokens of an ID, account or phone number: itself as written at home, and its last four."""
    return _tokens(search.number_keys(phones.national(number)))


def _tokens(keys: Iterable[str]) -> set[str]:
    ring = key_ring()
    return {ring.token(key, space=SEARCH) for key in keys}
