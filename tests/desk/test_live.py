"""The live feed: what a screen is told, when it is cut off, and that nothing is missed without Redis."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import OperationalError, connections, transaction

from collections_app.models import Customer, Staff
from collections_app.services import derivation, feed, records
from collections_app.services.feed import CHANNEL
from desk.gateways import hub as hubs
from desk.gateways.watches import Watch
from desk.views import live
from tests import factories
from tests.browsing import session_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "redis://127.0.0.1:1/0"


def in_a_thread(call: Callable[[], Any]) -> Any:
    """Call in a thread of its own: the browser tests leave an event loop running in the thread of the tests."""

    def closing() -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run an asynchronous story to its end, or fail after ten seconds."""
    in_a_thread(lambda: asyncio.run(asyncio.wait_for(story(), 10)))


async def aside(call: Callable[[], Any]) -> Any:
    """Do something that is not asynchronous, with a database connection that is closed again."""
    return await asyncio.to_thread(in_a_thread, call)


def raise_version(customer: Customer) -> int:
    """Change a record behind everybody's back, without a wake-up."""
    customer.version += 1
    customer.save(update_fields=["version"])
    return customer.version


def publish(body: str) -> None:
    """Wake the screens as a service does."""
    with redis.Redis.from_url(settings.REDIS_URL) as sender:
        sender.publish(CHANNEL, body)


async def until(stream: Any, event: str, **fields: Any) -> dict[str, Any]:
    """Read a stream until an event with these fields comes, and return its data."""
    async for text in stream:
        kind = next(line[7:] for line in text.splitlines() if line.startswith("event: "))
        data: dict[str, Any] = json.loads(next(line[6:] for line in text.splitlines() if line.startswith("data: ")))
        if kind == event and fields.items() <= data.items():
            return data
    raise AssertionError(f"the stream ended without {event} {fields}")


def stream_of(
    source: hubs.Hub, staff: Staff, *records: int, branches: set[int] | None = None, boards: bool = False
) -> Any:
    return live._stream(source, staff.pk, session_of(staff), set(records), branches or set(), boards=boards)


def test_a_screen_that_reconnects_is_told_the_version_of_now(db):
    """Whatever was missed while away, the first word is the current version."""
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    first = stream_of(hubs.Hub(), staff, customer.pk)
    again = stream_of(hubs.Hub(), staff, customer.pk)

    async def story() -> None:
        state = await until(first, "state")
        assert state["records"] == {str(customer.pk): customer.version}
        await first.aclose()
        newer = await aside(lambda: raise_version(customer))
        state = await until(again, "state")
        assert state["records"] == {str(customer.pk): newer}
        await again.aclose()

    run(story)


def test_a_wake_up_reaches_the_screen_at_once(db):
    """A message on the channel is passed on well within a second."""
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    source = hubs.Hub(sweep_seconds=60)
    stream = stream_of(source, staff, customer.pk, branches={customer.branch_id})

    async def story() -> None:
        await until(stream, "state")
        while not source.hears:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        body = json.dumps({"customer": customer.pk, "version": 42, "branch": customer.branch_id})
        await aside(lambda: publish(body))
        await until(stream, "record", record=customer.pk, version=42)
        assert time.monotonic() - began < 1
        await stream.aclose()

    run(story)


def test_a_message_that_goes_out_reaches_the_open_record_without_a_version_and_whatever_was_lost(db):
    """By the wake-up at once, by the net, and by the state on return: the mark moves, the version does not."""
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    source = hubs.Hub(sweep_seconds=60)
    stream = stream_of(source, staff, customer.pk)
    lost = stream_of(hubs.Hub(redis_url=NOWHERE, sweep_seconds=0.1), staff, customer.pk)
    again = stream_of(hubs.Hub(), staff, customer.pk)

    def go_out() -> int:
        with transaction.atomic():
            locked = records.lock(customer_id=customer.pk, now=NOW)
            return records.append(customer=locked, kind="message.sent", actor=records.SYSTEM, now=NOW).pk

    async def story() -> None:
        for each in (stream, lost):
            before = await until(each, "state")
            assert before["marks"][str(customer.pk)][0] == 0
        while not source.hears:
            await asyncio.sleep(0.01)
        event = await aside(go_out)
        for each in (stream, lost):
            heard = await until(each, "record", record=customer.pk, version=customer.version)
            if heard["mark"][0] != event:
                heard = await until(each, "record", record=customer.pk, version=customer.version)
            assert heard["mark"][0] == event
            await each.aclose()
        state = await until(again, "state")
        assert state["marks"][str(customer.pk)][0] == event
        await again.aclose()

    run(story)


def test_what_time_alone_has_changed_reaches_the_screens(db):
    """The sweep tells them to look, lists too; the net finds the record by the instant it was derived."""
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    source = hubs.Hub(sweep_seconds=60)
    stream = stream_of(source, staff, customer.pk, branches={customer.branch_id})

    def pass_() -> None:
        Customer.objects.filter(pk=customer.pk).update(derive_due_at=NOW)
        assert derivation.sweep_due(now=NOW + timedelta(days=1)).done == 1

    async def story() -> None:
        before = (await until(stream, "state"))["marks"][str(customer.pk)]
        while not source.hears:
            await asyncio.sleep(0.01)
        await aside(pass_)
        await until(stream, "list")
        heard = await until(stream, "record", record=customer.pk, version=customer.version)
        assert heard["mark"][1] > before[1]
        await stream.aclose()

    run(story)


def test_boards_hear_at_once_of_what_raises_no_version_and_other_screens_do_not(db, monkeypatch):
    """A refused contact is no event: whoever shows figures is told, once a transaction however much it did."""
    monkeypatch.setattr(live, "BEAT_SECONDS", 60)
    staff = factories.make_staff("supervisor")
    source = hubs.Hub(sweep_seconds=60)
    board, other = stream_of(source, staff, boards=True), stream_of(source, staff)

    def count_something() -> None:
        with transaction.atomic():
            for _each in range(3):
                feed.wake_boards()
        publish(json.dumps({"inbox": 1}))

    async def story() -> None:
        await until(board, "state")
        await until(other, "state")
        while not source.hears:
            await asyncio.sleep(0.01)
        await aside(count_something)
        for stream, boards in ((board, 1), (other, 0)):
            heard: list[str] = []
            while not heard or "event: inbox" not in heard[-1]:
                heard.append(await anext(stream))
            assert sum("event: board" in text for text in heard) == boards
        await board.aclose()
        await other.aclose()

    run(story)


def test_without_redis_a_change_is_seen_within_five_seconds(db):
    """The safety net asks the database, and the beat says that Redis is away."""
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    stream = stream_of(hubs.Hub(redis_url=NOWHERE), staff, customer.pk, branches={customer.branch_id})

    async def story() -> None:
        state = await until(stream, "state")
        assert state["hears"] is False
        newer = await aside(lambda: raise_version(customer))
        began = time.monotonic()
        await until(stream, "record", record=customer.pk, version=newer)
        assert time.monotonic() - began < 5
        await until(stream, "list")
        await stream.aclose()

    run(story)


def test_a_screen_is_told_when_the_database_cannot_be_seen_and_when_it_can_again(db, monkeypatch):
    """The word comes at once, not with the next turn; what has moved meanwhile comes before the good one."""
    monkeypatch.setattr(live, "BEAT_SECONDS", 60)
    staff = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    stream = stream_of(hubs.Hub(sweep_seconds=0.1), staff, customer.pk)
    look = hubs.versions.look

    def fail(*_about: Any, **_when: Any) -> Any:
        raise OperationalError("the database is away")

    async def story() -> None:
        assert (await until(stream, "state"))["sees"] is True
        monkeypatch.setattr(hubs.versions, "look", fail)
        await until(stream, "beat", sees=False)
        newer = await aside(lambda: raise_version(customer))
        monkeypatch.setattr(hubs.versions, "look", look)
        await until(stream, "record", record=customer.pk, version=newer)
        await until(stream, "beat", sees=True)
        await stream.aclose()

    run(story)


def test_a_stream_whose_reader_cannot_be_proved_again_ends_with_a_word(db, monkeypatch):
    """The database is away when the proof is due: the screen comes again until it can be asked."""
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    staff = factories.make_staff("collector")
    stream = stream_of(hubs.Hub(), staff)

    def fail(*_readers: Any, **_asked: Any) -> Any:
        raise OperationalError("the database is away")

    async def story() -> None:
        await until(stream, "state")
        monkeypatch.setattr(live.versions, "allowed", fail)
        assert await until(stream, "bye") == {"reason": "database"}

    run(story)


def test_a_screen_that_does_not_keep_up_is_closed_and_never_left_behind():
    """A full queue ends the stream; nothing is dropped in silence."""
    watch = Watch({1}, set(), limit=3)
    for version in range(5):
        watch.tell({"record": 1, "version": version})
    assert watch.closed == "overflow"


def test_an_overflow_ends_the_stream_with_a_word(db):
    """The reader is told to come again, and then gets the state."""
    staff = factories.make_staff("collector")
    source = hubs.Hub()
    stream = stream_of(source, staff)

    async def story() -> None:
        await until(stream, "state")
        source.close("overflow")
        assert await until(stream, "bye") == {"reason": "overflow"}
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    run(story)


def test_nobody_watches_what_is_out_of_their_scope(db, monkeypatch):
    """A record of another branch is neither stated nor told."""
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.2)
    staff = factories.make_staff("collector")
    own, _account = factories.make_debtor()
    foreign, _account = factories.make_debtor(branch=factories.make_branch("SH"))
    stream = stream_of(hubs.Hub(sweep_seconds=0.1), staff, own.pk, foreign.pk)

    async def story() -> None:
        state = await until(stream, "state")
        assert state["records"] == {str(own.pk): own.version}
        await aside(lambda: raise_version(foreign))
        heard = [await anext(stream) for _ in range(5)]
        assert not any(f'"record": {foreign.pk}' in text for text in heard)
        await stream.aclose()

    run(story)


def test_ids_that_are_no_numbers_are_left_out():
    """Garbage in the address is no error and no id."""
    assert live._ids("17:41,x:1,,-3:2,99999999999999999999:1,18") == ({17, 18}, [])


def test_a_record_that_a_stream_does_not_follow_is_named(client, db, monkeypatch):
    """Beyond the most that one stream follows nothing is dropped without a word: the screen knows that it is blind."""
    monkeypatch.setattr(live, "MOST_RECORDS", 1)
    customer, _account = factories.make_debtor()
    client.force_login(factories.make_staff("collector"))
    asked = f"/live/?records={customer.pk},{customer.pk + 1},{customer.pk + 2}"
    body = in_a_thread(lambda: b"".join(client.get(asked)).decode())
    assert json.dumps({str(customer.pk): customer.version}) in body
    assert f'"left": [{customer.pk + 1}, {customer.pk + 2}]' in body
