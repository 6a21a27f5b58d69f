"""The administration of messages: what is done there needs a reason, and the log says which."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from collections_app.domain.admin_log import words
from notifications.models import SendingHalt
from notifications.services import halts
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def no_n_plus_one() -> None:
    """Django's own pages ask as often as they like."""


def test_a_halt_is_ended_for_a_reason_that_stands_in_the_log(client: Client, now) -> None:
    """Without one nothing goes on; with one it stands on the halt and in the log of the administration."""
    administrator = factories.make_staff("administrator", is_staff=True)
    client.force_login(administrator)
    halt = halts.begin(provider="", kind="", branch=None, reason="账单有误", by=administrator, now=now)
    where = reverse("admin:notifications_sendinghalt_changelist")
    assert 'name="reason"' in client.get(where).content.decode()
    for reason, ended in (("", False), ("　 ", False), ("账单已更正", True)):
        sent = {"action": "end", "_selected_action": [halt.pk], "reason": reason}
        page = client.post(where, sent, follow=True)
        halt.refresh_from_db()
        assert (halt.ended_at is not None) is ended, reason
        assert ("请填写原因" in page.content.decode()) is not ended, reason
    assert SendingHalt.objects.get().end_reason == "账单已更正"
    entry = LogEntry.objects.get()
    assert (entry.user_id, words(entry.change_message, "zh-hans")) == (administrator.pk, "恢复：账单已更正")
