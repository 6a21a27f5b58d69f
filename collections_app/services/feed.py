"""The wake-up of the live screens: after commit, never before, and never in the way of a write."""

import json
import logging
from datetime import datetime
from functools import lru_cache

import redis
from django.conf import settings
from django.db import connection, transaction

from collections_app.models import Customer
from collections_app.selectors import incidents

CHANNEL = "onecase.records"
_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def wake(*, customer: Customer, event_id: int) -> None:
    """Tell the live screens of this version and of this newest event once the transaction is committed.

    The database is the feed; a wake-up that is lost costs seconds, not truth: screens are told by the
    safety net of views/live.
    """
    body = json.dumps(
        {"customer": customer.id, "version": customer.version, "event": event_id, "branch": customer.branch_id}
    )
    transaction.on_commit(lambda: _publish(body))


def wake_all() -> None:
    """Tell the live screens, once the transaction is committed, to look at everything they show.

    For what changes many records at once without a new version of them: what time alone has brought about.
    """
    transaction.on_commit(lambda: _publish(json.dumps({"look": 1})))


def wake_inboxes() -> None:
    """Tell the live screens, once the transaction is committed, that something was asked for or decided."""
    transaction.on_commit(lambda: _publish(json.dumps({"inbox": 1})))


def wake_boards() -> None:
    """Tell the open boards, once the transaction is committed, that a figure of theirs has moved without an event.

    Contacts asked for and refused, messages on their way, files, tasks and alerts. However often a transaction says
    so, they are told once.
    """
    if not any(hook[1] is _publish_boards for hook in connection.run_on_commit):
        transaction.on_commit(_publish_boards)


def end_streams(*, staff_id: int) -> None:
    """End the streams of a person's open screens once the transaction is committed: their sessions are over.

    When it is lost, each stream notices by itself when it next proves that its reader may read.
    """
    transaction.on_commit(lambda: _publish(json.dumps({"ended": staff_id})))


def wake_incidents(*, now: datetime) -> None:
    """Tell the live screens, once the transaction is committed, that an incident has begun or ended."""
    transaction.on_commit(lambda: _publish(json.dumps({"incidents": incidents.stamp(now=now)})))


def wake_calls(*, staff_id: int, stamp: str) -> None:
    """Tell one person's live screens, once the transaction is committed, which call is at their extension now."""
    transaction.on_commit(lambda: _publish(json.dumps({"call": staff_id, "stamp": stamp})))


def tell(*, channel: str, body: str) -> None:
    """Say something on a channel of another room once the transaction is committed. Nobody may lean on hearing it."""
    transaction.on_commit(lambda: _publish(body, channel))


def _publish_boards() -> None:
    _publish(json.dumps({"board": 1}))


def _publish(body: str, channel: str = CHANNEL) -> None:
    try:
        _client().publish(channel, body)
    except redis.RedisError as error:
        _log.warning("no wake-up was sent: %s", error)
