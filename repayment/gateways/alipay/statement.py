"""Alipay's daily bill of trades (业务明细): CSV in GB18030, with notes after a hash before and after the rows."""

import csv
import io
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from repayment.domain.settlement import BadFileError, Line, LineKind

_ZONE = ZoneInfo("Asia/Shanghai")
_KINDS = {"交易": LineKind.PAYMENT, "退款": LineKind.REFUND}
_NEEDED = ("支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额（元）", "退款批次号/请求号", "服务费（元）")


def read(*, content: bytes) -> list[Line]:
    """Return the movements of the bill. Raise BadFileError when a column or a value is missing."""
    try:
        text = content.decode("gb18030")
        rows = [row for row in csv.reader(io.StringIO(text)) if row and not row[0].startswith("#")]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadFileError(str(error)) from error
    names = [name.strip() for name in rows[0]] if rows else []
    if missing := [name for name in _NEEDED if name not in names]:
        raise BadFileError(f"no column {', '.join(missing)}")
    # Values end with a tab, so that a spreadsheet does not turn numbers into rounded ones.
    values = (dict(zip(names, (value.strip() for value in row), strict=False)) for row in rows[1:])
    return [_read(number, row) for number, row in enumerate(values, start=1)]


def _read(number: int, row: dict[str, str]) -> Line:
    try:
        kind = _KINDS[row["业务类型"]]
        own = row["退款批次号/请求号"] if kind is LineKind.REFUND else ""
        return Line(
            line_reference=f"{row['支付宝交易号']}-{own}" if own else row["支付宝交易号"],
            kind=kind,
            reference=row["商户订单号"],
            gross_fen=abs(int(Decimal(row["订单金额（元）"]) * 100)),
            # Written as what is taken off: a payment's fee is negative, a refund gives it back.
            fee_fen=-int(Decimal(row["服务费（元）"]) * 100),
            currency="CNY",
            at=datetime.strptime(row["完成时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=_ZONE),
        )
    except (InvalidOperation, ValueError, KeyError) as error:
        raise BadFileError(f"row {number}: {error!r}") from error
