"""A night on which only balances move: what is personal stays as it was sealed."""

from datetime import date, datetime, timedelta

from django.db import connection

from collections_app.models import Account, Customer
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


def _raw(sql: str) -> list[tuple[object, ...]]:
    """What stands in the database, still sealed."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
