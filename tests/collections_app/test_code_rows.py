"""Whether a row of a code list may be written, from the book alone; how codes are said and offered."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from collections_app.domain.code_checks import problem
from collections_app.domain.codes import Bound, CodeBook, CodeRow
from collections_app.domain.details import value_text
from collections_app.domain.events import conflicts
from collections_app.domain.handoffs import FREE_TEXT, WINDOW, Clock, HandOffRule
from collections_app.domain.holds import kept_by, most_days
from collections_app.domain.outcomes import Party, outcomes_for
from collections_app.domain.purposes import class_of, closed_by
from collections_app.domain.staff import allows
from collections_app.selectors.codes import shipped

BOOK = shipped()


def book(**changed: CodeRow) -> CodeBook:
    """Return the shipped book with rows in place of others, or beside them: ``list__code``."""
    lists: dict[str, dict[str, CodeRow]] = {name: dict(BOOK.terms(name)) for name in ("holds", "outcomes", "handoffs",
        "statuses", "escalation_steps", "payment_channels", "relations", "handoff_contents", "stages")}  # fmt: skip
    for place, row in changed.items():
        name, _, code = place.partition("__")
        lists[name][code] = row
    return CodeBook({name: rows.values() for name, rows in lists.items()})


def written(name: str, code: str, **data: Any) -> CodeRow:
    """Return a shipped row with other data."""
    row = BOOK.terms(name)[code]
    return replace(row, data={**row.data, **data})


def said(name: str, row: CodeRow, of: CodeBook = BOOK) -> tuple[str, Mapping[str, Any]] | None:
    found = problem(name, row, of)
    return (found.code, found.params) if found else None


def test_every_shipped_row_may_be_written_as_it_is() -> None:
    """Else no administrator could save a name."""
    for name in ("holds", "outcomes", "handoffs", "statuses", "escalation_steps"):
        for row in BOOK.terms(name).values():
            assert said(name, row) is None, row.code


def test_a_new_code_is_well_formed_and_of_an_open_list() -> None:
    """Codes of a closed list are what the program was written for."""
    new = replace(written("outcomes", "no_answer"), code="left_word")
    assert said("outcomes", new) is None
    assert said("outcomes", replace(new, code="Left Word")) == ("code_malformed", {})
    assert said("stages", CodeRow("m8", "M8", "M8")) == ("code_list_closed", {"list": "stages"})


def test_what_is_needed_guaranteed_or_used_stays_in_use() -> None:
    """Each is said with what keeps it."""
    needed = replace(BOOK.terms("holds")["hardship"], active=False)
    assert said("holds", needed) == ("code_needed", {"name_of": "hardship", "list": "holds"})
    bound = replace(written("outcomes", "busy"), floors={"counts": Bound("attempt", "law")})
    retired = replace(bound, active=False)
    assert said("outcomes", retired, book(outcomes__busy=bound)) == (
        "code_guaranteed", {"name_of": "busy", "list": "outcomes"}
    )  # fmt: skip
    assert said("outcomes", replace(written("outcomes", "busy"), active=False)) is None
    content = next(code for row in BOOK.offered("handoffs") for code in row.data["must_carry"])
    used = said("handoff_contents", replace(BOOK.terms("handoff_contents")[content], active=False))
    assert used is not None
    assert used[0] not in {"code_needed", "code_guaranteed"}


@pytest.mark.parametrize(
    ("name", "code", "data"),
    [
        ("outcomes", "no_answer", {"verified": "yes"}),
        ("outcomes", "no_answer", {"counts": "sometimes"}),
        ("outcomes", "no_answer", {"hold": "no_such_hold"}),
        ("outcomes", "no_answer", {"effects": "hold"}),
        ("outcomes", "no_answer", {"effects": ["hold", "hold"]}),
        ("outcomes", "no_answer", {"effects": ["dance"]}),
        ("handoffs", "other", {"minutes": True}),
        ("handoffs", "other", {"must_carry": ["no_such_thing"]}),
    ],
)  # fmt: skip
def test_a_value_of_another_shape_or_of_no_list_is_refused(name: str, code: str, data: dict[str, Any]) -> None:
    """With the field it stands in."""
    assert said(name, written(name, code, **data)) == ("code_value_unknown", {"field": next(iter(data))})


def test_nothing_goes_below_its_floor_beyond_its_ceiling_or_becomes_something_else() -> None:
    """The sentence names the bound and on what it rests."""
    holds = BOOK.terms("holds")["hardship"]
    bound = replace(holds, floors={"collect": Bound("stop", "law")}, ceilings={"days": Bound(30, "industry")})
    here = book(holds__hardship=bound)
    weaker = replace(bound, data={**bound.data, "collect": "pass"})
    longer = replace(bound, data={**bound.data, "collect": "stop", "days": 31})
    other = replace(bound, data={**bound.data, "collect": "stop", "scope": "channel"})
    assert said("holds", weaker, here) == (
        "code_below_floor", {"field": "collect", "bound": "stop", "bound_basis": "law"}
    )  # fmt: skip
    assert said("holds", longer, here) == (
        "code_above_ceiling", {"field": "days", "bound": 30, "bound_basis": "industry"}
    )  # fmt: skip
    assert said("holds", other, here) == ("code_structural", {"field": "scope"})
    strictest = replace(bound, data=bound.data, floors={}, ceilings={"statutory": Bound("pass", "law")})
    stricter = replace(strictest, data={**strictest.data, "statutory": "stop"})
    found = said("holds", stricter, book(holds__hardship=strictest))
    assert found is not None
    assert found[0] == "code_above_ceiling"


def test_an_outcome_says_which_hold_or_hand_off_it_brings_and_one_a_call_can_place() -> None:
    """A hold of a channel has a scope no call gives."""
    assert said("outcomes", written("outcomes", "no_answer", effects=["hold"])) == ("outcome_lacks", {"field": "hold"})
    of_channel = next(code for code, rule in BOOK.holds.items() if rule.scope not in {"account", "customer"})
    assert said("outcomes", written("outcomes", "no_answer", hold=of_channel)) == ("outcome_hold_scope", {})


def test_a_status_changes_places_within_its_tier_only() -> None:
    """What the law decides stays first."""
    first, *_, last = BOOK.terms("statuses").values()
    found = said("statuses", replace(first, position=last.position + 1))
    assert found is not None
    assert found[0] == "status_out_of_tier"


def test_codes_are_said_in_the_language_asked_for_and_as_they_are_where_nobody_has_words() -> None:
    """Names, explanations and details."""
    row = BOOK.terms("outcomes")["off"]
    assert (row.text("zh-CN"), row.text("en")) == ("关机", "Switched off")
    assert (row.about("zh-hans"), row.about("en")) == ("连续三次计入失联", "Three in a row count towards lost")
    assert (BOOK.text("outcomes", "off", "en"), BOOK.text("outcomes", "gone", "en")) == ("Switched off", "gone")
    assert [value_text("cause", "no_room", "en"), value_text("cause", "x", "en"), value_text("day", 3, "en")] == [
        "No room for it", "x", "3",
    ]  # fmt: skip


def test_what_is_out_of_use_is_offered_to_nobody() -> None:
    """Outcomes, channels and steps alike; their order has a mark that changes with it."""
    gone = replace(BOOK.terms("outcomes")["off"], active=False)
    here = book(outcomes__off=gone)
    assert [row.code for row in here.offered("outcomes")] == [
        row.code for row in BOOK.offered("outcomes") if row.code != "off"
    ]
    offered = {row.code for row in outcomes_for(Party.NOBODY, BOOK.outcomes.values())}
    assert offered - {row.code for row in outcomes_for(Party.NOBODY, here.outcomes.values())} == {"off"}
    percents = [step.percent for step in BOOK.escalation]
    assert percents == sorted(percents)
    assert BOOK.claimable_channels == [row.code for row in BOOK.offered("payment_channels") if row.data["claimable"]]
    moved = book(outcomes__off=replace(gone, position=9_999))
    assert moved.order_mark("outcomes") != BOOK.order_mark("outcomes") == book().order_mark("outcomes")


def test_what_a_person_may_release_and_for_how_long_they_may_place() -> None:
    """The end of a promise or an estate ends its hold; a risk to life needs a second person."""
    for kind, source, found in (
        ("risk_to_life", "", "hold_needs_second_person"),
        ("assigned", "", "hold_never_released"),
        ("deceased", "estate:3", "death_is_corrected"),
        ("deceased", "call:3", ""),
        ("dispute", "claim:1", "hold_ends_with_source"),
    ):
        assert kept_by(kind=kind, source=source) == found
    rule = BOOK.holds["hardship"]
    lengths = [replace(rule, days=30), replace(rule, days=None), replace(rule, days=None, working_days=5)]
    assert [most_days(each) for each in lengths] == [60, 365, 24]
    assert "hardship" in BOOK.holds.placed_by_hand()
    assert "promise_pending" not in BOOK.holds.placed_by_hand()
    assert "hardship" in BOOK.holds.stopping("collection")


def test_a_hand_off_says_what_it_lacks_whether_it_hurries_and_whether_it_may_wait() -> None:
    """The words and the hour have fields of their own."""
    rule = HandOffRule("service", 30, ("slip", FREE_TEXT, WINDOW), clock=Clock.CALENDAR)
    assert rule.asked_for() == ("slip",)
    assert rule.lacks(carries={"slip": " "}, text="", has_hour=False) == ["slip", FREE_TEXT, WINDOW]
    assert rule.lacks(carries={"slip": "回单"}, text="词", has_hour=True) == []
    assert (rule.urgent, rule.may_pause) == (True, False)
    slow = replace(rule, clock=Clock.WORKING)
    assert (slow.urgent, slow.may_pause) == (False, True)


def test_roles_events_and_classes_of_messages_go_by_their_tables() -> None:
    """A note is in no promise's way; who wants no more messages of service gets receipts; a code is of no class."""
    assert (allows("collector", "promise.take"), allows("auditor", "promise.take")) == (True, False)
    assert conflicts(write="promise.take", event="promise.taken")
    assert not conflicts(write="promise.take", event="note.added")
    classes = [(class_of(purpose), closed_by(purpose)) for purpose in ("due_notice", "receipt", "otp")]
    assert classes == [("service", "service"), ("service", None), (None, None)]
