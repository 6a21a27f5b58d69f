"""A few real browsers among the screens of a benchmark."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


@contextmanager
def pages_of(addresses: Sequence[tuple[str, str]], *, watch: str) -> Iterator[list[Any]]:
    """Open each address with its session, wait until it is live, and let it watch itself.

    Yields no page where there is no Chromium.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        yield []
        return
    # Playwright's loop runs in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        pages = []
        for address, session in addresses:
            context = browser.new_context()
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector("#feed-state[data-feed-state=live]", timeout=60_000)
            page.evaluate(watch)
            pages.append(page)
        yield pages
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
