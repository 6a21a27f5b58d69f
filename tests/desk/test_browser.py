"""The desk in a real browser: it looks as it should, says when it is blind, and keeps what people type."""

import pytest

from tests.desk import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db):
    return scenes.set_up()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_are_whole_at_both_widths_in_both_languages(visit, scene, width, language):
    """Each page opens without complaint and axe finds nothing serious."""
    visitor = visit(width=width, language=language)
    paths = {
        "login": "/accounts/login/",
        "worklist": "/?queue=to_contact",
        "record": f"/c/{scene.customer.customer_no}/",
        "find": "/find/?q=" + scene.customer.customer_no,
        "gallery": "/gallery/",
        "two-step": "/accounts/2fa/",
    }
    for name, path in paths.items():
        if name == "worklist":
            visitor.sign_in(scene.collector)
        visitor.open(path)
        if name == "record":
            visitor.page.click("#record-permit a")
            visitor.page.wait_for_selector(".why-table")
        visitor.page.wait_for_timeout(250)
        visitor.screenshot(f"desk-{name}-{language[:2]}")
        visitor.check_accessibility()
