"""Finding a customer by number, tail of an ID or phone, or name (also pinyin and initials)."""

import re

from collections_app.domain.search import name_keys, normal
from collections_app.models import Customer, Staff
from collections_app.models.fields import token
from collections_app.selectors import records

MOST = 30
SHORTEST_NAME = 2


def find(*, staff: Staff, text: str) -> list[Customer]:
    """Return up to 30 customers in a person's scope that match, those with an open case first. One query.

    A customer or case number finds exactly; four or more signs of a number find by the whole or its tail; anything
    else is taken for a name, its pinyin or its initials.
    """
    plain = text.strip()
    rows = records.scoped(staff).select_related("branch")
    exact = rows.filter(customer_no__iexact=plain) | rows.filter(case_number__iexact=plain)
    tokens = _tokens(plain)
    found = exact | rows.filter(search_tokens__overlap=tokens) if tokens else exact
    return sorted(found[:MOST], key=lambda item: (not item.case_number, -item.overdue_fen, item.id))


def _tokens(text: str) -> list[str]:
    number = re.sub(r"[^0-9a-zA-Z]", "", text).upper()
    found = []
    if len(number) >= 4 and any(sign.isdigit() for sign in number):
        found.append(token(number, space="number"))
    elif len(normal(text)) >= SHORTEST_NAME:
        found += [token(key, space="name") for key in {normal(text), *name_keys(text)}]
    return found
