"""The pages of this room: what every page of the customer's has, with this room's templates."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from collections_app.views import customer_pages
from collections_app.views.customer_pages import is_on_phone, own_page, page, post_only, unavailable

__all__ = ["is_on_phone", "own_page", "page", "post_only", "show", "unavailable"]


def show(request: HttpRequest, template: str, *args: Any, **more: Any) -> HttpResponse:
    """Return a rendered page of this room, named without its folder."""
    return customer_pages.show(request, f"repayment/{template}", *args, **more)
