"""The pages of own field visits: planned on the record, approved in the inbox, begun, and told with its effects."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from collections_app.models import Approval, Customer, Staff, Visit
from collections_app.services import holds
from collections_app.services.records import Actor
from tests import factories


def address(name: str, customer: Customer, *args: int) -> str:
    return reverse(f"desk:{name}", args=[customer.customer_no, *args])


# Long because it walks one visit from its plan to its end.
def test_a_visit_goes_from_the_record_to_the_inbox_to_the_door(
    browser: Client, collector: Staff, record: Customer, now: datetime
) -> None:
    """Each step is offered where it can be taken, the address is shown once the two are on their way."""
    colleague, boss = factories.make_staff("collector", display_name="刘同行"), factories.make_staff("supervisor")
    home = factories.make_mobile(record, "朝阳区示范路 1 号", kind="address_home")
    plan = address("visit", record)
    assert plan in browser.get(address("record", record)).content.decode()
    form = browser.get(plan).content.decode()
    assert "刘同行" in form
    assert "可以获得许可" in form, "what the permit would say is told before anybody is asked"
    typed: dict[str, Any] = {
        "contact_point": home.pk, "first": collector.pk, "second": collector.pk, "on": "2026-11-20",
        "from_time": "10:20", "to_time": "11:00", "reason": "多次无人接听", "seen_version": record.version,
    }  # fmt: skip
    refused = browser.post(plan, typed)
    assert (refused.status_code, "两人同行" in refused.content.decode()) == (422, True)
    assert browser.post(plan, typed | {"second": colleague.pk}).status_code == 303
    visit = Visit.objects.get()
    assert "待审批" in browser.get(reverse("desk:visits")).content.decode()
    boss_client = Client()
    boss_client.force_login(boss)
    request = Approval.objects.get(kind="visit")
    page = boss_client.get(f"/approvals/{request.pk}/")
    assert "刘同行" in page.content.decode()
    decision = {"verdict": "approved", "answer": "同意", "seen_version": page.context["form"]["seen_version"].value()}
    assert boss_client.post(f"/approvals/{request.pk}/", decision).status_code == 303
    begin, close = address("visit_begin", record, visit.pk), address("visit_close", record, visit.pk)
    side = reverse("desk:record_part", args=[record.customer_no, "side"])
    assert begin in browser.get(side).content.decode()
    assert "示范路" not in browser.get(close).content.decode()
    record.refresh_from_db()
    assert browser.post(begin, {"seen_version": record.version}).status_code == 303
    shown = browser.get(close).content.decode()
    assert "朝阳区示范路 1 号" in shown
    assert "占线" not in shown
    assert "无人应门" in shown, "in the words of a visit, not of a call"
    effects = browser.get(reverse("desk:call_effects"), {"visit": visit.pk, "outcome": "self_stop"})
    assert "停止对该客户的外访" in effects.content.decode()
    told = {
        "party": "nobody",
        "outcome": "no_answer",
        "account": "",
        "text": "无人在家",
        "seen_version": record.version,
    }
    assert browser.post(close, told).status_code == 303
    visit.refresh_from_db()
    assert visit.state == "done"
    history = browser.get(address("record", record)).content.decode()
    assert "外访结果" in history
    assert "无人应门" in history
    assert "无人应门" in browser.get(reverse("desk:visits")).content.decode()
    assert browser.get(close).status_code == 303


def test_a_visit_is_called_off_with_a_reason(
    browser: Client, collector: Staff, record: Customer, now: datetime
) -> None:
    visit = factories.make_visit(record, collector, at=now + timedelta(hours=2))
    off = address("visit_call_off", record, visit.pk)
    record.refresh_from_db()
    assert browser.post(off, {"reason": "", "seen_version": record.version}).status_code == 422
    assert browser.post(off, {"reason": "客户外出", "seen_version": record.version}).status_code == 303
    visit.refresh_from_db()
    assert visit.state == "called_off"
    holds.place(
        customer_id=record.pk, kind="hardship", actor=Actor.of(collector), seen_version=None, now=now, text="失业"
    )
    page = browser.get(address("visit", record)).content.decode()
    assert "可以获得许可" not in page, "a hold is told while one plans, not when two stand ready to go"
    assert "困难评估" in page.partition("foretold-title")[2].partition("</section>")[0]
