"""Finding a customer by number, tail of an ID or phone, or name (also pinyin and initials)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from collections_app.domain import typed
from collections_app.models import Customer, Staff
from collections_app.models.tokens import typed_tokens
from collections_app.selectors import records, walls

MOST = 30


def find(*, staff: Staff, text: str, now: datetime | None = None) -> list[Customer]:
    """Return up to 30 customers in a person's scope that match, those with an open case first.

    A customer or case number finds exactly; four or more signs of a number find by the whole or its tail; anything
    else is taken for a name, its pinyin or its initials.
    """
    plain = typed.plain(text)
    rows = records.scoped(staff, now=now).select_related("branch")
    exact = rows.filter(customer_no__iexact=plain) | rows.filter(case_number__iexact=plain)
    tokens = typed_tokens(plain)
    _note_walled(staff, plain, tokens)
    found = exact | rows.filter(search_tokens__overlap=tokens) if tokens else exact
    return sorted(found[:MOST], key=lambda item: (not item.case_number, -item.overdue_fen, item.id))


def _note_walled(staff: Staff, plain: str, tokens: list[str]) -> None:
    """Note for the log what the words would have found but for a wall. One query, on the few walled records alone."""
    named = Q(customer_no__iexact=plain) | Q(case_number__iexact=plain, case_number__gt="")
    rows = Customer.objects.filter(walled=True).filter(named | Q(search_tokens__overlap=tokens) if tokens else named)
    theirs = rows.filter(Exists(walls.ties_against(staff).filter(customer=OuterRef("pk"))))
    for customer_id in theirs.values_list("id", flat=True)[:MOST]:
        walls.note(staff=staff, customer_id=customer_id, tried="find")
