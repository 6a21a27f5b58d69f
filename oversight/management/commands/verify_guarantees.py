"""The audit of a live database: one line for each guarantee, exit 1 when any is violated."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from collections_app.models import Customer
from collections_app.services import clock
from oversight.selectors.guarantees import AUDITS
from oversight.selectors.guarantees.finding import Finding

# A broken guarantee may break every record; these many sentences are enough to start looking.
SHOWN = 20
# One computes here (G1) while others are computed by the database.
AT_ONCE = 3
# The dearest begin first, so that none of them is left over while the other cores have nothing to do.
DEAREST = ("G7", "G1", "G4", "G10", "G3")


class Command(BaseCommand):
    """Audit G1 to G10 and print how much each looked at, what is wrong, and how long it took."""

    help = "Audit the ten guarantees (docs/guarantees.md) on this database; exit 1 when any is violated."

    def add_arguments(self, parser: CommandParser) -> None:
        """Define what may be audited alone."""
        parser.add_argument("--customer", metavar="NUMBER", help="only the record of this customer number")
        parser.add_argument("--only", metavar="G4", action="append", help="only this guarantee; repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the audits in order. Raise CommandError, which exits 1, when any found a violation."""
        customer_id = self._customer(options["customer"])
        wanted = {name.upper() for name in options["only"] or ()}
        known = {audit.CODE for audit in AUDITS}
        if wanted - known:
            raise CommandError(f"There is no guarantee {', '.join(sorted(wanted - known))}.")
        broken = []
        chosen = [audit for audit in AUDITS if not wanted or audit.CODE in wanted]
        for audit, found, seconds in look(chosen, customer_id=customer_id):
            self._show(audit.CODE, audit.TITLE, found, seconds)
            if found.violations:
                broken.append(f"{audit.CODE} ({len(found.violations)})")
        if broken:
            raise CommandError(f"Violated: {', '.join(broken)}.")

    def _customer(self, number: str | None) -> int | None:
        if number is None:
            return None
        found = Customer.objects.filter(customer_no=number).values_list("id", flat=True).first()
        if found is None:
            raise CommandError(f"There is no customer {number}.")
        return found

    def _show(self, code: str, title: str, found: Finding, seconds: float) -> None:
        verdict = "BROKEN" if found.violations else "kept"
        notes = f" ({'; '.join(found.notes)})" if found.notes else ""
        self.stdout.write(
            f"{code:<4}{title:<34}{verdict:<8}{found.checked:>10,} checked{len(found.violations):>8,} violations"
            f"{seconds:>8.1f} s{notes}"
        )
        for violation in found.violations[:SHOWN]:
            self.stdout.write(f"      {violation.customer_no or '(no record)'}: {violation.what}")
        if len(found.violations) > SHOWN:
            self.stdout.write(f"      … and {len(found.violations) - SHOWN} more")


def look(
    audits: Sequence[ModuleType], *, customer_id: int | None = None
) -> Iterator[tuple[ModuleType, Finding, float]]:
    """Run audits, some at once, and return each with what it found and how many seconds it took, in their order."""
    if connection.in_atomic_block:
        # Only this connection sees what its transaction has written.
        yield from ((audit, *_look(audit, customer_id)) for audit in audits)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = {audit: pool.submit(_look_apart, audit, customer_id) for audit in sorted(audits, key=_place)}
        for audit in audits:
            yield audit, *begun[audit].result()


def _place(audit: ModuleType) -> int:
    return DEAREST.index(audit.CODE) if audit.CODE in DEAREST else len(DEAREST)


def _look_apart(audit: ModuleType, customer_id: int | None) -> tuple[Finding, float]:
    try:
        return _look(audit, customer_id)
    finally:
        connection.close()


def _look(audit: ModuleType, customer_id: int | None) -> tuple[Finding, float]:
    """Run one audit on one state of the database, while others go on writing, and write nothing."""
    began, nested = time.monotonic(), connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # Plans of joins over everything, which compiling would only hold up.
                cursor.execute("SET LOCAL jit = off")
                cursor.execute("SET LOCAL work_mem = '128MB'")
        found: Finding = audit.audit(now=clock.now(), customer_id=customer_id)
    return found, time.monotonic() - began
