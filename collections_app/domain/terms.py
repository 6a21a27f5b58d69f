"""Code lists with their names in both languages: one code, one Chinese term, one English term."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a code list: the stable code and what people read for it."""

    code: str
    zh: str
    en: str

    def text(self, language: str) -> str:
        """Return the name in the language asked for (any ``zh-…`` tag gives Chinese)."""
        return self.zh if language.lower().startswith("zh") else self.en


class TermList(Mapping[str, Term]):
    """An ordered code list, looked up by code."""

    def __init__(self, *rows: tuple[str, str, str]) -> None:
        self._terms = {code: Term(code, zh, en) for code, zh, en in rows}
        if len(self._terms) != len(rows):
            raise ValueError("a code occurs twice in one list")

    def __getitem__(self, code: str) -> Term:
        return self._terms[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def choices(self) -> list[tuple[str, str]]:
        """Return ``(code, "English · 中文")`` pairs for a model field."""
        return [(term.code, f"{term.en} · {term.zh}") for term in self._terms.values()]
