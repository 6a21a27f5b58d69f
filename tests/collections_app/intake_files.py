"""Nightly files for tests: sound rows, and only what a test says different."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from collections_app.domain.intake.format import COLUMNS
from collections_app.models import Branch
from tests import factories

SOUND: Mapping[str, str] = {
    "customer_no": "C100",
    "kind": "person",
    "name": "陈晓梅",
    "id_number": "",
    "birth_date": "1990-03-07",
    "mobile": "10312345678",
    "email": "",
    "address": "北京市朝阳区示范路 1 号",
    "language": "zh-hans",
    "country": "CN",
    "branch": "BJ",
    "account_no": "6200000000000100",
    "product": "card",
    "currency": "CNY",
    "limit": "20000.00",
    "principal": "3913.00",
    "interest": "39.18",
    "fees": "0",
    "overdue": "391.30",
    "minimum_due": "743.47",
    "billed": "3913.00",
    "payoff": "3952.18",
    "payoff_valid_until": "2026-11-22",
    "unbilled": "0",
    "statement_date": "2026-11-05",
    "due_date": "2026-11-30",
    "overdue_since": "2026-10-31",
    "grace_days": "3",
    "risk_class": "class_2",
    "written_off": "0",
    "autodebit": "0",
    "owner": "",
    "salary_day": "15",
    "schedule": "",
    "payments": "",
    "synthetic": "name;due_date",
}


def make_branches() -> None:
    """The branches the rows name."""
    bank = factories.make_institution()
    Branch.objects.bulk_create(
        [Branch(code=code, name_zh=code, name_en=code, region=code, institution=bank) for code in ("BJ", "SH")],
        ignore_conflicts=True,
    )


def row(number: int = 100, **values: str) -> dict[str, str]:
    """A sound row of the customer and account of that number."""
    own = {"customer_no": f"C{number}", "account_no": f"6200000000{number:06}", "mobile": f"103{number:08}"}
    return {**SOUND, **own, **values}


def current(number: int, **values: str) -> dict[str, str]:
    """A row of an account on which nothing is overdue."""
    return row(number, **({"overdue": "0", "overdue_since": "", "minimum_due": "0"} | values))


def text_of(rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS) -> str:
    """The file of these rows."""
    names = list(columns)
    lines = [",".join(names), *(",".join(item.get(name, "") for name in names) for item in rows)]
    return "\n".join(lines) + "\n"


def write(path: Path, rows: Iterable[Mapping[str, str]], encoding: str = "utf-8") -> Path:
    """Write the file of these rows and return its path."""
    path.write_bytes(text_of(rows).encode(encoding))
    return path
