"""Write the reference pages that are read off the code: the glossary, conflicting writes, the kinds of message.

`python tools/reference_docs.py` writes them, `--check` says whether they are current.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from collections_app.domain import events  # noqa: E402  needs the line above
from collections_app.domain.code_lists import CODE_LISTS  # noqa: E402
from collections_app.domain.terms import TermList  # noqa: E402
from collections_app.selectors.codes import shipped  # noqa: E402
from notifications.domain.kinds import KINDS, MessageKind, Variant, is_demand  # noqa: E402

GLOSSARY = BASE_DIR / "docs" / "glossary.md"
CONFLICTS = BASE_DIR / "docs" / "conflicts.md"
KINDS_PAGE = BASE_DIR / "docs" / "message-kinds.md"
REMINDERS = BASE_DIR / "notifications" / "reference" / "reminder_rules.json"
MARK = "<!-- Below this line the page is written by tools/reference_docs.py. -->"
DOMAINS = ("collections_app.domain", "notifications.domain", "repayment.domain", "mediation.domain")


def main() -> int:
    """Write or check the pages; return the exit code."""
    pages = {GLOSSARY: glossary(), CONFLICTS: conflicts(), KINDS_PAGE: message_kinds()}
    stale = []
    for path, table in pages.items():
        head = path.read_text(encoding="utf-8").split(MARK)[0].rstrip()
        page = f"{head}\n\n{MARK}\n\n{table}\n"
        if path.read_text(encoding="utf-8") != page:
            stale.append(path)
            if "--check" not in sys.argv:
                path.write_text(page, encoding="utf-8")
    if stale and "--check" in sys.argv:
        names = ", ".join(str(path.relative_to(BASE_DIR)) for path in stale)
        print(f"{names}: not what the code says. Run `python tools/reference_docs.py`.")
        return 1
    return 0


def glossary() -> str:
    """Return every code list, shipped or of the domain, as a table of code, Chinese and English."""
    parts = []
    for title in CODE_LISTS.values():
        rows = "\n".join(f"| `{row.code}` | {row.zh} | {row.en} |" for row in shipped().terms(title.code).values())
        parts.append(
            f"### {title.en} {title.zh} (`{title.code}`)\n\n| code | 中文 | English |\n| --- | --- | --- |\n{rows}"
        )
    for name, terms in sorted(code_lists().items()):
        rows = "\n".join(f"| `{term.code}` | {term.zh} | {term.en} |" for term in terms.values())
        parts.append(f"### {name}\n\n| code | 中文 | English |\n| --- | --- | --- |\n{rows}")
    rows = "\n".join(
        f"| `{kind.code}` | {kind.term.zh} | {kind.term.en} | {kind.topic.value} | {'yes' if kind.bumps else 'no'} |"
        for kind in events.EVENT_KINDS.values()
    )
    table = f"| code | 中文 | English | topic | raises the version |\n| --- | --- | --- | --- | --- |\n{rows}"
    parts.append(f"### Events of a record\n\n{table}")
    return "\n\n".join(parts)


def code_lists() -> dict[str, TermList]:
    """Return every TermList of every domain package, by a readable name."""
    found: dict[str, TermList] = {}
    for package_name in DOMAINS:
        package = importlib.import_module(package_name)
        for info in pkgutil.walk_packages(package.__path__, f"{package_name}."):
            if info.name.endswith(".refusals"):
                continue  # sentences, not terms
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                if isinstance(value, TermList) and not name.startswith("_") and value not in found.values():
                    found[f"{name.replace('_', ' ').capitalize()} ({info.name})"] = value
    return found


def conflicts() -> str:
    """Return which topics of later events refuse each write."""
    topics = list(events.Topic)
    head = "| write | " + " | ".join(topic.value for topic in topics) + " |"
    line = "| --- |" + " --- |" * len(topics)
    rows = [
        f"| `{write}` | " + " | ".join("refuses" if topic in depends else "passes" for topic in topics) + " |"
        for write, depends in events.WRITE_DEPENDS_ON.items()
    ]
    return "\n".join([head, line, *rows])


def message_kinds() -> str:
    """Return every kind of message with what it is for, when it may go, how it goes and what begins it."""
    days = {row["kind"]: row["days"] for row in json.loads(REMINDERS.read_text(encoding="utf-8"))}
    head = (
        "| kind | 中文 | English | purpose | premise | channels | forms | interrupts limitation | begun by |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    rows = [
        f"| `{kind.code}` | {kind.term.zh} | {kind.term.en} | `{kind.purpose}` | `{kind.premise}` | "
        f"{', '.join(kind.channels)} | {', '.join(kind.variants)} | {_interrupts(kind)} | {_begun(kind, days)} |"
        for kind in KINDS.values()
    ]
    return "\n".join([head, *rows])


def _interrupts(kind: MessageKind) -> str:
    return "yes" if is_demand(kind=kind.code, variant=Variant.EXPLICIT, provenance="on_file") else "no"


def _begun(kind: MessageKind, days: dict[str, list[int]]) -> str:
    begun = []
    if kind.code in days:
        begun.append("the calendar (" + ", ".join(f"{day:+d}" if day else "0" for day in days[kind.code]) + ")")
    if kind.asked_with:
        begun.append(f"a colleague with `{kind.asked_with}`")
    return " or ".join(begun) or "an event or an act on the record"


if __name__ == "__main__":
    sys.exit(main())
