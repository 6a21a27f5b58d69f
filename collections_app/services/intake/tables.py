"""The temporary tables a file is read into, and the streams that fill them.

They live and die with the connection: nothing personal stays behind, and nothing is written to the log.
"""

import csv
import io
import secrets
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from django.db import connection

_TABLES = {
    # Every row of the file, as far as it can be told without reading its values.
    "intake_seen": """
        line integer NOT NULL, account_token text NOT NULL, customer_no text NOT NULL,
        digest text NOT NULL, customer_digest text NOT NULL, owner text NOT NULL""",
    # Own payments, and reversals of them, that the file's balances contain, whether or not the row has changed.
    "intake_payment": "account_token text NOT NULL, reference text NOT NULL, reversed boolean NOT NULL",
    # Lines that are not taken in.
    "intake_lost": "line integer NOT NULL",
    # Rows that are new or differ from what was last taken in. Of an account whose customer's columns do not, only
    # what moves is here (``balances_only``): no name, no number.
    "intake_row": """
        line integer NOT NULL, account_token text NOT NULL, customer_no text NOT NULL,
        balances_only boolean NOT NULL, kind text NOT NULL, branch text NOT NULL,
        name text NOT NULL, id_number text NOT NULL, birth_date text NOT NULL, language text NOT NULL,
        time_zone text NOT NULL, country text NOT NULL, salary_day smallint, customer_synthetic jsonb NOT NULL,
        tokens text[] NOT NULL, account_no text NOT NULL, tail text NOT NULL, product text NOT NULL,
        currency text NOT NULL,
        limit_fen bigint NOT NULL, principal_fen bigint NOT NULL, interest_fen bigint NOT NULL,
        fees_fen bigint NOT NULL, overdue_fen bigint NOT NULL, minimum_due_fen bigint NOT NULL,
        billed_fen bigint NOT NULL, payoff_fen bigint NOT NULL, unbilled_fen bigint NOT NULL,
        payoff_valid_until date, statement_on date, due_on date, overdue_since date, grace_days smallint NOT NULL,
        risk_class text NOT NULL, written_off boolean NOT NULL, autodebit boolean NOT NULL, owner text NOT NULL,
        synthetic jsonb NOT NULL""",
    "intake_contact": """
        customer_no text NOT NULL, kind text NOT NULL, value text NOT NULL, value_token text NOT NULL,
        country text NOT NULL""",
    "intake_instalment": """
        account_token text NOT NULL, number smallint NOT NULL, due_on date NOT NULL,
        principal_fen bigint NOT NULL, interest_fen bigint NOT NULL, paid_fen bigint NOT NULL""",
    "intake_transaction": """
        line integer NOT NULL, account_token text NOT NULL, done_on date NOT NULL,
        kind text NOT NULL, channel text NOT NULL,
        amount_fen bigint NOT NULL, synthetic boolean NOT NULL, occurrence integer NOT NULL DEFAULT 1""",
}
# What the planner must know of them. To look at sealed values as well would cost more than it tells.
_JOINED_BY = {
    "intake_seen": "line, account_token, customer_no",
    "intake_payment": "account_token, reference",
    "intake_lost": "line",
    "intake_row": "line, account_token, customer_no, balances_only, branch, owner",
    "intake_contact": "customer_no, kind, value_token",
    "intake_instalment": "account_token, number, due_on",
    "intake_transaction": "account_token, done_on, kind, channel, amount_fen",
}
# Made while applying, from the ones above.
_DERIVED_TABLES = (
    "intake_vanished",
    "intake_locked",
    "intake_before",
    "intake_moved",
    "intake_told",
    "intake_posted",
    "intake_reversed",
    "intake_waived",
    "intake_adjusted",
    "intake_touched",
    "intake_case",
)
# Drawn anew by every process: no cell of any file can be taken for it.
_NULL = f"null-{secrets.token_hex(8)}"
_ROWS_AT_ONCE = 5000


def create() -> None:
    """Create the empty tables, in place of any that a failed run left on this connection."""
    drop()
    with connection.cursor() as cursor:
        for name, columns in _TABLES.items():
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")


def drop() -> None:
    """Drop the tables, and those that applying made of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join((*_TABLES, *_DERIVED_TABLES))}")


def analyze() -> None:
    """Let the planner see what the tables are joined by: it guesses badly for fresh temporary ones."""
    with connection.cursor() as cursor:
        for name, columns in _JOINED_BY.items():
            cursor.execute(f"ANALYZE {name} ({columns})")


class Stream:
    """Copies rows into one of the tables, some thousand at a time: memory stays flat whatever comes."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self._sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv, NULL '{_NULL}')"
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, lineterminator="\n")
        self._waiting = 0

    def write(self, cells: Iterable[Any]) -> None:
        """Add one row; None is NULL."""
        self._writer.writerow([_NULL if cell is None else cell for cell in cells])
        self._waiting += 1
        if self._waiting >= _ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            self._buffer.seek(0)
            with connection.cursor() as cursor:
                cursor.copy_expert(self._sql, self._buffer)
            self._buffer.seek(0)
            self._buffer.truncate()
            self._waiting = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()
