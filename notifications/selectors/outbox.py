"""What staff read of messages: the outbox, one message with its why, and the messages of a record."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from collections_app.domain import phones
from collections_app.models import ContactPoint, Customer, Staff
from collections_app.models.tokens import contact_token
from collections_app.selectors import records
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.premises import gone_or_held
from notifications.models import Message, SendingHalt
from notifications.selectors import halts
from notifications.selectors.truth import facts_of

PAGE = 50
SHOWN_OF_RECORD = 12
SHOWN_DAYS = 14
# So many holders of one number are looked at.
MOST_POINTS = 100
_PLACE = re.compile(r"(\d{8}T\d{6}\.\d{6})-(\d{1,18})")


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
    lives, when that differs from the bank's; ``later`` says that its hour has not come; ``halted`` that somebody has
    halted what it belongs to.
    """

    withheld: str = ""
    stopped: bool = False
    halted: bool = False
    later: bool = False
    local_time: str = ""
    time_zone: str = ""


def scoped(staff: Staff, *, now: datetime) -> QuerySet[Message]:
    """Return the messages of the records a member of staff may see."""
    return Message.objects.filter(customer__in=records.scoped(staff, now=now).values("pk"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for among messages; what is empty does not matter.

    ``number`` is a whole telephone number, ``since`` and ``until`` are days of the bank, both included;
    ``providers`` are those whose name for a message ``provider_id`` may be.
    """

    state: str = ""
    kind: str = ""
    reason: str = ""
    customer_no: str = ""
    number: str = ""
    provider_id: str = ""
    providers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def is_for_something(self) -> bool:
        """Whether anything but state and kind was asked for."""
        return any((self.reason, self.customer_no, self.number, self.provider_id, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the hour and id of its last message."""

    due_at: datetime
    message_id: int

    def as_text(self) -> str:
        """Return it as it stands in an address."""
        return f"{self.due_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{self.message_id}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the place an address names, or None when it names none."""
        match = _PLACE.fullmatch(text)
        if match is None:
            return None
        try:
            at = datetime.strptime(match[1], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(at, int(match[2]))


def page(*, staff: Staff, wanted: Wanted, before: Place | None, now: datetime) -> tuple[list[Message], Place | None]:
    """Return one page of what was asked for, the latest hour first, and where the next page goes on from."""
    rows = _matching(scoped(staff, now=now), wanted)
    if before is not None:
        rows = rows.filter(due_at__lte=before.due_at).exclude(due_at=before.due_at, pk__gte=before.message_id)
    found = list(rows.select_related("customer").order_by("-due_at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], Place(last.due_at, last.pk) if last else None


def _matching(rows: QuerySet[Message], wanted: Wanted) -> QuerySet[Message]:
    equal = {"state": wanted.state, "kind": wanted.kind, "reason": wanted.reason}
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    if wanted.provider_id:
        # With the provider before it, the index of the providers' names is used.
        rows = rows.filter(provider__in=wanted.providers, provider_id=wanted.provider_id)
    if wanted.customer_no:
        rows = rows.filter(customer__customer_no__iexact=wanted.customer_no)
    if wanted.number:
        rows = rows.filter(contact_point__in=_points(wanted.number))
    if wanted.since:
        rows = rows.filter(due_at__gte=_begins(wanted.since))
    if wanted.until:
        rows = rows.filter(due_at__lt=_begins(wanted.until + timedelta(days=1)))
    return rows


def _points(number: str) -> list[int]:
    """Return the contact points with this number, written in any country's way that fits it."""
    found = {phones.e164(number, country=country) for country in ("CN", "HK")}
    tokens = [contact_token(each, is_phone=True) for each in found if each]
    return list(ContactPoint.objects.filter(value_token__in=tokens).values_list("pk", flat=True)[:MOST_POINTS])


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def counts(*, staff: Staff, now: datetime) -> dict[str, int]:
    """Return how many messages of the last two weeks are in each state."""
    rows = scoped(staff, now=now).filter(due_at__gte=now - timedelta(days=SHOWN_DAYS)).order_by()
    return dict(rows.values("state").annotate(count=Count("id")).values_list("state", "count"))


def one(*, staff: Staff, message_id: int, now: datetime) -> Message | None:
    """Return a message of a record in this person's scope, with what explains it."""
    related = ("customer", "account", "contact", "template__approved_by", "asked_by", "letter")
    rows = scoped(staff, now=now).select_related(*related)
    return rows.prefetch_related("receipts").filter(pk=message_id).first()


def outlooks(messages: Sequence[Message], *, stopped: Collection[str], now: datetime) -> dict[int, Outlook]:
    """Return by id what each message that still waits is waiting for, in a fixed number of queries.

    The messages have their customers loaded; ``stopped`` names the providers that are stopped.
    """
    waiting = [message for message in messages if message.state in WAITING]
    if not waiting:
        return {}
    facts = facts_of(waiting, customers={message.customer_id: message.customer for message in waiting}, now=now)
    halted = halts.in_force()
    return {
        message.pk: _outlook(
            message,
            gone_or_held(message.kind, facts[message.pk], about=message.about_on),
            stopped=stopped,
            halted=halted,
            now=now,
        )
        for message in waiting
    }


def _outlook(
    message: Message, gone: str, *, stopped: Collection[str], halted: Sequence[SendingHalt], now: datetime
) -> Outlook:
    zone = ZoneInfo(message.customer.time_zone)
    there = message.due_at.astimezone(zone)
    elsewhere = there.utcoffset() != message.due_at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()
    return Outlook(
        withheld=gone or ("expired" if now >= message.expires_at else ""),
        stopped=message.provider in stopped,
        halted=halts.covers(halted, provider=message.provider, kind=message.kind, branch_id=message.customer.branch_id),
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
