"""Code lists as the choices of a field: one name, in the language of the moment."""

from django.utils.functional import lazy
from django.utils.translation import get_language

from collections_app.domain.terms import Term, TermList


def choices(terms: TermList) -> list[tuple[str, str]]:
    """Return ``(code, name)`` pairs whose names follow the reader's language.

    Where no language is active, as in migrations, a name is both: ``English · 中文``.
    """
    return [(code, _name(terms[code], both)) for code, both in terms.choices()]


def _name_now(term: Term, both: str) -> str:
    language = get_language()
    return term.text(language) if language else both


_name = lazy(_name_now, str)
