"""Hours offered to customers: first come, first served, nobody twice, and no hour lost."""

# Long because an offer and what becomes of it are one story.

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from collections_app.models import Account, Event, Hold, Staff
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from mediation.models import DateRule, Mediation, Mediator, Room, Session, SlotOffer, Training
from mediation.selectors import offers
from mediation.services import availability, dates, overrides, scheduling, sessions, timetables
from notifications.models import Message
from notifications.services import sending
from tests import factories, seeds
from tests.mediation.conftest import Debtor, make_room
from tests.mediation.test_booking import overlapping
from tests.mediation.test_story import propose, scheduled, version
from tests.remembered import remembered

THREADS = 6


@pytest.fixture
def rule(db: None) -> DateRule:
    return DateRule.objects.create(product="card", route="telephone", offered=3, answer_hours=48)


@pytest.fixture
@remembered
def offered(
    debtor: Debtor, rule: DateRule, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> Mediation:
    mediation = propose(debtor, collector, now)
    assert scheduling.schedule(mediation_id=mediation.id, now=now) is None
    return Mediation.objects.get(id=mediation.id)


def rows(mediation: Mediation, **of: object) -> list[SlotOffer]:
    return list(SlotOffer.objects.filter(mediation=mediation, **of).order_by("during"))


def pick(mediation: Mediation, offer: SlotOffer, at: datetime) -> Session:
    return dates.pick(customer_id=mediation.customer_id, mediation_id=mediation.id, offer_id=offer.id, now=at)


def test_hours_are_offered_instead_of_a_date(offered: Mediation, now: datetime) -> None:
    """The hold begins with the invitation to choose, the scheduler waits until the answer is due, nothing is booked."""
    assert [row.state for row in rows(offered)] == ["open"] * 3
    assert (offered.state, offered.next_try_at) == ("proposed", now + timedelta(hours=48))
    assert Hold.objects.filter(customer=offered.customer_id, released_at__isnull=True).exists()
    message = Message.objects.get()
    assert (message.kind, message.expires_at) == ("mediation_dates", now + timedelta(hours=48))
    assert message.payload["until"] == "2026-11-22 10:00"
    assert not Session.objects.exists()
    assert scheduling.schedule(mediation_id=offered.id, now=now) is None
    assert SlotOffer.objects.count() == 3
    assert timetables.sweep(now=now) == 0
    # On the mainland no link may go: the code leads to the same page.
    seeds.texts(now=factories.START)
    sending.send_due(now=now, worker="test")
    message.refresh_from_db()
    assert (message.state, message.variant, "编号" in message.body) == ("delivered", "code", True), message.reason


def test_the_hour_picked_is_booked_once(offered: Mediation, now: datetime) -> None:
    """The other hours are withdrawn, the invitation names the date, and picking again finds the same session."""
    chosen = rows(offered)[1]
    session = pick(offered, chosen, now)
    assert (session.starts_at, session.mediator) == (chosen.starts_at, chosen.mediator)
    assert pick(offered, chosen, now) == session
    assert sorted(row.state for row in rows(offered)) == ["picked", "withdrawn", "withdrawn"]
    offered.refresh_from_db()
    assert (offered.state, offered.next_try_at) == ("scheduled", None)
    kinds = set(Message.objects.exclude(state="cancelled").values_list("kind", flat=True))
    assert kinds == {"mediation_dates", "mediation_invitation", "mediation_reminder"}
    assert Event.objects.get(kind="mediation.scheduled").department == "customer"
    with pytest.raises(RefusedError, match="date_is_set"):
        pick(offered, rows(offered)[0], now)


def test_without_an_answer_the_earliest_hour_is_booked_by_rule(offered: Mediation, now: datetime) -> None:
    """Once the time to choose is over nothing can be picked, and the sweep books; nobody waits for ever."""
    late = now + timedelta(hours=48)
    with pytest.raises(RefusedError, match="offers_over"):
        pick(offered, rows(offered)[0], late)
    assert timetables.sweep(now=late) == 1
    session = Session.objects.get()
    assert session.starts_at >= late
    assert {row.state for row in rows(offered)} == {"lapsed"}
    assert Message.objects.filter(kind="mediation_invitation").exists()


def test_nobody_is_offered_what_another_is_looking_at_while_there_is_more(
    offered: Mediation, collector: Staff, now: datetime
) -> None:
    """A second customer is offered other hours; an offer that lapsed holds nothing back."""
    second = propose(Debtor(*factories.make_debtor()), collector, now)
    scheduling.schedule(mediation_id=second.id, now=now)
    first_hours = {row.starts_at for row in rows(offered)}
    assert not first_hours & {row.starts_at for row in rows(second)}
    third = propose(Debtor(*factories.make_debtor()), collector, now)
    late = now + timedelta(hours=49)
    scheduling.schedule(mediation_id=third.id, now=late)
    assert {row.starts_at for row in rows(third)} & (first_hours | {row.starts_at for row in rows(second)})


def test_an_hour_that_is_gone_is_said_and_others_are_offered(
    offered: Mediation, representative: Staff, administrator: Staff, now: datetime
) -> None:
    """Leave entered meanwhile takes the hour: nothing is booked, fresh hours are offered, open as long as before."""
    gone = rows(offered)[0]
    availability.add_absence(
        staff_id=representative.id, starts_at=gone.starts_at, ends_at=gone.ends_at, actor=Actor.of(administrator)
    )
    assert gone not in offers.pickable(offered, now=now)
    with pytest.raises(RefusedError, match="slot_taken"):
        pick(offered, gone, now)
    gone.refresh_from_db()
    assert gone.state == "gone"
    fresh = rows(offered, state="open")
    assert len(fresh) == 3
    assert gone.starts_at not in {row.starts_at for row in fresh}
    assert {row.expires_at for row in fresh} == {gone.expires_at}
    assert pick(offered, fresh[0], now).starts_at == fresh[0].starts_at


def test_another_mediator_holds_the_hour_when_the_one_thought_of_is_away(
    offered: Mediation, make_mediator: Callable[[], Mediator], administrator: Staff, now: datetime
) -> None:
    """The customer picked an hour; it is theirs as long as anybody can hold it."""
    chosen = rows(offered)[0]
    assert chosen.mediator is not None
    other = make_mediator()
    availability.add_absence(
        staff_id=chosen.mediator.staff_id, starts_at=chosen.starts_at, ends_at=chosen.ends_at,
        actor=Actor.of(administrator),
    )  # fmt: skip
    session = pick(offered, chosen, now)
    assert (session.starts_at, session.mediator) == (chosen.starts_at, other)


def test_an_hour_is_picked_only_while_talks_could_still_be_proposed(offered: Mediation, now: datetime) -> None:
    """A hold placed since the offer: nothing is booked, no hour stays open, and the sweep ends the talks."""
    chosen = rows(offered)[0]
    Hold.objects.create(customer=offered.customer, account=offered.account, kind="fraud_claim", placed_at=now)
    for _ in range(2):
        with pytest.raises(RefusedError, match="talks_in_the_way"):
            pick(offered, chosen, now)
    assert {row.state for row in rows(offered)} == {"withdrawn"}
    timetables.sweep(now=now)
    offered.refresh_from_db()
    assert (offered.state, Session.objects.count()) == ("ended", 0)
    with pytest.raises(RefusedError, match="mediation_ended"):
        pick(offered, chosen, now)


def test_a_mediator_who_may_no_longer_mediate_gets_no_hour_that_was_offered_with_them(
    offered: Mediation, mediator: Mediator, make_mediator: Callable[[], Mediator], now: datetime
) -> None:
    """Tied to the case, or without training that day: the hour is gone, or another mediator holds it."""
    first = rows(offered)[0]
    Training.objects.filter(staff=mediator.staff).update(valid_until=first.starts_at.date() - timedelta(days=1))
    with pytest.raises(RefusedError, match="slot_taken"):
        pick(offered, first, now)
    Training.objects.filter(staff=mediator.staff).update(valid_until=None)
    SlotOffer.objects.filter(mediation=offered, state="open").update(state="withdrawn", closed_at=now)
    scheduling.schedule(mediation_id=offered.id, now=now)
    fresh = rows(offered, state="open")[0]
    Account.objects.filter(id=offered.account_id).update(owner=mediator.staff)
    other = make_mediator()
    session = pick(offered, fresh, now)
    assert (session.starts_at, session.mediator) == (fresh.starts_at, other)


def test_an_hour_picked_at_one_address_is_not_held_at_another(
    debtor: Debtor, rule: DateRule, mediator: Mediator, representative: Staff, collector: Staff, now: datetime
) -> None:
    """The room has gone, and a room elsewhere is free then: the customer is told, and offered other hours."""
    DateRule.objects.create(product="card", route="meeting", offered=2)
    mediation = propose(debtor, collector, now)
    Mediation.objects.filter(id=mediation.id).update(route="meeting")
    scheduling.schedule(mediation_id=mediation.id, now=now)
    chosen = rows(mediation)[0]
    assert chosen.room is not None
    elsewhere = make_room(debtor.customer.branch, "101", place="BJ-2")
    Room.objects.filter(id=chosen.room_id).update(active=False)
    with pytest.raises(RefusedError, match="slot_taken"):
        pick(mediation, chosen, now)
    assert not Session.objects.exists()
    fresh = rows(mediation, state="open")[0]
    assert fresh.room == elsewhere
    assert pick(mediation, fresh, now).room == elsewhere


@pytest.mark.django_db(transaction=True)
def test_customers_who_race_for_the_same_hours_get_each_hour_once(
    rules: None, rule: DateRule, mediator: Mediator, representative: Staff, collector: Staff, now: datetime
) -> None:
    """Six customers press for one hour: one has it, five are told and have fresh hours, and all end with one."""
    talks = [propose(Debtor(*factories.make_debtor()), collector, now) for _ in range(THREADS)]
    for mediation in talks:
        scheduling.schedule(mediation_id=mediation.id, now=now)
    wanted = rows(talks[0])[0].during
    SlotOffer.objects.all().delete()
    for mediation in talks:
        SlotOffer.objects.create(
            mediation=mediation, customer=mediation.customer, during=wanted, mediator=mediator,
            representative=representative, offered_at=now, expires_at=now + timedelta(hours=48),
        )  # fmt: skip
    ready = threading.Barrier(THREADS)
    told: list[str] = []

    def work(mediation: Mediation) -> None:
        try:
            ready.wait()
            pick(mediation, rows(mediation)[0], now)
            told.append("booked")
        except RefusedError as error:
            told.append(error.code)
        except BaseException as error:  # noqa: BLE001 (a thread's failure is the test's)
            told.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[mediation]) for mediation in talks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["booked"] + ["slot_taken"] * (THREADS - 1)
    for mediation in talks:
        open_ones = rows(mediation, state="open")
        if open_ones:
            pick(mediation, offers.pickable(mediation, now=now)[0], now)
    booked = list(Session.objects.all())
    assert len(booked) == THREADS
    assert not overlapping(booked, lambda session: session.representative_id)


def test_a_customer_moves_a_date_and_its_hours_are_free_at_once(
    debtor: Debtor, mediator: Mediator, representative: Staff, collector: Staff, now: datetime
) -> None:
    """Also where the bank set the date. Asking twice moves once; the next date is told as a change."""
    session = scheduled(debtor, collector, now)
    Message.objects.filter(kind="mediation_invitation").update(
        state="claimed", lease_until=now, version=1, body_sha256="x"
    )
    seen = version(debtor)
    named = {"customer_id": debtor.customer.id, "mediation_id": session.mediation_id, "session_id": session.id}
    early = session.starts_at - timedelta(hours=25)
    with pytest.raises(StaleWriteError):
        dates.move(**named, seen_version=1, now=early)
    dates.move(**named, seen_version=seen, now=early)
    dates.move(**named, seen_version=seen, now=early)
    session.refresh_from_db()
    assert (session.state, session.closed_because) == ("cancelled", "customer_moved")
    assert Event.objects.filter(kind="mediation.cancelled").count() == 1
    mediation = Mediation.objects.get()
    assert len(rows(mediation, state="open")) == 3
    assert session.starts_at not in {row.starts_at for row in rows(mediation)}
    pick(mediation, rows(mediation, state="open")[0], early)
    waiting = Message.objects.filter(state__in=["due", "planned"]).values_list("kind", flat=True)
    assert "mediation_changed" in waiting
    assert "mediation_dates" not in waiting


def test_a_date_stays_when_it_is_too_late_or_was_moved_often_enough(
    debtor: Debtor, mediator: Mediator, representative: Staff, collector: Staff, now: datetime
) -> None:
    """The refusal changes nothing; staff can still move it."""
    session = scheduled(debtor, collector, now)
    named = {"customer_id": debtor.customer.id, "mediation_id": session.mediation_id, "session_id": session.id}
    with pytest.raises(RefusedError, match="too_late_to_move"):
        dates.move(**named, seen_version=version(debtor), now=session.starts_at - timedelta(hours=23))
    DateRule.objects.create(product="card", route="telephone", moves=0)
    with pytest.raises(RefusedError, match="moves_used_up"):
        dates.move(**named, seen_version=version(debtor), now=session.starts_at - timedelta(hours=30))
    sessions.cancel(
        session_id=session.id, actor=Actor.of(mediator.staff), seen_version=version(debtor), now=now,
        because="papers_missing",
    )  # fmt: skip
    session.refresh_from_db()
    assert session.closed_because == "papers_missing"
    assert Event.objects.get(kind="mediation.cancelled").payload["because"] == "papers_missing"


def test_later_hours_are_offered_to_whom_none_suits(offered: Mediation, debtor: Debtor, now: datetime) -> None:
    """Later than the last on the page; the time to choose does not grow."""
    before = rows(offered)
    fresh = dates.offer_later(
        customer_id=offered.customer_id, mediation_id=offered.id, seen_version=version(debtor), now=now
    )
    assert min(row.starts_at for row in fresh) >= max(row.ends_at for row in before)
    assert {row.expires_at for row in fresh} == {before[0].expires_at}
    with pytest.raises(RefusedError, match="slot_taken"):
        pick(offered, before[0], now)


def test_hours_of_another_way_are_withdrawn_with_their_message(
    offered: Mediation, collector: Staff, now: datetime
) -> None:
    """A session in person is longer and has a place: what was offered by telephone is no hour of it, others are."""
    make_room(collector.branch)
    overrides.change(
        mediation_id=offered.id, route="meeting", track="ordinary", reason="客户听力不便", actor=Actor.of(collector),
        seen_version=None, now=now,
    )  # fmt: skip
    assert {row.state for row in rows(offered)} == {"withdrawn"}
    assert Message.objects.get().state == "cancelled"
    assert Mediation.objects.get(id=offered.id).next_try_at == now
    with pytest.raises(RefusedError, match="slot_taken"):
        pick(offered, rows(offered)[0], now)
    session = pick(offered, rows(offered, state="open")[0], now)
    assert (session.mode, session.room is not None) == ("meeting", True)


def test_who_does_not_want_the_talks_ends_them(
    debtor: Debtor, mediator: Mediator, representative: Staff, collector: Staff, now: datetime
) -> None:
    """The date is given back, the hold released, and no message answers a word of the customer's own."""
    session = scheduled(debtor, collector, now)
    named = {"customer_id": debtor.customer.id, "mediation_id": session.mediation_id}
    dates.decline(**named, seen_version=version(debtor), now=now)
    dates.decline(**named, seen_version=1, now=now)
    mediation = Mediation.objects.get()
    assert (mediation.state, mediation.ending, mediation.customer_consent) == ("ended", "no_consent", "no")
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert not Message.objects.filter(kind="mediation_cancelled").exists()
    with pytest.raises(RefusedError, match="no_such_mediation"):
        dates.decline(
            customer_id=0 or factories.make_debtor()[0].id, mediation_id=mediation.id, seen_version=1, now=now
        )


def test_whoever_was_invited_hears_that_the_talks_are_off(
    debtor: Debtor, mediator: Mediator, representative: Staff, collector: Staff, now: datetime
) -> None:
    """The bank takes the proposal back after the invitation went out: the customer is told."""
    from mediation.services import mediations

    session = scheduled(debtor, collector, now)
    Message.objects.filter(kind="mediation_invitation").update(
        state="claimed", lease_until=now, version=1, body_sha256="x"
    )
    mediations.withdraw(
        mediation_id=session.mediation_id, actor=Actor.of(collector), seen_version=version(debtor), now=now
    )
    off = Message.objects.get(kind="mediation_cancelled")
    assert off.payload == {"meeting": "2026-11-23 09:00 电话", "org": "北京示范金融调解中心"}


def test_an_offer_has_a_length_and_is_open_once(offered: Mediation, now: datetime) -> None:
    """The database refuses an empty hour, the same hour offered twice, and one closed without its moment."""
    first = rows(offered)[0]
    values = {
        "mediation": offered, "customer": offered.customer, "representative": first.representative,
        "offered_at": now, "expires_at": now + timedelta(hours=1),
    }  # fmt: skip
    for name, changes in (
        ("slot_offer_has_length", {"during": DateTimeTZRange(empty=True)}),
        ("slot_offer_once_open", {"during": first.during}),
        ("slot_offer_closed_with_its_moment", {"during": first.during, "state": "gone"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            SlotOffer.objects.create(**values | changes)
