"""Money is booked twice: what a payment filled by component, what goes back, and the database's refusal."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from collections_app.domain.allocation import AllocationOrder, Owed, Split, allocate, give_back
from collections_app.domain.amounts import given_back
from collections_app.models import Account, Entry, Journal, JournalLine
from collections_app.selectors.money import seen
from collections_app.services import payments, records
from collections_app.services.errors import RefusedError
from tests import factories, seeds

OWED = Owed(costs_fen=1_000, interest_fen=5_000, principal_fen=90_000, payoff_fen=100_000)


@pytest.mark.parametrize(
    ("amount", "order", "split"),
    [
        (500, AllocationOrder.COSTS_FIRST, Split(costs=500)),
        (7_000, AllocationOrder.COSTS_FIRST, Split(costs=1_000, interest=5_000, principal=1_000)),
        (7_000, AllocationOrder.PRINCIPAL_FIRST, Split(principal=7_000)),
        (94_000, AllocationOrder.PRINCIPAL_FIRST, Split(principal=90_000, interest=4_000)),
        (101_000, AllocationOrder.COSTS_FIRST, Split(1_000, 5_000, 90_000, 4_000, 1_000)),
    ],
)
def test_a_payment_fills_the_components_in_the_order_of_the_rule(
    amount: int, order: AllocationOrder, split: Split
) -> None:
    """Sums are exact, nothing gets more than is owed, and what is left over is beyond."""
    assert allocate(amount_fen=amount, owed=OWED, order=order) == split
    assert split.total_fen == amount


def test_what_was_filled_last_goes_back_first() -> None:
    """A part that is given back leaves costs and interest paid."""
    kept = Split(costs=1_000, interest=5_000, principal=1_000)
    assert give_back(amount_fen=1_500, kept=kept, order=AllocationOrder.COSTS_FIRST) == Split(
        principal=1_000, interest=500
    )
    with pytest.raises(ValueError, match="more is taken back"):
        give_back(amount_fen=7_001, kept=kept, order=AllocationOrder.COSTS_FIRST)
    with pytest.raises(ValueError, match="positive"):
        allocate(amount_fen=0, owed=OWED, order=AllocationOrder.COSTS_FIRST)


def test_parts_raise_again_exactly_what_the_whole_had_lowered() -> None:
    """However a payment is given back, each amount rises by what it fell, and the unbilled first."""
    lowered = {
        "overdue_fen": 300, "minimum_due_fen": 400, "billed_fen": 600, "payoff_fen": 1_000, "unbilled_fen": 400,
    }  # fmt: skip
    first = given_back(lowered, kept_fen=1_000, part_fen=450)
    rest = given_back(lowered, kept_fen=550, part_fen=550)
    assert first == {
        "overdue_fen": 0, "minimum_due_fen": 0, "billed_fen": 50, "payoff_fen": 450, "unbilled_fen": 400,
    }  # fmt: skip
    assert {name: first[name] + rest[name] for name in lowered} == lowered


def _paid(now: datetime, fen: int = 150_000) -> tuple[Account, Entry]:
    seeds.rule_packs(now=now)
    _customer, account = factories.make_debtor()
    Account.objects.filter(pk=account.pk).update(fees_fen=2_000, interest_fen=8_000, principal_fen=300_000)
    entry = payments.record_received(
        account_id=account.pk, amount_fen=fen, channel="counter", reference="K1", occurred_at=now, now=now
    )
    assert entry is not None
    account.refresh_from_db()
    return account, entry


def _lines(reference: str) -> dict[str, int]:
    rows = JournalLine.objects.filter(journal__reference=reference)
    return dict(rows.values_list("book", "amount_fen"))


def test_a_payment_is_booked_by_component_with_its_rule(db: None, now: datetime) -> None:
    """Costs, interest, principal by the pack's rule; the channel owes the sum; the next payment goes on from there."""
    account, _ = _paid(now, 5_000)
    assert _lines("K1") == {"clearing": 5_000, "costs": -2_000, "interest": -3_000}
    assert Journal.objects.get(reference="K1").rule == "CN/1/CN-561"
    payments.record_received(
        account_id=account.pk, amount_fen=10_000, channel="counter", reference="K2", occurred_at=now, now=now
    )
    assert _lines("K2") == {"clearing": 10_000, "interest": -5_000, "principal": -5_000}


def test_a_part_given_back_is_owed_again_and_counts_no_longer(db: None, now: datetime) -> None:
    """The rest of the payment stands; the same part twice is one; more than was paid is refused."""
    account, _ = _paid(now)
    payoff = account.payoff_fen

    def give(own: str, fen: int) -> Entry | None:
        with transaction.atomic():
            customer = records.lock(customer_id=account.customer_id, now=now)
            return payments.record_given_back_within(
                customer=customer, reference="K1", own_reference=own, amount_fen=fen, occurred_at=now, now=now
            )

    assert give("K1.1", 40_000) is not None
    assert give("K1.1", 40_000) is None
    account.refresh_from_db()
    assert account.payoff_fen == payoff + 40_000
    assert seen(account_id=account.pk).total_fen == 110_000
    with pytest.raises(RefusedError) as refused:
        give("K1.2", 110_001)
    assert refused.value.code == "more_than_paid"
    give("K1.2", 110_000)
    account.refresh_from_db()
    assert account.payoff_fen == payoff + 150_000
    assert seen(account_id=account.pk).total_fen == 0


@pytest.mark.parametrize("spoil", ["unbalanced", "no lines", "unbooked", "changed"])
def test_the_database_refuses_money_from_nowhere(db: None, now: datetime, spoil: str) -> None:
    """A booking that does not balance, one without lines, an entry without a booking, a line changed later."""
    account, entry = _paid(now)
    with pytest.raises(DatabaseError, match=r"balance|no lines|not booked|Cannot update"), transaction.atomic():
        _spoil(spoil, account, entry, now)


def _spoil(spoil: str, account: Account, entry: Entry, now: datetime) -> None:
    if spoil == "unbooked":
        Entry.objects.create(
            account=account, customer_id=account.customer_id, kind="payment", state="received", amount_fen=5,
            channel="x", reference="X", occurred_at=now, recorded_at=now,
        )  # fmt: skip
    elif spoil == "changed":
        JournalLine.objects.filter(journal__entry=entry).update(amount_fen=1)
    else:
        made = Journal.objects.create(kind="held", channel="x", reference="X", currency="CNY", at=now)
        if spoil == "unbalanced":
            JournalLine.objects.create(journal=made, book="clearing", amount_fen=5)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
