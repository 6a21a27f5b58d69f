"""A draft of the rules, tested on what was permitted and refused last month, before anybody puts it in force."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from collections_app.models import (
    Approval,
    Backtest,
    BacktestDifference,
    Contact,
    ContactPoint,
    Hold,
    PermitRefusal,
    RulePack,
    Staff,
)
from collections_app.services import approvals, backtests, contacts, rule_requests
from collections_app.services import rules as service
from collections_app.services.approval_kinds.base import kinds
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
Call = Callable[[datetime], contacts.Permit | contacts.Refusal]


@pytest.fixture
def compliance() -> Staff:
    return factories.make_staff("compliance")


@pytest.fixture
def draft(compliance: Staff, now: datetime) -> RulePack:
    pack = RulePack.objects.get(code="CN")
    return service.draft(pack_id=pack.pk, actor=Actor.of(compliance), now=now)


@pytest.fixture
def call(debtor: Debtor, collector: Staff) -> Call:
    """Ask to call the debtor at some time; what is allowed is made, and nobody answers."""
    point = ContactPoint.objects.get(customer=debtor.customer)

    def calling(at: datetime) -> contacts.Permit | contacts.Refusal:
        debtor.account.data_as_of = at.date() - timedelta(days=1)
        debtor.account.save(update_fields=["data_as_of"])
        answer = contacts.permit(
            customer=debtor.customer,
            channel="voice",
            purpose="collection",
            contact_point=point,
            actor=Actor.of(collector),
            now=at,
        )
        if isinstance(answer, contacts.Permit):
            contacts.settle(contact_id=answer.contact.id, state="made", now=at)
        return answer

    return calling


def set_rule(draft: RulePack, code: str, compliance: Staff, **parameters: object) -> None:
    rule = draft.rules.get(code=code)
    service.change(rule_id=rule.pk, parameters=rule.parameters | parameters, actor=Actor.of(compliance))


def backtested(draft: RulePack, compliance: Staff, now: datetime) -> Backtest:
    test = backtests.start(pack_id=draft.pk, actor=Actor.of(compliance), now=now)
    backtests.run(backtest_id=test.pk, now=now)
    test.refresh_from_db()
    return test


def test_a_draft_that_changes_nothing_makes_no_difference(
    call: Call, draft: RulePack, compliance: Staff, now: datetime
) -> None:
    """Every decision of the month comes out as it did, refusals by hours, intervals and caps among them."""
    day = now - timedelta(days=3)
    for minutes in (0, 10, 31, 62, 93, 124, 155, 186, 13 * 60):
        call(day + timedelta(minutes=minutes))
    assert set(PermitRefusal.objects.values_list("reason", flat=True)) == {"interval", "cap_reached", "quiet_hours"}
    test = backtested(draft, compliance, now)
    assert (test.total, test.done) == (9, 9)
    assert test.finished_at == now
    assert test.counts == {"refused": {}, "allowed": {}, "unknown": 0}
    assert not BacktestDifference.objects.exists()


def test_stricter_and_looser_rules_show_what_they_would_have_refused_and_allowed(
    call: Call, draft: RulePack, compliance: Staff, now: datetime
) -> None:
    """Earlier quiet hours refuse a call that was made; a shorter interval allows one that was refused."""
    day = now - timedelta(days=3)
    assert call(day).allowed
    assert not call(day + timedelta(minutes=20)).allowed
    evening = call(day + timedelta(hours=11, minutes=30))
    assert evening.allowed
    set_rule(draft, "CN-H1", compliance, **{"from": "21:00"})
    set_rule(draft, "POL-VOICE-GAP", compliance, minutes=15)
    test = backtested(draft, compliance, now)
    assert test.counts == {"refused": {"CN-H1": 1}, "allowed": {"POL-VOICE-GAP": 1}, "unknown": 0}
    allowed, refused = BacktestDifference.objects.order_by("at")
    assert (allowed.before, allowed.after, allowed.refusal) == ("interval", "", PermitRefusal.objects.get())
    assert (refused.before, refused.after, refused.contact_id) == ("", "quiet_hours", evening.contact.id)
    finding = next(item for item in refused.considered if item["result"] == "refused")
    assert (finding["rule"]["version"], finding["inputs"]["clock"]) == (2, "21:30:00")


def test_what_the_record_refused_stays_refused(
    call: Call, debtor: Debtor, draft: RulePack, compliance: Staff, now: datetime
) -> None:
    """A hold is no matter of the pack: a looser pack would not have let the call out."""
    Hold.objects.create(customer=debtor.customer, kind="hardship", placed_at=now - timedelta(days=5))
    assert not call(now - timedelta(days=3)).allowed
    set_rule(draft, "POL-VOICE-GAP", compliance, minutes=1)
    assert backtested(draft, compliance, now).counts["allowed"] == {}


def test_who_refused_for_good_is_let_be_asked_by_no_pack(
    debtor: Debtor, collector: Staff, draft: RulePack, compliance: Staff, now: datetime
) -> None:
    """The check of third parties is a pack's, but what a person refused is their own."""
    aunt = factories.make_mobile(debtor.customer, "13900001111", relation="emergency")
    # They refused when they were asked for somebody else.
    elsewhere = factories.make_mobile(factories.make_debtor()[0], "13900001111", relation="emergency")
    ContactPoint.objects.filter(pk=elsewhere.pk).update(permission="refused")
    at = now - timedelta(days=3)
    debtor.account.data_as_of = at.date() - timedelta(days=1)
    debtor.account.save(update_fields=["data_as_of"])
    # Nobody reaches the debtor: by the rule alone the aunt might be asked.
    ContactPoint.objects.filter(customer=debtor.customer, relation="self").update(quality="bad")
    answer = contacts.permit(
        customer=debtor.customer, channel="voice", purpose="third_party", contact_point=aunt,
        actor=Actor.of(collector), now=at,
    )  # fmt: skip
    assert isinstance(answer, contacts.Refusal)
    assert answer.reason == "third_refused"
    assert backtested(draft, compliance, now).counts == {"refused": {}, "allowed": {}, "unknown": 0}


def test_contacts_of_other_packs_and_older_ones_are_left_out(
    call: Call, debtor: Debtor, draft: RulePack, compliance: Staff, now: datetime
) -> None:
    """But what came before those days still counts towards the caps within them."""
    call(now - timedelta(days=31))
    assert backtested(draft, compliance, now).total == 0
    call(now - timedelta(days=2))
    debtor.customer.branch.rule_pack = "UK"
    debtor.customer.branch.save()
    assert backtested(draft, compliance, now).total == 0


def test_a_refusal_that_did_not_keep_its_number_is_counted_as_unknown(
    call: Call, draft: RulePack, compliance: Staff, now: datetime, debtor: Debtor
) -> None:
    """Nobody guesses what a limit per number would have said."""
    call(now - timedelta(days=2))
    old = call(now - timedelta(days=2) + timedelta(minutes=5))
    kept = {name: value for name, value in old.decision.as_json().items() if name != "contact_point"}
    PermitRefusal.objects.bulk_create(
        [
            PermitRefusal(
                customer=debtor.customer,
                channel="voice",
                purpose="collection",
                reason="interval",
                decision=kept,
                at=now - timedelta(days=2) + timedelta(minutes=6),
            )
        ]
    )
    set_rule(draft, "POL-VOICE-GAP", compliance, minutes=1)
    assert backtested(draft, compliance, now).counts == {"refused": {}, "allowed": {"POL-VOICE-GAP": 1}, "unknown": 1}


def test_a_worker_that_died_is_followed_by_one_that_tests_nothing_twice(
    call: Call, draft: RulePack, compliance: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(now - timedelta(days=2))
    other, _ = factories.make_debtor()
    for at in (now - timedelta(days=1), now - timedelta(hours=1)):
        Contact.objects.create(
            customer=other, channel="voice", purpose="collection", state="made", at=at, department="collections"
        )
    monkeypatch.setattr(backtests, "AT_A_TIME", 1)
    set_rule(draft, "CN-H1", compliance, **{"from": "09:30"})
    test = backtests.start(pack_id=draft.pk, actor=Actor.of(compliance), now=now)
    assert backtests._step(test.pk, now)
    test.refresh_from_db()
    assert (test.done, test.total, test.finished_at) == (1, 3, None)
    assert backtests.run_waiting(now=now) == 1
    test.refresh_from_db()
    assert (test.done, test.counts["refused"]) == (3, {"CN-H1": 2})
    assert test.differences.count() == 2


def test_the_number_of_queries_does_not_grow_with_the_contacts(
    call: Call, draft: RulePack, compliance: Staff, now: datetime, django_assert_max_num_queries: object
) -> None:
    for days in range(2, 22):
        call(now - timedelta(days=days))
    test = backtests.start(pack_id=draft.pk, actor=Actor.of(compliance), now=now)
    with django_assert_max_num_queries(24):  # type: ignore[operator]  # pytest-django's fixture
        backtests.run(backtest_id=test.pk, now=now)


def test_a_draft_is_put_in_force_only_after_it_was_tested_as_it_is_now(
    call: Call, draft: RulePack, compliance: Staff, now: datetime
) -> None:
    """The result goes with the request, and whoever decides reads it in words."""
    call(now - timedelta(days=3) + timedelta(hours=11, minutes=30))
    ask: dict[str, Any] = {"pack_id": draft.pk, "reason": "监管新规", "actor": Actor.of(compliance), "now": now}
    with pytest.raises(RefusedError, match="rules_not_tested"):
        rule_requests.ask_in_force(**ask)
    backtested(draft, compliance, now)
    set_rule(draft, "CN-H1", compliance, **{"from": "21:00"})
    with pytest.raises(RefusedError, match="rules_not_tested"):
        rule_requests.ask_in_force(**ask)
    test = backtested(draft, compliance, now)
    request = rule_requests.ask_in_force(**ask)
    assert request.payload["backtest"] == test.pk
    kind = kinds()["rule_pack"]
    with translation.override("en"):
        lines = {line.label: line.value for line in kind.describe(request)}
    assert lines["Would have refused"] == "1 (CN-H1 1)"
    assert lines["Would have allowed"] == "0"
    approvals.decide(
        approval_id=request.id,
        verdict="approved",
        answer="",
        actor=Actor.of(factories.make_staff("administrator")),
        now=now,
    )
    assert RulePack.objects.get(pk=draft.pk).active
    assert Approval.objects.get(pk=request.pk).state == "approved"


def test_a_test_of_a_draft_that_changed_meanwhile_ends_without_a_result(
    call: Call, draft: RulePack, compliance: Staff, now: datetime
) -> None:
    call(now - timedelta(days=2))
    test = backtests.start(pack_id=draft.pk, actor=Actor.of(compliance), now=now)
    set_rule(draft, "CN-H1", compliance, **{"from": "21:00"})
    backtests.run(backtest_id=test.pk, now=now)
    assert not Backtest.objects.exists()


def test_only_compliance_tests_and_only_drafts(
    draft: RulePack, collector: Staff, compliance: Staff, now: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        backtests.start(pack_id=draft.pk, actor=Actor.of(collector), now=now)
    active = RulePack.objects.get(code="CN", active=True)
    with pytest.raises(RefusedError, match="rules_no_draft"):
        backtests.start(pack_id=active.pk, actor=Actor.of(compliance), now=now)


def test_the_file_of_the_differences_is_offered_to_who_may_take_one(client: Client, now: datetime) -> None:
    """Compliance gets page and file; an administrator who sees customers the page; one who sees none, neither."""
    test = Backtest.objects.create(
        pack=RulePack.objects.get(code="CN"), digest="ab" * 32, since=now - timedelta(days=30), until=now, asked_at=now,
        total=0, counts={"refused": {}, "allowed": {}, "unknown": 0}, finished_at=now,
    )  # fmt: skip
    for role, scope, has_page, has_file in (
        ("compliance", "institution", True, True),
        ("administrator", "institution", True, False),
        ("administrator", "none", False, False),
    ):
        client.force_login(factories.make_staff(role, scope=scope, is_staff=True))
        page = client.get(reverse("admin:collections_app_backtest_change", args=[test.pk])).content.decode()
        offered = (
            "backtestdifference/?backtest__id__exact" in page,
            reverse("desk:export_differences", args=[test.pk]) in page,
        )
        assert offered == (has_page, has_file), (role, scope)
