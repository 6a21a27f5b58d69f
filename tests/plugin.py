"""Loaded by pytest before anything else: test mode, the servers, and a database kept between runs."""

import asyncio
import compileall
import faulthandler
import gc
import hashlib
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pytest

os.environ["ONECASE_MODE"] = "test"

BASE_DIR = Path(__file__).resolve().parent.parent
# One database a process: xdist gives each worker its own (tests/tables.py). The mark stands while a database made by
# the present migrations waits, clean, for the next run.
KEPT = BASE_DIR / ".onecase" / "test" / f"database-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
database_is_current = tables_are_to_be_copied = False
hidden_loop: asyncio.AbstractEventLoop | None = None
PACKAGES = (
    *("config", "ledger", "collections_app", "notifications", "desk", "repayment", "mediation", "oversight"),
    *("bench", "tools"),
)
LONG_ROOMS = {"house", "story"}
# Minutes each, one test or two: whoever came to one of them late would end minutes after the others.
LONGEST = {"test_every_page_browser.py", "test_day_browser.py", "test_main_job.py"}
ASK_THE_DATABASE = {"db", "transactional_db", "django_db_setup"}
EXAMPLES_OF_THE_PURE = 20
# After so many new objects Python looks for rubbish among the newest; half a test's worth.
OBJECTS_PER_COLLECTION = 50_000
Module = list[pytest.Item]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run renew the pictures of the documents (tests/pictures.py), and keep pages to look at."""
    parser.addoption("--pictures", action="store_true", help="renew docs/screenshots where pages visibly differ")
    parser.addoption("--pure", action="store_true", help="only what needs neither database nor browser")
    parser.addoption("--whole-days", action="store_true", help="the whole day in English too, and thirty cases by keys")
    parser.addoption("--whole-pages", action="store_true", help="keep pictures of whole pages under test-results/")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Hide the browser's event loop from tests without a browser.

    The loop runs on in the thread of the tests once a browser test has begun. Whatever is asynchronous under Django's
    test client would fail then, or not, by the order in which a worker gets its tests.
    """
    global hidden_loop
    hidden_loop = None if item.get_closest_marker("browser") else asyncio._get_running_loop()
    if hidden_loop is not None:
        asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        show_loop()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Take down within five minutes what a test leaves behind: also after a test that failed, whose limits are over."""
    faulthandler.dump_traceback_later(300, exit=True, file=sys.__stderr__)


def show_loop() -> None:
    """Show the browser's loop again, to whoever closes the browser: it would wait for ever for a loop it cannot see.

    Nothing of Django's may follow in the same test. A connection opened without a loop is another one with it.
    """
    global hidden_loop
    if hidden_loop is not None and hidden_loop.is_running():
        asyncio._set_running_loop(hidden_loop)
    hidden_loop = None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Give the end of a run five minutes, then say where it stands and go: no limit of a test holds here."""
    faulthandler.dump_traceback_later(300, exit=True, file=sys.__stderr__)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than processors: what drives a browser or waits for a lock leaves its own idle."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start or adopt the embedded servers before Django reads its settings, and compile what is said."""
    from config.embedded import ensure
    from tools import translations

    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    translations.compile_all()
    if sys.dont_write_bytecode and not worker:
        # Two seconds of every program of ours that a test starts.
        for package in PACKAGES:
            compileall.compile_dir(BASE_DIR / package, quiet=2)
    ensure(BASE_DIR, "test")
    if worker and os.environ["REDIS_URL"].startswith("unix://"):
        # A test that empties the cache must not empty it for the tests of another worker.
        address, _, _query = os.environ["REDIS_URL"].partition("?")
        os.environ["REDIS_URL"] = f"{address}?db={int(worker.removeprefix('gw')) % 15 + 1}"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Use the kept database again when the migrations are the same and no run was killed."""
    global database_is_current, tables_are_to_be_copied
    # Assertions are rewritten once, not in every process and every run: that takes as long as all else of a start.
    sys.dont_write_bytecode = False
    if config.getoption("pure"):
        return  # another run may be using the database
    if config.getoption("numprocesses", None):
        from tests import tables

        config.add_cleanup(_ended(tables.make_beside(_fingerprint())))
        return  # the workers have the databases
    database_is_current = KEPT.exists() and KEPT.read_text(encoding="ascii") == _fingerprint()
    # A run that is killed leaves rows behind, so the mark is away while tests run.
    KEPT.unlink(missing_ok=True)
    tables_are_to_be_copied = config.option.create_db or not database_is_current
    config.option.reuse_db, config.option.create_db = True, False


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Begin with this worker's share of the modules: the others find them rewritten when they come to them."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker or [Path(arg).resolve() for arg in session.config.args] != [BASE_DIR / "tests"]:
        return  # what is chosen by hand is little
    hand, workers = int(worker.removeprefix("gw")), int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for path in sorted((BASE_DIR / "tests").rglob("test_*.py"))[hand::workers]:
        # What cannot be imported is told when it is collected.
        with suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(path.relative_to(BASE_DIR).with_suffix("").parts))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal the modules to the workers, in whatever order they are, so that processors are busy to the end.

    What drives a browser or waits for processes lies between what computes. None of it comes last, where the other
    workers would wait for it, and the longest come first. xdist gives each worker its share of the list in one piece.

    A browser that did not answer in time on a busy machine is asked once more, and the summary says so; what a test
    asserts, and whatever else fails, fails at once.
    """
    from playwright.sync_api import Error

    if config.getoption("pure"):
        config.hook.pytest_deselected(items=[item for item in items if not _is_pure(item)])
        items[:] = [item for item in items if _is_pure(item)]
        for item in items:
            _draw_little(item)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[Error]))
    modules = [list(found) for _path, found in groupby(items, key=lambda item: item.path)]
    waits = sorted(
        (module for module in modules if _waits(module[0])), key=lambda module: module[0].path.name not in LONGEST
    )
    computes = [module for module in modules if not _waits(module[0])]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    dealt = (_between(waits[hand::workers], computes[hand::workers]) for hand in range(workers))
    items[:] = [item for hand in dealt for module in hand for item in module]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Let Python look for rubbish among what tests make, and not again and again through all that stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_PER_COLLECTION, 20, 20)


def _is_pure(item: pytest.Item) -> bool:
    """Whether a test needs neither database nor browser."""
    if item.get_closest_marker("django_db") or item.get_closest_marker("browser"):
        return False
    return ASK_THE_DATABASE.isdisjoint(getattr(item, "fixturenames", ()))


def _draw_little(item: pytest.Item) -> None:
    """Let a test that draws its cases draw a few, and the same ones every time."""
    from hypothesis import settings

    test = getattr(item, "obj", None)
    if not getattr(test, "is_hypothesis_test", False):
        return
    # A machine keeps its settings on its class, a function on itself.
    machine = getattr(item, "cls", None)
    place, name = (machine, "settings") if hasattr(machine, "settings") else (test, "_hypothesis_internal_use_settings")
    drawn = getattr(place, name, settings())
    few = settings(
        drawn,
        max_examples=min(drawn.max_examples, EXAMPLES_OF_THE_PURE),
        stateful_step_count=min(drawn.stateful_step_count, EXAMPLES_OF_THE_PURE),
        derandomize=True,
        database=None,
    )
    setattr(place, name, few)


def _waits(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None or item.path.parent.name in LONG_ROOMS


def _between(waits: Sequence[Module], computes: Sequence[Module]) -> Iterator[Module]:
    """Lay the modules that wait evenly between the others, the last of them well before the end."""
    step = max(1, len(computes) * 3 // 4 // max(1, len(waits)))
    left = iter(waits)
    for place, module in enumerate(computes):
        if place % step == 0:
            yield from islice(left, 1)
        yield module
    yield from left


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin in the bank's language: a page asked for in English leaves its thread speaking it."""
    from django.utils import translation

    translation.deactivate()


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Make the database anew when it has to be, and leave it the time that takes on a busy machine."""
    global database_is_current
    if fixturedef.argname == "django_db_setup":
        # The limit is one test's; the first one that asks for the database pays for all.
        request.config.hook.pytest_timeout_cancel_timer(item=request._pyfuncitem)
        if tables_are_to_be_copied:
            from tests import tables

            tables.copy(_fingerprint())
        database_is_current = True


def pytest_unconfigure() -> None:
    """Keep the database for the next run."""
    if database_is_current:
        KEPT.write_text(_fingerprint(), encoding="ascii")


def _ended(process: "subprocess.Popen[bytes] | None") -> Callable[[], None]:
    """Return what ends a process with all it has begun, if it runs still."""

    def end() -> None:
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    return end


def _fingerprint() -> str:
    """Return a hash of everything the tables are made by."""
    digest = hashlib.sha256((BASE_DIR / "requirements-dev.txt").read_bytes())
    for path in [BASE_DIR / "collections_app/models/tables.py", *sorted(BASE_DIR.glob("*/migrations/*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
