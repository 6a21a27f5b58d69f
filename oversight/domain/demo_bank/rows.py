"""The demo bank's nightly file: one row an account, every invented field named in it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.intake.format import COLUMNS
from collections_app.domain.intake.schedule import schedule_text
from collections_app.domain.money import yuan_text
from oversight.domain.demo_bank import cards, loans, numbers
from oversight.domain.demo_bank.organisation import collectors_of
from oversight.domain.demo_bank.people import Person

# What the data have of a card. Everything else in its row is invented.
REAL_OF_A_CARD = frozenset({"limit", "billed"})
_NOT_MARKED = frozenset({"synthetic", "payments", "currency", "kind", "product"})
SYNTHETIC_OF_A_CARD = ";".join(name for name in COLUMNS if name not in REAL_OF_A_CARD | _NOT_MARKED)
SYNTHETIC_OF_A_LOAN = ";".join(name for name in COLUMNS if name not in _NOT_MARKED)
# Past so many days the five-grade class is worse (the floors of the risk rules).
_RISK_CLASSES = ((360, "class_5"), (270, "class_4"), (90, "class_3"), (0, "class_2"))

Paid = Mapping[str, tuple[int, Sequence[str]]]


def card_row(person: Person, card: cards.CardFacts, *, anchor: date, as_of: date, paid: Paid) -> list[str]:
    """Return a card's row on a day; ``paid`` has the own payments (fen, references) of an account by its number."""
    account_no = numbers.card_number(card.number)
    paid_fen, references = paid.get(account_no, (0, ()))
    state = cards.state_on(card, anchor=anchor, as_of=as_of, paid_fen=paid_fen)
    unit = person.unit if person.unit == "INTL" or card.number % 2 else "CC"
    values = _values(person, state.amounts, state.overdue_since, as_of) | {
        "account_no": account_no,
        "product": "card",
        "limit": _yuan(card.limit_fen),
        "principal": _yuan(state.principal_fen),
        "interest": _yuan(state.interest_fen),
        "fees": _yuan(state.fees_fen),
        "statement_date": state.statement_on.isoformat(),
        "due_date": state.due_on.isoformat(),
        "grace_days": str(cards.GRACE_DAYS),
        "autodebit": "1" if card.number % 5 == 0 else "0",
        "owner": _owner(unit, card.number) if state.overdue_since else "",
        "payments": ";".join(references),
        "synthetic": SYNTHETIC_OF_A_CARD,
    }
    return [values.get(name, "") for name in COLUMNS]


def loan_row(person: Person, facts: loans.LoanFacts, *, as_of: date, paid: Paid) -> list[str]:
    """Return a loan's row on a day."""
    account_no = numbers.loan_number(facts.number)
    paid_fen, references = paid.get(account_no, (0, ()))
    state = loans.state_on(facts, as_of=as_of, paid_fen=paid_fen)
    values = _values(person, state.amounts, state.overdue_since, as_of) | {
        "account_no": account_no,
        "product": "loan",
        "limit": _yuan(facts.amount_fen),
        "principal": _yuan(state.principal_fen),
        "interest": _yuan(state.interest_fen),
        "fees": _yuan(0),
        "due_date": state.due_on.isoformat() if state.due_on else "",
        "grace_days": "0",
        "autodebit": "1",
        "owner": _owner(person.unit, facts.number) if state.overdue_since else "",
        "schedule": schedule_text(list(state.schedule)),
        "payments": ";".join(references),
        "synthetic": SYNTHETIC_OF_A_LOAN,
    }
    return [values.get(name, "") for name in COLUMNS]


def _values(person: Person, amounts: FiveAmounts, overdue_since: date | None, as_of: date) -> dict[str, str]:
    late_days = (as_of - overdue_since).days + 1 if overdue_since else 0
    risk = next((name for days, name in _RISK_CLASSES if late_days > days), "class_1")
    return {
        "customer_no": person.customer_no,
        "kind": "person",
        "name": person.name,
        "id_number": person.id_number,
        "birth_date": person.birth_date.isoformat(),
        "mobile": person.mobile,
        "email": person.email,
        "address": person.address,
        "language": person.language,
        "country": person.country,
        "branch": person.unit,
        "salary_day": str(person.salary_day),
        "currency": "CNY",
        "overdue": _yuan(amounts.overdue_fen),
        "minimum_due": _yuan(amounts.minimum_due_fen),
        "billed": _yuan(amounts.billed_fen),
        "payoff": _yuan(amounts.payoff_fen),
        "payoff_valid_until": amounts.payoff_valid_until.isoformat() if amounts.payoff_valid_until else "",
        "unbilled": _yuan(amounts.unbilled_fen),
        "overdue_since": overdue_since.isoformat() if overdue_since else "",
        "risk_class": risk,
        "written_off": "0",
    }


def _yuan(fen: int) -> str:
    return yuan_text(fen, grouped=False)


_COLLECTORS = {unit: collectors_of(unit) for unit in ("BJ", "SH", "INTL", "CC")}


def _owner(unit: str, number: int) -> str:
    """The collector whose book an account in arrears is in: everybody of the unit gets as many."""
    names = _COLLECTORS[unit]
    return names[number // 2 % len(names)]


def owners_of_loans(card_people: Sequence[Person], loan_people: Sequence[Person], count: int) -> Iterator[Person]:
    """Return whose each loan is: three of ten belong to customers who have a card as well."""
    for number in range(count):
        if number % 10 < 3 and card_people:
            yield card_people[number * 6 % len(card_people)]
        else:
            yield loan_people[number]
