"""Where a telephone call is, from what each extension tells of it, in whatever order."""

import pytest

from collections_app.domain.machines.calls import place


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ("ringing A, ringing B, answered A, hung_up B", "answered A"),  # a group: the others stop ringing
        ("ringing A, ringing B, hung_up B, answered A", "answered A"),
        ("ringing A, answered A, hung_up B", "answered A"),  # of somebody who never had it
        ("answered A, ringing B", "answered A"),  # passed on: asked first, answered, and left alone
        ("answered A, ringing B, answered B, hung_up A", "answered B"),
        ("answered A, ringing B, hung_up A", "ringing B"),
        ("ringing A, ringing B, answered A, hung_up A", "hung_up A"),
        ("answered A, answered B, hung_up B, hung_up A", "hung_up B"),
        ("ringing A, ringing B, hung_up B", "ringing A"),  # one of a group gives up, the others still ring
        ("ringing A, ringing B, hung_up B, hung_up A", "hung_up A"),
        ("answered A, ringing B, ringing C, hung_up A, hung_up C", "ringing B"),  # passed on to a group
        ("ringing B, answered A, hung_up A", "hung_up A"),  # that it stopped ringing at B was not told
        ("hung_up A, answered A, ringing A", "hung_up A"),
    ],
)
def test_each_extension_has_an_end_of_its_own(told: str, where: str) -> None:
    """Whoever is on the line keeps the call on their screen, whatever the telephones beside them do."""
    events = [(event, ord(whose)) for event, whose in (each.split() for each in told.split(", "))]
    state, whose = place(events)
    assert f"{state} {chr(whose)}" == where
