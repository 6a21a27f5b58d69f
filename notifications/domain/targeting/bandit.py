"""A linear contextual bandit: one ridge regression for each arm (LinUCB of Li et al. 2010, LinTS of Agrawal and Goyal
2013), learnt in batches from rewards that come late."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Allowed = NDArray[np.bool_]

# Little, since few numbers are learnt from many rows.
RIDGE = 0.2


class Bandit:
    """What has been learnt of each arm: sums alone, so that batches may come in any order and be left out again."""

    def __init__(self, *, arms: int, numbers: int, ridge: float = RIDGE) -> None:
        self.gram: Numbers = np.tile(np.eye(numbers) * ridge, (arms, 1, 1))
        self.sums: Numbers = np.zeros((arms, numbers))
        self.rows: Whole = np.zeros(arms, dtype=np.int64)

    def learn(self, contexts: Numbers, arms: Whole, rewards: Numbers) -> None:
        """Take in a batch: which arm each context was given, and what came of it (0 to 1)."""
        for arm in np.unique(arms):
            mine = arms == arm
            self.gram[arm] += contexts[mine].T @ contexts[mine]
            self.sums[arm] += contexts[mine].T @ rewards[mine]
            self.rows[arm] += int(mine.sum())

    def means(self, contexts: Numbers) -> Numbers:
        """Return the reward expected of every context (rows) by every arm (columns)."""
        return np.asarray(contexts @ self._weights().T, dtype=np.float64)

    def widths(self, contexts: Numbers) -> Numbers:
        """Return how unsure each expectation is: one standard deviation for rewards of unit noise."""
        spread = np.einsum("ni,kij,nj->nk", contexts, np.linalg.inv(self.gram), contexts, optimize=True)
        return np.asarray(np.sqrt(np.maximum(spread, 0.0)), dtype=np.float64)

    def optimistic(self, contexts: Numbers, *, alpha: float) -> Numbers:
        """Return the upper confidence bounds of LinUCB."""
        return self.means(contexts) + alpha * self.widths(contexts)

    def in_turn(self, contexts: Numbers, allowed: Allowed, *, alpha: float) -> Numbers:
        """Return the bounds of LinUCB when a batch is chosen row by row, its rewards still to come.

        What a row is given is surer at once for the rows after it, whatever will come of it: a batch does not try
        the same unsure arm on everybody.
        """
        means, inverse = self.means(contexts), np.linalg.inv(self.gram)
        bounds = np.empty_like(means)
        for place, row in enumerate(contexts):
            turned = inverse @ row
            spread = np.maximum(turned @ row, 0.0)
            bounds[place] = means[place] + alpha * np.sqrt(spread)
            arm = int(np.where(allowed[place], bounds[place], -np.inf).argmax())
            inverse[arm] -= np.outer(turned[arm], turned[arm]) / (1 + spread[arm])
        return bounds

    def wins(self, contexts: Numbers, *, alpha: float, draws: int, seed: int) -> Numbers:
        """Return in which share of ``draws`` from the posterior (LinTS) each arm is the best of each context.

        The draws are the same for the same seed, so that a choice can be computed again.
        """
        arms = self.sums.shape[0]
        sampled = self.drawn(alpha=alpha, draws=draws, seed=seed)
        scores = np.einsum("nd,skd->nsk", contexts, sampled, optimize=True)
        best = scores.argmax(axis=2)
        return np.stack([(best == arm).mean(axis=1) for arm in range(arms)], axis=1)

    def drawn(self, *, alpha: float, draws: int, seed: int) -> Numbers:
        """Return weights drawn from the posterior: draws × arms × numbers."""
        chance = np.random.default_rng(seed)
        noise = chance.standard_normal((draws, *self.sums.shape))
        roots = np.linalg.cholesky(np.linalg.inv(self.gram))
        drawn = self._weights()[None] + alpha * np.einsum("kij,skj->ski", roots, noise, optimize=True)
        return np.asarray(drawn, dtype=np.float64)

    def _weights(self) -> Numbers:
        return np.asarray(np.linalg.solve(self.gram, self.sums[:, :, None])[:, :, 0], dtype=np.float64)

    def as_json(self) -> dict[str, Any]:
        """Return it as a snapshot keeps it."""
        return {"gram": self.gram.tolist(), "sums": self.sums.tolist(), "rows": self.rows.tolist()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Bandit":
        """Return what a snapshot keeps."""
        sums = np.array(kept["sums"], dtype=np.float64)
        found = cls(arms=sums.shape[0], numbers=sums.shape[1])
        found.sums, found.gram = sums, np.array(kept["gram"], dtype=np.float64)
        found.rows = np.array(kept["rows"], dtype=np.int64)
        return found
