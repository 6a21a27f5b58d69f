"""Rearranging: whoever found no hour takes one whose holder can go elsewhere, and nothing is lost by it."""

from hypothesis import given, settings

from mediation.domain.timetables.first_fit import first_fit, in_order_of_coming
from mediation.domain.timetables.problem import Place, Problem, Sitting, value, violations
from mediation.domain.timetables.rearranging import rearranged
from tests.mediation.test_timetables import HORIZON, problems


@settings(max_examples=60, deadline=None)
@given(problems())
def test_no_rule_is_broken_nothing_is_lost_and_what_was_announced_stays(problem: Problem) -> None:
    announced = {sitting.key: sitting.before for sitting in problem.sittings if sitting.before is not None}
    for found in (first_fit(problem), in_order_of_coming(problem)):
        left = iter(range(80))
        better = rearranged(problem, found, go_on=lambda left=left: next(left, None) is not None)
        assert violations(problem, better) == []
        assert value(problem, better) >= value(problem, found)
        assert all(better[key] == found[key] for key in announced if key in found)


def test_one_that_can_go_elsewhere_goes() -> None:
    """By the rule the heavy one takes the only hour of the other; it goes to a second person, or to a later hour."""
    heavy, other = Sitting(1, 2, 5, ((0, 9),), ((0, 1),)), Sitting(2, 2, 2, ((0, 1),), ((0,),))
    begun = {1: Place(0, (0,))}
    for free in ({0: ((0, 4),), 1: ((0, 4),)}, {0: ((0, 4),), 1: ()}):
        problem = Problem(HORIZON, (heavy, other), free)
        assert rearranged(problem, begun).keys() == {1, 2}
        assert rearranged(problem, begun, go_on=lambda: False) == begun
        assert rearranged(problem, begun, goal=5) == begun
    # Nowhere else to go: the heavier one stays, the lighter one would have to leave.
    short = Problem(HORIZON, (heavy, other), {0: ((0, 2),), 1: ()})
    assert rearranged(short, begun) == begun
    assert rearranged(short, {2: Place(0, (0,))}) == begun
    # What was announced is in nobody's way, and who could come at no hour at all is not tried for.
    stays = Sitting(1, 2, 1, ((0, 9),), ((0, 1),), before=Place(0, (0,)))
    assert rearranged(Problem(HORIZON, (stays, other), {0: ((0, 4),), 1: ((0, 4),)}), begun) == begun
    never = Problem(HORIZON, (heavy, Sitting(2, 2, 2, ((0, 1),), ((2,),))), {0: ((0, 2),)})
    assert rearranged(never, begun, go_on=None) == begun  # type: ignore[arg-type]


def test_a_room_and_an_expert_are_made_free_together() -> None:
    """Of three in the way one has the room, one the expert and one the mediator; all can be elsewhere."""
    held = Sitting(1, 2, 1, ((0, 9),), ((1,),), ("room",))
    advised = Sitting(2, 2, 1, ((0, 9),), ((2,), (3,)))
    third = Sitting(5, 2, 1, ((0, 9),), ((0,),))
    wanted = Sitting(4, 2, 1, ((0, 1),), ((0,), (3,)), ("room",))
    problem = Problem(HORIZON, (held, advised, third, wanted), dict.fromkeys(range(4), ((0, 8),)), {"room": 1})
    found = rearranged(problem, {1: Place(0, (1,)), 2: Place(0, (2, 3)), 5: Place(0, (0,))})
    assert found[4] == Place(0, (0, 3))
    assert len(found) == 4
    away = Problem(HORIZON, (held, wanted), dict.fromkeys(range(3), ((0, 8),)), {"room": 1})
    assert rearranged(away, {1: Place(0, (1,))}) == {1: Place(0, (1,))}
