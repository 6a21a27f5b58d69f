"""Chapters 1 to 3 of the main job: the bank stands, last night's file is taken in, a collector works the list."""

import csv
import re
from collections import Counter
from datetime import timedelta

from playwright.sync_api import Page, expect

from collections_app.models import Account, Branch, Customer, HandOff, Hold, Staff
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.story.day import LIVE_MS, record, sees, send, step
from tests.story.job import CALLED, HELD, PAYER, PROMISER, Job

PASSWORD = "the demo bank's own words"
LAST_NIGHT = NOW.date() - timedelta(days=1)
YES, NO = re.compile("permit-yes"), re.compile("permit-no")


def the_bank_stands(job: Job) -> None:
    """Chapter 1: units, two of every role, and everybody comes in by the door; nobody collects on old data."""
    with step("story 1: two mainland branches, one abroad, a service and a card centre; two of each role"):
        assert set(Branch.objects.values_list("code", flat=True)) == {"BJ", "SH", "INTL", "SC", "CC"}
        assert min(Counter(Staff.objects.values_list("role", flat=True)).values()) >= 2
        anybody = job.customer_of_beijing()
        assert set(anybody.synthetic) >= {"name", "id_number", "mobile", "salary_day"}
        assert all({"due_date", "minimum_due"} <= set(account.synthetic) for account in anybody.accounts.all())
    with step("story 3: a collector signs in"):
        desk = job.visit(language=job.language)
        desk.open("/")
        desk.page.fill("#id_login", "collector.bj1")
        desk.page.fill("#id_password", PASSWORD)
        desk.page.press("#id_password", "Enter")
        desk.page.wait_for_selector("#worklist")
        job.screens["collector.bj1"] = desk
    with step("story 2: without a fresh file permits are refused and every screen says why"):
        page = job.screen("collector.bj1", record(job.customer_of_beijing()))
        _old_data(job, page)


def _old_data(job: Job, page: Page) -> None:
    sees(page.locator(".banners").last, job.say("The core's data are not fresh."))
    expect(page.locator("#record-permit")).to_have_class(NO)
    expect(page.locator("#action-call_out")).to_have_attribute("aria-disabled", "true")
    sees(page.locator(".as-of-line").first, f"{LAST_NIGHT.day - 1}")


def the_file_is_taken_in(job: Job) -> None:
    """Chapter 2: half a file changes nothing and says why; a sound one opens and closes cases; twice is once."""
    cured = _to_be_cured()
    job.cured = cured.customer_no
    negative, unreadable = _to_be_spoilt()
    path = job.core_file(LAST_NIGHT, {negative: {"limit": "-1"}, unreadable: {"name": "锟斤拷"}})
    with step("story 2 and bad input: half a file, a clear reason, nothing half-applied, and staff are told"):
        half = job.directory / "half.csv"
        half.write_bytes(path.read_bytes()[:-40])
        page = job.upload(half, LAST_NIGHT)
        sees(page.locator("#intake-progress"), job.say("Refused: nothing was changed."))
        sees(page.locator("#intake-progress"), "文件不完整")
        _old_data(job, job.screen("collector.bj1", record(cured)))
        sees(job.screen("operations.sc1", "/oversight/alerts/").locator("#alerts"), "数据文件导入失败")
    with step("story 2: the upload page with its bar, and the rejected rows as a file: line, column and reason"):
        page = job.upload(path, LAST_NIGHT)
        sees(page.locator("#intake-progress dl.intake-counts"), job.say("Cases opened"))
        page.click("#intake-progress a[href$='/export/']")
        page.fill("[name=reason]", "退回核心核对")
        with page.expect_download() as asked:
            page.click("main form button[type=submit]")
        _mark, _head, *rejected, _end = csv.reader(asked.value.path().read_text(encoding="utf-8-sig").splitlines())
        assert {(row[1], row[3]) for row in rejected} == {("limit", "negative"), ("name", "mojibake")}
        assert all(int(row[0]) > 1 and row[2] for row in rejected)
        expect(job.screen("operations.sc1", "/oversight/alerts/").locator("#alerts")).not_to_contain_text("导入失败")
    with step("story 2: the same file twice changes nothing"):
        before = sum(Customer.objects.values_list("version", flat=True))
        page = job.upload(path, LAST_NIGHT)
        sees(page.locator("#intake-progress"), job.say("This file has been taken in already: nothing changed."))
        assert sum(Customer.objects.values_list("version", flat=True)) == before
    with step("story 2: who is delinquent has a case, who is cured has none, and the day of the data is on the record"):
        page = job.screen("collector.bj1", record(job.customer(PAYER)))
        sees(page.locator("#record-head"), f"{job.say('Case')} BJ-")
        sees(page.locator(".as-of-line").first, f"{LAST_NIGHT.day}")
        page = job.screen("collector.bj1", record(cured))
        sees(page.locator("#record-head"), f"{job.say('Customer')} {cured.customer_no}")


def _to_be_cured() -> Customer:
    """Return a customer of Beijing with one overdue card about whom nothing else is open."""
    begun = HandOff.objects.filter(closed_at__isnull=True).values("customer")
    held = Hold.objects.filter(released_at__isnull=True).values("customer")
    found = Customer.objects.filter(branch__code="BJ", queue="to_contact", accounts__product="card")
    free = found.exclude(id__in=begun).exclude(id__in=held).order_by("-id")
    return next(row for row in free if row.accounts.count() == 1)


def _to_be_spoilt() -> tuple[str, str]:
    """Return the numbers of two accounts of Shanghai whose customers have no other."""
    cards = Account.objects.filter(customer__branch__code="SH", product="card").order_by("id")
    first, second = [row.account_no for row in cards if row.customer.accounts.count() == 1][:2]
    return first, second


def the_list_is_worked(job: Job) -> None:
    """Chapter 3: why each is where it is; the record; a call; a note, a promise, a hold."""
    payer = job.customer(PAYER)
    with step("story 3: the worklist of the branch says why each is where it is"):
        page = job.screen("collector.bj1", "/?queue=to_contact")
        reasons = page.locator("#rows .row-why span[title]").all_inner_texts()
        assert reasons
        assert all(reasons)
        page.click(f"#row-{payer.id} a")
    with step("story 3: customer, accounts with their five amounts, schedule, owner, history, status, next step"):
        _the_record(job, page)
    with step("story 3: permit, identity before any amount, party and outcome, effects before saving"):
        _a_call(job)
    with step("story 3: a note, a promise, a hold"):
        page = job.screen("collector.bj1", record(job.customer(CALLED), "note/"))
        page.fill("#id_text", "客户称下周二工资到账。")
        send(page)
        sees(page.locator("#record-timeline"), "客户称下周二工资到账。")
        page = job.screen("collector.bj1", record(job.customer(PROMISER), "promise/"))
        type_promise(page, 300)
        send(page)
        sees(page.locator("#record-head"), "承诺期内")
        page = job.screen("collector.bj1", record(job.customer(HELD), "hold/?kind=dispute"))
        page.fill("#id_text", "对一笔消费有异议")
        send(page)
        expect(page.locator("#record-permit")).to_have_class(NO)
    with step("story 3: while a promise is pending the permit to call is refused"):
        for name in (CALLED, PROMISER):
            no_call(job.visitor("collector.bj1"), job.customer(name), "承诺")


def _the_record(job: Job, page: Page) -> None:
    page.wait_for_selector("#record-main")
    sees(page.locator("#record-head"), PAYER)
    sees(page.locator("#record-head"), job.say("you"))
    sees(page.locator("#record-head .record-pills"), "M1")
    expect(page.locator("#record-permit")).to_have_class(YES)
    for name in ("Overdue amount", "Minimum still due", "Billed and unpaid", "Payoff amount", "Not yet billed"):
        sees(page.locator("#record-amounts"), job.say(name))
    for amount in ("391.30", "743.47", "3,913.00", "3,952.18"):
        sees(page.locator("#record-amounts"), amount)
    page.locator("#record-accounts .account > summary", has_text="贷款").click()
    page.locator("#record-accounts summary", has_text=job.say("Repayment schedule")).click()
    sees(page.locator("#record-accounts .schedule"), "510.00")
    expect(page.locator("#record-timeline li").first).to_be_visible()
    expect(page.locator("#record-side")).not_to_contain_text(job.say("Nothing is planned."))


def _a_call(job: Job) -> None:
    page = job.screen("collector.bj1", record(job.customer(CALLED)))
    page.locator("#record-actions a[data-key=Enter]").click()
    sees(page.locator(".number-permit").first, job.say("May be called now"))
    page.click("#write-form button[type=submit]")
    page.wait_for_selector("[data-timer]")
    expect(page.locator(".masked-amount")).to_be_visible()
    assert "391.30" not in page.content()
    for fact in ("name_id_tail", "birth_date"):
        page.check(f"input[name=facts][value={fact}]")
    page.check("input[name=result][value=verified]")
    page.click(".call-verify button[type=submit]")
    sees(page.locator("[data-script]"), "391.30")
    page.check("input[name=party][value=self]")
    page.check("input[value=self_promise]")
    sees(page.locator("#call-effects"), job.say("Saving this will:"))
    page.fill("[name=promise_on]", f"{NOW.date() + timedelta(days=3):%Y-%m-%d}")
    page.fill("[name=promise_amount]", "391.30")
    page.click("#write-form button[type=submit]")
    page.wait_for_selector("#record-main")
    expect(page.locator("#record-head")).to_contain_text("承诺期内", timeout=LIVE_MS)


def type_promise(page: Page, yuan: int) -> None:
    """Fill in the form of a promise in one part, due in three days."""
    page.fill("#id_due_on_1", f"{NOW.date() + timedelta(days=3):%Y-%m-%d}")
    page.fill("#id_amount_1", f"{yuan}.00")


def no_call(visitor: Visitor, customer: Customer, why: str) -> None:
    """See that a call is refused, with its reason, on the record and by whoever starts one all the same."""
    page = visitor.page
    visitor.open(record(customer))
    expect(page.locator("#record-permit")).to_have_class(NO)
    sees(page.locator("#record-permit"), why)
    visitor.open(record(customer, "call/"))
    sees(page.locator(".number-permit").first, why)
    visitor.expect_refusal(409, 422)
    page.click("#write-form button[type=submit]")
    sees(page.locator(".write-refused"), why)
