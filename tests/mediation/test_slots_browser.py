"""A customer chooses and moves a date on a phone without scripts; the mediator's session and calendar show it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from collections_app.models import Staff
from mediation.models import DateRule, Mediator, Place, Session
from mediation.services import scheduling
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import propose
from tests.repayment.test_browser import come_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_date_is_chosen_and_moved_on_a_phone(
    visit: Callable[..., Visitor], debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff
) -> None:
    """In person at a place with a long name and address; every page is accessible and none is wider than the phone."""
    Place.objects.update(
        name_zh="示范银行北京分行朝阳区建国门外大街营业部客户接待中心",
        address_zh="北京市朝阳区建国门外大街甲 12 号新华保险大厦东座二层对公业务区",
    )
    DateRule.objects.create(product="card", route="meeting", offered=4)
    mediation = propose(debtor, collector, NOW)
    mediation.route = "meeting"
    mediation.save()
    scheduling.schedule(mediation_id=mediation.id, now=NOW - timedelta(hours=1))
    phone = visit(width=390, scripts=False)
    phone.expect_refusal(400)
    come_in(phone, debtor.customer)
    phone.open(f"/r/talks/{mediation.id}/")
    phone.page.get_by_role("link", name=re.compile("选择时间|Choose a date")).click()
    expect(phone.page.locator("[type=radio]")).to_have_count(4)
    look(phone, "slots-choose")
    phone.page.locator("[type=radio]").nth(2).check()
    phone.page.get_by_role("button", name=re.compile("预约这个时间|Book this date")).click()
    expect(phone.page.locator("h1")).to_contain_text(re.compile("时间已经确定|Your date is set"))
    look(phone, "slots-set")
    phone.page.get_by_role("button", name=re.compile("另选时间|Choose another date")).click()
    expect(phone.page.locator("[type=radio]")).to_have_count(4)
    phone.page.get_by_role("button", name=re.compile("预约这个时间|Book this date")).click()
    look(phone, "slots-nothing-chosen")
    phone.page.locator("[type=radio]").nth(3).check()
    phone.page.get_by_role("button", name=re.compile("预约这个时间|Book this date")).click()
    expect(phone.page.locator("h1")).to_contain_text(re.compile("时间已经确定|Your date is set"))
    session = Session.objects.get(state="scheduled")
    assert Session.objects.filter(closed_because="customer_moved").count() == 1
    desk = visit()
    desk.sign_in(mediator.staff)
    desk.open(f"/mediation/session/{session.id}/")
    expect(desk.page.locator("body")).to_contain_text("建国门外大街甲 12 号")
    look(desk, "slots-session")
    desk.open("/mediation/calendar/")
    desk.page.get_by_role("button", name=re.compile("生成地址|Make an address")).click()
    expect(desk.page.locator("#feed-address")).to_have_value(re.compile(r"/mediation/calendar/[\w-]{43}\.ics$"))
    look(desk, "slots-calendar")


def look(visitor: Visitor, name: str) -> None:
    """Keep a picture of the page; a wide one is accessible, and a phone's no wider than the phone."""
    visitor.screenshot(name)
    if visitor.width > 390:
        visitor.check_accessibility()
    else:
        # A page that is on its way has no element yet.
        visitor.page.wait_for_function("() => document.documentElement?.scrollWidth <= 390")
