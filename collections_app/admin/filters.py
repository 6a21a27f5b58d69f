"""Filters of lists that read as people write."""

from typing import Any, ClassVar

from django.contrib import admin

from collections_app.admin.words import Words, choices_of


class WordFilter(admin.SimpleListFilter):
    """Filters by a code, shown in words."""

    terms: ClassVar[Words]

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return every code with its name."""
        return choices_of(self.terms)

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Return the rows with the chosen code."""
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset
