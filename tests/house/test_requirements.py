"""The page of requirements names tests and steps that are there."""

import ast
import re
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PAGE = (BASE_DIR / "docs" / "requirements.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|.*$", PAGE, re.MULTILINE)


def _functions(path: str) -> set[str]:
    tree = ast.parse((BASE_DIR / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_named_test_exists() -> None:
    """All twenty are listed, each with a test; whoever renames one mends the page."""
    assert [str(number) for number in range(1, 21)] == ROWS
    lines = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
    assert all("`tests/" in line for line in lines)
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE))
    missing = {(path, name) for path, name in named if not (BASE_DIR / path).is_file()}
    missing |= {(path, name) for path, name in named - missing if name and name not in _functions(path)}
    assert not missing


def test_every_step_of_the_day_is_played_and_named() -> None:
    """What the page calls a step is one, and no step is left out of the page or of the day."""
    steps = {
        name
        for file in ("day_morning", "day_midday", "day_afternoon", "day_evening")
        for name in _functions(f"tests/story/{file}.py")
        if not name.startswith("_")
    }
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)*)`", PAGE))
    day = (BASE_DIR / "tests/story/test_day_browser.py").read_text(encoding="utf-8")
    assert steps <= named
    assert all(f".{name})" in day for name in steps)
