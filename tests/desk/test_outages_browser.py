"""Sleep, a lost network, and restarts of web server, Redis and PostgreSQL, each under an open page.

During each a colleague changes the record in another process. Afterwards the page shows it by itself; while the page
cannot know, its actions are disabled; and what is sent all the same on the old version is refused.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
import zeal
from playwright.sync_api import Browser, Page

from collections_app.services import feed, notes
from collections_app.services.records import Actor
from tests.browsing import Visitor, session_of, visitors_of
from tests.conftest import NOW
from tests.desk import scenes
from tests.outages import Grid, Wire, grid_at

# The mark of the database is what makes its tables, which the servers of this file begin with a copy of.
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A page may believe itself for five seconds after the last beat; the rest is for a machine that is busy.
BLIND_MS = 15_000
# The longest pause between two tries is twelve seconds, with its jitter.
BACK_MS = 25_000


@pytest.fixture(scope="module")
def grid(tmp_path_factory: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Grid]:
    """Servers of this file's own, on a copy of the tables."""
    with django_db_blocker.unblock(), grid_at(tmp_path_factory.mktemp("o")) as grid:
        yield grid


@pytest.fixture(scope="module")
def scene(grid: Grid) -> scenes.Scene:
    return grid.aside(scenes.set_up)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def session_key(grid: Grid, scene: scenes.Scene) -> str:
    return str(grid.aside(lambda: session_of(scene.collector)))


@pytest.fixture
def wire(grid: Grid) -> Iterator[Wire]:
    # Whatever the test before has broken.
    grid.start_database()
    grid.start_redis()
    grid.wait_for_web(grid.port)
    wire = Wire(grid.port)
    yield wire
    wire.close()


@pytest.fixture
def visitor(chromium: Browser, wire: Wire, session_key: str) -> Iterator[Visitor]:
    with visitors_of(chromium, wire.url) as visit:
        visitor = visit()
        visitor.enter(session_key)
        yield visitor


@pytest.fixture
def colleague(grid: Grid, scene: scenes.Scene, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what a colleague does in another process: adds a note, and wakes the screens."""
    client = redis.Redis.from_url(grid.places.redis_url, socket_timeout=0.5, socket_connect_timeout=0.5)
    monkeypatch.setattr(feed, "_client", lambda: client)

    def add(text: str) -> None:
        with zeal.zeal_ignore():
            notes.add(customer_id=scene.customer.id, text=text, actor=Actor.of(scene.agent), seen_version=None, now=NOW)

    return lambda text: grid.aside(lambda: add(text))


@pytest.fixture
def page(visitor: Visitor, scene: scenes.Scene) -> Page:
    """The record, open and live."""
    visitor.open(scenes.address("record", scene.customer))
    live(visitor.page)
    return visitor.page


def live(page: Page, state: str = "live", ms: int = 15_000) -> None:
    page.wait_for_selector(f"#feed-state[data-feed-state={state}]", timeout=ms)


def blind(page: Page) -> None:
    """Wait until the page says that it may be out of date, and see that its actions are disabled."""
    page.wait_for_selector("#blind-banner", state="visible", timeout=BLIND_MS)
    actions = page.locator("#record-actions [data-writes]")
    assert actions.count() > 2
    assert all(actions.nth(n).get_attribute("aria-disabled") == "true" for n in range(actions.count()))


def shows(page: Page, text: str, ms: int = BACK_MS) -> None:
    page.wait_for_selector(f"#record-timeline >> text={text}", timeout=ms)


def forced(visitor: Visitor, grid: Grid, scene: scenes.Scene) -> int:
    """Send a hold on the very first version past the page's guard, straight to the server; return its answer."""
    token = next(each["value"] for each in visitor.context.cookies() if each["name"] == "csrftoken")
    answer = visitor.context.request.post(
        grid.url + scenes.address("hold", scene.customer),
        form={"kind": "hardship", "seen_version": "1", "csrfmiddlewaretoken": token},
        max_redirects=0,
    )
    return answer.status


def test_a_page_that_slept_shows_what_changed_and_lets_nobody_act_before(
    page: Page, visitor: Visitor, grid: Grid, scene: scenes.Scene, colleague: Callable[[str], None]
) -> None:
    """Frozen by the browser it catches up by itself; after an hour of sleep not even the first click counts."""
    browser = visitor.context.new_cdp_session(page)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    colleague("睡眠期间的备注")
    assert forced(visitor, grid, scene) == 409
    browser.send("Page.setWebLifecycleState", {"state": "active"})
    shows(page, "睡眠期间的备注")
    went, is_blind = page.evaluate(
        """() => { const real = Date.now.bind(Date); Date.now = () => real() + 3600000;
        const link = document.querySelector('#record-actions a[data-writes]');
        const click = new MouseEvent('click', {bubbles: true, cancelable: true});
        return [link.dispatchEvent(click), document.body.classList.contains('is-blind')]; }"""
    )
    assert (went, is_blind) == (False, True)
    live(page)


def test_a_page_without_network_is_blind_and_catches_up(
    page: Page, visitor: Visitor, wire: Wire, grid: Grid, scene: scenes.Scene, colleague: Callable[[str], None]
) -> None:
    """No error tells the browser that the cable is out: silence does."""
    wire.cut()
    colleague("断网期间的备注")
    blind(page)
    assert forced(visitor, grid, scene) == 409
    wire.mend()
    shows(page, "断网期间的备注")
    live(page)


def test_a_server_killed_and_started_again_is_found_by_the_page(
    visitor: Visitor, grid: Grid, wire: Wire, scene: scenes.Scene, colleague: Callable[[str], None]
) -> None:
    """kill -9: what was being typed stays, and above it stands what the colleague has changed meanwhile."""
    page = visitor.page
    # It comes up while the page is open on the old one; to the browser both are the same port.
    old, new = grid.port, grid.start_web()
    visitor.open(scenes.address("hold", scene.customer))
    live(page)
    page.fill("textarea[name=text]", "客户说：下周三")
    grid.wait_for_web(new)
    wire.target = 1  # nobody listens
    grid.kill_web(old)
    colleague("重启期间的备注")
    page.wait_for_selector("#blind-banner", state="visible", timeout=BLIND_MS)
    assert page.get_attribute("#write-form button[data-writes]", "aria-disabled") == "true"
    wire.target = new
    page.wait_for_selector("#write-changed >> text=备注", timeout=BACK_MS)
    live(page)
    assert page.get_attribute("#write-form button[data-writes]", "aria-disabled") is None
    assert page.input_value("textarea[name=text]") == "客户说：下周三"
    assert forced(visitor, grid, scene) == 409


def test_without_redis_a_change_is_shown_all_the_same_and_the_page_says_it_is_slower(
    page: Page, visitor: Visitor, grid: Grid, scene: scenes.Scene, colleague: Callable[[str], None]
) -> None:
    """The wake-up is lost with Redis; the safety net is not."""
    grid.kill_redis()
    colleague("缓存重启期间的备注")
    shows(page, "缓存重启期间的备注")
    live(page, "slow", BACK_MS)
    assert forced(visitor, grid, scene) == 409
    grid.start_redis()
    live(page)


def test_a_page_whose_server_lost_the_database_is_blind_until_it_is_back(
    page: Page, visitor: Visitor, grid: Grid, scene: scenes.Scene, colleague: Callable[[str], None]
) -> None:
    """The stream goes on, and says that it sees nothing; PostgreSQL comes back under the same server."""
    visitor.expect_refusal(500)
    grid.kill_database()
    blind(page)
    assert forced(visitor, grid, scene) >= 500
    grid.start_database()
    colleague("数据库重启后的备注")
    shows(page, "数据库重启后的备注")
    live(page)
    assert forced(visitor, grid, scene) == 409
