"""Owners of accounts in a nightly file: who has left owns nothing, who never was is a mistake."""

from datetime import date, datetime, timedelta

from collections_app.models import Account, Customer, Staff
from collections_app.services import leaving, records
from tests import factories
from tests.collections_app.conftest import TakeIn
from tests.collections_app.intake_files import current, row

AS_OF = date(2026, 11, 19)


def test_rows_that_name_who_has_left_are_taken_in_without_an_owner_and_counted(take_in: TakeIn, now: datetime) -> None:
    """Their records stay fresh, an owner given in OneCase since stays, and the batch says whom the core still names."""
    left, stays = factories.make_staff("collector"), factories.make_staff("collector")
    rows = [row(number, owner=left.employee_no) for number in (100, 200)]
    take_in(*rows, row(300, owner=stays.employee_no))
    assert list(left.accounts.values_list("customer__customer_no", flat=True).order_by("id")) == ["C100", "C200"]
    leaving.leave(staff_id=left.id, actor=records.SYSTEM, now=now)
    leaving.return_accounts(now=now)
    Account.objects.filter(customer__customer_no="C200").update(owner=stays)

    next_day = AS_OF + timedelta(days=1)
    billed = {"billed": "3900.00", "payoff_valid_until": ""}
    moved = [row(number, owner=left.employee_no, **billed) for number in (100, 200)]
    others = [row(300, owner=stays.employee_no), row(400, owner=left.employee_no)]
    batch = take_in(*moved, *others, as_of=next_day, at=now + timedelta(days=1))

    assert (batch.state, batch.rows_rejected, batch.owners_left) == ("done", 0, {left.employee_no: 3})
    owners = dict(Account.objects.values_list("customer__customer_no", "owner_id"))
    assert owners == {"C100": None, "C200": stays.id, "C300": stays.id, "C400": None}
    assert set(Customer.objects.values_list("data_as_of", flat=True)) == {next_day}


def test_a_number_nobody_ever_had_stays_rejected(take_in: TakeIn) -> None:
    """A slip of the core's is not taken for somebody who left."""
    batch = take_in(*(current(number) for number in range(100, 103)), row(200, owner="E9999"))

    assert (batch.state, batch.rows_rejected, batch.owners_left) == ("done", 1, {})
    assert batch.rejects.get().reason == "unknown_owner"


def test_who_comes_back_gets_the_accounts_the_core_still_names_them_for(take_in: TakeIn, now: datetime) -> None:
    """The row of the core is the same as ever; only what OneCase gave to somebody else meanwhile stays there."""
    back, other = factories.make_staff("collector"), factories.make_staff("collector")
    rows = [row(number, owner=back.employee_no) for number in (100, 200)]
    take_in(*rows)
    leaving.leave(staff_id=back.id, actor=records.SYSTEM, now=now)
    leaving.return_accounts(now=now)
    Account.objects.filter(customer__customer_no="C200").update(owner=other)
    Staff.objects.filter(id=back.id).update(is_active=True)
    version = Customer.objects.get(customer_no="C100").version

    next_day = AS_OF + timedelta(days=1)
    batch = take_in(*rows, as_of=next_day, at=now + timedelta(days=1))

    assert (batch.state, batch.accounts_changed, batch.owners_left) == ("done", 1, {})
    owners = dict(Account.objects.values_list("customer__customer_no", "owner_id"))
    assert owners == {"C100": back.id, "C200": other.id}
    record = Customer.objects.get(customer_no="C100")
    assert (record.owner_id, record.version) == (back.id, version + 1)
