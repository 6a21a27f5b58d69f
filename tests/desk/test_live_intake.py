"""A nightly file and the screens that are open while it goes in."""

import asyncio
from datetime import date
from typing import Any

import pytest

from collections_app.models import Customer
from collections_app.services import intake, records
from desk.gateways import hub as hubs
from tests import factories
from tests.collections_app.intake_files import make_branches, row, write
from tests.desk.test_live import aside, run, stream_of, until

pytestmark = pytest.mark.django_db(transaction=True)


def test_lists_and_records_hear_at_once_of_a_nightly_file(db, tmp_path, now):
    """Its events are written without a word for each: one word for all makes everybody look."""
    make_branches()

    def night(*rows: dict[str, str]) -> Any:
        path = write(tmp_path / "nightly.csv", rows)
        return intake.take_in(path=path, as_of=date(2026, 11, 19), actor=records.SYSTEM, now=now)

    night(row(100))
    customer = Customer.objects.get()
    staff = factories.make_staff("collector", branch=customer.branch)
    source = hubs.Hub(sweep_seconds=60)
    stream = stream_of(source, staff, customer.pk, branches={customer.branch_id})

    async def story() -> None:
        await until(stream, "state")
        while not source.hears:
            await asyncio.sleep(0.01)
        await aside(lambda: night(row(100, overdue="400.00")))
        heard: set[str] = set()
        newest = f'"version": {customer.version + 1}'
        # A record may be told of twice: as it was found when the stream began, and as the file left it.
        while not ({"event: list", "event: record"} <= heard and any(newest in line for line in heard)):
            heard.update((await anext(stream)).splitlines())
        await stream.aclose()

    run(story)
