"""Stripe's report "Itemized balance change from activity", downloaded as CSV with the column of our reference."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from repayment.domain.settlement import BadFileError, Line, LineKind

# https://docs.stripe.com/reports/report-types/balance: the categories that move money of orders; others are Stripe's
# own (fees of an account, transfers, payouts) and about no payment.
_KINDS = {
    "charge": LineKind.PAYMENT,
    "refund": LineKind.REFUND,
    "refund_failure": LineKind.RETURNED,
    "dispute": LineKind.CHARGEBACK,
    "dispute_reversal": LineKind.RETURNED,
}
_REFERENCE = "payment_metadata[reference]"
_NEEDED = {"balance_transaction_id", "created_utc", "currency", "gross", "fee", "reporting_category", _REFERENCE}


def read(*, content: bytes) -> list[Line]:
    """Return the movements of the report. Raise BadFileError when a column or a value is missing."""
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        if missing := _NEEDED - set(rows.fieldnames or ()):
            raise BadFileError(f"no column {', '.join(sorted(missing))}")
        found = list(rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadFileError(str(error)) from error
    numbered = enumerate(found, start=2)
    return [_read(number, row) for number, row in numbered if row["reporting_category"] in _KINDS]


def _read(number: int, row: dict[str, str]) -> Line:
    try:
        return Line(
            line_reference=row["balance_transaction_id"],
            kind=_KINDS[row["reporting_category"]],
            reference=row[_REFERENCE],
            gross_fen=abs(int(Decimal(row["gross"]) * 100)),
            fee_fen=int(Decimal(row["fee"]) * 100),
            currency=row["currency"].upper(),
            at=datetime.strptime(row["created_utc"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC),
        )
    except (InvalidOperation, ValueError, KeyError) as error:
        raise BadFileError(f"line {number}: {error!r}") from error
