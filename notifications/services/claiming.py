"""Claiming messages: the last look, in one transaction, at everything that could make one wrong."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError, transaction

from collections_app.domain.permits.facts import Result
from collections_app.domain.reasons import Reason
from collections_app.models import Customer, Institution
from collections_app.selectors.permit_facts import PermitRequest
from collections_app.services import alerts, contacts, feed, permits_bulk, records
from notifications.domain import premises, validity
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.reasons import BANKS_OWN, COULD_NOT_BE_JUDGED, NO_TEMPLATE
from notifications.models import Message
from notifications.selectors import visits
from notifications.selectors.truth import facts_of
from notifications.services import carriers, picking, routing, writing
from notifications.services.writing import Claimed, Draft

_log = logging.getLogger(__name__)

# Longer than a batch takes at its slowest; after it the message counts as of unknown outcome.
LEASE = timedelta(minutes=5)

# These pass, but nobody knows when.
ASK_AGAIN = timedelta(minutes=10)
# An incident may end before its hour; what it put off is then asked for at once (services/incidents).
ASK_AFTER_INCIDENT = timedelta(minutes=30)
# The last moment at which it makes sense to ask.
_LAST = timedelta(minutes=1)
_PASSING = frozenset(
    {
        Reason.ON_THE_LINE,
        Reason.PENDING,
        Reason.DATA_STALE,
        Reason.CALENDAR_UNKNOWN,
        Reason.RULES_MISSING,
        Reason.INTERVAL,
    }
)

# So often a part of a claim is tried anew to find what fails in it: four messages are found among 500.
_MOST_FAILURES = 40
UNJUDGED_ALERT = "messages_unjudged"

_Picked = Sequence[tuple[int, int]]

_CLAIM_COLUMNS = (
    "state", "reason", "reason_params", "due_at", "ended_at", "channel", "provider", "attempts", "worker",
    "lease_until", "claimed_at", "contact", "contact_point", "number", "number_provenance", "template", "variant",
    "language", "body", "body_sha256", "segments", "said", "version",
)  # fmt: skip


class Claims(list[Claimed]):
    """What was claimed, and of how many messages that were due: the others were let go, put off or refused."""

    looked_at: int = 0


@transaction.atomic(durable=True)
def claim(*, now: datetime, limit: int, worker: str, priority_only: bool = False, codes_only: bool = False) -> Claims:
    """Claim up to ``limit`` messages whose time has come, each with its permit and its text of this instant.

    A message whose premise is gone is cancelled, one the permit puts off is deferred, one that may not be
    sent is refused; each keeps its reason. Records somebody is writing are left for the next run. What fails in a way
    nobody foresaw is put off alone, with an alert, and keeps back no other.
    """
    carrying = carriers.load(now=now)
    picked = picking.pick_within(
        carriers=carrying, now=now, limit=limit, priority_only=priority_only, codes_only=codes_only
    )
    claimed = Claims()
    if picked:
        _each_that_can(
            sorted(picked), lambda part: _claim(part, carrying, worker=worker, now=now), claimed, [], now=now
        )
    return claimed


def _each_that_can(
    picked: _Picked, claim_part: Callable[[_Picked], Claims], claimed: Claims, failures: list[Exception], *,
    now: datetime,
) -> None:  # fmt: skip
    """Claim a part of what was picked into ``claimed``; where it fails, each half by itself, down to the culprit.

    The customers stay locked by the pick, whatever is taken back. After so many failures a part that fails is put off
    whole: then it is no single message that is wrong. What the database itself refuses is nobody's fault, and raised.
    """
    try:
        with transaction.atomic():
            done = claim_part(picked)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, it must not keep back the others
        failures.append(error)
        if len(picked) > 1 and len(failures) < _MOST_FAILURES:
            middle = len(picked) // 2
            for half in (picked[:middle], picked[middle:]):
                _each_that_can(half, claim_part, claimed, failures, now=now)
            return
        _log.exception("%d messages could not be judged, message %s among them", len(picked), picked[0][0])
        _set_aside(picked, now)
        claimed.looked_at += len(picked)
    else:
        claimed.extend(done)
        claimed.looked_at += done.looked_at


def _set_aside(picked: _Picked, now: datetime) -> None:
    """Put off what could not be judged, and tell staff: it is asked for again while it is of use, then refused."""
    first = picked[0][0]
    # Nothing that is sealed is read: that may be what fails.
    columns = ("state", "reason", "reason_params", "due_at", "ended_at")
    waiting = Message.objects.filter(pk__in=[message for message, _ in picked], state__in=WAITING)
    for message in waiting.only(*columns, "expires_at"):
        _defer(message, COULD_NOT_BE_JUDGED, now + ASK_AGAIN, now)
        message.save(update_fields=columns)
    detail = {"messages": len(picked), "first": first}
    transaction.on_commit(partial(alerts.raise_alert, kind=UNJUDGED_ALERT, detail=detail, now=now))


def _claim(picked: _Picked, carrying: carriers.Carriers, *, worker: str, now: datetime) -> Claims:
    """Claim what can go of messages whose customers the caller has locked."""
    messages, customers = _take(picked, now)
    granted = permitted(judge(messages, customers, carrying, now), now)
    # Handed over in the order they were due: what stopped its sender was put behind the others.
    granted.sort(key=lambda draft: draft.message.due_at)
    claimed = Claims(written(granted, worker=worker, now=now))
    claimed.looked_at = len(messages)
    save(messages)
    return claimed


def _take(picked: _Picked, now: datetime) -> tuple[list[Message], dict[int, Customer]]:
    """Lock the customers of what was picked, then the messages.

    The customer's row comes first everywhere, so the pick locks it alone; SKIP LOCKED waits for nobody and
    so cannot deadlock, and two workers get different customers. What was picked is read again under the lock.
    """
    customers = records.lock_many(customer_ids=[customer for _, customer in picked], now=now)
    waiting = Message.objects.filter(state__in=WAITING, due_at__lte=now, pk__in=[message for message, _ in picked])
    return list(waiting.select_related("asked_by").select_for_update(of=("self",)).order_by("pk")), customers


def judge(
    messages: Sequence[Message], customers: Mapping[int, Customer], carrying: carriers.Carriers, now: datetime
) -> list[Draft]:
    """Return those messages that are still true and have a way to their customer; the others end, or wait.

    The caller has locked the customers, then the messages.
    """
    facts = facts_of(messages, customers=customers, now=now)
    ways = routing.ways_of(customers, carrying=carrying, now=now)
    institutions = Institution.objects.in_bulk()
    pressed = {message.customer_id for message in messages if message.kind in visits.PRESSING}
    visiting = visits.undisturbed_until(pressed, now=now)
    drafts = []
    for message in messages:
        customer = customers[message.customer_id]
        if now >= message.expires_at:
            _end_late(message, message.reason, now)
        elif gone := premises.gone(message.kind, facts[message.pk], about=message.about_on):
            _end(message, MessageState.CANCELLED, gone, now)
        elif message.kind in visits.PRESSING and customer.pk in visiting:
            _defer(message, "customer_visited", visiting[customer.pk], now)
        else:
            found = routing.choose(message, customer, facts[message.pk], ways)
            message.provider = found.provider or message.provider
            if isinstance(found, routing.Route):
                message.channel = found.channel
                institution = institutions[customer.branch.institution_id]
                drafts.append(Draft(message, customer, institution, facts[message.pk], found))
            elif found.waits or found.reason == NO_TEMPLATE:
                # A text taken out of use is mostly replaced: what is due goes out by the new one while it is of use.
                _defer(message, found.reason, now + ASK_AGAIN, now)
            else:
                _end(message, MessageState.REFUSED, found.reason, now, **found.params)
    return drafts


def permitted(drafts: list[Draft], now: datetime) -> list[Draft]:
    """Ask for every draft's permit at once; put off or refuse those that get none."""
    requests = [
        PermitRequest(
            customer=draft.customer,
            channel=draft.route.channel,
            purpose=draft.message.purpose,
            contact_point=draft.route.point,
            actor=records.Actor.of(draft.message.asked_by) if draft.message.asked_by else records.SYSTEM,
            account_ids=_open_account(draft),
            asked_for_in_call=draft.message.asked_by is not None,
            hold_seconds=int(LEASE.total_seconds()),
        )
        for draft in drafts
    ]
    granted = []
    for draft, answer in zip(drafts, permits_bulk.permit_many(requests=requests, now=now), strict=True):
        message = draft.message
        if not isinstance(answer, permits_bulk.Refusal):
            message.contact = answer.contact
            draft.valid_until = _valid_until(message, answer, now)
            if draft.valid_until > now:
                granted.append(draft)
            else:  # Silence begins before it could ring.
                _give_back(message, now)
                _defer(message, Reason.QUIET_HOURS.value, now + validity.SAFETY, now)
            continue
        rule = answer.rule.as_json() if answer.rule else None
        again = _again_at(answer, now, message.expires_at)
        if again is not None and now < again < message.expires_at:
            message.state, message.reason, message.due_at = MessageState.DEFERRED, answer.reason, again
            message.reason_params = {"rule": rule}
        else:
            _end(message, MessageState.REFUSED, answer.reason, now, rule=rule)
    return granted


def _open_account(draft: Draft) -> tuple[int, ...]:
    """Return the account a message is about, which a permit names while it is open.

    What answers an act or gives warning outlives its account; a permit of a closed one there is not.
    """
    account_id = draft.message.account_id
    return () if account_id is None or draft.facts.closed else (account_id,)


def _valid_until(message: Message, permit: permits_bulk.Permit, now: datetime) -> datetime:
    """Return until when the provider may hand it over: the silences that its permit was judged by begin then."""
    silences = [
        (time.fromisoformat(finding.inputs["from"]), [ZoneInfo(name) for name in finding.inputs["zone"].split(", ")])
        for finding in permit.decision.considered
        if finding.check == "quiet_hours" and finding.result is Result.PASSED
    ]
    return validity.valid_until(expires_at=message.expires_at, silences=silences, now=now)


def _again_at(refusal: permits_bulk.Refusal, now: datetime, expires_at: datetime) -> datetime | None:
    """Return when to ask for the permit again, or None when what refuses it will not pass by itself."""
    if refusal.reason == Reason.INCIDENT:
        # Put off for as long as the message is of use: an incident may end any minute.
        return min(refusal.until or now + ASK_AFTER_INCIDENT, now + ASK_AFTER_INCIDENT, max(expires_at - _LAST, now))
    if refusal.until is not None:
        return max(refusal.until, now + timedelta(minutes=1))
    return now + ASK_AGAIN if refusal.reason in _PASSING else None


def written(drafts: Sequence[Draft], *, worker: str, now: datetime) -> list[Claimed]:
    """Write the texts of permitted messages; one that lacks a value is refused and gives its permit back."""
    claimed = []
    results = writing.write(drafts, worker=worker, lease_until=now + LEASE, now=now)
    for draft, result in zip(drafts, results, strict=True):
        if isinstance(result, Claimed):
            claimed.append(result)
        else:
            _end(draft.message, MessageState.REFUSED, "text_incomplete", now, variable=result)
            _give_back(draft.message, now)
    return claimed


def _give_back(message: Message, now: datetime) -> None:
    """Give the permit back of a message that will not go out."""
    if message.contact_id:
        contacts.settle(contact_id=message.contact_id, state="failed", now=now)


def _defer(message: Message, reason: str, again: datetime, now: datetime) -> None:
    """Put a message off for reasons that say nothing of the customer; too late, it ends."""
    if again >= message.expires_at:
        _end_late(message, reason, now)
    else:
        message.state, message.reason, message.reason_params, message.due_at = MessageState.DEFERRED, reason, {}, again


def _end_late(message: Message, waited_for: str, now: datetime) -> None:
    """End a message whose time is over; what waited for the bank is refused."""
    if waited_for in BANKS_OWN:
        _end(message, MessageState.REFUSED, waited_for, now)
    else:
        _end(message, MessageState.CANCELLED, "expired", now)


def _end(message: Message, state: MessageState, reason: str, now: datetime, **params: object) -> None:
    message.state, message.reason, message.ended_at = state, reason[:40], now
    message.reason_params = {key: value for key, value in params.items() if value is not None}


def save(messages: list[Message]) -> None:
    """Write all messages in one statement: one row each, whatever became of it."""
    Message.objects.bulk_create(messages, update_conflicts=True, unique_fields=["id"], update_fields=_CLAIM_COLUMNS)
    feed.wake_boards()
