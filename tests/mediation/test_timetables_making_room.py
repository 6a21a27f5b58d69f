"""Making room: whoever found no hour takes one whose holder can go elsewhere, and nothing is lost by it."""

from hypothesis import given, settings

from mediation.domain.timetables.first_fit import first_fit, in_order_of_coming
from mediation.domain.timetables.making_room import with_room_made
from mediation.domain.timetables.problem import Place, Problem, Sitting, value, violations
from tests.mediation.test_timetables import HORIZON, problems


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_rule_is_broken_nothing_is_lost_and_what_was_announced_stays(problem: Problem) -> None:
    announced = {sitting.key: sitting.before for sitting in problem.sittings if sitting.before is not None}
    for found in (first_fit(problem), in_order_of_coming(problem), {}):
        better = with_room_made(problem, found)
        assert violations(problem, better) == []
        assert value(problem, better) >= value(problem, found)
        assert all(better[key] == found[key] for key in announced if key in found)


def test_one_that_can_go_elsewhere_goes() -> None:
    """By the rule the heavy one takes the only hour of the other; it goes to a second person, or to a later hour."""
    heavy, other = Sitting(1, 2, 5, ((0, 9),), ((0, 1),)), Sitting(2, 2, 2, ((0, 1),), ((0,),))
    problem = Problem(HORIZON, (heavy, other), {0: ((0, 4),), 1: ((0, 4),)})
    assert with_room_made(problem, {1: Place(0, (0,))}) == {2: Place(0, (0,)), 1: Place(0, (1,))}
    assert with_room_made(problem, {1: Place(0, (0,))}, go_on=lambda: False) == {1: Place(0, (0,))}
    alone = Problem(HORIZON, (heavy, other), {0: ((0, 4),), 1: ()})
    assert with_room_made(alone, {1: Place(0, (0,))}) == {2: Place(0, (0,)), 1: Place(2, (0,))}
    # Nowhere else to go: the heavier one stays, the lighter one would have to leave.
    short = Problem(HORIZON, (heavy, other), {0: ((0, 2),), 1: ()})
    assert with_room_made(short, {1: Place(0, (0,))}) == {1: Place(0, (0,))}
    assert with_room_made(short, {2: Place(0, (0,))}) == {1: Place(0, (0,))}


def test_a_room_and_an_expert_are_made_free_together() -> None:
    """Two are in the way, one of the room and one of the expert; a third in the way of the mediator is too many."""
    held = Sitting(1, 2, 1, ((0, 9),), ((1,),), ("room",))
    advised = Sitting(2, 2, 1, ((0, 9),), ((2,), (3,)))
    wanted = Sitting(4, 2, 1, ((0, 1),), ((0,), (3,)), ("room",))
    free = dict.fromkeys(range(4), ((0, 8),))
    problem = Problem(HORIZON, (held, advised, wanted), free, {"room": 1})
    begun = {1: Place(0, (1,)), 2: Place(0, (2, 3))}
    assert with_room_made(problem, begun)[4] == Place(0, (0, 3))
    third = Sitting(5, 2, 1, ((0, 9),), ((0,),))
    crowded = Problem(HORIZON, (held, advised, wanted, third), free, {"room": 1})
    assert 4 not in with_room_made(crowded, begun | {5: Place(0, (0,))})
    # No single session covers the hours of the room that are used up, or the expert is away.
    halves = (Sitting(6, 1, 1, ((0, 9),), ((1,),), ("room",)), Sitting(7, 1, 1, ((0, 9),), ((1,),), ("room",)))
    split = Problem(HORIZON, (*halves, wanted), free, {"room": 1})
    assert 4 not in with_room_made(split, {6: Place(0, (1,)), 7: Place(1, (1,))})
    away = Problem(HORIZON, (held, wanted), free | {3: ()}, {"room": 1})
    assert 4 not in with_room_made(away, {1: Place(0, (1,))})
