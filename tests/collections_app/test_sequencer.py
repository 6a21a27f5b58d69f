"""The order of events and the ledger: signed in time, verified by night, and told when it does not hold."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection

from collections_app.models import Alert, Event, EventPending, Staff
from collections_app.selectors import event_log, event_shapes
from collections_app.services import notes, sequencer
from collections_app.services.records import Actor
from config import celery
from ledger.models import Checkpoint, Entry
from ledger.services import verification
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(debtor: Debtor, collector: Staff, now: datetime) -> Event:
    """Return the event of a note."""
    notes.add(customer_id=debtor.customer.id, text="已核对", actor=Actor.of(collector), seen_version=None, now=now)
    return Event.objects.get(kind="note.added")


def _open() -> list[str]:
    return list(Alert.objects.filter(resolved_at__isnull=True).values_list("kind", flat=True))


def test_the_first_events_are_signed_as_soon_as_they_are_chained(said: Event, now: datetime) -> None:
    """A demo of a minute has a checkpoint."""
    sequencer.sequence(now=now)
    sequencer.sign_when_quiet(now=now)
    assert Checkpoint.objects.get().tree_size == Entry.objects.count() > 0


@pytest.mark.parametrize(("queues", "signed"), [({"default": None}, 1), ({"messages": None}, 0)])
def test_the_worker_that_signs_chains_and_signs_what_is_left_when_it_stops(
    said: Event, now: datetime, queues: dict[str, None], signed: int
) -> None:
    """An orderly stop leaves nothing unsigned; the other workers leave it to that one."""
    amqp = SimpleNamespace(queues=SimpleNamespace(consume_from=queues))
    celery.close_the_ledger(sender=SimpleNamespace(app=SimpleNamespace(amqp=amqp)))
    assert Checkpoint.objects.count() == signed
    assert EventPending.objects.exists() is not bool(signed)


@pytest.mark.parametrize(
    ("payload", "left"),
    [
        ({}, False),
        ({"zeta": 1, "Alpha": None, "b": True, "金额": '五\n"分"\\\t\u0001\u007f/é'}, False),
        ({"parts": [{"fen": 5, "due": "2026-12-01, 12:00"}, "a", 2, {}], "rule": {"code": "X"}, "none": []}, False),
        ({"parts": [{"of": [1, 2]}]}, True),
        ({"ratio": 1e-7}, True),
    ],
)
def test_the_database_finds_events_in_the_ledger_and_leaves_the_rest_to_be_compared_here(
    debtor: Debtor, now: datetime, payload: dict[str, object], left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find the same: nothing wrong with a sound event, and a changed one. No shape is known here."""
    monkeypatch.setattr(event_shapes, "usual", lambda: ("NULL::text", "NULL::int"))
    for at in (now, now + timedelta(microseconds=1234)):
        event = Event.objects.create(
            customer=debtor.customer, kind="note.added", version=1, at=at, department="service", payload=payload
        )
        EventPending.objects.create(event=event)
    sequencer.sequence(now=now)
    assert len(list(event_log.unproven())) == (2 if left else 0)
    assert sequencer.contradictions() == []
    _change(event, '{"zeta": 2}')
    changed = verification.verify_payloads(payloads=sequencer.payloads()).violations
    assert len(changed) == 1
    assert sequencer.contradictions() == list(changed)


def test_what_an_event_has_beyond_the_usual_shape_of_its_kind_is_seen(debtor: Debtor, now: datetime) -> None:
    """The database writes most payloads by the names of their members: a member too many must not be overlooked."""
    usual = {"zeta": 1, "of": [{"fen": 5}, "a, b"], "none": {}, "Alpha": None}
    events = [
        Event.objects.create(
            customer=debtor.customer, kind="note.added", version=1, at=now, department="service", payload=payload
        )
        for payload in (*[usual] * 4, {"text": "x"}, {"zeta": 1, "rule": {"b": 1}})
    ]
    EventPending.objects.bulk_create(EventPending(event=event) for event in events)
    sequencer.sequence(now=now)
    assert "'zeta'" in event_shapes.usual()[0]
    assert list(event_log.unproven()) == []
    planted = (
        '{"zeta": 1, "of": [{"fen": 5}, "a, b"], "none": {}, "Alpha": null, "more": 0}',
        '{"zeta": 1, "of": [{"fen": 5, "x": 1}, "a, b"], "none": {}, "Alpha": null}',
        '{"zeta": 1, "of": [{"fen": 5}, "a, b", 1], "none": {}, "Alpha": null}',
        '{"zeta": 1, "of": [{"fen": 5}, "a,b"], "none": {}, "Alpha": null}',
        '{"zeta": 1, "of": [{"fen": 5}, "a, b"], "none": 12, "Alpha": null}',
        '{"zeta": 1, "of": [{"fen": 5}, "a, b"], "none": {}}',
    )
    for payload in planted:
        _change(events[1], payload)
        assert [place for place, _event in event_log.unproven()] == [1], payload
        assert len(sequencer.contradictions()) == 1


def test_a_ledger_that_does_not_verify_is_an_alert_until_it_does(said: Event, now: datetime) -> None:
    """Somebody who owns the database changed an event."""
    sequencer.close(now=now)
    assert sequencer.verify(now=now)
    assert _open() == []
    original = said.payload
    _change(said, '{"what": "else"}')
    assert not sequencer.verify(now=now)
    assert _open() == ["ledger_broken"]
    assert "is not the one that was appended" in Alert.objects.get().detail["first"]
    _change(said, original)
    assert sequencer.verify(now=now + timedelta(days=1))
    assert _open() == []


def test_a_check_that_does_not_end_is_an_alert_until_one_does(
    said: Event, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether it holds, and silence would say that it does."""
    sequencer.close(now=now)

    def too_long() -> list[str]:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "contradictions", too_long)
        with pytest.raises(SoftTimeLimitExceeded):
            sequencer.verify(now=now)
    assert _open() == ["ledger_unverified"]
    assert sequencer.verify(now=now + timedelta(days=1))
    assert _open() == []


def test_a_ledger_that_refuses_to_sign_is_an_alert(said: Event, now: datetime, tmp_path, settings) -> None:  # type: ignore[no-untyped-def]
    """The checkpoint that was kept is of a log this database never was."""
    settings.LEDGER_KEPT = tmp_path
    sequencer.close(now=now)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE ledger_checkpoint")
    sequencer.sign(now=now)
    assert _open() == ["ledger_broken"]
    assert not Checkpoint.objects.exists()


def test_the_ledger_is_verified_and_signed_by_the_clock() -> None:
    """All three tasks run where the sequencer runs."""
    from config.beat import SCHEDULE

    by_task = {entry.task: entry.queue for entry in SCHEDULE}
    for task in ("records.sign_checkpoint", "records.sign_when_quiet", "records.verify_ledger"):
        assert by_task[task] == settings.QUEUE_DEFAULT


def _change(event: Event, payload: object) -> None:
    import json

    text = payload if isinstance(payload, str) else json.dumps(payload)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE collections_app_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE collections_app_event SET payload = %s WHERE id = %s", [text, event.id])
        cursor.execute("ALTER TABLE collections_app_event ENABLE TRIGGER USER")
