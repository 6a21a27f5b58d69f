"""Who is at which record now, and who is writing there: in Redis, for seconds, never in a log and never the truth.

One key for each person, which ends by itself: a browser that crashed is gone after ``STAYS_SECONDS``. Without Redis
nobody is known to be anywhere, and the screens say that they do not know.
"""

import asyncio
import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Literal

import redis
import redis.asyncio
from django.conf import settings

from collections_app.services.feed import CHANNEL

STAYS_SECONDS = 40
_PEOPLE = "onecase.here"

Doing = Literal["looking", "writing"]
# For each record: the people at it, and what they are doing.
Places = dict[int, dict[int, Doing]]


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def say(*, staff_id: int, at: Mapping[int, Doing]) -> None:
    """Keep where a person is until they say it again; screens are told only of a change. Silent without Redis."""
    key = f"{_PEOPLE}.{staff_id}"
    now = json.dumps({str(record): doing for record, doing in sorted(at.items())})
    with suppress(redis.RedisError):
        if at:
            before = _client().set(key, now, ex=STAYS_SECONDS, get=True)
            _client().sadd(_PEOPLE, staff_id)
        else:
            before = _client().getdel(key)
            _client().srem(_PEOPLE, staff_id)
        if before != (now.encode() if at else None):
            _client().publish(CHANNEL, json.dumps({"here": staff_id}))


async def places(client: "redis.asyncio.Redis") -> Places:
    """Return who is where now. Raise RedisError or OSError while Redis is away."""
    members: Any = client.smembers(_PEOPLE)
    people = sorted(int(member) for member in await members)
    if not people:
        return {}
    said = await client.mget([f"{_PEOPLE}.{person}" for person in people])
    gone = [person for person, text in zip(people, said, strict=True) if text is None]
    if gone:
        forgetting: Any = client.srem(_PEOPLE, *gone)
        await forgetting
    found: Places = {}
    for person, text in zip(people, said, strict=True):
        for record, doing in json.loads(text).items() if text else ():
            found.setdefault(int(record), {})[person] = doing
    return found


class People:
    """The picture one process has of who is where; ``known`` is False while Redis is away."""

    def __init__(self) -> None:
        self.known = False
        self.moved = asyncio.Event()
        self._places: Places = {}

    def at(self, record: int) -> dict[int, Doing]:
        """Return the people at a record and what they are doing."""
        return self._places.get(record, {})

    def people(self) -> set[int]:
        """Return everybody who is somewhere."""
        return {person for here in self._places.values() for person in here}

    def replace(self, places: Places) -> Collection[int]:
        """Take in a new picture and return the records at which something has changed."""
        before, self._places, self.known = self._places, places, True
        return {record for record in before.keys() | places.keys() if before.get(record) != places.get(record)}

    def forget(self) -> None:
        """Know nothing until Redis is back."""
        self._places, self.known = {}, False
