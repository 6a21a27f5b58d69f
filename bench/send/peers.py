"""What others do: a task for each message, with the same checks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from collections_app.models import Account, Customer
from collections_app.services import records
from config.celery import app
from notifications.models import Message
from notifications.providers.registry import provider
from notifications.services import carriers, claiming, sending
from tests import factories

BATCH = 32
_ENOUGH = 900.0
_count = threading.Semaphore(0)


@contextmanager
def worker() -> Iterator[None]:
    """Run a Celery worker of one thread in this process, on the real broker."""
    with start_worker(app, pool="solo", concurrency=1, perform_ping_check=False, queues=[settings.QUEUE_MESSAGES]):
        yield


def first_customers(many: int) -> tuple[int, int]:
    """Return the ids between which the first so many customers lie: the first, and the one after the last."""
    ids = Customer.objects.order_by("pk").values_list("pk", flat=True)
    return ids[0], ids[many - 1] + 1


def next_customers(many: int) -> tuple[int, int]:
    """Return the ids between which the next so many lie to whom nothing was planned yet."""
    last = Message.objects.aggregate(last=Max("customer_id"))["last"]
    ids = Customer.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
    return ids[0], ids[many - 1] + 1


def task_per_message(many: int, now: datetime) -> None:
    """Plan with one row and one task for each message, and wait until all are sent."""
    for account in _accounts(many):
        deliver.delay(_planned(account, now).pk)
    _wait(many)


def shattered(many: int, now: datetime) -> None:
    """Cut the list into batches of 32, each of which becomes a task per message to store and one to deliver it."""
    ids = [account.pk for account in _accounts(many)]
    for start in range(0, many, BATCH):
        shatter.delay(ids[start : start + BATCH])
    _wait(many)


@app.task(name="notifications.bench_shatter")
def shatter(accounts: list[int]) -> None:
    """Queue one message after another of a batch."""
    for account_id in accounts:
        store.delay(account_id)


@app.task(name="notifications.bench_store")
def store(account_id: int) -> None:
    """Store one message and queue its delivery."""
    account = Account.objects.select_related("customer__branch").get(pk=account_id)
    deliver.delay(_planned(account, factories.START).pk)


@app.task(name="notifications.bench_deliver")
def deliver(message_id: int) -> None:
    """Look at everything that OneCase looks at, for one message; hand it over, and write down what came of it."""
    now = factories.START
    with transaction.atomic():
        message = Message.objects.select_related("asked_by").get(pk=message_id)
        customers = records.lock_many(customer_ids=[message.customer_id], now=now)
        drafts = claiming.judge([message], customers, carriers.load(now=now), now)
        claimed = claiming.written(claiming.permitted(drafts, now), worker="task", now=now)
        claiming.save([message])
    for item in claimed:
        outcome = provider(item.provider).send(item.outgoing, now=now)
        sending.record(answers=[(item, outcome)], worker="task", now=now)
    _count.release()


def _accounts(many: int) -> list[Account]:
    first, after = next_customers(many)
    rows = Account.objects.filter(customer__pk__gte=first, customer__pk__lt=after)
    return list(rows.select_related("customer__branch").order_by("customer_id"))


def _planned(account: Account, now: datetime) -> Message:
    customer = account.customer
    message, _ = Message.objects.get_or_create(
        customer=customer, kind="card_due", account=account, about_on=account.due_on, reference="", step=-3,
        defaults={
            "purpose": "due_notice", "planned_at": now, "due_at": now - timedelta(minutes=30),
            "expires_at": now + timedelta(days=3), "provider": customer.branch.sms_provider, "lane": customer.branch_id,
            "step_on": now.date(),
        },
    )  # fmt: skip
    return message


def _wait(many: int) -> None:
    for _ in range(many):
        if not _count.acquire(timeout=_ENOUGH):
            raise RuntimeError("the worker did not finish")
