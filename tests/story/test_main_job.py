"""The main job from end to end: collector and service agent at their desks, the customer on a phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from collections_app.models import Account, Arrangement, Customer, HandOff, Hold, Promise, Staff
from collections_app.services import contact_points, contacts, derivation, plans, records
from collections_app.services.records import Actor
from mediation.models import Mediation, Session
from mediation.services import outcomes, scheduling
from notifications.models import Message, ReminderRule, SandboxInbox
from notifications.services import planning, sending, templates
from oversight.services import demo_bank
from tests.browsing import Visitor
from tests.conftest import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

Visit = Callable[..., Visitor]
ACCOUNTS = 160


@pytest.fixture
def bank(transactional_db: None, tmp_path: Path) -> None:
    """The demo bank with a small book, taken in by the nightly intake."""
    batch = demo_bank.seed(accounts=ACCOUNTS, password_hash="!", directory=tmp_path, now=NOW)
    assert batch is not None
    assert batch.state == "done"


def test_the_main_job(visit: Visit, bank: None) -> None:
    """Reminder, page, payment, both screens; a stale promise refused; mediation, plan, breach."""
    collector = Staff.objects.get(username="collector.bj1")
    agent = Staff.objects.get(username="service.sc1")
    desk, service, phone = visit(), visit(), visit(width=390)
    desk.sign_in(collector)
    service.sign_in(agent)
    _a_reminder_is_paid(desk, service, phone)
    _a_stale_promise_is_refused(desk, service, collector)
    _mediation_stops_collection(desk, visit)


def _overdue_in_beijing() -> list[Customer]:
    return list(
        Customer.objects.filter(branch__code="BJ", queue="to_contact", accounts__product="card").order_by("-priority")
    )


def _with_nothing_else_open() -> Customer:
    """Return the most urgent of those about whom the demo bank has begun nothing more: paid, their case is over."""
    begun = HandOff.objects.filter(closed_at__isnull=True).values("customer")
    held = Hold.objects.filter(released_at__isnull=True).values("customer")
    open_ids = {row["customer"] for row in [*begun, *held]}
    return next(customer for customer in _overdue_in_beijing() if customer.id not in open_ids)


def _a_reminder_is_paid(desk: Visitor, service: Visitor, phone: Visitor) -> None:
    """The planned reminder goes out with its code; the customer pays; nothing is left to send or to call."""
    customer = _with_nothing_else_open()
    rule = ReminderRule.objects.get(kind="overdue_gentle")
    rule.days = list(range(1, 400))  # today is everybody's day
    templates.save_rule(rule=rule, by=Staff.objects.get(username="admin.a1"))
    planning.plan(on=NOW.date(), now=NOW)
    first = Message.objects.get(customer=customer, kind="overdue_gentle")
    sending.send_due(now=NOW + timedelta(minutes=1), worker="story", limit=5000)
    first.refresh_from_db()
    assert first.state in {"accepted", "sent", "delivered"}, (first.state, first.reason)
    text = next(row.body for row in SandboxInbox.objects.order_by("-id") if row.number == first.number)
    phone.open("/sandbox/phone/")
    phone.screenshot("story-phone")
    _open_records(desk, service, customer)
    desk.screenshot("story-record-before")
    code = re.search(r"[A-Z0-9]{4}-?[A-Z0-9]{4}", text)
    assert code, text
    phone.open("/r/")
    phone.page.locator("main input[type=text]").first.fill(code.group())
    phone.page.locator("main .button").first.click()
    phone.page.locator("#id_id_tail").fill(customer.id_number[-4:])
    phone.page.locator("main .button").first.click()
    phone.page.wait_for_url("**/r/account/")
    phone.screenshot("story-account")
    phone.page.locator("form[action='/r/pay/'] button").first.click()
    phone.page.wait_for_url("**/r/sandbox-gateway/**")
    phone.page.locator("#repeats").select_option("3")
    phone.page.locator("button[value=pay]").click()
    phone.page.wait_for_selector(".tick")
    phone.screenshot("story-received")
    customer.refresh_from_db()
    assert customer.case_number == ""
    for visitor in (desk, service):
        expect(visitor.page.locator("#record-main")).to_have_attribute(
            "data-version", str(customer.version), timeout=8000
        )
        expect(visitor.page.locator(".timeline, #record-timeline").first).to_contain_text("收到还款")
    desk.screenshot("story-record-after")
    assert customer not in _overdue_in_beijing()
    assert not Message.objects.filter(customer=customer, state__in=["planned", "due"], purpose="collection").exists()


def _open_records(desk: Visitor, service: Visitor, customer: Customer) -> None:
    agent = Staff.objects.get(username="service.sc1")
    contact_points.log_look(customer_id=customer.id, purpose="call_in", actor=Actor.of(agent), now=NOW)
    for visitor in (desk, service):
        visitor.open(f"/c/{customer.customer_no}/")
        visitor.page.wait_for_selector("#feed-state[data-feed-state=live], #feed-state[data-feed-state=slow]")


def _a_stale_promise_is_refused(desk: Visitor, service: Visitor, collector: Staff) -> None:
    """The agent agrees a date while the collector types another: 409, what changed, and the typed amount kept."""
    customer = next(item for item in _overdue_in_beijing() if item.overdue_fen > 100_000)
    _open_records(desk, service, customer)
    desk.open(f"/c/{customer.customer_no}/promise/")
    half = customer.overdue_fen // 200
    _type_promise(desk.page, half + 1)
    service.open(f"/c/{customer.customer_no}/promise/")
    _type_promise(service.page, half + 2)
    service.page.locator(".write-form button[type=submit]").click()
    service.page.wait_for_url(f"**/c/{customer.customer_no}/")
    expect(desk.page.locator("#write-changed")).to_contain_text("承诺还款", timeout=8000)
    desk.expect_refusal(409)
    desk.page.locator(".write-form button[type=submit]").click()
    expect(desk.page.locator(".write-form .write-conflict")).to_contain_text("承诺还款")
    assert desk.page.input_value("#id_amount_1") == f"{half + 1}.00"
    desk.screenshot("story-conflict")
    desk.check_accessibility()
    promise = Promise.objects.get(customer=customer)
    assert promise.total_fen == (half + 2) * 100
    desk.open(f"/c/{customer.customer_no}/")
    expect(desk.page.locator("#record-permit")).to_contain_text("承诺期内")
    desk.screenshot("story-promise")
    with transaction.atomic():
        locked = records.lock(customer_id=customer.id, now=NOW)
        decision = contacts.permit(
            customer=locked,
            channel="voice",
            purpose="collection",
            contact_point=locked.contact_points.filter(kind="mobile").first(),
            actor=Actor.of(collector),
            now=NOW,
        )
    assert isinstance(decision, contacts.Refusal)
    assert decision.reason == "promise_pending"


def _type_promise(page: Page, yuan: int) -> None:
    page.locator("#id_due_on_1").fill(f"{NOW.date() + timedelta(days=3):%Y-%m-%d}")
    page.locator("#id_amount_1").fill(f"{yuan}.00")


def _mediation_stops_collection(desk: Visitor, visit: Visit) -> None:
    """Proposed on the desk, scheduled, invited, agreed; the plan stops collection until an instalment is missed."""
    # Whoever sits in a meeting of the demo bank's cannot begin another.
    for sitting in Session.objects.filter(state="in_session").select_related("mediator__staff"):
        outcomes.record(
            session_id=sitting.id, ending="gap", terms=None, actor=Actor.of(sitting.mediator.staff),
            seen_version=None, now=NOW,
        )  # fmt: skip
    # By telephone: by video the customer would pick the hour.
    small = (item for item in _overdue_in_beijing() if sum(row.payoff_fen for row in item.accounts.all()) < 4_000_000)
    customer = next(item for item in small if item.overdue_fen > 100_000 and not item.mediations.exists())
    desk.open(f"/mediation/propose/{customer.customer_no}/")
    desk.page.get_by_role("button", name="提议", exact=True).click()
    expect(desk.page.locator(".talks").first).to_be_visible()
    mediation = Mediation.objects.get(customer=customer)
    session = scheduling.schedule(mediation_id=mediation.id, now=NOW)
    assert session is not None
    assert Message.objects.filter(customer=customer, kind__endswith="_invitation").exists()
    room = visit()
    room.sign_in(session.mediator.staff)
    room.open(f"/mediation/session/{session.id}/")
    room.page.get_by_role("button", name=re.compile("开始会议")).click()
    room.page.get_by_role("link", name=re.compile("记录结果")).click()
    room.page.locator("[name=ending]").select_option("agreed")
    room.page.locator("[name=total]").fill("900")
    room.page.locator("[name=count]").fill("3")
    room.page.locator("[name=first]").fill(f"{NOW.date() + timedelta(days=30):%Y-%m-%d}")
    room.page.get_by_role("button", name=re.compile("计算分期")).click()
    expect(room.page.locator("[name=line_amount]")).to_have_count(3)
    for box in room.page.locator("[name=signed]").all():
        box.check()
    room.page.get_by_role("button", name=re.compile("保存结果")).click()
    expect(room.page.locator(".signatures li")).to_have_count(4)
    assert Session.objects.get(id=session.id).mediation.ending == "agreed"
    desk.open(f"/c/{customer.customer_no}/")
    expect(desk.page.locator("#record-main")).to_contain_text("分期履行中")
    desk.screenshot("story-plan")
    plan = Arrangement.objects.get(customer=customer)
    last = plan.instalments.get(number=1).due_on
    later = NOW + timedelta(days=(last - NOW.date()).days + plan.grace_days + 1)
    Account.objects.filter(id=plan.account_id).update(data_as_of=later.date() - timedelta(days=1))
    plans.judge_due(now=later)
    derivation.sweep_due(now=later)
    plan.refresh_from_db()
    assert plan.state == "breached"
    assert not Hold.objects.filter(customer=customer, kind="agreement_active", released_at__isnull=True).exists()
