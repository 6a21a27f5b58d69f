"""The cashier's settlement file: one line of CSV for each movement of a day, in fen."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from repayment.domain.notices import Outcome
from repayment.domain.settlement import BadFileError, Line, LineKind
from repayment.models import SandboxOrder

COLUMNS = ("line", "kind", "reference", "gross_fen", "fee_fen", "currency", "at")
# What the cashier keeps of each payment.
_PER_MILLE = 6


def write(*, since: datetime, until: datetime) -> bytes:
    """Return the settlement file of what moved in a span of time: paid, sent back, or lost to a dispute."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for order in SandboxOrder.objects.filter(outcome=Outcome.PAID).order_by("closed_at", "id").iterator():
        for line in _moves(order):
            if since <= line.at < until:
                rows.writerow(
                    [line.line_reference, line.kind.value, line.reference, line.gross_fen, line.fee_fen,
                     line.currency, line.at.isoformat()]
                )  # fmt: skip
    return out.getvalue().encode("ascii")


def read(*, content: bytes) -> list[Line]:
    """Return the movements of a settlement file. Raise BadFileError when a line cannot be read."""
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("ascii"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadFileError(str(error)) from error
    return [_read(number, row) for number, row in enumerate(rows, start=2)]


def _read(number: int, row: dict[str, str]) -> Line:
    try:
        return Line(
            line_reference=row["line"],
            kind=LineKind(row["kind"]),
            reference=row["reference"],
            gross_fen=int(row["gross_fen"]),
            fee_fen=int(row["fee_fen"]),
            currency=row["currency"],
            at=datetime.fromisoformat(row["at"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadFileError(f"line {number}: {error!r}") from error


def _moves(order: SandboxOrder) -> Iterator[Line]:
    assert order.closed_at is not None, "a paid order is closed"
    fee_fen = order.amount_fen * _PER_MILLE // 1000
    name = order.gateway_reference
    yield Line(name, LineKind.PAYMENT, order.reference, order.amount_fen, fee_fen, order.currency, order.closed_at)
    for number, (fen, at) in enumerate(order.refunds, start=1):
        when = datetime.fromisoformat(at)
        yield Line(f"{name}-R{number}", LineKind.REFUND, order.reference, fen, 0, order.currency, when)
