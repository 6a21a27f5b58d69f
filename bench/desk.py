"""The ten busiest pages of the desk at 10,000, 100,000 and 1,000,000 customers, all of one branch.

Every tenth customer has been called five times and has promised; the others stand in the queues with their account and
their number. One in a thousand has the same name and the same end of an identity card, as in a city. Each page is
opened by whoever opens it all day: a collector, an agent of customer service, a supervisor. The pages take turns. What
a page costs is the processor time of this process and of the server process behind its connection (result.py).
"""

import statistics
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client

from bench import large_bank, prototypes
from bench.result import Result, Row, costs_ms
from collections_app.models import Case, Customer, Staff
from tests import factories

MINUTES = 15
SIZES = (10_000, 100_000, 1_000_000)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
QUEUES = ("to_contact", "promise_pending", "promise_broken", "callback", "on_hold")
TIMES = 40
TIMES_OF_MANY = 12


def run(*, size: int | None = None) -> Result:
    """Measure each size in turn, growing one bank; the worst page counts."""
    result = Result("desk", goals={"p95_ms_worst": ("<=", 150), "growth_10k_1m": ("<=", 1.5)})
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
            taken = costs_ms(pages, times=TIMES if number < SIZES[-1] else TIMES_OF_MANY)
        for what, each in taken.items():
            median, p95 = statistics.median(each), statistics.quantiles(each, n=20)[-1]
            medians.setdefault(what, []).append(median)
            result.add(f"{what}, {number:,} customers, median", median, "ms")
            result.add(f"{what}, {number:,} customers, p95", p95, "ms")
        worst = max(statistics.quantiles(each, n=20)[-1] for each in taken.values())
    growth = {what: each[-1] / each[0] for what, each in medians.items()}
    for what, ratio in growth.items():
        result.add(f"{what}, growth", ratio, "times")
    result.ratios = {"p95_ms_worst": worst, "growth_10k_1m": max(growth.values())}
    result.rows.append(Row("database size", _megabytes(), "MB"))
    return result


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
        "find by case number": (agent, f"/find/?q={case}"),
        "find by name": (agent, f"/find/?q={customer.name}"),
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
