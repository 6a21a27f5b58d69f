"""What a policy would have earned, told from choices another one made: SNIPW and doubly robust, with intervals."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from notifications.domain.targeting.bandit import Allowed, Bandit, Numbers, Whole
from notifications.domain.targeting.policies import Policy, decide

# 95 %, two-sided.
Z = 1.959964
# Fewer than these say nothing: no promotion, and no figure for a group.
LEAST_ROWS = 1000
LEAST_EFFECTIVE = 200
LEAST_OF_GROUP = 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval, the rows behind it, and how many rows they are worth after weighting."""

    value: float
    low: float
    high: float
    rows: int
    effective: float


@dataclass(frozen=True, slots=True)
class Logged:
    """Choices that were made and what came of each; one row of each array a choice.

    ``spread`` is how probable the arm given was over all policies as customers are shared among them.
    """

    contexts: Numbers
    allowed: Allowed
    arms: Whole
    spread: Numbers
    rewards: Numbers
    customers: Whole

    @property
    def rows(self) -> int:
        return len(self.arms)

    def of(self, mask: NDArray[np.bool_]) -> "Logged":
        """Return the rows of a mask."""
        return Logged(
            self.contexts[mask],
            self.allowed[mask],
            self.arms[mask],
            self.spread[mask],
            self.rewards[mask],
            self.customers[mask],
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """One policy by both estimators; ``scores`` are what each row contributes to the doubly robust one."""

    snipw: Estimate
    robust: Estimate
    scores: Numbers


def judge(policy: Policy, frozen: Bandit | None, logged: Logged, *, learns: bool) -> Judged:
    """Return what a policy would have earned on the rows of a log.

    A policy that learns is taught on one half of the customers and judged on the other, both ways round, and so is
    the model of rewards: nothing is judged by what it was taught. A frozen one is judged as it is.
    """
    arms, numbers = logged.allowed.shape[1], logged.contexts.shape[1]
    target = np.zeros(logged.allowed.shape)
    expected = np.zeros(logged.allowed.shape)
    half = logged.customers % 2
    for fold in (0, 1):
        here = half == fold
        taught = Bandit(arms=arms, numbers=numbers)
        others = logged.of(~here)
        taught.learn(others.contexts, others.arms, others.rewards)
        expected[here] = taught.means(logged.contexts[here])
        bandit = taught if learns else frozen
        target[here] = decide(policy, bandit, logged.contexts[here], logged.allowed[here]).spread
    place = np.arange(logged.rows)
    weights = target[place, logged.arms] / logged.spread
    residual = logged.rewards - expected[place, logged.arms]
    scores = (target * expected).sum(axis=1) + weights * residual
    return Judged(_snipw(weights, logged), _mean(scores, logged.customers, _effective(weights)), scores)


def difference(one: Judged, other: Judged, customers: Whole) -> Estimate:
    """Return by how much the first policy would have earned more, paired row by row."""
    effective = min(one.robust.effective, other.robust.effective)
    return _mean(one.scores - other.scores, customers, effective)


def proportion(successes: int, rows: int) -> Estimate | None:
    """Return a share with its Wilson interval, or None where there are too few rows to say anything."""
    if rows < LEAST_OF_GROUP:
        return None
    share = successes / rows
    middle = (share + Z * Z / (2 * rows)) / (1 + Z * Z / rows)
    half = Z / (1 + Z * Z / rows) * sqrt(share * (1 - share) / rows + Z * Z / (4 * rows * rows))
    return Estimate(share, max(middle - half, 0.0), min(middle + half, 1.0), rows, rows)


def unproven(gain: Estimate) -> str:
    """Return why a challenger may not be put forward yet: too little seen, or not surely better. Empty: it may."""
    if gain.rows < LEAST_ROWS or gain.effective < LEAST_EFFECTIVE:
        return "too_few"
    return "" if gain.low > 0 else "not_better"


def _snipw(weights: Numbers, logged: Logged) -> Estimate:
    total = float(weights.sum())
    if not total:
        return Estimate(0.0, 0.0, 1.0, logged.rows, 0.0)
    value = float((weights * logged.rewards).sum() / total)
    error = sqrt(float((_by_customer(weights * (logged.rewards - value), logged.customers) ** 2).sum())) / total
    return Estimate(value, value - Z * error, value + Z * error, logged.rows, _effective(weights))


def _mean(scores: Numbers, customers: Whole, effective: float) -> Estimate:
    rows = len(scores)
    if not rows:
        return Estimate(0.0, 0.0, 0.0, 0, 0.0)
    value = float(scores.mean())
    error = sqrt(float((_by_customer(scores - value, customers) ** 2).sum())) / rows
    return Estimate(value, value - Z * error, value + Z * error, rows, effective)


def _by_customer(scores: Numbers, customers: Whole) -> Numbers:
    """Add up what belongs to one customer: their choices are not independent of each other."""
    _, place = np.unique(customers, return_inverse=True)
    return np.asarray(np.bincount(place, weights=scores), dtype=np.float64)


def _effective(weights: Numbers) -> float:
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0
