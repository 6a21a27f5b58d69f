"""A guesser at the running server: nothing learned, stopped soon, all of it in the log."""

import pytest
import zeal
from django.core.cache import cache

from bench import guessing
from collections_app.models import AccessAttempt, AccessSession


@pytest.fixture
def no_n_plus_one() -> None:
    """The same page again and again is what is tried."""


def test_a_guesser_learns_nothing_is_stopped_and_stands_in_the_log(live_url: str) -> None:
    """Links and codes that live, lived and never were look alike to the byte, through every step of the way in."""
    cache.clear()
    with zeal.zeal_ignore():
        ways_in = guessing.ways_in()
    seen = {name: guessing.come_in(live_url, **way) for name, way in ways_in.items()}
    assert not guessing.learned(seen)
    assert [status for status, _body, _headers in seen["a living code"]] == [200, 302, 200, 403, 200, 403]
    # Two wrong answers each so far; the address is stopped at thirty.
    statuses = guessing.guess_until_stopped(live_url, times=20)
    assert statuses == [403] * 18 + [429] * 2
    app = guessing.Guesser(live_url.removeprefix("http://"))
    assert (app.send("/r/app/")[0], app.send("/r/app/", guessing.hand_over_fields())[0]) == (200, 429)
    reasons = list(AccessAttempt.objects.values_list("reason", flat=True))
    # Whoever is stopped and knocks on writes one row, not three.
    assert (len(reasons), reasons.count("too_many")) == (2 * 6 + 18 + 1, 1)
    assert not AccessSession.objects.exists()
