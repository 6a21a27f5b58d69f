"""When beat or the workers are stopped, no task is there to say so: every page says it."""

from datetime import datetime, timedelta

from django.test import Client

from collections_app.models import Staff
from collections_app.services import notes, records, sequencer
from tests import factories

WORDS = "后台任务已停止"


def test_a_page_says_that_background_work_has_stopped(client: Client, collector: Staff, now: datetime) -> None:
    """An event that nobody gives its place is the sign; once work goes on, the banner is gone."""
    customer, _account = factories.make_debtor()
    actor = records.Actor.of(collector)
    notes.add(customer_id=customer.id, text="x", actor=actor, seen_version=None, now=now - timedelta(hours=1))
    page = client.get("/").content.decode()
    assert WORDS in page
    assert "09:00" in page
    sequencer.sequence(now=now)
    assert WORDS not in client.get("/").content.decode()


def test_a_fresh_event_is_no_alarm(client: Client, collector: Staff, now: datetime) -> None:
    """Work that is only a little late is not stopped."""
    customer, _account = factories.make_debtor()
    actor = records.Actor.of(collector)
    notes.add(customer_id=customer.id, text="x", actor=actor, seen_version=None, now=now - timedelta(minutes=20))
    assert WORDS not in client.get("/").content.decode()
