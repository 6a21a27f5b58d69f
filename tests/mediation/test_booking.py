"""No two sessions hold one person at once: by the database itself, and by schedulers that race."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from collections_app.models import Alert, Staff
from mediation.models import Mediation, Mediator, Session
from mediation.services import scheduling, timetables
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import propose, scheduled

THREADS = 8


def overlapping(sessions: list[Session], key: Callable[[Session], object]) -> list[tuple[Session, Session]]:
    """Find double bookings by looking at every pair."""
    return [
        (one, other)
        for index, one in enumerate(sessions)
        for other in sessions[index + 1 :]
        if key(one) == key(other) and one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]


@pytest.mark.django_db(transaction=True)
def test_eight_schedulers_never_double_book(
    rules: None, make_mediator: Callable[[], Mediator], make_representative: Callable[[], Staff], collector: Staff,
    now: datetime,
) -> None:  # fmt: skip
    """Eight threads, two mediators, one representative: every proposal gets a date, nobody is in two places."""
    make_mediator()
    make_mediator()
    make_representative()
    ids = [propose(Debtor(*factories.make_debtor()), collector, now).id for _ in range(THREADS)]
    ready = threading.Barrier(THREADS)
    failed: list[BaseException] = []

    def work(mediation_id: int) -> None:
        try:
            ready.wait()
            scheduling.schedule(mediation_id=mediation_id, now=now)
        except BaseException as error:  # noqa: BLE001 (a thread's failure is the test's)
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[mediation_id]) for mediation_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    sessions = list(Session.objects.select_related("mediator"))
    assert len(sessions) == THREADS
    assert not overlapping(sessions, lambda session: session.representative_id)
    assert not overlapping(sessions, lambda session: session.mediator_id)
    assert Mediation.objects.filter(state="scheduled").count() == THREADS


@pytest.mark.django_db(transaction=True)
def test_threads_that_insert_past_the_scheduler_are_stopped_by_the_database(
    rules: None, mediator: Mediator, representative: Staff, collector: Staff, now: datetime
) -> None:
    """Eight inserts of one hour without any lock: exactly one stays, the others are refused."""
    rows = [propose(Debtor(*factories.make_debtor()), collector, now) for _ in range(THREADS)]
    ready = threading.Barrier(THREADS)
    refused: list[Exception] = []

    def insert(mediation: Mediation) -> None:
        try:
            ready.wait()
            Session.objects.create(**hour(mediation, mediator, representative, now))
        except Exception as error:  # noqa: BLE001 (an exclusion, or a deadlock the database broke)
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=insert, args=[mediation]) for mediation in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Session.objects.count() == 1
    assert len(refused) == THREADS - 1


def hour(
    mediation: Mediation, mediator: Mediator | None, representative: Staff, now: datetime, **changes: object
) -> dict:
    start = now + timedelta(days=3)
    return {
        "mediation": mediation, "customer_id": mediation.customer_id, "mediator": mediator,
        "representative": representative,
        "during": DateTimeTZRange(start, start + timedelta(hours=1)), "mode": "telephone", "scheduled_at": now,
    } | changes  # fmt: skip


def test_the_same_hour_is_refused_for_mediator_representative_and_customer(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, make_mediator: Callable[[], Mediator],
    make_representative: Callable[[], Staff], now: datetime,
) -> None:  # fmt: skip
    """Each of the three constraints refuses on its own, by half an hour of overlap."""
    one = propose(debtor, collector, now)
    two = propose(Debtor(*factories.make_debtor()), collector, now)
    Session.objects.create(**hour(one, mediator, representative, now))
    start = now + timedelta(days=3, minutes=30)
    half = DateTimeTZRange(start, start + timedelta(hours=1))
    others = [(mediator, make_representative()), (make_mediator(), representative)]
    names = ["session_one_per_mediator_at_once", "session_one_per_representative_at_once"]
    for (who, rep), name in zip(others, names, strict=True):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Session.objects.create(**hour(two, who, rep, now, during=half))
    same_customer = hour(two, make_mediator(), make_representative(), now, during=half, customer_id=one.customer_id)
    with pytest.raises(IntegrityError, match="session_one_per_customer_at_once"), transaction.atomic():
        Session.objects.create(**same_customer)


def test_touching_hours_and_cancelled_sessions_are_no_overlap(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """The next session may begin when this one ends, and a cancelled one gives its hours back."""
    one = propose(debtor, collector, now)
    two = propose(Debtor(*factories.make_debtor()), collector, now)
    first = Session.objects.create(**hour(one, mediator, representative, now))
    Session.objects.create(
        **hour(
            two,
            mediator,
            representative,
            now,
            during=DateTimeTZRange(first.ends_at, first.ends_at + timedelta(hours=1)),
        )
    )
    first.state, first.closed_at = "cancelled", now
    first.save()
    Session.objects.create(**hour(one, mediator, representative, now))


@pytest.mark.parametrize(
    "during", [DateTimeTZRange(empty=True), DateTimeTZRange(datetime(2026, 1, 1).astimezone(), None)]
)
def test_a_session_without_bounds_is_refused(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime, during: DateTimeTZRange
) -> None:
    """An empty range overlaps nothing and an endless one everything: neither is an hour."""
    row = hour(propose(debtor, collector, now), mediator, representative, now, during=during)
    with pytest.raises(IntegrityError, match="session_has_length"), transaction.atomic():
        Session.objects.create(**row)


def test_a_slot_taken_behind_the_planner_sends_it_to_the_next(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whoever books the same hour between reading and writing wins it; the planner takes the next one."""
    other = propose(Debtor(*factories.make_debtor()), collector, now)
    real = scheduling._earliest
    taken: list[Session] = []

    def late(mediation: Mediation, at: datetime) -> object:
        slot = real(mediation, at)
        if not taken and slot is not None:
            during = DateTimeTZRange(slot.span.start, slot.span.end)
            taken.append(Session.objects.create(**hour(other, mediator, representative, at, during=during)))
        return slot

    monkeypatch.setattr(scheduling, "_earliest", late)
    session = scheduled(debtor, collector, now)
    assert session.starts_at == taken[0].ends_at


def test_nobody_free_raises_an_alert_and_waits(
    debtor: Debtor, collector: Staff, mediator: Mediator, now: datetime
) -> None:
    """Without a representative there is no date: the alert says what is missing, the sweep finds it later."""
    mediation = propose(debtor, collector, now)
    assert scheduling.schedule(mediation_id=mediation.id, now=now) is None
    alert = Alert.objects.get(kind="mediation_unscheduled")
    assert alert.detail == {"mediation": mediation.id, "tries": 1, "cause": "no_representative"}
    mediation.refresh_from_db()
    assert (mediation.state, mediation.next_try_at) == ("proposed", now + timedelta(hours=1))
    assert timetables.sweep(now=now) == 0


def test_the_sweep_finds_what_was_never_scheduled(
    debtor: Debtor, collector: Staff, mediator: Mediator, make_representative: Callable[[], Staff], now: datetime
) -> None:
    """A wake-up that was lost, or hands that were missing, cost an hour, not the proposal; the alert closes."""
    mediation = propose(debtor, collector, now)
    scheduling.schedule(mediation_id=mediation.id, now=now)
    make_representative()
    assert timetables.sweep(now=now + timedelta(minutes=59)) == 0
    assert timetables.sweep(now=now + timedelta(hours=1)) == 1
    assert not Alert.objects.filter(resolved_at__isnull=True).exists()
