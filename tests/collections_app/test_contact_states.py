"""The states of a contact."""

import pytest

from collections_app.domain.contacts import COUNTED, ContactState, after_expiry, counts, may_become
from collections_app.models import ContactState as StoredState


def test_the_domain_and_the_table_know_the_same_states() -> None:
    """One list of states."""
    assert [state.value for state in ContactState] == list(StoredState.values)


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("reserved", "made", True),
        ("reserved", "void", True),
        ("unknown", "made", True),
        ("void", "made", True),
        ("made", "made", True),
        ("made", "failed", False),
        ("unknown", "void", False),
        ("failed", "void", False),
    ],
)
def test_what_is_known_only_becomes_better_known(old: str, new: str, allowed: bool) -> None:
    """A late receipt may prove a contact that was given up; nothing undoes one that was made."""
    assert may_become(old, new) is allowed


def test_a_call_never_begun_is_void_and_a_message_that_may_have_left_is_unknown() -> None:
    """Only what surely reached nobody stops counting."""
    assert after_expiry("voice") is ContactState.VOID
    assert after_expiry("sms") is ContactState.UNKNOWN
    assert ContactState.UNKNOWN in COUNTED
    assert ContactState.VOID not in COUNTED


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({}, True),
        ({"state": "reserved"}, True),
        ({"state": "unknown"}, True),
        ({"state": "failed"}, False),
        ({"state": "void"}, False),
        ({"purpose": "receipt"}, False),
        ({"purpose": "correction"}, False),
        ({"inbound": True}, False),
        ({"asked_for_in_call": True}, False),
    ],
)
def test_what_counts_against_the_budget(values: dict[str, object], counted: bool) -> None:
    """Reserved and unknown count; void, failed, incoming, and what the customer caused do not."""
    plain: dict[str, object] = {"state": "made", "purpose": "collection", "inbound": False, "asked_for_in_call": False}
    assert counts(**(plain | values)) is counted  # type: ignore[arg-type]
