"""A caller is found, their record opens with its panel, and an answer is read out: by keys, in both languages."""

import pytest
import zeal

from collections_app.models import LookUp, Told
from collections_app.selectors import records
from collections_app.services import answers, notes
from collections_app.services.clocks import law, nightly
from collections_app.services.records import Actor
from tests.conftest import NOW
from tests.desk import scenes

pytestmark = pytest.mark.browser


def test_an_agent_finds_a_caller_and_answers(visit, transactional_db, monkeypatch):
    """Found by name, opened for who stands at the counter, read out once, told: no mouse is needed.

    Left open past its purpose, the page says so and leads to where it is given anew.
    """
    scene = scenes.set_up()
    with zeal.zeal_ignore():
        answers.load(now=NOW)
        law.load()
        nightly.wind(now=NOW)
    agent = visit(language="en")
    agent.sign_in(scene.agent)
    agent.open(f"/find/?purpose=call_in&q={scene.customer.customer_no}")
    agent.page.focus("[data-row-link]")
    agent.page.keyboard.press("Enter")
    agent.page.wait_for_selector("select[name=purpose]")
    agent.page.select_option("select[name=purpose]", "counter")
    agent.page.keyboard.press("Enter")
    agent.page.focus("main form button[type=submit]")
    agent.page.keyboard.press("Enter")
    agent.page.wait_for_selector("#record-service")
    assert LookUp.objects.filter(staff=scene.agent, purpose="counter").exists()
    agent.page.focus("#answer-how_much > summary")
    agent.page.keyboard.press("Enter")
    # What other rooms give to the page fades in.
    agent.page.wait_for_selector(".panel-link", state="detached")
    agent.check_accessibility()
    agent.screenshot("service", whole=True)
    agent.page.focus("#answer-how_much button")
    agent.page.keyboard.press("Enter")
    agent.page.wait_for_selector("#record-service .pill-ok:nth-of-type(1)")
    agent.page.wait_for_load_state()
    assert Told.objects.filter(staff=scene.agent, medium="spoken").exists()
    agent.expect_refusal(403)
    monkeypatch.setattr(records, "LOOK_UP_HOURS", 0)
    notes.add(customer_id=scene.customer.id, text="已回访", actor=Actor.of(scene.collector), seen_version=None, now=NOW)
    agent.page.click("#purpose-ended a")
    agent.page.wait_for_selector("select[name=purpose]")
    assert f"next=%2Fc%2F{scene.customer.customer_no}" in agent.page.url
