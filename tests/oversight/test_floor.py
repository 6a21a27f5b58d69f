"""The boards of team and operations: complaints by their own clock, and tasks that are dead."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from collections_app.models import Complaint, Customer, HandOff, Staff, TaskRun
from collections_app.selectors import task_runs as dead_ones
from collections_app.services import clock, contacts, handoffs, holds, task_runs
from collections_app.services.records import Actor
from config import task_runs as log
from oversight.selectors import floor
from tests import factories, seeds
from tests.browsing import Visitor

pytestmark = pytest.mark.django_db


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_team_is_seen_as_it_is_without_asking_again(visit: Callable[..., Visitor], now: datetime) -> None:
    """Work that is opened and a contact that is refused stand on the open page."""
    boss, collector = factories.make_staff("supervisor"), factories.make_staff("collector")
    seeds.rule_packs(now=now)
    customer = factories.make_debtor()[0]
    actor = Actor.of(collector)
    holds.place(customer_id=customer.pk, kind="hardship", actor=actor, seen_version=None, now=now)
    visitor = visit()
    visitor.sign_in(boss)
    visitor.open("/oversight/team/")
    page = visitor.page
    page.wait_for_selector("#feed-state[data-feed-state=live]")
    page.evaluate("delete document.getElementById('board').dataset.refresh")
    handoffs.open_(
        customer_id=customer.pk, kind="other", text="请核对", carries={}, actor=actor, seen_version=None, now=now
    )
    expect(page.locator(".tile dd").nth(2)).to_have_text("1", timeout=20_000)
    # A refusal is no event of the record. By the clock of the server: it shows its own day.
    with transaction.atomic():
        asked = contacts.permit(
            customer=customer, channel="voice", purpose="collection", contact_point=customer.contact_points.get(),
            actor=actor, now=clock.now(),
        )  # fmt: skip
    assert not asked.allowed
    expect(page.locator("section[aria-labelledby=refusals-title] .num")).to_have_text("1", timeout=20_000)


def complain(customer: Customer, now: datetime, *, days: int, work_days: int, state: str = "investigating") -> None:
    common: dict[str, Any] = {"customer": customer, "from_department": "service", "to_department": "compliance"}
    work = HandOff.objects.create(kind="complaint", opened_at=now, due_at=now + timedelta(days=work_days), **common)
    Complaint.objects.create(
        customer=customer, handoff=work, cause="collection", level="ordinary", state=state,
        received_at=now - timedelta(days=30), taken_at=now, due_at=now + timedelta(days=days),
    )  # fmt: skip


def test_complaints_are_counted_by_their_own_state_and_days(client: Client, now: datetime) -> None:
    """Not by the hand-off's: an extended one is late for nobody, an answered one has no clock and stands last."""
    boss: Staff = factories.make_staff("supervisor")
    for days, work_days, state in ((-1, 9, "investigating"), (20, -3, "extended_1"), (-5, -5, "answered")):
        complain(factories.make_debtor()[0], now, days=days, work_days=work_days, state=state)
    found = floor.floor(staff=boss, now=now)
    assert (found.complaints_number, found.complaints_late, found.handoffs_number) == (3, 1, 0)
    rows = [floor.clock_of(complaint, now=now) for complaint in found.complaints]
    assert [(row.complaint.state, row.days_left, row.runs) for row in rows] == [
        ("investigating", -1, True), ("extended_1", 20, True), ("answered", -5, False),
    ]  # fmt: skip
    client.force_login(boss)
    page = client.get(reverse("oversight:floor")).content.decode()
    assert "剩 20 天" in page
    assert "已延期" in page


def test_a_task_that_failed_or_never_ended_is_dead_until_it_ends_well(client: Client, now: datetime) -> None:
    """By the class of its error; a run that goes on is none; the next success of the same task settles both."""
    task_runs.begin(run_id="1", task="promises.judge_due", queue="default", now=now - timedelta(hours=1))
    task_runs.begin(run_id="2", task="clocks.wind", queue="default", now=now - timedelta(minutes=20))
    task_runs.fail(run_id="2", error="OperationalError", now=now - timedelta(minutes=19))
    task_runs.begin(run_id="3", task="clocks.wind", queue="default", now=now - timedelta(minutes=5))
    assert [(each.task, each.number, each.error) for each in dead_ones.dead(now=now)] == [
        ("clocks.wind", 1, "OperationalError"), ("promises.judge_due", 1, ""),
    ]  # fmt: skip
    client.force_login(factories.make_staff("operations", scope="institution"))
    page = client.get(reverse("oversight:running")).content.decode()
    assert "OperationalError" in page
    assert "未结束" in page
    task_runs.succeed(run_id="3", task="clocks.wind", now=now)
    assert [each.task for each in dead_ones.dead(now=now)] == ["promises.judge_due"]
    assert task_runs.forget_old(now=now + timedelta(days=31)) == 2
    assert not TaskRun.objects.exists()


def test_a_worker_writes_down_what_it_begins_and_goes_on_when_it_cannot(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is there while it runs, and gone after; a database that is away stops no task."""
    request = SimpleNamespace(id="7", delivery_info={"routing_key": "messages"})
    task = SimpleNamespace(name="notifications.send", request=request)
    log.begun(task_id="7", task=task)
    assert TaskRun.objects.values_list("task", "queue", "failed_at").get() == ("notifications.send", "messages", None)
    log.failed(task_id="7", exception=ValueError("姓名"))
    assert TaskRun.objects.values_list("error", flat=True).get() == "ValueError"
    log.begun(task_id="7", task=task)
    log.succeeded(sender=task)
    assert not TaskRun.objects.exists()
    monkeypatch.setattr(task_runs, "begin", _away)
    log.begun(task_id="8", task=task)


def _away(**_values: Any) -> None:
    from django.db import OperationalError

    raise OperationalError


def test_a_hand_off_that_waits_for_the_customer_is_late_for_nobody(client: Client, now: datetime) -> None:
    """Its clock stands still: it is not counted, says since when, and stands below those whose clock runs."""
    boss: Staff = factories.make_staff("supervisor")
    common: dict[str, Any] = {"kind": "other", "from_department": "service", "to_department": "collections"}
    for name, days, since in (("甲", -1, now - timedelta(days=3)), ("乙", -2, None), ("丙", 2, None)):
        customer = factories.make_debtor()[0]
        Customer.objects.filter(pk=customer.pk).update(name=name)
        HandOff.objects.create(
            customer=customer, opened_at=now - timedelta(days=5), due_at=now + timedelta(days=days, hours=1),
            waiting_since=since, state="waiting" if since else "open", **common,
        )  # fmt: skip
    found = floor.floor(staff=boss, now=now)
    assert (found.handoffs_number, found.handoffs_late) == (3, 1)
    assert [row.customer.name for row in found.handoffs] == ["乙", "丙", "甲"]
    client.force_login(boss)
    page = client.get(reverse("oversight:floor"), headers={"accept-language": "en"}).content.decode()
    assert page.count("stands still since") == 1
    assert re.search(r"2\s*days 1\s*hour ", page.replace("\xa0", " "))
