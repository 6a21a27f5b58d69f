"""Words in templates that stand there in one language only, because nobody gave them to the translation."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# Served as it is when nothing works any more: it says everything in both languages.
BOTH_LANGUAGES = {"templates/500.html"}
# The product's name, the languages in their own words, and names that only Django reads.
SAME_EVERYWHERE = re.compile(r"一案通|OneCase|简体中文|中文|English|\bEN\b")
TRANSLATED = re.compile(r"{%-?\s*(blocktrans(?:late)?|comment)\b.*?{%-?\s*end\1\s*-?%}", re.DOTALL)
SHOWN_CODE = re.compile(r"{% templatetag openblock %}.*?{% templatetag closeblock %}")
CLASS_BLOCK = re.compile(r"{% block \w*class %}.*?{% endblock %}")
CODE = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<script\b.*?</script>", re.DOTALL)
READ_ATTRIBUTE = re.compile(r"""\s(?:title|alt|placeholder|aria-label|aria-description|label)="([^"]*)\"""")
TAG = re.compile(r"<[^<>]*>")
ENTITY = re.compile(r"&#?\w+;")
WORDS = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")


def untranslated(templates: Iterable[Path]) -> Iterator[str]:
    """Report each line of a template with words outside a translation."""
    for path in templates:
        if path.as_posix() not in BOTH_LANGUAGES:
            for number, words in _bare_words(path.read_text(encoding="utf-8")):
                yield f"{path}:{number}: {words!r} is said in one language only; translate it"


def _bare_words(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (TRANSLATED, SHOWN_CODE, CLASS_BLOCK, CODE):
        text = pattern.sub(_blank, text)
    text = TAG.sub(lambda tag: " ".join(READ_ATTRIBUTE.findall(tag[0])) + _blank(tag), text)
    for number, line in enumerate(text.splitlines(), start=1):
        if WORDS.search(ENTITY.sub("", SAME_EVERYWHERE.sub("", line))):
            yield number, line.strip()


def _blank(found: re.Match[str]) -> str:
    """Return as many line ends as were found, so that what follows keeps its number."""
    return "\n" * found[0].count("\n")
