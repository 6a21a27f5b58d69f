"""By what means a dispute is talked over."""

import pytest

from mediation.domain.route import DEFAULT_POLICIES, RouteChoice, RoutePolicy, choose

POLICY = RoutePolicy(telephone_up_to_fen=100, video_up_to_fen=200)


@pytest.mark.parametrize(
    ("amount", "abroad", "organisation", "expected"),
    [
        (100, False, False, RouteChoice("telephone", "small", 100)),
        (101, False, False, RouteChoice("video", "middle", 100)),
        (200, False, False, RouteChoice("video", "middle", 100)),
        (201, False, False, RouteChoice("meeting", "large", 200)),
        (201, True, False, RouteChoice("video", "abroad", 200)),
        (1, False, True, RouteChoice("meeting", "organisation")),
        (1, True, True, RouteChoice("telephone", "small", 100)),
    ],
)
def test_amount_and_customer_decide_the_route(
    amount: int, abroad: bool, organisation: bool, expected: RouteChoice
) -> None:
    """Limits are inclusive; an organisation is met in person, a customer abroad never is."""
    assert choose(amount_fen=amount, policy=POLICY, abroad=abroad, organisation=organisation) == expected


def test_a_negative_amount_is_a_mistake() -> None:
    """Nothing is owed below zero."""
    with pytest.raises(ValueError, match="negative"):
        choose(amount_fen=-1, policy=POLICY, abroad=False, organisation=False)


def test_each_route_has_its_length() -> None:
    """The longer the way, the longer the session."""
    policy = DEFAULT_POLICIES["card"]
    assert [policy.minutes(route) for route in ("telephone", "video", "meeting")] == [60, 90, 120]
