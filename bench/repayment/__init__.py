"""The customer's page: 200 customers on it at once, beside the same page as plain Django without the checks.

Each customer is in with a session of their own and asks for the page again as soon as it has come, over a connection
that stays open. The servers are two processes each of the same server on the same database; they take turns.

The plain page (plain.py) shows the same things from the same tables: what is agreed or due with its button, every
account and what is agreed on it, payments, requests, complaints, the adviser. It has Django's usual middleware and
sessions, and none of what makes ours safe: a session's idle and absolute end, incidents, holds, the age of the data,
money not yet in the core's file, what was shown remembered as told, and the policy of what a browser may do.
"""

import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from bench.repayment.customers import Load, ask_at_once
from bench.result import Result
from bench.web import seconds, served
from collections_app.models import Customer
from collections_app.services import access, records
from collections_app.views.access import SESSION_COOKIE
from oversight.services import demo_bank

MINUTES = 3
CUSTOMERS = 200
PROCESSES = 2
ROUNDS = 3
SECONDS = 12.0
# Of the demo bank's cards about one in five has an open case.
CARDS_OF_A_CASE = 6
OURS = ("with all checks", 8794, "bench.live_server:application")
PLAIN = ("plain Django", 8795, "bench.plain_server:application")


def run(*, size: int | None = None) -> Result:
    """Measure both pages in turn, on the same customers."""
    result = Result("repayment", goals={"p95_vs_plain": ("<=", 1.5)})
    count = min(size or CUSTOMERS, CUSTOMERS)
    with tempfile.TemporaryDirectory() as directory:
        now = datetime.now(UTC)
        demo_bank.seed(
            accounts=count * CARDS_OF_A_CASE,
            password_hash=make_password(None),
            directory=Path(directory),
            now=now,
        )
    customers = list(Customer.objects.exclude(case_number="").order_by("id")[:count])
    if len(customers) < count:
        raise RuntimeError(f"the demo bank has {len(customers)} open cases, not {count}")
    cookies = {OURS[0]: [_proven(each) for each in customers], PLAIN[0]: [_plain(each) for each in customers]}
    loads: dict[str, list[Load]] = {OURS[0]: [], PLAIN[0]: []}
    with (
        served(OURS[1], processes=PROCESSES, application=OURS[2]) as ours,
        served(PLAIN[1], processes=PROCESSES, application=PLAIN[2]) as plain,
    ):
        pids = {OURS[0]: ours, PLAIN[0]: plain}
        for turn in range(ROUNDS + 1):
            for name, port, _application in (OURS, PLAIN):
                before = seconds(pids[name])
                load = ask_at_once(port, cookies[name], seconds=SECONDS if turn else SECONDS / 3)
                load.spent = seconds(pids[name]) - before
                if turn:  # the first is to warm up
                    loads[name].append(load)
    for name, several in loads.items():
        _tell(result, name, several, count)
    both = [loads[name] for name in (OURS[0], PLAIN[0])]
    ours_p95, plain_p95 = (statistics.median(load.p95_ms for load in several) for several in both)
    ours_rps, plain_rps = (statistics.median(load.rps for load in several) for several in both)
    result.ratios = {"p95_vs_plain": ours_p95 / plain_p95, "rps": ours_rps, "rps_vs_plain": ours_rps / plain_rps}
    return result


def _tell(result: Result, name: str, loads: list[Load], count: int) -> None:
    what = f"{count} customers at once, {name}"
    result.add(f"{what}, p50", statistics.median(load.p50_ms for load in loads), "ms")
    result.add(f"{what}, p95", statistics.median(load.p95_ms for load in loads), "ms")
    result.add(f"{what}, pages", statistics.median(load.rps for load in loads), "per second")
    cost = statistics.median(1000 * load.spent / load.pages for load in loads)
    result.add(f"{name}, processor time of the web for a page", cost, "ms")
    result.add(f"{name}, a page", loads[0].page_bytes / 1000, "kB")


def _proven(customer: Customer) -> str:
    """Let a customer in, and return their cookie."""
    now = datetime.now(UTC)
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        opened = access.open_within(customer=locked, link=None, now=now)
    return f"{SESSION_COOKIE}={opened.secret}"


def _plain(customer: Customer) -> str:
    session = SessionStore()
    session["customer"] = customer.pk
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
