"""Promises are judged part by part, by all the money seen; money that bounced reopens them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from django.db import transaction

from collections_app.domain.promises import Part
from collections_app.models import Account, Arrangement, Case, Customer, Entry, Event, Hold, Promise, Staff
from collections_app.selectors import codes
from collections_app.selectors.permit_holds import holds_in_force
from collections_app.services import payments, plans, promises, records
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db

_references = count(1)


def take(debtor: Debtor, staff: Staff, now: datetime, *parts: tuple[int, int]) -> Promise:
    """A promise of parts: (days from now, fen)."""
    return promises.take(
        customer_id=debtor.customer.id,
        account_id=debtor.account.id,
        parts=[Part(now.date() + timedelta(days=days), fen) for days, fen in parts],
        actor=Actor.of(staff),
        seen_version=None,
        now=now,
    )


def pay(account: Account, fen: int, at: datetime) -> str:
    reference = f"V{next(_references)}"
    payments.record_received(
        account_id=account.id, amount_fen=fen, channel="web", reference=reference, occurred_at=at, now=at
    )
    return reference


def counter(account: Account, fen: int, day: date, at: datetime) -> None:
    """A file as of a day shows money nobody announced."""
    Entry.objects.create(
        account=account,
        customer_id=account.customer_id,
        kind="adjustment",
        state="posted",
        amount_fen=-fen,
        money_fen=fen,
        earliest_on=day,
        latest_on=day,
        channel="core",
        reference=f"file:{next(_references)}",
        occurred_at=at,
        recorded_at=at,
    )
    posted(day)


def posted(day: date) -> None:
    """The core's data stand for a day."""
    Account.objects.update(data_as_of=day)


def judge(at: datetime) -> None:
    promises.judge_due(now=at)


def states(promise: Promise) -> tuple[str, Sequence[str]]:
    promise.refresh_from_db()
    return promise.state, list(promise.parts.values_list("verdict", flat=True))


def held() -> list[str]:
    return list(Hold.objects.filter(released_at__isnull=True).values_list("kind", flat=True))


def test_a_promise_paid_at_a_counter_is_kept(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Nothing was paid here; the core's file shows the money, within the tolerance of ten yuan."""
    promise = take(debtor, collector, now, (0, 200_000))
    counter(debtor.account, 199_000, now.date(), now + timedelta(hours=20))
    judge(now + timedelta(days=1))
    assert states(promise) == ("kept", ["kept"])


def test_money_of_the_day_after_is_late_and_money_from_before_does_not_count(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """What a file taken in before the promise shows was known when it was given."""
    counter(debtor.account, 200_000, now.date(), now - timedelta(minutes=1))
    promise = take(debtor, collector, now, (0, 200_000))
    counter(debtor.account, 200_000, now.date() + timedelta(days=1), now + timedelta(days=1))
    judge(now + timedelta(days=2))
    assert states(promise) == ("kept_late", ["kept_late"])


def test_an_own_payment_and_the_fall_it_caused_count_once(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Until the core names it, a fall of the balance is taken for the payment that is on its way to the books."""
    promise = take(debtor, collector, now, (0, 200_000))
    pay(debtor.account, 100_000, now)
    counter(debtor.account, 100_000, now.date(), now + timedelta(hours=20))
    judge(now + timedelta(days=1))
    assert states(promise)[0] == "partly_kept"


def test_the_first_part_that_is_missed_ends_the_promise_after_its_own_day(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Nobody waits for the last part's day: collection returns once the posting of the first has been checked."""
    promise = take(debtor, collector, now, (1, 100_000), (8, 100_000))
    judge(now + timedelta(days=2))
    assert states(promise)[0] == "awaiting_posting"
    customer = Customer.objects.get()
    assert (customer.status, customer.next_step) == ("promise_active", "check_posting")
    posted(now.date() + timedelta(days=1))
    judge(now + timedelta(days=2))
    assert states(promise) == ("broken", ["broken", ""])
    assert held() == []
    assert Customer.objects.get().queue == "promise_broken"


def test_a_part_that_is_kept_leaves_the_promise_waiting_for_the_next(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Between the parts the hold stays, and the permit says until which day."""
    promise = take(debtor, collector, now, (1, 100_000), (8, 100_000))
    pay(debtor.account, 100_000, now)
    posted(now.date() + timedelta(days=1))
    later = now + timedelta(days=2)
    judge(later)
    assert states(promise) == ("active", ["kept", ""])
    assert held() == ["promise_pending"]
    assert Customer.objects.get().next_step == "await_promise"
    ids = [debtor.customer.id]
    holders, table = {debtor.account.id: ids}, codes.shipped().holds
    facts = holds_in_force(customer_ids=ids, holders=holders, table=table, now=later)[debtor.customer.id]
    assert [fact.until.date() for fact in facts if fact.until] == [now.date() + timedelta(days=8)]
    pay(debtor.account, 100_000, later)
    assert states(promise) == ("kept", ["kept", "kept"])
    assert Event.objects.filter(kind="promise.part_kept").count() == 1


def test_many_that_must_wait_do_not_keep_a_ripe_one_from_being_judged(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The sweep passes over those whose file has not come, however few it may judge in one go."""
    waiting = take(debtor, collector, now, (0, 200_000))
    other = Debtor(*factories.make_debtor())
    ripe = take(other, collector, now, (0, 200_000))
    judge(now + timedelta(days=1))
    Account.objects.filter(id=other.account.id).update(data_as_of=now.date())
    promises.judge_due(now=now + timedelta(days=1), limit=1)
    assert (states(waiting)[0], states(ripe)[0]) == ("awaiting_posting", "broken")


def test_an_account_the_core_has_closed_is_judged_without_a_file_of_its_day(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """No file will ever stand for that day: the promise does not wait for ever."""
    promise = take(debtor, collector, now, (0, 200_000))
    Account.objects.update(closed_in_core=True)
    judge(now + timedelta(days=1))
    assert states(promise)[0] == "broken"


def test_a_bounce_before_the_day_puts_the_promise_in_force_again(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Void for what it rested on, pending for what can still be paid: collection waits again."""
    promise = take(debtor, collector, now, (2, 200_000))
    reference = pay(debtor.account, 200_000, now)
    assert (states(promise)[0], held()) == ("kept", [])
    payments.record_reversed(reference=reference, occurred_at=now, now=now)
    assert states(promise) == ("active", [""])
    assert held() == ["promise_pending"]
    assert list(Event.objects.filter(kind__startswith="promise.").order_by("id").values_list("kind", flat=True)) == [
        "promise.taken",
        "promise.judged",
        "promise.voided",
        "promise.reopened",
    ]


def test_a_bounce_after_the_day_voids_the_promise_and_collection_returns(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The state says why: the money was there and went back."""
    promise = take(debtor, collector, now, (0, 200_000))
    reference = pay(debtor.account, 200_000, now)
    payments.record_reversed(reference=reference, occurred_at=now, now=now + timedelta(days=3))
    assert states(promise)[0] == "void_reversed"
    customer = Customer.objects.get()
    assert (customer.status, customer.queue, held()) == ("promise_broken", "promise_broken", [])


def test_a_bounce_between_the_parts_voids_what_the_first_rested_on(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """A part judged kept is judged anew when its money is gone."""
    promise = take(debtor, collector, now, (1, 100_000), (8, 100_000))
    reference = pay(debtor.account, 100_000, now)
    posted(now.date() + timedelta(days=1))
    judge(now + timedelta(days=2))
    payments.record_reversed(reference=reference, occurred_at=now, now=now + timedelta(days=3))
    assert states(promise)[0] == "void_reversed"
    assert held() == []


def test_a_bounce_leaves_a_promise_alone_that_other_money_keeps(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    promise = take(debtor, collector, now, (2, 100_000))
    reference = pay(debtor.account, 60_000, now)
    pay(debtor.account, 150_000, now)
    payments.record_reversed(reference=reference, occurred_at=now, now=now)
    assert states(promise)[0] == "kept"


def test_a_bounce_subtracts_from_a_pending_promise(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Paid, bounced, and paid in part: the promise is partly kept, not kept by both."""
    promise = take(debtor, collector, now, (0, 200_000))
    reference = pay(debtor.account, 100_000, now)
    payments.record_reversed(reference=reference, occurred_at=now, now=now)
    pay(debtor.account, 100_000, now)
    posted(now.date())
    judge(now + timedelta(days=1))
    assert states(promise)[0] == "partly_kept"


def test_a_plan_paid_at_a_counter_is_performed_and_reopened_when_it_bounces(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Plans count the same money as promises: own and the core's."""
    plan = agree(debtor, now, [(now.date() + timedelta(days=5), 200_000), (now.date() + timedelta(days=35), 100_000)])
    counter(debtor.account, 200_000, now.date(), now + timedelta(hours=20))
    customer = Customer.objects.get()
    with transaction.atomic():
        customer = records.lock(customer_id=customer.id, now=now)
        plans.recount_within(customer=customer, account_id=debtor.account.id, now=now)
    assert list(plan.instalments.values_list("paid_fen", flat=True)) == [200_000, 0]
    reference = pay(debtor.account, 100_000, now + timedelta(days=2))
    plan.refresh_from_db()
    assert (plan.state, held()) == ("performed", [])
    payments.record_reversed(reference=reference, occurred_at=now, now=now + timedelta(days=3))
    plan.refresh_from_db()
    assert (plan.state, plan.performed_at, held()) == ("performing", None, ["agreement_active"])
    assert Event.objects.filter(kind="plan.reopened").count() == 1


def test_a_plan_is_not_breached_on_old_data(debtor: Debtor, now: datetime) -> None:
    """The last day of grace must be in the core's file: the money may have come at a counter."""
    plan = agree(debtor, now, [(now.date() + timedelta(days=1), 200_000)])
    later = now + timedelta(days=6)
    plans.judge_due(now=later)
    plan.refresh_from_db()
    assert plan.state == "late"
    posted(now.date() + timedelta(days=4))
    plans.judge_due(now=later)
    plan.refresh_from_db()
    assert plan.state == "breached"


def test_a_case_closed_by_money_that_bounced_is_open_again(debtor: Debtor, now: datetime) -> None:
    """Under its own number, at once, and with everything owed again."""
    number = debtor.customer.case_number
    reference = pay(debtor.account, 391_300, now)
    assert Customer.objects.get().case_number == ""
    payments.record_reversed(reference=reference, occurred_at=now, now=now + timedelta(days=2))
    customer = Customer.objects.get()
    assert (customer.case_number, customer.overdue_fen, customer.status) == (number, 391_300, "to_contact")
    assert (Case.objects.get().closed_at, Case.objects.get().reopened) == (None, 1)


def agree(debtor: Debtor, now: datetime, instalments: Sequence[tuple[date, int]]) -> Arrangement:
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        return plans.agree_within(
            customer=customer,
            account=debtor.account,
            source="mediation",
            source_reference="M1",
            instalments=instalments,
            grace_days=3,
            actor=records.SYSTEM,
            now=now,
        )
