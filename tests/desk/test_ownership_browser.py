"""A book is moved from its preview in a real browser, and the pages around it are whole at both widths."""

from datetime import timedelta

import pytest
import zeal

from collections_app.models import Account, AssignmentRule, LeaveCover, MachineClient, Staff
from collections_app.services.machines import placements
from collections_app.services.records import SYSTEM
from tests import factories
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def boss(transactional_db) -> Staff:
    """A supervisor with two collectors, one of whom is away, an agency with one account, and a rule."""
    scene = scenes.set_up()
    with zeal.zeal_ignore():
        branch = scene.collector.branch
        other = factories.make_staff("collector", display_name="李代班", display_name_en="Li Daiban", branch=branch,
                                     capacity=5)  # fmt: skip
        Account.objects.filter(customer__branch=branch).update(owner=scene.collector)
        LeaveCover.objects.create(
            away=factories.make_staff("collector", display_name="赵休假", display_name_en="Zhao Xiujia", branch=branch),
            cover=other, begins_at=NOW, ends_at=NOW + timedelta(days=3), created_at=NOW,
        )  # fmt: skip
        AssignmentRule.objects.create(name_zh="信用卡早期", name_en="Early cards", pool="branch", unit=branch)
        agency = MachineClient.objects.create(client_id="agency", name="示范机构", kind="agency", created_at=NOW)
        account = factories.make_debtor(branch=branch, account={"outsource_notice_at": NOW})[1]
        placements.place(account_no=account.account_no, client=agency, actor=SYSTEM, now=NOW)
        factories.make_debtor(branch=branch, account={"outsource_notice_at": NOW})
        # The pages of several roles, seen by one pair of eyes.
        return factories.make_staff("supervisor", branch=branch, display_name="钱主管", display_name_en="Qian Zhuguan")


def test_a_book_is_moved_from_its_preview(visit, boss, monkeypatch):
    """Loads, form, preview, one press; then the pages around it, which are no wider in English than their windows."""
    monkeypatch.setattr(Staff, "may", lambda self, action: True)
    visitor = visit(width=390, language="en")
    visitor.sign_in(boss)
    page = visitor.page
    visitor.open("/ownership/move/?whose=any")
    page.select_option("#id_goal", "even")
    page.locator("#id_to label", has_text="Li Daiban").click()
    page.fill("#id_reason", "组内均衡负荷")
    visitor.screenshot("owner-move-en")
    visitor.check_accessibility()
    page.click("form.write-form button[type=submit]")
    page.wait_for_selector("button[value=apply]")
    visitor.check_widths()
    visitor.screenshot("owner-preview-en")
    visitor.check_accessibility()
    page.click("button[value=apply]")
    page.wait_for_selector("button[value=apply]", state="detached")
    for name in ("ownership", "ownership/leave", "ownership/ties", "placements", "export/worklist", "oversight/team",
                 "oversight/running"):  # fmt: skip
        visitor.open(f"/{name}/")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        visitor.screenshot(f"owner-{name.replace('/', '-')}-en")
