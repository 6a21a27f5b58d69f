"""Finding a customer: by customer or case number, any number or its tail, or name (also pinyin and initials).

Each way goes by an index of its own, one query after another until one finds somebody: a disjunction over several
tables would have the planner read a whole one.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from collections_app.domain import phones, typed
from collections_app.domain.issued import reference_of
from collections_app.models import Account, Case, ContactPoint, Customer, IssuedDocument, Staff
from collections_app.models.tokens import SHORTEST_NUMBER, contact_token, required_tokens, typed_tokens
from collections_app.selectors import records, walls

MOST = 30
# So many records with the same last four signs are opened to compare the longer tail that was typed.
_MOST_COMPARED = 400
_LONGEST_TAIL = 12


def find(*, staff: Staff, text: str, now: datetime) -> list[Customer]:
    """Return up to 30 customers in a person's scope that match, those with an open case and most overdue first.

    A customer or case number finds exactly, a telephone number everybody who holds it, a guarantor's included; other
    numbers of four or more signs find by the whole or by the tail; anything else is taken for a name, its pinyin or
    its initials. A name and a tail together must both match. At most six queries.
    """
    plain = typed.plain(text)
    rows = records.scoped(staff, now=now).select_related("branch")
    _note_walled(staff, plain)
    return sorted(_matching(rows, plain), key=lambda item: (not item.case_number, -item.overdue_fen, item.id))[:MOST]


@dataclass(frozen=True, slots=True)
class Match:
    """By what a customer was found: the kind of the number or a name, whose it is, and the last signs of a number."""

    what: str
    relation: str = ""
    tail: str = ""


def matched(customers: Collection[Customer], *, text: str) -> dict[int, Match]:
    """Return by what each of the found customers was found. Two queries, none for nobody.

    Names nobody but the customer: of another's number it says how they stand to the customer, and only signs that were
    typed.
    """
    plain = typed.plain(text)
    signs = [re.sub(r"[^0-9a-zA-Z]", "", phones.national(word)).upper() for word in [plain, *plain.split()]]
    signs = [each for each in signs if len(each) >= SHORTEST_NUMBER and any(sign.isdigit() for sign in each)]
    if customers and reference_of(plain):
        return {customer.pk: Match("document") for customer in customers}
    if not customers or not signs:
        return {customer.pk: Match("name") for customer in customers}
    numbers: dict[int, list[tuple[Match, str]]] = {
        customer.pk: [
            (Match("customer_no"), customer.customer_no.upper()),
            (Match("case"), re.sub(r"[^0-9a-zA-Z]", "", customer.case_number).upper()),
            (Match("id_number"), customer.id_number.upper()),
        ]
        for customer in customers
    }
    for account in Account.objects.filter(customer_id__in=numbers).only("customer_id", "account_no"):
        numbers[account.customer_id].append((Match("account"), account.account_no.upper()))
    points = ContactPoint.objects.filter(customer_id__in=numbers).order_by("id")
    for point in points.only("customer_id", "value", "relation"):
        numbers[point.customer_id].append((Match("phone", point.relation), phones.national(point.value)))
    return {pk: _first_match(found, signs) for pk, found in numbers.items()}


def _first_match(numbers: Iterable[tuple[Match, str]], signs: Sequence[str]) -> Match:
    """Return the first number that ends with what was typed; an older case's number is nobody's tail any more."""
    for match, number in numbers:
        if any(number.endswith(each) for each in signs):
            return replace(match, tail=number[-SHORTEST_NUMBER:])
    return Match("name" if not any(len(each) > SHORTEST_NUMBER for each in signs) else "case")


def _matching(rows: QuerySet[Customer], plain: str) -> list[Customer]:
    ways = (_by_issued, _by_code, _by_tokens, _by_telephone, _by_longer_tail)
    return next((people for way in ways if (people := way(rows, plain))), [])


def _note_walled(staff: Staff, plain: str) -> None:
    """Note for the log what the words would have found but for a wall; one query for who has none."""
    if tied := list(walls.ties_against(staff).values_list("customer_id", flat=True)):
        for customer in _matching(Customer.objects.filter(id__in=tied, walled=True), plain):
            walls.note(staff=staff, customer_id=customer.pk, tried="find")


def by_customer_no(rows: QuerySet[Customer], plain: str) -> QuerySet[Customer]:
    """Return who has this customer number, in whatever case it was typed."""
    return rows.filter(customer_no__in={plain, plain.upper(), plain.lower()})


def by_case(rows: QuerySet[Customer], plain: str) -> QuerySet[Customer]:
    """Return whose case has this number, a closed one included: letters name them for years."""
    cases = Case.objects.filter(number__in={plain, plain.upper(), plain.lower()})
    return rows.filter(id__in=cases.values("customer_id"))


def by_tokens(rows: QuerySet[Customer], tokens: list[str]) -> QuerySet[Customer]:
    """Return the records that have all of these search tokens, the most overdue first."""
    return rows.filter(search_tokens__contains=tokens).order_by("-overdue_fen", "id")


def by_telephone(rows: QuerySet[Customer], token: str) -> QuerySet[Customer]:
    """Return the records that hold a telephone number, whoever of them it belongs to."""
    points = ContactPoint.objects.filter(value_token=token)
    return rows.filter(id__in=points.values("customer_id")).order_by("-overdue_fen", "id")


def _by_issued(rows: QuerySet[Customer], plain: str) -> list[Customer]:
    """Return to whom the document of a reference was issued: whoever is shown one has it checked on the telephone."""
    reference = reference_of(plain)
    if not reference:
        return []
    documents = IssuedDocument.objects.filter(reference=reference)
    return list(rows.filter(id__in=documents.values("customer_id"))[:1])


def _by_code(rows: QuerySet[Customer], plain: str) -> list[Customer]:
    if not any(sign.isdigit() for sign in plain) or " " in plain:
        return []
    return list(by_customer_no(rows, plain)[:MOST]) or list(by_case(rows, plain)[:MOST])


def _by_tokens(rows: QuerySet[Customer], plain: str) -> list[Customer]:
    tokens = required_tokens(plain)
    return list(by_tokens(rows, tokens)[:MOST]) if tokens else []


def _by_telephone(rows: QuerySet[Customer], plain: str) -> list[Customer]:
    number = phones.e164(plain, country="CN")
    if number is None:
        return []
    return list(by_telephone(rows, contact_token(number, is_phone=True))[:MOST])


def _by_longer_tail(rows: QuerySet[Customer], plain: str) -> list[Customer]:
    """Compare a tail of more than four signs with the numbers of those whose last four are the same."""
    tail = re.sub(r"[^0-9a-zA-Z]", "", plain).upper()
    if not SHORTEST_NUMBER < len(tail) <= _LONGEST_TAIL or not any(sign.isdigit() for sign in tail):
        return []
    candidates = list(by_tokens(rows, typed_tokens(tail[-SHORTEST_NUMBER:]))[:_MOST_COMPARED])
    numbers = _numbers_of(candidates)
    return [item for item in candidates if any(number.endswith(tail) for number in numbers[item.pk])]


def _numbers_of(customers: Iterable[Customer]) -> dict[int, list[str]]:
    """Return the ID, telephone and account numbers of records, in two queries."""
    found = {item.pk: [item.id_number.upper()] for item in customers}
    for account in Account.objects.filter(customer_id__in=found).only("customer_id", "account_no"):
        found[account.customer_id].append(account.account_no.upper())
    for point in ContactPoint.objects.filter(customer_id__in=found).only("customer_id", "value"):
        found[point.customer_id].append(point.value)
    return found
