"""No list of the staff's asks more of the database because there is more in it.

The pages are taken from the URL configuration, the rows from one record on which everything is open; `bench/desk`
opens the same lists and every form, by every role that may, among a million customers.
"""

from datetime import datetime

import pytest
import zeal
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import large_bank, prototypes
from collections_app.models import HandOff
from collections_app.services import reference
from notifications.services import templates
from tests import every_page, factories

pytestmark = pytest.mark.django_db
MANY = 30
MOST = 34


@pytest.fixture
def no_n_plus_one() -> None:
    """The test counts by itself."""


def _asked(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return [query["sql"] for query in queries.captured_queries]


def test_no_list_asks_more_for_more_records(now: datetime) -> None:
    """Thirty records more, each with hand-offs, complaints, approvals, claims, holds, promises and talks open."""
    with zeal.zeal_ignore():
        reference.load_rule_packs(now=factories.START)
        reference.load(now=factories.START)
        templates.load_seed(now=factories.START)
        branch = factories.make_branch()
        troubled = prototypes.trouble(branch=branch, now=now)
        clients = every_page.people(branch)
        opened = every_page.openers(clients, {})
        assert len(opened) > 30
        few = {page: _asked(clients[page.who], page.address) for page in opened}
        before = HandOff.objects.count()
        large_bank.multiply(troubled.customer.id, copies=MANY)
        assert HandOff.objects.count() == before * (MANY + 1)
        many = {page: _asked(clients[page.who], page.address) for page in opened}
    more = {page: [sql for sql in many[page] if sql not in few[page]] for page in opened
            if len(many[page]) > len(few[page])}  # fmt: skip
    assert not more, "\n\n".join("\n".join([*map(str, page), *sqls]) for page, sqls in more.items())
    assert not {page: len(asked) for page, asked in many.items() if len(asked) > MOST}
