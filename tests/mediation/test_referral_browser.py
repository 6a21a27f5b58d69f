"""From the customer's wish to agreed talks with evidence, on a desk, and on a phone without scripts."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction
from playwright.sync_api import expect

from collections_app.models import Staff
from collections_app.services import handoffs, records
from mediation.models import Mediation, Mediator, PositionPaper
from mediation.services import scheduling
from tests.browsing import Visitor
from tests.mediation.conftest import Debtor
from tests.repayment.test_browser import come_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_wish_becomes_talks_and_both_sides_file_what_they_bring(
    visit: Callable[..., Visitor], debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff,
    now: datetime,
) -> None:  # fmt: skip
    """The form is filled from the wish; the phone works without scripts; nothing overflows at 390 px."""
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        handoffs.open_within(
            customer=customer, kind="mediation_request", actor=records.CUSTOMER, now=now, text="超限费未告知",
            account_id=debtor.account.id,
        )  # fmt: skip
    desk = visit()
    desk.sign_in(collector)
    desk.open("/mediation/")
    desk.page.locator("#wishes ~ ul a, [id^=wish-] a").first.click()
    expect(desk.page.locator("[name=consent_how]")).to_have_value("page")
    desk.page.locator("[name=dispute_type]").select_option("over_limit")
    desk.screenshot("mediation-propose-from-wish")
    desk.check_accessibility()
    desk.page.get_by_role("button", name=re.compile("^(提议|Propose)$")).click()
    expect(desk.page.locator(".talks")).to_have_count(1)
    mediation = Mediation.objects.get()
    scheduling.schedule(mediation_id=mediation.id, now=now)
    file_on_a_phone(visit, debtor, mediation)
    desk.open(f"/mediation/record/{debtor.customer.customer_no}/{mediation.id}/")
    expect(desk.page.locator(".filed-papers li")).to_have_count(1)
    desk.screenshot("mediation-talks-of")
    desk.check_accessibility()
    narrow = visit(width=390)
    narrow.sign_in(collector)
    for part in ("", "route/", "position/", "close/", "extend/"):
        narrow.open(f"/mediation/record/{debtor.customer.customer_no}/{mediation.id}/{part}")
        narrow.screenshot(f"mediation-talks-of-{part.strip('/') or 'page'}-phone")
        assert narrow.page.evaluate("document.documentElement.scrollWidth") <= 390, part
    narrow.open("/mediation/batch/")
    narrow.screenshot("mediation-batch-phone")


def file_on_a_phone(visit: Callable[..., Visitor], debtor: Debtor, mediation: Mediation) -> None:
    phone = visit(width=390, language="en-GB", scripts=False)
    come_in(phone, debtor.customer)
    phone.open(f"/r/talks/{mediation.id}/")
    phone.screenshot("talks-own")
    expect(phone.page.get_by_text("You have agreed.")).to_be_visible()
    phone.page.get_by_role("link", name=re.compile("What each side brings")).click()
    phone.page.locator("#id_text").fill("I was never told of the fee.")
    photo = {"name": "bill.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + b"bill " * 20}
    phone.page.locator("#id_papers").set_input_files([photo])
    phone.page.get_by_role("button", name="File it").click()
    expect(phone.page.get_by_text("I was never told of the fee.")).to_be_visible()
    assert PositionPaper.objects.get().name == "bill.jpg"
    phone.screenshot("talks-own-position")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
