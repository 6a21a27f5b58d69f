"""Compile and check translations with Babel alone, so that no system gettext is needed.

`compile` turns every django.po into the django.mo beside it. `check` reports every English string
in code and templates that some zh_Hans catalogue does not translate, every one that is Chinese already,
every entry that no code uses, entries that are fuzzy or lose a placeholder, and strings that two rooms
translate differently.
`missing` prints the untranslated strings as po.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

BASE_DIR = Path(__file__).resolve().parent.parent
LOCALE = BASE_DIR / "locale"
ROOMS_OF_CODE = {
    "collections_app": "core",
    "config": "core",
    "desk": "desk",
    "repayment": "repayment",
    "notifications": "notifications",
    "mediation": "mediation",
    "oversight": "oversight",
    "ledger": "ledger",
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
Key = tuple[str, str | None]


def main() -> int:
    """Do what the first argument says."""
    actions = {"compile": compile_all, "check": check, "missing": print_missing}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        print(f"Usage: translations.py {' | '.join(actions)}", file=sys.stderr)
        return 2
    return actions[sys.argv[1]]()


def compile_all() -> int:
    """Compile every catalogue that is newer than its compiled form."""
    for source in catalogue_files():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        draft = target.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
    return 0


def check() -> int:
    """Report what is untranslated, unused or broken; return how many problems there are, at most 1."""
    used = extract_all()
    translated = read_all()
    problems = list(collisions())
    problems += [f"{place}: no Chinese for {key[0]!r}" for key, place in used.items() if key not in translated]
    problems += [f"{place}: no English for {key[0]!r}" for key, place in used.items() if CHINESE.search(key[0])]
    for key, (message, place) in translated.items():
        if key not in used:
            problems.append(f"{place}: nothing says {key[0]!r} any more")
        problems += [f"{place}: {key[0]!r} {fault}" for fault in faults(message)]
    for problem in sorted(problems):
        print(problem)
    return 1 if problems else 0


def collisions() -> Iterator[str]:
    """Report strings that two rooms translate differently: at run time the catalogues are one, and one of them wins."""
    seen: dict[tuple[str, Key], tuple[str, object]] = {}
    for path in catalogue_files():
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            if not message.id or not all_filled(message.string):
                continue
            place = f"{path.relative_to(BASE_DIR)}:{message.lineno}"
            key = (path.parts[-3], key_of(message.id, message.context))
            first, said = seen.setdefault(key, (place, message.string))
            if said != message.string:
                yield f"{place}: {key[1][0]!r} is {message.string!r} here and {said!r} in {first}; give one a context"


def faults(message: Message) -> Iterator[str]:
    """Name what is wrong with one translation."""
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    singular = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
    plural = message.id[1] if isinstance(message.id, (tuple, list)) else message.id
    allowed = [sorted(PLACEHOLDER.findall(text)) for text in (singular, plural)]
    if message.fuzzy:
        yield "is marked fuzzy"
    if any(sorted(PLACEHOLDER.findall(text or "")) not in allowed for text in texts):
        yield "has other placeholders in Chinese"


def print_missing() -> int:
    """Print the untranslated strings, room by room, ready to be pasted into a catalogue."""
    translated = read_all()
    catalogues: dict[str, Catalog] = {}
    for (text, context), place in extract_all().items():
        if (text, context) not in translated:
            room = room_of(Path(place.rpartition(":")[0]))
            catalogue = catalogues.setdefault(room, Catalog())
            catalogue.add(text, context=context)
    for room, catalogue in sorted(catalogues.items()):
        print(f"# --- locale/{room}/zh_Hans/LC_MESSAGES/django.po")
        output = BytesIO()
        write_po(output, catalogue, omit_header=True)
        print(output.getvalue().decode())
    return 0


def room_of(path: Path) -> str:
    """Return the room whose catalogue holds the strings of a file."""
    parts = path.parts
    if parts[0] == "templates":
        return parts[1] if len(parts) > 2 and (LOCALE / parts[1]).is_dir() else "core"
    return ROOMS_OF_CODE.get(parts[0], "core")


def catalogue_files() -> list[Path]:
    """Return every catalogue of every room and language."""
    return sorted(LOCALE.glob("*/*/LC_MESSAGES/django.po"))


def read_all() -> dict[Key, tuple[Message, str]]:
    """Return every translated entry of the Chinese catalogues, with its place."""
    entries: dict[Key, tuple[Message, str]] = {}
    for path in catalogue_files():
        if path.parts[-3] != "zh_Hans":
            continue
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            if message.id and all_filled(message.string):
                place = f"{path.relative_to(BASE_DIR)}:{message.lineno}"
                entries[key_of(message.id, message.context)] = (message, place)
    return entries


def all_filled(text: object) -> bool:
    """Return whether a translation says something in each of its forms."""
    return all(text) if isinstance(text, (tuple, list)) else bool(text)


def key_of(text: object, context: str | None) -> Key:
    """Return what identifies an entry: its singular and its context."""
    singular = text[0] if isinstance(text, (tuple, list)) else text
    return str(singular), context


def extract_all() -> dict[Key, str]:
    """Return every translatable string of code and templates, with where it stands first."""
    found: dict[Key, str] = {}
    for path in source_files():
        for line, key in extract_one(path):
            found.setdefault(key, f"{path.relative_to(BASE_DIR)}:{line}")
    return found


def source_files() -> Iterable[Path]:
    """Return the code and the templates that people's strings come from."""
    for package in ROOMS_OF_CODE:
        yield from sorted(p for p in (BASE_DIR / package).rglob("*.py") if "migrations" not in p.parts)
    yield from sorted(p for p in (BASE_DIR / "templates").rglob("*") if p.suffix in {".html", ".txt", ".xml"})


def extract_one(path: Path) -> Iterator[tuple[int, Key]]:
    """Return line and key of each translatable string in one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # A template's indentation is none of Python's, and its tokenizer stops at it.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    source = BytesIO(text.encode())
    for line, message, _comments, context in extract("python", source, keywords=KEYWORDS):
        yield line, key_of(message, context)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(BASE_DIR))
    sys.exit(main())
