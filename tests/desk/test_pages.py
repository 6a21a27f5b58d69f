"""The pages of the desk answer, name what they should, and cost the same for one row and for many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories, seeds
from tests.desk import scenes

pytestmark = pytest.mark.django_db


def test_the_workbench_names_the_customer_and_the_amount_of_the_queue(client, collector, now):
    """A row shows who, how much and why."""
    customer, _account = factories.make_debtor(name="欧阳建国")
    text = client.get("/").content.decode()
    assert customer.name in text
    assert "3,913.00" in text


def test_the_record_answers_in_its_order(client, collector, now):
    """Who, permit, amounts, what was told, history: in this order on the page."""
    customer, _account = factories.make_debtor()
    text = client.get(reverse("desk:record", args=[customer.customer_no])).content.decode()
    places = [
        text.index(f'id="{name}"')
        for name in (
            "record-head",
            "record-permit",
            "record-amounts",
            "record-told",
            "record-timeline",
            "record-actions",
        )
    ]
    assert places == sorted(places)


def test_at_night_a_call_is_planned_for_when_it_may_be_made(client, collector, now, settings):
    """At 03:00 the next step does not stand beside an hour at which nobody may call."""
    seeds.rule_packs(now=now)
    scenes.fresh_data()
    customer, _account = factories.make_debtor()
    settings.CLOCK_SHIFT = timedelta(hours=17)
    side = client.get(reverse("desk:record_part", args=[customer.customer_no, "side"])).content.decode()
    planned = side[side.index("计划中") :]
    planned = planned[: planned.index("短信")]
    assert "电话联系" in planned
    assert "今天 08:00" in planned


@pytest.mark.parametrize("part", ["main", "side", "timeline", "why", "accounts", "actions"])
def test_each_fragment_is_fetched_alone(client, collector, now, part):
    """A fragment answers without the page around it, and says which version it shows."""
    customer, _account = factories.make_debtor()
    response = client.get(reverse("desk:record_part", args=[customer.customer_no, part]))
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    if part != "why":
        assert f'data-version="{customer.version}"' in response.content.decode()


def test_an_unknown_fragment_is_not_found(client, collector, now):
    """Only the named fragments exist."""
    customer, _account = factories.make_debtor()
    assert client.get(reverse("desk:record_part", args=[customer.customer_no, "secrets"])).status_code == 404


@pytest.mark.parametrize("path", ["/", "/find/", "/gallery/"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_answer_in_both_languages(client, collector, now, path, language):
    """Each page is there for readers of Chinese and of English."""
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()


def _queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("queue", ["to_contact", "promise_due"])
def test_a_list_of_many_costs_what_a_list_of_one_costs(client, collector, now, queue):
    """Query counts do not grow with the rows."""
    factories.make_debtor()
    _queries(client, f"/?queue={queue}")
    one = _queries(client, f"/?queue={queue}")
    for _ in range(7):
        factories.make_debtor()
    assert _queries(client, f"/?queue={queue}") == one


def test_a_record_with_much_on_it_costs_what_a_bare_one_costs(client, collector, now):
    """Query counts do not grow with accounts and numbers."""
    bare, _account = factories.make_debtor()
    rich, _account = factories.make_debtor()
    for _ in range(4):
        factories.make_account(rich)
        factories.make_mobile(rich)
    first = reverse("desk:record", args=[bare.customer_no])
    second = reverse("desk:record", args=[rich.customer_no])
    _queries(client, first)
    _queries(client, second)
    assert _queries(client, first) == _queries(client, second)
