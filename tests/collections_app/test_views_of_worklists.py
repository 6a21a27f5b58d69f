"""Conditions and views of the worklist: read from an address and a row, written back the same."""

import pytest

from collections_app.domain.worklists import conditions
from collections_app.domain.worklists.conditions import Condition, ConditionError, read_parameters, read_stored
from collections_app.domain.worklists.views import View

KNOWN = {"stage": ("m1", "m2"), "hold": ("hardship",), "branch": ("BJ",)}
ADDRESS = {
    "queue": ["to_contact"], "stage": ["m2", " m1 ", "m2"], "hold": ["any"], "overdue_from": ["100.50"],
    "overdue_to": ["200"], "days_to": ["90"], "quiet": ["5"], "page": ["2"],
}  # fmt: skip
ASKED = [
    Condition("stage", ("m2", "m1")), Condition("overdue", low=10_050, high=20_000), Condition("days", high=90),
    Condition("quiet", low=5), Condition("hold", ("any",)),
]  # fmt: skip


def test_an_address_and_a_row_say_the_same_conditions() -> None:
    """The queue is the view itself; what is not ours is left alone."""
    assert read_parameters(ADDRESS, KNOWN) == (ASKED, [])
    assert read_stored([item.stored() for item in ASKED], KNOWN) == ASKED
    written: dict[str, list[str]] = {}
    for name, value in (pair for item in ASKED for pair in item.parameters()):
        written.setdefault(name, []).append(value)
    assert read_parameters(written, KNOWN) == (ASKED, [])
    assert written["overdue_from"] == ["100.50"]
    assert written["overdue_to"] == ["200"]


@pytest.mark.parametrize(
    ("given", "problem", "field"),
    [
        ({"stage": ["m9"]}, "unknown", "stage"),
        ({"stage": [f"m{number}" for number in range(conditions.MOST_VALUES + 1)]}, "too_many", "stage"),
        ({"days_from": ["many"]}, "no_number", "days"),
        ({"overdue_to": ["much"]}, "no_amount", "overdue"),
        ({"quiet": ["99999"]}, "out_of_range", "quiet"),
        ({"days_from": ["9"], "days_to": ["8"]}, "upside_down", "days"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_an_address_is_named_and_left_out(
    given: dict[str, list[str]], problem: str, field: str
) -> None:
    """The rest holds all the same."""
    found, wrong = read_parameters(given | {"product": ["card"]}, KNOWN)
    assert found == [Condition("product", ("card",))]
    assert [(item.problem, item.field) for item in wrong] == [(problem, field)]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{"field": "salary"}], "unknown"),
        ([{"field": "days", "low": None, "high": None}], "empty"),
        ([{"field": "days", "low": "3"}], "out_of_range"),
        ([{"field": "stage", "values": ["m1"]}] * (conditions.MOST_CONDITIONS + 1), "too_many"),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_refused(rows: list[dict[str, object]], problem: str) -> None:
    """A view that would show something else than it says shows nothing."""
    with pytest.raises(ConditionError) as refused:
        read_stored(rows, KNOWN)
    assert refused.value.problem == problem


def test_a_view_is_narrowed_and_ordered_without_being_changed() -> None:
    """Anywhere, it holds the same kind of cases, whatever is due on them."""
    view = View("v12", "大额", "")
    stage, step = Condition("stage", ("m2",)), Condition("step", ("call",))
    assert view.narrowed((stage, step)).anywhere() == view.narrowed((stage,))
    assert view.in_order("amount").in_order("").order == "amount"
    assert view.conditions == ()
    assert [each.saved for each in (view, View("to_contact", "待联系", "To contact"))] == [True, False]
    assert view.name("en") == "大额"
    assert View("to_contact", "待联系", "To contact").name("en") == "To contact"
