"""Several colleagues, two tabs, the sweep and the holder want a line at the same instant."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection

from collections_app.domain.lines import LEASE
from collections_app.models import Conversation, Staff
from collections_app.services.errors import RefusedError
from collections_app.services.lines import lease
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.collections_app.test_lines import start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rules")]


def race(*doings: Callable[[], object]) -> list[str]:
    """Do all at the same instant in threads of their own; return how each ended."""
    gate, ends = threading.Barrier(len(doings)), []

    def run(doing: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=30)
            doing()
            ends.append("done")
        except RefusedError as error:
            ends.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[doing]) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(ends)


def test_of_all_who_want_a_line_that_has_lapsed_one_gets_it(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Six colleagues, the sweep and the holder who wants it back: one line, one holder."""
    call = start(debtor, collector, now)
    later, others = now + LEASE, [factories.make_staff("service_agent") for _ in range(6)]
    ends = race(
        *(lambda staff=staff: start(debtor, staff, later) for staff in others),
        lambda: lease.free_lapsed(now=later),
        lambda: lease.resume(conversation_id=call.id, actor=Actor.of(collector), now=later),
    )
    assert Conversation.objects.filter(ended_at__isnull=True, interrupted_at__isnull=True).count() == 1
    assert ends.count("done") == 2
    assert set(ends) <= {"done", "on_the_line", "line_taken"}


def test_a_person_who_starts_two_calls_at_once_gets_one(collector: Staff, now: datetime) -> None:
    """Two tabs, two records, one telephone."""
    both = [Debtor(*factories.make_debtor()) for _ in range(2)]
    ends = race(*(lambda debtor=debtor: start(debtor, collector, now) for debtor in both))
    assert ends == ["already_on_a_call", "done"]
