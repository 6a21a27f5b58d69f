"""Browser tests: a live ASGI server on the test database, and people who visit it with Chromium.

    def test_a_note_appears(visit, live_url):
        visitor = visit(width=390)
        visitor.open("/")

A script error, a request that failed, or a violation of the Content-Security-Policy fails the test.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Error,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests import judging
from tests.conftest import NOW
from tests.plugin import show_loop
from tests.serving import Served
from tools.bootstrap import CHROMIUM_NAMES

BASE_DIR = Path(__file__).resolve().parent.parent
WIDTHS = (390, 1440)
RESULTS = BASE_DIR / "test-results"
CHROMIUM_FLAGS = [
    # Nothing outside this machine is asked for, ever: no other name or address is found. (Playwright's routes would
    # keep it from that as well, but let every request of every page wait for them, and keep nothing in the cache.)
    # By names of the local link browsers in a video room tell each other where they are, on this machine too.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE *.local",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
MISSING = "No Chromium was found: browser tests did not run. Install the package `chromium`."


@dataclass
class Visitor:
    """One person with a browser of their own: separate cookies, one page."""

    context: BrowserContext
    page: Page
    live_url: str
    width: int
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    whole_pages: ClassVar[bool] = False

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("response", self._see)

    def open(self, path: str) -> Response | None:
        """Go to a path of the live server, or to a whole address."""
        return self.page.goto(path if path.startswith("http") else self.live_url + path)

    def expect_refusal(self, *statuses: int) -> None:
        """Let these HTTP errors pass: the test is about them."""
        self.expected.update(statuses)

    def sign_in(self, user: AbstractBaseUser) -> None:
        """Give this browser a session of the user, without the sign-in page."""
        self.enter(session_of(user))

    def enter(self, session_key: str) -> None:
        """Give this browser a session that there is."""
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": session_key, "url": self.live_url}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def screenshot(self, name: str, *, whole: bool = True) -> None:
        """Where the run was asked for `--whole-pages`, keep a picture of the page; nothing is decided by it.

        To lay out, draw and pack one costs as much as to open the page, so a run does it only where somebody wants to
        look.
        """
        if self.whole_pages:
            self.picture(name, whole=whole)

    def picture(self, name: str, *, whole: bool = False) -> Path:
        """Take a picture of what is in view, or of the whole page, under test-results/, named with the width."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{name}-{self.width}.png"
        for last in (False, True):
            try:
                self.page.screenshot(path=path, full_page=whole)
                break
            except Error:
                # Chromium may not draw at a busy moment; twice in a row is something else.
                if last:
                    raise
        return path

    def judge_every_page(self) -> None:
        """Have axe at hand in whatever is opened from here on: for whoever judges each page they open."""
        judging.bring(self._wire)

    def check_accessibility(self) -> None:
        """Fail when axe finds something serious or critical on the page as it is now."""
        faults = judging.grave(self.page, self._wire)
        assert not faults, judging.told(faults, self.page.url)

    def check_widths(self) -> None:
        """Fail where the page as it is now is wider than a telephone's window or a desk's; it ends at its own width."""
        for width in sorted(WIDTHS, key=lambda width: width == self.width):
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate(judging.TOO_WIDE)
            assert not wide, f"{self.page.url} is too wide at {width}: {wide}"

    @cached_property
    def _wire(self) -> CDPSession:
        return self.context.new_cdp_session(self.page)

    def close(self) -> None:
        """Leave, and fail when the browser complained about anything."""
        leave(self.context, self.live_url)
        assert not self.faults, "The browser complained:\n" + "\n".join(self.faults)

    def _hear(self, message: ConsoleMessage) -> None:
        # Failed requests are judged by their status, below.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status} from {response.request.method} {response.url}")


def session_of(user: AbstractBaseUser) -> str:
    """Return the key of a new session of the user."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one Chromium for the whole run."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    # Playwright's loop runs in the thread of the tests, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    manager = sync_playwright()
    with manager as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        show_loop()
        waiting.clear()
        # Nothing is tested any more. Without its driver, closing ends by an error instead of perhaps never.
        driver = manager._client._transport._proc
        end = threading.Timer(60, driver.kill)
        end.daemon = True
        end.start()
        with suppress(Error):
            browser.close()
    end.cancel()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """Start one server for the whole run."""
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def live_url(transactional_db: None, settings: Any, served: Served) -> Iterator[str]:
    """Serve the application on the test database, with a clock that starts at NOW and goes on."""
    settings.CLOCK_SHIFT = NOW - datetime.now(UTC)
    settings.PUBLIC_URL = served.url
    served.begin()
    yield served.url
    served.rest()


@pytest.fixture
def visit(chromium: Browser, live_url: str) -> Iterator[Callable[..., Visitor]]:
    """Return a function that brings a visitor: visit(width=390, language="en")."""
    with visitors_of(chromium, live_url) as bring:
        yield bring


# Profiles nobody visits with now, by what they are like. One made anew costs a second of a processor: its window, its
# network and three processes. Each keeps its first, empty page, without which the window would go.
waiting: dict[tuple[int, int, str, bool], list[BrowserContext]] = {}
taken: dict[BrowserContext, tuple[int, int, str, bool]] = {}


def take(chromium: Browser, width: int, height: int, language: str, scripts: bool) -> BrowserContext:
    """Return a profile that knows nothing: one that waits, or a new one."""
    like = (width, height, language, scripts)
    if waiting.get(like):
        context = waiting[like].pop()
        # What was under way when its last visitor left may have set one since; that visitor's server is gone by now.
        context.clear_cookies()
    else:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            has_touch=width < 600,
            # What fades is neither photographed nor judged half-way.
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        expect.set_options(timeout=15_000)
        context.new_page()
    taken[context] = like
    return context


def leave(context: BrowserContext, live_url: str) -> None:
    """Close what a visitor has open, and let the profile wait without cookies, storage or permissions.

    Scripts and styles stay in its cache, which holds no page: every page is `no-store`.
    """
    like = taken.pop(context)
    if not context.pages:
        return  # the test has closed the whole browser
    empty, *pages = context.pages
    for page in pages:
        page.close()
    context.clear_permissions()
    context.set_offline(False)
    session = context.new_cdp_session(empty)
    session.send("Storage.clearDataForOrigin", {"origin": live_url, "storageTypes": "all"})
    session.detach()
    waiting.setdefault(like, []).append(context)


@contextmanager
def visitors_of(chromium: Browser, live_url: str) -> Iterator[Callable[..., Visitor]]:
    """Bring visitors to a server, and see at the end that no browser complained."""
    visitors: list[Visitor] = []

    def bring(*, width: int = 1440, height: int = 900, language: str = "zh-CN", scripts: bool = True) -> Visitor:
        context = take(chromium, width, height, language, scripts)
        visitor = Visitor(context, context.new_page(), live_url, width)
        visitors.append(visitor)
        return visitor

    yield bring
    for visitor in visitors:
        visitor.close()


def pytest_configure(config: pytest.Config) -> None:
    """Take pictures of pages where the run was asked for them."""
    Visitor.whole_pages = config.getoption("whole_pages")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that browser tests were skipped. The reports come from every worker, so this sees all of them."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)]
    if skipped:
        terminalreporter.section("BROWSER TESTS SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{MISSING} ({len(skipped)} tests)")
