"""The day from eight to ten: fresh data, who sees whom, who works what, and calls that end in promises."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from collections_app.models import Account, Conversation, Customer, LookUp, Promise
from oversight.services import demo_bank
from tests import factories
from tests.conftest import NOW
from tests.story.day import LIVE_MS, Day, account_of, permit, record, sees, send, step


def the_file_is_late(day: Day) -> None:
    """Requirement 3: without last night's file nobody collects and every screen says so; with it they go on."""
    customer = Customer.objects.filter(branch__code="BJ", queue="to_contact").order_by("id")[0]
    with step("requirement 3: data as of, and nothing is collected on stale data"):
        page = day.screen("collector.bj1", record(customer))
        sees(page.locator(".banners").last, day.say("The core's data are not fresh."))
        expect(page.locator("#record-permit")).to_have_class(re.compile("permit-no"))
        expect(page.locator("#action-call_out")).to_have_attribute("aria-disabled", "true")
        day.at(8, 5)
        batch = demo_bank.seed(accounts=0, password_hash="!", directory=day.directory, now=day.now)
        assert batch is not None
        assert batch.state == "done"
        page = day.screen("collector.bj1", record(customer))
        expect(page.get_by_text(day.say("The core's data are not fresh."))).to_have_count(0)
        expect(page.locator("#record-permit")).to_have_class(re.compile("permit-yes"))
        expect(page.locator(".topstate .as-of")).to_contain_text("19")


def anybody_is_found(day: Day) -> None:
    """Requirement 1: the agent finds a customer of another branch and says why; the collector does not see them."""
    customer = Customer.objects.filter(branch__code="SH", case_number__gt="", walled=False).order_by("id")[0]
    with step("requirement 1: scope by function, each look with its purpose"):
        page = day.screen("service.sc1", f"/find/?purpose=call_in&q={customer.id_number[-4:]} {customer.name}")
        page.click(f"[data-row-link][href*='{customer.customer_no}']")
        page.select_option("select[name=purpose]", "call_in")
        page.click("main form button[type=submit]")
        page.wait_for_url(f"**/c/{customer.customer_no}/**")
        sees(page.locator("#record-head"), customer.branch.name_zh if day.language == "zh-CN" else "Shanghai")
        assert LookUp.objects.filter(staff=day.staff["service.sc1"], customer=customer, purpose="call_in").exists()
        page = day.screen("collector.bj1", f"/find/?q={customer.customer_no}")
        expect(page.locator("[data-row-link]")).to_have_count(0)
        day.visitor("collector.bj1").expect_refusal(404)
        answer = day.visitor("collector.bj1").open(record(customer))
        assert answer is not None
        assert answer.status == 404


def five_amounts(day: Day) -> None:
    """Requirement 2: both departments see the same five amounts, each by its name and as of a day."""
    customer = day.debtor("何五项", core_unbilled_fen=12_345)
    day.looked(customer, "service.sc1")
    with step("requirement 2: five amounts as of"):
        for username, panel in (("collector.bj1", "#record-amounts"), ("service.sc1", "#record-service")):
            amounts = day.screen(username, record(customer)).locator(panel)
            for name in ("Overdue amount", "Minimum still due", "Billed and unpaid", "Payoff amount", "Not yet billed"):
                sees(amounts, day.say(name))
            for amount in ("3,913.00", "391.30", "3,952.18", "123.45"):
                sees(amounts, amount)
            sees(amounts, "19")


def books_move(day: Day) -> None:
    """Requirement 10: one record is given, a book is moved from its preview, leave is covered, a wall goes up."""
    given, walled = day.debtor("何转给"), day.debtor("何亲属")
    many = [day.debtor(name, core_overdue_fen=8_888_800) for name in ("何一", "何二")]
    colleague = day.staff["collector.bj2"]
    with step("requirement 10: assignment, preview, leave cover, walls"):
        listed = day.live("collector.bj2", "/?queue=to_contact&owner=me")
        page = day.screen("supervisor.bj1", record(given, "owner/"))
        page.select_option("#id_to", str(colleague.id))
        page.fill("#id_reason", "熟悉该客户")
        send(page)
        page.wait_for_selector("#record-main")
        sees(listed.locator("#worklist"), given.name)
        page = day.screen("supervisor.bj1", f"/ownership/move/?whose={day.staff['collector.bj1'].id}")
        page.select_option("#id_goal", "one")
        page.check(f"#id_to input[value='{colleague.id}']")
        page.fill("#id_from_fen", "88888")
        page.fill("#id_reason", "组内均衡负荷")
        send(page)
        page.wait_for_selector("button[value=apply]")
        assert not Account.objects.filter(customer__in=many, owner=colleague).exists()
        page.click("button[value=apply]")
        page.wait_for_selector("button[value=apply]", state="detached")
        assert Account.objects.filter(customer__in=many, owner=colleague).count() == len(many)
        sees(day.screen("supervisor.bj1", "/ownership/").locator("main"), day.name_of("collector.bj2"))
        page = day.screen("supervisor.bj1", "/ownership/leave/")
        page.select_option("#id_away", str(colleague.id))
        page.select_option("#id_cover", str(day.staff["collector.bj1"].id))
        for name in ("first_on", "last_on"):
            page.fill(f"#id_{name}", f"{NOW.date() + timedelta(days=1):%Y-%m-%d}")
        send(page)
        sees(page.locator("main table").first, day.name_of("collector.bj2"))
        page = day.screen("compliance.sc1", "/ownership/ties/")
        page.fill("#id_employee_no", day.staff["collector.bj1"].employee_no)
        page.fill("#id_customer_no", walled.customer_no)
        page.select_option("#id_relation", "relative")
        send(page)
        sees(page.locator("main table").first, walled.customer_no)
        answer = day.visitor("collector.bj1").open(record(walled))
        assert answer is not None
        assert answer.status == 404


def a_call_ends_in_a_promise(day: Day) -> None:
    """Requirements 4, 5, 6, 9 and 14: whom and which number, identity first, three keys, one voice at a time."""
    customer = day.debtor("何承诺")
    account = account_of(customer)
    factories.make_mobile(customer, relation="spouse", provenance="contact_given", quality="unknown")
    day.looked(customer, "service.sc1")
    agent = day.live("service.sc1", record(customer))
    page = day.screen("collector.bj1", record(customer))
    with step("requirement 14: whose number it is, where from, how good"):
        page.locator("#record-actions a[data-key=Enter]").click()
        numbers = page.locator(".numbers")
        spouse, on_file = ("配偶", "预留") if day.language == "zh-CN" else ("spouse", "on file")
        expect(numbers).to_contain_text(re.compile(spouse, re.IGNORECASE))
        expect(numbers).to_contain_text(re.compile(on_file, re.IGNORECASE))
        page.click("#write-form button[type=submit]")
        page.wait_for_selector("[data-timer]")
    with step("requirement 4: no amount before two facts are confirmed"):
        expect(page.locator(".masked-amount")).to_be_visible()
        assert "3,913.00" not in page.content()
        for fact in ("name_id_tail", "birth_date"):
            page.check(f"input[name=facts][value={fact}]")
        page.check("input[name=result][value=verified]")
        page.click(".call-verify button[type=submit]")
        sees(page.locator("[data-script]"), "3,913.00")
    with step("requirement 6: what may be promised is said"):
        sees(page.locator(".call-may-promise"), "391.30")
    with step("requirement 9: while on the line nobody else collects; receipts and codes pass"):
        sees(agent.locator("#record-permit"), day.name_of("collector.bj1"))
        other = day.screen("collector.bj2", record(customer))
        expect(other.locator("#action-call_out")).to_have_attribute("aria-disabled", "true")
        assert permit(day, customer, "collection") == "on_the_line"
        assert permit(day, customer, "receipt") == ""
    with step("requirement 5: three keys, and what they do is shown first"):
        page.keyboard.press("2")
        page.keyboard.press(str(page.locator("input[value=self_promise]").get_attribute("data-key")))
        sees(page.locator("#call-effects"), day.say("Saving this will:"))
        page.fill("[name=promise_on]", f"{NOW.date() + timedelta(days=3):%Y-%m-%d}")
        page.fill("[name=promise_amount]", "2000")
        page.keyboard.press("Enter")
        page.wait_for_selector("#record-main")
        assert Promise.objects.get(account=account).total_fen == 200_000
        call = Conversation.objects.get(customer=customer)
        assert (call.party, call.outcome, call.contact.state) == ("self", "self_promise", "made")
    with step("what collections agreed is on the agent's screen"):
        status = "承诺期内" if day.language == "zh-CN" else "promise"
        expect(agent.locator("#record-head")).to_contain_text(re.compile(status, re.IGNORECASE), timeout=LIVE_MS)
        sees(agent.locator("#record-main"), "2,000.00")
