"""Click-to-dial: once under the permit of a call that has begun, and only while the permit would still be given."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from collections_app.models import Conversation, Customer
from collections_app.selectors import lines
from collections_app.services import contacts, records
from collections_app.services.errors import RefusedError
from collections_app.services.lines import lease
from notifications.domain.dials import MAY_RING, DialState, rank, state_reported
from notifications.domain.outcomes import Outcome, Result
from notifications.models import Dial, DialReport
from notifications.providers.base import CallReport, CallSearch, CannotTellError, Outdial, VoiceProvider
from notifications.providers.registry import voice_provider
from notifications.services import known_calls

_log = logging.getLogger(__name__)

# A provider lists a call some time after it took it.
ASK_AFTER = timedelta(seconds=60)
# When it is not listed so long after it was asked for, it was not taken.
ABSENT_AFTER = timedelta(minutes=5)
_UNSETTLED = [DialState.BEGUN, DialState.UNKNOWN]


def dial(*, conversation_id: int, actor: records.Actor, now: datetime) -> Dial:
    """Connect the colleague's telephone with the number their call has its permit for; return the attempt.

    Not atomic: the provider is asked outside any transaction, once. Raise RefusedError where no provider is
    configured or may call there, when the colleague has no telephone it reaches, when a telephone has rung or may be
    ringing under this permit, or with the permit's reason when it would not be given any more.
    """
    provider = voice_provider()
    if provider is None:
        raise RefusedError("voice_not_configured")
    answer = _begin(conversation_id, provider, actor, now)
    if isinstance(answer, contacts.Refusal):
        # Only now: raised within the transaction, it would take the row of the refusal back with it.
        raise RefusedError(answer.reason, until=answer.until, **answer.params)
    begun, agent = answer
    outcome = provider.dial(Outdial(str(begun.attempt), agent, begun.number))
    return _settle(begun.pk, outcome, now)


@transaction.atomic(durable=True)
def _begin(
    conversation_id: int, provider: VoiceProvider, actor: records.Actor, now: datetime
) -> tuple[Dial, str] | contacts.Refusal:
    customer, conversation = lease.locked(conversation_id=conversation_id, actor=actor, now=now)
    if conversation.inbound or not lines.held(now=now).filter(id=conversation.pk).exists():
        raise RefusedError("call_not_held")
    _check_rings_once(conversation)
    point = conversation.contact.contact_point
    if point is None:
        raise RefusedError("no_such_number")
    if reason := provider.carries(country=point.country):
        raise RefusedError(reason)
    agent = provider.agent(conversation.staff.extension)
    if not agent:
        raise RefusedError("colleague_has_no_telephone")
    refused = contacts.permit_again(customer=customer, contact=conversation.contact, actor=actor, now=now)
    if refused is not None:
        return refused
    begun = Dial.objects.create(
        customer=customer,
        conversation=conversation,
        staff=conversation.staff,
        attempt=uuid4(),
        number=point.value,
        provider=provider.code,
        begun_at=now,
        moved_at=now,
    )
    records.append(
        customer=customer, kind="conversation.dialled", actor=actor, now=now, payload={"conversation": conversation.pk}
    )
    return begun, agent


def _check_rings_once(conversation: Conversation) -> None:
    """Refuse a second call under one permit, whose record is locked: it would not count. What failed rang nowhere."""
    before = Dial.objects.filter(conversation=conversation).exclude(state=DialState.FAILED).first()
    if before is not None:
        raise RefusedError("call_may_be_ringing" if before.state in MAY_RING else "call_has_rung")


_FAILED = frozenset({Result.TRANSIENT, Result.PERMANENT, Result.STOPPED})


@transaction.atomic(durable=True)
def _settle(dial_id: int, outcome: Outcome, now: datetime) -> Dial:
    """Record what asking came to. A report that was faster knows more."""
    customer, row = _locked(dial_id, now)
    before = row.state
    if outcome.result is Result.ACCEPTED:
        _advance(row, CallReport(outcome.provider_id, outcome.report), now)
    elif row.state == DialState.BEGUN:
        row.state = DialState.FAILED if outcome.result in _FAILED else DialState.UNKNOWN
        row.error_code, row.moved_at = outcome.error_code[:16], now
    row.save()
    _tell(customer, row, before, now)
    return row


def receive(*, provider_code: str, report: CallReport, attempt: str, now: datetime) -> bool:
    """Take in one report on the call of an attempt, and return whether it changed anything.

    All are kept. One that is no further along than what is known changes nothing, however often it comes.
    """
    with transaction.atomic(durable=True):
        found = Dial.objects.filter(provider=provider_code, attempt=UUID(attempt)).values_list("pk", flat=True).first()
        if found is None:
            _keep(None, provider_code, report, applied=False, now=now)
            return False
        customer, row = _locked(found, now)
        before = row.state
        applied = _advance(row, report, now)
        row.save()
        _keep(row, provider_code, report, applied=applied, now=now)
        _tell(customer, row, before, now)
        return applied


def reconcile(*, now: datetime, limit: int = 100) -> int:
    """Ask the provider for calls nobody knows of, and return how many are known now. None is asked for again."""
    provider = voice_provider()
    if provider is None:
        return 0
    waiting = Dial.objects.filter(state__in=_UNSETTLED, begun_at__lte=now - ASK_AFTER).select_related("staff")
    known = 0
    for row in waiting.order_by("begun_at")[:limit]:
        try:
            report = provider.find(_search(row, provider, now))
        except CannotTellError as error:
            _log.warning("call %s stays unknown: %s", row.pk, error)
            continue
        known += _found(row.pk, report, now)
    return known


def _search(row: Dial, provider: VoiceProvider, now: datetime) -> CallSearch:
    until = min(now, row.begun_at + ABSENT_AFTER)
    return CallSearch(
        agent=provider.agent(row.staff.extension),
        since=row.begun_at,
        until=until,
        provider_id=row.provider_id,
        # The same telephone is called into conferences too: another call of ours is not this one.
        known=known_calls.names(since=row.begun_at - ABSENT_AFTER, until=until),
    )


@transaction.atomic(durable=True)
def _found(dial_id: int, report: CallReport | None, now: datetime) -> bool:
    customer, row = _locked(dial_id, now)
    if row.state not in _UNSETTLED:
        return True  # a report was first
    before = row.state
    if report is not None:
        _advance(row, report, now)
        _keep(row, row.provider, report, applied=True, now=now)
    elif now - row.begun_at >= ABSENT_AFTER:
        row.state, row.error_code, row.moved_at = DialState.FAILED, "never_taken", now
    else:
        return False
    row.save()
    _tell(customer, row, before, now)
    return True


def _locked(dial_id: int, now: datetime) -> tuple[Customer, Dial]:
    customer_id = Dial.objects.filter(pk=dial_id).values_list("customer_id", flat=True)[0]
    customer = records.lock(customer_id=customer_id, now=now)
    return customer, Dial.objects.get(pk=dial_id)


def _advance(row: Dial, report: CallReport, now: datetime) -> bool:
    """Let a report move a call on; return whether it did. The caller saves."""
    if row.provider_id and report.provider_id and row.provider_id != report.provider_id:
        return False
    state, new_rank = state_reported(report.report), rank(report.report)
    if state is None or new_rank <= row.rank or _tried_again(row):
        return False
    row.provider_id = row.provider_id or report.provider_id
    row.state, row.rank, row.moved_at = state.value, new_rank, now
    if report.seconds is not None:
        row.seconds = report.seconds
    return True


def _tried_again(row: Dial) -> bool:
    """Return whether a call that had failed was put through again: that attempt is the call, whatever comes late."""
    if row.state != DialState.FAILED:
        return False
    return Dial.objects.filter(conversation_id=row.conversation_id).exclude(state=DialState.FAILED).exists()


def _keep(row: Dial | None, provider_code: str, report: CallReport, *, applied: bool, now: datetime) -> None:
    DialReport.objects.create(
        dial=row,
        provider=provider_code,
        provider_id=report.provider_id,
        report=report.report[:24],
        applied=applied,
        received_at=now,
    )


def _tell(customer: Customer, row: Dial, before: str, now: datetime) -> None:
    """Keep what became of a call once it is over, where the history is read, and wake the panel."""
    if row.state in MAY_RING or row.state == before:
        return
    records.append(
        customer=customer,
        kind="conversation.dial_ended",
        actor=records.SYSTEM,
        now=now,
        payload=_payload(row),
    )


def _payload(row: Dial) -> Mapping[str, str | int | None]:
    return {"conversation": row.conversation_id, "state": row.state, "seconds": row.seconds}
