"""A call from the panel, in a real browser: three keys close it, its effects are shown first, and axe finds nothing."""

import re
from typing import Any

import pytest
import zeal
from playwright.sync_api import expect

from collections_app.domain.calls import IDENTITY_FACTS
from collections_app.models import Conversation, Promise
from collections_app.services import calls
from collections_app.services.records import Actor
from tests import factories, seeds
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def call(transactional_db: None) -> Conversation:
    """A call with the proven customer."""
    with zeal.zeal_ignore():
        seeds.rule_packs(now=NOW)
        scenes.fresh_data()
        staff = factories.make_staff("collector", display_name="张敏", display_name_en="Zhang Min")
        customer, _account = factories.make_debtor(name="陈晓梅")
        actor = Actor.of(staff)
        conversation = calls.start(
            customer_id=customer.id, contact_point_id=customer.contact_points.get().id, actor=actor, seen_version=None,
            now=NOW,
        )  # fmt: skip
        facts = list(IDENTITY_FACTS[:2])
        return calls.verify(conversation_id=conversation.id, result="verified", facts=facts, actor=actor, now=NOW)


def open_panel(visit: Any, call: Conversation, language: str) -> Any:
    visitor = visit(language=language)
    visitor.sign_in(call.staff)
    visitor.open(f"/c/{call.customer.customer_no}/call/{call.id}/")
    visitor.page.wait_for_selector("#feed-state[data-feed-state=live]")
    return visitor


def test_three_keys_close_a_call(visit: Any, call: Conversation) -> None:
    """The digit of who answered, the letter of the outcome, Enter; only outcomes that fit are shown by then."""
    visitor = open_panel(visit, call, "en")
    page = visitor.page
    expect(page.locator("[data-timer]")).to_have_text(re.compile(r"^00:\d\d$"))
    visitor.check_accessibility()
    visitor.screenshot("desk-call-en")
    letter = page.locator("input[value=self_complain]").get_attribute("data-key")
    page.keyboard.press("2")
    expect(page.locator(".call-outcomes-of:visible")).to_have_count(1)
    page.keyboard.press(letter)
    expect(page.locator("#call-effects")).not_to_be_empty()
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*/")
    call.refresh_from_db()
    assert (call.party, call.outcome) == ("self", "self_complain")


def test_at_risk_puts_the_red_button_beside_it_and_a_promise_its_fields(visit: Any, call: Conversation) -> None:
    """Marked at risk, the button is there; a promise opens its parts, and what it does is said before it is saved."""
    visitor = open_panel(visit, call, "zh-CN")
    page = visitor.page
    expect(page.locator(".call-at-risk")).to_be_hidden()
    page.check("input[name=marker][value=at_risk]")
    expect(page.locator(".call-at-risk")).to_be_visible()
    page.check("input[name=marker][value=anxious]")
    expect(page.locator(".call-at-risk")).to_be_hidden()
    page.check("input[value=self_promise]")
    expect(page.locator("input[name=party][value=self]")).to_be_checked()
    expect(page.locator("#call-effects")).to_contain_text("停催")
    visitor.expect_refusal(422)
    page.click("#write-form button[type=submit]")
    # Why it was refused stands far above the button that was pressed, and is brought into view.
    expect(page.locator("#write-form .write-refused")).to_be_in_viewport()
    page.fill("[name=promise_on]", "2026-11-24")
    page.fill("[name=promise_amount]", "2000")
    page.click("#write-form button[type=submit]")
    page.wait_for_url("**/c/*/")
    assert Promise.objects.get().total_fen == 200_000
    call.refresh_from_db()
    assert call.marker == "anxious"
