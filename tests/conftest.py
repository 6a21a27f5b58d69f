"""What every test may lean on: a database with all tables, and a frozen clock.

(A request that asks once per row fails in its middleware.)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse

from tests import tables

pytest_plugins = ["tests.emptying", "tests.remembered", "tests.browsing", "tests.cast", "tests.pictures"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Friday, within contact hours.
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_modify_db_settings: None) -> None:
    """Use the database that the plugin has just copied: pytest-django would go through its migrations once more."""
    tables.use()


@pytest.fixture
def now() -> Iterator[datetime]:
    """Freeze the clock at 10:00 on Friday 20 November 2026 in Shanghai, and return that moment."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@contextmanager
def bare() -> Iterator[None]:
    """Answer what is refused by status, title and sentence alone, where hundreds of refusals are asked for.

    All three are constants and stand before a page is made of them, which takes longer than to refuse; the page itself
    is tested beside (tests/desk/test_scope.py).
    """
    from desk.views import errors

    def page(request: HttpRequest, status: int, title: str, text: str, *, again: bool = False) -> HttpResponse:
        return HttpResponse(f"{title}\n{text}", status=status)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errors, "page", page)
        yield


@contextmanager
def undrawn() -> Iterator[None]:
    """Answer without drawing the page, where only whether an address opens is asked for, many hundred times.

    Whether somebody may is decided before a page is drawn; that every page can be drawn is tested beside
    (tests/house/test_every_page_browser.py).
    """
    from django.template.backends.django import Template

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", lambda self, context=None, request=None: "")
        yield


@pytest.fixture
def bare_errors() -> Iterator[None]:
    """Answer what is refused without a page around it, for a whole test."""
    with bare():
        yield
