"""Chapters 7 to 9 of the main job: an old screen is told, talks end in a plan and its breach, an administrator acts."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from collections_app.models import Account, Customer
from collections_app.services.records import Actor
from mediation.models import Mediation, Session
from mediation.services import outcomes
from notifications.models import ReminderRule
from tests.conftest import NOW
from tests.story.day import LIVE_MS, record, sees, send, step
from tests.story.job import CALLED, REDATED, TALKER, Job, beat, handset, mobile_of
from tests.story.job_desk import YES, no_call, type_promise
from tests.story.job_phone import CODE

FIRST_INSTALMENT = NOW.date() + timedelta(days=7)
# Past the first instalment with its days of grace.
BREACHED = 12


def an_old_screen_is_told(job: Job) -> None:
    """Chapter 7: the agent agrees a date while the collector types another; what was typed is kept."""
    customer = job.customer(REDATED)
    job.looked(customer, "service.sc1")
    desk, service = job.visitor("collector.bj1"), job.visitor("service.sc1")
    with step("story 7: the screen opened before is told what changed"):
        job.live("collector.bj1", record(customer, "promise/"))
        type_promise(desk.page, 200)
        service.open(record(customer, "promise/"))
        type_promise(service.page, 300)
        send(service.page)
        service.page.wait_for_url(f"**/c/{customer.customer_no}/")
        expect(desk.page.locator("#write-changed")).to_contain_text("承诺还款", timeout=LIVE_MS)
    with step("story 7: it cannot act on the old one, and keeps what was typed"):
        desk.expect_refusal(409)
        send(desk.page)
        sees(desk.page.locator(".write-form .write-conflict"), "承诺还款")
        assert desk.page.input_value("#id_amount_1") == "200.00"
        desk.check_accessibility()
        sees(job.screen("collector.bj1", record(customer)).locator("#record-main"), "300.00")


def talks_end_in_a_plan(job: Job) -> None:
    """Chapter 8: proposed, given a date by a task, invited by SMS, agreed; the plan shows everywhere."""
    _nobody_sits_elsewhere(job)
    customer = job.customer(TALKER)
    account = Account.objects.get(customer=customer)
    with step("story 8: the collector proposes mediation"):
        page = job.screen("collector.bj1", f"/mediation/propose/{customer.customer_no}/")
        page.get_by_role("button", name="提议", exact=True).click()
        expect(page.locator(".talks").first).to_be_visible()
    with step("story 8: a task finds the earliest hour of both, and the customer is invited by SMS"):
        beat("mediation.sweep", "notifications.send_priority", "notifications.send_due")
        session = Session.objects.select_related("mediator__staff", "representative").get(
            mediation=Mediation.objects.get(customer=customer)
        )
        sees(handset(job.screens["phone"], mobile_of(TALKER)), "邀您沟通")
    with step("story 8: the mediator records an agreement with instalments on a named account"):
        # Both sides meet before the hour announced, over noon: nobody of them has another meeting then.
        job.at(12, 10)
        room = job.visit(language=job.language)
        room.sign_in(session.mediator.staff)
        room.open(f"/mediation/session/{session.id}/")
        _agree(room.page)
        sees(room.page.locator("main"), account.tail)
    with step("story 8: collection of that account stops at once, and the plan shows everywhere"):
        page = job.screen("collector.bj1", record(customer))
        sees(page.locator("#record-head"), "分期履行中")
        no_call(job.visitor("collector.bj1"), customer, "协议")
        job.looked(customer, "service.sc1")
        sees(job.screen("service.sc1", record(customer)).locator("#record-main"), "300.00")
        phone = job.screens["phone"]
        code = CODE.search(handset(phone, mobile_of(TALKER)).inner_text())
        assert code
        phone.context.clear_cookies()
        phone.open("/r/")
        phone.page.fill("#id_code", code.group())
        phone.page.locator("main .button").first.click()
        phone.page.fill("#id_id_tail", customer.id_number[-4:])
        phone.page.locator("main .button").first.click()
        sees(phone.page.locator("main"), "300.00")


def _nobody_sits_elsewhere(job: Job) -> None:
    """End the meetings of the demo bank's that go on: whoever sits in one cannot begin another."""
    for sitting in Session.objects.filter(state="in_session").select_related("mediator__staff"):
        outcomes.record(
            session_id=sitting.id, ending="gap", terms=None, actor=Actor.of(sitting.mediator.staff),
            seen_version=None, now=job.now,
        )  # fmt: skip


def _agree(page: Page) -> None:
    """Begin the session and record three instalments, signed by everybody."""
    page.get_by_role("button", name=re.compile("开始会议")).click()
    expect(page.locator("main .pill").first).to_contain_text("进行中")
    page.get_by_role("link", name=re.compile("记录结果")).click()
    page.select_option("[name=ending]", "agreed")
    page.fill("[name=total]", "900")
    page.fill("[name=count]", "3")
    page.fill("[name=first]", f"{FIRST_INSTALMENT:%Y-%m-%d}")
    page.get_by_role("button", name=re.compile("计算分期")).click()
    expect(page.locator("[name=line_amount]")).to_have_count(3)
    for box in page.locator("[name=signed]").all():
        box.check()
    page.get_by_role("button", name=re.compile("保存结果")).click()
    expect(page.locator(".signatures li")).to_have_count(4)


def a_missed_instalment_brings_it_back(job: Job) -> None:
    """Chapters 3 and 8, days later: the file has come, nothing was paid, and what clocks judge is judged."""
    with step("story 9: without the file the alert list says so, to whom it concerns"):
        # Nobody leaves a record open for so long: what a colleague or a customer may see ends meanwhile.
        job.screen("service.sc1", "/find/")
        job.screens["phone"].open("/sandbox/phone/")
        job.later(BREACHED, 9)
        beat("alerts.watch_data_age")
        sees(job.screen("operations.sc1", "/oversight/alerts/").locator("#alerts"), "数据文件未到")
    with step("story 8: a missed instalment brings collection back"):
        as_of = NOW.date() + timedelta(days=BREACHED - 1)
        page = job.upload(job.core_file(as_of), as_of)
        expect(page.locator("#intake-progress dl.intake-counts")).to_be_visible()
        beat("promises.judge_due", "plans.judge_due", "records.derive_due", "alerts.watch_data_age")
        for customer in (job.customer(TALKER), job.customer(CALLED)):
            _may_be_called(job, customer)
        alerts = job.screen("operations.sc1", "/oversight/alerts/").locator("#alerts")
        expect(alerts).not_to_contain_text("数据文件未到")


def _may_be_called(job: Job, customer: Customer) -> None:
    """See that neither plan nor promise stands in the way any more."""
    page = job.screen("collector.bj1", record(customer))
    for word in ("分期履行中", "承诺期内"):
        expect(page.locator("#record-head")).not_to_contain_text(word)
    expect(page.locator("#record-permit")).to_have_class(YES)


def an_administrator_acts(job: Job) -> None:
    """Chapter 9: in Django admin, by the same services: what is changed there is what happens next."""
    rule = ReminderRule.objects.get(kind="overdue_gentle")
    with step("story 9: an administrator changes when a reminder goes out, in Django admin"):
        page = job.screen("admin.a1", f"/admin/notifications/reminderrule/{rule.id}/change/")
        sees(page.locator("main, #main").first, "1")
        page.fill("#id_days", "1,7,15,19")
        page.click("[name=_save]")
        page.wait_for_url("**/reminderrule/")
        sees(page.locator("body"), "19")
    with step("story 9: and the reminder of that day goes out"):
        beat("notifications.plan_reminders")
        job.later(BREACHED, 10, 1)
        beat("notifications.send_due")
        sees(handset(job.screens["phone"], mobile_of(CALLED)), "还款服务待查看")
