"""One message's life, step by step, from what is stored of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from notifications.domain.kinds import KINDS
from notifications.domain.lifecycle import MessageState
from notifications.models import Message

_S = MessageState
# Ends that come before anything was handed to a provider.
_NEVER_LEFT = frozenset({_S.REFUSED, _S.CANCELLED})


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its code in LIFE_STEPS, when it was, whether it went well, and what there is to say of it."""

    code: str
    at: datetime | None
    good: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)


def steps_of(message: Message) -> list[Step]:
    """Return the steps of a message in the order they were taken. Its contact, template and receipts are loaded."""
    return list(_steps(message))


def _steps(message: Message) -> Iterator[Step]:
    who = message.asked_by.name if message.asked_by else ""
    yield Step("planned", message.planned_at, facts={"who": who, "reference": message.reference})
    premise = KINDS[message.kind].premise.value if message.kind in KINDS else ""
    if message.claimed_at is None and message.state not in _NEVER_LEFT | {_S.DEFERRED}:
        yield Step("waits", message.due_at)
        return
    ended_by_premise = message.state == _S.CANCELLED
    yield Step(
        "premise",
        message.claimed_at or message.ended_at,
        not ended_by_premise,
        {"premise": premise, "reason": message.reason if ended_by_premise else ""},
    )
    if not ended_by_premise:
        yield from _after_the_premise(message)
    if message.ended_at:
        good = message.state == _S.DELIVERED
        yield Step("ended", message.ended_at, good, {"state": message.state, "reason": message.reason})


def _after_the_premise(message: Message) -> Iterator[Step]:
    granted = message.claimed_at is not None
    yield Step(
        "permit",
        message.claimed_at or message.ended_at,
        granted,
        {"contact": message.contact_id, "reason": "" if granted else message.reason, "until": _until(message)},
    )
    if not granted:
        return
    yield Step("text", message.claimed_at, facts={"template": message.template, "version": message.version})
    if message.attempts:
        taken = message.accepted_at is not None
        yield Step(
            "handed_over",
            message.accepted_at or message.claimed_at,
            taken,
            {"attempts": message.attempts, "provider": message.provider, "name": message.provider_id}
            | {"error": message.error_code, "reason": message.reason},
        )
    if message.accepted_at and message.said:
        yield Step("told", message.accepted_at, facts={"said": message.said})
    for receipt in message.receipts.all():
        facts = {"report": receipt.report, "error": receipt.error_code, "applied": receipt.applied}
        yield Step("receipt", receipt.received_at, not receipt.error_code, facts)


def _until(message: Message) -> datetime | None:
    return message.due_at if message.state == _S.DEFERRED else None
