"""100,000 due messages, planned, permitted, rendered and handed to a provider on loopback, beside peers and the floor.

Peers, in one run and by processor time: (a) one Celery task per message with the same checks; (b) the shape of GOV.UK
Notify, emulated: batches of 32, each shattered into a task per message to store it and another to deliver it, with the
same checks. The floor is a bare loop that posts the same texts over the same kind of connection.

A message's cost is the processor time of this process, of all of PostgreSQL and of the broker; the provider's is not
counted. Peers and floor do a share of the messages: what is compared is the cost of one. A round of 500 is measured
with 10,000 and with 1,000,000 messages queued.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

from bench import large_bank
from bench.result import Result, Row
from bench.send import peers, provider
from bench.send.cost import memory_mb, spent
from collections_app.models import Account, AccountParty, ContactPoint, Customer
from collections_app.services import reference
from notifications.models import Message, ReminderRule
from notifications.services import planning, sending, templates
from tests import factories

MINUTES = 20
SIZE = 100_000
ROUND = 500
QUEUED = (10_000, 1_000_000)
NOW = factories.START


def run(*, size: int | None = None) -> Result:
    """Measure ours, then peers and floor on a share of the messages, then a round with ever more queued."""
    size = size or SIZE
    share = min(size, 2_000)
    goals = {"vs_task_per_message": (">=", 5.0), "of_floor": (">=", 0.6), "growth_10k_1m": ("<=", 1.5)}
    result = Result("send", goals=goals)
    with provider.on_loopback() as post:
        fill(size + 2 * share + 2 * ROUND)
        ours = _measured(result, "OneCase, by the set", size, lambda: _ours(size))
        result.add("memory of a sender", memory_mb(), "MB")
        with peers.worker():
            each = _measured(
                result, "a Celery task for each message", share, lambda: peers.task_per_message(share, NOW)
            )
            notify = _measured(
                result, "the shape of GOV.UK Notify, emulated", share, lambda: peers.shattered(share, NOW)
            )
        bodies = list(Message.objects.filter(state="sent").order_by("pk")[:share])
        floor = _measured(
            result, "bare posts of the same texts", share, lambda: [post(row.number, row.body) for row in bodies]
        )
        growth = _growth(result, [min(queued, size * 10) for queued in QUEUED])
    result.ratios = {
        "vs_task_per_message": each / ours,
        "vs_notify_shape": notify / ours,
        "of_floor": floor / ours,
        "growth_10k_1m": growth,
    }
    return result


def fill(customers: int) -> None:
    """Bring an empty bank to so many customers, each with a card bill due in three days."""
    reference.load_rule_packs(now=NOW)
    reference.load(now=NOW)
    templates.load_seed(now=NOW)
    ReminderRule.objects.exclude(kind="card_due").delete()
    customer, _ = factories.make_debtor(
        account={
            "core_overdue_fen": 0, "overdue_since": None, "due_on": factories.TODAY + timedelta(days=3),
            "statement_on": factories.TODAY - timedelta(days=17),
        }
    )  # fmt: skip
    with connection.cursor() as cursor:
        # Copies of a sound record: what the checks would say is known.
        cursor.execute("SET session_replication_role = replica")
        for model in (Customer, ContactPoint, Account, AccountParty):
            cursor.execute(large_bank.copy_sql(model), {"customer": customer.pk, "first": 1, "copies": customers - 1})
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _measured(result: Result, what: str, messages: int, work: Callable[[], object]) -> float:
    before = spent()
    work()
    cost = (spent() - before) / messages * 1000
    result.add(f"{what}, {messages:,} messages", 1000 / cost, "messages per CPU second")
    return cost


def _ours(size: int) -> None:
    planned = peers.first_customers(size)
    planning.plan_of(customers=planned, on=NOW.date(), now=NOW)
    while sending.send_due(now=NOW, worker="bench").results:
        pass
    sent = Message.objects.filter(state="sent").count()
    if sent != size:
        raise RuntimeError(f"{sent} of {size} went out")


def _growth(result: Result, sizes: list[int]) -> float:
    """Return how much dearer a round is with the larger of two queues behind it."""
    costs = []
    for queued in sizes:
        first = peers.next_customers(ROUND)
        planning.plan_of(customers=first, on=NOW.date(), now=NOW)
        _queue(queued - Message.objects.filter(state="planned").count(), NOW)
        before = spent()
        sending.send_due(now=NOW, worker="bench", limit=ROUND)
        costs.append((spent() - before) * 1000)
        result.rows.append(Row(f"a round of {ROUND} with {queued:,} queued", round(costs[-1], 1), "ms"))
    return costs[-1] / costs[0]


def _queue(many: int, now: datetime) -> None:
    """Queue so many more messages, due a little later than those of the round."""
    names = [
        f'"{field.column}"' for field in Message._meta.concrete_fields
        if field.column not in ("id", "attempt", "reference", "due_at")
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notifications_message (attempt, reference, due_at, {', '.join(names)})"
            f" SELECT gen_random_uuid(), 'queued:' || n, %s, {', '.join(names)} FROM (SELECT * FROM"
            " notifications_message WHERE state = 'planned' ORDER BY id DESC LIMIT 1) AS one,"
            " generate_series(1, %s) AS n",
            [now - timedelta(minutes=1), many],
        )
        cursor.execute("VACUUM ANALYZE notifications_message")
