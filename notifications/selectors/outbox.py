"""What staff read of messages: the outbox, one message with its why, and the messages of a record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, QuerySet

from collections_app.models import Customer, Staff
from collections_app.selectors import records
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.premises import gone_or_held
from notifications.models import Message
from notifications.selectors.truth import facts_of

PAGE = 50
SHOWN_OF_RECORD = 12
SHOWN_DAYS = 14


@dataclass(frozen=True, slots=True)
class RecordMessages:
    """The messages of one record: what is to come, what went out, and how many are withheld by what is true now."""

    planned: Sequence[Message]
    past: Sequence[Message]
    withheld: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a message not yet sent waits for, by the record as it is now.

    ``withheld`` is the reason why it will not go out after all; ``local_time`` is its hour where the customer
    lives, when that differs from the bank's; ``later`` says that its hour has not come.
    """

    withheld: str = ""
    stopped: bool = False
    later: bool = False
    local_time: str = ""
    time_zone: str = ""


def scoped(staff: Staff) -> QuerySet[Message]:
    """Return the messages of the records a member of staff may see."""
    return Message.objects.filter(customer__in=records.scoped(staff).values("pk"))


def page(*, staff: Staff, state: str, kind: str, before: int | None) -> tuple[list[Message], int | None]:
    """Return one page of the outbox, newest first, and the id the next page goes on from."""
    rows = scoped(staff)
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("customer").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def counts(*, staff: Staff, now: datetime) -> dict[str, int]:
    """Return how many messages of the last two weeks are in each state."""
    rows = scoped(staff).filter(due_at__gte=now - timedelta(days=SHOWN_DAYS)).order_by()
    return dict(rows.values("state").annotate(count=Count("id")).values_list("state", "count"))


def one(*, staff: Staff, message_id: int) -> Message | None:
    """Return a message of a record in this person's scope, with what explains it."""
    rows = scoped(staff).select_related("customer", "account", "contact", "template")
    return rows.prefetch_related("receipts").filter(pk=message_id).first()


def outlooks(messages: Sequence[Message], *, stopped: Collection[str], now: datetime) -> dict[int, Outlook]:
    """Return by id what each message that still waits is waiting for, in a fixed number of queries.

    The messages have their customers loaded; ``stopped`` names the providers that are stopped.
    """
    waiting = [message for message in messages if message.state in WAITING]
    if not waiting:
        return {}
    facts = facts_of(waiting, customers={message.customer_id: message.customer for message in waiting}, now=now)
    return {
        message.pk: _outlook(
            message, gone_or_held(message.kind, facts[message.pk], about=message.about_on), stopped=stopped, now=now
        )
        for message in waiting
    }


def _outlook(message: Message, gone: str, *, stopped: Collection[str], now: datetime) -> Outlook:
    zone = ZoneInfo(message.customer.time_zone)
    there = message.due_at.astimezone(zone)
    elsewhere = there.utcoffset() != message.due_at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()
    return Outlook(
        withheld=gone or ("expired" if now >= message.expires_at else ""),
        stopped=message.provider in stopped,
        later=message.due_at > now,
        local_time=f"{there:%H:%M}" if elsewhere else "",
        time_zone=message.customer.time_zone,
    )


def of_record(*, customer: Customer, now: datetime) -> RecordMessages:
    """Return what is planned for a record and what went out lately.

    A planned message whose premise is gone, or that a hold stops, is not shown as to come: a payment that
    has just landed makes its reminders vanish before any worker has looked at them.
    """
    waiting = list(Message.objects.filter(customer=customer, state__in=WAITING).order_by("due_at", "pk"))
    facts = facts_of(waiting, customers={customer.pk: customer}, now=now) if waiting else {}
    planned = [
        message
        for message in waiting
        if now < message.expires_at and not gone_or_held(message.kind, facts[message.pk], about=message.about_on)
    ]
    silent = [MessageState.CANCELLED]
    past = Message.objects.filter(customer=customer).exclude(state__in=[*WAITING, *silent]).order_by("-due_at", "-pk")
    return RecordMessages(planned, list(past[:SHOWN_OF_RECORD]), len(waiting) - len(planned))
