"""Finding a customer by number, tail of an ID or phone, or name (also pinyin and initials)."""

from collections_app.domain import typed
from collections_app.models import Customer, Staff
from collections_app.models.tokens import typed_tokens
from collections_app.selectors import records

MOST = 30


def find(*, staff: Staff, text: str) -> list[Customer]:
    """Return up to 30 customers in a person's scope that match, those with an open case first. One query.

    A customer or case number finds exactly; four or more signs of a number find by the whole or its tail; anything
    else is taken for a name, its pinyin or its initials.
    """
    plain = typed.plain(text)
    rows = records.scoped(staff).select_related("branch")
    exact = rows.filter(customer_no__iexact=plain) | rows.filter(case_number__iexact=plain)
    tokens = typed_tokens(plain)
    found = exact | rows.filter(search_tokens__overlap=tokens) if tokens else exact
    return sorted(found[:MOST], key=lambda item: (not item.case_number, -item.overdue_fen, item.id))
