"""On which track a dispute goes."""

from mediation.domain.route import RoutePolicy
from mediation.domain.route import choose as choose_route
from mediation.domain.tracks import TRACK_REASONS, TrackChoice, TrackFacts, TrackPolicy, choose

POLICY = TrackPolicy(simple_up_to_fen=100, ordinary_up_to_fen=200, complex_disputes=("identity",), complex_accounts=3)


def test_what_makes_a_case_complex_comes_first_and_what_keeps_it_from_being_simple_next() -> None:
    """Each with its reason; limits are inclusive."""
    cases = [
        (TrackFacts(100, "fees"), TrackChoice("simple", "small")),
        (TrackFacts(101, "fees"), TrackChoice("ordinary", "amount")),
        (TrackFacts(100), TrackChoice("ordinary", "no_dispute_named")),
        (TrackFacts(100, "fees", hardship=True), TrackChoice("ordinary", "hardship")),
        (TrackFacts(200, "fees"), TrackChoice("ordinary", "amount")),
        (TrackFacts(201, "fees"), TrackChoice("complex", "large")),
        (TrackFacts(1, "identity"), TrackChoice("complex", "dispute")),
        (TrackFacts(1, "fees", vulnerable=True, hardship=True), TrackChoice("complex", "vulnerable")),
        (TrackFacts(1, "fees", organisation=True), TrackChoice("complex", "organisation")),
        (TrackFacts(1, "fees", accounts=2), TrackChoice("simple", "small")),
        (TrackFacts(1, "fees", accounts=3), TrackChoice("complex", "accounts")),
    ]
    for facts, expected in cases:
        assert choose(facts, POLICY) == expected, facts
    assert {expected.reason for _facts, expected in cases} == set(TRACK_REASONS)


def test_a_complex_case_is_not_talked_over_by_telephone() -> None:
    policy = RoutePolicy(telephone_up_to_fen=100, video_up_to_fen=200)
    found = choose_route(amount_fen=50, policy=policy, abroad=False, organisation=False, complex_case=True)
    assert (found.route, found.reason) == ("video", "complex")
