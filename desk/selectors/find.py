"""Finding a customer by number, tail of an ID or phone, or name (also pinyin and initials)."""

import re

from collections_app.domain import phones, typed
from collections_app.domain.search import normal
from collections_app.models import Customer, Staff
from collections_app.models.fields import token
from collections_app.models.tokens import NAME, NUMBER
from collections_app.selectors import records

MOST = 30
SHORTEST_NAME = 2
SHORTEST_NUMBER = 4


def find(*, staff: Staff, text: str) -> list[Customer]:
    """Return up to 30 customers in a person's scope that match, those with an open case first. One query.

    A customer or case number finds exactly; four or more signs of a number find by the whole or its tail; anything
    else is taken for a name, its pinyin or its initials.
    """
    plain = typed.plain(text)
    rows = records.scoped(staff).select_related("branch")
    exact = rows.filter(customer_no__iexact=plain) | rows.filter(case_number__iexact=plain)
    tokens = _tokens(plain)
    found = exact | rows.filter(search_tokens__overlap=tokens) if tokens else exact
    return sorted(found[:MOST], key=lambda item: (not item.case_number, -item.overdue_fen, item.id))


def _tokens(text: str) -> list[str]:
    """The tokens of what was typed, in the spaces in which intake writes them (models/tokens)."""
    number = re.sub(r"[^0-9a-zA-Z]", "", phones.national(text)).upper()
    if len(number) >= SHORTEST_NUMBER and any(sign.isdigit() for sign in number):
        return [token(number, space=NUMBER)]
    plain = normal(text)
    return [token(plain, space=NAME)] if len(plain) >= SHORTEST_NAME else []
