"""Conflicts of interest, disclosure, standing down, the parties' choice, and no side taken afterwards."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from collections_app.models import Account, Contact, Event, RelatedPerson, Staff, StaffTie
from collections_app.selectors import walls
from collections_app.selectors.worklists import open_cases
from collections_app.services import notes, records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.ownership import assigning
from collections_app.services.records import Actor
from mediation.models import (
    Disclosure,
    Expert,
    Mediation,
    MediationClock,
    Mediator,
    MediatorChoice,
    Session,
    StandDown,
)
from mediation.selectors.calendars import mediators_for, representatives_for
from mediation.selectors.people import fairness
from mediation.selectors.people.experts import free_experts
from mediation.services import mediations, scheduling, sessions
from mediation.services.people import disclosures, standing
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import propose, scheduled, version
from tests.remembered import remembered


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    return scheduled(debtor, collector, now)


def begin(session: Session, debtor: Debtor, now: datetime) -> Session:
    assert session.mediator is not None
    by = Actor.of(session.mediator.staff)
    return sessions.begin(session_id=session.id, actor=by, seen_version=version(debtor), now=now)


def test_whoever_worked_for_a_side_does_not_mediate(
    debtor: Debtor, make_mediator: Callable[[], Mediator], collector: Staff, now: datetime
) -> None:
    """Owner now or before, caller, representative, relative, recused: each is left out, and the last one stays."""
    people = [make_mediator() for _ in range(7)]
    owner, once, caller, spoke, relative, recused, stays = (person.staff for person in people)
    customer, account = debtor
    talks = propose(debtor, collector, now)
    assert [row.staff for row in mediators_for(talks)] == [person.staff for person in people]
    Account.objects.filter(id=account.id).update(owner=owner)
    with transaction.atomic():
        records.append(
            customer=customer, kind="account.owner_changed", actor=records.SYSTEM, now=now, account_id=account.id,
            payload={"from": once.id, "to": owner.id, "reason": "by_hand"},
        )  # fmt: skip
    common = {"customer": customer, "channel": "voice", "state": "made", "at": now}
    Contact.objects.create(**common, purpose="collection", staff=caller)
    Contact.objects.create(**common, purpose="invite", staff=stays)
    earlier = Mediation.objects.create(
        customer=customer, account=factories.make_account(customer), kind="negotiation", route="telephone",
        route_reason="small", amount_fen=1, proposed_by=collector, department="collections", proposed_at=now,
    )  # fmt: skip
    Session.objects.create(
        mediation=earlier, customer=customer, representative=spoke, mode="telephone", scheduled_at=now,
        during=(now, now + timedelta(hours=1)), state="held", closed_at=now,
    )  # fmt: skip
    StaffTie.objects.create(staff=relative, customer=customer, relation="relative", declared_at=now)
    customer.walled, customer.recused_staff = True, [recused.id]
    customer.save(update_fields=["walled", "recused_staff"])
    talks = Mediation.objects.get(id=talks.id)
    assert [row.staff for row in mediators_for(talks)] == [stays]


def test_a_tie_is_disclosed_and_accepted_by_both_before_a_session_begins(
    session: Session, mediator: Mediator, debtor: Debtor, representative: Staff, let_in: Callable, now: datetime
) -> None:
    """The record finds a namesake; the mediator cannot say that there is nothing; both agree, and it begins."""
    RelatedPerson.objects.create(
        customer=debtor.customer, name=mediator.staff.display_name, relation="spouse", provenance="on_file",
        recorded_at=now,
    )  # fmt: skip
    with pytest.raises(RefusedError, match="disclosure_missing"):
        begin(session, debtor, now)
    client = signed_in(mediator.staff)
    address = reverse("mediation:declare", args=[session.id])
    panel = reverse("mediation:panel", args=[session.id])
    assert "name of a person beside the customer" in client.get(panel).content.decode()
    said = {"interest": "no", "text": "", "seen_version": version(debtor)}
    assert "says that there is something" in client.post(address, said).content.decode()
    said = {"interest": "yes", "text": "同名，并非本人", "seen_version": version(debtor), "form_key": "k" * 24}
    for _ in range(2):
        assert client.post(address, said).status_code == 302
    row = Disclosure.objects.get()
    with pytest.raises(RefusedError, match="disclosure_not_accepted"):
        begin(session, debtor, now)
    spoken = signed_in(representative)
    waived = reverse("mediation:waive", args=[session.id, row.id])
    assert client.post(waived, {"seen_version": version(debtor)}).status_code == 403
    assert spoken.post(waived, {"seen_version": version(debtor)}).status_code == 302
    with pytest.raises(RefusedError, match="disclosure_not_accepted"):
        begin(session, debtor, now)
    browser: Client = let_in(debtor)
    page = f"/r/talks/{session.mediation_id}/mediator/"
    assert "同名，并非本人" in browser.get(page).content.decode()
    sent = browser.post(page, {"do": "accept", "id": row.id, "seen_version": version(debtor)})
    assert sent.status_code == 302
    assert begin(session, debtor, now).state == "in_session"
    for event in Event.objects.filter(kind__in=["mediation.disclosed", "mediation.waived"]):
        assert "同名" not in str(event.payload)
    with pytest.raises(RefusedError, match="disclosure_accepted_already"):
        disclosures.waive_for_bank(
            disclosure_id=row.id, actor=Actor.of(representative), seen_version=version(debtor), now=now
        )
    row.text = "x"
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        row.save()


def test_a_mediator_stands_down_and_another_one_is_found(
    session: Session, mediator: Mediator, make_mediator: Callable[[], Mediator], debtor: Debtor, now: datetime
) -> None:
    """With a reason; by a supervisor too; the session goes to another one and never back."""
    second = make_mediator()
    by = Actor.of(mediator.staff)
    common = {"session_id": session.id, "seen_version": None, "now": now}
    with pytest.raises(RefusedError, match="reason_missing"):
        standing.stand_down(**common, reason=" ", actor=by)
    with pytest.raises(NotAllowedError):
        standing.stand_down(**common, reason="x", actor=Actor.of(second.staff))
    client = signed_in(mediator.staff)
    typed = {"reason": "与客户相识", "seen_version": version(debtor), "form_key": "k" * 24}
    answer = client.post(reverse("mediation:stand_down", args=[session.id]), typed)
    assert answer.status_code == 302
    next_one = scheduling.schedule(mediation_id=session.mediation_id, now=now)
    assert next_one is not None
    assert next_one.mediator == second
    supervisor = factories.make_staff("supervisor")
    standing.stand_down(
        session_id=next_one.id, reason="应客户要求", actor=Actor.of(supervisor), seen_version=None, now=now
    )
    assert scheduling.schedule(mediation_id=session.mediation_id, now=now) is None
    assert list(StandDown.objects.order_by("id").values_list("by_side", flat=True)) == ["mediator", "supervisor"]
    assert "相识" not in str(list(Event.objects.values_list("payload", flat=True)))
    with pytest.raises(IntegrityError, match="stand_down_once"), transaction.atomic():
        StandDown.objects.create(
            mediation=session.mediation, customer=session.customer, mediator=mediator, by_side="bank", at=now
        )


def test_what_both_parties_choose_is_done(
    session: Session, mediator: Mediator, make_mediator: Callable[[], Mediator], debtor: Debtor, collector: Staff,
    let_in: Callable, now: datetime,
) -> None:  # fmt: skip
    """The bank on the record, the customer on their page; one side alone changes nothing; a session moves to them."""
    wanted = make_mediator()
    number = debtor.customer.customer_no
    staff, browser = signed_in(collector), let_in(debtor)
    page = f"/r/talks/{session.mediation_id}/mediator/"
    listed = browser.get(page).content.decode()
    assert listed.index(f'name="id" value="{mediator.id}"') < listed.index(f'name="id" value="{wanted.id}"')
    chosen = reverse("mediation:mediator_choose", args=[number, session.mediation_id])
    typed = {"mediator": wanted.id, "seen_version": version(debtor), "form_key": "k" * 24}
    for _ in range(2):
        assert staff.post(chosen, typed).status_code == 302
    session.refresh_from_db()
    assert session.state == "scheduled"
    assert (
        "The bank&#x27;s choice"
        in staff.get(reverse("mediation:mediator", args=[number, session.mediation_id])).content.decode()
    )
    stale = browser.post(page, {"do": "choose", "id": wanted.id, "seen_version": 1})
    assert stale.status_code == 409
    sent = browser.post(page, {"do": "choose", "id": wanted.id, "seen_version": version(debtor)})
    assert sent.status_code == 302
    session.refresh_from_db()
    assert session.state == "cancelled"
    moved = scheduling.schedule(mediation_id=session.mediation_id, now=now)
    assert moved is not None
    assert moved.mediator == wanted
    with pytest.raises(IntegrityError, match="mediator_choice_by_its_side"), transaction.atomic():
        MediatorChoice.objects.filter(side="bank").update(by=None)


def test_nobody_chooses_after_two_working_days_or_whom_they_cannot(
    session: Session, mediator: Mediator, debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Proposed on Friday and agreed to on Tuesday: Thursday is the last day, for the choice and for its clock."""
    common = {"mediation_id": session.mediation_id, "actor": Actor.of(collector), "seen_version": None}
    tuesday = now + timedelta(days=4)
    assert (fairness.choosing(session.mediation, now=tuesday).until) is None
    standing.choose_for_bank(**common, mediator_id=mediator.id, now=tuesday)
    mediations.answer(**common, consents=True, now=tuesday)
    talks = Mediation.objects.select_related("customer", "account").get()
    clock = MediationClock.objects.get(kind="choice")
    assert (clock.due_on, fairness.last_day(talks)) == (date(2026, 11, 26), date(2026, 11, 26))
    with pytest.raises(RefusedError, match="choice_over"):
        standing.choose_for_bank(**common, mediator_id=mediator.id, now=tuesday + timedelta(days=3))
    with pytest.raises(RefusedError, match="no_such_mediator"):
        standing.choose_for_bank(**common, mediator_id=0, now=tuesday)
    common["now"] = tuesday + timedelta(days=2)
    standing.choose_for_bank(**common, mediator_id=mediator.id)
    standing.choose_for_customer(
        mediation_id=talks.id, customer_id=debtor.customer.id, mediator_id=mediator.id, seen_version=None,
        now=common["now"],
    )  # fmt: skip
    clock.refresh_from_db()
    assert clock.ended_by == "done"
    with pytest.raises(RefusedError, match="no_such_mediation"):
        standing.choose_for_customer(
            mediation_id=session.mediation_id, customer_id=0, mediator_id=mediator.id, seen_version=None, now=now
        )


def test_the_first_refusal_of_a_party_needs_no_reason_and_the_second_does(
    session: Session, make_mediator: Callable[[], Mediator], debtor: Debtor, collector: Staff, let_in: Callable,
    now: datetime,
) -> None:  # fmt: skip
    """On the customer's page without JavaScript, and for the bank on the record."""
    second, third = make_mediator(), make_mediator()
    browser = let_in(debtor)
    page = f"/r/talks/{session.mediation_id}/mediator/"
    assert browser.post(page, {"do": "refuse", "seen_version": version(debtor)}).status_code == 302
    following = scheduling.schedule(mediation_id=session.mediation_id, now=now)
    assert following is not None
    assert following.mediator == second
    again = browser.post(page, {"do": "refuse", "seen_version": version(debtor)})
    assert again.status_code == 409
    assert (
        browser.post(page, {"do": "refuse", "reason": "态度生硬", "seen_version": version(debtor)}).status_code == 302
    )
    last = scheduling.schedule(mediation_id=session.mediation_id, now=now)
    assert last is not None
    assert last.mediator == third
    address = reverse("mediation:mediator_refuse", args=[debtor.customer.customer_no, session.mediation_id])
    assert signed_in(collector).post(address, {"seen_version": version(debtor)}).status_code == 302
    assert list(StandDown.objects.order_by("id").values_list("by_side", flat=True)) == ["customer", "customer", "bank"]
    other = Debtor(*factories.make_debtor())
    assert let_in(other).get(page).status_code == 404


def test_whoever_mediated_takes_no_side_afterwards(
    session: Session, mediator: Mediator, debtor: Debtor, make_expert: Callable[..., Expert], now: datetime
) -> None:
    """Moved to another job they are given no account, list nothing, write nothing, represent and advise nobody."""
    begin(session, debtor, now)
    customer, account = debtor
    customer.refresh_from_db()
    person = mediator.staff
    assert customer.mediated_by == [person.id]
    common = {"now": now, "seen_version": None}
    # A mediator they may be again.
    assert sessions.cancel(session_id=session.id, actor=Actor.of(person), **common).state == "cancelled"
    assert mediator in mediators_for(session.mediation)
    for role in ("negotiator", "expert", "collector"):
        person.role, person.branch, person.scope = role, customer.branch, "branch"
        person.save()
        assert person not in representatives_for(Mediation.objects.get(id=session.mediation_id))
        with pytest.raises(NotAllowedError):
            notes.add(customer_id=customer.id, text="x", actor=Actor.of(person), **common)
    assert not open_cases(person, now=now).filter(id=customer.id).exists()
    assert walls.pairs(staff_ids=[person.id], customer_ids=[customer.id]) == {customer.id: {person.id}}
    supervisor = factories.make_staff("supervisor")
    with pytest.raises(RefusedError, match="not_for_them"):
        assigning.assign(
            customer_id=customer.id, account_ids=[account.id], to_staff_id=person.id, pool="", reason="x",
            actor=Actor.of(supervisor), **common,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="kept away"), transaction.atomic():
        Account.objects.filter(id=account.id).update(owner=person)
    expert = make_expert()
    session = Session.objects.select_related("mediation", "customer").get(id=session.id)
    session.mediation.customer = session.customer
    assert expert in free_experts(session, "legal", now=now)
    session.customer.mediated_by = [expert.staff_id]
    assert expert not in free_experts(session, "legal", now=now)
