"""From proposal to agreement and beyond, across the floors."""

from datetime import date, datetime, timedelta

import pytest

from collections_app.models import Account, Arrangement, ContactPoint, Event, Hold, Staff
from collections_app.services import contacts, plans, records
from collections_app.services.records import Actor
from mediation.domain.agreement import equal_lines
from mediation.models import Agreement, Mediation, Mediator, Session
from mediation.services import mediations, outcomes, scheduling, sessions
from tests.mediation.conftest import Debtor

ALL_SIGNED = frozenset({"customer", "bank", "mediator", "organisation"})


def propose(debtor: Debtor, collector: Staff, now: datetime, kind: str = "mediation") -> Mediation:
    return mediations.propose(
        customer_id=debtor.customer.id, account_id=debtor.account.id, kind=kind, position="可分 12 期偿还。",
        actor=Actor.of(collector), seen_version=debtor.customer.version, now=now,
    )  # fmt: skip


def version(debtor: Debtor) -> int:
    debtor.customer.refresh_from_db()
    return debtor.customer.version


def terms(debtor: Debtor, **changes: object) -> outcomes.Terms:
    lines = equal_lines(
        total_fen=390_000, count=3, first=date(2026, 12, 10), interval="month", account_id=debtor.account.id
    )
    values: dict[str, object] = {
        "total_fen": 390_000,
        "lines": lines,
        "grace_days": 3,
        "text": "分三期偿还。",
        "signed": ALL_SIGNED,
    }
    return outcomes.Terms(**(values | changes))  # type: ignore[arg-type]


def agree(debtor: Debtor, session: Session, mediator: Mediator, now: datetime) -> Mediation:
    actor = Actor.of(mediator.staff)
    sessions.begin(session_id=session.id, actor=actor, seen_version=version(debtor), now=now)
    return outcomes.record(
        session_id=session.id, ending="agreed", terms=terms(debtor), actor=actor, seen_version=version(debtor), now=now
    )


def permit(debtor: Debtor, collector: Staff, now: datetime) -> contacts.Permit | contacts.Refusal:
    customer = records.lock(customer_id=debtor.customer.id, now=now)
    point = ContactPoint.objects.get(customer=customer)
    return contacts.permit(
        customer=customer,
        channel="voice",
        purpose="collection",
        contact_point=point,
        actor=Actor.of(collector),
        now=now,
    )


def scheduled(debtor: Debtor, collector: Staff, now: datetime) -> Session:
    session = scheduling.schedule(mediation_id=propose(debtor, collector, now).id, now=now)
    assert session is not None
    return session


def test_a_proposal_is_scheduled_and_the_customer_invited(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """The earliest hour after the notice is on Monday; the hold begins with the date, not with the proposal."""
    mediation = propose(debtor, collector, now)
    assert not Hold.objects.filter(customer=debtor.customer).exists()
    session = scheduling.schedule(mediation_id=mediation.id, now=now)
    assert session is not None
    assert (session.mediator, session.representative) == (mediator, representative)
    assert session.starts_at == datetime(2026, 11, 23, 9, 0, tzinfo=now.tzinfo)
    assert session.ends_at - session.starts_at == timedelta(minutes=60)
    assert session.mode == "telephone"
    mediation.refresh_from_db()
    assert (mediation.state, mediation.term_ends_on) == ("scheduled", date(2026, 12, 20))
    debtor.customer.refresh_from_db()
    assert debtor.customer.status == "in_mediation"
    assert Hold.objects.get(customer=debtor.customer).source == f"mediation:{mediation.id}"
    assert scheduling.schedule(mediation_id=mediation.id, now=now) is None
    assert Session.objects.count() == 1


def test_an_agreement_stops_collection_and_shows_as_a_plan(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """At the moment of signing the permit for collection is refused with the agreement as its reason."""
    session = scheduled(debtor, collector, now)
    mediation = agree(debtor, session, mediator, now)
    assert (mediation.state, mediation.ending) == ("ended", "agreed")
    agreed = Agreement.objects.get(mediation=mediation)
    assert [(line.due_on, line.amount_fen, line.account_id) for line in agreed.instalments.all()] == [
        (date(2026, 12, 10), 130_000, debtor.account.id),
        (date(2027, 1, 10), 130_000, debtor.account.id),
        (date(2027, 2, 10), 130_000, debtor.account.id),
    ]
    assert set(agreed.signatures.values_list("signatory", flat=True)) == ALL_SIGNED
    plan = Arrangement.objects.get(account=debtor.account)
    assert (plan.source, plan.state, plan.id) == ("mediation", "performing", agreed.arrangement_id)
    debtor.customer.refresh_from_db()
    assert debtor.customer.status == "plan_active"
    refused = permit(debtor, collector, now)
    assert isinstance(refused, contacts.Refusal)
    assert refused.reason == "agreement_active"
    held = Hold.objects.filter(customer=debtor.customer, released_at__isnull=True)
    assert list(held.values_list("kind", flat=True)) == ["agreement_active"]


def test_a_missed_instalment_brings_collection_back(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Within its grace the plan is late; a day later it is breached, and the hold is gone."""
    session = scheduled(debtor, collector, now)
    agree(debtor, session, mediator, now)
    late = datetime(2026, 12, 13, 10, 0, tzinfo=now.tzinfo)
    assert plans.judge_due(now=late) == 1
    assert Arrangement.objects.get().state == "late"
    assert Hold.objects.filter(kind="agreement_active", released_at__isnull=True).exists()
    Account.objects.update(data_as_of=late.date())
    assert plans.judge_due(now=late + timedelta(days=1)) == 1
    assert Arrangement.objects.get().state == "breached"
    assert not Hold.objects.filter(customer=debtor.customer, released_at__isnull=True).exists()
    debtor.customer.refresh_from_db()
    assert debtor.customer.status not in {"plan_active", "plan_late", "in_mediation"}


@pytest.mark.parametrize("ending", ["refused", "gap", "settled_withdrawn", "refused_signature", "unreachable"])
def test_every_other_ending_gives_collection_its_way_back(
    ending: str, debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """The hold is released with the ending as its reason, and no plan exists."""
    session = scheduled(debtor, collector, now)
    outcomes.record(
        session_id=session.id, ending=ending, terms=None, actor=Actor.of(mediator.staff), seen_version=version(debtor),
        now=now,
    )  # fmt: skip
    assert Hold.objects.get(customer=debtor.customer).release_reason == ending
    assert not Arrangement.objects.exists()
    session.refresh_from_db()
    assert session.state == "cancelled"
    event = Event.objects.filter(kind="mediation.ended").get()
    assert event.payload["ending"] == ending


def test_nothing_said_in_the_session_reaches_the_shared_record(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Events of talks carry ids, codes and amounts; neither position nor terms are among them."""
    session = scheduled(debtor, collector, now)
    agree(debtor, session, mediator, now)
    history = str(list(Event.objects.filter(kind__startswith="mediation.").values_list("payload", flat=True)))
    assert "期" not in history


def test_the_banks_own_talks_have_no_mediator_and_no_seal(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """协商 is held by the bank's representative, under its own hold, and ends in a plan of its own source."""
    mediation = propose(debtor, collector, now, kind="negotiation")
    session = scheduling.schedule(mediation_id=mediation.id, now=now)
    assert session is not None
    assert session.mediator is None
    assert Hold.objects.get(customer=debtor.customer).kind == "negotiating"
    actor = Actor.of(representative)
    sessions.begin(session_id=session.id, actor=actor, seen_version=version(debtor), now=now)
    outcomes.record(
        session_id=session.id, ending="agreed", terms=terms(debtor, signed=frozenset({"customer", "bank"})),
        actor=actor, seen_version=version(debtor), now=now,
    )  # fmt: skip
    assert Arrangement.objects.get().source == "negotiation"
    assert Agreement.objects.get().signatures.count() == 2
