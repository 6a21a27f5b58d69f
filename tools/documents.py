"""Links of the documents: every file and every heading they lead to is there."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

# [words](target "title"), [name]: target, and the HTML of a README.
LINK = re.compile(r"""!?\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+(\S+)|(?:href|src)="([^"]+)\"""")
FENCE = re.compile(r"^\s*(```|~~~)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")


def broken_links(documents: Iterable[Path]) -> Iterator[str]:
    """Report each link that leads to no file, or to no heading of it."""
    for document in documents:
        for number, line in _lines(document):
            for groups in LINK.findall(line):
                target = next(filter(None, groups))
                if not re.match(r"[a-z]+:", target) and not _leads_somewhere(document, target):
                    yield f"{document}:{number}: {target} does not exist"


def _leads_somewhere(document: Path, target: str) -> bool:
    address, _hash, anchor = unquote(target).partition("#")
    place = document.parent / address if address else document
    if not place.exists():
        return False
    return not anchor or place.suffix != ".md" or anchor in _anchors(place)


def _anchors(document: Path) -> set[str]:
    """Return the anchors that a page's headings get: in lower case, blanks as hyphens, other signs left out."""
    found = [match[1] for _number, line in _lines(document) if (match := HEADING.match(line))]
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for words in found}


def _lines(document: Path) -> Iterator[tuple[int, str]]:
    """Return number and text of the lines that are no example of code."""
    fenced = False
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line
