"""The day after office hours: what the customers do on their own page, on a telephone."""

from typing import Any

from django.db import transaction
from playwright.sync_api import expect

from collections_app.domain.promises import Part
from collections_app.models import Approval, Customer
from collections_app.services import access, promises, records
from collections_app.services.records import Actor
from mediation.models import Mediation
from tests.conftest import NOW
from tests.story.day import Day, account_of, record, sees, send, step


def a_customer_settles_it_alone(day: Day) -> None:
    """Requirement 17: what was agreed heads the page, the button names it, and nobody is asked to pay twice."""
    customer = day.debtor("何自助")
    promises.take(
        customer_id=customer.id, account_id=account_of(customer).id, parts=[Part(NOW.date(), 200_000)],
        actor=Actor.of(day.staff["collector.bj1"]), seen_version=None, now=day.now,
    )  # fmt: skip
    with step("requirement 17: the customer's page says what was agreed"):
        page = _on_their_phone(day, customer)
        sees(page.locator("h1"), "2,000.00")
        pay = page.locator("form[action='/r/pay/'] button")
        expect(pay).to_contain_text("2,000.00")
    with step("requirement 17: large type, and their own choices"):
        page.click("button[name=size][value=large]")
        page.wait_for_selector("html.large")
        page.goto(page.url.replace("/account/", "/preferences/"))
        expect(page.locator("main form input[type=radio]").first).to_be_visible()
        page.goto(page.url.replace("/preferences/", "/account/"))
    with step("requirement 17: a payment in flight, and no second one"):
        pay.click()
        page.wait_for_url("**/r/sandbox-gateway/**")
        page.goto(page.url.partition("/r/")[0] + "/r/account/")
        sees(page.locator("main"), day.say("Processing. Please do not pay again."))
        expect(pay).to_have_count(0)
    with step("requirement 17: signing out"):
        page.click("form[action='/r/sign-out/'] button")
        page.goto(page.url.partition("/r/")[0] + "/r/account/")
        expect(page.locator("h1")).not_to_contain_text("2,000.00")


def talks_are_prepared(day: Day) -> None:
    """Requirement 16: both sides file before the session, and only its representative reads the bank's mandate."""
    customer = day.debtor("何调解")
    words, secret = "超限费未曾告知", "577.19"
    day.know("negotiator.bj1")
    with step("requirement 16: the bank and the customer file what they bring"):
        page = day.screen("collector.bj1", f"/mediation/propose/{customer.customer_no}/")
        page.fill("#id_position", "可分期偿还，违约金另行报批。")
        page.locator("#mediation-propose button[type=submit]").click()
        page.wait_for_selector(".talks")
        talks = Mediation.objects.get(customer=customer)
        phone = _on_their_phone(day, customer)
        phone.goto(phone.url.replace("/account/", f"/talks/{talks.id}/position/"))
        phone.fill("#id_text", words)
        phone.locator("main form button[type=submit]").last.click()
        of_talks = f"/mediation/record/{customer.customer_no}/{talks.id}/"
        sees(day.screen("collector.bj1", of_talks).locator("main"), words)
    with step("requirement 16: the mandate is its representative's and whoever approves it"):
        page = day.screen("negotiator.bj1", f"{of_talks}mandate/")
        for name, value in (("waiver", secret), ("percent", "10"), ("months", "12"), ("floor", "1000")):
            page.fill(f"#id_{name}", value)
        page.fill("#id_reason", "客户收入下降，愿意一次结清")
        page.locator("main form button[type=submit]").last.click()
        sees(page.locator(".walled"), secret)
        asked = Approval.objects.get(customer=customer)
        page = day.screen("supervisor.bj1", f"/approvals/{asked.id}/")
        sees(page.locator("main"), secret)
        page.check("input[name=verdict][value=approved]")
        send(page)
        page.wait_for_url("**/approvals/")
        for path in (of_talks, record(customer)):
            assert secret not in day.screen("collector.bj1", path).content()


def _on_their_phone(day: Day, customer: Customer) -> Any:
    """Follow a fresh link on a telephone, prove who it is, and return the page of the account."""
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=day.now)
        link = access.mint_within(customer=locked, now=day.now)
    phone = day.visit(width=390, language=day.language)
    phone.open(f"/r/{link.token}/")
    phone.page.locator("main .button").click()
    phone.page.fill("#id_id_tail", customer.id_number[-4:])
    phone.page.locator("main .button").click()
    phone.page.wait_for_url("**/r/account/")
    return phone.page
