"""A customer asks for a longer term on a phone without scripts; the mediator reads it on the desk."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from collections_app.models import Hold, Staff
from mediation.models import DateRule, Mediator
from mediation.services import scheduling
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.mediation.conftest import Debtor
from tests.mediation.test_slots_browser import look
from tests.mediation.test_story import propose
from tests.repayment.test_browser import come_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WISH = re.compile("提交给调解员|File it with the mediator")


def test_a_longer_term_is_asked_for_on_a_phone_and_read_on_the_desk(
    visit: Callable[..., Visitor], debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff
) -> None:
    """In both languages; what is wrong stands beside its field, and the page is no wider than the phone."""
    talks = propose(debtor, collector, NOW)
    session = scheduling.schedule(mediation_id=talks.id, now=NOW - timedelta(hours=1))
    assert session is not None
    phone = visit(width=390, scripts=False)
    phone.expect_refusal(400)
    come_in(phone, debtor.customer)
    phone.open(f"/r/talks/{talks.id}/")
    phone.page.locator("#wish-card summary").click()
    look(phone, "wish-form")
    phone.page.get_by_role("button", name=WISH).click()
    look(phone, "wish-wrong")
    phone.page.locator("[name=instalment]").fill("12345678.90")
    phone.page.locator("[name=months]").fill("24")
    phone.page.locator("[name=reason]").fill("工资每月十五日到账，房租和孩子的学费要先付")
    phone.expect_refusal(409)
    phone.page.get_by_role("button", name=WISH).click()
    look(phone, "wish-too-much")
    phone.page.locator("[name=instalment]").fill("180")
    phone.page.get_by_role("button", name=WISH).click()
    expect(phone.page.locator("#wish-card [role=status]")).to_contain_text(re.compile("已收到|has it"))
    look(phone, "wish-filed")
    desk = visit()
    desk.sign_in(mediator.staff)
    desk.open(f"/mediation/session/{session.id}/desk/")
    expect(desk.page.locator("body")).to_contain_text("工资每月十五日到账")
    look(desk, "wish-desk")


def test_a_date_that_can_no_longer_be_had_is_said_on_the_phone(
    visit: Callable[..., Visitor], debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff
) -> None:
    """A hold placed while the customer looks at the hours: a sentence, and no hour to press any more."""
    DateRule.objects.create(product="card", route="telephone", offered=3)
    talks = propose(debtor, collector, NOW)
    scheduling.schedule(mediation_id=talks.id, now=NOW - timedelta(hours=1))
    phone = visit(width=390, scripts=False)
    phone.expect_refusal(409)
    come_in(phone, debtor.customer)
    phone.open(f"/r/talks/{talks.id}/date/")
    phone.page.locator("[type=radio]").first.check()
    Hold.objects.create(customer=debtor.customer, account=debtor.account, kind="fraud_claim", placed_at=NOW)
    phone.page.get_by_role("button", name=re.compile("预约这个时间|Book this date")).click()
    expect(phone.page.locator("[role=alert]")).to_contain_text(re.compile("暂时不能确定时间|no date for now"))
    expect(phone.page.locator("[type=radio]")).to_have_count(0)
    look(phone, "slots-in-the-way")
