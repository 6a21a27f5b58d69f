"""What leaves as a file: a list only with its reason and its mark, a document only where this page says why."""

import ast
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FACES = ("views", "admin", "api")
LISTS = ("text/csv", "spreadsheetml")
# Where a list is made into a file, each with its reason and its mark.
EXPORTS = {"desk/views/exporting.py", "desk/views/xlsx.py"}
# Documents of one record or one matter: written down as what they are, and each look at them logged by its service.
DOCUMENTS = {
    "desk/views/complaints.py": "the answer and the evidence pack of one complaint, whose taking is an event",
    "mediation/views/after.py": "the court pack of one mediation, whose taking is an event",
    "mediation/views/drafts.py": "an agreement, for its parties",
    "mediation/views/meetings.py": "minutes and papers of one session, for those who were there",
    "notifications/views/letters.py": "letters to be posted: a batch is taken with a reason, a page with a logged look",
    "repayment/views/documents.py": "a customer's own documents, for themselves",
    "repayment/views/payment.py": "a customer's own receipt, for themselves",
}


def _faces() -> list[Path]:
    return sorted(
        path
        for face in FACES
        for place in ROOT.glob(f"*/{face}")
        for path in place.rglob("*.py")
        if "node_modules" not in path.parts
    )


def _saying(*words: str) -> set[str]:
    found = set()
    for path in _faces():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        if any(word in text for text in texts for word in words):
            found.add(path.relative_to(ROOT).as_posix())
    return found


def test_no_list_leaves_but_by_the_one_way_that_asks_why_and_marks_it() -> None:
    """Neither a page nor the administration writes a CSV or a workbook of its own."""
    assert _saying(*LISTS) == EXPORTS
    writers = {
        path.relative_to(ROOT).as_posix()
        for path in _faces()
        if "csv.writer" in path.read_text(encoding="utf-8") or "csv.DictWriter" in path.read_text(encoding="utf-8")
    }
    assert writers <= EXPORTS


def test_every_document_that_leaves_is_named_with_its_reason() -> None:
    """A new one is thought about the day it is written."""
    assert _saying("application/pdf", "application/zip") == DOCUMENTS.keys()
