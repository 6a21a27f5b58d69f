"""The approval inbox in a real browser: whole at both widths, and live for those who decide and those who ask."""

from typing import Any

import pytest
import zeal
from playwright.sync_api import expect

from collections_app.models import Approval, Hold, Staff
from collections_app.services import approvals
from collections_app.services.records import Actor
from tests import factories
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db: None) -> scenes.Scene:
    return scenes.set_up()


@pytest.fixture
def supervisor(scene: scenes.Scene) -> Staff:
    return factories.make_staff("supervisor", branch=scene.collector.branch, display_name="赵国强")


def ask(scene: scenes.Scene) -> Approval:
    """The collector asks for the release of the hold on the record."""
    hold = Hold.objects.get(customer=scene.customer, kind="complaint_conduct")
    with zeal.zeal_ignore():
        return approvals.ask(
            kind="hold_release",
            subject=f"hold:{hold.id}",
            reason="投诉已答复，客户同意继续联系。",
            customer_id=scene.customer.id,
            actor=Actor.of(scene.collector),
            now=NOW,
        )


def badge(page: Any) -> Any:
    return page.locator("#approvals-badge .count")


def test_the_inbox_and_a_request_are_whole(visit: Any, scene: scenes.Scene, supervisor: Staff) -> None:
    """Nothing serious by axe, nothing wider than the screen, in the language with the longer words."""
    asked = ask(scene)
    visitor = visit(width=390, language="en")
    visitor.sign_in(supervisor)
    for name, path in {"inbox": "/approvals/", "request": f"/approvals/{asked.id}/"}.items():
        visitor.open(path)
        visitor.page.wait_for_selector('#feed-state[data-feed-state="live"]')
        visitor.check_accessibility()
        visitor.screenshot(f"approvals-{name}-en")
        visitor.check_widths()


def test_the_number_and_the_open_pages_are_live(visit: Any, scene: scenes.Scene, supervisor: Staff) -> None:
    """A request appears by itself, the other's open page learns of the decision, and reading clears the number."""
    other = factories.make_staff("supervisor", branch=scene.collector.branch, display_name="钱丽华")
    first, second, desk = visit(), visit(), visit()
    for visitor, staff in ((first, supervisor), (second, other), (desk, scene.collector)):
        visitor.sign_in(staff)
        visitor.open("/approvals/")
        visitor.page.wait_for_selector('#feed-state[data-feed-state="live"]')
    expect(badge(first.page)).to_have_count(0)
    asked = ask(scene)
    for visitor in (first, second):
        expect(badge(visitor.page)).to_contain_text("1")
        expect(visitor.page.locator("#approvals-lists table a")).to_have_count(1)
    second.open(f"/approvals/{asked.id}/")
    second.page.wait_for_selector('#feed-state[data-feed-state="live"]')
    second.page.fill("#id_answer", "还需看录音")
    first.page.click("#approvals-lists table a")
    first.page.check("input[name=verdict][value=approved]")
    first.page.click(".write-form button[type=submit]")
    first.page.wait_for_url("**/approvals/")
    expect(second.page.locator("#approval-news .write-refused")).to_contain_text("赵国强")
    assert second.page.input_value("#id_answer") == "还需看录音"
    expect(badge(desk.page)).to_contain_text("1")
    desk.page.click("#approvals-lists table a")
    expect(badge(desk.page)).to_have_count(0)
    expect(desk.page.locator("#approval-read")).to_be_hidden()
    asked.refresh_from_db()
    assert asked.answer_read_at is not None


def test_without_scripts_reading_is_a_button(visit: Any, scene: scenes.Scene, supervisor: Staff) -> None:
    """Looking at the answer moves nothing; the button does."""
    asked = ask(scene)
    with zeal.zeal_ignore():
        approvals.decide(
            approval_id=asked.id, verdict="rejected", answer="请先答复投诉", actor=Actor.of(supervisor), now=NOW,
            seen_version=scene.customer.__class__.objects.get(id=scene.customer.id).version,
        )  # fmt: skip
    plain = visit(scripts=False)
    plain.sign_in(scene.collector)
    plain.open(f"/approvals/{asked.id}/")
    asked.refresh_from_db()
    assert asked.answer_read_at is None
    plain.page.click("#approval-read button")
    expect(plain.page.locator("#approval-read")).to_have_count(0)
    asked.refresh_from_db()
    assert asked.answer_read_at is not None
