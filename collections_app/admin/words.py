"""Codes as people read them: of a fixed list, or of one that the bank edits, named by its name."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from collections_app.domain.terms import TermList
from collections_app.selectors import codes

Words = TermList | str


def word_of(terms: Words, code: str) -> str:
    """Return the name of a code in the reader's language; a code without one stays as it is."""
    if isinstance(terms, str):
        return codes.name_of(terms, code)
    return terms[code].text(get_language() or "zh-hans") if code in terms else code


def yes_no(value: bool | None) -> SafeString:
    """Return yes or no as a mark with its word; Django's own is a picture that says True."""
    if value is None:
        return format_html("<span>{}</span>", "—")
    kind, text = ("yes", pgettext("flag", "yes")) if value else ("no", pgettext("flag", "no"))
    return format_html('<span class="flag flag-{}">{}</span>', kind, text)


def choices_of(terms: Words) -> list[tuple[str, str]]:
    """Return every code with its name in the reader's language."""
    if isinstance(terms, str):
        return codes.choices(terms)
    return [(code, word_of(terms, code)) for code in terms]
