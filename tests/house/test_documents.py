"""What the documents say of the code is so, and both languages of the README say the same."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import get_commands
from django.utils.translation import override

from collections_app.admin.base import ServiceAdmin
from collections_app.domain.intake.format import COLUMNS, FILE_REASONS, ROW_REASONS

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DOCS = BASE_DIR / "docs"
READMES = ("README.md", "README.zh-CN.md")
# Where a variable of the environment is read.
READS = re.compile(r"""(?:env_\w+\(|environ(?:\.get|\.setdefault)?[(\[])\s*["']([A-Z][A-Z_]+)["']""")
# Read or set by other programs.
FOREIGN_VARIABLES = {"PATH", "CI", "DEBIAN_FRONTEND", "DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER"}


def text_of(name: str) -> str:
    return (BASE_DIR / name).read_text(encoding="utf-8")


def links_of(name: str) -> list[str]:
    return re.findall(r"\]\((\S+?)\)", text_of(name))


def variables_read() -> set[str]:
    """Return every variable of the environment that the product or its tools read."""
    rooms = [BASE_DIR / name for name in (*settings.PROJECT_APPS, "config", "tools")]
    files = [path for room in rooms for path in room.rglob("*.py")]
    return {name for path in files for name in READS.findall(path.read_text(encoding="utf-8"))} - FOREIGN_VARIABLES


def test_every_variable_that_is_read_is_documented():
    """Who runs it need not read the code."""
    read = variables_read()
    assert len(read) > 25
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", text_of("docs/operations.md")))
    assert not read - documented


def test_every_variable_that_is_documented_is_read():
    """A variable that does nothing is worse than none: somebody relies on it."""
    named = set(re.findall(r"\b((?:ONECASE|TWILIO)_[A-Z]+(?:_[A-Z]+)*)\b", "".join(map(text_of, pages()))))
    suffixes = {f"{name}_FILE" for name in variables_read()}
    assert not named - variables_read() - suffixes - {"NAME_FILE"}


def pages() -> list[str]:
    return [*READMES, *(str(path.relative_to(BASE_DIR)) for path in sorted(DOCS.rglob("*.md")))]


@pytest.mark.parametrize("readme", READMES)
def test_every_page_of_the_documents_is_reached_from_the_readme(readme):
    """What nobody links nobody reads; decisions have an index of their own."""
    linked = set(links_of(readme))
    assert not {f"docs/{path.name}" for path in DOCS.glob("*.md")} - linked


def test_both_readmes_lead_to_the_same_pages_and_show_the_same_commands():
    """Whoever reads only one of them misses nothing."""
    first, second = (set(links_of(name)) for name in READMES)
    own = re.compile(r"README|screenshots/")
    assert {link for link in first if not own.search(link)} == {link for link in second if not own.search(link)}
    assert {link for link in first if "screenshots" in link} == {"docs/screenshots/record-en.png"}
    assert {link for link in second if "screenshots" in link} == {"docs/screenshots/record-zh.png"}
    code = [sorted(set(re.findall(r"`([^`\n]+)`|^(make \w+)", text_of(name), re.MULTILINE))) for name in READMES]
    assert code[0] == code[1]


def test_every_command_that_a_page_names_exists():
    """Copied from a page, it runs."""
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    commands = get_commands()
    for page in pages():
        text = text_of(page)
        for target in re.findall(r"`make ([a-z]+)", text):
            assert target in targets, f"{page}: make {target}"
        for command in re.findall(r"manage\.py ([a-z_]+)", text):
            assert command in commands, f"{page}: manage.py {command}"


def test_the_page_of_the_nightly_file_has_every_column_and_every_reason():
    """The core's people build their export by that page alone."""
    said = re.findall(r"^\| (`.*?`) \|", text_of("docs/intake.md"), re.MULTILINE)
    codes = {code for cell in said for code in re.findall(r"`([a-z_]+)`", cell)}
    assert codes == set(COLUMNS) | set(ROW_REASONS) | set(FILE_REASONS)


def test_every_page_of_the_administration_that_writes_is_in_its_document():
    """Who sets the bank up finds there who may write what, and through which service."""
    said = text_of("docs/admin.md").lower()
    with override("en"):
        pages = {
            str(model._meta.verbose_name_plural).lower()
            for model, page in admin.site._registry.items()
            if isinstance(page, ServiceAdmin)
        }
    assert len(pages) > 30
    assert not {name for name in pages if name not in said}
    for cell in re.findall(r"\| (`[^|]*`) \|$", said, re.MULTILINE):
        for room, path in re.findall(r"`(?:([a-z_]+)/)?services/([a-z_/]+)", cell):
            place = BASE_DIR / (room or "collections_app") / "services" / path
            assert place.is_dir() or place.with_suffix(".py").exists(), f"docs/admin.md names {room}/services/{path}"


def test_every_decision_is_in_the_index():
    """A decision is found by its title."""
    index = text_of("docs/adr/README.md")
    for path in DOCS.glob("adr/0*.md"):
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        number, _dot, words = title.partition(". ")
        assert f"{number}. [{words}]({path.name})" in index


def test_every_model_has_its_word_in_the_glossary():
    """One name for each thing, in both languages: tables are what the trade's words become in code."""
    head = text_of("docs/glossary.md").partition("<!-- Below this line")[0]
    rows = [line for line in head.splitlines() if line.startswith("| ") and "---" not in line]
    named = {name for row in rows for name in re.findall(r"`(?:\w+\.)?(\w+)`", row)}
    for label in settings.PROJECT_APPS:
        for model in apps.get_app_config(label).get_models():
            assert model.__name__ in named, f"{label}.{model.__name__} is not in docs/glossary.md"
    for row in rows:
        english, chinese = row.split(" | ")[:2]
        assert english.strip("| "), row
        assert re.search(r"[\u4e00-\u9fff]", chinese), row
