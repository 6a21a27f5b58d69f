"""Addresses of the pages of a list."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def page_address(context: dict[str, Any], name: str, number: int) -> str:
    """Return the address of this page with another number of one of its lists.

    A form that is answered where no page is to be read says whose lists it shows (``pages_at``).
    """
    query = context["request"].GET.copy()
    query[name] = str(number)
    return f"{context.get('pages_at', '')}?{query.urlencode()}"
