"""Waivers and plans: within one's own authority at once, beyond it through the one inbox, each limit to the fen."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction

from collections_app.domain.authority import PLAN, Limit, Power, Wish, beyond
from collections_app.domain.calls import Closing
from collections_app.domain.recordings import Found
from collections_app.models import (
    Account,
    Approval,
    Arrangement,
    Authority,
    Conversation,
    Customer,
    Event,
    Hold,
    Recording,
    Staff,
    Waiver,
)
from collections_app.services import approvals, authorities, calls, plan_proposals, recordings, waivers
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.remembered import remembered

TODAY = date(2026, 11, 20)
POWER = Power(most_percent=50, most_fen=10_000, most_month_fen=30_000, most_customer_fen=15_000, most_months=12)
HASH = "ab" * 32


def wish(**values: Any) -> Wish:
    plain: dict[str, Any] = {
        "component": "late_fee", "amount_fen": 10_000, "owed_fen": 20_000, "month_fen": 0, "customer_fen": 0,
        "at_head_office": False,
    }  # fmt: skip
    return Wish(**(plain | values))


@pytest.mark.parametrize(
    ("inside", "outside", "limit"),
    [
        ({"owed_fen": 20_000}, {"owed_fen": 19_999}, Limit.SHARE),
        ({"amount_fen": 10_000, "owed_fen": 99_999}, {"amount_fen": 10_001, "owed_fen": 99_999}, Limit.AT_ONCE),
        ({"month_fen": 20_000}, {"month_fen": 20_001}, Limit.MONTH),
        ({"customer_fen": 5_000}, {"customer_fen": 5_001}, Limit.CUSTOMER),
        ({"months": 12}, {"months": 13}, Limit.MONTHS),
        (
            {"component": "principal", "at_head_office": True},
            {"component": "principal", "at_head_office": False},
            Limit.HEAD_OFFICE,
        ),
    ],
)
def test_each_limit_of_authority_holds_to_the_fen(
    inside: dict[str, Any], outside: dict[str, Any], limit: Limit
) -> None:
    """On the limit it may be granted; one fen, one month or one office further it may not."""
    assert beyond(wish(**inside), POWER) == []
    assert beyond(wish(**outside), POWER) == [limit]


def test_what_has_no_row_is_nobodys_to_grant() -> None:
    assert beyond(wish(), None) == [Limit.NONE]


@pytest.fixture
@remembered
def owing(debtor: Debtor) -> Debtor:
    """The debtor's card with late fees of 400 yuan, interest of 100 and the principal."""
    authorities.load()
    Account.objects.filter(id=debtor.account.id).update(fees_fen=40_000, interest_fen=10_000, principal_fen=341_300)
    return debtor


def ask(owing: Debtor, staff: Staff, now: datetime, lines: dict[str, int], *, settlement: bool = False) -> Any:
    return waivers.grant_or_ask(
        customer_id=owing.customer.id,
        account_id=owing.account.id,
        terms=waivers.Terms(lines, settlement=settlement),
        reason="客户一次性结清意愿明确",
        actor=Actor.of(staff),
        seen_version=None,
        now=now,
    )


@pytest.mark.django_db
def test_a_waiver_within_ones_authority_is_granted_at_once(owing: Debtor, collector: Staff, now: datetime) -> None:
    """30 % of 400 yuan is a collector's; the history has it; nothing waits."""
    assert ask(owing, collector, now, {"late_fee": 12_000}) is None
    waiver = Waiver.objects.get()
    assert (waiver.amount_fen, waiver.owed_fen, waiver.granted_by, waiver.approval) == (12_000, 40_000, collector, None)
    assert Event.objects.get(kind="waiver.granted").payload["lines"] == {"late_fee": 12_000}


@pytest.mark.django_db
def test_one_fen_beyond_goes_to_the_inbox_and_counts_for_whoever_approves(
    owing: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    request = ask(owing, collector, now, {"late_fee": 12_001})
    assert isinstance(request, Approval)
    assert not Waiver.objects.exists()
    approvals.decide(
        approval_id=request.id, verdict="approved", answer="", actor=Actor.of(supervisor), seen_version=None, now=now
    )
    waiver = Waiver.objects.get()
    assert (waiver.granted_by, waiver.approval_id) == (supervisor, request.id)


@pytest.mark.django_db
def test_what_others_granted_the_customer_counts(
    owing: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """A supervisor let off 40 yuan before: of a collector's 500 for one customer 460 are left, and so on."""
    Authority.objects.filter(role="collector", component="late_fee").update(
        most_percent=100, most_fen=12_000, most_month_fen=12_000, most_customer_fen=16_000
    )
    assert ask(owing, supervisor, now, {"late_fee": 4_000}) is None
    assert ask(owing, collector, now, {"late_fee": 12_000}) is None
    assert isinstance(ask(owing, collector, now, {"late_fee": 1}), Approval)


@pytest.mark.django_db
def test_a_new_month_begins_anew(owing: Debtor, collector: Staff, now: datetime) -> None:
    Authority.objects.filter(role="collector", component="late_fee").update(
        most_percent=100, most_fen=5_000, most_month_fen=5_000, most_customer_fen=50_000
    )
    assert ask(owing, collector, now, {"late_fee": 5_000}) is None
    request = ask(owing, collector, now, {"late_fee": 1})
    assert isinstance(request, Approval)
    approvals.withdraw(approval_id=request.id, actor=Actor.of(collector), now=now)
    assert ask(owing, collector, now + timedelta(days=11), {"late_fee": 5_000}) is None


@pytest.mark.django_db
def test_principal_is_head_offices_at_settlement(owing: Debtor, collector: Staff, now: datetime) -> None:
    """Without settling nobody asks for it; a branch does not approve it; head office does."""
    with pytest.raises(RefusedError) as refused:
        ask(owing, collector, now, {"principal": 50_000})
    assert refused.value.code == "waiver_principal_at_settlement"
    request = ask(owing, collector, now, {"principal": 50_000}, settlement=True)
    assert isinstance(request, Approval)
    branch = factories.make_staff("branch_manager", scope="branch")
    with pytest.raises(NotAllowedError) as branches:
        approvals.decide(
            approval_id=request.id, verdict="approved", answer="", actor=Actor.of(branch), seen_version=None, now=now
        )
    assert branches.value.code == "above_authority"
    office = factories.make_staff("branch_manager", scope="institution")
    approvals.decide(
        approval_id=request.id, verdict="approved", answer="", actor=Actor.of(office), seen_version=None, now=now
    )
    assert Waiver.objects.get().component == "principal"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ({}, "waiver_not_positive"),
        ({"late_fee": 0}, "waiver_not_positive"),
        ({"mercy": 1}, "waiver_component_unknown"),
        ({"late_fee": 40_001}, "waiver_above_owed"),
        ({"late_fee": 40_000, "annual_fee": 1}, "waiver_above_owed"),
    ],
)
def test_what_nobody_may_let_off_is_refused(
    owing: Debtor, collector: Staff, now: datetime, lines: dict[str, int], code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        ask(owing, collector, now, lines)
    assert refused.value.code == code


@pytest.mark.django_db
def test_what_was_let_off_is_not_let_off_again_before_the_core_has_it(
    owing: Debtor, supervisor: Staff, now: datetime
) -> None:
    assert ask(owing, supervisor, now, {"late_fee": 40_000}) is None
    with pytest.raises(RefusedError) as refused:
        ask(owing, supervisor, now, {"late_fee": 1})
    assert refused.value.code == "waiver_above_owed"


@pytest.mark.django_db
def test_a_waiver_is_never_changed(owing: Debtor, collector: Staff, now: datetime) -> None:
    ask(owing, collector, now, {"late_fee": 12_000})
    with pytest.raises(InternalError), transaction.atomic():
        Waiver.objects.update(amount_fen=1)


def call_of(owing: Debtor, staff: Staff, now: datetime, found: Found | None = None) -> Conversation:
    conversation = calls.start(
        customer_id=owing.customer.id, contact_point_id=None, actor=Actor.of(staff), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    closing = Closing(party="nobody", outcome="hung_up", recording=found)
    return calls.close(conversation_id=conversation.id, closing=closing, actor=Actor.of(staff), now=now)


def terms(now: datetime, *, fen: int = 391_300, number: int = 3, **values: Any) -> plan_proposals.Terms:
    each = fen // number
    days = [now.date() + timedelta(days=28 * place + 10) for place in range(number)]
    return plan_proposals.Terms([(day, each) for day in days], **values)


def agree(owing: Debtor, staff: Staff, now: datetime, what: plan_proposals.Terms) -> Any:
    return plan_proposals.agree_or_ask(
        customer_id=owing.customer.id, account_id=owing.account.id, terms=what, reason="收入下降，可按月还款",
        actor=Actor.of(staff), seen_version=None, now=now,
    )  # fmt: skip


@pytest.fixture
def negotiator(db: None) -> Staff:
    return factories.make_staff("negotiator")


@pytest.mark.django_db
def test_an_oral_plan_needs_the_recording_of_a_call_with_this_customer(
    owing: Debtor, negotiator: Staff, now: datetime
) -> None:
    """None, or one of another record, and nothing is in force; with it collection stops and it is kept long enough."""
    with pytest.raises(RefusedError) as refused:
        agree(owing, negotiator, now, terms(now, is_oral=True))
    assert refused.value.code == "plan_needs_recording"
    stranger = Debtor(*factories.make_debtor())
    call_of(stranger, negotiator, now, Found("R-1", HASH))
    with pytest.raises(RefusedError) as foreign:
        agree(owing, negotiator, now, terms(now, is_oral=True, recording_id=Recording.objects.get().id))
    assert foreign.value.code == "no_such_recording"
    assert not Arrangement.objects.exists()
    call_of(owing, negotiator, now, Found("R-2", HASH))
    recording = Recording.objects.get(call_id="R-2")
    assert recording.kept_until == date(2028, 11, 20)
    assert agree(owing, negotiator, now, terms(now, is_oral=True, recording_id=recording.id)) is None
    assert Arrangement.objects.get().recording_id == recording.id
    assert Hold.objects.filter(kind="agreement_active", released_at__isnull=True).exists()


@pytest.mark.django_db
def test_the_database_itself_refuses_an_oral_plan_without_a_recording(owing: Debtor, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrangement.objects.create(
            customer=owing.customer, account=owing.account, source="negotiation", source_reference="x", agreed_at=now,
            is_oral=True,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_recording_is_kept_until_the_plan_is_settled(owing: Debtor, supervisor: Staff, now: datetime) -> None:
    """Thirty-four months outlast two years: one more row says until when, the first stays."""
    call_of(owing, supervisor, now, Found("R-3", HASH))
    what = terms(now, number=34, is_oral=True, recording_id=Recording.objects.get().id)
    assert agree(owing, supervisor, now, what) is None
    assert Recording.objects.count() == 2
    assert Arrangement.objects.get().recording is not None
    assert Recording.objects.latest("id").kept_until == what.instalments[-1][0]


@pytest.mark.django_db
def test_a_plan_longer_than_ones_authority_waits_for_who_may(
    owing: Debtor, negotiator: Staff, supervisor: Staff, now: datetime
) -> None:
    """Twelve months are the negotiator's; the thirteenth is asked for, and counts for who approves."""
    assert plan_proposals.beyond(staff=negotiator, account=owing.account, terms=terms(now, number=12), now=now) == []
    request = agree(owing, negotiator, now, terms(now, number=15))
    assert isinstance(request, Approval)
    assert not Arrangement.objects.exists()
    approvals.decide(
        approval_id=request.id, verdict="approved", answer="", actor=Actor.of(supervisor), seen_version=None, now=now
    )
    plan = Arrangement.objects.get()
    assert plan.agreed_by == supervisor
    assert Customer.objects.get().status == "plan_active"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("found", "code"),
    [
        (Found(" ", HASH), "recording_call_id_missing"),
        (Found("R", "xyz"), "recording_hash_malformed"),
        (Found("R", HASH, date(2028, 11, 19)), "recording_kept_too_short"),
    ],
)
def test_a_reference_nobody_could_use_is_refused_with_the_closing(
    owing: Debtor, negotiator: Staff, now: datetime, found: Found, code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        call_of(owing, negotiator, now, found)
    assert refused.value.code == code
    assert Conversation.objects.get().ended_at is None


@pytest.mark.django_db
def test_a_recording_may_be_stated_after_the_call(owing: Debtor, negotiator: Staff, now: datetime) -> None:
    call = call_of(owing, negotiator, now)
    recordings.state(
        conversation_id=call.id,
        found=Found("R-4", HASH.upper()),
        actor=Actor.of(negotiator),
        seen_version=None,
        now=now,
    )
    assert Recording.objects.get().sha256 == HASH
    with pytest.raises(InternalError), transaction.atomic():
        Recording.objects.update(kept_until=TODAY)


@pytest.mark.django_db
def test_the_table_is_edited_within_sense(owing: Debtor, now: datetime) -> None:
    """At once is within the month's sum; principal stays head office's whatever was ticked."""
    compliance = Actor.of(factories.make_staff("compliance"))
    row = Authority.objects.get(role="collector", component="late_fee")
    row.most_month_fen = row.most_fen - 1
    with pytest.raises(ValidationError):
        authorities.save(row=row, actor=compliance)
    principal = Authority(
        role="supervisor",
        component="principal",
        most_fen=1,
        most_month_fen=1,
        most_customer_fen=1,
        head_office_only=False,
    )
    assert authorities.save(row=principal, actor=compliance).head_office_only
    with pytest.raises(ValidationError):
        authorities.save(
            row=Authority(role="legal", component="mercy", most_fen=1, most_month_fen=1, most_customer_fen=1),
            actor=compliance,
        )
    assert Authority.objects.filter(component=PLAN).exists()
