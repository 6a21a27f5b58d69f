"""Finding out what became of messages nobody knows of. Nothing is sent again before the provider has been asked."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from time import monotonic

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Case, Q, QuerySet, When

from collections_app.services import alerts, contacts
from notifications.domain.lifecycle import MessageState, rank
from notifications.domain.outcomes import Report
from notifications.models import Message
from notifications.providers.base import CannotTellError, OddQuestionError, Search
from notifications.providers.registry import provider, telling
from notifications.services import next_channel, receipts, undecided
from notifications.services.acceptance import (
    RECEIPT_LATE_AFTER,
    accept_within,
    keep_receipt,
    learn_within,
    lock_with_customers,
)
from notifications.services.results import mark_unknown

_log = logging.getLogger(__name__)

# A provider lists a message some time after it took it.
ASK_AFTER = timedelta(seconds=60)
# When it is not listed so long after the call, it was not taken.
ABSENT_AFTER = timedelta(minutes=10)
MOST_RESENDS = 1
RECEIPT_GIVEN_UP_AFTER = timedelta(hours=24)
# So long one run of questions lasts at most, so that the other sweeps have their turn.
MOST_SECONDS = 60.0


def expire_leases(*, now: datetime, limit: int = 500) -> int:
    """Turn claims whose lease ran out into messages of unknown outcome, and return how many."""
    ids = list(
        Message.objects.filter(state=MessageState.CLAIMED, lease_until__lt=now)
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )
    if not ids:
        return 0
    done = 0
    with transaction.atomic(durable=True):
        _, messages = lock_with_customers(message_ids=ids, now=now)
        for message in messages:
            if message.state == MessageState.CLAIMED and message.lease_until and message.lease_until < now:
                mark_unknown(message, reason="lease_lost", now=now)
                done += 1
    _log.warning("%s claims lost their lease and are reconciled", done)
    return done


def reconcile(*, now: datetime, limit: int = 200) -> int:
    """Ask the providers for messages of unknown outcome, and return how many are known now.

    Found: its name is adopted. Surely absent: it is sent again, once; after that, and where the provider cannot be
    asked for half an hour, it stays unknown until a person decides. Providers have equal turns; one that cannot tell is
    asked no more in this run.
    """
    waiting = Message.objects.filter(state=MessageState.UNKNOWN, claimed_at__lte=now - ASK_AFTER)
    # Those that wait for a person are asked for a day longer: what turns up late is still adopted. However many they
    # are, they keep nobody else's turn.
    waiting = waiting.exclude(reason=undecided.UNDECIDED, claimed_at__lt=now - RECEIPT_GIVEN_UP_AFTER)
    left = Case(When(reason=undecided.UNDECIDED, then=1), default=0)
    known, asking = 0, _Asking(now)
    providers = waiting.order_by("provider").values_list("provider", flat=True).distinct()
    for message in asking.in_time(_by_turns(waiting.order_by(left, "claimed_at"), providers, limit)):
        try:
            report = asking.ask(message)
        except CannotTellError as error:
            _log.warning("message %s stays unknown: %s", message.pk, error)
            if (message.claimed_at or now) < now - ABSENT_AFTER * 3:
                _leave(message.pk, now)
            continue
        known += _settled(message.pk, report, now)
    if Message.objects.filter(state=MessageState.UNKNOWN, claimed_at__lte=now - ABSENT_AFTER * 3).exists():
        alerts.raise_alert(kind="sends_unknown", detail={}, now=now)
    else:
        alerts.clear(kind="sends_unknown", now=now)
    return known


@dataclass(slots=True)
class _Asking:
    """One run of questions, and the providers that could not tell in it: each would be waited for every time."""

    now: datetime
    silent: set[str] = field(default_factory=set)
    ends: float = field(default_factory=lambda: monotonic() + MOST_SECONDS)

    def in_time(self, messages: Iterable[Message]) -> Iterator[Message]:
        """Give messages until the run has lasted long enough; the next one goes on."""
        for message in messages:
            if monotonic() >= self.ends:
                return
            yield message

    def ask(self, message: Message) -> Report | None:
        """Return what the provider has of a message, or None. Raise CannotTellError when it cannot tell now."""
        if message.provider in self.silent:
            raise CannotTellError("silent")
        try:
            return _ask(message, self.now)
        except OddQuestionError:
            raise
        except CannotTellError:
            self.silent.add(message.provider)
            raise


def _by_turns(waiting: "QuerySet[Message]", providers: Iterable[str], limit: int) -> list[Message]:
    """Return up to ``limit`` messages in their order, those of each provider in turn: none waits behind another's."""
    of_each = [list(waiting.filter(provider=code)[:limit]) for code in providers]
    return [message for message in chain.from_iterable(zip_longest(*of_each)) if message is not None][:limit]


def _settled(message_id: int, report: Report | None, now: datetime) -> bool:
    """Settle one message; what goes wrong in a way nobody foresaw keeps back none of the others."""
    try:
        return _settle(message_id, report, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001  one message must not keep back the others
        _log.exception("message %s could not be settled", message_id)
        return False


def _ask(message: Message, now: datetime) -> Report | None:
    """Return what the provider has of a message; whatever goes wrong in a way nobody foresaw says nothing of it.

    Raise CannotTellError when it cannot be asked: one message must not keep back the others.
    """
    search = _search(message, now)
    try:
        found = provider(message.provider).find(search)
        # Words may be the same, those of two codes always are: what is another's already is left out.
        while found is not None and found.provider_id not in search.known and _is_anothers(message, found):
            search = replace(search, known=search.known | {found.provider_id})
            found = provider(message.provider).find(search)
        return found
    except CannotTellError:
        raise
    except Exception as error:
        _log.exception("message %s: the provider's code failed", message.pk)
        raise OddQuestionError("crashed") from error


def _search(message: Message, now: datetime) -> Search:
    since = message.claimed_at or now
    return Search(
        to=message.number, body_sha256=message.body_sha256, since=since, until=now, provider_id=message.provider_id,
        attempt=str(message.attempt),
    )  # fmt: skip


@transaction.atomic(durable=True)
def _settle(message_id: int, report: Report | None, now: datetime) -> bool:
    customers, messages = lock_with_customers(message_ids=[message_id], now=now)
    message = messages[0]
    if message.state != MessageState.UNKNOWN:
        return True  # a receipt was first
    customer = customers[message.customer_id]
    if report is not None:
        if _is_anothers(message, report):
            return False
        accept_within(
            customer=customer, message=message, provider_id=report.provider_id, report=report.report, now=now,
            error_code=report.error_code,
        )  # fmt: skip
        keep_receipt(
            message=message, provider=message.provider, provider_id=report.provider_id, report=report.report,
            error_code=report.error_code, applied=True, now=now,
        )  # fmt: skip
        if message.state == MessageState.UNDELIVERED:
            learn_within(customer=customer, message=message, error_class=report.error_class, now=now)
            next_channel.again_within(customer=customer, message=message, error_class=report.error_class, now=now)
        return True
    if now - (message.claimed_at or now) < ABSENT_AFTER:
        return False
    if message.attempts > MOST_RESENDS:
        undecided.leave_within(customer=customer, message=message, now=now)
        return False
    _log.warning("message %s was never taken by %s and is due again", message.pk, message.provider)
    message.state, message.reason, message.due_at, message.lease_until = MessageState.DUE, "never_taken", now, None
    message.save(update_fields=["state", "reason", "due_at", "lease_until"])
    if message.contact_id:
        contacts.settle(contact_id=message.contact_id, state="failed", now=now)
    return True


@transaction.atomic(durable=True)
def _leave(message_id: int, now: datetime) -> None:
    customers, messages = lock_with_customers(message_ids=[message_id], now=now)
    if messages[0].state == MessageState.UNKNOWN:
        undecided.leave_within(customer=customers[messages[0].customer_id], message=messages[0], now=now)


def _is_anothers(message: Message, report: Report) -> bool:
    """Return whether what was found is already known to be another message of ours with the same words."""
    same = Message.objects.filter(provider=message.provider, provider_id=report.provider_id)
    return same.exclude(pk=message.pk).exists()


def ask_for_receipts(*, now: datetime, limit: int = 200) -> int:
    """Ask for the state of accepted messages whose receipts do not come, and return how many were answered.

    Each is asked for when its turn comes, and then after twice the time, for a day: those that never get a receipt keep
    nobody else's turn; of a provider that cannot tell the others keep theirs for the next run. An answer that says
    nothing new is not kept. Those without a turn are what workers of the release before have accepted; what has been
    asked for in vain loses its turn only when its day is over.
    """
    turnless = Q(
        ask_at__isnull=True, accepted_at__gt=now - RECEIPT_GIVEN_UP_AFTER, accepted_at__lte=now - RECEIPT_LATE_AFTER,
        provider__in=telling(),
    )  # fmt: skip
    late = Message.objects.filter(Q(ask_at__lte=now) | turnless, state__in=[MessageState.ACCEPTED, MessageState.SENT])
    answered, asking = 0, _Asking(now)
    for message in asking.in_time(_by_turns(late.order_by("ask_at"), telling(), limit)):
        if message.provider in asking.silent:
            continue
        accepted = message.accepted_at or now
        again = min(now + (now - accepted), accepted + RECEIPT_GIVEN_UP_AFTER)
        Message.objects.filter(pk=message.pk).update(ask_at=again if again > now else None)
        try:
            report = asking.ask(message)
        except CannotTellError as error:
            _log.warning("message %s: its provider tells nothing: %s", message.pk, error)
            continue
        if report is None or rank(report.report) <= message.report_rank:
            continue
        answered += receipts.receive(
            provider_code=message.provider, report=report, attempt=str(message.attempt), now=now
        )
    return answered
