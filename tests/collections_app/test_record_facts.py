"""The facts that derivation rests on: each comes from the column of its name, of the row it belongs to."""

from datetime import datetime, timedelta
from typing import Any

import zeal

from collections_app.domain import derivation
from collections_app.domain.amounts import FiveAmounts
from collections_app.models import Arrangement, ArrangementInstalment, Entry, HandOff, Hold, Promise, PromisePart, Staff
from collections_app.selectors.record_facts import facts_of
from tests import factories
from tests.cast import Debtor


# Long because it sets one row of everything.
def test_each_fact_comes_from_its_own_column(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Two accounts whose every number and day differs, with one of everything else: none has taken another's place."""
    customer, first = debtor
    today = now.date()
    days = [today + timedelta(days=number) for number in range(1, 9)]
    second = factories.make_account(
        customer, core_overdue_fen=11, core_minimum_due_fen=12, core_billed_fen=13, core_payoff_fen=14,
        core_unbilled_fen=15, payoff_valid_until=days[0], overdue_since=today, grace_days=7, owner=collector,
        closed_in_core=True,
    )  # fmt: skip
    of_second: dict[str, Any] = {"customer": customer, "account": second}
    promise = Promise.objects.create(
        **of_second, state="kept", taken_at=now, last_day=days[1], total_fen=21, department="collections"
    )
    with zeal.zeal_ignore():
        for day, fen, judged_at in ((days[2], 22, None), (days[1], 23, None), (days[3], 24, now)):
            PromisePart.objects.create(
                promise=promise, customer=customer, due_on=day, amount_fen=fen, judged_at=judged_at
            )
    Hold.objects.create(**of_second, kind="dispute", placed_at=now, ends_at=now + timedelta(days=9))
    plan = Arrangement.objects.create(
        **of_second, source="offer", source_reference="N1", state="late", agreed_at=now, grace_days=5
    )
    ArrangementInstalment.objects.create(
        arrangement=plan, customer=customer, number=1, due_on=days[4], amount_fen=50, paid_fen=19
    )
    Entry.objects.create(
        **of_second, kind="payment", state="in_flight", amount_fen=61, channel="app", reference="R1", occurred_at=now,
        recorded_at=now,
    )  # fmt: skip
    HandOff.objects.create(
        customer=customer, kind="callback", to_department="collections", from_department="service", opened_at=now,
        due_at=now + timedelta(days=8),
    )  # fmt: skip

    facts = facts_of([customer])[customer.id]

    assert {account.id for account in facts.accounts} == {first.id, second.id}
    assert next(account for account in facts.accounts if account.id == second.id) == derivation.AccountFacts(
        id=second.id,
        core=FiveAmounts(11, 12, 13, 14, days[0], 15),
        overdue_since=today,
        grace_days=7,
        paid_on_top_fen=0,
        payment_in_flight=True,
        placement=second.placement,
        owner_id=collector.id,
        closed_in_core=True,
        bounced=[],
    )
    parts = [(days[1], 23), (days[2], 22)]
    assert facts.promises == [derivation.PromiseFacts(promise.id, second.id, "kept", parts, now)]
    assert facts.holds == [derivation.HoldFacts("dispute", second.id, now + timedelta(days=9))]
    assert facts.plans == [derivation.PlanFacts(second.id, "late", [(days[4], 31)], 5)]
    assert facts.callback_due_at == now + timedelta(days=8)
    assert (facts.time_zone, facts.case_open, facts.failed_numbers) == (customer.time_zone, True, False)
