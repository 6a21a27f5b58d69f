"""Run every check that needs no test, and say in one line how each went.

`--fix` mends first what a machine can mend. Names as arguments run only those checks.
"""

import argparse
import ast
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from config.embedded import ensure  # noqa: E402  needs the line above
from tools import documents, template_texts  # noqa: E402

BIN = Path(sys.executable).parent
APPS = ("collections_app", "desk", "ledger", "mediation", "notifications", "oversight", "repayment")
LONGEST_FILE = 350
LONGEST_FUNCTION = 45
EXCUSE = "# Long because "
# Put together from halves, so that this very line is not found.
MACHINE_PATHS = re.compile("|".join(("/ro" + "ot/", "/wo" + "rk/", "/ho" + r"me/\w")))
# What the Content-Security-Policy would refuse to run or to draw.
BLOCKED = re.compile(
    r"""<script(?![^>]*\ssrc=)(?![^>]*type="application/json")|<style|\sstyle=|\son[a-z]+=|hx-on|["']js:|javascript:"""
)
FOREIGN_NAMES = (".min.js", ".min.css", ".whl", ".so", ".woff", ".woff2", ".ttf", ".otf", ".jar", ".mo", ".map")
FOREIGN_FOLDERS = {"vendor", "node_modules", "site-packages", "third_party"}
LONGEST_LINE = 500
Problems = Iterable[str]


def main() -> int:
    """Run the checks and return 1 when any found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("names", nargs="*", help=f"any of: {', '.join(CHECKS)}")
    options = parser.parse_args()
    os.chdir(BASE_DIR)
    # Checks read the code, not an installation: they use the settings of tests.
    os.environ["ONECASE_MODE"] = "test"
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    ensure(BASE_DIR, "test")
    if options.fix:
        fix()
    failed = [name for name in options.names or CHECKS if not passes(name)]
    print(f"\n{len(failed)} failed: {', '.join(failed)}" if failed else "\nAll clean.")
    return 1 if failed else 0


def fix() -> None:
    """Sort, format and mend."""
    run("ruff", "check", "--fix", "--quiet", ".")
    run("ruff", "format", "--quiet", ".")
    templates = template_files()
    if templates:
        run("djade", "--target-version", "5.2", *templates)
    run(sys.executable, "tools/reference_docs.py")


def passes(name: str) -> bool:
    """Run one check, print its result and what it found."""
    began = time.monotonic()
    problems = list(CHECKS[name]())
    verdict = "ok    " if not problems else "FAILED"
    print(f"{verdict} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    for problem in problems:
        print(f"       {problem}")
    return not problems


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a program and keep what it says."""
    return subprocess.run(command, capture_output=True, text=True, check=False)


def program(*command: str) -> Callable[[], Problems]:
    """Return a check that runs a program, which fails by its exit code."""

    def check() -> Problems:
        done = run(*command)
        said = (done.stdout + done.stderr).strip().splitlines()
        # A program may fail without a word.
        return [] if done.returncode == 0 else said or [f"{' '.join(command[:3])} failed ({done.returncode})"]

    return check


def tracked(*patterns: str) -> list[Path]:
    """Return the files git keeps, or would keep, that match."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns)
    return [path for line in listed.stdout.splitlines() if (path := Path(line)).is_file()]


def template_files() -> list[str]:
    """Return the templates."""
    return [str(path) for path in tracked("templates/**.html")]


def template_format() -> Problems:
    """Report templates that are not formatted as Django's own style asks."""
    templates = template_files()
    return program("djade", "--target-version", "5.2", "--check", *templates)() if templates else []


def template_lint() -> Problems:
    """Report faults in the HTML of templates, and what the Content-Security-Policy would block."""
    templates = template_files()
    if not templates:
        return
    yield from program("djlint", "--lint", "--quiet", *templates)()
    for name in templates:
        for number, line in enumerate(Path(name).read_text(encoding="utf-8").splitlines(), start=1):
            if found := BLOCKED.search(line):
                yield f"{name}:{number}: {found[0].strip()} is blocked by the Content-Security-Policy"


def types() -> Problems:
    """Report type errors."""
    return program("mypy", "--no-error-summary")()


def layers() -> Problems:
    """Report imports that point up."""
    return program("lint-imports", "--no-logo")()


# What the linter of migrations cannot see is harmless, and why:
JUDGED: tuple[str, ...] = ()


def migrations() -> Problems:
    """Report models without migrations, and migrations that would lock or break a live database."""
    yield from program(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")()
    yield from program(
        *(sys.executable, "manage.py", "lintmigrations", "--quiet", "ok", "ignore"),
        *("--include-apps", *APPS, "--ignore-initial-migrations", "--project-root-path", "."),
        *(("--ignore-name", *JUDGED) if JUDGED else ()),
        # Its cache would otherwise be the home directory's, shared by every checkout.
        *("--cache-path", ".onecase/test/migration-linter"),
    )()


def lengths() -> Problems:
    """Report files and functions that are too long to be read at once."""
    for path in tracked("*.py"):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        excused = any(line.startswith(EXCUSE) for line in lines[:40])
        if len(lines) > LONGEST_FILE and not excused:
            yield f"{path}: {len(lines)} lines (at most {LONGEST_FILE}, or say at its top: {EXCUSE}…)"
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            yield f"{path}:{error.lineno}: {error.msg}"
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from long_function(path, node, lines)


def long_function(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> Iterator[str]:
    """Report one function that is too long, unless the line above it says why."""
    # Keyword-only signatures and docstrings are long because they are plain; the code is what must be short.
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    length = (node.end_lineno or node.lineno) - body[0].lineno + 1
    above = lines[node.lineno - 2].strip() if node.lineno > 1 else ""
    if length > LONGEST_FUNCTION and not above.startswith(EXCUSE):
        yield f"{path}:{node.lineno}: {node.name} has {length} lines (at most {LONGEST_FUNCTION})"


def links() -> Problems:
    """Report links and paths in documents that lead nowhere."""
    pages = tracked("*.md")
    yield from documents.broken_links(pages)
    # What was once so is told by the past tense of the changelog.
    yield from documents.broken_paths((page for page in pages if page.name != "CHANGELOG.md"), Path())


def texts() -> Problems:
    """Report words in templates that only one language has."""
    return template_texts.untranslated(Path(name) for name in template_files())


def foreign_files() -> Problems:
    """Report what somebody else wrote: packages are installed by lock file, never committed."""
    for path in tracked():
        if path.name.endswith(FOREIGN_NAMES) or FOREIGN_FOLDERS & set(path.parts):
            yield f"{path}: is somebody else's; install it by a lock file"
        elif path.suffix in {".js", ".css"} and any(len(line) > LONGEST_LINE for line in read_lines(path)):
            yield f"{path}: has been minified; install it by a lock file"


def read_lines(path: Path) -> list[str]:
    """Return the lines of a text file."""
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def machine_paths() -> Problems:
    """Report paths of the machine somebody worked on."""
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if found := MACHINE_PATHS.search(line):
                yield f"{path}:{number}: {found[0]} is a path of one machine"


CHECKS: dict[str, Callable[[], Problems]] = {
    "lint": program("ruff", "check", "--output-format=concise", "--quiet", "."),
    "format": program("ruff", "format", "--check", "--output-format=concise", "."),
    "types": types,
    "layers": layers,
    "django": program(sys.executable, "manage.py", "check", "--fail-level=WARNING"),
    "migrations": migrations,
    "template-format": template_format,
    "template-lint": template_lint,
    "translations": program(sys.executable, "tools/translations.py", "check"),
    "texts": texts,
    "reference-docs": program(sys.executable, "tools/reference_docs.py", "--check"),
    "links": links,
    "domain": program(sys.executable, "tools/domain_coverage.py"),
    "lengths": lengths,
    "foreign-files": foreign_files,
    "machine-paths": machine_paths,
}


if __name__ == "__main__":
    sys.exit(main())
