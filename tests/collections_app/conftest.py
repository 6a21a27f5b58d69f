"""What the record's tests share beside the cast (tests/cast.py): rules in force, and a file that is taken in."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from collections_app.models import IntakeBatch, Staff
from collections_app.services import intake, records
from tests import factories, seeds
from tests.cast import Debtor as Debtor
from tests.collections_app.intake_files import make_branches, write
from tests.remembered import remembered


@pytest.fixture
def agent(service_agent: Staff) -> Staff:
    return service_agent


@pytest.fixture
@remembered
def rules(db: None) -> None:
    """Put the bank's starting rule packs in force: without rules nobody is contacted."""
    seeds.rule_packs(now=factories.START)


TakeIn = Callable[..., IntakeBatch]


@pytest.fixture
def take_in(db: None, tmp_path: Path, now: datetime) -> TakeIn:
    """Take in a file of these rows, of 19 November 2026 unless told, as the system."""
    make_branches()

    def take(
        *rows: Mapping[str, str], as_of: date = date(2026, 11, 19), at: datetime = now, encoding: str = "utf-8"
    ) -> IntakeBatch:
        path = write(tmp_path / "nightly.csv", rows, encoding)
        return intake.take_in(path=path, as_of=as_of, actor=records.SYSTEM, now=at)

    return take
