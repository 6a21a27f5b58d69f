"""Conflicts of interest of everybody at the table: found for all parties, and also once a date is announced."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from collections_app.models import AccountParty, Customer, HandOff, PowerOfAttorney, Staff, StaffTie
from collections_app.services import records
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from mediation.domain.bidding import Terms
from mediation.models import Expert, Mediation, Mediator, PanelSeat, Session
from mediation.selectors import wall
from mediation.selectors.calendars import may_represent, mediators_for
from mediation.selectors.people.ties import findings_of, narrowings
from mediation.selectors.rooms import place_of
from mediation.services import notes, proposals, scheduling, sessions, timetables
from mediation.services.people import panels
from tests import factories
from tests.mediation.conftest import Debtor, Table
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import propose, scheduled


def tie(staff: Staff, customer: Customer, now: datetime) -> None:
    """Make somebody a relative of a customer: the wall stands from now on."""
    StaffTie.objects.create(staff=staff, customer=customer, relation="relative", declared_at=now)
    Customer.objects.filter(id=customer.id).update(walled=True)


def recuse(staff: Staff, customer: Customer) -> None:
    Customer.objects.filter(id=customer.id).update(recused_staff=[staff.id])


def beside(debtor: Debtor, role: str = "co_borrower") -> Customer:
    """Make somebody else owe the debtor's account too."""
    person = factories.make_customer(name="共同借款人甲", id_number="110101198505050035")
    AccountParty.objects.create(account=debtor.account, customer=person, role=role)
    return person


def test_nobody_with_a_tie_to_a_party_speaks_for_the_bank(
    debtor: Debtor, collector: Staff, make_representative: Callable[[], Staff], now: datetime
) -> None:
    """A relative of the customer, a relative of the co-borrower, one recused by a complaint: none of them comes."""
    kin, of_the_other, recused, stays = (make_representative() for _ in range(4))
    talks = propose(debtor, collector, now)
    tie(kin, debtor.customer, now)
    tie(of_the_other, beside(debtor), now)
    recuse(recused, debtor.customer)
    talks = Mediation.objects.select_related("customer").get(id=talks.id)
    assert list(may_represent(talks)) == [stays]
    assert narrowings([talks])[talks.id].never == {kin.id, of_the_other.id, recused.id}


def test_whoever_is_tied_to_another_party_does_not_mediate_and_a_namesake_says_so(
    debtor: Debtor, collector: Staff, make_mediator: Callable[[], Mediator], now: datetime
) -> None:
    relative, stays = make_mediator(), make_mediator()
    talks = propose(debtor, collector, now)
    guarantor = beside(debtor, "guarantor")
    tie(relative.staff, guarantor, now)
    Customer.objects.filter(id=guarantor.id).update(name=stays.staff.display_name)
    talks = Mediation.objects.select_related("customer__branch").get(id=talks.id)
    assert list(mediators_for(talks)) == [stays]
    found = findings_of([talks], [relative, stays])
    assert found[talks.id, relative.staff_id] == ["walled"]
    assert found[talks.id, stays.staff_id] == ["namesake"]


def test_a_tie_found_after_the_date_shuts_the_reading_and_frees_the_session(
    debtor: Debtor, collector: Staff, mediator: Mediator, make_mediator: Callable[[], Mediator],
    representative: Staff, now: datetime,
) -> None:  # fmt: skip
    """At once: no page, no desk, no room, no opening. With the next sweep: another mediator, at another hour."""
    session = scheduled(debtor, collector, now)
    notes.add(session_id=session.id, text="客户愿意每月还款", actor=Actor.of(mediator.staff), now=now)
    client = signed_in(mediator.staff)
    pages = [reverse(f"mediation:{name}", args=[session.id]) for name in ("session", "desk", "session_file")]
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    assert timetables.vacate(now=now) == 0
    tie(mediator.staff, debtor.customer, now)
    fresh = Session.objects.get(id=session.id)
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    with pytest.raises(wall.BehindTheWallError):
        wall.at_session(session=fresh, staff=mediator.staff)
    assert place_of(session=fresh, staff=mediator.staff) is None
    with pytest.raises(RefusedError, match="mediator_barred"):
        sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    other = make_mediator()
    assert timetables.vacate(now=now) == 1
    fresh.refresh_from_db()
    assert (fresh.state, fresh.closed_because) == ("cancelled", "conflict")
    again = scheduling.schedule(mediation_id=session.mediation_id, now=now)
    assert again is not None
    assert again.mediator == other


def test_a_representative_who_is_recused_is_replaced_and_an_expert_without_moving_the_session(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, make_expert: Callable[..., Expert],
    make_representative: Callable[[], Staff], now: datetime,
) -> None:  # fmt: skip
    session = scheduled(debtor, collector, now)
    first, second = make_expert("legal"), make_expert("legal")
    panels.assign(
        session_id=session.id, role="legal", expert_id=first.id, reason="金额较大", actor=Actor.of(mediator.staff),
        seen_version=None, now=now,
    )  # fmt: skip
    recuse(first.staff, debtor.customer)
    assert timetables.vacate(now=now) == 0
    assert PanelSeat.objects.get(session=session, live=True, state="proposed").expert == second
    session.refresh_from_db()
    assert session.state == "scheduled"
    recuse(representative, debtor.customer)
    make_representative()
    assert signed_in(representative).get(reverse("mediation:session", args=[session.id])).status_code == 404
    assert timetables.vacate(now=now) == 1
    again = scheduling.schedule(mediation_id=session.mediation_id, now=now)
    assert again is not None
    assert again.representative != representative


def test_what_was_proposed_for_the_bank_by_somebody_recused_since_is_never_revealed(table: Table) -> None:
    """Also in the middle of a session, when no other date is looked for."""
    now = table.now
    until = now + timedelta(hours=1)
    first = proposals.open_round(closes_at=until, **table.mediators)
    proposals.propose_for_bank(round_id=first.id, terms=Terms(100_000, 12), reason="", **table.banks)
    Session.objects.update(state="in_session", opened_at=now)
    assert proposals.take_back_barred(now=now) == 0
    recuse(table.representative, table.debtor.customer)
    with pytest.raises(RefusedError, match="no_open_round"):
        proposals.propose_for_customer(round_id=first.id, terms=Terms(100_000, 12), reason="", **table.customers)
    assert proposals.take_back_barred(now=now) == 1
    first.refresh_from_db()
    assert first.state == "withdrawn"


def test_only_records_of_rounds_whose_voice_is_kept_away_are_locked(
    table: Table, make_table: Callable[[Debtor], Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else recused or walled is no reason to wait for the record every minute."""
    second = make_table(Debtor(*factories.make_debtor()))
    for one in (table, second):
        proposals.open_round(closes_at=table.now + timedelta(days=10), **one.mediators)
    stranger = factories.make_staff("collector")
    recuse(stranger, table.debtor.customer)
    tie(stranger, second.debtor.customer, table.now)
    locked: list[int] = []
    lock = records.lock

    def locks(*, customer_id: int, now: datetime) -> Customer:
        locked.append(customer_id)
        return lock(customer_id=customer_id, now=now)

    monkeypatch.setattr(records, "lock", locks)
    assert (proposals.take_back_barred(now=table.now), locked) == (0, [])
    tie(second.representative, second.debtor.customer, table.now)
    assert (proposals.take_back_barred(now=table.now), locked) == (1, [second.debtor.customer.id])


def test_no_round_is_opened_while_the_voice_of_the_bank_is_kept_away(table: Table) -> None:
    """It would take no proposal, of either side. The desk says so, and does not ask for a deadline."""
    client, desk = signed_in(table.mediator.staff), reverse("mediation:desk", args=[table.session.id])
    asks = reverse("mediation:open_round", args=[table.session.id])
    why = "The bank&#x27;s representative is barred from this case"
    Session.objects.update(state="in_session", opened_at=table.now)
    page = client.get(desk).content.decode()
    assert (asks in page, why in page) == (True, False)
    for bar in (recuse, lambda staff, customer: tie(staff, customer, table.now)):
        mark = transaction.savepoint()
        bar(table.representative, table.debtor.customer)
        page = client.get(desk).content.decode()
        assert (asks in page, why in page) == (False, True)
        with pytest.raises(RefusedError, match="representative_barred"):
            proposals.open_round(closes_at=table.now + timedelta(hours=1), **table.mediators)
        transaction.savepoint_rollback(mark)
    assert proposals.open_round(closes_at=table.now + timedelta(hours=1), **table.mediators).number == 1


def test_an_agent_of_the_customers_is_a_namesake_to_disclose(
    debtor: Debtor, collector: Staff, mediator: Mediator, now: datetime
) -> None:
    """Either side's agent counts (court-invited mediation, article 15), whether or not their power is proven yet."""
    talks = propose(debtor, collector, now)
    check = HandOff.objects.create(
        customer=debtor.customer, kind="representative", to_department="legal", from_department="service",
        opened_at=now, due_at=now,
    )  # fmt: skip
    PowerOfAttorney.objects.create(
        customer=debtor.customer, handoff=check, name=mediator.staff.display_name, scope="协商", recorded_at=now
    )
    talks = Mediation.objects.select_related("customer__branch").get(id=talks.id)
    assert findings_of([talks], [mediator])[talks.id, mediator.staff_id] == ["namesake"]
