"""A telephone rings: the record opens on its agent's screen, and never under the hands of somebody who types."""

import pytest
import zeal

from collections_app.models import ContactPoint
from collections_app.services.machines import calls
from tests.collections_app.machines import make_client
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser


def test_the_record_opens_by_itself_and_waits_while_somebody_types(visit, transactional_db):
    """The agent is idle: it opens, with its purpose logged. The next call comes while a note is typed: it waits."""
    scene = scenes.set_up()
    with zeal.zeal_ignore():
        client = make_client("telephony", branches=[scene.agent.branch, scene.collector.branch])
        number = ContactPoint.objects.filter(customer=scene.customer).first().value

    def ring(call_id, agent, event="ringing"):
        with zeal.zeal_ignore():
            calls.take(
                client=client,
                event=event,
                call_id=call_id,
                number=number,
                agent=agent.employee_no,
                direction="in",
                told_at=NOW,
                now=NOW,
            )

    agent = visit()
    agent.sign_in(scene.agent)
    agent.open("/find/")
    agent.page.wait_for_selector("#feed-state[data-feed-state=live]")
    ring("c-1", scene.agent)
    agent.page.wait_for_url(f"**{scenes.address('record', scene.customer)}")
    agent.page.wait_for_selector("#phone-call .phone-call")
    ring("c-1", scene.agent, "hung_up")
    agent.page.wait_for_selector("#phone-call .banner-warn")

    agent.open(scenes.address("note", scene.customer))
    agent.page.wait_for_selector("#feed-state[data-feed-state=live]")
    agent.page.fill("main textarea", "客户说下周还款")
    agent.page.evaluate("document.activeElement.blur()")
    ring("c-2", scene.agent)
    agent.page.wait_for_selector("#phone-call [data-open-call]")
    agent.page.wait_for_timeout(300)
    assert agent.page.url.endswith(scenes.address("note", scene.customer))
    assert agent.page.input_value("main textarea") == "客户说下周还款"
    agent.screenshot("phone-call", whole=False)
    agent.check_accessibility()
