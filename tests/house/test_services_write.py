"""Services are the only writers: nothing else saves, creates, changes or removes a row, and nobody by SQL."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_wiring import APPS

BASE_DIR = Path(__file__).resolve().parent.parent.parent
WRITES = frozenset({
    *("save", "create", "update", "delete", "get_or_create", "update_or_create", "bulk_create", "bulk_update"),
    *("add", "remove", "set", "clear"),
})  # fmt: skip
ASYNC_WRITES = {f"a{name}" for name in WRITES}
# What a query set or a manager is known by, where `.update` could as well be a dictionary's.
OF_ROWS = re.compile(r"\.objects\b|\b_(base|default)_manager\b|\.(filter|exclude|all|get|select_for_update)\(")
SAVES_ITSELF = frozenset({"save", "delete"})
SQL_WRITES = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|TRUNCATE)\b")
# Services are where rows are written; migrations move data once, when nothing else runs.
WRITERS = frozenset({"services", "migrations"})
# What the database itself does when a row is written stands beside the row's model.
TRIGGERS = frozenset({"models"})
# Rows that are not the bank's record but somebody else's book, played on this machine; and one that a reading writes.
ELSEWHERE = {
    "notifications/providers/sandbox/inbox.py": "the customer's telephone, in demo and tests",
    "notifications/providers/print/provider.py": "the print house's tray: handing a letter over is that row",
    "repayment/gateways/sandbox/book.py": "the sandbox cashier's own book of orders",
    "mediation/selectors/wall.py": "who read what behind the wall: without that row nothing is handed out (G9)",
}


def called_on(call: ast.Call) -> str:
    """Return the source of what a method is called on; empty for a plain function."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def text_of(node: ast.AST) -> str:
    """Return a text of a module, with a letter where a value is put into it; empty for what is no text."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def writes_of(source: str, services: set[str]) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of each write of a row in a module; ``services`` are the modules one may call."""
    tree = ast.parse(source)
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) not in documented and (found := SQL_WRITES.search(text_of(node))):
            yield getattr(node, "lineno", 0), found[0]
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        # Put into words only where the verb writes: that takes longer than all else here.
        if name not in WRITES | ASYNC_WRITES or (on := called_on(node)).split(".", maxsplit=1)[0] in services:
            continue
        if OF_ROWS.search(on) or (name in SAVES_ITSELF and on != "super()" and not on.startswith("storages")):
            yield node.lineno, f"{on}.{name}"


def imported_services(source: str) -> set[str]:
    """Return the names under which a module knows services."""
    return {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and ".services" in (node.module or "")
        for alias in node.names
    }


def found_in(path: Path) -> list[tuple[int, str]]:
    """Return the writes of a file."""
    source = path.read_text(encoding="utf-8")
    return list(writes_of(source, imported_services(source)))


def test_only_services_write() -> None:
    """Every app, every module that is no service: named with the reason where a row is not the bank's own."""
    found = {}
    for app in sorted(APPS):
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            writes = [] if WRITERS & set(path.parts) else found_in(path)
            if TRIGGERS & set(path.parts):
                writes = [row for row in writes if not SQL_WRITES.search(row[1])]
            if writes:
                found[str(path.relative_to(BASE_DIR))] = writes
    assert found.keys() == ELSEWHERE.keys(), {name: found.get(name) for name in found.keys() ^ ELSEWHERE.keys()}


def test_a_write_is_recognised_and_what_only_looks_like_one_is_not() -> None:
    """By query set, by row, by relation and by SQL; dictionaries, sets, files and services' own verbs pass."""
    writing = (
        "Customer.objects.create(name='x')", "Hold.objects.filter(id=1).update(kind='x')", "row.save()",
        "self.customer.delete()", "Account.objects.bulk_create(rows)", "await Note.objects.acreate()",
        "queue.members.all().delete()", "cursor.execute('DELETE FROM t')",
        "cursor.execute(f'UPDATE {table} SET x = 1')", "view.roles.filter(x=1).delete()",
    )  # fmt: skip
    harmless = (
        "values.update(other)", "seen.add(1)", "notes.save(row=row)", "storages['sealed'].save('x', file)",
        "super().save()", "digest.update(block)", "client.messages.create(to='x')",
        "'''An UPDATE of a row SET by us'''",
    )  # fmt: skip
    for line in writing:
        text = line if not line.startswith("await") else f"async def f():\n    {line}"
        assert list(writes_of(text, {"notes"})), line
    for line in harmless:
        assert not list(writes_of(line, {"notes"})), line
