"""A complaint in a real browser: taken in, worked on and answered, whole at both widths in both languages."""

from typing import Any

import pytest
import zeal
from playwright.sync_api import expect

from collections_app.models import Complaint, Customer
from tests import factories
from tests.desk import scenes

pytestmark = pytest.mark.browser


def test_a_complaint_from_the_first_word_to_the_answer(visit: Any, transactional_db: None) -> None:
    """An agent's colleague takes it in; compliance sees it come, answers, and the hold of the record is gone."""
    scene = scenes.set_up()
    with zeal.zeal_ignore():
        keeper = factories.make_staff("compliance", scope="institution", branch=scene.collector.branch)
        taker = factories.make_staff("collector", branch=scene.collector.branch)
    visitor = visit(width=390, language="en")
    visitor.sign_in(taker)
    visitor.open(scenes.address("complaint_take", scene.customer))
    page = visitor.page
    page.locator("#id_text").fill("一天来电五次")
    page.locator("#id_demand").fill("书面道歉")
    page.locator("#id_cause").select_option("collection")
    page.locator("#id_sub_kind").select_option("too_often")
    page.locator("#id_source").select_option("hotline")
    page.locator("#id_about").select_option(f"staff:{scene.collector.id}")
    visitor.check_accessibility()
    visitor.check_widths()
    page.locator("#write-form button[type=submit]").click()
    page.wait_for_selector("#complaint")
    visitor.check_accessibility()
    visitor.check_widths()
    with zeal.zeal_ignore():
        complaint = Complaint.objects.get()
        assert Customer.objects.get(id=scene.customer.id).recused_staff == [scene.collector.id]
    visitor.sign_in(keeper)
    visitor.open("/complaints/")
    expect(page.locator(f"#complaint-{complaint.id}")).to_be_visible()
    visitor.check_accessibility()
    visitor.open(f"{scenes.address('complaint', scene.customer, complaint.id)}step/answer/")
    page.locator("input[name=finding][value=upheld]").check()
    page.locator("#id_text").fill("经查属实，已对相关人员处理。")
    page.locator("#write-form button[type=submit]").click()
    page.wait_for_selector("#complaint")
    visitor.check_accessibility()
    with zeal.zeal_ignore():
        complaint.refresh_from_db()
        assert complaint.state == "answered"
