"""Reading a nightly file into the temporary tables: what every row is, then the values of those that changed.

Two looks are cheaper than one: most rows of a night are as they were, and are known by their digest without
checking, sealing or comparing a single value.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from django.db import connection

from collections_app.domain.intake.file import Line, Survey, rows_of
from collections_app.domain.intake.format import COLUMNS, TRANSACTION_COLUMNS
from collections_app.domain.intake.row import KnownCodes, Problem, Row, read_row
from collections_app.domain.intake.sanity import check_count
from collections_app.domain.intake.transactions import read_transaction
from collections_app.models import Branch, Staff
from collections_app.models.tokens import account_token
from collections_app.services.intake.staging import Staging, digests
from collections_app.services.intake.tables import Stream

# So many rejected rows are kept to be shown; all are counted.
MOST_REJECTS_KEPT = 10_000
_ROWS_PER_REPORT = 5000

_ACCOUNT_NO = COLUMNS.index("account_no")
_CUSTOMER_NO = COLUMNS.index("customer_no")
_PAYMENTS = COLUMNS.index("payments")
_OWNER = COLUMNS.index("owner")

# What of a line the second look stages.
_NOTHING, _EVERYTHING, _BALANCES = 0, 1, 2

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Reject:
    """One thing wrong with one line."""

    line: int
    problem: Problem


@dataclass(slots=True)
class Reading:
    """What reading a file found: how many rows, which were lost and why.

    ``nameless`` counts the lost rows that do not even tell which account they are about, ``owners_left`` those of
    each owner who has left.
    """

    total: int = 0
    rejected: int = 0
    nameless: int = 0
    rejects: list[Reject] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    owners_left: Counter[str] = field(default_factory=Counter)

    def reject(self, line: int, problems: list[Problem]) -> None:
        """Count a lost line, with everything wrong with it."""
        self.rejected += 1
        self.reasons.update({problem.reason for problem in problems})
        if len(self.rejects) < MOST_REJECTS_KEPT:
            self.rejects.extend(Reject(line, problem) for problem in problems)

    @property
    def commonest(self) -> str:
        """The reason most lines were lost for; empty when none was."""
        return self.reasons.most_common(1)[0][0] if self.reasons else ""


def read_accounts(file: BinaryIO, *, survey: Survey, as_of: date, rows_told: int | None, progress: Progress) -> Reading:
    """Read the file of accounts into the temporary tables and return what was found.

    Raise FileRefusedError for what makes the file useless as a whole, such as another number of rows than
    ``rows_told`` (None: nobody told one) or its own last line. Call ``progress`` with the rows done.
    """
    reading = Reading()
    file.seek(0)
    known = _known_codes()
    _look(rows_of(file, survey=survey, columns=COLUMNS), reading, known)
    check_count(total=reading.total, told=(survey.rows_told, rows_told))
    to_read = bytearray(survey.lines + 2)
    for line, balances_only in _changed_lines():
        to_read[line] = _BALANCES if balances_only else _EVERYTHING
    lost = _contradicting_lines()
    file.seek(0)
    with Stream("intake_lost", ["line"]) as losses:
        for line, problem in sorted(lost.items()):
            to_read[line] = _NOTHING
            reading.reject(line, [problem])
            losses.write([line])
        rows = rows_of(file, survey=survey, columns=COLUMNS)
        _read_values(rows, to_read, as_of, known=known, reading=reading, losses=losses, progress=progress)
    reading.rejects.sort(key=lambda item: item.line)
    return reading


def _look(rows: Iterator[Line], reading: Reading, known: KnownCodes) -> None:
    """The first look: who each row is about, its digest, and whose book it is in."""
    with (
        Stream("intake_seen", ["line", "account_token", "customer_no", "digest", "customer_digest", "owner"]) as seen,
        Stream("intake_payment", ["account_token", "reference", "reversed"]) as payments,
    ):
        for row in rows:
            reading.total += 1
            cells = row.cells
            if problem := _nameless(row):
                reading.nameless += 1
                reading.reject(row.number, [problem])
                continue
            account = account_token(cells[_ACCOUNT_NO])
            owner = cells[_OWNER]
            seen.write(
                (row.number, account, cells[_CUSTOMER_NO], *digests(row), owner if owner in known.owners else "")
            )
            if owner in known.left:
                reading.owners_left[owner] += 1
            if cells[_PAYMENTS]:
                for item in cells[_PAYMENTS].split(";"):
                    reference = item.strip()
                    payments.write((account, reference.removeprefix("-"), reference.startswith("-")))


def _nameless(row: Line) -> Problem | None:
    """What keeps a row from telling whose it is."""
    if row.problem:
        return Problem("", row.problem)
    for column, place in (("customer_no", _CUSTOMER_NO), ("account_no", _ACCOUNT_NO)):
        if not row.cells[place]:
            return Problem(column, "missing")
    return None


def _changed_lines() -> Iterator[tuple[int, bool]]:
    """The lines whose account is new, has other values, had been closed, or stands in a pool although the core names
    an owner it did not name before, or who is there again; and whether its customer is as before.
    """
    sql = """
        SELECT seen.line, coalesce(customer.core_digest = seen.customer_digest, false) FROM intake_seen seen
        LEFT JOIN collections_app_account account ON account.account_token = seen.account_token
        LEFT JOIN collections_app_customer customer
            ON customer.id = account.customer_id AND customer.customer_no = seen.customer_no
        WHERE account.core_digest IS DISTINCT FROM seen.digest OR account.closed_in_core
            OR (account.owner_id IS NULL AND seen.owner NOT IN ('', account.core_owner))
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(_ROWS_PER_REPORT):
            yield from rows


def _contradicting_lines() -> dict[int, Problem]:
    """The lines that contradict others: an account twice, rows that differ about one customer, another's account."""
    questions = (
        (
            Problem("customer_no", "inconsistent"),
            """SELECT seen.line, seen.customer_no FROM intake_seen seen
            JOIN collections_app_account account ON account.account_token = seen.account_token
            JOIN collections_app_customer customer ON customer.id = account.customer_id
            WHERE customer.customer_no <> seen.customer_no""",
        ),
        (
            Problem("customer_no", "inconsistent_customer"),
            """SELECT line, customer_no FROM intake_seen WHERE customer_no IN (
                SELECT customer_no FROM intake_seen
                GROUP BY customer_no HAVING min(customer_digest) <> max(customer_digest)
            )""",
        ),
        (
            Problem("account_no", "duplicate_account"),
            """SELECT line, '' FROM intake_seen WHERE account_token IN (
                SELECT account_token FROM intake_seen GROUP BY account_token HAVING count(*) > 1
            )""",
        ),
    )
    lost: dict[int, Problem] = {}
    with connection.cursor() as cursor:
        for problem, sql in questions:
            cursor.execute(sql)
            lost.update({line: Problem(problem.column, problem.reason, value) for line, value in cursor.fetchall()})
    return lost


def _known_codes() -> KnownCodes:
    staff = dict(Staff.objects.values_list("employee_no", "is_active"))
    return KnownCodes(
        branches=dict(Branch.objects.values_list("code", "time_zone")),
        owners=frozenset(number for number, active in staff.items() if active),
        left=frozenset(number for number, active in staff.items() if not active),
    )


def _read_values(
    rows: Iterator[Line],
    to_read: bytearray,
    as_of: date,
    *,
    known: KnownCodes,
    reading: Reading,
    losses: Stream,
    progress: Progress,
) -> None:
    """The second look: check, seal and stage the rows that changed."""
    done = 0
    with Staging() as staged:
        for row in rows:
            done += 1
            if done % _ROWS_PER_REPORT == 0:
                progress(done)
            if to_read[row.number] == _NOTHING:
                continue
            found = read_row(row.cells, known=known, as_of=as_of)
            if isinstance(found, Row):
                staged.add(row, found, balances_only=to_read[row.number] == _BALANCES)
            else:
                reading.reject(row.number, found)
                losses.write([row.number])
    progress(done)


def read_transactions(file: BinaryIO, *, survey: Survey, as_of: date) -> Reading:
    """Read the second file into its temporary table and return what was found."""
    reading = Reading()
    file.seek(0)
    columns = ["line", "account_token", "done_on", "kind", "channel", "amount_fen", "synthetic"]
    tokens: dict[str, str] = {}
    with Stream("intake_transaction", columns) as staged:
        for line in rows_of(file, survey=survey, columns=TRANSACTION_COLUMNS):
            reading.total += 1
            found = Problem("", line.problem) if line.problem else read_transaction(line.cells, as_of=as_of)
            if isinstance(found, Problem):
                reading.reject(line.number, [Problem(f"transactions.{found.column}", found.reason, found.value)])
                continue
            # Rows of one account stand together: one token is enough to remember.
            if found.account_no not in tokens:
                tokens = {found.account_no: account_token(found.account_no)}
            token = tokens[found.account_no]
            staged.write((line.number, token, found.on, found.kind, found.channel, found.amount_fen, found.synthetic))
    check_count(total=reading.total, told=(survey.rows_told,))
    for number in _lines_of_nobody():
        reading.reject(number, [Problem("transactions.account_no", "unknown_account")])
    reading.rejects.sort(key=lambda item: item.line)
    return reading


def _lines_of_nobody() -> list[int]:
    """Take out the transactions of accounts that neither the bank nor the first file has; return their lines."""
    sql = """
        DELETE FROM intake_transaction done
        WHERE NOT EXISTS (SELECT FROM collections_app_account account WHERE account.account_token = done.account_token)
          AND NOT EXISTS (SELECT FROM intake_row incoming WHERE incoming.account_token = done.account_token)
        RETURNING line
    """
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted(line for (line,) in cursor.fetchall())
