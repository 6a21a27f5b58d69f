"""The screens of messages in a real browser, on a desk and on a handset."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from collections_app.services import clock
from notifications.models import Message
from notifications.providers.sandbox.inbox import deliver
from notifications.services import planning, sending
from notifications.services.replies import receiving
from tests import factories, seeds

pytestmark = pytest.mark.browser


@pytest.fixture
def busy_bank(live_url: str) -> None:
    """A day's messages: sent, refused, and one with a link."""
    now = clock.now()
    seeds.rule_packs(now=now)
    seeds.texts(now=now)
    for number in range(6):
        customer, _ = factories.make_debtor(
            account={
                "core_overdue_fen": 0, "overdue_since": None, "due_on": factories.TODAY + timedelta(days=3),
                "statement_on": factories.TODAY - timedelta(days=17),
            }
        )  # fmt: skip
        if number == 5:
            customer.contact_points.update(quality="bad")
    planning.plan(on=factories.TODAY, now=now)
    sending.send_due(now=now, worker="test")
    deliver(
        provider="sandbox", provider_id="with-link", number="+85255501234", body="x", at=now,
        shown=f"Demo Bank: card ending 4410 is due today. Ignore if paid. View or pay: {live_url}/r/{'x' * 22}/ "
        "or sign in yourself. Questions: 955XX",
    )  # fmt: skip
    number = Message.objects.filter(state="delivered")[0].number
    for name, words in enumerate(("昨天还了，请查收", "你们行长是谁")):
        receiving.receive(provider="sandbox", provider_id=f"IN{name}", number=number, body=words, now=now)


def test_the_phone_shows_new_messages_by_itself(visit: Callable, busy_bank: None) -> None:
    """A conversation opens, its link can be touched, and what comes in appears without a reload."""
    visitor = visit(width=390)
    visitor.open("/sandbox/phone/")
    visitor.screenshot("phone-list")
    visitor.check_accessibility()
    visitor.check_widths()
    visitor.page.get_by_text("+85255501234").first.click()
    assert visitor.page.locator(".texts a[href*='/r/']").count() == 1
    deliver(
        provider="sandbox", provider_id="later", number="+85255501234", shown="Demo Bank: thank you.", body="y",
        at=clock.now(),
    )  # fmt: skip
    visitor.page.locator(".texts").get_by_text("thank you").wait_for()
    visitor.screenshot("phone-conversation")
    visitor.check_accessibility()
    visitor.check_widths()


def test_the_outbox_and_its_why_read_well(visit: Callable, busy_bank: None) -> None:
    """The list, one message and a record's messages, accessible at both widths."""
    visitor = visit(width=390)
    visitor.sign_in(factories.make_staff("collector"))
    message = Message.objects.filter(state="delivered").select_related("customer")[0]
    for name, path in {
        "outbox": "/notifications/outbox/",
        "message": f"/notifications/outbox/{message.pk}/",
        "replies": "/notifications/replies/",
        "messages-of-record": f"/notifications/record/{message.customer.customer_no}/",
    }.items():
        visitor.open(path)
        visitor.screenshot(name)
        visitor.check_accessibility()
        visitor.check_widths()
