"""Who is at a record: said by each browser, told to screens in scope, gone by itself, unknown without Redis."""

import asyncio
import json
import time
from typing import Any

import pytest
import redis
from django.conf import settings

from desk.gateways import hub as hubs
from desk.gateways import presence
from desk.views import live
from tests import factories
from tests.browsing import session_of
from tests.desk.conftest import FencedClient
from tests.desk.test_live import NOWHERE, aside, in_a_thread, run, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_here() -> Any:
    """Begin and end with nobody anywhere."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client
        for key in client.scan_iter("onecase.here*"):
            client.delete(key)


def stream_of(source: hubs.Hub, staff: Any, *records: int) -> Any:
    return live._stream(source, staff.pk, session_of(staff), set(records), set())


def test_a_colleague_who_comes_writes_and_goes_is_on_the_screen_within_a_second(db):
    """Each move is told at once, with name and department; standing still is not told again."""
    reader, agent = factories.make_staff("collector"), factories.make_staff("service_agent")
    customer, _account = factories.make_debtor()
    source = hubs.Hub(sweep_seconds=60)
    stream = stream_of(source, reader, customer.pk)

    async def story() -> None:
        await until(stream, "state")
        while not source.hears:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        for doing, writing in (("looking", False), ("looking", False), ("writing", True)):
            await aside(lambda doing=doing: presence.say(staff_id=agent.pk, at={customer.pk: doing}))
            if doing == "looking" and source.who(customer.pk):
                continue
            told = await until(stream, "presence", record=customer.pk)
            assert told["who"] == [
                {
                    "id": agent.pk,
                    "zh": agent.display_name,
                    "en": agent.display_name,
                    "department": "service",
                    "writing": writing,
                }
            ]
        await aside(lambda: presence.say(staff_id=agent.pk, at={}))
        assert (await until(stream, "presence", record=customer.pk))["who"] == []
        assert time.monotonic() - began < 4
        await stream.aclose()

    run(story)


def test_who_leaves_without_a_word_is_gone_when_their_time_is_over(nobody_here: redis.Redis):
    """The person's key ends by itself, and nothing of them is left."""
    presence.say(staff_id=7, at={17: "writing"})
    assert 0 < nobody_here.ttl("onecase.here.7") <= presence.STAYS_SECONDS
    nobody_here.delete("onecase.here.7")

    async def look() -> presence.Places:
        async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client:
            return await presence.places(client)

    assert in_a_thread(lambda: asyncio.run(look())) == {}
    assert nobody_here.scard("onecase.here") == 0


def test_without_redis_nobody_is_known_and_nothing_breaks(db, monkeypatch, settings):
    """A heartbeat still holds the line, and the stream goes on."""
    reader = factories.make_staff("collector")
    customer, _account = factories.make_debtor()
    away = redis.Redis.from_url(NOWHERE, socket_connect_timeout=0.2)
    monkeypatch.setattr(presence, "_client", lambda: away)
    client = FencedClient()
    client.force_login(reader)
    answer = client.post("/live/here/", {"at": customer.pk}, headers={"X-Passive": "1"})
    assert answer.json() == {"held": False}
    stream = stream_of(hubs.Hub(redis_url=NOWHERE), reader, customer.pk)

    async def story() -> None:
        state = await until(stream, "state")
        assert (state["here"], state["hears"]) == ({}, False)
        await until(stream, "beat", hears=False)
        await stream.aclose()

    run(story)


def test_nobody_says_that_they_are_at_a_record_beyond_their_scope(db, nobody_here: redis.Redis):
    """Presence tells others that somebody may read a record; only whoever may is shown there."""
    near, _account = factories.make_debtor()
    far, _account = factories.make_debtor(branch=factories.make_branch("SH"))
    staff = factories.make_staff("collector")
    client = FencedClient()
    client.force_login(staff)
    client.post("/live/here/", {"at": f"{near.pk},{far.pk},x", "writing": f"{far.pk}"}, headers={"X-Passive": "1"})
    said = nobody_here.get(f"onecase.here.{staff.pk}")
    assert json.loads(said or b"") == {str(near.pk): "looking"}
