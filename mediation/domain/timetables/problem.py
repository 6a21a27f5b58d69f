"""Many sessions to be placed at once: what each needs, who is free when, and what a timetable of them is.

Time is counted in steps of the grid from the beginning of the window; a stretch is half-open. Persons are mediators
and representatives alike: whoever can be in one session at a time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Stretch = tuple[int, int]
# A session somebody has: its beginning, its end, and the place it is held at.
Stay = tuple[int, int, int]
# By telephone or video: at no place, and no way from or to it.
NOWHERE = 0
# So many different sets of people in a role are looked at one by one.
FEW_CREWS = 64


@dataclass(frozen=True, slots=True)
class Place:
    """When a session begins, in steps, and who is taken for each of its roles, in the order of its roles."""

    start: int
    persons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session that needs a date.

    ``roles`` has for each person needed the keys of those who may be it; ``starts`` are the stretches in which it may
    begin; ``needs`` names the pools it takes one of (a room, a video line). ``weight`` is what it is worth to be
    placed at all. ``before`` is where it stands already: announced, so that it moves only when it must. ``place`` is
    where it is held.
    """

    key: int
    steps: int
    weight: int
    starts: tuple[Stretch, ...]
    roles: tuple[tuple[int, ...], ...]
    needs: tuple[str, ...] = ()
    before: Place | None = None
    place: int = NOWHERE

    def __post_init__(self) -> None:
        if self.steps < 1 or self.weight < 1:
            raise ValueError("a session has a length and a weight")
        if not self.roles:
            raise ValueError("a session is held by somebody")


@dataclass(frozen=True, slots=True)
class Problem:
    """Sessions, the stretches in which each person is free, and how many of each pool there are.

    ``horizon`` is the length of the window in steps; ``taken`` names the stretches in which one of a pool is in use
    already, once for each; ``loads`` how many sessions a person has besides.

    Between two sessions of a person lie ``buffer`` steps, and between two places the steps of ``travel`` (each way with
    the lower place first) or ``default_travel``; ``held`` are the sessions they have besides. Only what lies between is
    asked of those: their hours themselves are not free.
    """

    horizon: int
    sittings: tuple[Sitting, ...]
    free: Mapping[int, tuple[Stretch, ...]]
    pools: Mapping[str, int] = field(default_factory=dict)
    taken: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)
    loads: Mapping[int, int] = field(default_factory=dict)
    buffer: int = 0
    default_travel: int = 0
    travel: tuple[tuple[int, int, int], ...] = ()
    held: Mapping[int, tuple[Stay, ...]] = field(default_factory=dict)

    def gap(self, one: int, other: int) -> int:
        """Return how many steps lie between a session at one place and the next at another."""
        if NOWHERE in (one, other) or one == other:
            return self.buffer
        pair = (min(one, other), max(one, other))
        way = next((steps for here, there, steps in self.travel if (here, there) == pair), self.default_travel)
        return max(self.buffer, way)

    @property
    def has_gaps(self) -> bool:
        """Return whether anything must lie between two sessions."""
        return bool(self.buffer or self.default_travel or self.travel)


# Places by the key of their session; who is not in it has none.
Timetable = Mapping[int, Place]


def value(problem: Problem, timetable: Timetable) -> int:
    """Return what a timetable is worth: the weights of the sessions it places."""
    return sum(sitting.weight for sitting in problem.sittings if sitting.key in timetable)


def cells(problem: Problem) -> tuple[Stretch, ...]:
    """Return the window cut wherever no session can span the cut: days, or halves of days; each as a stretch."""
    crossed = [0] * (problem.horizon + 1)
    for sitting in problem.sittings:
        for start, end in sitting.starts:
            first, last = start + 1, min(end - 1 + sitting.steps, problem.horizon)
            if first < last:
                crossed[first] += 1
                crossed[last] -= 1
    cuts, depth = [0], 0
    for step in range(1, problem.horizon):
        depth += crossed[step]
        if not depth:
            cuts.append(step)
    return tuple(pairwise([*cuts, problem.horizon]))


def crews(sittings: Sequence[Sitting]) -> Iterator[tuple[frozenset[int], list[Sitting]]]:
    """Yield sets of people, each with the sessions that have one role filled by nobody else: what bounds a timetable.

    For each role all of its people together, and where sessions share few sets of people (a branch's counsel, say),
    each of these.
    """
    for role in range(max((len(each.roles) for each in sittings), default=0)):
        asking = [each for each in sittings if len(each.roles) > role]
        sets = {frozenset(each.roles[role]) for each in asking}
        wanted = {frozenset[int]().union(*sets), *(sets if len(sets) <= FEW_CREWS else ())}
        for people in sorted(wanted, key=sorted):
            yield people, [each for each in asking if people.issuperset(each.roles[role])]


def in_use(problem: Problem, pool: str) -> list[int]:
    """Return for each step how many of a pool are in use before any session is placed."""
    steps = [0] * problem.horizon
    for start, end in problem.taken.get(pool, ()):
        for step in range(start, end):
            steps[step] += 1
    return steps


def bits(stretches: Iterable[Stretch]) -> int:
    """Return stretches as a number whose bit n is set when step n lies in one of them."""
    mask = 0
    for start, end in stretches:
        mask |= (1 << end) - (1 << start)
    return mask


def stretches(mask: int) -> tuple[Stretch, ...]:
    """Return bits as stretches."""
    found = []
    while mask:
        start = (mask & -mask).bit_length() - 1
        length = (~(mask >> start) & ((mask >> start) + 1)).bit_length() - 1
        found.append((start, start + length))
        mask &= ~((1 << (start + length)) - 1)
    return tuple(found)


def beginnings(free: int, steps: int) -> int:
    """Return the steps at which so many free ones begin in a row, as bits."""
    for shift in range(1, steps):
        free &= free >> 1
        if not free or shift == steps - 1:
            break
    return free


def violations(problem: Problem, timetable: Timetable) -> list[str]:
    """Return what is wrong with a timetable, in words for whoever tests a solver; nothing when it may be kept."""
    found: list[str] = []
    sittings = {sitting.key: sitting for sitting in problem.sittings}
    taken: dict[int, int] = {}
    used = {pool: in_use(problem, pool) for pool in problem.pools}
    stays: dict[int, list[Stay]] = {person: list(held) for person, held in problem.held.items()}
    for key, place in timetable.items():
        sitting = sittings.get(key)
        if sitting is None:
            found.append(f"session {key} is not asked for")
            continue
        found += _alone(problem, sitting, place)
        span = (1 << (place.start + sitting.steps)) - (1 << place.start)
        for person in place.persons:
            if taken.get(person, 0) & span:
                found.append(f"person {person} is in two sessions, one of them {key}")
            taken[person] = taken.get(person, 0) | span
            stay = (place.start, place.start + sitting.steps, sitting.place)
            if any(too_near(problem, stay, other) for other in stays.get(person, ())):
                found.append(f"person {person} has too little time before or after session {key}")
            stays.setdefault(person, []).append(stay)
        for pool in sitting.needs:
            for step in range(place.start, min(place.start + sitting.steps, problem.horizon)):
                used[pool][step] += 1
    found += [
        f"{pool} is taken {most} times at once, there are {problem.pools[pool]}"
        for pool, steps in used.items()
        if (most := max(steps, default=0)) > problem.pools[pool]
    ]
    return found


def too_near(problem: Problem, one: Stay, other: Stay) -> bool:
    """Return whether less lies between two sessions of one person than must."""
    gap = problem.gap(one[2], other[2])
    return one[0] < other[1] + gap and other[0] < one[1] + gap


def _alone(problem: Problem, sitting: Sitting, place: Place) -> Sequence[str]:
    found = []
    span = (1 << (place.start + sitting.steps)) - (1 << place.start)
    if not any(start <= place.start < end for start, end in sitting.starts):
        found.append(f"session {sitting.key} may not begin at {place.start}")
    if place.start + sitting.steps > problem.horizon:
        found.append(f"session {sitting.key} ends after the window")
    if len(place.persons) != len(sitting.roles) or len(set(place.persons)) != len(place.persons):
        found.append(f"session {sitting.key} has the wrong number of people")
    for person, able in zip(place.persons, sitting.roles, strict=False):
        if person not in able:
            found.append(f"person {person} may not be in session {sitting.key}")
        elif bits(problem.free.get(person, ())) & span != span:
            found.append(f"person {person} is not free for session {sitting.key}")
    return found
