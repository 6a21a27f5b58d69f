"""A promise stops collection until it is judged, within the bank's limits."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from collections_app.domain.promises import Part
from collections_app.models import Account, Hold, Promise, Staff
from collections_app.services import payments, promises
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import SYSTEM, Actor
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


def take(debtor: Debtor, staff: Staff, now: datetime, *parts: Part, seen: int | None = None) -> Promise:
    return promises.take(
        customer_id=debtor.customer.id,
        account_id=debtor.account.id,
        parts=parts or [Part(now.date() + timedelta(days=2), 200_000)],
        actor=Actor.of(staff),
        seen_version=seen or debtor.customer.version,
        now=now,
    )


def test_a_promise_holds_collection_of_its_account(debtor: Debtor, collector: Staff, now: datetime) -> None:
    promise = take(debtor, collector, now)
    debtor.customer.refresh_from_db()
    assert debtor.customer.status == "promise_active"
    assert debtor.customer.queue == "promise_pending"
    hold = Hold.objects.get(customer=debtor.customer)
    assert (hold.kind, hold.account_id, hold.source) == ("promise_pending", debtor.account.id, f"promise:{promise.id}")


@pytest.mark.parametrize(
    ("days", "fen", "code"),
    [
        (-1, 200_000, "promise_date_in_the_past"),
        (15, 200_000, "promise_date_too_late"),
        (2, 39_129, "promise_amount_too_small"),
        (2, 391_301, "promise_amount_above_overdue"),
    ],
)
def test_a_promise_outside_the_limits_changes_nothing(
    debtor: Debtor, collector: Staff, now: datetime, days: int, fen: int, code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        take(debtor, collector, now, Part(now.date() + timedelta(days=days), fen))
    assert refused.value.code == code
    assert not Promise.objects.exists()
    debtor.customer.refresh_from_db()
    assert debtor.customer.version == 1


def test_a_second_promise_on_the_account_is_refused(debtor: Debtor, collector: Staff, now: datetime) -> None:
    take(debtor, collector, now)
    debtor.customer.refresh_from_db()
    with pytest.raises(RefusedError) as refused:
        take(debtor, collector, now)
    assert refused.value.code == "promise_already_pending"


def test_a_promise_on_an_older_version_is_refused_with_what_changed(
    debtor: Debtor, collector: Staff, agent: Staff, now: datetime
) -> None:
    """The colleague who looked before the other's promise is told of it and writes nothing."""
    take(debtor, agent, now)
    with pytest.raises(StaleWriteError) as stale:
        take(debtor, collector, now, seen=1)
    assert [event.kind for event in stale.value.changes] == ["promise.taken", "hold.placed"]
    assert stale.value.changes[0].actor == agent
    assert Promise.objects.count() == 1


def test_an_auditor_takes_no_promise(debtor: Debtor, auditor: Staff, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        take(debtor, auditor, now)


def test_payment_of_the_whole_promise_keeps_it_at_once(debtor: Debtor, collector: Staff, now: datetime) -> None:
    promise = take(debtor, collector, now)
    pay(debtor.account, 200_000, now + timedelta(hours=1))
    promise.refresh_from_db()
    assert promise.state == "kept"
    assert not Hold.objects.filter(released_at__isnull=True).exists()


def test_nobody_is_judged_before_the_file_contains_the_last_day(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The day after, at ten, but with a file from before the last day, the promise still waits for posting."""
    promise = take(debtor, collector, now, Part(now.date(), 200_000))
    later = now + timedelta(days=1)
    promises.judge_due(now=later)
    promise.refresh_from_db()
    assert promise.state == "awaiting_posting"
    Account.objects.update(data_as_of=now.date())
    promises.judge_due(now=later)
    promise.refresh_from_db()
    assert promise.state == "broken"
    debtor.customer.refresh_from_db()
    assert debtor.customer.queue == "promise_broken"


def test_a_redate_replaces_and_is_counted(debtor: Debtor, collector: Staff, now: datetime) -> None:
    promise = take(debtor, collector, now)
    version = 1
    for _ in range(2):
        debtor.customer.refresh_from_db()
        version = debtor.customer.version
        promise = promises.redate(
            promise_id=promise.id,
            parts=[Part(now.date() + timedelta(days=5), 200_000)],
            actor=Actor.of(collector),
            seen_version=version,
            now=now,
        )
    assert promise.redates == 2
    debtor.customer.refresh_from_db()
    with pytest.raises(RefusedError) as refused:
        promises.redate(
            promise_id=promise.id,
            parts=[Part(now.date() + timedelta(days=6), 200_000)],
            actor=Actor.of(collector),
            seen_version=debtor.customer.version,
            now=now,
        )
    assert refused.value.code == "promise_too_many_redates"
    promise.refresh_from_db()
    assert promise.state == "active"


def test_the_database_refuses_a_second_pending_promise_and_a_judged_one_moving_back(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    promise = take(debtor, collector, now)
    twin = Promise.objects.get(id=promise.id)
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
    pay(debtor.account, 391_300, now)
    with pytest.raises(InternalError, match="transition"), transaction.atomic():
        Promise.objects.filter(id=promise.id).update(state="active")


def pay(account: Account, fen: int, at: datetime) -> None:
    payments.record_received(
        account_id=account.id,
        amount_fen=fen,
        channel="gateway",
        reference=f"P{at.isoformat()}",
        occurred_at=at,
        now=at,
        actor=SYSTEM,
    )
