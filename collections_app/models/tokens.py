"""The tokens by which sealed values are found and compared: one name space for each use."""

import re

from collections_app.domain import phones, search
from collections_app.models.fields import token

ACCOUNT = "account"
PHONE = "phone"
ADDRESS = "address"
NAME = "name"
NUMBER = "number"
INTAKE_ROW = "intake.row"
SEARCH = "search"
# Anything shorter would find half the bank.
SHORTEST_NAME = 2
SHORTEST_NUMBER = 4


def account_token(account_no: str) -> str:
    """Return the token an account is known by."""
    return token(account_no, space=ACCOUNT)


def contact_token(value: str, *, is_phone: bool) -> str:
    """Return the token of a phone number (E.164) or of an address; equal values of two records have equal tokens."""
    return token(value, space=PHONE) if is_phone else token(search.normal(value), space=ADDRESS)


def search_token(plain: str) -> str:
    """Return the token a search is logged under: the same words have the same, and it finds nobody."""
    return token(plain, space=SEARCH)


def name_tokens(name: str) -> set[str]:
    """Return the search tokens of a name: itself, its pinyin and its initials."""
    return {token(key, space=NAME) for key in search.name_keys(name)}


def number_tokens(number: str) -> set[str]:
    """Return the search tokens of an ID, account or phone number: itself as written at home, and its last four."""
    return {token(key, space=NUMBER) for key in search.number_keys(phones.national(number))}


def required_tokens(text: str) -> list[str]:
    """Return the tokens that must all be on a record for what somebody typed: a name and numbers, in any order.

    Words with a digit are numbers or tails, the rest is one name however it is spaced. What is too short to go by is
    left out; none at all gives none.
    """
    words = text.split()
    numbers = [word for word in words if any(sign.isdigit() for sign in word)]
    if len(numbers) < 2 and len(numbers) == len(words):
        return typed_tokens(text)
    whole = re.sub(r"[^0-9]", "", text)
    if len(numbers) == len(words) and len(words[0]) <= SHORTEST_NUMBER and len(whole) > 2 * SHORTEST_NUMBER:
        # One number written in groups, as on a card.
        return typed_tokens(text)
    name = search.normal(" ".join(word for word in words if word not in numbers))
    found = [each for word in numbers for each in typed_tokens(word)]
    if len(name) >= SHORTEST_NAME:
        found.append(token(name, space=NAME))
    return found


def typed_tokens(text: str) -> list[str]:
    """Return the tokens of what somebody typed to find a customer: a number or its tail, or a name.

    Too little to go by gives none.
    """
    number = re.sub(r"[^0-9a-zA-Z]", "", phones.national(text.strip())).upper()
    if len(number) >= SHORTEST_NUMBER and any(sign.isdigit() for sign in number):
        return [token(number, space=NUMBER)]
    plain = search.normal(text)
    return [token(plain, space=NAME)] if len(plain) >= SHORTEST_NAME else []
