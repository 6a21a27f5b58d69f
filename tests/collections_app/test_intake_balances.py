"""Nights on which balances move: what is personal stays as it was sealed, and money is what was paid."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Sum

from collections_app.models import Account, Customer, Entry
from collections_app.models.tokens import number_tokens
from tests.collections_app.conftest import TakeIn
from tests.collections_app.intake_files import row

AS_OF = date(2026, 11, 19)


def test_a_night_that_moves_only_balances_seals_nothing_again(take_in: TakeIn, now: datetime) -> None:
    """The sealed name, number and contacts stand to the byte; a new account beside them is found by its number."""
    take_in(row(100))
    sealed = "SELECT name, id_number, birth_date, search_tokens FROM collections_app_customer"
    before = _raw(sealed), _raw("SELECT account_no FROM collections_app_account")
    points = _raw("SELECT * FROM collections_app_contactpoint")

    next_day, tomorrow = AS_OF + timedelta(days=1), now + timedelta(days=1)
    moved = row(100, billed="3900.00", payoff_valid_until="")
    assert take_in(moved, as_of=next_day, at=tomorrow).accounts_changed == 1
    assert (_raw(sealed), _raw("SELECT account_no FROM collections_app_account")) == before
    second = row(100, account_no="6200000000000777", payoff_valid_until="")
    assert take_in(moved, second, as_of=next_day, at=tomorrow).accounts_new == 1

    assert Account.objects.get(tail="0777").account_no == "6200000000000777"
    assert Customer.objects.filter(search_tokens__contains=sorted(number_tokens("6200000000000777"))).count() == 1
    assert _raw("SELECT * FROM collections_app_contactpoint") == points


@pytest.mark.parametrize("product", ["card", "loan"])
def test_an_account_that_comes_back_with_its_debt_had_not_paid(take_in: TakeIn, now: datetime, product: str) -> None:
    """What leaving the file was taken for is undone, but for what was really paid meanwhile; and never twice."""
    rows = [row(number, product=product, payoff_valid_until="") for number in range(100, 110)]
    paid = rows[0] | {"payoff": "3852.18", "overdue": "291.30"}
    at = {day: {"as_of": AS_OF + timedelta(days=day), "at": now + timedelta(days=day)} for day in range(6)}

    def night(day: int, *others: dict[str, str]) -> int:
        assert take_in(*others, *rows[1:], **at[day]).state == "done"
        seen = Entry.objects.filter(account__customer__customer_no="C100", kind="adjustment")
        return seen.aggregate(Sum("money_fen", default=0))["money_fen__sum"]

    take_in(*rows, **at[0])
    assert night(1) == 395218
    assert night(2, paid) == 10000
    account = Account.objects.get(customer__customer_no="C100")
    assert (account.closed_in_core, account.payoff_fen) == (False, 385218)
    assert night(3) == 395218
    assert night(4, rows[0]) == 10000


def test_a_card_that_comes_back_with_new_debt_had_been_paid(take_in: TakeIn, now: datetime) -> None:
    """Neither its arrears nor its bill are from before it left."""
    rows = [row(number, payoff_valid_until="") for number in range(100, 110)]
    later = now + timedelta(days=20)
    dates = {"statement_date": "2026-12-05", "due_date": "2026-12-08", "overdue_since": "2026-12-09"}
    take_in(*rows)
    take_in(*rows[1:], as_of=AS_OF + timedelta(days=1), at=now + timedelta(days=1))
    take_in(rows[0] | dates, *rows[1:], as_of=later.date(), at=later)

    assert list(Entry.objects.filter(kind="adjustment").order_by("id").values_list("amount_fen", "money_fen")) == [
        (-395218, 395218),
        (395218, 0),
    ]


def _raw(sql: str) -> list[tuple[object, ...]]:
    """What stands in the database, still sealed."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
