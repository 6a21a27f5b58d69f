"""The judged choices of an experiment, as learning and evaluation take them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from django.db.models import QuerySet

from notifications.domain.targeting.context import NUMBERS, matrix
from notifications.domain.targeting.evaluation import Logged
from notifications.models import Choice, Experiment

# What is older tells of other times; more rows than this tell nothing new of a policy.
DAYS = 365
MOST_JUDGED = 100_000
CHUNK = 5000


def settled(experiment: Experiment, *, now: datetime) -> QuerySet[Choice]:
    """Return the choices that had more than one arm, are judged, and were not erased; newest first."""
    rows = Choice.objects.filter(experiment=experiment, reward__isnull=False, erased_at__isnull=True)
    return rows.filter(chosen_at__gt=now - timedelta(days=DAYS), allowed__1__isnull=False).order_by("-chosen_at", "-pk")


def logged(experiment: Experiment, *, arms: int, now: datetime, most: int | None = None) -> Iterator[Logged]:
    """Return them in parts of CHUNK; a context of another list of numbers is left out."""
    columns = ("context", "allowed", "arm", "spread", "reward", "customer_id")
    part = []
    for row in settled(experiment, now=now).values_list(*columns)[:most].iterator(chunk_size=CHUNK):
        if len(row[0]) == len(NUMBERS):
            part.append(row)
        if len(part) == CHUNK:
            yield _as_arrays(part, arms)
            part = []
    if part:
        yield _as_arrays(part, arms)


def judged(experiment: Experiment, *, arms: int, now: datetime) -> Logged:
    """Return the newest MOST_JUDGED as one log."""
    parts = list(logged(experiment, arms=arms, now=now, most=MOST_JUDGED)) or [_as_arrays([], arms)]
    return Logged(*(np.concatenate([getattr(part, name) for part in parts]) for name in Logged.__slots__))


def _as_arrays(rows: list[tuple[list[float], list[int], int, float, float, int]], arms: int) -> Logged:
    contexts, allowed, given, spread, rewards, customers = zip(*rows, strict=True) if rows else ((),) * 6
    return Logged(
        matrix(contexts),
        np.array([[arm in each for arm in range(arms)] for each in allowed], dtype=np.bool_).reshape(len(rows), arms),
        np.array(given, dtype=np.int64),
        np.array(spread, dtype=np.float64),
        np.array(rewards, dtype=np.float64),
        np.array(customers, dtype=np.int64),
    )
