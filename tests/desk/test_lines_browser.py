"""Two colleagues at one record: who is there, who writes, who is on the line, and a call that changes hands."""

from datetime import timedelta

import pytest
import zeal

from collections_app.domain.lines import LEASE
from collections_app.models import Conversation
from collections_app.services import calls, contact_points
from collections_app.services.lines import lease
from collections_app.services.records import Actor
from tests import factories
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser
WRITING = "#record-head .is-writing"
# What a heartbeat has lost comes with the next, after fifteen seconds; what it says comes before.
BEFORE_THE_NEXT_MS = 10_000


@pytest.fixture
def scene(transactional_db):
    scene = scenes.set_up()
    contact_points.log_look(customer_id=scene.customer.pk, purpose="call_in", actor=Actor.of(scene.agent), now=NOW)
    return scene


@pytest.fixture
def supervisor(scene):
    with zeal.zeal_ignore():
        names = {"display_name": "周主管", "display_name_en": "Zhou"}
        return factories.make_staff("supervisor", branch=scene.collector.branch, **names)


def _visitor(visit, staff, path, **how):
    visitor = visit(**how)
    visitor.sign_in(staff)
    visitor.open(path)
    visitor.page.wait_for_selector("#feed-state[data-feed-state=live]")
    return visitor


def _on_the_line(scene):
    return calls.start(
        customer_id=scene.customer.pk,
        contact_point_id=None,
        inbound=True,
        actor=Actor.of(scene.collector),
        seen_version=None,
        now=NOW,
    )


def test_who_looks_and_who_writes_shows_on_the_record_in_the_list_and_beside_a_form(visit, scene):
    """Both departments, both languages; a form somebody else writes in warns, and does not stop anybody."""
    record = scenes.address("record", scene.customer)
    collector = _visitor(visit, scene.collector, record)
    agent = _visitor(visit, scene.agent, scenes.address("note", scene.customer), language="en")
    collector.page.wait_for_selector("#record-head .here-one >> text=王芳（客服）正在查看")
    agent.page.wait_for_selector(
        ".here-line .here-one >> text=Zhang Min (Collections) is looking", timeout=BEFORE_THE_NEXT_MS
    )
    agent.page.fill("textarea[name=text]", "客户来电")
    collector.page.wait_for_selector(f"{WRITING} >> text=王芳（客服）正在书写")
    collector.page.wait_for_selector(f"#here-{scene.customer.pk} .is-writing", state="attached")
    collector.check_accessibility()
    collector.open(scenes.address("note", scene.customer))
    collector.page.wait_for_selector(".here-line .is-writing >> text=王芳（客服）正在书写")
    agent.open(record)
    collector.page.wait_for_selector(
        ".here-line .here-one:not(.is-writing) >> text=王芳（客服）正在查看", timeout=BEFORE_THE_NEXT_MS
    )


def test_a_take_over_disables_the_first_screen_within_a_second_and_keeps_what_was_typed(visit, scene, supervisor):
    """The panel says who took the call and why; nothing can be sent; the text is still there."""
    call = _on_the_line(scene)
    panel = scenes.address("call", scene.customer, call.pk)
    holder = _visitor(visit, scene.collector, panel)
    holder.page.fill("textarea[name=text]", "客户说月底发工资")
    boss = _visitor(visit, supervisor, scenes.address("call_take_over", scene.customer, call.pk))
    boss.page.fill("textarea[name=reason]", "通话用语不当")
    boss.page.click("#write-form button[type=submit]")
    boss.page.wait_for_url(f"**{panel}")
    holder.page.wait_for_selector("#call-line[data-line=lost] >> text=通话用语不当", timeout=3000)
    assert holder.page.locator("#write-form button[type=submit]").is_disabled()
    assert holder.page.input_value("textarea[name=text]") == "客户说月底发工资"
    assert holder.page.locator("#write-form textarea[name=text]").get_attribute("readonly") is not None
    holder.check_accessibility()
    assert boss.page.locator("#write-form button[type=submit]").is_enabled()


def test_a_call_is_asked_for_and_handed_over_on_two_screens(visit, scene):
    """The panel of the holder shows the request by itself; the record of who asked leads to the call by itself."""
    call = _on_the_line(scene)
    holder = _visitor(visit, scene.collector, scenes.address("call", scene.customer, call.pk))
    asker = _visitor(visit, scene.agent, scenes.address("call_ask", scene.customer, call.pk))
    asker.page.fill("textarea[name=reason]", "客户要谈还款安排")
    asker.page.click("#write-form button[type=submit]")
    asker.page.wait_for_url(f"**{scenes.address('record', scene.customer)}")
    holder.page.click("#call-line button[value=hand_over]")
    holder.page.wait_for_url(f"**{scenes.address('record', scene.customer)}")
    asker.page.click(f"#record-actions a[href='{scenes.address('call', scene.customer, call.pk)}']")
    asker.page.wait_for_selector("#call-line[data-line=held]")
    assert Conversation.objects.get().staff_id == scene.agent.pk


def test_a_browser_that_crashes_on_the_line_frees_it_and_a_colleagues_list_says_so(visit, scene, settings):
    """While pages live the heartbeat holds the line; after a crash without a word the lease ends by itself."""
    call = _on_the_line(scene)
    agent = _visitor(visit, scene.agent, scenes.address("record", scene.customer))
    agent.page.wait_for_selector("#record-permit >> text=张敏")
    holder = _visitor(visit, scene.collector, scenes.address("call", scene.customer, call.pk))
    settings.CLOCK_SHIFT += LEASE - timedelta(seconds=40)
    holder.open(scenes.address("call", scene.customer, call.pk))
    holder.page.wait_for_selector("#feed-state[data-feed-state=live]")
    holder.page.wait_for_timeout(300)
    holder.context.close()
    # The last beat may still be on its way when the browser is gone.
    agent.page.wait_for_timeout(300)
    kept = Conversation.objects.get().lease_until
    assert kept > call.lease_until
    assert lease.free_lapsed(now=kept - timedelta(seconds=1)) == 0
    settings.CLOCK_SHIFT += LEASE
    assert lease.free_lapsed(now=kept) == 1
    agent.page.wait_for_selector("#record-permit:not(:has-text('张敏'))", timeout=5000)
    agent.page.wait_for_selector("#record-side >> text=待登记结果")
