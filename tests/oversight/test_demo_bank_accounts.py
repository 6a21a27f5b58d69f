"""The demo bank's accounts: the data's amounts, and dates and states that agree with them."""

import csv
import gzip
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import settings

from collections_app.domain.intake.format import COLUMNS
from collections_app.domain.intake.row import KnownCodes, Row, read_row
from collections_app.domain.stages import stage_of
from oversight.domain.demo_bank import cards, loans, numbers, people, rows, transactions
from oversight.domain.demo_bank.organisation import UNITS, colleagues

ANCHOR = date(2026, 11, 19)
KNOWN = KnownCodes({unit.code: unit.time_zone for unit in UNITS}, frozenset(item.employee_no for item in colleagues()))
FEN = 100


def _data() -> Iterator[dict[str, str]]:
    with gzip.open(settings.BASE_DIR / "demo_data" / "taiwan_credit.csv.gz", "rt", encoding="ascii") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def data() -> list[dict[str, str]]:
    """Every fifteenth account of the data: two thousand of all kinds."""
    return [row for row in _data() if int(row["ID"]) % 15 == 0]


def test_the_data_are_whole_and_without_sex_education_marriage_and_age() -> None:
    """Thirty thousand rows; what must not be on a screen is not in the project."""
    read = list(_data())

    assert len(read) == 30_000
    assert not {"SEX", "EDUCATION", "MARRIAGE", "AGE"} & set(read[0])


def test_limits_and_bills_are_the_datas(data: list[dict[str, str]]) -> None:
    """On the day the bank opens, billed is the last bill; a credit balance owes nothing."""
    still_due = 0
    for row in data:
        card = cards.card_of(row)
        state = cards.state_on(card, anchor=ANCHOR, as_of=ANCHOR)
        assert card.limit_fen == int(row["LIMIT_BAL"]) * FEN
        if state.due_on >= ANCHOR:
            assert state.amounts.billed_fen == max(int(row["BILL_AMT1"]), 0) * FEN
            still_due += 1
    assert still_due > 1000


def test_payments_and_purchases_of_a_month_add_up_to_the_datas(data: list[dict[str, str]]) -> None:
    """What is invented of a transaction is its day, its parts and its channel, never the sum."""
    for row in data[:500]:
        card = cards.card_of(row)
        opened = cards.first_statement(card, anchor=ANCHOR)
        done = list(transactions.transactions(card, anchor=ANCHOR))
        assert done == sorted(done, key=lambda item: transactions_month(item.on, opened))
        for month in range(6):
            first, last = cards.transaction_days(opened, month)
            within = [item for item in done if first <= item.on <= last]
            paid = sum(item.amount_fen for item in within if item.kind == "payment")
            bought = sum(item.amount_fen for item in within if item.kind == "purchase")
            assert paid == int(row[f"PAY_AMT{month + 1}"]) * FEN
            if month < 5:
                bill, before = int(row[f"BILL_AMT{month + 1}"]), int(row[f"BILL_AMT{month + 2}"])
                assert bought == max((bill - before) * FEN + paid, 0)


def transactions_month(on: date, opened: date) -> int:
    """Which cycle a day is in, the oldest first."""
    return next(5 - month for month in range(6) if on >= cards.transaction_days(opened, month)[0])


def test_months_late_in_the_data_are_the_stage_on_the_record(data: list[dict[str, str]]) -> None:
    """A card that was two months late is in M2 today, and one in good standing is not late at all."""
    for row in data:
        card = cards.card_of(row)
        state = cards.state_on(card, anchor=ANCHOR, as_of=ANCHOR)
        late = int(row["PAY_0"])
        if late < 1 or int(row["BILL_AMT1"]) <= 0:
            assert (state.amounts.overdue_fen, state.overdue_since) == (0, None)
            continue
        assert 0 < state.amounts.overdue_fen <= state.amounts.billed_fen
        assert state.overdue_since is not None
        days = (ANCHOR + timedelta(days=1) - state.overdue_since).days + 1
        assert stage_of(days_past_due=days, grace_days=3) == ("m7p" if late > 6 else f"m{late}")


def test_the_parts_of_what_is_owed_add_up(data: list[dict[str, str]]) -> None:
    """Principal, interest and fees are the payoff amount, on the first day and later, and no part is negative."""
    for row in data[:700]:
        card = cards.card_of(row)
        for days, paid in ((0, 0), (12, 0), (45, 100_000), (45, 10**12)):
            state = cards.state_on(card, anchor=ANCHOR, as_of=ANCHOR + timedelta(days=days), paid_fen=paid)
            amounts = state.amounts
            parts = (state.principal_fen, state.interest_fen, state.fees_fen)
            assert sum(parts) == amounts.payoff_fen or paid
            assert min(parts) >= 0
            assert amounts.overdue_fen <= amounts.minimum_due_fen <= amounts.payoff_fen


def test_who_paid_in_time_goes_on_and_who_is_late_gets_later(data: list[dict[str, str]]) -> None:
    """Rolled on for two months, good standing stays good and days past due rise day by day."""
    for row in data[:300]:
        card = cards.card_of(row)
        first = cards.state_on(card, anchor=ANCHOR, as_of=ANCHOR)
        later = cards.state_on(card, anchor=ANCHOR, as_of=ANCHOR + timedelta(days=61))
        assert later.overdue_since == first.overdue_since
        assert later.amounts.overdue_fen >= first.amounts.overdue_fen


def test_loans_are_scheduled_and_late_as_they_say() -> None:
    """Unpaid instalments whose day has passed are what is overdue, since the day after the first."""
    for number in range(400):
        facts = loans.loan(number, anchor=ANCHOR)
        state = loans.state_on(facts, as_of=ANCHOR)
        late = [line for line in state.schedule if line.due_on < ANCHOR and not line.paid_fen]
        assert sum(line.principal_fen for line in state.schedule) == facts.amount_fen
        assert len(late) == facts.behind
        assert state.amounts.overdue_fen == sum(line.principal_fen + line.interest_fen for line in late)
        assert state.overdue_since == (late[0].due_on + timedelta(days=1) if late else None)
        assert state.amounts.overdue_fen <= state.amounts.payoff_fen


def test_every_row_passes_the_banks_own_checks(data: list[dict[str, str]]) -> None:
    """The intake takes all of it: now, two months later, and after payments through OneCase."""
    found = [cards.card_of(row) for row in data[:400]]
    card_people = list(people.people("10", len(found)))
    paid = {numbers.card_number(found[3].number): (50_000, ["R1", "R2"]), numbers.loan_number(2): (100_000, ["R3"])}
    for as_of in (ANCHOR, ANCHOR + timedelta(days=61)):
        cells = [
            rows.card_row(person, card, anchor=ANCHOR, as_of=as_of, paid=paid)
            for person, card in zip(card_people, found, strict=True)
        ]
        cells += [
            rows.loan_row(person, loans.loan(number, anchor=ANCHOR), as_of=as_of, paid=paid)
            for number, person in enumerate(card_people[:300])
        ]
        for row in cells:
            assert isinstance(read_row(row, known=KNOWN, as_of=as_of), Row), row


def test_every_invented_field_is_marked(data: list[dict[str, str]]) -> None:
    """Of a card only limit and bill are the data's; of a loan nothing is."""
    person = next(people.people("10", 1))
    card = rows.card_row(person, cards.card_of(data[0]), anchor=ANCHOR, as_of=ANCHOR, paid={})
    loan = rows.loan_row(person, loans.loan(0, anchor=ANCHOR), as_of=ANCHOR, paid={})
    plain = {"synthetic", "payments", "currency", "kind", "product"}
    for row, real in ((card, {"limit", "billed"}), (loan, set())):
        marked = set(row[COLUMNS.index("synthetic")].split(";"))
        assert marked == set(COLUMNS) - real - plain
