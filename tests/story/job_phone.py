"""Chapters 4 to 6 of the main job: reminders go out by the clock, one is paid on a telephone, both screens change."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from collections_app.models import Customer
from tests.browsing import Visitor
from tests.story.day import LIVE_MS, record, sees, send, step
from tests.story.job import ABROAD, MOVED, PAYER, Job, beat, catch_up, handset, mobile_of

CODE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")


def reminders_go_out(job: Job) -> None:
    """Chapter 4: what beat runs plans and sends today's reminders: to the phone, and abroad through Twilio."""
    with step("story 4: a number that a colleague has verified may be told amounts, and sent a link abroad"):
        for username, name in (("collector.bj1", PAYER), ("collector.intl1", ABROAD)):
            _verify(job, username, name)
    with step("story 4: planned and sent by what beat runs; the text is the record's"):
        beat("notifications.plan_reminders", "notifications.send_due")
        phone = job.screens["phone"] = job.visit(width=390, language=job.language)
        texts = handset(phone, mobile_of(PAYER))
        expect(texts).to_have_count(1)
        sees(texts, "510.00")
    with step("story 4: what is due later today waits on the record"):
        payer = job.customer(PAYER)
        expect(_planned(job, job.screen("collector.bj1", record(payer)))).to_have_count(1)
    with step("story 4: the international branch through Twilio, every request as its description says, delivered"):
        assert job.book.messages
        assert job.book.refused == []
        abroad = job.customer(ABROAD)
        page = job.screen("collector.intl1", f"/notifications/record/{abroad.customer_no}/")
        sees(page.locator("#record-messages"), "已送达")
        page.click("#record-messages a[href*='/outbox/']")
        sees(page.locator("main"), "Twilio")
    with step("story 4: for a customer on the mainland that provider is refused, with its reason"):
        moved = job.customer(MOVED)
        page = job.screen("collector.intl1", f"/notifications/record/{moved.customer_no}/")
        sees(page.locator("#record-messages"), "通道不允许")
        assert mobile_of(MOVED) not in {row["to"] for row in job.book.messages.values()}


def _verify(job: Job, username: str, name: str) -> None:
    """Let a colleague write down that a number is the customer's own."""
    customer = job.customer(name)
    point = customer.contact_points.get(kind="mobile")
    page = job.screen(username, record(customer, f"point/{point.id}/"))
    page.select_option("#id_quality", "verified")
    page.fill("#id_evidence", "客户来电时逐位核对")
    send(page)
    page.wait_for_selector("#record-main")


def a_link_is_opened(job: Job) -> None:
    """Chapter 5: from the text on the phone to the page of the account: by a link abroad, by a code at home."""
    with step("story 5: abroad the link in the text opens the page, and a code is sent to the number on file"):
        phone = job.visit(width=390, language="en")
        handset(phone, mobile_of(ABROAD)).locator("a[href*='/r/']").click()
        phone.page.wait_for_url("**/r/**")
        phone.page.locator("main .button").first.click()
        _prove(phone, job.customer(ABROAD))
        phone.page.wait_for_url("**/r/proof/code/")
        beat("notifications.send_codes")
        sent = re.search(r"\b\d{6}\b", handset(phone, mobile_of(ABROAD)).last.inner_text())
        assert sent
        phone.open("/r/proof/code/")
        phone.page.fill("#id_typed", sent.group())
        phone.page.locator("main .button").first.click()
        phone.page.wait_for_url("**/r/account/")
        sees(phone.page.locator("h1"), "391.30")
        # Their way in ends while the others work on; a page that stays open would ask in vain.
        phone.page.goto("about:blank")
    with step("story 5: at home the code in the text does, and the customer proves who they are"):
        phone = _phone(job)
        code = CODE.search(handset(phone, mobile_of(PAYER)).inner_text())
        assert code
        phone.page.locator(".trial a[href='/r/']").click()
        phone.page.fill("#id_code", code.group())
        phone.page.locator("main .button").first.click()
        _prove(phone, job.customer(PAYER))
        phone.page.wait_for_url("**/r/account/")
        sees(phone.page.locator("h1"), "391.30")
        phone.check_accessibility()


def _prove(phone: Visitor, customer: Customer) -> None:
    phone.page.fill("#id_id_tail", customer.id_number[-4:])
    phone.page.locator("main .button").first.click()


def it_is_paid(job: Job) -> None:
    """Chapters 5 and 6: paid at the cashier; both open screens change, the reminder and the call are gone."""
    payer, phone = job.customer(PAYER), _phone(job)
    with step("story 6: two departments have the same record open, and the branch its list"):
        listed = job.second_screen("collector.bj1", "/?queue=to_contact")
        expect(listed.locator(f"#row-{payer.id}")).to_be_visible()
        desk = job.live("collector.bj1", record(payer))
        service = _looked_up(job, payer)
        for page in (desk, service):
            expect(_planned(job, page)).to_have_count(1)
    with step("story 5: a gateway that redirects, notifies with a signature, and repeats itself"):
        phone.page.locator("form[action='/r/pay/'] button").first.click()
        phone.page.wait_for_url("**/r/sandbox-gateway/**")
        phone.page.select_option("#repeats", "3")
        phone.page.click("button[value=pay]")
        phone.page.wait_for_selector(".tick")
        sees(phone.page.locator("h1"), "391.30")
    with step("story 6: at that moment both screens change by themselves"):
        for page in (desk, service):
            expect(page.locator("#record-timeline")).to_contain_text("收到还款", timeout=LIVE_MS)
            expect(page.locator("#record-head .record-pills")).not_to_contain_text("M1", timeout=LIVE_MS)
    with step("story 6: the queued reminder and the call are gone, as the screens say"):
        for page in (desk, service):
            expect(_planned(job, page)).to_have_count(0, timeout=LIVE_MS)
        expect(listed.locator(f"#row-{payer.id}")).to_have_count(0, timeout=LIVE_MS)
    with step("story 6: and stay gone when its hour comes: the phone shows the receipt and no reminder"):
        job.at(10, 5)
        catch_up()
        beat("notifications.send_due", "notifications.send_priority")
        texts = handset(phone, mobile_of(PAYER))
        expect(texts).to_have_count(2)
        sees(texts.last, "已收到")


def _planned(job: Job, page: Page) -> Any:
    """Return what the record's panel of messages shows as planned."""
    page.wait_for_selector("#record-messages")
    return page.locator(f"#record-messages ul[aria-label='{job.say('Planned')}'] li")


def _looked_up(job: Job, customer: Customer) -> Any:
    """Let the service agent find a customer, say why, and keep the record open."""
    page = job.screen("service.sc1", f"/find/?purpose=call_in&q={customer.customer_no}")
    page.click(f"[data-row-link][href*='{customer.customer_no}']")
    page.select_option("select[name=purpose]", "call_in")
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**/c/{customer.customer_no}/**")
    return job.live("service.sc1", record(customer))


def _phone(job: Job) -> Visitor:
    return job.screens["phone"]
