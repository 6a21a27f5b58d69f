"""The one stream of a browser: shared by its tabs, a tab's own where there is no sharing, and patient when refused."""

import statistics
from typing import Any

import pytest

from desk.gateways import hub as hubs
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
