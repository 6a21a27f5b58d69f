"""What a record may or may not have, kind by kind, in each state: for tests of what is asked first."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any, NamedTuple

from django.db import models

from collections_app.domain.approvals import ApprovalState
from collections_app.domain.arrangements import TRANSITIONS as PLAN_STATES
from collections_app.domain.complaints import FINISHED, ComplaintState
from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.domain.promises import PromiseState
from collections_app.models import (
    Account,
    AccountParty,
    Approval,
    ApprovedSentence,
    Arrangement,
    CaseClaim,
    ClaimAssignment,
    Complaint,
    Contact,
    Conversation,
    Customer,
    Entry,
    Estate,
    Guarantee,
    HandOff,
    Hold,
    Incident,
    Instalment,
    IssuedDocument,
    LegalStep,
    LimitationClock,
    LimitationSuspension,
    PaymentClaim,
    PowerOfAttorney,
    Promise,
    Recusal,
    RelatedPerson,
    Staff,
    Told,
    ToldFlag,
)
from tests import factories

Make = Callable[[], Any]
_LATER, _BEFORE = timedelta(days=2), timedelta(days=-2)


class Place(NamedTuple):
    """The record the rows are of, a co-borrower of its account, two colleagues, and the moment."""

    customer: Customer
    account: Account
    beside: Customer
    staff: tuple[Staff, Staff]
    now: datetime


def of_each_kind(place: Place) -> Iterable[list[Make]]:
    """Give the rows of each kind, one in every state it may be in, as what makes them."""
    yield from _agreed(place)
    yield _holds(place)
    yield from _others(place)
    yield from _at_work(place)
    yield from _complained(place)
    yield from _before_court(place)
    yield from _died(place)
    yield [partial(_call, whose, place, values) for whose, values in product(_both(place), _call_states(place.now))]
    yield [partial(_told, whose, place, ended=ended) for whose, ended in product(_both(place), (False, True))]


def _both(place: Place) -> tuple[Customer, Customer]:
    return place.customer, place.beside


def _rows(model: type[models.Model], field: str, states: Iterable[str], **values: Any) -> list[Make]:
    return [partial(model._default_manager.create, **values, **{field: state}) for state in states]


def _agreed(place: Place) -> Iterable[list[Make]]:
    """Promises, plans, money beside the core's, claims to have paid, schedules, and where the account is."""
    now, account = place.now, place.account
    of_account: dict[str, Any] = {"customer": place.customer, "account": account}
    values: dict[str, Any] = {"taken_at": now, "last_day": now.date(), "total_fen": 5_000, "department": "collections"}
    yield _rows(Promise, "state", PromiseState, **of_account, **values)
    values = {"source": "negotiation", "source_reference": "N1", "agreed_at": now}
    yield _rows(Arrangement, "state", PLAN_STATES, **of_account, **values)
    values = {"amount_fen": 100, "channel": "app", "reference": "R1", "occurred_at": now, "recorded_at": now}
    states = ("in_flight", "unidentified", "received", "posted", "failed")
    yield [
        make
        for kind in ("payment", "reversal")
        for make in _rows(Entry, "state", states, **of_account, **values, kind=kind)
    ]
    values = {"amount_fen": 1, "channel": "app", "paid_on": now.date(), "recorded_at": now}
    states = ("open", "found", "not_found", "other_account", "withdrawn")
    yield _rows(PaymentClaim, "state", states, **of_account, **values)
    values = {"due_on": now.date() + _LATER, "principal_fen": 100, "interest_fen": 1}
    yield [partial(Instalment.objects.create, **of_account, **values, number=1)]
    placements = ("own", "placed", "assigned")
    yield [partial(Account.objects.filter(pk=account.pk).update, placement=placement) for placement in placements]


def _holds(place: Place) -> list[Make]:
    owner, beside, account, now = place.customer, place.beside, place.account, place.now
    whose: list[dict[str, Any]] = [{"customer": owner}, {"customer": beside}]
    whose += [each | {"account": account} for each in whose]
    kinds = ((HoldKind.RISK_TO_LIFE, now + _LATER), (HoldKind.DISPUTE, None))
    return [
        partial(Hold.objects.create, **each, kind=kind, placed_at=now + _BEFORE, ends_at=ends_at)
        for each, (kind, ends_at) in product(whose, kinds)
    ]


def _others(place: Place) -> Iterable[list[Make]]:
    """Who stands beside the customer, and incidents."""
    now = place.now
    yield [partial(AccountParty.objects.create, account=place.account, customer=place.beside, role="guarantor")]
    values: dict[str, Any] = {"name": "李四", "role": "spouse", "relation": "spouse", "provenance": "on_file"}
    yield [partial(RelatedPerson.objects.create, customer=place.customer, **values, recorded_at=now)]
    values = {"scope": "all", "reason": "x", "started_by": place.staff[0], "started_at": now + _BEFORE}
    values["sentence"] = ApprovedSentence.objects.create(
        use="incident", code="x", staff_zh="停", staff_en="Stop", created_at=now
    )
    hour = timedelta(hours=1)
    yield [
        partial(Incident.objects.create, **values, ends_at=ends_at, ended_at=ended_at)
        for ends_at, ended_at in product((None, now + hour, now - hour), (None, now))
    ]


def _at_work(place: Place) -> Iterable[list[Make]]:
    """Hand-offs, cases given to somebody, and approvals."""
    customer, now, (staff, colleague) = place.customer, place.now, place.staff
    values: dict[str, Any] = {"to_department": "service", "from_department": "collections", "opened_at": now + _BEFORE}
    yield [
        partial(
            HandOff.objects.create, customer=customer, kind="callback", state=state, due_at=now + _LATER, **values,
            closed_at=None if state in STILL_OPEN else now,
        )
        for state in HandOffState
    ]  # fmt: skip
    values = {"customer": customer, "staff": staff, "queue": "own", "taken_at": now}
    ends: list[dict[str, Any]] = [{}, {"end": "worked", "ended_at": now}]
    yield [
        partial(CaseClaim.objects.create, **values, **end, expires_at=until)
        for end, until in product(ends, (now + _LATER, now + _BEFORE))
    ]
    values = {"asked_by": staff, "asked_department": "collections", "asked_at": now, "expires_at": now + _LATER}
    values |= {"decided_by": colleague, "decided_at": now, "payload": {"channel": "voice", "purpose": "collection"}}
    values |= {"kind": "statutory_contact", "subject": "x:1", "reason": "x"}
    yield _rows(Approval, "state", ApprovalState, customer=customer, **values)


def _complained(place: Place) -> Iterable[list[Make]]:
    """Complaints, who is kept away for them, whose word they were, and visits and papers of the record."""
    customer, now, (staff, colleague) = place.customer, place.now, place.staff
    closed = sorted(FINISHED)
    yield [
        partial(_complaint, place, state=state, closed_at=now if state in closed else None) for state in ComplaintState
    ]
    yield [partial(_recusal, place, values) for values in ({}, {"ended_at": now, "ended_by": colleague})]
    yield [partial(_power, place, state) for state in ("unchecked", "refused")]
    at = now + _LATER
    yield [
        partial(factories.make_visit, customer, staff, at=at, **values)
        for values in ({}, {"state": "cancelled", "closed_at": now})
    ]
    values: dict[str, Any] = {"kind": "statement", "language": "en", "record_version": 1, "as_of": now.date()}
    values |= {"issued_on": now.date(), "issued_at": now, "size": 1, "sha256": "0", "stored_as": "x"}
    yield [partial(IssuedDocument.objects.create, customer=customer, account=place.account, **values, reference="D1")]


def _complaint(place: Place, **values: Any) -> Complaint:
    now = place.now
    work = HandOff.objects.create(
        customer=place.customer, kind="complaint", to_department="consumer", from_department="service",
        opened_at=now, due_at=now + _LATER,
    )  # fmt: skip
    values = {"received_at": now, "due_at": now + _LATER, "taken_at": now, "text": "x", "demand": "x"} | values
    return Complaint.objects.create(customer=place.customer, handoff=work, cause="x", level="normal", **values)


def _recusal(place: Place, values: dict[str, Any]) -> None:
    about = {"customer": place.customer, "complaint": _complaint(place), "since": place.now}
    Recusal.objects.create(**about, staff=place.staff[0], **values)


def _power(place: Place, state: str) -> None:
    about = _complaint(place)
    values: dict[str, Any] = {"name": "王五", "scope": "x", "recorded_at": place.now, "state": state}
    PowerOfAttorney.objects.create(customer=place.customer, complaint=about, handoff=about.handoff, **values)


def _before_court(place: Place) -> Iterable[list[Make]]:
    """What limitation and guarantees run to, what suspends it, the steps before a court, and assignments."""
    now, today, (staff, colleague) = place.now, place.now.date(), place.staff
    of_account: dict[str, Any] = {"customer": place.customer, "account": place.account}
    yield [partial(LimitationClock.objects.create, **of_account, until=today)]
    values: dict[str, Any] = {"kind": "force_majeure", "since": today, "evidence": "x", "recorded_by": staff}
    ends: list[dict[str, Any]] = [{}, {"gone_on": today}, {"revoked_at": now, "revoked_by": staff}]
    yield [partial(LimitationSuspension.objects.create, **of_account, **values, recorded_at=now, **end) for end in ends]
    yield [partial(_guarantee, place)]
    values = {"evidence": "x", "recorded_by": staff, "recorded_at": now}
    yield [partial(LegalStep.objects.create, **of_account, state="filed", on=today, **values)]
    values = {"assignee": "A", "reached_by": "x", "assigned_on": today, "notified_on": today, "evidence": "x"}
    values |= {"asked_by": staff, "approved_by": colleague, "at": now}
    yield [partial(ClaimAssignment.objects.create, **of_account, **values)]


def _guarantee(place: Place) -> None:
    guarantor = factories.make_person(place.customer, "guarantor")
    Guarantee.objects.create(
        customer=place.customer, account=place.account, person=guarantor, kind="general", evidence="x",
        debt_due_on=place.now.date(), recorded_at=place.now,
    )  # fmt: skip


def _died(place: Place) -> Iterable[list[Make]]:
    values = {"customer": place.customer, "recorded_at": place.now}
    yield [partial(Estate.objects.create, **values, withdrawn_at=at) for at in (None, place.now)]


def _call_states(now: datetime) -> list[dict[str, Any]]:
    """Calls on the line, past their lease, given back, and closed."""
    held: dict[str, Any] = {"lease_until": now + _LATER}
    over = {"lease_until": now + _BEFORE}
    closed = {"ended_at": now, "outcome": "self_promise", "party": "self"}
    return [held, over, held | {"interrupted_at": now}, over | {"interrupted_at": now}, held | closed, over | closed]


def _call(customer: Customer, place: Place, values: dict[str, Any]) -> None:
    of_customer: dict[str, Any] = {"customer": customer, "department": "collections"}
    contact = Contact.objects.create(**of_customer, channel="voice", purpose="collection", state="made", at=place.now)
    Conversation.objects.create(**of_customer, contact=contact, staff=place.staff[1], started_at=place.now, **values)


def _told(customer: Customer, place: Place, *, ended: bool) -> None:
    """A wrong word and its flag, open or over."""
    values: dict[str, Any] = {"customer": customer, "account": place.account}
    word = Told.objects.create(
        **values, medium="spoken", amount_name="overdue", amount_fen=1, version=1, at=place.now + _BEFORE
    )
    end = {"ended_at": place.now, "end": "over"} if ended else {}
    ToldFlag.objects.create(**values, told=word, wrong=True, raised_at=place.now, **end)
    Customer.objects.filter(pk=customer.pk).update(told_state="wrong")
