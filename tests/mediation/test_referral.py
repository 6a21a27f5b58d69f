"""Where talks come from, who consents and how, their route by rule and by hand, and how they end before a session."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from collections_app.models import Account, Alert, Event, HandOff, Hold, Staff
from collections_app.services import handoffs, holds, records
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import CUSTOMER, Actor
from mediation.domain.endings import BEFORE_A_SESSION, DECLINED
from mediation.models import Consent, Mediation, Mediator, RouteOverride, RouteRule, Session
from mediation.selectors.mediations import may_be_confirmed
from mediation.services import closing, mediations, organisations, outcomes, overrides, routes, scheduling, sessions
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import propose, scheduled, version


def wish(debtor: Debtor, actor: Actor, now: datetime, text: str = "") -> HandOff:
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        return handoffs.open_within(
            customer=customer, kind="mediation_request", actor=actor, now=now, account_id=debtor.account.id, text=text
        )


def from_wish(debtor: Debtor, by: Staff, found: HandOff, now: datetime, how: str) -> Mediation:
    return mediations.propose(
        customer_id=debtor.customer.id, account_id=debtor.account.id, kind="mediation", position="",
        dispute_type="over_limit", handoff_id=found.id, consent_how=how, actor=Actor.of(by), seen_version=None,
        now=now,
    )  # fmt: skip


def said(mediation: Mediation) -> list[tuple[str, bool, str]]:
    return list(Consent.objects.filter(mediation=mediation).values_list("side", "agrees", "how"))


def test_a_customers_wish_becomes_talks_with_the_consent_given_on_their_page(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """The wish is done with words for the customer; the consent has the moment it was given, not of the proposal."""
    found = wish(debtor, CUSTOMER, now - timedelta(days=1), "利息过高")
    mediation = from_wish(debtor, collector, found, now, "page")
    assert (mediation.origin, mediation.handoff_id, mediation.customer_consent) == ("customer", found.id, "yes")
    assert said(mediation) == [("customer", True, "page"), ("bank", True, "system")]
    given = Consent.objects.get(mediation=mediation, side="customer")
    assert (given.at, given.recorded_by) == (now - timedelta(days=1), None)
    found.refresh_from_db()
    assert found.state == "done"
    assert found.replies.count() == 1
    assert (mediation.track, mediation.track_reason, mediation.route) == ("simple", "small", "telephone")
    with pytest.raises(RefusedError, match="talks_open"):
        from_wish(debtor, collector, found, now, "page")


def test_consent_on_the_page_needs_a_wish_of_the_customers_own(debtor: Debtor, collector: Staff, now: datetime) -> None:
    found = wish(debtor, Actor.of(factories.make_staff("service_agent")), now)
    with pytest.raises(RefusedError, match="no_such_way"):
        from_wish(debtor, collector, found, now, "page")
    mediation = from_wish(debtor, collector, found, now, "phone")
    assert mediation.origin == "service"
    mediations.withdraw(mediation_id=mediation.id, actor=Actor.of(collector), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="no_wish_for_mediation"):
        from_wish(debtor, collector, found, now, "phone")


def test_an_unknown_dispute_and_an_unknown_way_are_refused(debtor: Debtor, collector: Staff, now: datetime) -> None:
    common = {"actor": Actor.of(collector), "seen_version": None, "now": now}
    of = {"customer_id": debtor.customer.id, "account_id": debtor.account.id, "kind": "mediation", "position": ""}
    with pytest.raises(RefusedError, match="no_such_dispute"):
        mediations.propose(**of, **common, dispute_type="weather")
    with pytest.raises(RefusedError, match="no_such_way"):
        mediations.propose(**of, **common, consent_how="rumour")
    assert not Mediation.objects.exists()


def test_hardship_and_a_complex_dispute_change_the_track(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """The bank's table has the last word on what is complex; a complex case is not held by telephone."""
    holds.place(customer_id=debtor.customer.id, kind="hardship", actor=Actor.of(collector), seen_version=None, now=now)
    row = RouteRule(
        product="card", telephone_up_to_fen=5_000_000, video_up_to_fen=20_000_000, complex_disputes=["fees"]
    )
    routes.save(rule=row, actor=Actor.of(factories.make_staff("compliance")))
    common = {"actor": Actor.of(collector), "seen_version": None, "now": now}
    of = {"customer_id": debtor.customer.id, "account_id": debtor.account.id, "kind": "mediation", "position": ""}
    first = mediations.propose(**of, **common, dispute_type="over_limit")
    assert (first.track, first.track_reason) == ("ordinary", "hardship")
    mediations.withdraw(mediation_id=first.id, **common)
    second = mediations.propose(**of, **common, dispute_type="fees")
    assert (second.track, second.route, second.route_reason) == ("complex", "video", "complex")


def test_a_person_overrides_the_rule_with_a_reason_and_the_rules_choice_stays(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """A session already announced by telephone is given back; another is looked for by the new means."""
    session = scheduled(debtor, collector, now)
    common = {"mediation_id": session.mediation_id, "actor": Actor.of(collector), "now": now, "seen_version": None}
    with pytest.raises(RefusedError, match="route_needs_reason"):
        overrides.change(**common, route="meeting", track="complex", reason=" ")
    overrides.change(**common, route="meeting", track="complex", reason="客户听力不便")
    row = RouteOverride.objects.get()
    assert (row.route_before, row.route_after, row.track_before, row.track_after) == (
        "telephone", "meeting", "ordinary", "complex",
    )  # fmt: skip
    session.refresh_from_db()
    assert session.state == "cancelled"
    event = Event.objects.get(kind="mediation.routed")
    assert "客户听力不便" not in str(event.payload)
    again = scheduling.schedule(mediation_id=session.mediation_id, now=now)
    assert again is not None
    assert again.mode == "meeting"
    for wrong, code in (
        ({"route": "meeting", "track": "complex"}, "route_is_so_already"),
        ({"route": "letter", "track": "complex"}, "no_such_route"),
        ({"route": "video", "track": "fast"}, "no_such_track"),
    ):
        with pytest.raises(RefusedError, match=code):
            overrides.change(**common, **wrong, reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        RouteOverride.objects.create(
            mediation=row.mediation, customer=debtor.customer, route_before="video", route_after="video",
            track_before="simple", track_after="simple", reason="x", changed_by=collector, changed_at=now,
        )  # fmt: skip


def test_a_consent_is_of_the_page_or_of_somebody_and_is_never_changed(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    mediation = propose(debtor, collector, now)
    of = {"mediation": mediation, "customer": debtor.customer, "side": "customer", "agrees": True, "at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(**of, how="phone")
    row = Consent.objects.create(**of, how="page")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Consent.objects.filter(id=row.id).update(agrees=False)


def test_a_customer_answers_on_their_page_and_may_decline_later(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Consent by page has nobody who wrote it down; whoever agreed and declines later has refused to go on."""
    session = scheduled(debtor, collector, now)
    common = {"mediation_id": session.mediation_id, "actor": CUSTOMER, "now": now, "customer_id": debtor.customer.id}
    mediations.answer(**common, consents=True, seen_version=version(debtor))
    with pytest.raises(RefusedError, match="answered_already"):
        mediations.answer(**common, consents=True, seen_version=version(debtor))
    ended = mediations.answer(**common, consents=False, seen_version=version(debtor))
    assert (ended.state, ended.ending) == ("ended", "refused")
    assert said(ended) == [("bank", True, "system"), ("customer", True, "page"), ("customer", False, "page")]
    assert not Hold.objects.filter(kind="in_mediation", released_at__isnull=True).exists()


def test_nobody_answers_for_another_customer_or_while_a_session_is_going_on(
    debtor: Debtor,
    collector: Staff,
    mediator: Mediator,
    representative: Staff,
    let_in: Callable[[Debtor], Client],
    now: datetime,
) -> None:
    """What would be refused is not offered either: in a session the page says whom to tell."""
    session = scheduled(debtor, collector, now)
    page, address = let_in(debtor), f"/r/talks/{session.mediation_id}/"
    assert f"{address}answer/" in page.get(address).content.decode()
    of = {"mediation_id": session.mediation_id, "consents": False, "actor": CUSTOMER, "now": now, "seen_version": None}
    with pytest.raises(RefusedError, match="no_such_mediation"):
        mediations.answer(**of, customer_id=factories.make_debtor()[0].id)
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="mediation_in_session"):
        mediations.answer(**of, customer_id=debtor.customer.id)
    shown = page.get(address).content.decode()
    assert "请告知主持人" in shown
    assert f"{address}answer/" not in shown
    assert said(session.mediation)[-1] == ("customer", True, "session")


def test_every_ending_before_a_session_has_its_consequence(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """State, hold, alert, and the work that goes back; whatever the ending, collection gets its way back."""
    later = now
    for ending in BEFORE_A_SESSION:
        Mediation.objects.filter(ending="false_suspected").delete()
        session = scheduled(debtor, collector, later)
        assert Hold.objects.filter(kind="in_mediation", released_at__isnull=True).count() == 1
        ended = closing.close(
            mediation_id=session.mediation_id, ending=ending, actor=Actor.of(collector),
            seen_version=version(debtor), now=later,
        )  # fmt: skip
        version(debtor)
        assert (ended.state, ended.ending) == ("ended", ending)
        assert not Hold.objects.filter(kind="in_mediation", released_at__isnull=True).exists()
        assert not ended.clocks.filter(ended_at__isnull=True).exists()
        assert Alert.objects.filter(kind="mediation_sham").exists() == (ending == "false_suspected")
        returned = HandOff.objects.filter(kind="other", to_department="collections")
        assert returned.exists() == (ending in {"unsuitable", "false_suspected"})
    with pytest.raises(RefusedError, match="sham_suspected"):
        propose(debtor, collector, later)
    propose(debtor, collector, later + timedelta(days=30))


def test_an_ending_of_a_session_is_not_recorded_before_it(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """And the bank's own talks cannot be a sham mediation."""
    mediation = propose(debtor, collector, now)
    common = {"mediation_id": mediation.id, "actor": Actor.of(collector), "now": now}
    for ending in ("agreed", "gap", "expired", *DECLINED):
        with pytest.raises(RefusedError, match="no_such_ending"):
            closing.close(**common, ending=ending, seen_version=version(debtor))
    with pytest.raises(StaleWriteError):
        closing.close(**common, ending="withdrawn", seen_version=version(debtor) - 1)
    mediations.withdraw(**common, seen_version=version(debtor))
    debtor.customer.refresh_from_db()
    bank = propose(debtor, collector, now, kind="negotiation")
    with pytest.raises(RefusedError, match="no_such_ending"):
        closing.close(**(common | {"mediation_id": bank.id}), ending="false_suspected", seen_version=version(debtor))


def test_a_sham_found_at_a_session_alerts_too(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    session = scheduled(debtor, collector, now)
    outcomes.record(
        session_id=session.id, ending="false_suspected", terms=None, actor=Actor.of(mediator.staff),
        seen_version=version(debtor), now=now,
    )  # fmt: skip
    assert Alert.objects.get(kind="mediation_sham").detail == {"mediation": session.mediation_id}


def test_only_what_a_lawful_organisation_holds_may_be_confirmed(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, administrator: Staff, now: datetime
) -> None:
    """Never the bank's own negotiation, and no mediation before its session, before which its word stands."""
    session = scheduled(debtor, collector, now)
    organisation = mediator.organisation
    organisation.lawfully_established = False
    with pytest.raises(RefusedError, match="organisation_has_sessions"):
        organisations.save(row=organisation, actor=Actor.of(administrator))
    assert not may_be_confirmed(session.mediation)
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    assert may_be_confirmed(session.mediation)
    mediator.organisation.__class__.objects.update(lawfully_established=False)
    assert may_be_confirmed(session.mediation), "it was on the day of the session"
    mediator.organisation.__class__.objects.update(lawfully_established=True)
    Mediation.objects.filter(id=session.mediation_id).update(kind="negotiation")
    assert not may_be_confirmed(Mediation.objects.get(id=session.mediation_id))


def test_a_trainer_may_neither_override_nor_end(debtor: Debtor, collector: Staff, now: datetime) -> None:
    mediation = propose(debtor, collector, now)
    trainer = Actor.of(factories.make_staff("trainer"))
    common = {"mediation_id": mediation.id, "actor": trainer, "now": now, "seen_version": None}
    with pytest.raises(NotAllowedError):
        overrides.change(**common, route="video", track="simple", reason="x")
    with pytest.raises(NotAllowedError):
        closing.close(**common, ending="withdrawn")
    assert Account.objects.count() == 1
    assert not Session.objects.exists()
