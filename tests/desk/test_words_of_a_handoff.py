"""Where a customer's request is worked on, all they said of it stands together."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from collections_app.models import Customer, HandOff
from collections_app.services import handoffs, records
from collections_app.templatetags import terms
from repayment.services import requests
from tests.desk.scenes import address

pytestmark = pytest.mark.django_db


def test_what_the_customer_added_stands_in_its_order_with_its_day(
    browser: Client, record: Customer, now: datetime
) -> None:
    """Also what they answered while it waited for them; never what belongs to another request of theirs."""
    with transaction.atomic():
        locked = records.lock(customer_id=record.id, now=now)
        mine, other = (
            handoffs.open_within(customer=locked, kind=kind, actor=records.CUSTOMER, now=now, text=f"起初{kind}")
            for kind in ("plan_request", "hardship")
        )
    for handoff, text, days in ((mine, "月收入\n3,500.00", 0), (other, "别的事", 0), (mine, "月收入8,000.00", 1)):
        if days:
            HandOff.objects.filter(id=handoff.id).update(state="waiting", waiting_since=now)
        requests.add_papers(
            customer_id=record.id, handoff_id=handoff.id, files=[], text=text, now=now + timedelta(days=days)
        )
    page = browser.get(address("handoff_move", record, mine.id)).content.decode()
    first, second = page.index("月收入<br>3,500.00"), page.index("月收入8,000.00")
    assert page.index("起初plan_request") < first < second
    assert "别的事" not in page


def test_several_lines_stand_in_one_row_set_apart() -> None:
    """A row of a table runs nothing together that was written on lines of its own."""
    assert terms.in_one_line("号码：登记手机\n\n 时段：下班前 ") == "号码：登记手机 · 时段：下班前"
