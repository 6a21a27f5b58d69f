"""Columns that read as people write: money in yuan, codes in words, customers by number."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from collections_app.admin.words import Words, word_of
from collections_app.domain.money import yuan_text

Column = Callable[[Any], Any]


def yuan(field: str, label: StrOrPromise) -> Column:
    """Return a column of an amount kept in fen, shown in yuan."""

    @admin.display(description=label, ordering=field)
    def column(row: Model) -> str:
        fen = getattr(row, field)
        return "—" if fen is None else yuan_text(fen)

    column.__name__ = f"{field.removesuffix('_fen')}_fen"
    return column


def word(field: str, terms: Words, label: StrOrPromise) -> Column:
    """Return a column of a code, shown as its name in the reader's language."""

    @admin.display(description=label, ordering=field)
    def column(row: Model) -> str:
        return words_of([getattr(row, field)], terms) or "—"

    column.__name__ = f"{field}_word"
    return column


def words_of(codes: list[str], terms: Words) -> str:
    """Return codes as words in the reader's language; a code without a word stays as it is."""
    language = get_language() or "zh-hans"
    named = [word_of(terms, code) for code in codes if code]
    return ("、" if language.startswith("zh") else ", ").join(named)


@admin.display(description=_("customer"), ordering="customer__customer_no")
def customer_link(row: Any) -> str:
    """Return the customer's number as a link to the record, which asks for a purpose where one is needed."""
    number = row.customer.customer_no
    return format_html('<a href="{}">{}</a>', reverse("desk:record", args=[number]), number)
