"""States of a message and the ranks of what providers report."""

from itertools import pairwise

from notifications.domain.lifecycle import (
    MESSAGE_STATES,
    TRANSITIONS,
    WAITING,
    MessageState,
    may_follow,
    rank,
    state_reported,
)


def test_every_state_has_words_and_followers() -> None:
    """The term list and the transition table name the same states."""
    assert set(MESSAGE_STATES) == {state.value for state in MessageState} == {state.value for state in TRANSITIONS}


def test_nothing_that_may_have_gone_out_goes_back_to_waiting_by_itself() -> None:
    """Accepted, sent and delivered never wait again; unknown only becomes due, after reconciliation."""
    for state in (MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED, MessageState.UNDELIVERED):
        assert not TRANSITIONS[state] & WAITING
    assert TRANSITIONS[MessageState.UNKNOWN] & WAITING == {MessageState.DUE}


def test_ranks_rise_along_the_way_of_a_message() -> None:
    """The reports in the order a provider sends them have rising ranks, endings the same one."""
    way = ["scheduled", "accepted", "queued", "sending", "sent", "delivered"]
    assert all(rank(earlier) < rank(later) for earlier, later in pairwise(way))
    assert rank("delivered") == rank("undelivered") == rank("failed") == rank("canceled")


def test_a_report_nobody_knows_ranks_below_all() -> None:
    """A new status of a provider is kept and changes nothing."""
    assert rank("teleported") == -1
    assert state_reported("teleported") is None


def test_a_receipt_may_overtake_the_answer() -> None:
    """A message still being sent may already be reported as delivered."""
    assert may_follow("claimed", "delivered")
    assert not may_follow("planned", "delivered")


def test_what_was_held_for_not_taken_may_be_proven_to_be_with_the_provider() -> None:
    """However late, and wherever it is by then: believed, it goes out no second time."""
    for state in ("due", "deferred", "failed_transient", "failed_permanent", "refused", "cancelled", "unknown"):
        assert all(may_follow(state, proof) for proof in ("accepted", "sent", "delivered", "undelivered")), state
