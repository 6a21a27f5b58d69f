"""The desk in a real browser: it looks as it should, says when it is blind, and keeps what people type."""

import socket
import threading

import pytest
import uvicorn
import zeal
from django.db import transaction

from collections_app.services import contact_points, notes, records
from collections_app.services.records import Actor
from desk.gateways import hub as hubs
from notifications.services import acceptance, messages
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db):
    return scenes.set_up()


def test_pages_are_whole_in_english_on_a_telephone(visit, scene):
    """Each page opens without complaint and axe finds nothing serious; the two of signing in have no other test."""
    visitor = visit(width=390, language="en")
    paths = {
        "login": "/accounts/login/",
        "worklist": "/?queue=to_contact",
        "record": f"/c/{scene.customer.customer_no}/",
        "find": "/find/?q=" + scene.customer.customer_no,
        "gallery": "/gallery/",
        "two-step": "/accounts/2fa/",
    }
    for name, path in paths.items():
        if name == "worklist":
            visitor.sign_in(scene.collector)
        visitor.open(path)
        if name == "record":
            visitor.page.click("#record-permit a")
            visitor.page.wait_for_selector(".why-table")
        visitor.page.wait_for_timeout(250)
        visitor.screenshot(f"desk-{name}-en")
        visitor.check_accessibility()
        visitor.check_widths()


@pytest.fixture
def stoppable(live_url):
    """A second server on the same database that a test can stop."""
    from config.asgi import application

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        config = uvicorn.Config(
            application,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=1,
            ws="none",
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()

        def stop() -> None:
            hubs.close_all("shutdown")
            server.should_exit = True
            thread.join(timeout=10)

        yield f"http://127.0.0.1:{listener.getsockname()[1]}", stop
        stop()


def _record(scene):
    return f"/c/{scene.customer.customer_no}/"


def _wait_live(page):
    page.wait_for_selector("#feed-state[data-feed-state=live], #feed-state[data-feed-state=slow]")


def test_a_change_is_on_both_departments_screens_within_five_seconds(visit, scene):
    """What the agent writes shows on both pages by itself, and in the list; so does a message, without a version."""
    contact_points.log_look(customer_id=scene.customer.pk, purpose="call_in", actor=Actor.of(scene.agent), now=NOW)
    pages = []
    for staff in (scene.collector, scene.agent):
        visitor = visit()
        visitor.sign_in(staff)
        visitor.open(_record(scene))
        _wait_live(visitor.page)
        pages.append(visitor.page)
    with zeal.zeal_ignore():
        notes.add(
            customer_id=scene.customer.pk,
            text="客户改约下周一回电。",
            actor=Actor.of(scene.agent),
            seen_version=None,
            now=NOW,
        )
        scene.customer.refresh_from_db()
    for page in pages:
        page.wait_for_selector("text=客户改约下周一回电。", timeout=5000)
        page.wait_for_selector(f"#feed-version:has-text('{scene.customer.version}')")
        page.wait_for_selector(f"#row-{scene.customer.pk}[data-version='{scene.customer.version}']")
        page.wait_for_selector("#record-messages:not(:has(.pill))")
    with zeal.zeal_ignore(), transaction.atomic():
        customer = records.lock(customer_id=scene.customer.pk, now=NOW)
        message = messages.enqueue_within(customer=customer, kind="colleague_note", account=None, now=NOW)
        acceptance.accept_within(customer=customer, message=message, provider_id="p1", report="", now=NOW)
    for page in pages:
        page.wait_for_selector("#record-messages .pill", timeout=5000)
        page.wait_for_selector("#record-main >> text=短信已发", timeout=5000)
        page.wait_for_selector(f"#feed-version:has-text('{scene.customer.version}')")


def test_what_somebody_types_survives_a_change(visit, scene):
    """An open explanation, a typed text and the focus stay while the record around them is renewed."""
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(_record(scene))
    page = visitor.page
    _wait_live(page)
    page.click("#record-permit a")
    page.wait_for_selector(".why-table")
    page.evaluate(
        """() => { const field = document.createElement('textarea'); field.id = 'typed';
        document.getElementById('permit-why').append(field); field.focus(); }"""
    )
    page.keyboard.type("客户说：下周")
    with zeal.zeal_ignore():
        notes.add(
            customer_id=scene.customer.pk,
            text="另一位同事的备注",
            actor=Actor.of(scene.agent),
            seen_version=None,
            now=NOW,
        )
    page.wait_for_selector("text=另一位同事的备注", timeout=5000)
    assert page.input_value("#typed") == "客户说：下周"
    assert page.evaluate("() => document.activeElement.id") == "typed"
    assert page.is_visible(".why-table")


def test_a_screen_that_lost_its_feed_says_so_and_disables_its_actions(visit, scene, stoppable):
    """When the server stops, within six seconds the banner stands and the buttons do nothing."""
    url, stop = stoppable
    visitor = visit()
    visitor.live_url = url
    visitor.sign_in(scene.collector)
    visitor.open(_record(scene))
    page = visitor.page
    _wait_live(page)
    assert not page.is_visible("#blind-banner")
    stop()
    page.wait_for_selector("#blind-banner", state="visible", timeout=8000)
    assert page.get_attribute("#feed-state", "data-feed-state") == "blind"
    assert page.get_attribute("#record-actions a[data-writes] >> nth=0", "aria-disabled") == "true"
    before = page.url
    page.keyboard.press("b")
    assert page.url == before
    visitor.screenshot("desk-blind-zh")


def test_two_tabs_share_one_stream(visit, scene, monkeypatch):
    """A browser with several tabs holds one stream; each tab is told of its own record."""
    opened = []
    original = hubs.Hub.watch

    def counting(self, **kwargs):
        opened.append(kwargs["records"])
        return original(self, **kwargs)

    monkeypatch.setattr(hubs.Hub, "watch", counting)
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(_record(scene))
    _wait_live(visitor.page)
    second = visitor.context.new_page()
    second.goto(visitor.live_url + "/gallery/")
    _wait_live(second)
    hub_watches = sum(len(hub._watches) for hub in hubs._hubs.values())
    assert hub_watches == 1
    assert opened


def test_keys_walk_the_list_and_press_the_buttons(visit, scene):
    """j and Enter open a record, / leads to the search, a letter presses its button."""
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open("/?queue=to_contact")
    page = visitor.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/**")
    page.keyboard.press("/")
    page.wait_for_url("**/find/**")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.name") == "q"


def test_the_record_works_without_scripts(visit, scene):
    """Filter, why and reveal are links and forms."""
    visitor = visit(scripts=False)
    visitor.sign_in(scene.collector)
    visitor.open(_record(scene))
    page = visitor.page
    page.click("#record-timeline .filters a >> nth=7")
    assert "客户称工资每月" in page.inner_text("#record-timeline")
    page.click("#record-permit a")
    assert page.is_visible(".why-table")
    visitor.open(_record(scene))
    page.click(".reveal button >> nth=0")
    assert "+86100" in page.inner_text("#record-side")
