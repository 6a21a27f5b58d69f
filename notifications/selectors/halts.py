"""The halts in force, and what each covers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from notifications.domain.lifecycle import WAITING
from notifications.models import Message, SendingHalt


def in_force() -> list[SendingHalt]:
    """Return the halts that have not been ended, the oldest first. One query."""
    return list(SendingHalt.objects.filter(ended_at__isnull=True).select_related("branch", "begun_by").order_by("pk"))


def ended() -> QuerySet[SendingHalt]:
    """Return the halts that are over, the latest first."""
    rows = SendingHalt.objects.filter(ended_at__isnull=False).select_related("branch", "begun_by", "ended_by")
    return rows.order_by("-ended_at", "-pk")


def waiting(halt: SendingHalt, *, now: datetime) -> int:
    """Return how many messages whose time has come wait because of a halt on a kind or a branch, or on everything.

    Of one on a provider nobody can say: others may carry them.
    """
    rows = Message.objects.filter(state__in=WAITING, due_at__lte=now, expires_at__gt=now)
    if halt.kind:
        rows = rows.filter(kind=halt.kind)
    if halt.branch_id:
        rows = rows.filter(lane=halt.branch_id)
    return rows.count()


def providers(halts: Iterable[SendingHalt], *, branch_id: int, kind: str) -> set[str]:
    """Return the providers that halts take from messages of a branch and kind (empty: of every kind)."""
    return {
        halt.provider
        for halt in halts
        if halt.provider and halt.branch_id in (None, branch_id) and halt.kind in ("", kind)
    }


def covers(halts: Sequence[SendingHalt], *, provider: str, kind: str, branch_id: int) -> bool:
    """Return whether any of the halts stops a message of a kind from a branch through a provider."""
    return any(
        halt.provider in ("", provider) and halt.kind in ("", kind) and halt.branch_id in (None, branch_id)
        for halt in halts
    )


def without_provider(halts: Iterable[SendingHalt]) -> list[tuple[str, int | None]]:
    """Return the kind (empty: every) and branch (None: every) of each halt that stops them by any provider."""
    return [(halt.kind, halt.branch_id) for halt in halts if not halt.provider]
