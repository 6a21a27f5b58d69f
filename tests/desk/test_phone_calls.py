"""The call at one's telephone on one's screens: whose it is, who may see that, and the way to the record."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from collections_app.models import ContactPoint, Customer, Hold, LookUp, Staff, TelephoneCall
from collections_app.services import records
from collections_app.services.machines import calls
from collections_app.services.machines.clients import save
from tests import factories
from tests.collections_app.machines import make_client
from tests.shared import undone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def ring(db: None, now: datetime) -> Any:
    """Let a telephone ring: at whose, from which number."""
    client = make_client("telephony")

    def ring(agent: Staff, number: str, event: str = "ringing", at: datetime = now) -> TelephoneCall:
        branches = {agent.branch} if agent.branch else set()
        save(row=client, branches=branches, actor=records.SYSTEM, now=at)
        calls.take(
            client=client,
            event=event,
            call_id="c-1",
            number=number,
            agent=agent.employee_no,
            direction="in",
            told_at=at,
            now=at,
        )
        return TelephoneCall.objects.get()

    return ring


def number_of(customer: Customer) -> str:
    return ContactPoint.objects.filter(customer=customer).first().value  # type: ignore[union-attr]  # each has one


def test_one_record_with_the_number_opens_by_itself(
    browser: Any, collector: Staff, record: Customer, ring: Any
) -> None:
    call = ring(collector, number_of(record))
    page = browser.get(reverse("desk:phone_call")).content.decode()
    assert f'data-stamp="{call.pk}.ringing"' in page
    assert f'data-open-call="{call.pk}"' in page
    assert record.name in page
    assert number_of(record) not in page
    opened = browser.post(reverse("desk:phone_open", args=[call.pk, record.customer_no]))
    assert (opened.status_code, opened.headers["Location"]) == (303, reverse("desk:record", args=[record.customer_no]))
    # A collector of the branch needs no purpose, so none is logged.
    assert not LookUp.objects.exists()


def test_the_look_of_the_whole_banks_agent_is_logged_with_its_purpose(
    client: Any, record: Customer, ring: Any, now: datetime
) -> None:
    agent = factories.make_staff("service_agent")
    client.force_login(agent)
    call = ring(agent, number_of(record))
    assert not records_open(client, record)
    client.post(reverse("desk:phone_open", args=[call.pk, record.customer_no]))
    assert LookUp.objects.get().purpose == "call_in"
    assert records_open(client, record)


def records_open(client: Any, record: Customer) -> bool:
    return bool(client.get(reverse("desk:record", args=[record.customer_no])).status_code == 200)


def test_several_records_with_the_number_are_offered_to_choose_from(
    browser: Any, collector: Staff, record: Customer, ring: Any
) -> None:
    other = factories.make_customer(name="李志强")
    factories.make_mobile(other, number_of(record))
    call = ring(collector, number_of(record))
    page = browser.get(reverse("desk:phone_call")).content.decode()
    assert record.customer_no in page
    assert other.customer_no in page
    assert "data-open-call" not in page
    assert browser.post(reverse("desk:phone_open", args=[call.pk, other.customer_no])).status_code == 303


def test_who_calls_from_a_number_that_is_not_the_customers_is_shown_no_record(
    browser: Any, collector: Staff, record: Customer, ring: Any, now: datetime
) -> None:
    """Known not to be theirs, of a person whose role has ended, or held: a stranger. A spouse's opens on a press."""
    call = ring(collector, number_of(record))
    point = record.contact_points.get(kind="mobile")
    person = factories.make_person(record, "guarantor", ended_at=now)

    def page() -> str:
        return str(browser.get(reverse("desk:phone_call")).content.decode())

    for wrong in ({"quality": "not_his"}, {"quality": "reassigned"}, {"quality": "bad"}, {"person": person}):
        with undone():
            ContactPoint.objects.filter(pk=point.pk).update(**wrong)
            assert record.name not in page(), wrong
            assert browser.post(reverse("desk:phone_open", args=[call.pk, record.customer_no])).status_code == 404
    with undone():
        Hold.objects.create(customer=record, kind="number_bad", contact_point=point, placed_at=now)
        assert record.name not in page()
    with undone():
        ContactPoint.objects.filter(pk=point.pk).update(relation="spouse")
        shown = page()
        assert "data-open-call" not in shown
        assert "配偶" in shown
        assert browser.post(reverse("desk:phone_open", args=[call.pk, record.customer_no])).status_code == 303
    # Another record knows the number to be a stranger's: certain here only where it was verified.
    factories.make_mobile(factories.make_customer(branch=factories.make_branch("SH")), point.value, quality="not_his")
    ContactPoint.objects.filter(pk=point.pk).update(quality="unknown")
    assert "data-open-call" not in page()
    ContactPoint.objects.filter(pk=point.pk).update(quality="verified")
    assert "data-open-call" in page()


def test_a_number_out_of_ones_scope_is_nobodys(browser: Any, collector: Staff, record: Customer, ring: Any) -> None:
    elsewhere = factories.make_customer(name="外行客户", branch=factories.make_branch("SH"))
    call = ring(collector, number_of(elsewhere))
    page = browser.get(reverse("desk:phone_call")).content.decode()
    assert elsewhere.name not in page
    assert elsewhere.customer_no not in page
    assert browser.post(reverse("desk:phone_open", args=[call.pk, elsewhere.customer_no])).status_code == 404
    # Nor does a call open a record that has another number.
    assert browser.post(reverse("desk:phone_open", args=[call.pk, record.customer_no])).status_code == 404


def test_the_search_has_the_number_filled_in_and_the_address_has_not(browser: Any, collector: Staff, ring: Any) -> None:
    call = ring(collector, "13800000001")
    page = browser.get(reverse("desk:phone_call")).content.decode()
    assert f"{reverse('desk:find')}?call={call.pk}" in page
    assert 'value="13800000001"' in browser.get(f"{reverse('desk:find')}?call={call.pk}").content.decode()
    for wrong in (call.pk + 1, "x", "٣", ""):
        assert "13800000001" not in browser.get(f"{reverse('desk:find')}?call={wrong}").content.decode()


def test_a_colleagues_call_is_none_of_mine(browser: Any, collector: Staff, record: Customer, ring: Any) -> None:
    call = ring(factories.make_staff("collector"), number_of(record))
    assert "data-open-call" not in browser.get(reverse("desk:phone_call")).content.decode()
    assert browser.post(reverse("desk:phone_open", args=[call.pk, record.customer_no])).status_code == 404
    assert number_of(record)[3:] not in browser.get(f"{reverse('desk:find')}?call={call.pk}").content.decode()


def test_a_call_that_is_over_leaves_the_screen_by_itself(
    browser: Any, collector: Staff, record: Customer, ring: Any, now: datetime
) -> None:
    """Two minutes after it ended; an hour after it rang when nobody told its end."""
    ring(collector, number_of(record))
    ring(collector, number_of(record), "hung_up")
    page = browser.get(reverse("desk:phone_call")).content.decode()
    assert record.customer_no in page
    assert "data-open-call" not in page
    with time_machine.travel(now + timedelta(minutes=2, seconds=1), tick=False):
        assert record.customer_no not in browser.get(reverse("desk:phone_call")).content.decode()


def test_who_has_not_signed_in_sees_no_call(client: Any, record: Customer) -> None:
    assert client.get(reverse("desk:phone_call")).status_code == 302
    assert client.post(reverse("desk:phone_open", args=[1, record.customer_no])).status_code == 302
