"""Choosing wording and hour of planned messages: the rules first, then the policy of each customer's share."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from notifications.domain.lifecycle import MessageState
from notifications.domain.targeting.bandit import Allowed
from notifications.domain.targeting.context import NUMBERS, context, matrix
from notifications.domain.targeting.eligibility import refusals
from notifications.domain.targeting.policies import (
    PolicyRole,
    chosen,
    decide,
    draw_of,
    mixed,
    role_of,
)
from notifications.models import Choice, Message
from notifications.selectors.targeting.running import Running, running
from notifications.selectors.targeting.standing import Seen, seen


def choose_within(*, kind: str, attempts: Collection[UUID], now: datetime) -> int:
    """Choose for planned messages of one kind, by their attempt ids, in the caller's transaction; return how many.

    Messages of a kind that nothing is tried with keep the standard wording and the hour of their rule, at the cost
    of one query. A message is chosen for once. The number of queries does not grow with the number of messages. What
    is made up for from an earlier day goes by the script and is not logged: it leaves at no arm's hour.
    """
    experiment = running([kind]).get(kind)
    if experiment is None:
        return 0
    rows = Message.objects.filter(attempt__in=attempts, kind=kind, state=MessageState.PLANNED, choice__isnull=True)
    found = rows.select_related("customer__branch").order_by("customer_id", "pk")
    messages = [message for message in found if not _late(message, now)]
    if not messages:
        return 0
    choices = _choices(experiment, messages, seen(messages, now=now), now)
    changed = [_follow(message, choice) for message, choice in zip(messages, choices, strict=True) if choice.arm]
    Message.objects.bulk_update(changed, ["wording", "due_at"])
    Choice.objects.bulk_create(choices)
    return len(choices)


def _choices(of: Running, messages: Sequence[Message], known: Mapping[int, Seen], now: datetime) -> list[Choice]:
    refused = [refusals(of.arms, known[message.pk].standing) for message in messages]
    contexts = [_context(known[message.pk], message) for message in messages]
    allowed: Allowed = np.array([[arm.number not in each for arm in of.arms] for each in refused], dtype=np.bool_)
    filled = matrix([each or [0.0] * len(NUMBERS) for each in contexts])
    decided = {
        role: decide(each.policy, each.bandit, filled, allowed, in_turn=True) for role, each in of.policies.items()
    }
    spread = mixed([(role, each.spread) for role, each in decided.items()])
    made = []
    for place, message in enumerate(messages):
        role = role_of(experiment_id=of.experiment.pk, customer_id=message.customer_id)
        choice = _choice(of, message, role, decided[role].spread[place].tolist(), now)
        choice.spread = min(float(spread[place, choice.arm]), 1.0)
        choice.refused = {str(number): reason for number, reason in refused[place].items()}
        choice.allowed = [arm.number for arm in of.arms if arm.number not in refused[place]]
        choice.context = contexts[place]
        choice.channel = known[message.pk].channel or choice.channel
        compared = decided[role].scores
        if compared is not None and contexts[place]:
            choice.scores = [round(float(each), 6) for each in compared[place]]
        made.append(choice)
    return made


def _choice(of: Running, message: Message, role: PolicyRole, spread: Sequence[float], now: datetime) -> Choice:
    """Let the policy of the customer decide by its probabilities."""
    deciding = of.policies[role]
    draw = draw_of(experiment_id=of.experiment.pk, message_id=message.pk)
    arm = of.arms[chosen(spread, draw)]
    return Choice(
        message=message,
        customer_id=message.customer_id,
        experiment=of.experiment,
        policy=deciding.row,
        snapshot=deciding.snapshot,
        role=role.value,
        arm=arm.number,
        wording=arm.wording,
        at=arm.at,
        channel=arm.channel,
        probability=spread[arm.number],
        draw=draw,
        explored=spread[arm.number] < max(spread),
        chosen_at=now,
    )


def _context(known: Seen, message: Message) -> list[float]:
    """Return a customer's numbers; none of who objects, or was not computed."""
    if known.observed is None:
        return []
    return context(known.observed, on=_day(message))


def _follow(message: Message, choice: Choice) -> Message:
    """Put what was chosen into the message: the wording, and the hour of the same day where the customer lives."""
    zone = ZoneInfo(message.customer.time_zone)
    message.wording, message.due_at = choice.wording, datetime.combine(_day(message), choice.at, tzinfo=zone)
    return message


def _late(message: Message, now: datetime) -> bool:
    return _day(message) < now.astimezone(ZoneInfo(message.customer.time_zone)).date()


def _day(message: Message) -> date:
    return message.due_at.astimezone(ZoneInfo(message.customer.time_zone)).date()
