"""Stopping a provider that refuses everything, and resuming it."""

from datetime import datetime

from django.db import transaction

from collections_app.models import Staff
from collections_app.services import alerts
from collections_app.services.errors import NotAllowedError
from notifications.models import SenderState


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
    return True


def stop_and_alert(*, provider: str, reason: str, now: datetime) -> None:
    """Stop a provider and raise the alert; safe to repeat."""
    stop(provider=provider, reason=reason, now=now)
    alerts.raise_alert(kind="sender_stopped", detail={"provider": provider, "reason": reason}, now=now)


def resume(*, provider: str, by: Staff, now: datetime) -> None:
    """Let a provider send again and clear its alert once none is stopped.

    Raise NotAllowedError when the person may not.
    """
    if not by.may("admin"):
        raise NotAllowedError("not_allowed", action="admin")
    with transaction.atomic(durable=True):
        SenderState.objects.filter(provider=provider, stopped=True).update(stopped=False, reason="", since=now)
    if not SenderState.objects.filter(stopped=True).exists():
        alerts.clear(kind="sender_stopped", now=now)


def stopped_providers() -> list[str]:
    """Return the providers nothing may be sent through now."""
    return list(SenderState.objects.filter(stopped=True).values_list("provider", flat=True))
