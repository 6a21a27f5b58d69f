"""The staff's pages of messages: search, one message's life, the day's flow, the planner's progress."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collections_app.models import ContactPoint
from collections_app.services import alerts
from notifications.models import Message, PlanRun
from notifications.selectors import flow, life, outbox
from notifications.services import plan_runs, planning, sending
from tests import factories, seeds
from tests.conftest import NOW
from tests.shared import kept_for_module

TODAY = factories.TODAY
LIST = "/notifications/outbox/"
DOCS = (Path(__file__).resolve().parents[2] / "docs" / "messages.md").read_text(encoding="utf-8")


def _due(**values: Any) -> Any:
    account = {
        "core_overdue_fen": 0, "overdue_since": None, "due_on": TODAY + timedelta(days=3),
        "statement_on": TODAY - timedelta(days=17),
    }  # fmt: skip
    return factories.make_debtor(account=account, **values)[0]


@pytest.fixture(scope="module")
def rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """A day: one delivered, one refused for want of a number, one of another branch."""

    def make() -> SimpleNamespace:
        seeds.rule_packs(now=factories.START)
        seeds.texts(now=factories.START)
        sent, refused, elsewhere = _due(), _due(), _due(branch=factories.make_branch("SH"))
        refused.contact_points.update(quality="bad")
        planning.plan(on=TODAY, now=NOW)
        sending.send_due(now=NOW, worker="test")
        return SimpleNamespace(
            sent=sent, refused=refused, elsewhere=elsewhere, collector=factories.make_staff("collector")
        )

    with kept_for_module(django_db_blocker, make) as made:
        yield made


@pytest.fixture
def day(rows: SimpleNamespace, db: None, now: datetime, client: Client) -> SimpleNamespace:
    """That day, with a collector of the branch signed in."""
    client.force_login(rows.collector)
    rows.client = client
    return rows


def _found(day: SimpleNamespace, **wanted: str) -> set[str]:
    page = day.client.get(LIST, wanted)
    assert page.status_code == 200
    return {row.customer.customer_no for row, _wait in page.context["messages_page"]}


def test_a_message_is_found_by_whatever_is_known_of_it(day: SimpleNamespace) -> None:
    """Customer, telephone number however written, reason, the provider's id, days; alone and together."""
    message = Message.objects.get(customer=day.sent)
    number = ContactPoint.objects.get(customer=day.sent).value
    sent, refused = {day.sent.customer_no}, {day.refused.customer_no}
    assert _found(day) == sent | refused
    assert _found(day, customer_no=day.sent.customer_no.lower()) == sent
    assert _found(day, number=number) == _found(day, number=f"+86 {number[-11:-8]} {number[-8:]}") == sent
    assert _found(day, number="13900000000") == set()
    assert _found(day, reason="no_contact_point") == refused
    assert _found(day, provider_id=message.provider_id, kind="card_due") == sent
    assert _found(day, since=TODAY.isoformat(), until=TODAY.isoformat()) == sent | refused
    assert _found(day, since=(TODAY + timedelta(days=1)).isoformat()) == set()
    assert _found(day, since="nonsense", reason="nonsense", before="19990101T000000.000000-x") == sent | refused


def test_other_branches_are_not_found_by_anything(day: SimpleNamespace) -> None:
    """Neither by number nor by the provider's id."""
    theirs = Message.objects.get(customer=day.elsewhere)
    number = ContactPoint.objects.get(customer=day.elsewhere).value
    assert _found(day, number=number) == _found(day, provider_id=theirs.provider_id) == set()
    assert _found(day, customer_no=day.elsewhere.customer_no) == set()


def test_pages_go_on_where_the_one_before_ended(day: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """No message twice and none left out, also where hours are equal; what was asked for goes along."""
    monkeypatch.setattr(outbox, "PAGE", 1)
    first = day.client.get(LIST, {"kind": "card_due"})
    second = day.client.get(LIST, {"kind": "card_due", "before": first.context["next_before"]})
    [(one, _), (other, _)] = [*first.context["messages_page"], *second.context["messages_page"]]
    assert {one.customer_id, other.customer_id} == {day.sent.pk, day.refused.pk}
    assert second.context["next_before"] == ""
    assert "kind=card_due&amp;before=" in first.content.decode()
    assert outbox.Place.read("99999999T999999.000000-1") is None


def test_a_search_costs_the_same_for_one_row_and_for_more(day: SimpleNamespace) -> None:
    """Whoever the messages are of."""

    def cost(**wanted: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            day.client.get(LIST, wanted)
        return len(queries)

    cost()
    assert cost(customer_no=day.sent.customer_no) == cost()


def test_a_message_tells_its_life_step_by_step(day: SimpleNamespace) -> None:
    """From the plan to the handset, with version, permit and provider; a refused one ends at its permit or number."""
    message = outbox.one(staff=day.collector, now=NOW, message_id=Message.objects.get(customer=day.sent).pk)
    assert message is not None
    steps = [step.code for step in life.steps_of(message)]
    assert steps == ["planned", "premise", "permit", "text", "handed_over", "told", "receipt", "ended"]
    page = day.client.get(f"{LIST}{message.pk}/").content.decode()
    for words in ("按本行规则。", "账单仍未还清", "已获许可，联系编号", message.provider_id, "记为已告知"):
        assert words in page
    refused = outbox.one(staff=day.collector, now=NOW, message_id=Message.objects.get(customer=day.refused).pk)
    assert refused is not None
    assert [(step.code, step.good) for step in life.steps_of(refused)][-2:] == [("permit", False), ("ended", False)]
    message.state, message.claimed_at, message.ended_at = "cancelled", None, NOW
    assert [step.code for step in life.steps_of(message)] == ["planned", "premise", "ended"]
    message.state = "planned"
    assert [step.code for step in life.steps_of(message)] == ["planned", "waits"]


def test_the_flow_adds_up_to_the_messages_of_the_day(day: SimpleNamespace) -> None:
    """What leaves a station went into it, in this person's scope; the fragment has no page around it."""
    found = flow.day(staff=day.collector, on=TODAY, now=NOW)
    assert found.total == 2
    assert sum(item.number for item in found.streams if item.source == "planned") == 2
    handed = [item.number for item in found.streams if item.target == "handed_over"]
    assert handed == [sum(item.number for item in found.streams if item.source == "handed_over")]
    page = day.client.get("/notifications/flow/").content.decode()
    for words in ("已交通道", "无联系方式", "信用卡账单提醒"):
        assert words in page
    part = day.client.get("/notifications/flow/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="flow"' in part


def test_the_flow_of_a_day_has_what_was_late_and_left_on_it(day: SimpleNamespace) -> None:
    """Due the day before, and sent or refused today; what is over is of no later day."""
    Message.objects.update(due_at=NOW - timedelta(days=1))
    assert flow.day(staff=day.collector, on=TODAY, now=NOW).total == 2
    assert flow.day(staff=day.collector, on=TODAY + timedelta(days=1), now=NOW).total == 0


def test_alerts_about_sending_stand_above_the_flow(day: SimpleNamespace, now: datetime) -> None:
    """Others do not: they have their own page."""
    named = DOCS.split("Alerts: ")[1].split(";")[0]
    kinds = re.findall("`([a-z_]+)`", named)
    for kind in (*kinds, "intake_failed"):
        alerts.raise_alert(kind=kind, detail={}, now=now)
    assert flow.alerts(day.collector) == len(kinds) == 8
    assert "8 条发送告警" in day.client.get("/notifications/flow/").content.decode()


def test_a_running_plan_says_how_far_it_is(day: SimpleNamespace, now: datetime) -> None:
    """So many of so many, how many were new; a run that is over is whole, the next one begins anew."""
    run = PlanRun.objects.get(kind="card_due", on=TODAY)
    assert (run.total, run.seen, run.planned) == (3, 3, 3)
    assert run.finished_at is not None
    progress = plan_runs.begin(kind="card_due", on=TODAY, total=400, now=now)
    progress.advance(seen=100, planned=0)
    [seen] = [item for item in flow.runs(on=TODAY) if item.run.kind == "card_due"]
    assert (seen.percent, seen.run.finished_at) == (25, None)
    assert "进行中" in day.client.get("/notifications/flow/").content.decode()
    progress.finish()
    assert [item.percent for item in flow.runs(on=TODAY) if item.run.kind == "card_due"] == [100]
