"""What a worker has claimed and can no longer hand over in time goes back, surely not sent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain, repeat

import pytest

from collections_app.models import Contact
from notifications.models import Message, SandboxInbox
from notifications.services import claiming, planning, sending


def test_a_worker_whose_lease_ran_out_does_not_send(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slept through its lease: what it has not handed over goes back and goes out once, and nobody looks for it."""
    make_due()
    planning.plan(on=now.date(), now=now)
    ticks = chain([0.0], repeat(claiming.LEASE.total_seconds()))
    with monkeypatch.context() as patched:
        patched.setattr(sending, "monotonic", lambda: next(ticks))
        assert sending.send_due(now=now, worker="test").not_sent == 1
    assert not SandboxInbox.objects.exists()
    message, given_back = Message.objects.get(), Contact.objects.get()
    assert (message.state, message.reason, given_back.state) == ("due", "paced", "failed")
    sending.send_due(now=now + timedelta(minutes=6), worker="test")
    assert SandboxInbox.objects.count() == 1


def test_what_would_leave_in_quiet_hours_is_put_back(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claimed three minutes before silence and handed over slowly: what is left then waits for the morning; what is
    claimed in the last minute waits at once."""
    make_due()
    evening = now.replace(hour=21, minute=57)
    planning.plan(on=now.date(), now=evening)
    ticks = chain([0.0], repeat(150.0))
    with monkeypatch.context() as patched:
        patched.setattr(sending, "monotonic", lambda: next(ticks))
        assert sending.send_due(now=evening, worker="test").not_sent == 1
    message = Message.objects.get()
    assert (message.state, message.reason) == ("due", "paced")
    Message.objects.update(due_at=evening)
    sending.send_due(now=evening + timedelta(minutes=2, seconds=30), worker="test")
    message.refresh_from_db()
    assert (message.state, message.reason) == ("deferred", "quiet_hours")
    assert set(Contact.objects.values_list("state", flat=True)) == {"failed"}
    sending.send_due(now=evening + timedelta(minutes=3, seconds=30), worker="test")
    message.refresh_from_db()
    assert message.due_at == now + timedelta(hours=22)
    assert not SandboxInbox.objects.exists()
