"""What logs must not hold."""

import io
import logging
import re

import pytest
from django.conf import settings
from django.test import Client

from config.scrubbing import LinkFilter

TOKEN = "abcdefghijklmnopqrstuvwxyz"


def test_every_handler_scrubs_links() -> None:
    """A handler added later must not forget it."""
    assert [name for name, handler in settings.LOGGING["handlers"].items() if "links" not in handler["filters"]] == []
    assert settings.LOGGING["handlers"]


def test_a_refused_request_to_a_link_does_not_log_its_secret(db: None) -> None:
    """A form without its token is logged with its address, and that address is a way in."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(LinkFilter())
    log = logging.getLogger("django.security.csrf")
    log.addHandler(handler)
    try:
        assert Client(enforce_csrf_checks=True).post(f"/r/{TOKEN}/").status_code == 403
    finally:
        log.removeHandler(handler)
    assert "/r/…/" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_the_way_into_a_calendar_is_hidden_too_here_and_by_nginx() -> None:
    """Who knows its address reads it. A calendar program that asks wrongly is logged."""
    record = logging.LogRecord("x", logging.INFO, "x", 1, f"Not allowed: /mediation/calendar/{TOKEN}.ics", None, None)
    LinkFilter().filter(record)
    assert record.getMessage() == "Not allowed: /mediation/calendar/…"
    nginx = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for place in ("/r/", "/mediation/calendar/"):
        assert re.search(rf"location {place} {{[^}}]*error_log /dev/null crit;", nginx), place
        assert f"    ~^{place}" in nginx, place


@pytest.mark.parametrize("line", ["/r/account/", "/r/payment/P0123456789ABCDEF/", "100% of /r/", "/c/20000001/"])
def test_other_addresses_stay(line: str) -> None:
    """Only the secret goes."""
    record = logging.LogRecord("x", logging.INFO, "x", 1, line, None, None)
    LinkFilter().filter(record)
    assert record.getMessage() == line
