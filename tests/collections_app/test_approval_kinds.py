"""What is asked for of a record: a promise beyond the limits, and a contact that a hold lets go on only approved."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.domain.promises import Part
from collections_app.models import Approval, Contact, ContactPoint, Customer, Hold, Promise, Staff
from collections_app.selectors import approvals as selector
from collections_app.services import approvals, contacts, holds, promise_proposals, promises
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


@pytest.fixture
def supervisor(debtor: Debtor) -> Staff:
    return factories.make_staff("supervisor", branch=debtor.customer.branch)


def propose(debtor: Debtor, staff: Staff, now: datetime, days: int = 20, fen: int = 200_000) -> Approval | None:
    return promise_proposals.take_or_ask(
        customer_id=debtor.customer.id,
        account_id=debtor.account.id,
        parts=[Part(now.date() + timedelta(days=days), fen)],
        reason="工资 20 日后发放",
        actor=Actor.of(staff),
        seen_version=None,
        now=now,
    )


def ask_contact(debtor: Debtor, staff: Staff, now: datetime, **values: Any) -> Approval:
    point = ContactPoint.objects.filter(customer=debtor.customer, relation="self").order_by("id")[0]
    payload = {"purpose": "statutory", "channel": "voice", "contact_point": point.id} | values
    return approvals.ask(
        kind="statutory_contact",
        subject=f"contact:{debtor.customer.id}",
        reason="须送达催告",
        customer_id=debtor.customer.id,
        payload=payload,
        actor=Actor.of(staff),
        now=now,
    )


def decide(approval: Approval | None, by: Staff, now: datetime, verdict: str = "approved", **values: Any) -> Approval:
    assert approval is not None
    seen = Customer.objects.values_list("version", flat=True).get(id=approval.customer_id)
    plain: dict[str, Any] = {"answer": "好" if verdict == "approved" else "请缩短期限", "seen_version": seen}
    return approvals.decide(approval_id=approval.id, verdict=verdict, actor=Actor.of(by), now=now, **plain | values)


def permit(debtor: Debtor, staff: Staff, now: datetime) -> contacts.Permit | contacts.Refusal:
    point = ContactPoint.objects.filter(customer=debtor.customer, relation="self").order_by("id")[0]
    return contacts.permit(
        customer=debtor.customer,
        channel="voice",
        purpose="statutory",
        contact_point=point,
        actor=Actor.of(staff),
        now=now,
    )


def hold(debtor: Debtor, kind: str, staff: Staff, now: datetime) -> Hold:
    return holds.place(customer_id=debtor.customer.id, kind=kind, actor=Actor.of(staff), seen_version=None, now=now)


def test_a_proposed_promise_holds_nothing_until_it_is_approved(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """It is no part of the status, places no hold, and begins with the approval."""
    asked = propose(debtor, collector, now)
    promise = Promise.objects.get()
    debtor.customer.refresh_from_db()
    assert (promise.state, debtor.customer.status, Hold.objects.count()) == ("proposed", "to_contact", 0)
    decide(asked, supervisor, now)
    promise.refresh_from_db()
    debtor.customer.refresh_from_db()
    assert (promise.state, promise.taken_by, debtor.customer.status) == ("active", collector, "promise_active")
    assert Hold.objects.get().source == f"promise:{promise.id}"


@pytest.mark.parametrize("ending", ["returned", "rejected", "withdrawn", "expired"])
def test_a_proposal_that_is_not_approved_is_withdrawn(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime, ending: str
) -> None:
    asked = propose(debtor, collector, now)
    assert asked is not None
    if ending == "withdrawn":
        approvals.withdraw(approval_id=asked.id, actor=Actor.of(collector), now=now)
    elif ending == "expired":
        assert approvals.sweep(now=asked.expires_at) == 1
    else:
        decide(asked, supervisor, now, ending)
    asked.refresh_from_db()
    assert (asked.state, Promise.objects.get().state, Hold.objects.count()) == (ending, "withdrawn", 0)


def test_what_nobody_may_allow_is_not_asked_for(debtor: Debtor, collector: Staff, now: datetime) -> None:
    with pytest.raises(RefusedError, match="promise_amount_above_overdue"):
        propose(debtor, collector, now, fen=391_301)
    assert not Approval.objects.exists()


def test_a_promise_within_the_limits_is_taken_at_once(debtor: Debtor, collector: Staff, now: datetime) -> None:
    assert propose(debtor, collector, now, days=2) is None
    assert Promise.objects.get().state == "active"


def test_a_promise_taken_meanwhile_overtakes_the_proposal(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    asked = propose(debtor, collector, now)
    assert asked is not None
    assert asked.customer is not None
    seen = Customer.objects.get(id=debtor.customer.id).version
    promises.take(
        customer_id=debtor.customer.id,
        account_id=debtor.account.id,
        parts=[Part(now.date() + timedelta(days=2), 200_000)],
        actor=Actor.of(collector),
        seen_version=None,
        now=now,
    )
    with pytest.raises(StaleWriteError):
        decide(asked, supervisor, now, seen_version=seen)
    with pytest.raises(RefusedError, match="promise_already_pending"):
        decide(asked, supervisor, now)
    assert approvals.sweep(now=now) == 1
    asked.refresh_from_db()
    assert asked.state == "overtaken"


def test_an_amount_beyond_ones_authority_waits_for_somebody_else(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """A supervisor neither sees it waiting nor decides it; the branch's manager does. So does nobody elsewhere."""
    asked = propose(debtor, collector, now)
    assert asked is not None
    Approval.objects.filter(id=asked.id).update(amount_fen=5_000_001)
    assert selector.waiting_number(supervisor, kinds=["promise_terms"], now=now) == 0
    with pytest.raises(NotAllowedError, match="above_authority"):
        decide(asked, supervisor, now)
    elsewhere = factories.make_staff("branch_manager", scope="branch", branch=factories.make_branch("SH"))
    with pytest.raises(NotAllowedError, match="not_allowed"):
        decide(asked, elsewhere, now)
    manager = factories.make_staff("branch_manager", scope="branch", branch=debtor.customer.branch)
    assert decide(asked, manager, now).state == "approved"


def test_an_approved_contact_gets_one_permit_and_names_its_approval(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    hold(debtor, "hardship", collector, now)
    refused = permit(debtor, collector, now)
    assert not refused.allowed
    assert refused.code == "approval_needed"
    asked = ask_contact(debtor, collector, now)
    assert not permit(debtor, collector, now).allowed
    decide(asked, supervisor, now)
    granted = permit(debtor, collector, now)
    assert granted.allowed
    found = [line for line in granted.contact.decision["considered"] if line["check"] == "hold"]
    assert (granted.contact.decision["approval"], found[0]["rule"]["code"]) == (asked.id, "APPROVAL")
    asked.refresh_from_db()
    assert asked.used_at == now
    Contact.objects.all().delete()
    assert not permit(debtor, collector, now).allowed


def test_an_approval_lapses_and_does_not_cover_a_hold_placed_since(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    hold(debtor, "hardship", collector, now)
    asked = decide(ask_contact(debtor, collector, now), supervisor, now)
    assert not permit(debtor, collector, asked.expires_at).allowed
    hold(debtor, "illness", collector, now)
    refused = permit(debtor, collector, now)
    assert not refused.allowed
    assert refused.params["hold"] == "illness"


def test_a_contact_that_needs_no_approval_or_that_none_would_allow_is_not_asked_for(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    with pytest.raises(RefusedError, match="approval_not_needed"):
        ask_contact(debtor, collector, now)
    hold(debtor, "hardship", collector, now)
    with pytest.raises(RefusedError, match="contact_not_approvable"):
        ask_contact(debtor, collector, now, purpose="marketing")
    assert not Approval.objects.exists()


def test_of_two_who_decide_the_second_is_told_who_was_first(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    asked = propose(debtor, collector, now)
    decide(asked, supervisor, now)
    other = factories.make_staff("supervisor", branch=debtor.customer.branch)
    with pytest.raises(RefusedError) as told:
        decide(asked, other, now, "rejected")
    assert told.value.code == "approval_decided_already"
    assert told.value.params["who"] == supervisor.name


def test_who_asked_is_told_until_they_have_read_the_answer(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    asked = decide(propose(debtor, collector, now), supervisor, now, "returned")
    assert selector.unread(collector).count() == 1
    assert approvals.read_answer(approval_id=asked.id, actor=Actor.of(collector), now=now)
    assert selector.unread(collector).count() == 0


@pytest.mark.parametrize(("kind", "purpose"), [("dispute", "limitation"), ("deceased", "statutory")])
def test_legal_alone_lets_limitation_be_preserved_and_an_estate_be_written_to(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime, kind: str, purpose: str
) -> None:
    """A supervisor decides other statutory contacts, not these."""
    holds.place(
        customer_id=debtor.customer.id, kind=kind, actor=Actor.of(collector), seen_version=None, now=now,
        account_id=debtor.account.id if kind == "dispute" else None,
    )  # fmt: skip
    asked = ask_contact(debtor, collector, now, purpose=purpose, channel="letter", contact_point=None)
    legal = factories.make_staff("legal", scope="institution")
    count = [selector.waiting_number(each, kinds=["statutory_contact"], now=now) for each in (supervisor, legal)]
    assert count == [0, 1]
    with pytest.raises(NotAllowedError, match="beyond_authority"):
        decide(asked, supervisor, now)
    assert decide(asked, legal, now).state == "approved"


def test_who_is_in_custody_is_written_to_and_not_called(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    hold(debtor, "detained", collector, now)
    with pytest.raises(RefusedError, match="detained_by_post"):
        ask_contact(debtor, collector, now)
    assert ask_contact(debtor, collector, now, channel="letter", contact_point=None).state == "pending"
    assert selector.waiting_number(supervisor, kinds=["statutory_contact"], now=now) == 1
