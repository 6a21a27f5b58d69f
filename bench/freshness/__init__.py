"""From commit to screen: 500 live screens, beside the same 500 that poll the same page every five seconds.

What a screen is. Three are pages in Chromium, whole: measured until the record's main part has changed in the
document. The others are signed in as a person of the record's branch and speak as the page's scripts do (screens.py):
they hold the stream of one record, fetch its main part anew as soon as a newer version is named, one request at a
time, and come again with the same waits when the stream ends. They do not paint, hold no list beside the record, do
not say where their person is, and keep no connection open between fetches, which costs the server more than a
browser would.

Two screens stand on each record. Five times a second a colleague adds a note to a record chosen by chance, every
fifth time to one a browser shows. The clock starts when the transaction has committed and stops when a screen holds a
version at least as new. The server has the shape it has in production (docker-compose.yml): processes that answer
pages, here two, and one that holds the streams of the screens without a browser; all on this machine of two cores,
with PostgreSQL, the screens and the colleagues. Memory is that of the process with the streams, before and after they
came. The processor time of all server processes is told, so that a busier machine can be recognised.
"""

import asyncio
import random
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from bench.freshness.browsers import pages_of
from bench.freshness.screens import Screen, delays_ms
from bench.result import Result
from bench.web import family, seconds, served
from collections_app.models import Customer, Staff
from collections_app.services import feed, notes
from collections_app.services.records import Actor
from oversight.services import demo_bank

MINUTES = 4
SCREENS = 500
SCREENS_PER_RECORD = 2
BROWSERS = 3
CHANGES_PER_SECOND = 5
SECONDS = 30
POLL_SECONDS = 5.0
CONNECTS_AT_ONCE = 20
FIRST_ROUND_SECONDS = 60.0
PAGES_PORT = 8791
LIVE_PORT = 8792
PAGES_PROCESSES = 2
# Keeps, in each page, when its record's fragment came to stand at each version.
WATCH = """() => { window.held = {};
  const look = () => { const main = document.getElementById('record-main');
    if (main) window.held[main.dataset.version] ??= Date.now() / 1000; };
  new MutationObserver(look).observe(document.documentElement, {subtree: true, childList: true, attributes: true});
  look(); }"""
Commit = tuple[int, int, float]


def run(*, size: int | None = None) -> Result:
    """Measure live screens, then polling ones, on the same records with the same changes."""
    result = Result("freshness", goals={"p99_ms": ("<=", 250)})
    count = min(size or SCREENS, SCREENS)
    with tempfile.TemporaryDirectory() as directory:
        now = datetime.now(UTC)
        demo_bank.seed(accounts=40 + count * 3, password_hash=make_password(None), directory=Path(directory), now=now)
    shown = _shown(count)
    with served(PAGES_PORT, processes=PAGES_PROCESSES) as pages, served(LIVE_PORT, processes=1) as streams:
        before = seconds(pages), seconds(streams)
        live = _live(result, streams, shown)
        for what, spent in (("pages", seconds(pages) - before[0]), ("streams", seconds(streams) - before[1])):
            result.add(f"processor time for {what} while {count} screens were live", spent, "s")
        print("live, ms: p50 {:.0f}, p99 {:.0f}, longest {:.0f}".format(*_quantiles(live)), flush=True)
        polled = _polled(shown)
    for name, delays in (("live", live), (f"polling every {POLL_SECONDS:.0f} s", polled)):
        for quantile, value in zip(("p50", "p99", "max"), _quantiles(delays), strict=True):
            result.add(f"commit to screen, {count} screens, {name}, {quantile}", value, "ms")
    p50, p99, _most = _quantiles(live)
    result.ratios |= {"p50_ms": p50, "p99_ms": p99, "vs_polling": _quantiles(polled)[1] / p99}
    return result


def _shown(count: int) -> list[tuple[Customer, Staff, str]]:
    """Return, for each screen, its record, a colleague of the record's branch, and the cookie of a session."""
    staff = {each.branch_id: each for each in Staff.objects.filter(role="collector", scope="branch", is_active=True)}
    wanted = count // SCREENS_PER_RECORD
    records = list(Customer.objects.filter(branch__in=staff).exclude(case_number="").order_by("id")[:wanted])
    if len(records) < wanted:
        raise RuntimeError(f"the demo bank has {len(records)} open cases, not {wanted}")
    found = []
    for record in records:
        for _screen in range(SCREENS_PER_RECORD):
            person = staff[record.branch_id]
            session = SessionStore()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.save()
            found.append((record, person, str(session.session_key)))
    return found


def _screens(shown: list[tuple[Customer, Staff, str]]) -> list[Screen]:
    name = settings.SESSION_COOKIE_NAME
    return [
        Screen((PAGES_PORT, LIVE_PORT), f"{name}={session}", record.pk, f"/c/{record.customer_no}/part/main/")
        for record, _staff, session in shown
    ]


def _browsed(shown: list[tuple[Customer, Staff, str]]) -> list[tuple[Customer, Staff, str]]:
    """Return those of the screens beside which a browser shows the same."""
    return shown[:: max(1, len(shown) // BROWSERS)][:BROWSERS]


def _live(result: Result, streams: int, shown: list[tuple[Customer, Staff, str]]) -> list[float]:
    screens = _screens(shown)
    chosen = _browsed(shown)
    addresses = [
        (f"http://127.0.0.1:{PAGES_PORT}/c/{record.customer_no}/", session) for record, _staff, session in chosen
    ]
    with pages_of(addresses, watch=WATCH) as pages:
        before = _kib(streams)
        commits, after = _in_a_thread(lambda: asyncio.run(_hold(screens, shown, streams)))
        result.ratios["kib_per_screen"] = result.add(
            "memory a live screen takes", (after - before) / len(screens), "KiB"
        )
        seen = [
            Screen(
                (PAGES_PORT, LIVE_PORT),
                "",
                record.pk,
                "",
                held={int(version): at for version, at in page.evaluate("held").items()},
            )
            for (record, _staff, _session), page in zip(chosen, pages, strict=False)
        ]
    result.add("streams that ended and were opened again", sum(screen.returned for screen in screens), "times")
    result.add("fetches the server had no time for", sum(screen.refused for screen in screens), "times")
    end = time.time()
    painted = delays_ms(seen, commits, end=end)
    if painted:
        result.add(f"of these in {len(seen)} browsers, to the change in the page, p50", _quantiles(painted)[0], "ms")
        result.add(f"of these in {len(seen)} browsers, to the change in the page, max", max(painted), "ms")
    return delays_ms(screens, commits, end=end) + painted


async def _hold(
    screens: list[Screen], shown: list[tuple[Customer, Staff, str]], pid: int
) -> tuple[list[Commit], float]:
    tasks = []
    for place in range(0, len(screens), CONNECTS_AT_ONCE):
        batch = screens[place : place + CONNECTS_AT_ONCE]
        tasks += [asyncio.create_task(screen.live()) for screen in batch]
        await asyncio.wait_for(asyncio.gather(*(screen.stated.wait() for screen in batch)), 120)
    held = _kib(pid)
    commits = await asyncio.to_thread(_in_a_thread, lambda: _change(shown))
    await asyncio.sleep(2)
    await _end(tasks)
    return commits, held


def _polled(shown: list[tuple[Customer, Staff, str]]) -> list[float]:
    screens = _screens(shown)
    commits = _in_a_thread(lambda: asyncio.run(_poll(screens, shown)))
    return delays_ms(screens, commits, end=time.time())


async def _poll(screens: list[Screen], shown: list[tuple[Customer, Staff, str]]) -> list[Commit]:
    tasks = [
        asyncio.create_task(screen.poll(first=POLL_SECONDS * number / len(screens), every=POLL_SECONDS))
        for number, screen in enumerate(screens)
    ]
    # So many may ask for more than one server can answer in their interval: whoever waits then, waits.
    with suppress(TimeoutError):
        async with asyncio.timeout(FIRST_ROUND_SECONDS):
            await asyncio.gather(*(screen.stated.wait() for screen in screens))
    commits = await asyncio.to_thread(_in_a_thread, lambda: _change(shown))
    await asyncio.sleep(POLL_SECONDS * 2)
    await _end(tasks)
    return commits


async def _end(tasks: list["asyncio.Task[None]"]) -> None:
    broken = [task for task in tasks if task.done() and not task.cancelled()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if broken:
        raise RuntimeError(f"{len(broken)} screens broke off: {broken[0].exception()!r}")


def _change(shown: list[tuple[Customer, Staff, str]]) -> list[Commit]:
    """Let colleagues add notes at an even pace, and return which record stood at which version, committed when."""
    chance = random.Random(500)
    moments: list[float] = []
    publish = feed._publish
    feed._publish = lambda body: (moments.append(time.time()), publish(body))[1]
    commits = []
    began = time.monotonic()
    try:
        for number in range(CHANGES_PER_SECOND * SECONDS):
            time.sleep(max(0.0, began + number / CHANGES_PER_SECOND - time.monotonic()))
            record, person, _session = chance.choice(shown if number % 5 else _browsed(shown))
            actor, now = Actor.of(person), datetime.now(UTC)
            event = notes.add(customer_id=record.pk, text="已联系客户", actor=actor, seen_version=None, now=now)
            commits.append((record.pk, event.version, moments[-1]))
    finally:
        feed._publish = publish
    return commits


def _in_a_thread(call: Any) -> Any:
    """Call in a thread of its own, whose connections are closed afterwards."""

    def closing() -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


def _kib(pid: int) -> float:
    """Return the resident memory of a process and those it started, in KiB."""
    texts = [Path(f"/proc/{each}/status").read_text(encoding="ascii") for each in family(pid)]
    return sum(float(line.split()[1]) for text in texts for line in text.splitlines() if line.startswith("VmRSS"))


def _quantiles(delays: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(delays, n=100)
    return cuts[49], cuts[98], max(delays)
