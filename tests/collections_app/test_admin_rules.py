"""Rules of contact in the administration: a draft, a change, and a second pair of eyes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from collections_app.admin.seen import mark_of
from collections_app.models import (
    Approval,
    Backtest,
    CalendarVersion,
    Contact,
    Export,
    PromiseRule,
    Rule,
    RulePack,
    Staff,
)
from collections_app.services import approvals, backtests, rule_requests, wake
from collections_app.services import rules as service
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from collections_app.tasks.rules import run_backtest
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def no_n_plus_one() -> None:
    """Django's own pages ask as often as they like."""


@pytest.fixture
def compliance() -> Staff:
    return factories.make_staff("compliance")


@pytest.fixture
def pack(rules: None) -> RulePack:
    return RulePack.objects.get(code="CN")


def choose(client: Client, action: str, pack: RulePack) -> Any:
    data = {"action": action, "_selected_action": [pack.pk], "reason": "监管新规"}
    return client.post("/admin/collections_app/rulepack/", data, follow=True)


def decide(request: Approval, by: Staff, now: datetime) -> None:
    approvals.decide(approval_id=request.id, verdict="approved", answer="", actor=Actor.of(by), now=now)


def backtested(draft: RulePack, by: Staff, now: datetime) -> None:
    """Test a draft on last month's contacts, of which there are none."""
    backtests.run(backtest_id=backtests.start(pack_id=draft.pk, actor=Actor.of(by), now=now).pk, now=now)


@pytest.mark.django_db(transaction=True)
def test_hours_change_by_a_draft_that_somebody_else_puts_in_force(
    pack: RulePack, compliance: Staff, client: Client, now: datetime
) -> None:
    """The old version stays as it was: it explains the decisions made under it."""
    client.force_login(compliance)
    choose(client, "make_draft", pack)
    draft = RulePack.objects.get(code="CN", version=2)
    assert (draft.active, draft.rules.count()) == (False, pack.rules.count())
    rule = draft.rules.get(code="CN-H1")
    response = client.post(
        f"/admin/collections_app/rule/{rule.pk}/change/", {"from": "21:00", "to": "08:30", "_seen": mark_of(rule)}
    )
    assert response.status_code == 302, response.context["errors"]
    assert Rule.objects.get(pk=rule.pk).parameters == {"from": "21:00", "to": "08:30"}
    assert pack.rules.get(code="CN-H1").parameters == {"from": "22:00", "to": "08:00"}
    backtested(draft, compliance, now)
    choose(client, "ask_in_force", draft)
    request = Approval.objects.get(kind="rule_pack")
    with pytest.raises(RefusedError, match="own_work"):
        decide(request, compliance, now)
    decide(request, factories.make_staff("administrator"), now)
    assert list(RulePack.objects.filter(code="CN", active=True)) == [draft]
    logged = LogEntry.objects.order_by("id").values_list("change_message", flat=True)
    assert [message for message in logged if message in {"drafted", "asked"}] == ["drafted", "asked"]


def test_a_draft_changed_after_it_was_asked_for_is_not_put_in_force(
    pack: RulePack, compliance: Staff, now: datetime
) -> None:
    """What the second person saw is what is put in force, or nothing is."""
    draft = service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)
    backtested(draft, compliance, now)
    request = rule_requests.ask_in_force(pack_id=draft.pk, reason="新规", actor=Actor.of(compliance), now=now)
    rule = draft.rules.get(code="CN-H1")
    service.change(rule_id=rule.pk, parameters={"from": "23:00", "to": "07:00"}, actor=Actor.of(compliance))
    with pytest.raises(RefusedError, match="approval_changed_since"):
        decide(request, factories.make_staff("administrator"), now)
    assert not RulePack.objects.get(pk=draft.pk).active


def test_a_limit_is_set_by_its_number(pack: RulePack, compliance: Staff, client: Client, now: datetime) -> None:
    draft = service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)
    rule = draft.rules.get(code="CN-F1")
    client.force_login(compliance)
    page = client.get(f"/admin/collections_app/rule/{rule.pk}/change/").content.decode()
    assert 'name="most"' in page
    assert 'name="minutes"' not in page
    client.post(f"/admin/collections_app/rule/{rule.pk}/change/", {"most": "4", "days": "1", "_seen": mark_of(rule)})
    rule.refresh_from_db()
    assert rule.parameters == {"counts": "unanswered", "scope": "contact_point", "most": 4, "days": 1}


def test_a_rule_in_force_cannot_be_changed(pack: RulePack, compliance: Staff, client: Client) -> None:
    """Neither by the page nor past it."""
    rule = pack.rules.get(code="CN-H1")
    client.force_login(compliance)
    address = f"/admin/collections_app/rule/{rule.pk}/change/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"from": "23:00", "to": "07:00"}).status_code == 403
    with pytest.raises(RefusedError, match="rules_no_draft"):
        service.change(rule_id=rule.pk, parameters={"from": "23:00", "to": "07:00"}, actor=Actor.of(compliance))
    assert Rule.objects.get(pk=rule.pk).parameters == {"from": "22:00", "to": "08:00"}


def test_there_is_one_draft_at_a_time(pack: RulePack, compliance: Staff, now: datetime) -> None:
    service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)
    with pytest.raises(RefusedError, match="rules_draft_exists"):
        service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)


def test_hours_of_no_length_are_refused(pack: RulePack, compliance: Staff, client: Client, now: datetime) -> None:
    """From eight to eight might mean all day or never."""
    draft = service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)
    rule = draft.rules.get(code="CN-H1")
    client.force_login(compliance)
    hours = {"from": "08:00", "to": "08:00", "_seen": mark_of(rule)}
    response = client.post(f"/admin/collections_app/rule/{rule.pk}/change/", hours)
    assert "CN-H1" in str(response.context["errors"])
    rule.refresh_from_db()
    assert rule.parameters == {"from": "22:00", "to": "08:00"}


def test_rules_that_take_effect_later_are_not_put_in_force(pack: RulePack, compliance: Staff, now: datetime) -> None:
    """Active and not in effect would leave the branch without any rules."""
    draft = service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)
    RulePack.objects.filter(pk=draft.pk).update(effective_from="2027-01-01")
    checker = Actor.of(factories.make_staff("compliance"))
    with pytest.raises(RefusedError, match="rules_not_in_effect"):
        rule_requests.ask_in_force(pack_id=draft.pk, reason="新规", actor=checker, now=now)


def test_a_retired_version_does_not_come_back(pack: RulePack, compliance: Staff, now: datetime) -> None:
    draft = service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)
    checker = Actor.of(factories.make_staff("compliance"))
    backtested(draft, compliance, now)
    request = rule_requests.ask_in_force(pack_id=draft.pk, reason="新规", actor=checker, now=now)
    decide(request, factories.make_staff("administrator"), now)
    with pytest.raises(RefusedError, match="rules_no_draft"):
        rule_requests.ask_in_force(pack_id=pack.pk, reason="旧规", actor=checker, now=now)


def test_a_collector_changes_no_rule(pack: RulePack, collector: Staff, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        service.draft(pack_id=pack.pk, actor=Actor.of(collector), now=now)


def test_promise_limits_are_saved_by_their_service(compliance: Staff, client: Client) -> None:
    client.force_login(compliance)
    limits = {
        "product": "card",
        "stage": "m3",
        "smallest_percent": 20,
        "longest_days": 10,
        "most_parts": 2,
        "most_redates": 1,
        "tolerance_fen": 500,
    }
    response = client.post("/admin/collections_app/promiserule/add/", limits)
    assert response.status_code == 302, response.context["errors"]
    assert PromiseRule.objects.get(product="card", stage="m3").most_parts == 2
    assert LogEntry.objects.filter(user=compliance).count() == 1


def test_a_test_of_a_draft_is_begun_read_and_taken_away_as_a_file(
    pack: RulePack,
    compliance: Staff,
    client: Client,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """The page says what it found, each difference says why, and the file has a line for each."""
    draft = service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)
    rule = draft.rules.get(code="CN-H1")
    hours = {"from": "09:00", "to": "08:00"}
    service.change(rule_id=rule.pk, parameters=hours, verified=True, actor=Actor.of(compliance))
    assert Rule.objects.get(pk=rule.pk).verified
    customer, _ = factories.make_debtor()
    Contact.objects.create(
        customer=customer,
        channel="sms",
        purpose="collection",
        state="made",
        department="collections",
        at=now - timedelta(days=1),
        decision={"considered": []},
    )
    client.force_login(compliance)
    monkeypatch.setattr(wake, "at_once", lambda _task, **named: run_backtest(**named))
    with django_capture_on_commit_callbacks(execute=True):
        choose(client, "test_draft", draft)
    test = Backtest.objects.get()
    assert "CN-H1 1" in client.get(f"/admin/collections_app/backtest/{test.pk}/change/").content.decode()
    difference = test.differences.get()
    # Rows of records are for who sees customers at all.
    client.force_login(factories.make_staff("compliance", scope="institution"))
    page = client.get(f"/admin/collections_app/backtestdifference/{difference.pk}/change/").content.decode()
    assert "CN CN-H1 v2" in page
    file = f"/export/differences/{test.pk}/"
    assert file in client.get(f"/admin/collections_app/backtest/{test.pk}/change/").content.decode()
    assert client.post(file, {"reason": "", "file_format": "csv"}).status_code == 422
    answer = client.post(file, {"reason": "规则评审", "file_format": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert "规则评审" in lines[0]
    assert customer.customer_no in lines[2]
    assert lines[2].endswith(Export.objects.get().mark)
    # What does not fit a file is counted in it, never left out in silence.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desk.views.exports.MOST_DIFFERENCES", 0)
        short = client.post(file, {"reason": "规则评审", "file_format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(short) == 4
    assert "1" in short[2].split(",")[0]
    assert customer.customer_no not in short[2]
    # Who takes files but changes no rules gets none of these.
    client.force_login(factories.make_staff("supervisor"))
    assert client.get(file).status_code == 403


def test_a_calendar_is_loaded_by_its_file(compliance: Staff, client: Client) -> None:
    """A file that is refused comes back with the reason."""
    client.force_login(compliance)
    address = "/admin/collections_app/calendarversion/add/"
    broken = SimpleUploadedFile("calendar.csv", b"country,date,works,name\nSG,never,0,x\n")
    refused = client.post(address, {"source": "MOM", "file": broken})
    assert refused.status_code == 200
    assert not CalendarVersion.objects.exists()
    sound = SimpleUploadedFile("calendar.csv", b"country,date,works,name\nSG,2027-01-01,0,New Year\n")
    assert client.post(address, {"source": "MOM", "file": sound}).status_code == 302
    assert CalendarVersion.objects.get().loaded_by == compliance


NEW_CAP = {
    "code": "POL-NEW-1D",
    "kind": "cap",
    "channels": ["sms"],
    "counts": "attempts",
    "scope": "customer",
    "most": "0",
    "days": "1",
    "purposes": ["collection"],
    "basis": "policy",
    "source": "合规部 2026 年第 9 号",
}
ADD = "/admin/collections_app/rule/add/"


def test_a_draft_gains_a_rule_and_loses_one(pack: RulePack, compliance: Staff, client: Client, now: datetime) -> None:
    """The version in force keeps what it has; whoever changed the draft may not put it in force."""
    draft = service.draft(pack_id=pack.pk, actor=Actor.of(factories.make_staff("compliance")), now=now)
    client.force_login(compliance)
    assert "POL-SMS-1D" in client.get(ADD).content.decode()
    response = client.post(ADD, {**NEW_CAP, "pack": draft.pk})
    assert response.status_code == 302, response.context["adminform"].form.errors
    added = draft.rules.get(code="POL-NEW-1D")
    assert added.parameters == {
        "counts": "attempts",
        "scope": "customer",
        "most": 0,
        "days": 1,
        "purposes": ["collection"],
    }
    assert (added.channels, added.basis, added.verified) == (["sms"], "policy", False)
    chosen = {"action": "leave_out", "_selected_action": [draft.rules.get(code="CN-F1").pk]}
    asked = client.post("/admin/collections_app/rule/", chosen)
    assert "CN-F1" in asked.content.decode()
    client.post("/admin/collections_app/rule/", {**chosen, "confirmed": "1"})
    assert set(draft.rules.values_list("code", flat=True)) == (
        set(pack.rules.values_list("code", flat=True)) | {"POL-NEW-1D"}
    ) - {"CN-F1"}
    draft.refresh_from_db()
    assert draft.written_by == compliance


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code": "CN-F1"}, "already"),
        ({"code": "new rule"}, "Capital letters"),
        ({"source": " "}, "required"),
        ({"days": ""}, "make no sense"),
        ({"days": "0"}, "greater than or equal to 1"),
        ({"counts": ""}, "make no sense"),
        ({"minutes": "5"}, "does not state this"),
        ({"kind": "interval", "counts": "", "most": "", "purposes": [], "after": "contact"}, ""),
        ({"kind": "quiet_hours", "counts": "", "scope": "", "most": "", "days": "", "purposes": []}, "make no sense"),
    ],
)
def test_a_rule_that_makes_no_sense_is_not_added(
    pack: RulePack, compliance: Staff, client: Client, now: datetime, changed: dict[str, Any], said: str
) -> None:
    """What was typed stays on the form, with the reason; a sound one of another kind is added."""
    draft = service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)
    before = draft.rules.count()
    client.force_login(compliance)
    response = client.post(ADD, {**NEW_CAP, "pack": draft.pk, **changed}, headers={"accept-language": "en"})
    if not said:
        assert (response.status_code, draft.rules.count()) == (302, before + 1)
        return
    assert said in response.content.decode()
    assert draft.rules.count() == before


def test_nothing_is_added_to_what_is_no_draft(pack: RulePack, compliance: Staff, client: Client) -> None:
    """The form does not offer it, and the service refuses it; so does it for who may not."""
    client.force_login(compliance)
    assert client.post(ADD, {**NEW_CAP, "pack": pack.pk}).status_code == 200
    fields = {**NEW_CAP, "most": 1, "days": 1}
    parameters = {name: fields.pop(name) for name in ("counts", "scope", "most", "days", "purposes")}
    with pytest.raises(RefusedError, match="rules_no_draft"):
        service.add(**fields, parameters=parameters, pack_id=pack.pk, verified=False, actor=Actor.of(compliance))
    rule = pack.rules.get(code="CN-F1")
    with pytest.raises(RefusedError, match="rules_no_draft"):
        service.leave_out(rule_id=rule.pk, actor=Actor.of(compliance))
    collector = Actor.of(factories.make_staff("collector"))
    with pytest.raises(NotAllowedError):
        service.add(**fields, parameters=parameters, pack_id=pack.pk, verified=False, actor=collector)
    with pytest.raises(NotAllowedError):
        service.leave_out(rule_id=rule.pk, actor=collector)
    assert pack.rules.filter(pk=rule.pk).exists()
