"""Senders that live for a while, and the fair picking of what they send."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction

from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message, SandboxInbox, SenderState
from notifications.providers.base import Outgoing
from notifications.providers.email.provider import EmailProvider
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.services import carriers, picking, planning, results, sending, serving, waking
from notifications.tasks import sending as tasks
from tests import factories

BLAST = 10_000


def _copies(message: Message, many: int) -> None:
    """Queue so many more like a message, made by the set."""
    quote = connection.ops.quote_name
    own = {"attempt": "gen_random_uuid()", "reference": "'copy:' || copies.nth"}
    columns = [field.column for field in Message._meta.concrete_fields if not field.primary_key]
    values = ", ".join(own.get(name) or f"one.{quote(name)}" for name in columns)
    table = quote(Message._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(quote, columns))})"  # noqa: S608
            f" SELECT {values} FROM {table} AS one, generate_series(1, %s) AS copies(nth) WHERE one.id = %s",
            [many, message.pk],
        )


def _picked(now: datetime, limit: int, **values: bool) -> list[int]:
    with transaction.atomic():
        found = picking.pick_within(
            carriers=carriers.load(now=now), now=now, limit=limit, priority_only=values.get("priority_only", False)
        )
    return [message for message, _ in found]


def test_one_branchs_blast_delays_no_other(make_due: Callable, now: datetime) -> None:
    """Ten thousand of one branch due an hour before the ten of another: the ten are in the very first claim."""
    make_due()
    small = factories.make_branch("SMALL")
    make_due(branch=small)
    planning.plan(on=now.date(), now=now)
    blast = Message.objects.get(lane=Message.objects.exclude(lane=small.pk).values_list("lane", flat=True)[0])
    few = Message.objects.get(lane=small.pk)
    _copies(blast, BLAST)
    Message.objects.filter(lane=blast.lane).update(due_at=now.replace(hour=8))
    _copies(few, 9)
    picked = _picked(now, 500)
    assert len(picked) == len(set(picked)) == 500
    assert Message.objects.filter(pk__in=picked, lane=small.pk).count() == 10
    # And what cannot wait comes before all of it.
    Message.objects.filter(pk=Message.objects.order_by("-pk").values("pk")[:1]).update(priority=True)
    last = Message.objects.latest("pk").pk
    assert _picked(now, 3)[0] == last
    assert _picked(now, 500, priority_only=True) == [last]


@pytest.mark.django_db(transaction=True)
def test_no_more_senders_live_than_there_are_places(make_due: Callable, now: datetime) -> None:
    """A second start finds the place taken and goes; when the first has ended, the next one works."""
    held, done = threading.Event(), threading.Event()

    def live() -> None:
        with serving._place(serving._PLACES, 1) as found:
            assert found
            held.set()
            done.wait(timeout=20)
        connection.close()

    thread = threading.Thread(target=live)
    thread.start()
    assert held.wait(timeout=20)
    make_due()
    planning.plan(on=now.date(), now=now)
    serve = {"worker": "second", "clock": lambda: now, "seconds": 0, "places": 1}
    assert serving.serve(**serve) is None
    done.set()
    thread.join(timeout=20)
    assert serving.serve(**serve) == 1
    assert SandboxInbox.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_cannot_wait_wakes_a_sender_at_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in the transaction that queues it, heard when that is committed, long before the next look."""
    rounds: list[float] = []
    first = threading.Event()

    def send(**values: object) -> sending.Sent:
        rounds.append(monotonic())
        first.set()
        if len(rounds) == 2:
            serving.end_soon()
        return sending.Sent()

    monkeypatch.setattr(serving.sending, "send_due", send)
    monkeypatch.setattr(serving, "LOOK", 20.0)
    monkeypatch.setattr(serving, "_NOTICE", 20.0)
    monkeypatch.setattr(serving, "_ending", threading.Event())

    def wake() -> None:
        first.wait(timeout=20)
        with transaction.atomic():
            waking.wake_within()
        connection.close()

    thread = threading.Thread(target=wake)
    thread.start()
    began = monotonic()
    assert serving.serve(worker="test", clock=lambda: now, seconds=30, places=1) == 0
    thread.join(timeout=20)
    assert len(rounds) == 2
    assert monotonic() - began < 10


def test_calls_go_out_several_at_a_time(make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as the provider takes, and each exactly once."""
    SenderState.objects.create(provider="sandbox", parallel=4, since=now)
    for _ in range(8):
        make_due()
    planning.plan(on=now.date(), now=now)
    together, seen = threading.Barrier(4), []

    def send(self: object, outgoing: object, *, now: datetime) -> Outcome:
        together.wait(timeout=20)
        seen.append(outgoing)
        return Outcome(Result.ACCEPTED, provider_id=f"p{len(seen)}-{id(outgoing)}", report="sent")

    monkeypatch.setattr(SandboxProvider, "send", send)
    assert sending.send_due(now=now, worker="test").results == {"accepted": 8}
    assert len(seen) == 8
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_slow_provider_with_a_pace_keeps_no_other_waiting(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn of one is seconds away, and its calls are slow: those of the other go out at once and together."""
    free = now + timedelta(seconds=4)
    SenderState.objects.create(provider="sandbox", parallel=4, since=now)
    SenderState.objects.create(provider="email", parallel=2, per_second=10, free_at=free, since=now)
    for place in range(8):
        customer, _ = make_due()
        if place < 4:
            customer.contact_points.update(kind="email", value=f"chen{place}@mail.example")
    planning.plan(on=now.date(), now=now)
    together, ends = threading.Barrier(4), []

    def send(self: object, outgoing: Outgoing, *, now: datetime) -> Outcome:
        if isinstance(self, SandboxProvider):
            together.wait(timeout=20)
        else:
            sleep(0.2)
        ends.append(type(self))
        return Outcome(Result.ACCEPTED, provider_id=outgoing.attempt, report="sent")

    monkeypatch.setattr(SandboxProvider, "send", send)
    monkeypatch.setattr(EmailProvider, "send", send)
    waited: list[float] = []
    monkeypatch.setattr(sending, "sleep", lambda seconds: waited.append(seconds))
    assert sending.send_due(now=now, worker="test").results == {"accepted": 8}
    assert ends == [SandboxProvider] * 4 + [EmailProvider] * 4
    assert 3 < sum(waited) <= 4
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_an_answer_that_cannot_be_recorded_loses_no_other(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of three answers fails on its way into the record: that message is looked for later, the others are told."""
    for _ in range(3):
        make_due()
    planning.plan(on=now.date(), now=now)
    odd, accept = Message.objects.order_by("pk")[1], results.accept_within

    def fail_once(**values: Any) -> None:
        if values["message"].pk == odd.pk:
            raise KeyError("a bug")
        accept(**values)

    monkeypatch.setattr(results, "accept_within", fail_once)
    sending.send_due(now=now, worker="test")
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["delivered", "claimed", "delivered"]


def test_no_two_runs_have_one_name() -> None:
    """An answer is recorded for a claim of the same run alone: a task handed out twice is two runs, in any machine."""
    names = {tasks._worker() for _ in range(5)}
    assert len(names) == 5
    assert max(map(len, names)) <= 64
