"""An agreement in browsers: drafted and signed with a drawn line on a desk, read and signed on a customer's phone."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import expect

from collections_app.models import OneTimeCode
from mediation.models import Agreement, AgreementDraft, DraftSignature
from tests.browsing import Visitor
from tests.mediation.conftest import PASSWORD, Parties, code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_drafted_drawn_and_signed_on_a_phone(visit: Callable[..., Visitor], parties: Parties, now: datetime) -> None:
    """The mediator draws a line; the customer reads the fingerprint, asks for a code and signs with their name."""
    room = visit()
    room.sign_in(parties.mediator)
    room.open(f"/mediation/session/{parties.session.pk}/draft/")
    page = room.page
    for name, text in (
        ("total", "3900"), ("count", "3"), ("first", "2026-12-10"), ("pay_to", "转账至尾号 4021 的信用卡账户"),
        ("facts", "持卡人对 2026 年 9 月的超限额透支有异议。"),
    ):  # fmt: skip
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name=re.compile("计算分期|Work out")).click()
    expect(page.locator("[name=line_amount]")).to_have_count(3)
    room.screenshot("agreement-draft")
    room.check_accessibility()
    page.get_by_role("button", name=re.compile("生成该版本|Make this version")).click()
    pad = page.locator("[data-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 40, steps=5)
    page.mouse.up()
    page.locator("form:has([name=name]) [name=password]").fill(PASSWORD)
    room.screenshot("agreement-sign")
    room.check_accessibility()
    page.get_by_role("button", name=re.compile("^(签署|Sign)$")).click()
    expect(page.locator("form:has([name=name]) [name=password]")).to_have_count(0)
    expect(page.get_by_text("OneCase TEST signing authority")).to_be_visible()
    assert len(DraftSignature.objects.get().strokes) > 20
    draft = AgreementDraft.objects.get()
    parties.sign(draft, "bank", draft.drafted_at)
    parties.sign(draft, "organisation", draft.drafted_at)
    customer_signs(visit(width=390), parties, draft, now)
    assert Agreement.objects.get().draft == draft


def customer_signs(phone: Visitor, parties: Parties, draft: AgreementDraft, now: datetime) -> None:
    """Read and sign on the phone."""
    browser = parties.let_in(parties.debtor)
    phone.open("/r/")
    cookie = browser.cookies["onecase_customer"]
    phone.page.context.add_cookies([{"name": "onecase_customer", "value": cookie.value, "url": phone.page.url}])
    phone.open(f"/r/talks/{draft.mediation_id}/agreement/")
    expect(phone.page.locator(".digest")).to_have_text(draft.sha256)
    phone.page.locator("[name=code]").click()
    expect(phone.page.locator("[name=typed]")).to_be_visible()
    way_in = OneTimeCode.objects.get().link.sessions.latest("id")
    phone.page.locator("[name=typed]").fill(code_of(way_in, now))
    phone.page.locator("[name=name]").fill(parties.debtor.customer.name)
    phone.screenshot("agreement-phone")
    phone.check_accessibility()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.page.locator("[name=sign]").click()
    expect(phone.page.locator(".notice").first).to_contain_text(re.compile("您已签署|You have signed"))
    expect(phone.page.locator(".notice").first).to_contain_text("OneCase TEST signing authority")
    phone.screenshot("agreement-phone-signed")
