"""The ten busiest pages of the desk at 10,000, 100,000 and 1,000,000 customers, all of one branch.

Every tenth customer has been called five times and has promised; the others stand in the queues with their account and
their number. One in a thousand has the same name and the same end of an identity card, as in a city. Each page is
opened by whoever opens it all day: a collector, an agent of customer service, a supervisor. The pages take turns. What
a page costs is the processor time of this process and of the server process behind its connection (result.py).

In the largest bank every other list and form of the staff's is opened too, by each role that may (tests/every_page.py):
how many queries it asks when one record has everything open, and when thousands have, and what it costs then.
"""

import logging
import statistics
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import large_bank, prototypes
from bench.result import Result, Row, cost_ms, costs_ms
from collections_app.models import Branch, Case, Customer, Staff
from collections_app.services import clock
from oversight.services import board as keeping
from tests import every_page, factories

MINUTES = 15
SIZES = (10_000, 100_000, 1_000_000)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
QUEUES = ("to_contact", "promise_pending", "promise_broken", "callback", "on_hold")
TIMES = 40
TIMES_OF_MANY = 12
TIMES_OF_EACH = 3
# So many records on which everything is open: hand-offs, complaints, approvals, claims, holds, promises, talks.
OPEN = 2_000


def run(*, size: int | None = None) -> Result:
    """Measure each size in turn, growing one bank; the worst page counts."""
    goals = {"p95_ms_worst": ("<=", 150.0), "growth_10k_1m": ("<=", 1.5)}
    goals |= {"pages_ms_worst": ("<=", 300.0), "pages_queries_worst": ("<=", 80.0), "pages_that_ask_more": ("<=", 0.0)}
    result = Result("desk", goals=goals)
    made = prototypes.make(now=NOW)
    first = Customer.objects.get(id=made.called)
    Customer.objects.filter(id=made.written_to).update(branch=first.branch)
    people = _people(first)
    medians: dict[str, list[float]] = {}
    worst = 0.0
    for number in [each for each in SIZES if size is None or each <= size] or [size or SIZES[0]]:
        large_bank.grow(made.called, customers=number, queues=QUEUES)
        pages = _pages(people, first)
        with time_machine.travel(NOW, tick=True):
            # As the schedule does every minute.
            kept = cost_ms({"kept": lambda: keeping.keep(now=clock.now())}, times=3, warm=1)
            result.add(f"board, kept once a minute, {number:,} customers", kept["kept"], "ms")
            taken = costs_ms(pages, times=TIMES if number < SIZES[-1] else TIMES_OF_MANY)
        for what, each in taken.items():
            median, p95 = statistics.median(each), statistics.quantiles(each, n=20)[-1]
            medians.setdefault(what, []).append(median)
            result.add(f"{what}, {number:,} customers, median", median, "ms")
            result.add(f"{what}, {number:,} customers, p95", p95, "ms")
        worst = max(statistics.quantiles(each, n=20)[-1] for each in taken.values())
    _sweep(result, first.branch)
    growth = {what: each[-1] / each[0] for what, each in medians.items()}
    for what, ratio in growth.items():
        result.add(f"{what}, growth", ratio, "times")
    result.ratios |= {"p95_ms_worst": worst, "growth_10k_1m": max(growth.values())}
    result.rows.append(Row("database size", _megabytes(), "MB"))
    return result


def _sweep(result: Result, branch: Branch) -> None:
    """Open every other list and form of the staff's in the bank as it is, with one row of everything and with many.

    The clock stands still: a session is written once in half a minute.
    """
    # Who may not open a page is an answer here, and no warning.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    with time_machine.travel(NOW, tick=False):
        troubled = prototypes.trouble(branch=branch, now=NOW)
        clients = every_page.people(branch)
        number = troubled.customer.customer_no
        opened = every_page.openers(clients, troubled.holes, all_of_them=True)
        few = {page: _asked(clients[page.who], page.address) for page in opened}
        large_bank.multiply(troubled.customer.id, copies=OPEN)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        many = {page: _asked(clients[page.who], page.address) for page in opened}
        calls = {page: lambda p=page: _get(clients[p.who], p.address) for page in opened}
        cost = costs_ms(calls, times=TIMES_OF_EACH, warm=1)
    for page, each in sorted(cost.items(), key=lambda item: -statistics.median(item[1])):
        what = f"{page.address.replace(number, 'NO')} ({page.who})"
        result.add(f"{what}, median", statistics.median(each), "ms")
        result.add(f"{what}, queries", many[page], "queries")
        if many[page] != few[page]:
            result.add(f"{what}, queries before there were many", few[page], "queries")
    result.ratios["pages"] = len(opened)
    result.ratios["pages_ms_worst"] = max(statistics.median(each) for each in cost.values())
    result.ratios["pages_queries_worst"] = max(many.values())
    result.ratios["pages_that_ask_more"] = sum(many[page] > few[page] for page in opened)


def _asked(client: Client, address: str) -> int:
    # Django keeps the last 9,000 queries: what is captured beyond them would count as none.
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        _get(client, address)
    return len(queries)


def _people(customer: Customer) -> dict[str, Client]:
    """Sign in a collector and a supervisor of the customers' branch, and an agent of the whole institution."""
    clients = {}
    for role in ("collector", "service_agent", "supervisor"):
        person: Staff = factories.make_staff(role, branch=customer.branch)
        clients[role] = Client()
        with time_machine.travel(NOW, tick=False):
            clients[role].force_login(person)
    return clients


def _pages(people: dict[str, Client], customer: Customer) -> dict[str, Callable[[], None]]:
    collector, agent, supervisor = (people[role] for role in ("collector", "service_agent", "supervisor"))
    copy = Customer.objects.filter(branch=customer.branch, promises__isnull=False).exclude(id=customer.id).first()
    if copy is None:
        raise RuntimeError("the bank was not filled")
    case = Case.objects.get(customer=copy).number
    # An agent of the institution says why before a record opens.
    with time_machine.travel(NOW, tick=False):
        agent.post(f"/find/{copy.customer_no}/", {"purpose": "call_in", "next": ""})
    record = f"/c/{copy.customer_no}"
    asked = {
        "worklist": (collector, "/?queue=to_contact"),
        "worklist, its list alone": (collector, "/?part=list&queue=promise_pending"),
        "record beside its list": (collector, f"{record}/"),
        "record, its main part": (collector, f"{record}/part/main/"),
        "form of a promise": (collector, f"{record}/promise/"),
        "record, for customer service": (agent, f"{record}/"),
        "find by case number": (agent, f"/find/?purpose=call_in&q={case}"),
        "find by name": (agent, f"/find/?purpose=call_in&q={customer.name}"),
        "hand-offs": (agent, "/handoffs/"),
        "board": (supervisor, "/oversight/"),
    }
    return {what: lambda c=client, a=address: _get(c, a) for what, (client, address) in asked.items()}


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")


def _megabytes() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0]) / 1_000_000


settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "zeal" not in name]
settings.WHITENOISE_AUTOREFRESH = False
