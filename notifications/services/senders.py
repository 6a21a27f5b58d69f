"""The ways out: stopping one that refuses everything, avoiding one that falters, and going no faster than it takes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction

from collections_app.models import Staff
from collections_app.services import alerts
from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.domain.shares import AVOIDED_FOR, WINDOW, falters
from notifications.models import Message, SenderRoute, SenderShift, SenderState
from notifications.providers.registry import PROVIDER_CODES

_TABLE = SenderState._meta.db_table
_OF_USE = timedelta(days=7)
# How long a provider's slowness is gone by after it was seen.
_LATELY = timedelta(minutes=10)


@transaction.atomic(durable=True)
def stop(*, provider: str, reason: str, now: datetime) -> bool:
    """Stop sending through a provider and alert staff; return whether it was running.

    What waits for it stays waiting: nothing is lost, and nothing is tried until it is resumed.
    """
    state, _ = SenderState.objects.select_for_update().get_or_create(provider=provider, defaults={"since": now})
    if state.stopped:
        return False
    state.stopped, state.reason, state.since = True, reason[:40], now
    state.save(update_fields=["stopped", "reason", "since"])
    SenderShift.objects.create(provider=provider, change="stopped", reason=reason[:40], at=now)
    return True


def stop_and_alert(*, provider: str, reason: str, now: datetime) -> None:
    """Stop a provider and raise the alert; safe to repeat."""
    stop(provider=provider, reason=reason, now=now)
    alerts.raise_alert(kind="sender_stopped", detail={"provider": provider, "reason": reason}, now=now)


def resume(*, provider: str, by: Staff, now: datetime) -> None:
    """Let a provider send again and clear its alert once none is stopped.

    Raise NotAllowedError when the person may not.
    """
    _check(by)
    with transaction.atomic(durable=True):
        stopped = SenderState.objects.filter(provider=provider, stopped=True)
        if stopped.update(stopped=False, reason="", since=now):
            SenderShift.objects.create(provider=provider, change="resumed", by=by, at=now)
    if not SenderState.objects.filter(stopped=True).exists():
        alerts.clear(kind="sender_stopped", now=now)


def went_on(*, provider: str) -> bool:
    """Return whether a provider has taken anything since it was last stopped: what stops it now is no general fault."""
    stops = SenderShift.objects.filter(provider=provider, change="stopped").order_by("-pk")
    at = stops.values_list("at", flat=True).first()
    if at is None:
        return False
    # By the hour they were due, which has an index: nothing is of use for longer than a week.
    lately = Message.objects.filter(due_at__gt=at - _OF_USE, provider=provider)
    return lately.filter(accepted_at__gt=at).exists()


def stopped_providers() -> list[str]:
    """Return the providers nothing may be sent through now."""
    return list(SenderState.objects.filter(stopped=True).values_list("provider", flat=True))


@transaction.atomic(durable=True)
def save_pace(*, state: SenderState, by: Staff, now: datetime) -> SenderState:
    """Save how fast a provider takes messages. Raise NotAllowedError when the person may not, RefusedError when there
    is no such provider."""
    _check(by)
    if state.provider not in PROVIDER_CODES:
        raise RefusedError("no_such_provider", provider=state.provider)
    kept, _ = SenderState.objects.select_for_update().get_or_create(provider=state.provider, defaults={"since": now})
    kept.per_second, kept.parallel = state.per_second, state.parallel
    kept.save(update_fields=["per_second", "parallel"])
    return kept


@transaction.atomic(durable=True)
def save_route(*, route: SenderRoute, by: Staff) -> SenderRoute:
    """Save a share of what goes out. Raise NotAllowedError when the person may not, RefusedError when there is no such
    provider."""
    _check(by)
    if route.provider not in PROVIDER_CODES:
        raise RefusedError("no_such_provider", provider=route.provider)
    route.save()
    return route


@transaction.atomic(durable=True)
def remove_route(*, route_id: int, by: Staff) -> None:
    """Take a share away. Raise NotAllowedError when the person may not."""
    _check(by)
    SenderRoute.objects.filter(pk=route_id).delete()


def reserve(*, provider: str, calls: int, now: datetime, most: timedelta | None = None) -> timedelta | None:
    """Take the turn of so many calls of a provider, and return how long to wait for it.

    One row shared by all processes: together they go no faster than it takes. Where the wait would be longer than
    ``most``, no turn is taken and None returned: a turn that nobody uses would keep back all who come after.
    """
    latest = now + most if most is not None else None
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_TABLE} SET free_at = greatest(free_at, %s) + %s * interval '1 second' / per_second"
            " WHERE provider = %s AND per_second IS NOT NULL"
            " AND (%s::timestamptz IS NULL OR free_at IS NULL OR free_at <= %s)"
            " RETURNING free_at - %s * interval '1 second' / per_second",
            [now, calls, provider, latest, latest, calls],
        )
        row = cursor.fetchone()
    if row is not None:
        wait: timedelta = row[0] - now
        return max(wait, timedelta())
    paced = SenderState.objects.filter(provider=provider, per_second__isnull=False)
    return None if most is not None and paced.exists() else timedelta()


def observe(*, provider: str, calls: int, errors: int, milliseconds: int, now: datetime) -> str:
    """Count what was seen of a provider, and avoid it for a while when it falters; return why, or an empty text."""
    with transaction.atomic(durable=True):
        state, _ = SenderState.objects.select_for_update().get_or_create(provider=provider, defaults={"since": now})
        if state.seen_from is None or now - state.seen_from > WINDOW:
            state.seen_from, state.seen_calls, state.seen_errors, state.seen_ms = now, 0, 0, 0
        state.seen_calls += calls
        state.seen_errors += errors
        state.seen_ms += milliseconds
        mean = state.seen_ms / max(state.seen_calls, 1)
        why = falters(calls=state.seen_calls, errors=state.seen_errors, mean_ms=mean)
        begins = bool(why) and state.avoided_until is None
        if begins:
            SenderShift.objects.create(
                provider=provider, change="avoided", reason=why, calls=state.seen_calls, errors=state.seen_errors,
                mean_ms=round(mean), at=now,
            )  # fmt: skip
        if why:
            state.avoided_until = now + AVOIDED_FOR
            state.seen_from = None
        state.save(update_fields=["seen_from", "seen_calls", "seen_errors", "seen_ms", "avoided_until"])
    if begins:
        alerts.raise_alert(kind="sender_avoided", detail={"provider": provider, "reason": why}, now=now)
    return why


def rest(*, now: datetime) -> int:
    """Use again the providers whose time of being avoided is over, and return how many."""
    with transaction.atomic(durable=True):
        over = list(SenderState.objects.select_for_update().filter(avoided_until__lte=now).order_by("provider"))
        SenderState.objects.filter(pk__in=[state.pk for state in over]).update(avoided_until=None)
        SenderShift.objects.bulk_create(SenderShift(provider=state.provider, change="rested", at=now) for state in over)
    if over and not SenderState.objects.filter(avoided_until__isnull=False).exists():
        alerts.clear(kind="sender_avoided", now=now)
    return len(over)


def most_at_once(*, limit: int, least: int, seconds: int, now: datetime) -> int:
    """Return how many messages to claim at once so that the slowest provider takes them within so many seconds.

    By the pace that is set for it, and by how long its calls took lately; one that is stopped or avoided slows nobody
    down. Never fewer than ``least``: what goes by other providers is claimed with the rest, and what the slow one
    leaves no time for is put back.
    """
    most = limit
    for state in SenderState.objects.filter(stopped=False).exclude(avoided_until__gt=now):
        if state.per_second:
            most = min(most, state.per_second * seconds)
        seen = max(filter(None, [state.seen_from, state.avoided_until]), default=None)
        if state.seen_ms and seen is not None and now - seen < _LATELY:
            most = min(most, state.parallel * seconds * 1000 * state.seen_calls // state.seen_ms)
    return min(max(most, least), limit)


def parallel(*, providers: Collection[str]) -> dict[str, int]:
    """Return how many calls one worker may make at the same time through each of these providers."""
    given = dict(SenderState.objects.filter(provider__in=providers).values_list("provider", "parallel"))
    return {code: given.get(code, 1) for code in providers}


def _check(by: Staff) -> None:
    if not by.may("admin"):
        raise NotAllowedError("not_allowed", action="admin")
