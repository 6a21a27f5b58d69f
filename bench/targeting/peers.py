"""The players: ours as the product has it, mabwiser and vowpalwabbit by their own documentation, and pure chance."""

from collections.abc import Callable
from typing import Any

import numpy as np
from mabwiser.mab import MAB, LearningPolicy
from vowpalwabbit import Workspace

from bench.targeting.worlds import World
from notifications.domain.targeting.bandit import RIDGE, Bandit
from notifications.domain.targeting.policies import Algorithm, Policy, decide

BATCH = 100
ALPHA = 0.3


def onecase(world: World, seed: int) -> float:
    """Play LinUCB as the product has it, a batch in turn; rewards come a batch late."""
    bandit = Bandit(arms=world.arms, numbers=world.contexts.shape[1], ridge=RIDGE)
    policy, earned = Policy(Algorithm.LINUCB, alpha=ALPHA), 0.0
    for start in range(0, len(world.classes), BATCH):
        contexts, classes = world.contexts[start : start + BATCH], world.classes[start : start + BATCH]
        allowed = np.ones((len(classes), world.arms), dtype=np.bool_)
        arms = decide(policy, bandit, contexts, allowed, in_turn=True).spread.argmax(axis=1).astype(np.int64)
        rewards = (arms == classes).astype(np.float64)
        bandit.learn(contexts, arms, rewards)
        earned += float(rewards.sum())
    return earned / len(world.classes)


def mabwiser(policy: Any) -> Callable[[World, int], float]:
    """Return a player of one policy of mabwiser."""

    def play(world: World, seed: int) -> float:
        mab = MAB(list(range(world.arms)), policy, seed=seed)
        chance, earned = np.random.default_rng(seed), 0.0
        for start in range(0, len(world.classes), BATCH):
            contexts, classes = world.contexts[start : start + BATCH], world.classes[start : start + BATCH]
            # Before anything is learnt it cannot be asked.
            arms = np.array(mab.predict(contexts)) if start else chance.integers(0, world.arms, len(classes))
            rewards = (arms == classes).astype(np.float64)
            (mab.partial_fit if start else mab.fit)(arms, rewards, contexts)
            earned += float(rewards.sum())
        return earned / len(world.classes)

    return play


def vw(options: str) -> Callable[[World, int], float]:
    """Return a player of one exploration of vowpalwabbit (cb_explore), sampling from what it predicts."""

    def play(world: World, seed: int) -> float:
        workspace = Workspace(f"--cb_explore {world.arms} {options} --quiet --random_seed {seed}")
        chance, earned = np.random.default_rng(seed), 0.0
        try:
            for start in range(0, len(world.classes), BATCH):
                texts = [_text(row) for row in world.contexts[start : start + BATCH]]
                late = []
                for text, right in zip(texts, world.classes[start : start + BATCH], strict=True):
                    spread = np.array(workspace.predict(f"| {text}"), dtype=np.float64)
                    spread /= spread.sum()
                    arm = int(chance.choice(world.arms, p=spread))
                    reward = float(arm == right)
                    late.append(f"{arm + 1}:{-reward}:{spread[arm]} | {text}")
                    earned += reward
                for line in late:
                    workspace.learn(line)
        finally:
            workspace.finish()
        return earned / len(world.classes)

    return play


def uniform(world: World, seed: int) -> float:
    """Play by pure chance."""
    arms = np.random.default_rng(seed).integers(0, world.arms, len(world.classes))
    return float((arms == world.classes).mean())


def _text(row: Any) -> str:
    return " ".join(f"{place}:{value:.5f}" for place, value in enumerate(row) if value)


PLAYERS: dict[str, dict[str, Callable[[World, int], float]]] = {
    "mabwiser": {
        "mabwiser LinUCB": mabwiser(LearningPolicy.LinUCB(alpha=ALPHA, l2_lambda=RIDGE)),
        "mabwiser LinTS": mabwiser(LearningPolicy.LinTS(alpha=ALPHA, l2_lambda=RIDGE)),
        "mabwiser LinGreedy": mabwiser(LearningPolicy.LinGreedy(epsilon=0.05, l2_lambda=RIDGE)),
    },
    "vw": {
        "vowpalwabbit squarecb": vw("--squarecb"),
        "vowpalwabbit regcb": vw("--regcb"),
        "vowpalwabbit cover": vw("--cover 4 --nounif"),
        "vowpalwabbit epsilon 0.05": vw("--epsilon 0.05"),
    },
    "uniform": {"uniform": uniform},
}
