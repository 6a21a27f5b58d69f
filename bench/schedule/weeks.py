"""A week of sessions: five days of sixteen half hours, one mediator for every 25 sessions.

As measured before the product was built: a mediator's skills and languages, half a day of leave for some, customers
who can come on some half-days, three kinds of experts and rooms as capacities. Rooms are nearly used up: of 2,000
sessions those that need one ask for 2,392 of 2,400 half hours.

In two houses each session with a room is held in one of them, which has half the rooms, and an hour lies between them.
"""

import random
from dataclasses import replace

from mediation.domain.timetables.problem import Problem, Sitting

DAYS, STEPS = 5, 16
HALF = STEPS // 2
SESSIONS_PER_MEDIATOR = 25
SESSIONS_PER_EXPERT = 125
SESSIONS_PER_ROOM = 200 / 3
WITH_ROOM, COMPLEX, ON_LEAVE, NO_CONFLICT = 0.6, 0.3, 0.3, 0.95
LENGTHS, LENGTH_SHARES = (1, 2, 3, 4), (0.35, 0.4, 0.15, 0.1)
WEIGHTS = (1, 2, 3, 5)
LANGUAGES, LANGUAGE_SHARES = ("zh", "yue", "en"), (0.85, 0.1, 0.05)
EXPERTS = ("legal", "finance", "psychology")
# So many mediators are offered to a session at most.
OFFERED = 12
# Steps on the way from one house to another, where there are two.
WAY = 2


def week(sessions: int, *, seed: int) -> Problem:
    """Return the week of a number of sessions; the same seed gives the same week."""
    chance = random.Random(seed)
    mediators = range(max(4, round(sessions / SESSIONS_PER_MEDIATOR)))
    free = {person: _days(chance) for person in mediators}
    speaks = {person: {"zh"} | ({chance.choice(LANGUAGES[1:])} if chance.random() < 0.4 else set()) for person in free}
    skilled = {person for person in mediators if chance.random() < 0.5} | {0}
    experts = max(2, round(sessions / SESSIONS_PER_EXPERT))
    return Problem(
        horizon=DAYS * STEPS,
        sittings=tuple(_sitting(chance, key, speaks, skilled) for key in range(sessions)),
        free=free,
        pools={"room": max(2, round(sessions / SESSIONS_PER_ROOM)), **dict.fromkeys(EXPERTS, experts)},
    )


def in_two_houses(problem: Problem) -> Problem:
    """Return a week with its rooms in two houses, the sessions with a room held in turn in one and the other."""
    rooms = problem.pools["room"]
    sittings, turn = [], 0
    for sitting in problem.sittings:
        if "room" in sitting.needs:
            turn += 1
            needs = tuple(f"room {turn % 2}" if pool == "room" else pool for pool in sitting.needs)
            sitting = replace(sitting, needs=needs, place=1 + turn % 2)
        sittings.append(sitting)
    pools = {pool: most for pool, most in problem.pools.items() if pool != "room"}
    pools |= {"room 0": rooms // 2, "room 1": rooms - rooms // 2}
    return replace(problem, sittings=tuple(sittings), pools=pools, default_travel=WAY)


def _days(chance: random.Random) -> tuple[tuple[int, int], ...]:
    days = [(day * STEPS, (day + 1) * STEPS) for day in range(DAYS)]
    if chance.random() < ON_LEAVE:
        day = chance.randrange(DAYS)
        start, end = days[day]
        days[day] = (start + HALF, end) if chance.random() < 0.5 else (start, end - HALF)
    return tuple(days)


def _sitting(chance: random.Random, key: int, speaks: dict[int, set[str]], skilled: set[int]) -> Sitting:
    steps = chance.choices(LENGTHS, LENGTH_SHARES)[0]
    language = chance.choices(LANGUAGES, LANGUAGE_SHARES)[0]
    complex_case = chance.random() < COMPLEX
    able = [person for person in speaks if not complex_case or person in skilled]
    speaking = [person for person in able if language in speaks[person] and chance.random() < NO_CONFLICT]
    offered = speaking or able
    if len(offered) > OFFERED:
        offered = sorted(chance.sample(offered, OFFERED))
    halves = sorted(chance.sample(range(DAYS * 2), chance.choice([3, 4, 5, 6])))
    needs = ["room"] if chance.random() < WITH_ROOM else []
    if complex_case:
        needs.append(chance.choice(EXPERTS))
    return Sitting(
        key=key,
        steps=steps,
        weight=chance.choice(WEIGHTS),
        starts=tuple((half * HALF, (half + 1) * HALF - steps + 1) for half in halves),
        roles=(tuple(offered),),
        needs=tuple(needs),
    )
