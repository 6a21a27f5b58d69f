"""A session ends while somebody speaks in its room, or sits down in it."""

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from collections_app.models import Staff
from collections_app.services import records
from mediation.models import Mediator, RoomSignal, Session, VideoRoom
from mediation.services import endings, room_talk, rooms
from tests.collections_app.test_approval_races import at_once
from tests.mediation.conftest import Debtor
from tests.mediation.test_rooms import Cast
from tests.mediation.test_story import scheduled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_n_plus_one")]


@pytest.fixture
def cast(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Cast:
    row = scheduled(debtor, collector, now)
    Session.objects.filter(id=row.id).update(mode="video")
    found = Session.objects.select_related("mediator__staff", "representative", "customer").get(id=row.id)
    return Cast(found, found.starts_at)


def after(monkeypatch: Any, module: Any, name: str, reached: threading.Event, goes_on: threading.Event) -> None:
    """Let a step of a service tell that it is done, and wait a moment for the other side to come as far as it can."""
    real = getattr(module, name)

    def step(*given: Any, **named: Any) -> Any:
        result = real(*given, **named)
        reached.set()
        goes_on.wait(timeout=0.7)
        return result

    monkeypatch.setattr(module, name, step)


def test_a_signal_under_its_rooms_lock_does_not_wait_for_whoever_closes_the_room(cast: Cast, monkeypatch: Any) -> None:
    """One holds the room and names the customer, the other holds the customer and wants the room: no deadlock."""
    _host, bank, customer = cast.all_in()
    in_room, customer_held = threading.Event(), threading.Event()
    after(monkeypatch, room_talk, "_locked", in_room, customer_held)

    def close() -> str:
        assert in_room.wait(timeout=30)
        with transaction.atomic():
            records.lock(customer_id=cast.session.customer_id, now=cast.now)
            customer_held.set()
            endings.close_session_within(session=cast.session, state="cancelled", now=cast.now)
        return "closed"

    ends = at_once(lambda: cast.send(customer, bank).kind, close)
    assert ends == ["offer", "closed"]
    assert not RoomSignal.objects.exists()
    assert VideoRoom.objects.get().closed_at is not None


def test_a_room_made_while_its_session_ends_is_closed_with_it(cast: Cast, monkeypatch: Any) -> None:
    seated, closed = threading.Event(), threading.Event()
    after(monkeypatch, rooms, "_check_may_sit", seated, closed)

    def close() -> str:
        assert seated.wait(timeout=30)
        with transaction.atomic():
            records.lock(customer_id=cast.session.customer_id, now=cast.now)
            endings.close_session_within(session=cast.session, state="cancelled", now=cast.now)
        closed.set()
        return "closed"

    assert at_once(lambda: cast.enter(cast.mediator).state, close) == ["admitted", "closed"]
    assert VideoRoom.objects.get().closed_at is not None
