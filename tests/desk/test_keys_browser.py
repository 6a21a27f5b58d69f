"""The keys in words, and folded accounts under a live update, in a real browser."""

from typing import Any

import pytest
import zeal
from playwright.sync_api import expect

from collections_app.services import holds
from collections_app.services.records import Actor
from tests import factories
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db: None) -> scenes.Scene:
    return scenes.set_up()


def test_a_question_mark_tells_the_keys(visit: Any, scene: scenes.Scene) -> None:
    """A dialog that axe accepts names every letter of the page; none presses a button behind it; Escape ends it."""
    visitor = visit(language="en")
    visitor.sign_in(scene.collector)
    visitor.open(f"/c/{scene.customer.customer_no}/")
    page = visitor.page
    page.keyboard.press("?")
    dialog = page.locator("#keys-help")
    expect(dialog).to_be_visible()
    letters = page.eval_on_selector_all(
        "[data-key]", "els => els.map((el) => el.dataset.key).filter((key) => key.length === 1)"
    )
    assert page.locator("#keys-of-page kbd").all_inner_texts() == letters
    visitor.check_accessibility()
    visitor.screenshot("desk-keys-en", whole=False)
    page.keyboard.press("b")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.fill("input[name=q]", "?") if page.locator("input[name=q]").count() else None
    expect(dialog).to_be_hidden()
    page.click("details.menu summary")
    page.click("[data-keys-help]")
    expect(dialog).to_be_visible()


def test_a_folded_account_that_was_opened_stays_open_when_the_record_moves(visit: Any, scene: scenes.Scene) -> None:
    """Of three accounts all are folded; one is opened by hand, then a colleague places a hold."""
    factories.make_account(scene.customer)
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(f"/c/{scene.customer.customer_no}/")
    page = visitor.page
    page.wait_for_selector('#feed-state[data-feed-state="live"]')
    accounts = page.locator("details.account")
    expect(accounts).to_have_count(3)
    expect(page.locator("details.account[open]")).to_have_count(0)
    accounts.nth(1).locator("summary").first.click()
    opened = accounts.nth(1).get_attribute("id")
    before = page.get_attribute("#record-side", "data-version")
    with zeal.zeal_ignore():
        holds.place(
            customer_id=scene.customer.id, kind="hardship", actor=Actor.of(scene.agent), seen_version=None, now=NOW
        )
    page.wait_for_function("(was) => document.getElementById('record-side').dataset.version !== was", arg=before)
    assert page.eval_on_selector_all("details.account[open]", "els => els.map((el) => el.id)") == [opened]
