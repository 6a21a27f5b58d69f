"""Our bandit beside mabwiser and vowpalwabbit in one run: classification as a bandit, the way the literature does it.

Every example is a context, every class an arm, the reward 1 for the right one; only the reward of the arm given is
seen, a hundred rounds late, as a bank sees payments. All get the same rows in the same order. Each peer plays every
policy it offers for this, and is counted by its best one of each data set; ours plays one, the same everywhere.
"""

from collections.abc import Callable
from statistics import mean, stdev

import numpy as np

from bench.result import Result
from bench.targeting import peers
from bench.targeting.worlds import WORLDS, World

MINUTES = 6
SEEDS = 5
Player = Callable[[World, int], float]


def run(*, size: int | None = None) -> Result:
    """Let all play; ratios are of mean rewards over all data sets and seeds."""
    result = Result("targeting", goals={"vs_mabwiser": (">=", 1.0), "vs_vw": (">=", 1.0), "vs_uniform": (">=", 2.0)})
    seeds = range(min(size, SEEDS) if size else SEEDS)
    ours: list[list[float]] = []
    best: dict[str, list[list[float]]] = {"mabwiser": [], "vw": [], "uniform": []}
    for name, make in WORLDS.items():
        worlds = [make(seed) for seed in seeds]
        rewards = _play(result, name, "OneCase LinUCB", peers.onecase, worlds)
        ours.append(rewards)
        for peer, players in peers.PLAYERS.items():
            played = [_play(result, name, policy, player, worlds) for policy, player in players.items()]
            best[peer].append(max(played, key=mean))
    for peer, theirs in best.items():
        ratios = [mean(each[seed] for each in ours) / mean(each[seed] for each in theirs) for seed in seeds]
        result.ratios[f"vs_{peer}"] = mean(ratios)
        half = 1.96 * stdev(ratios) / np.sqrt(len(ratios)) if len(ratios) > 1 else 0.0
        result.add(f"vs_{peer}, half of the 95% interval over seeds", float(half), "ratio")
    return result


def _play(result: Result, world: str, policy: str, player: Player, worlds: list[World]) -> list[float]:
    rewards = [player(each, seed) for seed, each in enumerate(worlds)]
    result.add(f"{world}: {policy}", mean(rewards), "mean reward")
    return rewards
