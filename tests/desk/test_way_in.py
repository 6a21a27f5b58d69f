"""Ending a customer's way in to their page, from the record."""

from datetime import datetime

import pytest
from django.db import transaction
from django.test import Client

from collections_app.models import AccessLink, Customer, Event, Staff
from collections_app.services import access, records
from tests import factories, seeds

pytestmark = pytest.mark.django_db


def test_a_colleague_sees_how_the_way_in_stands_ends_it_and_is_led_on_to_a_new_one(
    browser: Client, collector: Staff, record: Customer, now: datetime
) -> None:
    """With the wrong answers and who is in, and then to the message that brings a new one."""
    seeds.texts(now=factories.START)
    with transaction.atomic():
        minted = access.mint_within(customer=records.lock(customer_id=record.pk, now=now), now=now)
    access.prove(token=minted.token, facts={"id_tail": "0011"}, address=None, now=now)
    AccessLink.objects.update(failures=3)
    address = f"/c/{record.customer_no}/way-in/"
    page = browser.get(address).content.decode()
    assert "答错 3 次" in page
    assert "1 个会话打开中" in page
    assert browser.post(address, {"seen_version": 1, "reason": ""}).status_code == 422
    ended = browser.post(address, {"seen_version": 1, "reason": "手机遗失"})
    assert ended.status_code == 303
    assert Event.objects.get(kind="access.ended").actor == collector
    assert "应您要求发送" in browser.get(ended["Location"]).content.decode()
