"""The browser harness itself: it serves, signs in, and hears what the browser complains about."""

import pytest

from tests.browsing import Visitor

pytestmark = pytest.mark.browser


def test_the_sign_in_page_opens_without_complaint(visit):
    """The first page anybody sees loads under the Content-Security-Policy."""
    visitor = visit(width=390)
    response = visitor.open("/accounts/login/")
    assert response.status == 200
    assert visitor.page.locator("input[name=login]").is_visible()


def test_an_inline_script_fails_the_test(visit):
    """A violation of the Content-Security-Policy is heard."""
    visitor: Visitor = visit()
    visitor.open("/accounts/login/")
    visitor.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    visitor.page.wait_for_timeout(100)
    assert any("Content Security Policy" in fault for fault in visitor.faults)
    visitor.faults.clear()


@pytest.mark.parametrize(
    "fade",
    [
        "title => title.style.color = '#eee'",
        "title => title.parentElement.style.background = getComputedStyle(title).color",
    ],
    ids=["text", "box"],
)
def test_a_text_that_fades_fails_the_test_although_its_like_was_good(visit, fade):
    """Looks are judged once while they are good: another colour of a text, or of a box around it, is another look."""
    visitor: Visitor = visit(width=390)
    visitor.open("/accounts/login/")
    visitor.check_accessibility()
    visitor.page.locator("h1").evaluate(fade)
    for _time in range(2):
        with pytest.raises(AssertionError, match="color-contrast"):
            visitor.check_accessibility()


def test_a_text_that_nobody_sees_is_no_like_of_one_that_is_seen(visit):
    """What is clipped away breaks nothing, and is not taken for good where it stands in view."""
    visitor: Visitor = visit(width=390)
    visitor.open("/accounts/login/")
    name = visitor.page.locator("[name=login]")
    name.evaluate("name => { name.value = 'x'; name.style.color = '#eeefee'; name.style.clipPath = 'inset(100%)'; }")
    visitor.check_accessibility()
    name.evaluate("name => { name.style.clipPath = ''; }")
    with pytest.raises(AssertionError, match="color-contrast"):
        visitor.check_accessibility()


def test_a_missing_page_fails_the_test_unless_expected(visit):
    """An HTTP error is heard, and passes only where the test is about it."""
    visitor: Visitor = visit()
    visitor.open("/no-such-page/")
    assert any(fault.startswith("404") for fault in visitor.faults)
    visitor.faults.clear()
    visitor.expect_refusal(404)
    visitor.open("/no-such-page/")
    assert not visitor.faults


def test_nothing_outside_this_machine_is_asked_for(visit):
    """Neither by name nor by number."""
    page = visit().page
    for address in ("https://example.com/", "http://192.0.2.1/", "http://[2001:db8::1]/"):
        with page.expect_event("requestfailed") as failed:
            page.evaluate("(address) => { fetch(address, {mode: 'no-cors'}).catch(() => {}); }", address)
        assert failed.value.failure == "net::ERR_NAME_NOT_RESOLVED"
