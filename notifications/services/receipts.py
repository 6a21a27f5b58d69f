"""Receipts of providers: in any order, repeated, or never. All are kept; only what is news moves the message."""

from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from collections_app.models import Customer
from collections_app.services import alerts, feed
from notifications.domain.lifecycle import TERMINAL_RANK, MessageState, may_follow, rank, state_reported
from notifications.domain.outcomes import ErrorClass, Report
from notifications.models import Message
from notifications.services import demands, next_channel, routing, senders
from notifications.services.acceptance import (
    accept_within,
    fail_within,
    keep_receipt,
    learn_within,
    lock_with_customers,
)
from notifications.services.messages import cancel_later_rounds_within


def receive(*, provider_code: str, report: Report, attempt: str, now: datetime) -> bool:
    """Take in one report on the message of an attempt, and return whether it changed anything.

    A report ranks by how far along it is: a lower or equal rank is kept and changes nothing; of two endings
    that contradict each other the first stays and staff are alerted. A report that comes before the answer to
    the call tells that the provider has the message, and under which name.
    """
    applied, contradiction = _receive(provider_code, report, attempt, now)
    if report.error_class is ErrorClass.CONFIG:
        senders.stop_and_alert(provider=provider_code, reason=report.error_code, now=now)
    if contradiction:
        alerts.raise_alert(kind="receipts_contradict", detail={"contradiction": report.provider_id}, now=now)
    return applied


@transaction.atomic(durable=True)
def keep_unreadable(*, provider_code: str, provider_id: str, now: datetime) -> None:
    """Keep that a provider reported something nobody could read; no message is moved by it."""
    _keep(None, provider_code, Report(provider_id[:64], "unreadable"), applied=False, now=now)


@transaction.atomic(durable=True)
def _receive(provider_code: str, report: Report, attempt: str, now: datetime) -> tuple[bool, bool]:
    message_id = _find(provider_code, report, attempt)
    if message_id is None:
        _keep(None, provider_code, report, applied=False, now=now)
        return False, False
    customers, messages = lock_with_customers(message_ids=[message_id], now=now)
    message = messages[0]
    if message.provider != provider_code and state_reported(report.report) is MessageState.UNDELIVERED:
        # It did not arrive by the way it has left since.
        _keep(message, provider_code, report, applied=False, now=now)
        return False, False
    if message.provider_id and message.provider_id != report.provider_id:
        # A second message under one attempt: exactly what must never happen, so somebody has to look.
        _keep(message, provider_code, report, applied=False, now=now)
        return False, True
    customer = customers[message.customer_id]
    if message.accepted_at is None:
        applied = _adopt(customer, message, provider_code, report, now)
    else:
        applied = _advance(customer, message, report, now)
    _keep(message, provider_code, report, applied=applied, now=now)
    ended = message.report_rank >= TERMINAL_RANK and rank(report.report) >= TERMINAL_RANK
    return applied, not applied and ended and state_reported(report.report) != message.state


def apply_within(
    *, customer: Customer, message: Message, report: Report, now: datetime, on: date | None = None
) -> bool:
    """Apply a report on an accepted message of a locked record, and keep it; return whether it changed anything.

    ``on`` is the day it happened, where that is told later.
    """
    applied = _advance(customer, message, report, now, on)
    _keep(message, message.provider, report, applied=applied, now=now)
    return applied


def _find(provider_code: str, report: Report, attempt: str) -> int | None:
    # The attempt is ours, and names one message whichever provider it stands with by now.
    known = Q(provider=provider_code, provider_id=report.provider_id)
    with suppress(ValueError):
        known |= Q(attempt=UUID(attempt))
    return Message.objects.filter(known).order_by("pk").values_list("pk", flat=True).first()


def _adopt(customer: Customer, message: Message, provider_code: str, report: Report, now: datetime) -> bool:
    """Take a report for the answer that was lost or has not been recorded yet, wherever the message is by now.

    One that was put back to wait, as surely not taken, goes out no second time; one that was never handed over has
    no report.
    """
    state = state_reported(report.report)
    if state is None or not message.attempts or not may_follow(message.state, state):
        return False
    routing.stand_with(message, provider_code)
    cancel_later_rounds_within(message=message, now=now)
    accept_within(
        customer=customer, message=message, provider_id=report.provider_id, report=report.report, now=now,
        error_code=report.error_code,
    )  # fmt: skip
    if state is MessageState.UNDELIVERED:
        learn_within(customer=customer, message=message, error_class=report.error_class, now=now)
        next_channel.again_within(customer=customer, message=message, error_class=report.error_class, now=now)
    return True


def _advance(customer: Customer, message: Message, report: Report, now: datetime, on: date | None = None) -> bool:
    state, new_rank = state_reported(report.report), rank(report.report)
    if state is None or new_rank <= message.report_rank:
        return False
    if message.state != state and not may_follow(message.state, state):
        return False
    message.report_rank = new_rank
    if state is MessageState.UNDELIVERED:
        fail_within(
            customer=customer, message=message, state=state, reason="not_delivered",
            error_code=report.error_code, now=now,
        )  # fmt: skip
        learn_within(customer=customer, message=message, error_class=report.error_class, now=now)
        next_channel.again_within(customer=customer, message=message, error_class=report.error_class, now=now)
        return True
    message.state = state
    message.ended_at = now if state is MessageState.DELIVERED else None
    message.save(update_fields=["state", "report_rank", "ended_at"])
    feed.wake_boards()
    demands.arrived_within(customer=customer, message=message, now=now, on=on)
    return True


def _keep(message: Message | None, provider_code: str, report: Report, *, applied: bool, now: datetime) -> None:
    keep_receipt(
        message=message, provider=provider_code, provider_id=report.provider_id, report=report.report,
        error_code=report.error_code, applied=applied, now=now,
    )  # fmt: skip
