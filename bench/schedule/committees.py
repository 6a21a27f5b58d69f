"""Instances of thesis-defence scheduling with the parameters published by Almeida, Santos and Figueira (2023).

European Journal of Operational Research, arXiv 2205.07727, appendix: three sizes, three roles in a committee, fifteen
days of sixteen hours, three rooms, two hours a defence; nobody sits in more committees than half the members;
availability by a Markov chain that stays unavailable with 0.95 and available with the published probability, after a
warm-up of forty steps, and a gap shorter than a defence never. The paper's own instances were not to be had: these
have its numbers, not its rows, and one thing is read into it: a fixed role has one person, the others any member. The
limit on committees is left out, for nobody came near it. Only the paper's first stage is played, how many defences
can be placed, not the wishes of its second.
"""

import random
from collections.abc import Iterator

from mediation.domain.timetables.problem import Problem, Sitting, stretches

SIZES = {"small": (25, 20), "medium": (38, 30), "large": (50, 40)}
ROLES, DAYS, HOURS, ROOMS, LENGTH, WARM_UP = 3, 15, 16, 3, 2, 40
STAYS_AWAY = 0.95
# What share of the hours somebody is not there, and with what probability who is there stays.
MEMBERS = {0.78: 0.7, 0.82: 0.63, 0.86: 0.55}
PLACES = {0.8: 0.7, 0.86: 0.8}
# Fixed roles, the members' share and the rooms' share, as the paper's tables combine them.
KNOBS = ((2, 0.82, 0.86), (2, 0.82, 0.8), (2, 0.78, 0.86), (2, 0.78, 0.8))
KNOBS_LOOSE = ((1, 0.82, 0.86), (1, 0.82, 0.8), (1, 0.86, 0.86), (1, 0.86, 0.8))


def instances() -> Iterator[tuple[str, list[Problem]]]:
    """Yield, by size, one instance for every combination of the paper's tables."""
    for name, (members, defences) in SIZES.items():
        knobs = (*KNOBS, *KNOBS_LOOSE)
        yield name, [_instance(members, defences, *each, seed=seed) for seed, each in enumerate(knobs)]


def _instance(members: int, defences: int, fixed: int, away: float, shut: float, *, seed: int) -> Problem:
    chance = random.Random(seed)
    rooms = tuple(range(members, members + ROOMS))
    free = {person: stretches(_hours(chance, MEMBERS[away])) for person in range(members)}
    free |= {room: stretches(_hours(chance, PLACES[shut])) for room in rooms}
    sittings = []
    for key in range(defences):
        named = chance.sample(range(members), fixed)
        others = tuple(person for person in range(members) if person not in named)
        roles = [(person,) for person in named] + [others] * (ROLES - fixed)
        starts = tuple((day * HOURS, (day + 1) * HOURS - LENGTH + 1) for day in range(DAYS))
        sittings.append(Sitting(key, LENGTH, 1, starts, (*roles, rooms)))
    return Problem(DAYS * HOURS, tuple(sittings), free)


def _hours(chance: random.Random, stays: float) -> int:
    """Return the hours somebody is there in, as bits."""
    mask = 0
    for day in range(DAYS):
        there, waits = False, 0
        for hour in range(-WARM_UP, HOURS):
            if waits:
                waits -= 1
            elif chance.random() >= (stays if there else STAYS_AWAY):
                there = not there
                waits = 0 if there else LENGTH - 1
            if there and hour >= 0:
                mask |= 1 << (day * HOURS + hour)
    return mask
