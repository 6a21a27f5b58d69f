"""How each policy spreads its choices over the arms that are allowed: explicit probabilities, exploration capped."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from collections_app.domain.terms import TermList
from notifications.domain.targeting.bandit import Allowed, Bandit, Numbers

# The most of its choices a policy may make other than the best it knows, whatever an experiment says.
MOST_EXPLORATION = 0.10
DRAWS = 128
SCRIPT = 0


class Algorithm(StrEnum):
    FIXED = "fixed"
    GREEDY = "greedy"
    LINUCB = "linucb"
    LINTS = "lints"


ALGORITHMS = TermList(
    ("fixed", "固定话术", "Fixed script"),
    ("greedy", "贪心", "Greedy"),
    ("linucb", "LinUCB", "LinUCB"),
    ("lints", "LinTS", "LinTS"),
)


class PolicyRole(StrEnum):
    SCRIPT = "script"
    GREEDY = "greedy"
    CHALLENGER = "challenger"
    CHAMPION = "champion"


ROLES = TermList(
    ("script", "固定话术基准", "Baseline: fixed script"),
    ("greedy", "贪心基准", "Baseline: greedy"),
    ("challenger", "挑战者", "Challenger"),
    ("champion", "冠军", "Champion"),
)
# Of a hundred customers: both baselines always run, whatever is learnt.
SHARES: dict[PolicyRole, int] = {
    PolicyRole.SCRIPT: 10,
    PolicyRole.GREEDY: 10,
    PolicyRole.CHALLENGER: 20,
    PolicyRole.CHAMPION: 60,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy as it decides: algorithm, how far it trusts what is unsure, and how much it explores."""

    algorithm: Algorithm
    alpha: float = 0.3
    exploration: float = 0.0
    seed: int = 0


def role_of(*, experiment_id: int, customer_id: int) -> PolicyRole:
    """Return which policy a customer belongs to in an experiment: the same for as long as it runs."""
    place = _share(f"role:{experiment_id}:{customer_id}") * 100
    for role, share in SHARES.items():
        if place < share:
            return role
        place -= share
    return PolicyRole.CHAMPION


def draw_of(*, experiment_id: int, message_id: int) -> float:
    """Return the number between 0 and 1 that decides one choice: of nobody's making, and found again by anybody."""
    return _share(f"draw:{experiment_id}:{message_id}")


def _share(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big") / float(1 << 56)


@dataclass(frozen=True, slots=True)
class Decided:
    """How probable each arm is for each context, and what the arms were compared by, if by anything."""

    spread: Numbers
    scores: Numbers | None


def decide(
    policy: Policy, bandit: Bandit | None, contexts: Numbers, allowed: Allowed, *, in_turn: bool = False
) -> Decided:
    """Return how a policy decides for each context; arms that are not allowed have no probability.

    The script, arm 0, is allowed to everybody: without anything learnt it is what every policy chooses. Explorers
    give ``exploration`` of their choices, at most MOST_EXPLORATION, to the other arms. ``in_turn``: as one batch.
    """
    capped = min(max(policy.exploration, 0.0), MOST_EXPLORATION)
    if policy.algorithm in {Algorithm.FIXED, Algorithm.GREEDY}:
        capped = 0.0
    even = allowed / allowed.sum(axis=1, keepdims=True)
    if bandit is None or policy.algorithm is Algorithm.FIXED:
        return Decided((1 - capped) * _script(allowed) + capped * even, None)
    if policy.algorithm is Algorithm.LINUCB:
        bounds = bandit.in_turn(contexts, allowed, alpha=policy.alpha) if in_turn else None
        scores = bandit.optimistic(contexts, alpha=policy.alpha) if bounds is None else bounds
        return Decided((1 - capped) * _best(scores, allowed) + capped * even, scores)
    scores = bandit.means(contexts)
    if policy.algorithm is Algorithm.LINTS:
        even = (even + _wins(policy, bandit, contexts, allowed, even)) / 2
    return Decided((1 - capped) * _best(scores, allowed) + capped * even, scores)


def _wins(policy: Policy, bandit: Bandit, contexts: Numbers, allowed: Allowed, even: Numbers) -> Numbers:
    """Return how often each allowed arm is the best of those drawn; where none of them ever is, all alike."""
    wins = np.where(allowed, bandit.wins(contexts, alpha=policy.alpha, draws=DRAWS, seed=policy.seed), 0.0)
    total = wins.sum(axis=1, keepdims=True)
    return np.where(total > 0, wins / np.where(total > 0, total, 1.0), even)


def mixed(by_role: Sequence[tuple[PolicyRole, Numbers]]) -> Numbers:
    """Return how probable each arm is over all policies, as customers are shared among them: what evaluation needs."""
    return np.asarray(sum((SHARES[role] / 100 * spread for role, spread in by_role), np.float64(0.0)))


def chosen(spread: Sequence[float], draw: float) -> int:
    """Return the arm that a number between 0 and 1 falls on."""
    reached = 0.0
    last = SCRIPT
    for arm, probability in enumerate(spread):
        if probability <= 0:
            continue
        reached, last = reached + probability, arm
        if draw < reached:
            return arm
    return last


def _script(allowed: Allowed) -> Numbers:
    spread = np.zeros(allowed.shape)
    spread[:, SCRIPT] = 1.0
    return spread


def _best(scores: Numbers, allowed: Allowed) -> Numbers:
    spread = np.zeros(allowed.shape)
    best = np.where(allowed, scores, -np.inf).argmax(axis=1)
    spread[np.arange(len(best)), best] = 1.0
    return spread
