"""A bounced payment is owed again at once, exactly once, whatever the next files say of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from collections_app.domain.promises import Part
from collections_app.models import Account, Customer, Entry, Event, IntakeBatch, Promise
from collections_app.services import core_money, intake, payments, promises, records
from collections_app.services.errors import RefusedError
from tests.collections_app.intake_files import current, make_branches, row, write

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 11, 19)
Night = Callable[..., IntakeBatch]
# The row after 391.30 was paid: nothing overdue, and the bill is that much less.
PAID = {"overdue": "0", "overdue_since": "", "minimum_due": "0", "billed": "3521.70", "payoff": "3560.88"}


@pytest.fixture
def night(tmp_path: Path, now: datetime) -> Night:
    """Take in the file of a day, so many days after the first, on the morning after."""
    make_branches()

    def take(after: int = 0, **values: str) -> IntakeBatch:
        path = write(tmp_path / "nightly.csv", [row(100, payoff_valid_until="", **values), current(200)])
        batch = intake.take_in(
            path=path, as_of=AS_OF + timedelta(days=after), actor=records.SYSTEM, now=now + timedelta(days=after)
        )
        assert batch.state == "done"
        return batch

    return take


def account() -> Account:
    return Account.objects.get(customer__customer_no="C100")


def pay(at: datetime, fen: int = 39_130) -> None:
    payments.record_received(
        account_id=account().id, amount_fen=fen, channel="web", reference="R1", occurred_at=at, now=at
    )


def amounts() -> tuple[int, int, int, str]:
    row_ = account()
    return row_.overdue_fen, row_.billed_fen, row_.payoff_fen, row_.stage


OWED, LESS = (39_130, 391_300, 395_218, "m1"), (0, 352_170, 356_088, "m0")


def test_a_bounce_of_a_posted_payment_is_owed_at_once_with_its_days(night: Night, now: datetime) -> None:
    """The core's file still contains the payment and says nothing is overdue; the record knows better."""
    night()
    pay(now)
    night(1, **PAID, payments="R1")
    assert amounts() == LESS
    at = now + timedelta(days=1)
    payments.record_reversed(reference="R1", occurred_at=at, now=at)
    assert amounts() == OWED
    assert account().days_past_due == 22
    assert Customer.objects.get(customer_no="C100").case_number


@pytest.mark.parametrize("names", ["R1;-R1", "R1", ""])
def test_the_file_of_the_bounce_is_not_added_to_it(night: Night, now: datetime, names: str) -> None:
    """Whether the core names the bounce or not, its balance of that day contains it."""
    night()
    pay(now)
    night(1, **PAID, payments="R1")
    at = now + timedelta(days=1)
    payments.record_reversed(reference="R1", occurred_at=at, now=at)
    night(2, payments=names)
    assert amounts() == OWED
    assert set(Entry.objects.exclude(kind="adjustment").values_list("state", flat=True)) == {"posted"}


def test_a_file_from_before_the_bounce_leaves_it_on_top(night: Night, now: datetime) -> None:
    """Data of the day before still contain the payment: it stays owed."""
    night()
    pay(now)
    at = now + timedelta(days=1)
    payments.record_reversed(reference="R1", occurred_at=at, now=at)
    assert amounts() == OWED
    night(1, **PAID, payments="R1")
    assert amounts() == OWED
    night(2)
    assert amounts() == OWED


def test_a_bounce_no_file_ever_contained_cancels_with_its_payment(night: Night, now: datetime) -> None:
    """The core has booked neither: nothing is owed more, and nothing less."""
    night()
    pay(now)
    payments.record_reversed(reference="R1", occurred_at=now, now=now)
    for after in (1, 2):
        night(after)
        assert amounts() == OWED


def test_a_bounce_the_core_tells_first_is_recorded_and_voids_the_promise(night: Night, now: datetime) -> None:
    """The file names it with a minus sign: reversal, event, promise and case follow, once."""
    night()
    promise = promises.take(
        customer_id=account().customer_id,
        account_id=account().id,
        parts=[Part(now.date(), 39_130)],
        actor=records.SYSTEM,
        seen_version=None,
        now=now,
    )
    pay(now)
    night(1, **PAID, payments="R1")
    night(2, payments="R1;-R1")
    assert amounts() == OWED
    promise.refresh_from_db()
    assert promise.state == "void_reversed"
    assert Event.objects.filter(kind="payment.reversed").count() == 1
    IntakeBatch.objects.update(followed_at=None)
    core_money.follow(now=now + timedelta(days=3))
    assert Event.objects.filter(kind="payment.reversed").count() == 1


def test_a_part_of_a_payment_is_not_taken_back(night: Night, now: datetime) -> None:
    """What the core gives back in part is its correction and comes with its file."""
    night()
    pay(now)
    with pytest.raises(RefusedError) as refused:
        payments.record_reversed(reference="R1", occurred_at=now, now=now, amount_fen=10_000)
    assert refused.value.code == "reversal_in_part"
    assert payments.record_reversed(reference="R1", occurred_at=now, now=now, amount_fen=39_130)


def test_a_payment_that_never_arrived_cannot_bounce(night: Night, now: datetime) -> None:
    night()
    with pytest.raises(RefusedError) as refused:
        payments.record_reversed(reference="R9", occurred_at=now, now=now)
    assert refused.value.code == "no_such_payment"


def test_a_promise_and_a_claim_end_with_the_file_that_shows_their_money(night: Night, now: datetime) -> None:
    """Nobody waits for the day of judging: the file that shows all of it keeps the promise."""
    night()
    promises.take(
        customer_id=account().customer_id,
        account_id=account().id,
        parts=[Part(now.date() + timedelta(days=3), 39_130)],
        actor=records.SYSTEM,
        seen_version=None,
        now=now,
    )
    batch = night(1, **PAID)
    assert Promise.objects.get().state == "kept"
    batch.refresh_from_db()
    assert batch.followed_at
    assert Customer.objects.get(customer_no="C100").case_number == ""
