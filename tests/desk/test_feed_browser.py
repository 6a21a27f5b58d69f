"""The one stream of a browser: shared by its tabs, a tab's own where there is no sharing, and patient when refused."""

import statistics
from typing import Any

import pytest
import zeal
from playwright.sync_api import Page, Route

from collections_app.domain.incidents import IncidentScope
from collections_app.models import ApprovedSentence
from collections_app.services import notes
from collections_app.services.emergencies import incidents, sentences
from collections_app.services.records import Actor
from desk.gateways import hub as hubs
from tests import factories
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser
TABS = 50
# Each connection to the worker is what a tab of its own would have.
OPEN_TABS = """([tabs, record]) => Promise.all([...Array(tabs)].map(() => new Promise((done) => {
  const { feedScript, liveUrl, staff } = document.body.dataset;
  const { port } = new SharedWorker(feedScript, { name: `onecase-${staff}` });
  port.onmessage = ({ data }) => { if (data.type === "state" && record in data.records) done(); };
  port.start();
  port.postMessage({ type: "watch", url: liveUrl, records: [record], list: "" });
})))"""
# The waits after one to six failures, each asked for a hundred times.
WAITS = """() => { const real = window.setTimeout; const found = [];
  const feed = new window.OneCaseFeed("", () => {});
  window.setTimeout = (_call, ms) => { found.push([feed.failures - 1, ms]); return 0; };
  for (let time = 0; time < 100; time += 1) { feed.failures = 0; for (let n = 0; n < 6; n += 1) feed.later(); }
  window.setTimeout = real; return found; }"""


# Another tab, looked at last, that leaves this one no room.
FILL = """(record) => { const { feedScript, liveUrl, staff } = document.body.dataset;
  const { port } = new SharedWorker(feedScript, { name: `onecase-${staff}` });
  port.start();
  const records = [...Array(600)].map((_each, place) => record + 1000 + place);
  port.postMessage({ type: "watch", url: liveUrl, records, list: "", front: true }); }"""

# A tab the worker has forgotten, or never knew: what it hears within more than a beat.
STRANGER = """() => new Promise((done) => { const { feedScript, staff } = document.body.dataset; const heard = [];
  const { port } = new SharedWorker(feedScript, { name: `onecase-${staff}` });
  port.onmessage = ({ data }) => heard.push(data.type); port.start(); port.postMessage({ type: "retry" });
  setTimeout(() => done(heard), 2500); })"""


def _streams() -> int:
    return sum(len(hub._watches) for hub in hubs._hubs.values())


def test_fifty_tabs_share_one_stream_and_tries_are_spread(visit: Any, transactional_db: None) -> None:
    """Fifty tabs that show the record, one stream; the waits between tries double up to eight seconds, by chance."""
    scene = scenes.set_up()
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(scenes.address("record", scene.customer))
    page = visitor.page
    page.wait_for_selector("#feed-state[data-feed-state=live]")
    page.evaluate(OPEN_TABS, [TABS, scene.customer.pk])
    assert _streams() == 1
    # A tab that is followed no more does not believe itself live.
    assert page.evaluate(STRANGER) == ["forgotten"]
    # More records than one stream follows: who has no room says so, and has it again as soon as somebody is there.
    page.evaluate(FILL, scene.customer.pk)
    page.wait_for_selector("#feed-state[data-feed-state=blind]")
    assert page.is_visible("#crowded-banner")
    assert not page.is_visible("#blind-banner")
    page.keyboard.press("Shift")
    page.wait_for_selector("#feed-state[data-feed-state=live]")
    assert not page.is_visible("#crowded-banner")
    waits: dict[int, list[float]] = {}
    for failures, wait in page.evaluate(WAITS):
        waits.setdefault(failures, []).append(wait)
    for failures, found in waits.items():
        most = min(1000 * 2**failures, 8000)
        assert most * 0.5 <= min(found) < most * 0.7
        assert most * 1.3 < max(found) <= most * 1.5
        assert abs(statistics.mean(found) - most) < most * 0.15


def test_where_tabs_cannot_share_each_has_a_stream_of_its_own(visit: Any, transactional_db: None) -> None:
    """A browser without shared workers: two tabs, two streams."""
    scene = scenes.set_up()
    visitor = visit()
    visitor.sign_in(scene.collector)
    for page in (visitor.page, visitor.context.new_page()):
        page.add_init_script("delete window.SharedWorker")
        page.goto(visitor.live_url + scenes.address("record", scene.customer))
        page.wait_for_selector("#feed-state[data-feed-state=live]")
    assert _streams() == 2


def _fail_once(page: Page, part: str, *, status: int) -> list[str]:
    """Let the next fetch of a live part fail, with a status or on the way; return what was asked for since."""
    asked: list[str] = []
    path = page.get_attribute(f"#{part}", "data-fragment-url")

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        elif status:
            route.fulfill(status=status)
        else:
            route.abort()

    page.route(lambda url: url.endswith(path or "?"), answer)
    return asked


def test_what_could_not_be_fetched_is_asked_for_again(visit: Any, transactional_db: None) -> None:
    """A list and an incident's sentence have no version that they would be missed by: a lost answer is not the end."""
    scene = scenes.set_up()
    supervisor = factories.make_staff("supervisor")
    visitor = visit()
    visitor.expect_refusal(503)
    visitor.sign_in(scene.collector)
    visitor.open("/")
    page = visitor.page
    page.wait_for_selector("#feed-state[data-feed-state=live]")
    of_list = _fail_once(page, "worklist", status=503)
    of_incidents = _fail_once(page, "incidents", status=0)
    with zeal.zeal_ignore():
        notes.add(customer_id=scene.customer.pk, text="x", actor=Actor.of(scene.agent), seen_version=None, now=NOW)
        scene.customer.refresh_from_db()
    page.wait_for_selector(f"#row-{scene.customer.pk}[data-version='{scene.customer.version}']", timeout=8000)
    assert len(of_list) == 2
    with zeal.zeal_ignore():
        sentences.load(now=NOW)
        sentence = ApprovedSentence.objects.get(code="general", active=True)
        incidents.start(
            covers=incidents.Scope(IncidentScope.ALL), reason="disaster", sentence_id=sentence.pk,
            actor=Actor.of(supervisor), now=NOW,
        )  # fmt: skip
    page.wait_for_selector(f"#incidents >> text={sentence.staff_zh}", timeout=8000)
    assert len(of_incidents) == 2
    visitor.faults.clear()  # of the answer that never came


def test_a_tab_back_from_the_browsers_cache_looks_for_what_it_missed(visit: Any, transactional_db: None) -> None:
    """It left the stream that another tab of the same list kept open: nothing was stated anew, and it heard nothing."""
    scene = scenes.set_up()
    visitor = visit()
    visitor.sign_in(scene.collector)
    pages = [visitor.page, visitor.context.new_page()]
    for page in pages:
        page.goto(visitor.live_url)
        page.wait_for_selector("#feed-state[data-feed-state=live]")
    page = visitor.page
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    path = page.get_attribute("#worklist", "data-fragment-url") or "?"
    with page.expect_request(lambda request: request.url.endswith(path), timeout=8000):
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.wait_for_selector("#feed-state[data-feed-state=live]")
    assert _streams() == 1
