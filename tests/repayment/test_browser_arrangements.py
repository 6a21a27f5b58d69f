"""The way to a plan on a phone, in both languages, with and without scripts."""

import re

import pytest
from zeal import zeal_ignore

from collections_app.models import Arrangement, Rule
from collections_app.services import arrangement_offers, clock
from notifications.models import SandboxInbox
from notifications.services import sending
from tests import factories, seeds
from tests.repayment.conftest import make_debtor
from tests.repayment.test_browser import come_in, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "scripts"), [("zh-CN", False), ("en-GB", True)])
def test_a_customer_agrees_on_instalments_alone(visit, language, scripts):
    """Offer, means, every date and cost, consent, code, and the plan in force with what pays it off today."""
    seeds.rule_packs(now=factories.START)
    seeds.texts(now=factories.START)
    arrangement_offers.load()
    # The clock stands still here; that the server wants the time to read is tried in test_arrangements.
    Rule.objects.filter(kind="reading_time").update(parameters={"seconds": 0})
    customer, _ = make_debtor()
    visitor = visit(width=390, language=language, scripts=scripts)
    page, short = visitor.page, language[:2]
    come_in(visitor, customer)
    page.locator("nav.ways a[href='/r/instalments/']").click()
    seen(visitor, f"arrangement-offers-{short}", scripts)
    page.locator("main a.button").first.click()
    page.locator("#id_number").select_option("6")
    page.locator("#id_income").fill("8000")
    page.locator("#id_spent").fill("3000")
    for box in page.locator("input[name=conditions]").all():
        box.check()
    seen(visitor, f"arrangement-apply-{short}", scripts)
    page.locator("main .button").click()
    seen(visitor, f"arrangement-terms-{short}", scripts)
    page.locator("#id_agree").check()
    page.locator("main form .button").click()
    page.wait_for_url("**/sign/")
    with zeal_ignore():
        sending.send_due(now=clock.now(), worker="codes", codes_only=True)
    page.locator("#id_typed").fill(re.search(r"\d{6}", SandboxInbox.objects.order_by("-id")[0].body)[0])
    seen(visitor, f"arrangement-sign-{short}", scripts)
    page.locator("main .button").click()
    page.wait_for_url("**/agreed/**")
    seen(visitor, f"arrangement-plan-{short}", scripts)
    assert Arrangement.objects.get().state == "performing"


def seen(visitor, name, scripts):
    """Hold the page to everything ``look`` holds it to; axe needs scripts."""
    if scripts:
        look(visitor, name)
    else:
        visitor.screenshot(f"repayment-{name}")
