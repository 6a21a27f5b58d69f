"""A week of sessions: five days of sixteen half hours, one mediator for every 25 sessions.

As measured before the product was built: a mediator's skills and languages, half a day of leave for some, customers
who can come on some half-days, and rooms, which are nearly used up: of 2,000 sessions those that need one ask for about
2,390 of 2,400 half hours. A complex session has an expert of one of three kinds beside the mediator: a person with
hours and leave of their own, as the product's timetable has them; with ``panels`` off they are heads in a pool.

With ``houses`` the rooms are shared out to so many houses of a branch, an hour apart; with ``branches`` sessions, rooms
and most people belong to one of so many branches, two hours apart; one mediator in eight serves two of them.
"""

import random
from dataclasses import dataclass, field

from mediation.domain.timetables.problem import NOWHERE, Problem, Sitting

DAYS, STEPS = 5, 16
HALF = STEPS // 2
SESSIONS_PER_MEDIATOR = 25
SESSIONS_PER_EXPERT = 125
SESSIONS_PER_ROOM = 200 / 3
WITH_ROOM, COMPLEX, ON_LEAVE, NO_CONFLICT, IN_TWO_BRANCHES = 0.6, 0.3, 0.3, 0.95, 0.125
LENGTHS, LENGTH_SHARES = (1, 2, 3, 4), (0.35, 0.4, 0.15, 0.1)
WEIGHTS = (1, 2, 3, 5)
LANGUAGES, LANGUAGE_SHARES = ("zh", "yue", "en"), (0.85, 0.1, 0.05)
EXPERTS = ("legal", "finance", "psychology")
# So many mediators are offered to a session at most.
OFFERED = 12
# Steps on the way from one house to another of the same branch, and from one branch to another.
WAY, FAR = 2, 4


@dataclass
class _Staff:
    """Who there is: free hours by person, and by mediator what they speak, can do and serve; experts by kind."""

    free: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    speaks: dict[int, set[str]] = field(default_factory=dict)
    skilled: set[int] = field(default_factory=set)
    serves: dict[int, set[int]] = field(default_factory=dict)
    experts: dict[tuple[int, str], list[int]] = field(default_factory=dict)


def week(sessions: int, *, seed: int, panels: bool = True, houses: int = 1, branches: int = 1) -> Problem:
    """Return the week of a number of sessions; the same arguments give the same week."""
    chance = random.Random(seed)
    staff = _staff(chance, sessions, branches, panels=panels)
    rooms = _shared(max(2, round(sessions / SESSIONS_PER_ROOM)), houses * branches)
    pools = {_rooms(place): number for place, number in enumerate(rooms, start=1)}
    if not panels:
        pools |= {kind: max(2, round(sessions / SESSIONS_PER_EXPERT)) for kind in EXPERTS}
    turns = [0] * branches
    sittings = []
    for key in range(sessions):
        branch = key % branches
        house = turns[branch] % houses
        sitting = _sitting(chance, key, staff, branch, branch * houses + house + 1, panels=panels)
        turns[branch] += sitting.place != NOWHERE
        sittings.append(sitting)
    ways = [
        (branch * houses + one + 1, branch * houses + other + 1, WAY)
        for branch in range(branches)
        for one in range(houses)
        for other in range(one + 1, houses)
    ]
    return Problem(
        horizon=DAYS * STEPS,
        sittings=tuple(sittings),
        free=staff.free,
        pools=pools,
        default_travel=FAR if branches > 1 else 0,
        travel=tuple(ways),
    )


def _staff(chance: random.Random, sessions: int, branches: int, *, panels: bool) -> _Staff:
    staff = _Staff()
    for person in range(max(4, round(sessions / SESSIONS_PER_MEDIATOR))):
        staff.free[person] = _days(chance)
        staff.speaks[person] = {"zh"} | ({chance.choice(LANGUAGES[1:])} if chance.random() < 0.4 else set())
        home = person % branches
        staff.serves[person] = {home} | ({chance.randrange(branches)} if chance.random() < IN_TWO_BRANCHES else set())
        # Somebody in each branch can hold a complex case.
        if chance.random() < 0.5 or person < branches:
            staff.skilled.add(person)
    if panels:
        number = len(staff.free)
        for kind in EXPERTS:
            for turn in range(max(2 * branches, round(sessions / SESSIONS_PER_EXPERT))):
                staff.experts.setdefault((turn % branches, kind), []).append(number)
                staff.free[number] = _days(chance)
                number += 1
    return staff


def _shared(number: int, parts: int) -> list[int]:
    """Return a number shared out as evenly as whole ones can be; nobody gets none."""
    return [max(1, number // parts + (part < number % parts)) for part in range(parts)]


def _rooms(place: int) -> str:
    return f"rooms of {place}"


def _days(chance: random.Random) -> tuple[tuple[int, int], ...]:
    days = [(day * STEPS, (day + 1) * STEPS) for day in range(DAYS)]
    if chance.random() < ON_LEAVE:
        day = chance.randrange(DAYS)
        start, end = days[day]
        days[day] = (start + HALF, end) if chance.random() < 0.5 else (start, end - HALF)
    return tuple(days)


def _sitting(chance: random.Random, key: int, staff: _Staff, branch: int, place: int, *, panels: bool) -> Sitting:
    steps = chance.choices(LENGTHS, LENGTH_SHARES)[0]
    language = chance.choices(LANGUAGES, LANGUAGE_SHARES)[0]
    complex_case = chance.random() < COMPLEX
    here = [person for person, served in staff.serves.items() if branch in served]
    able = [person for person in here if not complex_case or person in staff.skilled]
    speaking = [person for person in able if language in staff.speaks[person] and chance.random() < NO_CONFLICT]
    offered = speaking or able
    if len(offered) > OFFERED:
        offered = sorted(chance.sample(offered, OFFERED))
    halves = sorted(chance.sample(range(DAYS * 2), chance.choice([3, 4, 5, 6])))
    in_person = chance.random() < WITH_ROOM
    roles, needs = [tuple(offered)], [_rooms(place)] if in_person else []
    if complex_case:
        kind = chance.choice(EXPERTS)
        if panels:
            roles.append(tuple(staff.experts[branch, kind]))
        else:
            needs.append(kind)
    return Sitting(
        key=key,
        steps=steps,
        weight=chance.choice(WEIGHTS),
        starts=tuple((half * HALF, (half + 1) * HALF - steps + 1) for half in halves),
        roles=tuple(roles),
        needs=tuple(needs),
        place=place if in_person else NOWHERE,
    )
