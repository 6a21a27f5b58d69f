"""Long lists, a page at a time; works as plain links."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

# What fits two screens; a page of some hundred rows takes most of a second to write.
ROWS = 50


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], *, name: str = "page") -> Page[Any]:
    """Return the page of an ordered list which the address names (``?name=2``): the first one for anything odd,
    the last one for a number beyond it."""
    return Paginator(rows, ROWS).get_page(request.GET.get(name))
