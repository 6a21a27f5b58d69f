"""The day from half past nine to the night: what one department does on the other's screen, and what stops it all."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from collections_app.models import (
    Approval,
    CaseClaim,
    Complaint,
    Guarantee,
    HandOff,
    Hold,
    PaymentClaim,
    Placement,
    Recusal,
)
from collections_app.services.handing import escalation
from tests.conftest import NOW
from tests.story.day import LIVE_MS, Day, account_of, permit, record, sees, send, step


def somebody_has_paid(day: Day) -> None:
    """Requirement 7: what the agent is told stops the collector on the screen that is open, and is traced."""
    customer = day.debtor("何已还")
    day.looked(customer, "service.sc1")
    with step("requirement 7: “I have paid” stops collection and opens a trace"):
        open_screen = day.live("collector.bj2", record(customer))
        expect(open_screen.locator("#record-permit")).to_have_class(re.compile("permit-yes"))
        page = day.screen("service.sc1", record(customer, "claim/"))
        page.fill("#id_amount", "800")
        page.select_option("#id_channel", index=1)
        page.fill("#id_paid_on", f"{NOW.date():%Y-%m-%d}")
        send(page)
        page.wait_for_selector("#record-main")
        expect(open_screen.locator("#record-permit")).to_have_class(re.compile("permit-no"), timeout=LIVE_MS)
        claimed = "还款在途" if day.language == "zh-CN" else "Payment pending"
        sees(open_screen.locator("#record-head"), claimed)
        claim = PaymentClaim.objects.get(customer=customer)
        assert HandOff.objects.filter(customer=customer, kind="payment_trace").exists()
        assert Hold.objects.get(customer=customer, kind="payment_pending").ends_at > day.now + timedelta(days=2)
        assert claim.amount_fen == 80_000


def a_dispute_and_what_it_lets_through(day: Day) -> None:
    """Requirements 8 and 11: a hold on one account; the demand that keeps the claim alive is for legal to decide."""
    customer = day.debtor("何异议")
    account = account_of(customer)
    day.looked(customer, "service.sc2")
    with step("requirement 8: a hold has its scope and its effect per purpose"):
        page = day.screen("service.sc2", record(customer, "hold/?kind=dispute"))
        page.select_option("#id_account", str(account.id))
        page.fill("#id_text", "对一笔消费有异议")
        send(page)
        page.wait_for_selector("#record-main")
        letter = permit(day, customer, "limitation", channel="letter", username="collector.bj1")
        assert (permit(day, customer, "collection") != "", letter) == (True, "approval_needed")
        page = day.screen("collector.bj1", record(customer, "contact/ask/"))
        page.check("input[name=purpose][value=limitation]")
        page.check("input[name=channel][value=letter]")
        page.fill("#id_reason", "时效将届满，须书面主张权利")
        send(page)
        page.wait_for_selector("#record-main, .approval-facts, #approvals-lists")
    with step("requirement 11: one inbox, decided by somebody else, with words"):
        asked = Approval.objects.get(customer=customer)
        page = day.live("legal.sc1", "/approvals/")
        sees(page.locator("#approvals-lists"), customer.name)
        page.click(f"a[href='/approvals/{asked.id}/']")
        sees(page.locator(".approval-facts"), "时效将届满")
        page.check("input[name=verdict][value=approved]")
        send(page)
        page.wait_for_url("**/approvals/")
        asked.refresh_from_db()
        assert (asked.state, asked.decided_by) == ("approved", day.staff["legal.sc1"])
        page = day.screen("collector.bj1", f"/approvals/{asked.id}/")
        sees(page.locator(".approval-facts"), day.name_of("legal.sc1"))


def somebody_complains(day: Day) -> None:
    """Requirement 12: one screen; whom it is about is kept away at once; compliance answers within its days."""
    customer = day.debtor("何投诉")
    collector = day.staff["collector.bj1"]
    day.looked(customer, "service.sc1")
    with step("requirement 12: a complaint on one screen, the person complained of recused, calendar days"):
        page = day.screen("service.sc1", record(customer, "complaint/"))
        page.fill("#id_text", "客户称一天内接到五次来电")
        page.fill("#id_demand", "书面道歉")
        page.select_option("#id_cause", "collection")
        page.select_option("#id_sub_kind", "too_often")
        page.select_option("#id_source", "hotline")
        page.select_option("#id_about", f"staff:{collector.id}")
        send(page)
        page.wait_for_selector("#complaint")
        assert Recusal.objects.filter(customer=customer, staff=collector, ended_at__isnull=True).exists()
        day.visitor("collector.bj1").expect_refusal(404)
        answer = day.visitor("collector.bj1").open(record(customer))
        assert answer is not None
        assert answer.status == 404
        complaint = Complaint.objects.get(customer=customer)
        assert complaint.due_at == complaint.received_at + timedelta(days=15)
        page = day.screen("compliance.sc1", "/complaints/")
        sees(page.locator(f"#complaint-{complaint.id}"), customer.name)
        page = day.screen("compliance.sc1", record(customer, f"complaint/{complaint.id}/step/answer/"))
        page.check("input[name=finding][value=upheld]")
        page.fill("#id_text", "经查属实，已对相关人员处理，特此致歉。")
        send(page)
        page.wait_for_selector("#complaint")
        assert not Hold.objects.filter(customer=customer, kind="complaint_conduct", released_at__isnull=True).exists()


def clocks_and_words(day: Day) -> None:
    """Requirements 13 and 15: the clocks of a guaranteed account; words that do not belong; an unrecorded plan."""
    guaranteed = Guarantee.objects.select_related("customer").get().customer
    with step("requirement 13: limitation and guarantee period on the record"):
        clocks = day.screen("supervisor.bj1", record(guaranteed)).locator("#record-clocks")
        sees(clocks, "何担保")
        sees(clocks, day.say("nothing interrupts it"))
        expect(clocks.locator("li")).not_to_have_count(1)
    customer = day.debtor("何分期")
    with step("requirement 15: notes are linted, an oral plan needs its recording"):
        page = day.screen("collector.bj1", record(customer, "note/"))
        bad = "老赖" if day.language == "zh-CN" else "deadbeat"
        page.fill("#id_text", f"客户是{bad}")
        day.visitor("collector.bj1").expect_refusal(422)
        send(page)
        sees(page.locator(".write-refused"), bad)
        assert page.input_value("#id_text") == f"客户是{bad}"
        page = day.screen("supervisor.bj1", record(customer, "plan/"))
        page.fill("#id_number", "3")
        page.fill("#id_first_on", f"{NOW.date() + timedelta(days=20):%Y-%m-%d}")
        page.fill("#id_total", "3900")
        page.fill("#id_reason", "客户按月还款")
        day.visitor("supervisor.bj1").expect_refusal(422)
        page.get_by_role("button", name=day.say("Agree, or ask if beyond my authority")).click()
        expect(page.locator(".write-refused")).to_be_visible()
        assert not customer.arrangements.exists()


def work_climbs_before_it_is_late(day: Day) -> None:
    """A hand-off between the departments is told to the supervisor before its deadline, and taken on both lists."""
    customer = day.debtor("何改期")
    day.looked(customer, "service.sc2")
    with step("hand-offs: deadline in working time, climbing before it, one list for both sides"):
        page = day.screen("service.sc2", record(customer, "handoff/?kind=promise_redate"))
        page.fill("[name=carries_new_date]", "下周一")
        page.fill("[name=carries_reason]", "工资推迟发放")
        send(page)
        page.wait_for_selector("#record-main")
        handoff = HandOff.objects.get(customer=customer)
        assert handoff.due_at is not None
        assert handoff.escalate_at is not None
        assert handoff.escalate_at < handoff.due_at
        local = handoff.escalate_at.astimezone(NOW.tzinfo) + timedelta(minutes=1)
        day.at(local.hour, local.minute)
        escalation.sweep(now=day.now)
        page = day.screen("supervisor.bj1", "/handoffs/")
        sees(page.locator("#handoffs section").first, customer.name)
        page = day.screen("collector.bj2", "/handoffs/")
        page.click(f"#handoff-{handoff.id} a[href$='/handoff/{handoff.id}/']")
        page.select_option("#id_state", "accepted")
        send(page)
        page.wait_for_selector("#record-main")
        page = day.screen("service.sc2", "/handoffs/")
        sees(page.locator(f"#handoff-{handoff.id}"), day.name_of("collector.bj2"))


def an_agency_is_called_back(day: Day) -> None:
    """Requirement 18: what is placed was told first; a hold takes it back, and the placement page says why."""
    placement = Placement.objects.select_related("account__customer", "client").order_by("id")[0]
    customer = placement.account.customer
    day.looked(customer, "service.sc2")
    with step("requirement 18: placement after notice, recalled by any hold"):
        assert placement.account.outsource_notice_at < placement.placed_at
        page = day.screen("service.sc2", record(customer))
        sees(page.locator("#record-head"), "委外中" if day.language == "zh-CN" else "Placed")
        page = day.screen("service.sc2", record(customer, "hold/?kind=hardship"))
        page.fill("#id_text", "客户称收入中断，愿意协商")
        send(page)
        page.wait_for_selector("#record-main")
        placement.refresh_from_db()
        assert placement.recall_reason == "hold"
        day.know("placement.cc1")
        page = day.screen("placement.cc1", "/placements/")
        sees(page.locator("main"), "停催收回" if day.language == "zh-CN" else "Called back by a hold")


def boards(day: Day) -> None:
    """Requirement 19: the team's day and how the bank runs."""
    with step("requirement 19: day board and operator page"):
        board = day.screen("supervisor.bj1", "/oversight/team/").locator("#board")
        sees(board, "何改期")
        sees(board, day.name_of("collector.bj1"))
        expect(board.locator(".tile")).to_have_count(4)
        day.know("operations.sc1")
        page = day.screen("operations.sc1", "/oversight/running/")
        sees(page.locator("main"), day.say("Queues of the broker"))


def everything_stops(day: Day) -> None:
    """Requirement 20: the red button on one record, and incident mode for the branch, ended by two people."""
    customer = day.debtor("何危险")
    other = day.debtor("何应急")
    day.looked(customer, "service.sc1")
    with step("requirement 20: red button"):
        agent = day.live("service.sc1", record(customer))
        page = day.screen("collector.bj2", record(customer))
        page.click("#red-button summary")
        page.click("#red-button button[value=self_harm]")
        page.wait_for_selector("#record-risk")
        expect(agent.locator("#record-risk")).to_be_visible(timeout=LIVE_MS)
        urgent = HandOff.objects.get(customer=customer, kind="risk_alert")
        assert urgent.due_at is not None
        assert urgent.due_at - urgent.opened_at <= timedelta(minutes=5)
        escalation.sweep(now=day.now)
        sees(day.screen("supervisor.bj1", "/handoffs/").locator("#handoffs section").first, customer.name)
    with step("requirement 20: incident mode, ended by a second person"):
        open_screen = day.live("collector.bj1", record(other))
        page = day.screen("supervisor.bj1", "/incidents/")
        page.select_option("#id_covers", "region:CN-BJ")
        page.select_option("#id_reason", "disaster")
        page.locator("input[name=sentence]").first.check()
        page.click(".incident-start button[type=submit]")
        expect(open_screen.locator(".banner-incident")).to_be_visible(timeout=LIVE_MS)
        expect(open_screen.locator("#record-permit")).to_have_class(re.compile("permit-no"), timeout=LIVE_MS)
        page = day.screen("supervisor.bj1", "/incidents/")
        page.click("main table a")
        page.fill("#id_reason", "险情解除")
        send(page)
        page.wait_for_selector(".notice-info")
        asked = Approval.objects.get(kind="incident_end")
        page = day.screen("compliance.sc1", f"/approvals/{asked.id}/")
        page.check("input[name=verdict][value=approved]")
        send(page)
        page.wait_for_url("**/approvals/")
        expect(open_screen.locator(".banner-incident")).to_have_count(0, timeout=LIVE_MS)


def the_evening(day: Day) -> None:
    """Who goes home gives back the case they had claimed; at night nobody is called about a debt."""
    customer = day.debtor("何晚间")
    day.looked(customer, "service.sc2")
    with step("the evening: claims end with signing out, contact hours hold for the whole bank"):
        page = day.live("collector.bj1", "/?queue=to_contact")
        page.keyboard.press("n")
        page.wait_for_selector("#record-claim")
        mine = CaseClaim.objects.filter(staff=day.staff["collector.bj1"], ended_at__isnull=True)
        assert mine.count() == 1
        page.click("details.menu summary")
        page.click("[data-sign-out] button")
        page.wait_for_selector("details.menu", state="detached")
        assert not mine.exists()
        day.at(22, 5)
        page = day.screen("service.sc2", record(customer))
        expect(page.locator("#record-permit")).to_have_class(re.compile("permit-no"))
        expect(page.locator("#record-actions a[data-key=Enter]")).to_have_attribute("href", re.compile("inbound=1"))
