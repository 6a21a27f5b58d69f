"""Legal's own facts: steps before the courts with what they bring, and the assignment of a claim by two."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.utils import translation

from collections_app.domain import legal as rules
from collections_app.models import (
    Account,
    Alert,
    Approval,
    Case,
    ClaimAssignment,
    ClockRule,
    Customer,
    Event,
    Hold,
    LegalStep,
    LimitationEvent,
    Staff,
)
from collections_app.selectors import clocks
from collections_app.services import approvals, contacts, legal_steps
from collections_app.services.approval_kinds.base import kinds
from collections_app.services.clocks import law, nightly
from collections_app.services.errors import RefusedError
from collections_app.services.intake import cases
from collections_app.services.records import Actor
from collections_app.templatetags.terms import day
from desk.forms.legal import AssignClaimForm, LegalStepForm
from desk.selectors.legal import of_record
from desk.views.event_words import EVENT_WORDS
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lawyer() -> Staff:
    law.load()
    return factories.make_staff("legal", scope="institution")


def record(debtor: Any, by: Staff, now: datetime, state: str, **values: Any) -> LegalStep:
    given = {"on": date(2026, 11, 18), "court": "示范人民法院", "case_number": "（2026）1 号", "evidence": "立案通知书"}
    return legal_steps.record(
        customer_id=debtor.customer.pk, account_id=debtor.account.pk, step=legal_steps.Step(state, **(given | values)),
        actor=Actor.of(by), seen_version=None, now=now,
    )  # fmt: skip


def ask(debtor: Any, by: Staff, now: datetime, **values: str) -> Approval:
    payload = {
        "assignee": "示范资产管理公司", "reached_by": "400-000-0000", "assigned_on": "2026-11-10",
        "notified_on": "2026-11-18",
    }  # fmt: skip
    return approvals.ask(
        kind="claim_assignment", subject=f"assignment:{debtor.account.pk}", reason="转让协议 7 号，通知 EMS-9",
        customer_id=debtor.customer.pk, account_id=debtor.account.pk, payload=payload | values, actor=Actor.of(by),
        now=now,
    )  # fmt: skip


def test_what_a_step_must_say() -> None:
    """What others say is not recorded here; before a court it names the court, and from the filing on its case."""
    given = {"known": True, "court": "x", "case_number": "1"}
    assert rules.problem(state="filed", **given) == ""
    assert rules.problem(state="in_mediation", **given) == "no_such_legal_state"
    assert rules.problem(state="x", **(given | {"known": False})) == "no_such_legal_state"
    assert rules.problem(state="preserved", **(given | {"court": ""})) == "legal_court_missing"
    assert rules.problem(state="filed", **(given | {"case_number": ""})) == "legal_case_number_missing"
    assert rules.problem(state="pre_legal", known=True, court="", case_number="") == ""


def test_a_suit_holds_the_account_and_interrupts_and_ends_when_it_is_settled(
    debtor: Any, lawyer: Staff, now: datetime
) -> None:
    """One hold however many steps, the next step legal's; the end of it ends both, and no day is to come."""
    record(debtor, lawyer, now, "pre_legal", court="", case_number="")
    assert not Hold.objects.exists()
    record(debtor, lawyer, now, "filed")
    record(debtor, lawyer, now, "trial")
    debtor.account.refresh_from_db()
    debtor.customer.refresh_from_db()
    hold = Hold.objects.get(kind="litigation")
    assert (hold.account_id, debtor.account.placement, debtor.customer.status) == (debtor.account.pk, "legal", "court")
    assert LimitationEvent.objects.get().kind == "suit"
    for wrong, code in (({"on": date(2026, 11, 21)}, "day_to_come"), ({"evidence": " "}, "evidence_missing")):
        with pytest.raises(RefusedError, match=code):
            record(debtor, lawyer, now, "judged", **wrong)
    record(debtor, lawyer, now, "settled")
    hold.refresh_from_db()
    debtor.account.refresh_from_db()
    assert hold.released_at == now
    assert debtor.account.placement != "legal"
    with pytest.raises(InternalError), transaction.atomic():
        LegalStep.objects.update(court="x")


def test_a_claim_is_assigned_by_two_and_for_good(debtor: Any, lawyer: Staff, now: datetime, client: Client) -> None:
    """The debtor was told; the account is silent, nobody's, and names the assignee to whoever is asked."""
    for wrong, code in (
        ({"notified_on": "2026-11-21"}, "day_to_come"),
        ({"notified_on": "2026-11-01"}, "told_before_assigned"),
        ({"assignee": " "}, "assignee_missing"),
    ):
        with pytest.raises(RefusedError, match=code):
            ask(debtor, lawyer, now, **wrong)
    asked = ask(debtor, lawyer, now)
    assert not ClaimAssignment.objects.exists()
    other = factories.make_staff("branch_manager", scope="branch")
    approvals.decide(approval_id=asked.pk, verdict="approved", answer="", actor=Actor.of(other), now=now)
    account = Account.objects.get(pk=debtor.account.pk)
    debtor.customer.refresh_from_db()
    assert (account.placement, account.owner, debtor.customer.status) == ("assigned", None, "assigned")
    row = ClaimAssignment.objects.get()
    assert (row.asked_by, row.approved_by) == (lawyer, other)
    assert LimitationEvent.objects.get().kind == "assignment"
    closed = Case.objects.get()
    assert (closed.closed_at, closed.close_reason, debtor.customer.case_number) == (now, "assigned", "")
    with transaction.atomic():
        assert cases.judge(now=now, year=2026, batch_id=0).customer_ids == [], "the next file opens none for it"
    Case.objects.update(closed_at=None, close_reason="")
    Customer.objects.update(case_number=closed.number)
    with transaction.atomic():
        connection.cursor().execute("DROP TABLE intake_case")
        assert cases.judge(now=now, year=2026, batch_id=0).closed == 1, "and closes what stayed open before"
    with pytest.raises(RefusedError, match="no_such_account"):
        record(debtor, lawyer, now, "filed")
    with pytest.raises(RefusedError, match="no_such_account"):
        ask(debtor, lawyer, now + timedelta(days=1))
    client.force_login(factories.make_staff("collector"))
    page = client.get(f"/c/{debtor.customer.customer_no}/part/accounts/").content.decode()
    assert "示范资产管理公司" in page
    assert "400-000-0000" in page


@pytest.mark.usefixtures("rules")
def test_one_claim_of_two_that_is_assigned_leaves_the_other_the_banks(
    debtor: Any, lawyer: Staff, now: datetime
) -> None:
    """Status, sum, owner and stage follow the account that is left, and it may be asked for."""
    owner = factories.make_staff("collector")
    left = factories.make_account(
        debtor.customer, owner=owner, core_overdue_fen=100_000, overdue_since=factories.TODAY - timedelta(days=9)
    )
    asked = ask(debtor, lawyer, now)
    other = factories.make_staff("branch_manager", scope="branch")
    approvals.decide(approval_id=asked.pk, verdict="approved", answer="", actor=Actor.of(other), now=now)
    customer = debtor.customer
    customer.refresh_from_db()
    left.refresh_from_db()
    assert (customer.status, customer.overdue_fen, customer.owner) == ("to_contact", 100_000, owner)
    assert (customer.stage_account_id, customer.stage) == (left.pk, left.stage)
    mobile = factories.make_mobile(customer)
    for account_id, allowed in ((left.pk, True), (debtor.account.pk, False)):
        decision = contacts.preview(
            customer=customer, channel="voice", purpose="collection", contact_point=mobile, actor=Actor.of(owner),
            account_ids=[account_id], now=now,
        )  # fmt: skip
        assert decision.allowed is allowed, decision.refusals
    assert contacts.preview(
        customer=customer, channel="voice", purpose="collection", contact_point=mobile, actor=Actor.of(owner), now=now
    ).allowed


@pytest.mark.parametrize("state", ["settled", "withdrawn"])
def test_a_suit_ends_on_an_account_the_core_has_closed(debtor: Any, lawyer: Staff, now: datetime, state: str) -> None:
    """Paid off is when the core closes it; the hold of the court ends then, and nothing else is recorded of it."""
    record(debtor, lawyer, now, "filed")
    Account.objects.filter(pk=debtor.account.pk).update(closed_in_core=True)
    with pytest.raises(RefusedError, match="legal_account_closed"):
        record(debtor, lawyer, now, "trial")
    assert str(debtor.account.pk) in dict(LegalStepForm(customer=debtor.customer).fields["account"].choices)
    record(debtor, lawyer, now, state, court="", case_number="")
    assert Hold.objects.get(kind="litigation").released_at == now


def test_a_sold_account_that_has_left_the_cores_file_is_recorded_as_assigned(
    debtor: Any, lawyer: Staff, now: datetime
) -> None:
    """Whoever decides is told that it has left; once legal has recorded it as paid off there is nothing to assign."""
    Account.objects.filter(pk=debtor.account.pk).update(closed_in_core=True)
    [(offered, label)] = AssignClaimForm(customer=debtor.customer).fields["account"].choices
    assert (offered, "已不在核心数据文件中" in label) == (str(debtor.account.pk), True)
    record(debtor, lawyer, now, "settled", court="", case_number="")
    assert not AssignClaimForm(customer=debtor.customer).fields["account"].choices
    with pytest.raises(RefusedError, match="no_such_account"):
        ask(debtor, lawyer, now)
    record(debtor, lawyer, now, "withdrawn", court="", case_number="", on=date(2026, 11, 19))
    asked = ask(debtor, lawyer, now)
    assert any("转让协议是否列明" in line.value for line in kinds()[asked.kind].describe(asked))
    other = factories.make_staff("branch_manager", scope="branch")
    approvals.decide(approval_id=asked.pk, verdict="approved", answer="", actor=Actor.of(other), now=now)
    account, customer = Account.objects.get(pk=debtor.account.pk), Customer.objects.get()
    assert (account.placement, account.owner, customer.status) == ("assigned", None, "assigned")
    assert Hold.objects.get(kind="assigned", released_at=None).account == account
    assert not AssignClaimForm(customer=customer).fields["account"].choices


def test_a_step_recorded_late_moves_nothing(debtor: Any, lawyer: Staff, now: datetime) -> None:
    """The latest day is where it stands; an older step is on record, and interrupts, but holds and releases nothing."""
    record(debtor, lawyer, now, "trial")
    record(debtor, lawyer, now, "filed", on=date(2026, 11, 2))
    record(debtor, lawyer, now, "withdrawn", on=date(2026, 11, 1))
    debtor.account.refresh_from_db()
    assert (Hold.objects.get(kind="litigation").released_at, debtor.account.placement) == (None, "legal")
    assert LimitationEvent.objects.get().on == date(2026, 11, 2)
    assert of_record(debtor.customer)[debtor.account.pk].step == LegalStep.objects.get(state="trial")
    with pytest.raises(RefusedError, match="legal_step_recorded_already"):
        record(debtor, lawyer, now, "trial", case_number="2")
    record(debtor, lawyer, now, "settled", on=date(2026, 11, 19))
    record(debtor, lawyer, now, "judged", on=date(2026, 11, 19) - timedelta(days=1))
    debtor.account.refresh_from_db()
    assert not Hold.objects.filter(kind="litigation", released_at=None).exists()
    assert debtor.account.placement != "legal"


def test_the_two_years_to_enforce_a_judgment_ring_until_it_is_applied_for(
    debtor: Any, lawyer: Staff, now: datetime, client: Client
) -> None:
    """At 180, 90 and 30 days as limitation does, each branch with its counts; a judgment on appeal begins them anew.

    They run from the last day it sets to perform, where legal has recorded it, and nowhere without a law on file.
    """
    record(debtor, lawyer, now, "judged", on=date(2024, 1, 10))
    record(debtor, lawyer, now, "judged", on=date(2024, 11, 20), perform_until=date(2024, 12, 20))
    assert of_record(debtor.customer)[debtor.account.pk].enforce_by == date(2026, 12, 20)
    rings = Alert.objects.filter(kind="enforcement_ending", resolved_at__isnull=True)
    for days, detail in ((0, {"days_30": 1}), (31, {"over": 1})):
        nightly.wind(now=now + timedelta(days=days))
        alert = rings.get()
        assert (alert.branch, alert.detail) == (debtor.customer.branch, detail)
    ClockRule.objects.filter(kind="enforcement_years").update(country="HK")
    nightly.wind(now=now)
    assert not rings.exists(), "no law says"
    unknown = Alert.objects.filter(kind="enforcement_law_missing", resolved_at__isnull=True)
    assert (unknown.get().branch, unknown.get().detail) == (debtor.customer.branch, {"count": 1})
    client.force_login(lawyer)
    client.post(f"/find/{debtor.customer.customer_no}/", {"purpose": "review", "next": ""})
    page = client.get(f"/c/{debtor.customer.customer_no}/part/accounts/").content.decode()
    assert "未计算期限" in page
    ClockRule.objects.filter(kind="enforcement_years").update(country="CN")
    Account.objects.filter(pk=debtor.account.pk).update(payoff_fen=0)
    nightly.wind(now=now)
    assert not unknown.exists()
    assert not rings.exists(), "nothing is owed by it any more"
    Account.objects.filter(pk=debtor.account.pk).update(payoff_fen=1)
    nightly.wind(now=now)
    assert rings.exists()
    record(debtor, lawyer, now, "enforcement")
    nightly.wind(now=now)
    assert not rings.exists()


def test_only_a_judgment_sets_a_day_to_perform_and_not_one_before_it_or_far_off(
    debtor: Any, lawyer: Staff, now: datetime
) -> None:
    """The service says so in words, the database for whoever goes round it."""
    wrong = (("filed", date(2026, 11, 30)), ("judged", date(2026, 11, 17)), ("judged", date.max))
    for state, until in wrong:
        with pytest.raises(RefusedError) as refused:
            record(debtor, lawyer, now, state, perform_until=until)
        assert refused.value.code == "legal_perform_day_wrong"
        typed = {
            "account": debtor.account.pk, "state": state, "on": "2026-11-18", "perform_until": until,
            "evidence": "判决书", "seen_version": debtor.customer.version,
        }  # fmt: skip
        assert "perform_until" in LegalStepForm(typed, customer=debtor.customer).errors
    row = record(debtor, lawyer, now, "judged", perform_until=date(2026, 11, 18))
    for until in (date(2026, 11, 17), date.max):
        row.pk, row.perform_until = None, until
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_the_day_to_perform_is_added_later_or_corrected(debtor: Any, lawyer: Staff, now: datetime) -> None:
    """The newest row of the judgment counts, on the record and in the alarm; it moves nothing that has moved since."""
    record(debtor, lawyer, now, "judged", on=date(2024, 11, 20))
    for until in (date(2024, 12, 20), date(2024, 12, 30)):
        record(debtor, lawyer, now, "judged", on=date(2024, 11, 20), perform_until=until)
        state = of_record(debtor.customer)[debtor.account.pk]
        assert (state.step.perform_until, state.enforce_by) == (until, until.replace(year=2026))
        assert [last for _branch, last in clocks.unenforced()] == [until.replace(year=2026)]
    for again in (
        {"perform_until": date(2024, 12, 30)},
        {"perform_until": None},
        {"perform_until": date(2024, 12, 31), "case_number": "2"},
        {"perform_until": date(2024, 12, 31), "court": "另一法院"},
    ):
        with pytest.raises(RefusedError, match="legal_step_recorded_already"):
            record(debtor, lawyer, now, "judged", on=date(2024, 11, 20), **again)
    first, *_others, last = Event.objects.filter(kind="legal.step").order_by("id")
    assert (first.payload["perform_until"], first.payload["corrects"]) == (None, None)
    assert last.payload["perform_until"] == "2024-12-30"
    assert last.payload["corrects"] == LegalStep.objects.order_by("id")[1].pk
    with translation.override("zh-hans"):
        assert EVENT_WORDS["legal.step"](first.payload)[1] == day(first_on := date(2024, 11, 20))
        assert EVENT_WORDS["legal.step"](last.payload)[1] == (
            f"{day(first_on)} · 履行期限至 {day(date(2024, 12, 30))} · 更正原记录"
        )
        old = {"step": 1, "state": "judged", "on": "2024-11-20"}
        assert EVENT_WORDS["legal.step"](old)[1] == day(first_on)
    record(debtor, lawyer, now, "settled", on=date(2024, 11, 20))
    record(debtor, lawyer, now, "judged", on=date(2024, 11, 20), perform_until=date(2024, 12, 1))
    state = of_record(debtor.customer)[debtor.account.pk]
    assert (state.step.state, state.enforce_by, list(clocks.unenforced())) == ("settled", None, [])
    assert not Hold.objects.filter(kind="litigation", released_at=None).exists()


def test_the_record_says_which_term_rings_after_an_older_judgment(
    debtor: Any, lawyer: Staff, now: datetime, client: Client
) -> None:
    """A later trial ends no term to enforce; what rings for the branch is on the record, with its judgment."""
    record(debtor, lawyer, now, "judged", on=date(2024, 11, 20))
    record(debtor, lawyer, now, "trial", on=date(2024, 11, 25))
    assert [last for _branch, last in clocks.unenforced()] == [date(2026, 11, 20)]
    state = of_record(debtor.customer)[debtor.account.pk]
    assert (state.step.state, state.enforce_by) == ("trial", date(2026, 11, 20))
    client.force_login(factories.make_staff("collector"))
    page = client.get(f"/c/{debtor.customer.customer_no}/part/accounts/").content.decode()
    with translation.override("zh-hans"):
        assert f"{day(date(2024, 11, 20))} 的判决：最迟于 {day(date(2026, 11, 20))} 申请执行" in page
    Account.objects.filter(pk=debtor.account.pk).update(payoff_fen=0)
    assert of_record(debtor.customer)[debtor.account.pk].enforce_by is None, "nothing rings"
