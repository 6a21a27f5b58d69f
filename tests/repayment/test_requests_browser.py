"""A customer says more on their page, hands a photograph in, and finds both again; the page looks by itself."""

import pytest

from collections_app.models import HandOff, HandOffPaper
from collections_app.services import handoffs, records
from tests import factories
from tests.conftest import NOW
from tests.repayment.conftest import make_debtor
from tests.repayment.test_browser import come_in, look

pytestmark = pytest.mark.browser
PHOTO = b"\xff\xd8\xff\xe0" + b"photograph " * 20
# The forms whose controls no other page has.
PAGES = ("callback", "channels", "representative")


def test_a_customer_objects_with_a_photograph_and_reads_the_answer(visit):
    """From the account to the request and its answer, each page by its own heading, width and language."""
    customer, card = make_debtor(account={"core_payoff_fen": 12_345_678_90, "core_overdue_fen": 12_345_678_90})
    visitor = visit(width=390, language="zh-CN")
    come_in(visitor, customer)
    visitor.page.locator(".ways summary").click()
    look(visitor, "more")
    for path in (*PAGES, f"account/{card.pk}"):
        visitor.open(f"/r/{path}/")
        look(visitor, f"{path.replace('/', '-')}")
    visitor.open("/r/dispute/")
    visitor.page.locator("input[name=reason][value=fees]").check()
    visitor.page.locator("#id_text").fill("1,234.56?")
    visitor.page.locator("#id_papers").set_input_files(
        [{"name": "2026.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}]
    )
    visitor.page.locator("main button.button").click()
    visitor.page.wait_for_url("**/r/sent/dispute/")
    look(visitor, "sent")
    handoff = HandOff.objects.get()
    assert HandOffPaper.objects.get().handoff == handoff
    handoffs.move(
        handoff_id=handoff.pk,
        state="waiting",
        text="…",
        reply="2026-11-20?",
        actor=records.Actor.of(factories.make_staff("service_agent")),
        seen_version=None,
        now=NOW,
    )
    visitor.open("/r/requests/")
    look(visitor, "requests")
    visitor.page.locator(".card a").first.click()
    look(visitor, "more-papers")
    visitor.page.clock.install()
    visitor.open("/r/account/")
    place = visitor.page.locator("[data-record-url]")
    shown = int(place.get_attribute("data-version"))
    type(customer).objects.filter(pk=customer.pk).update(version=shown + 1)
    visitor.page.clock.run_for(16_000)
    visitor.page.wait_for_selector(f"[data-version='{shown + 1}']")
