"""Timetables small enough to be worked out by hand."""

import pytest

from mediation.domain.timetables.first_fit import Board, first_fit, settled
from mediation.domain.timetables.problem import Place, Problem, Sitting, cells

DAY = ((0, 4),)


def sitting(key: int, **values: object) -> Sitting:
    plain: dict[str, object] = {"key": key, "steps": 2, "weight": 1, "starts": DAY, "roles": ((1,),)}
    return Sitting(**(plain | values))  # type: ignore[arg-type]


def test_a_session_has_a_length_a_weight_and_somebody_who_holds_it() -> None:
    """Else there is nothing to be placed."""
    for values in ({"steps": 0}, {"weight": 0}, {"roles": ()}):
        with pytest.raises(ValueError, match="a session"):
            sitting(1, **values)


def test_the_window_is_cut_where_no_session_spans_the_cut() -> None:
    """One of a single step spans none."""
    short = Problem(4, (sitting(1, steps=1, starts=((0, 1), (1, 2))),), {1: DAY})
    assert cells(short) == ((0, 1), (1, 2), (2, 3), (3, 4))
    assert cells(Problem(4, (sitting(1, steps=2, starts=((0, 1),)),), {1: DAY})) == ((0, 2), (2, 3), (3, 4))


def test_what_is_left_to_be_placed_stands_among_all_that_is() -> None:
    """Persons' hours that are taken are not free, pools are in use, one upon the other."""
    first, second = sitting(1, needs=("room",)), sitting(2, needs=("room",), roles=((2,),))
    problem = Problem(4, (first, second), {1: DAY, 2: DAY}, {"room": 2}, {"room": ((0, 2),)})
    board = Board(problem)
    board.take(first, Place(0, (1,)))
    rest = board.rest([first, second])
    assert rest.free == {1: ((2, 4),), 2: ((0, 4),)}
    assert sorted(rest.taken["room"]) == [(0, 2), (0, 2)]
    assert first_fit(rest) == {1: Place(2, (1,)), 2: Place(2, (2,))}


def test_settling_places_who_was_left_out_where_there_is_room_by_then() -> None:
    """The one that stood in the middle goes to the beginning, and leaves the end free."""
    problem = Problem(4, (sitting(1), sitting(2)), {1: DAY})
    assert settled(problem, {1: Place(1, (1,))}) == {1: Place(0, (1,)), 2: Place(2, (1,))}
