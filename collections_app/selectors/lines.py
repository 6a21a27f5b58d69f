"""Who holds a line now: open calls whose lease has not run out."""

from datetime import datetime

from django.db.models import Q, QuerySet

from collections_app.models import Conversation, LineTransfer, Staff

# Open, and not given back. Whether the lease still holds is a question to the clock, beside this.
OPEN = Q(ended_at__isnull=True, interrupted_at__isnull=True)


def held(*, now: datetime) -> QuerySet[Conversation]:
    """Return the calls that hold their line at this instant."""
    return Conversation.objects.filter(OPEN, lease_until__gt=now)


def to_be_closed(*, now: datetime) -> QuerySet[Conversation]:
    """Return the calls that have lost their line and wait to be closed with party and outcome."""
    return Conversation.objects.filter(ended_at__isnull=True).exclude(OPEN, lease_until__gt=now)


def asked_for(*, conversation: Conversation, now: datetime) -> LineTransfer | None:
    """Return the colleague's request for a call that waits for an answer, if there is one."""
    rows = LineTransfer.objects.filter(conversation=conversation, state="pending", expires_at__gt=now)
    return rows.select_related("to_staff").first()


def last_transfer(*, conversation: Conversation) -> LineTransfer | None:
    """Return how the call came to whoever has it now, if it was handed or taken over."""
    rows = LineTransfer.objects.filter(conversation=conversation, state="accepted")
    return rows.select_related("from_staff", "to_staff").order_by("-answered_at", "-id").first()


def gave_up(*, conversation: Conversation, staff: Staff) -> bool:
    """Return whether a person had this call once and has it no more."""
    return LineTransfer.objects.filter(conversation=conversation, from_staff=staff, state="accepted").exists()
