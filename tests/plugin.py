"""Loaded by pytest before anything else: test mode, the servers, and a database kept between runs."""

import hashlib
import os
from pathlib import Path

import pytest

os.environ["ONECASE_MODE"] = "test"

BASE_DIR = Path(__file__).resolve().parent.parent
# One database a process: xdist gives each worker its own. The mark stands while a database made by
# the present migrations waits, clean, for the next run.
KEPT = BASE_DIR / ".onecase" / "test" / f"database-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
database_is_current = False
LONG_ROOMS = {"house", "story"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run renew the pictures of the documents (tests/pictures.py), and keep whole pages to look at."""
    parser.addoption("--pictures", action="store_true", help="renew docs/screenshots where pages visibly differ")
    parser.addoption("--whole-pages", action="store_true", help="keep pictures of whole pages under test-results/")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start or adopt the embedded servers before Django reads its settings, and compile what is said."""
    from config.embedded import ensure
    from tools import translations

    translations.compile_all()
    ensure(BASE_DIR, "test")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and os.environ["REDIS_URL"].startswith("unix://"):
        # A test that empties the cache must not empty it for the tests of another worker.
        address, _, _query = os.environ["REDIS_URL"].partition("?")
        os.environ["REDIS_URL"] = f"{address}?db={int(worker.removeprefix('gw')) % 15 + 1}"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Use the kept database again when the migrations are the same and no run was killed."""
    global database_is_current
    if config.getoption("numprocesses", None):
        return  # the workers have the databases
    database_is_current = KEPT.exists() and KEPT.read_text(encoding="ascii") == _fingerprint()
    # A run that is killed leaves rows behind, so the mark is away while tests run.
    KEPT.unlink(missing_ok=True)
    config.option.reuse_db = True
    config.option.create_db = config.option.create_db or not database_is_current


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, in whatever order they are: with several workers none waits for another's last one.

    A browser that did not answer in time on a busy machine is asked once more, and the summary says so; what a test
    asserts, and whatever else fails, fails at once.
    """
    from playwright.sync_api import Error

    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[Error]))
    items.sort(key=lambda item: item.get_closest_marker("browser") is None and item.path.parent.name not in LONG_ROOMS)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin in the bank's language: a page asked for in English leaves its thread speaking it."""
    from django.utils import translation

    translation.deactivate()


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Notice that this run makes the database anew, and leave it the time that takes on a busy machine."""
    global database_is_current
    if fixturedef.argname == "django_db_setup":
        database_is_current = True
        # The limit is one test's; the first one that asks for the database pays for all.
        request.config.hook.pytest_timeout_cancel_timer(item=request._pyfuncitem)


def pytest_unconfigure() -> None:
    """Keep the database for the next run."""
    if database_is_current:
        KEPT.write_text(_fingerprint(), encoding="ascii")


def _fingerprint() -> str:
    """Return a hash of everything the tables are made by."""
    digest = hashlib.sha256((BASE_DIR / "requirements-dev.txt").read_bytes())
    for path in sorted(BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
