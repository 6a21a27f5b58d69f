"""Every code the program knows has a row in the seed, and every row is known or purely a name."""

from collections.abc import Iterable

import pytest

from collections_app.domain import contact_points, derivation
from collections_app.domain.arrangements import ArrangementState
from collections_app.domain.code_checks import problem
from collections_app.domain.code_lists import CODE_FIELDS, CODE_LISTS, LISTS
from collections_app.domain.handoffs import HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.domain.permits.points import _PERMISSIONS, KINDS_OF_CHANNEL
from collections_app.domain.promises import PromiseState
from collections_app.domain.purposes import Purpose
from collections_app.domain.stages import Stage
from collections_app.domain.statuses import Status
from collections_app.selectors import codes
from repayment.services.requests import KINDS as ASKED_BY_CUSTOMERS

BOOK = codes.shipped()

# What the program knows one by one, and the rows of these lists that are names only.
KNOWN: dict[str, Iterable[str]] = {
    "stages": Stage,
    "statuses": Status,
    "promise_states": PromiseState,
    "holds": HoldKind,
    "handoff_states": HandOffState,
    "arrangement_states": ArrangementState,
    "purposes": Purpose,
    "contact_kinds": frozenset().union(*KINDS_OF_CHANNEL.values()),
    "permissions": {"ok", *_PERMISSIONS},
    "relations": contact_points.PARTIES,
    "qualities": contact_points.UNUSABLE | {"verified", "suspect", "unknown"},
    "provenances": {"on_file"},
    "placements": {"in_house", "placed", "assigned"},
    "handoffs": LISTS["handoffs"].needed | ASKED_BY_CUSTOMERS,
    "mediation_types": {"bank", "people"},
}
EXACT = {"stages", "statuses", "holds", "purposes", "permissions", "contact_kinds"}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_code_the_program_knows_has_a_row(name: str) -> None:
    known = {str(code) for code in KNOWN[name]}
    rows = set(BOOK.terms(name))
    assert known <= rows, known - rows
    if name in EXACT:
        assert rows == known, rows - known


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_shipped_row_is_whole_and_may_stand(name: str) -> None:
    """Names in both languages, every value it must state, and nothing its own checks would refuse."""
    assert name in CODE_LISTS
    rows = BOOK.terms(name)
    assert rows
    for row in rows.values():
        assert row.zh
        assert row.en
        assert set(row.data) == {field.name for field in LISTS[name].fields}
        assert {*row.floors, *row.ceilings} <= set(row.data)
        assert problem(name, row, BOOK) is None


def test_every_list_has_its_file_and_every_file_its_list() -> None:
    directory = codes._DIRECTORY
    assert {path.stem for path in directory.glob("*.json")} == set(LISTS)
    assert {field.name for row in LISTS.values() for field in row.fields} <= set(CODE_FIELDS)


def test_what_logic_needs_is_shipped() -> None:
    for row in LISTS.values():
        assert row.needed <= set(BOOK.terms(row.name))


def test_every_status_that_a_hold_gives_is_one_that_derivation_can_reach() -> None:
    statuses = {rule.status for rule in BOOK.holds.values() if rule.status}
    assert statuses <= {status.value for status in Status}
    assert derivation.Status is Status
