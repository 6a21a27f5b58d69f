"""Links and paths of the documents: every file, heading and function they name is there."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

# [words](target "title"), [name]: target, and the HTML of a README.
LINK = re.compile(r"""!?\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+(\S+)|(?:href|src)="([^"]+)\"""")
FENCE = re.compile(r"^\s*(```|~~~)")
# A path in back-ticks that begins in the checkout: no address, no pattern and nothing with a place to fill in.
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+)/?`")
# Made by a command, in no commit.
MADE = ("static/vendor", "node_modules", ".onecase", "staticfiles", "test-results")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")


def broken_links(documents: Iterable[Path]) -> Iterator[str]:
    """Report each link that leads to no file, or to no heading of it."""
    for document in documents:
        for number, line in _lines(document):
            for groups in LINK.findall(line):
                target = next(filter(None, groups))
                if not re.match(r"[a-z]+:", target) and not _leads_somewhere(document, target):
                    yield f"{document}:{number}: {target} does not exist"


def broken_paths(documents: Iterable[Path], root: Path) -> Iterator[str]:
    """Report each path in back-ticks that begins with a folder of ``root`` and leads to nothing.

    ``room/services/module`` and ``room/services/module.function`` stand for the Python file and what it defines.
    """
    folders = {place.name for place in root.iterdir() if place.is_dir()}
    for document in documents:
        for number, line in _lines(document):
            for path in PATH.findall(line):
                if path.partition("/")[0] in folders and not path.startswith(MADE) and not _is_there(root, path):
                    yield f"{document}:{number}: {path} does not exist"


def _is_there(root: Path, path: str) -> bool:
    if any((root / base / path).exists() for base in ("", "templates")) or (root / f"{path}.py").exists():
        return True
    module, _dot, name = path.rpartition(".")
    file = root / f"{module}.py"
    return (
        bool(module)
        and file.exists()
        and re.search(rf"^(?:async )?(?:def|class) {name}\b", file.read_text("utf-8"), re.MULTILINE) is not None
    )


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
