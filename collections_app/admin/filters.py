"""Filters of lists that read as people write."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import get_language

from collections_app.domain.terms import TermList


class WordFilter(admin.SimpleListFilter):
    """Filters by a code, shown in words."""

    terms: ClassVar[TermList]

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return every code with its name."""
        language = get_language() or "zh-hans"
        return [(code, term.text(language)) for code, term in self.terms.items()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Return the rows with the chosen code."""
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset
