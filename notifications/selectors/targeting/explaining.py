"""Choices in words: why a message goes out as it does, and what is held of a customer for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from collections_app.models import Customer
from notifications.domain.targeting.context import NUMBERS
from notifications.domain.targeting.features import FEATURES, Feature
from notifications.domain.targeting.moments import SCHEDULE_FIRST, SCHEDULE_LAST, advice_first
from notifications.models import Choice, CustomerFeatures, ExperimentArm

SHOWN = 10


@dataclass(frozen=True, slots=True)
class ArmLine:
    """One way to send that was looked at: chosen, compared by its score, or refused for a reason."""

    number: int
    wording: str
    at: time
    chosen: bool
    refused: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Why:
    """A choice with all it was made by."""

    choice: Choice
    arms: Sequence[ArmLine]
    numbers: Sequence[tuple[str, float]]
    percent: float


@dataclass(frozen=True, slots=True)
class FeatureLine:
    """One feature of a customer with where it comes from."""

    feature: Feature
    value: object


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a customer for choosing their messages, and what follows of it by rule."""

    computed_at: datetime | None
    features: Sequence[FeatureLine]
    advice_first: bool
    choices: Sequence[Choice]
    salary_day: int | None = None
    schedule_first: int = SCHEDULE_FIRST
    schedule_last: int = SCHEDULE_LAST


def why(*, message_id: int) -> Why | None:
    """Return how a message was chosen for, or None when nothing was tried with it."""
    choice = Choice.objects.filter(pk=message_id).select_related("experiment", "policy", "snapshot").first()
    if choice is None:
        return None
    arms = ExperimentArm.objects.filter(experiment=choice.experiment_id).order_by("number")
    lines = [
        ArmLine(
            arm.number,
            arm.wording,
            arm.at,
            arm.number == choice.arm,
            choice.refused.get(str(arm.number), ""),
            choice.scores[arm.number] if arm.number < len(choice.scores) else None,
        )
        for arm in arms
    ]
    numbers = list(zip(NUMBERS, choice.context, strict=False))
    return Why(choice, lines, numbers, round(choice.probability * 100, 1))


def held(*, customer: Customer) -> Held:
    """Return what is held of a customer, what the rules make of it, and their last choices."""
    row = CustomerFeatures.objects.filter(customer=customer).first()
    chosen = Choice.objects.filter(customer=customer).select_related("message", "experiment")
    choices = list(chosen.order_by("-chosen_at", "-pk")[:SHOWN])
    if row is None:
        return Held(None, [], False, choices)
    lines = [FeatureLine(feature, getattr(row, code)) for code, feature in FEATURES.items()]
    return Held(row.computed_at, lines, advice_first(row.observed), choices, row.salary_day)
