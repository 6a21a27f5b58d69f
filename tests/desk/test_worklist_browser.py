"""The worklist in a real browser: the next case by its key, conditions by hand, at both widths."""

import pytest

from tests.desk import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db):
    return scenes.set_up()


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-CN"), (390, "en")])
def test_conditions_are_chosen_and_the_next_case_is_opened_by_its_key(visit, scene, width, language):
    """The page of conditions leads to a shorter list; n opens its first case, n again the one after it."""
    visitor = visit(width=width, language=language)
    visitor.sign_in(scene.collector)
    page = visitor.page
    visitor.open("/?queue=to_contact")
    page.keyboard.press("v")
    page.wait_for_selector(".views-grid")
    page.click("#choose-stage > summary")
    page.check("input[name=stage][value=m2]")
    page.fill("input[name=overdue_from]", "100")
    visitor.screenshot(f"worklist-choose-{language[:2]}")
    visitor.check_accessibility()
    page.click(".views-form button[type=submit]")
    page.wait_for_selector(".chips")
    assert page.locator(".chip").count() == 2
    visitor.screenshot(f"worklist-chosen-{language[:2]}")
    visitor.check_accessibility()
    page.keyboard.press("n")
    page.wait_for_selector("#record-claim")
    # What is fetched behind the page is faint until it has come.
    page.wait_for_function("() => !document.querySelector('.panel-link')")
    first = page.url
    visitor.screenshot(f"worklist-claimed-{language[:2]}", whole=False)
    visitor.check_accessibility()
    # On a handset the list is not beside the record: the button stands with the claim.
    if width == 390:
        page.click("#record-claim form button")
    else:
        page.keyboard.press("n")
    page.wait_for_url(lambda url: url != first and "/c/" in url)
    page.wait_for_selector("#record-claim")
