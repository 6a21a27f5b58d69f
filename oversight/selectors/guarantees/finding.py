"""What an audit of a guarantee finds, and how the audits ask the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach: whose record (empty when it is no one's), and a sentence that says what is wrong."""

    customer_no: str
    what: str


@dataclass(slots=True)
class Finding:
    """How much an audit looked at, what is wrong, and what is worth knowing though nothing is wrong."""

    checked: int = 0
    violations: list[Violation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, customer_no: str | None, what: str) -> None:
        """Note one violation."""
        self.violations.append(Violation(customer_no or "", what))


def ask(sql: str, params: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a query of the audit."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        yield from cursor.fetchall()


def count(sql: str, params: Mapping[str, Any]) -> int:
    """Return the number a query of the audit counts."""
    return int(next(ask(sql, params))[0])


# Clocks of hosts differ by up to thirty seconds either way, and an instant is read before a lock is waited for: of two
# instants that are nearer to each other than this, an audit cannot tell which was first. The lock could.
CLOCKS_APART = timedelta(minutes=1)

# Every audit looks at one record when it is named, and else at all of them.
OF_CUSTOMER = "(%(customer)s::bigint IS NULL OR customer.id = %(customer)s)"

# A customer in a zone that nobody knows is contacted by nobody; PostgreSQL would not answer at all.
ZONE_OF_CUSTOMER = "CASE WHEN customer.time_zone = ANY(%(zones)s) THEN customer.time_zone ELSE 'UTC' END"

# Beside a contact: each rule for its channel, of the very pack version that its permit names.
RULES_OF_PERMIT = """
    CROSS JOIN LATERAL jsonb_array_elements(contact.decision -> 'considered') considered
    JOIN collections_app_rulepack pack ON pack.code = considered -> 'inputs' ->> 'pack'
        AND pack.version = (considered -> 'inputs' ->> 'version')::int
    JOIN collections_app_rule rule ON rule.pack_id = pack.id
        AND (rule.channels = '[]' OR rule.channels ? contact.channel)
"""
