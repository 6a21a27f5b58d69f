"""Pages that wait look by themselves: a payment under way, and an account on which something has come."""

import pytest

from collections_app.services import payments
from repayment.models import Payment
from tests.conftest import NOW
from tests.repayment.conftest import make_debtor, notice_body, notify
from tests.repayment.test_browser import come_in

pytestmark = pytest.mark.browser


def test_what_comes_while_a_page_is_open_shows_on_it_by_itself(visit):
    """The receipt in place of “processing”, and an account page on the version of now; nobody touches either."""
    customer, account = make_debtor()
    visitor = visit(width=390)
    page = visitor.page
    come_in(visitor, customer)
    page.locator("form[action='/r/pay/'] button").click()
    page.wait_for_url("**/r/sandbox-gateway/**")
    payment = Payment.objects.get()
    visitor.open(f"/r/payment/{payment.reference}/")
    page.locator("[data-state]").wait_for()
    assert notify(notice_body(payment, now=NOW)).status_code == 200
    page.locator(".tick").wait_for(timeout=10_000)
    page.clock.install(time=NOW)
    visitor.open("/r/account/")
    before = page.locator("[data-version]").get_attribute("data-version")
    payments.record_received(
        account_id=account.pk, amount_fen=1_234, channel="app", reference="R1", occurred_at=NOW, now=NOW
    )
    page.clock.run_for(16_000)
    page.locator(f"[data-version]:not([data-version='{before}'])").wait_for(state="attached", timeout=10_000)
