"""What is wrong after a tortured day, by what the phones received and not by what OneCase believes."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from collections_app.domain.purposes import closes
from collections_app.models import Event
from notifications.domain.kinds import ANSWER_TO_A_WORD
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.models import Message, SandboxInbox
from notifications.services.undecided import UNDECIDED

_FORGOTTEN_AFTER = timedelta(hours=1)
_STOPS = "channel_stop"


def wrong(*, now: datetime) -> list[str]:
    """Return a sentence for each message that a phone has twice, that contradicts the record, or that is forgotten."""
    received = Counter(name[:32] for name in SandboxInbox.objects.values_list("provider_id", flat=True))
    return [*_twice(received), *_against_the_record(received), *_forgotten(now)]


def _twice(received: Counter[str]) -> Iterator[str]:
    for attempt, times in received.items():
        if times > 1:
            yield f"attempt {attempt} was received {times} times"
    phones = Counter(SandboxInbox.objects.values_list("number_token", flat=True))
    accepted: Counter[str] = Counter()
    owners: dict[int, str] = {}
    rows = Message.objects.exclude(accepted_at=None).values_list(
        "customer_id", "contact_point__value_token", "provider_id"
    )
    tokens = dict(SandboxInbox.objects.values_list("provider_id", "number_token"))
    for customer_id, _, name in rows:
        if name not in tokens:
            yield f"customer {customer_id}: the record says a message was accepted that no phone has"
            continue
        accepted[tokens[name]] += 1
        owners.setdefault(customer_id, tokens[name])
    for token, times in phones.items():
        if times != accepted[token]:
            yield f"a phone has {times} messages, and the record {accepted[token]}"


def _against_the_record(received: Counter[str]) -> Iterator[str]:
    """Yield what was claimed at a version of the record at which the customer had closed the channel for it."""
    closed: dict[int, list[tuple[int, int, str | None]]] = defaultdict(list)
    events = Event.objects.filter(kind__in=["hold.placed", "hold.released"], payload__kind=_STOPS).order_by("id")
    for customer_id, version, kind, payload in events.values_list("customer_id", "version", "kind", "payload"):
        message_class = payload.get("message_class", "") if kind == "hold.placed" else None
        closed[customer_id].append((version, payload["hold"], message_class))
    rows = Message.objects.exclude(accepted_at=None).exclude(kind__in=ANSWER_TO_A_WORD)
    for customer_id, version, attempt, purpose in rows.values_list("customer_id", "version", "attempt", "purpose"):
        standing: dict[int, str | None] = {
            hold: message_class for at, hold, message_class in closed[customer_id] if at <= (version or 0)
        }
        stopped = any(each is not None and closes(each, purpose) for each in standing.values())
        if stopped and attempt.hex in received:
            yield f"customer {customer_id}: written to at version {version}, after the channel was closed"


def _forgotten(now: datetime) -> Iterator[str]:
    open_ones = [*sorted(WAITING), MessageState.CLAIMED, MessageState.UNKNOWN]
    rows = Message.objects.filter(state__in=open_ones, due_at__lt=now - _FORGOTTEN_AFTER)
    # What waits for a person is on their list.
    rows = rows.exclude(reason=UNDECIDED)
    for state, reason, number in rows.values_list("state", "reason", "pk"):
        yield f"message {number} still is {state} ({reason}) long after it was due"
