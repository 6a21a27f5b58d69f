"""A collector works through cases of the worklist by keys alone: no pointer, and the focus is always seen.

Five of them, and thirty with `--whole-days`: the sixth is worked like the fifth.
"""

from collections.abc import Callable
from typing import Any

import pytest
import zeal
from playwright.sync_api import Page, expect

from collections_app.models import Conversation, Customer, Staff
from tests import factories, seeds
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

# Kept over all pages of the tab: whatever a pointer does begins with one of these.
WATCH = """
for (const kind of ["pointerdown", "mousedown", "touchstart"]) {
  addEventListener(kind, () => sessionStorage.setItem("pointer", kind), true);
}
"""
# The focus is on something that is in view and wears a mark; null where it is lost.
FOCUS = """() => {
  const el = document.activeElement;
  if (!el || el === document.body || !el.isConnected || !el.getClientRects().length) return null;
  const style = getComputedStyle(el);
  const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  const box = el.getBoundingClientRect();
  const within = box.bottom > 0 && box.top < innerHeight;
  return el.matches(":focus-visible") && marked && within ? el.name || el.dataset.rowLink === "" && "row" : null;
}"""


@pytest.fixture
def cases(pytestconfig: pytest.Config) -> int:
    """How many cases are worked."""
    return 30 if pytestconfig.getoption("whole_days") else 5


@pytest.fixture
def collector(transactional_db: None, cases: int) -> Staff:
    """A collector of Beijing with cases that may be called."""
    with zeal.zeal_ignore():
        seeds.rule_packs(now=NOW)
        scenes.fresh_data()
        staff = factories.make_staff("collector", display_name="周敏")
        for number in range(cases):
            factories.make_debtor(name=f"何{number}", account={"owner": staff, "core_overdue_fen": 100_000 + number})
    return staff


def test_cases_are_finished_without_a_mouse(visit: Callable[..., Visitor], collector: Staff, cases: int) -> None:
    """The list by j and k, a name by /, the next case by n; each case is called and closed by its keys."""
    visitor = visit()
    visitor.sign_in(collector)
    page = visitor.page
    page.add_init_script(WATCH)
    visitor.open("/?queue=to_contact")
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
        _stands_on(page, "row")
    _go(page, "Enter")
    _close_by_keys(page)
    _find_by_keys(page, Customer.objects.filter(conversations__isnull=True).order_by("id")[0])
    _close_by_keys(page)
    for _case in range(cases - 2):
        _go(page, "n")
        expect(page.locator("#record-claim")).to_be_visible()
        _close_by_keys(page)
    _go(page, "n")
    assert "/c/" not in page.url
    closed = Conversation.objects.filter(staff=collector, outcome="no_answer", ended_at__isnull=False)
    assert closed.values("customer").distinct().count() == cases
    assert page.evaluate("() => sessionStorage.getItem('pointer')") is None


def _stands_on(page: Page, name: str) -> None:
    """The focus is seen where the keys have led, as soon as what they have changed is drawn."""
    page.wait_for_function(f"name => ({FOCUS})() === name", arg=name)


def _go(page: Page, key: str) -> None:
    """Press a key that leads to another page, and be there: the one that was left bore a mark."""
    page.evaluate("() => { document.documentElement.dataset.left = ''; }")
    page.keyboard.press(key)
    page.wait_for_selector("html:not([data-left])", state="attached")
    page.wait_for_load_state("domcontentloaded")


def _find_by_keys(page: Page, customer: Customer) -> None:
    """`/`, the number, Enter; then the one that was found."""
    _go(page, "/")
    _stands_on(page, "q")
    page.keyboard.type(customer.customer_no)
    _go(page, "Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    _stands_on(page, "row")
    _go(page, "Enter")


def _close_by_keys(page: Page) -> None:
    """On a record: Enter calls, Enter starts, three keys close; back on the record."""
    _go(page, "Enter")
    _stands_on(page, "contact_point")
    _go(page, "Enter")
    letter: Any = page.get_attribute("input[value=no_answer]", "data-key")
    for key, name in (("1", "party"), (letter, "outcome")):
        page.keyboard.press(key)
        _stands_on(page, name)
    _go(page, "Enter")
    assert page.url.rpartition("/c/")[2].count("/") == 1
