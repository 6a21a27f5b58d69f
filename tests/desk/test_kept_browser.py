"""In a browser: what somebody types outlives a reload, the back button and a session that ends; it is sent once."""

import re
from typing import Any

import pytest
import zeal
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from collections_app.models import Event
from collections_app.services import holds
from collections_app.services.records import Actor
from tests import factories
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
TYPED = "客户称下周三发工资后一次还清"


@pytest.fixture
def scene(transactional_db: None) -> scenes.Scene:
    return scenes.set_up()


@pytest.fixture
def note(scene: scenes.Scene) -> str:
    return f"/c/{scene.customer.customer_no}/note/"


def stored(text: str = TYPED) -> int:
    rows = Event.objects.filter(kind="note.added").select_related("text_row")
    return sum(event.text_row.text == text for event in rows)


def kept(page: Any) -> list[str]:
    found: list[str] = page.evaluate("() => Object.keys(sessionStorage).filter((name) => name.includes('kept'))")
    return found


def give_password(staff: Any) -> None:
    staff.set_password(PASSWORD)
    staff.save()


def fill_sign_in(page: Any, staff: Any) -> None:
    page.fill("#id_login", staff.username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")


def test_a_session_that_ends_in_mid_form_loses_nothing(visit: Any, scene: Any, note: str) -> None:
    """A notice above the form, signing in, back on the form with the text, the line and what changed meanwhile."""
    give_password(scene.collector)
    visitor = visit(width=390)
    visitor.expect_refusal(401)
    visitor.sign_in(scene.collector)
    visitor.open(note)
    page = visitor.page
    page.fill("#id_text", TYPED)
    with zeal.zeal_ignore():
        holds.place(
            customer_id=scene.customer.id, kind="hardship", actor=Actor.of(scene.agent), seen_version=None, now=NOW
        )
    Session.objects.all().delete()
    # Its feed may have told the page already, which disables the button: either way it says so in place.
    page.click("#write-form button[type=submit]", force=True)
    page.wait_for_selector("#signed-out .banner")
    assert page.input_value("#id_text") == TYPED
    visitor.screenshot("desk-signed-out")
    visitor.check_accessibility()
    visitor.check_widths()
    page.click("#signed-out a")
    page.wait_for_url("**/accounts/login/?next=*")
    fill_sign_in(page, scene.collector)
    page.wait_for_url(f"**{note}")
    page.wait_for_selector(".write-kept")
    assert page.input_value("#id_text") == TYPED
    page.wait_for_selector("#write-changed .write-conflict")
    scene.customer.refresh_from_db()
    assert page.input_value("input[name=seen_version]") == str(scene.customer.version)
    visitor.screenshot("desk-restored")
    visitor.check_accessibility()
    visitor.check_widths()
    page.click("#write-form button[type=submit]")
    page.wait_for_url(f"**/c/{scene.customer.customer_no}/")
    page.wait_for_selector(f"text={TYPED}")
    assert stored() == 1
    assert kept(page) == []


def test_the_feed_says_that_one_is_signed_out(
    visit: Any, scene: Any, note: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without pressing anything: the notice comes by itself, the text stays, and signing in leads back to it."""
    monkeypatch.setattr("desk.views.live.RECHECK_SECONDS", 0.5)
    give_password(scene.collector)
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(note)
    page = visitor.page
    page.fill("#id_text", TYPED)
    Session.objects.all().delete()
    page.wait_for_selector("#signed-out .banner")
    assert page.input_value("#id_text") == TYPED
    page.click("#signed-out a")
    page.wait_for_url("**/accounts/login/?next=*")
    fill_sign_in(page, scene.collector)
    page.wait_for_url(f"**{note}")
    page.wait_for_selector(".write-kept")
    assert page.input_value("#id_text") == TYPED


def _changed_meanwhile(page: Any, scene: Any, note: str) -> None:
    """A colleague writes: the notice says so although its first answer is lost; without one the old version stays."""
    seen = page.input_value("input[name=seen_version]")
    with zeal.zeal_ignore():
        holds.place(
            customer_id=scene.customer.id, kind="hardship", actor=Actor.of(scene.agent), seen_version=None, now=NOW
        )

    def without_a_notice(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('id="write-changed"', 'id="nothing"'))

    page.route(f"**{note}", without_a_notice)
    page.reload()
    page.wait_for_selector(".write-kept")
    assert page.input_value("input[name=seen_version]") == seen
    page.unroute(f"**{note}")
    page.route("**/changed/**", lambda route: route.fulfill(status=503), times=1)
    page.reload()
    page.wait_for_selector("#write-changed .write-conflict")
    assert page.input_value("input[name=seen_version]") != seen


def test_typed_text_outlives_reload_and_leaving_and_can_be_dropped(visit: Any, scene: Any, note: str) -> None:
    """It comes back after a reload and after looking elsewhere; dropping, cancelling or signing out ends it."""
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(note)
    page = visitor.page
    page.fill("#id_text", TYPED)
    fresh = page.input_value("input[name=form_key]")
    page.reload()
    assert page.input_value("#id_text") == TYPED
    assert page.input_value("input[name=form_key]") == fresh
    visitor.open(f"/c/{scene.customer.customer_no}/")
    page.go_back()
    page.wait_for_selector(".write-kept")
    assert page.input_value("#id_text") == TYPED
    visitor.expect_refusal(503)
    _changed_meanwhile(page, scene, note)
    page.click(".write-kept button")
    assert page.input_value("#id_text") == ""
    assert page.input_value("input[name=form_key]") != fresh
    assert kept(page) == []
    page.fill("#id_text", TYPED)
    page.click("#write-form a[data-drop]")
    page.wait_for_url(f"**/c/{scene.customer.customer_no}/")
    assert kept(page) == []
    visitor.open(note)
    assert page.input_value("#id_text") == ""
    page.fill("#id_text", TYPED)
    page.click("details.menu summary")
    page.click("form[data-sign-out] button")
    page.wait_for_url("**/accounts/login/**")
    assert kept(page) == []


def test_what_is_old_or_of_somebody_else_is_gone(visit: Any, scene: Any, note: str) -> None:
    """Twelve hours, and only for the one who typed it."""
    visitor = visit()
    visitor.sign_in(scene.collector)
    page = visitor.page
    for other in (False, True):
        visitor.open(note)
        page.fill("#id_text", TYPED)
        if other:
            visitor.sign_in(factories.make_staff("collector", branch=scene.collector.branch))
        else:
            page.evaluate(
                """() => { const name = Object.keys(sessionStorage).find((each) => each.includes('kept'));
                const kept = JSON.parse(sessionStorage[name]); kept.at -= 12 * 3600 * 1000 + 1;
                sessionStorage[name] = JSON.stringify(kept); }"""
            )
        page.reload()
        assert page.input_value("#id_text") == ""
        assert kept(page) == []


def test_a_sign_in_in_another_tab_does_not_break_this_one(visit: Any, scene: Any, note: str) -> None:
    """The token has changed since the page was opened; it is read when the form is sent."""
    give_password(scene.collector)
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(note)
    page = visitor.page
    page.fill("#id_text", TYPED)
    # Until somebody has signed in again, what this page asks for by itself is refused.
    visitor.expect_refusal(401)
    before = visitor.context.cookies()
    visitor.context.clear_cookies(name="sessionid")
    other = visitor.context.new_page()
    other.goto(visitor.live_url + "/accounts/login/")
    fill_sign_in(other, scene.collector)
    other.wait_for_selector("#feed-state")
    tokens = [c["value"] for jar in (before, visitor.context.cookies()) for c in jar if c["name"] == "csrftoken"]
    assert len(set(tokens)) == 2
    page.click("#write-form button[type=submit]")
    page.wait_for_url(f"**/c/{scene.customer.customer_no}/")
    assert stored() == 1


def test_a_double_click_writes_once_with_and_without_scripts(visit: Any, scene: Any, note: str) -> None:
    """The button is off while the note is on its way; without scripts the key alone holds."""
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(note)
    visitor.page.fill("#id_text", TYPED)
    visitor.page.dblclick("#write-form button[type=submit]")
    visitor.page.wait_for_url(f"**/c/{scene.customer.customer_no}/")
    assert stored() == 1
    plain = visit(scripts=False)
    plain.sign_in(scene.collector)
    plain.open(note)
    plain.page.fill("#id_text", "另一条")
    plain.page.dblclick("#write-form button[type=submit]")
    # The second click breaks the first one's navigation off, so the address is asked for, not an event waited for.
    expect(plain.page).to_have_url(re.compile(rf"/c/{scene.customer.customer_no}/$"))
    assert stored("另一条") == 1


def test_the_button_is_off_while_the_note_is_on_its_way(visit: Any, scene: Any, note: str) -> None:
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(note)
    page = visitor.page
    held: list[Any] = []
    page.route(f"**{note}", lambda route: held.append(route) if route.request.method == "POST" else route.fallback())
    page.fill("#id_text", TYPED)
    page.click("#write-form button[type=submit]")
    page.wait_for_selector("#write-form button[type=submit]:disabled")
    held[0].continue_()
    page.wait_for_url(f"**/c/{scene.customer.customer_no}/")
    assert stored() == 1


def test_a_text_that_was_saved_after_all_is_not_saved_again(visit: Any, scene: Any, note: str) -> None:
    """The answer never came; after a reload the text is back with its key, and sending it again writes nothing."""
    visitor = visit()
    visitor.expect_refusal(502)
    visitor.sign_in(scene.collector)
    visitor.open(note)
    page = visitor.page
    page.fill("#id_text", TYPED)

    def lose_the_answer(route: Any) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        route.fetch()
        # What came with the answer is lost too.
        visitor.context.clear_cookies(name=f"onecase_saved_{key}")
        route.fulfill(status=502)

    key = page.input_value("input[name=form_key]")
    page.route(f"**{note}", lose_the_answer)
    page.click("#write-form button[type=submit]")
    page.wait_for_selector("#write-form button[type=submit]:enabled")
    page.unroute(f"**{note}")
    page.wait_for_timeout(300)
    assert stored() == 1
    page.reload()
    page.wait_for_selector(".write-kept")
    page.click("#write-form button[type=submit]")
    page.wait_for_url(f"**/c/{scene.customer.customer_no}/")
    assert stored() == 1
    assert kept(page) == []


def test_without_scripts_an_ended_session_leads_to_signing_in_and_back(visit: Any, scene: Any, note: str) -> None:
    give_password(scene.collector)
    visitor = visit(scripts=False)
    visitor.sign_in(scene.collector)
    visitor.open(note)
    visitor.page.fill("#id_text", TYPED)
    Session.objects.all().delete()
    visitor.page.click("#write-form button[type=submit]")
    visitor.page.wait_for_url(f"**/accounts/login/?next={note}")
    fill_sign_in(visitor.page, scene.collector)
    visitor.page.wait_for_url(f"**{note}")


def test_what_was_said_in_a_call_outlives_the_identity_check(visit: Any, scene: Any) -> None:
    """Recording the check is another form: it opens the panel anew."""
    visitor = visit()
    visitor.sign_in(scene.collector)
    page = visitor.page
    visitor.open(f"/c/{scene.customer.customer_no}/call/?inbound=1")
    page.click("#write-form button[type=submit]")
    page.wait_for_selector(".call-verify")
    page.fill("#id_text", TYPED)
    page.check(".call-verify input[value=failed]")
    page.click(".call-verify button[type=submit]")
    page.wait_for_selector(".call-unverified")
    # The script that puts it back runs once the page has been read.
    page.wait_for_selector(".write-kept")
    assert page.input_value("#id_text") == TYPED


def test_what_is_typed_before_the_scripts_have_come_is_kept(visit: Any, scene: Any, note: str) -> None:
    """A slow line brings the form before the script that keeps it."""
    visitor = visit()
    visitor.sign_in(scene.collector)
    page, waiting = visitor.page, []
    page.route("**/keep*.js", lambda route: waiting.append(route))
    page.goto(visitor.live_url + note, wait_until="commit")
    page.fill("#id_text", TYPED)
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()
    page.wait_for_load_state()
    page.unroute("**/keep*.js")
    page.reload()
    page.wait_for_selector(".write-kept")
    assert page.input_value("#id_text") == TYPED


def test_a_form_that_was_emptied_again_says_nothing(visit: Any, scene: Any, note: str) -> None:
    visitor = visit()
    visitor.sign_in(scene.collector)
    visitor.open(note)
    visitor.page.fill("#id_text", TYPED)
    visitor.page.fill("#id_text", "")
    visitor.page.reload()
    assert not visitor.page.query_selector(".write-kept")
