"""Who may open which record on the desk, and that every look is logged with its purpose."""

from urllib.parse import quote_plus

import pytest
from django.urls import reverse

from collections_app.models import LookUp
from collections_app.models.fields import token
from tests import factories
from tests.conftest import undrawn

PARTS = ("main", "side", "timeline", "why", "accounts", "actions")
WITHIN = {
    "collector": {"own": 200, "foreign": 404},
    "supervisor": {"own": 200, "foreign": 404},
    "auditor": {"own": 200, "foreign": 200},
    "mediator": {"own": 404, "foreign": 404},
    "administrator": {"own": 404, "foreign": 404},
}


def _records():
    own, _account = factories.make_debtor()
    foreign, _account = factories.make_debtor(branch=factories.make_branch("SH"), name="赵云龙")
    return {"own": own, "foreign": foreign}


def _addresses(customer):
    yield reverse("desk:record", args=[customer.customer_no])
    yield reverse("desk:find") + f"?open={customer.customer_no}"
    for part in PARTS:
        yield reverse("desk:record_part", args=[customer.customer_no, part])


def test_a_role_opens_what_is_in_its_scope_and_nothing_else(client, db, now):
    """Out of scope and absent look the same: not found."""
    records = _records()
    for role, within in WITHIN.items():
        client.force_login(factories.make_staff(role))
        for where, status in within.items():
            with undrawn():
                found = {address: client.get(address).status_code for address in _addresses(records[where])}
            assert set(found.values()) == {status}, (role, where, found)


def test_an_agent_of_the_whole_bank_names_a_purpose_first(client, db, now):
    """Without a purpose the record does not open; with it, the look is logged."""
    customer = _records()["foreign"]
    agent = factories.make_staff("service_agent")
    client.force_login(agent)
    page = reverse("desk:record", args=[customer.customer_no])
    assert client.get(page).status_code == 302
    for part in PARTS:
        address = reverse("desk:record_part", args=[customer.customer_no, part])
        refused = client.get(address, headers={"hx-request": "true"})
        assert refused.status_code == 403
        assert f"/find/?open={customer.customer_no}" in refused.content.decode()
    client.post(reverse("desk:find_open", args=[customer.customer_no]), {"purpose": "call_in"})
    assert client.get(page).status_code == 200
    assert LookUp.objects.get(staff=agent, purpose="call_in").customer == customer


@pytest.mark.parametrize("name", ["desk:record", "desk:note", "notifications:record", "mediation:record"])
def test_every_room_asks_for_the_purpose_in_one_way_and_leads_back(client, db, now, name):
    """Whatever page of a record was asked for, the form comes first and that page after it."""
    customer = _records()["foreign"]
    client.force_login(factories.make_staff("service_agent"))
    page = reverse(name, args=[customer.customer_no])
    form = client.get(page, follow=True)
    assert form.redirect_chain == [(f"/find/?open={customer.customer_no}&next={quote_plus(page)}", 302)]
    assert f'name="next" value="{page}"' in form.content.decode()
    opened = client.post(
        reverse("desk:find_open", args=[customer.customer_no]), {"purpose": "call_in", "next": page}, follow=True
    )
    assert opened.redirect_chain == [(page, 302)]
    assert opened.status_code == 200


@pytest.mark.parametrize("then", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_way_back_never_leads_off_the_site(client, db, now, then):
    """A link with somebody else's address opens the record instead."""
    customer = _records()["own"]
    client.force_login(factories.make_staff("service_agent"))
    opened = client.post(reverse("desk:find_open", args=[customer.customer_no]), {"purpose": "call_in", "next": then})
    assert opened.url == reverse("desk:record", args=[customer.customer_no])


def test_a_purpose_nobody_knows_opens_nothing(client, db, now):
    """The purpose is one of the list."""
    customer = _records()["own"]
    client.force_login(factories.make_staff("service_agent"))
    client.post(reverse("desk:find_open", args=[customer.customer_no]), {"purpose": "curiosity"})
    assert not LookUp.objects.exists()


def test_strangers_are_sent_to_the_door(client, db, now):
    """Every page of the desk asks who is there."""
    customer = _records()["own"]
    number = customer.contact_points.get().pk
    for address in ["/", "/find/", "/gallery/", *_addresses(customer)]:
        assert client.get(address).url.startswith("/accounts/login/")
    response = client.post(reverse("desk:reveal", args=[customer.customer_no, number]))
    assert response.url.startswith("/accounts/login/")


def test_a_masked_number_is_shown_on_request_and_the_request_is_logged(client, collector, now):
    """The page hides the middle of a number until somebody asks for it."""
    customer, _account = factories.make_debtor()
    point = customer.contact_points.get()
    page = client.get(reverse("desk:record", args=[customer.customer_no])).content.decode()
    assert point.value not in page
    shown = client.post(
        reverse("desk:reveal", args=[customer.customer_no, point.pk]), headers={"hx-request": "true"}
    ).content.decode()
    assert point.value in shown
    assert LookUp.objects.filter(staff=collector, purpose=f"number:{point.pk}").exists()


def test_a_number_of_another_record_is_not_shown(client, collector, now):
    """The number must belong to the record in the address."""
    records = _records()
    foreign = records["foreign"].contact_points.get()
    assert client.post(reverse("desk:reveal", args=[records["own"].customer_no, foreign.pk])).status_code == 404


@pytest.mark.parametrize("text", ["{no}", "0011", "110101199003070011", "陈晓梅", "chenxiaomei", "cxm"])
def test_a_customer_is_found_by_number_tail_name_pinyin_and_initials(client, collector, now, text):
    """Each way of naming a customer finds them."""
    customer, _account = factories.make_debtor()
    customer.search_tokens += [token(key, space="name") for key in ("陈晓梅", "chenxiaomei", "cxm")]
    customer.save(update_fields=["search_tokens"])
    body = client.get("/find/", {"q": text.format(no=customer.customer_no)}).content.decode()
    assert customer.customer_no in body


def test_a_search_finds_nothing_outside_the_scope(client, collector, now):
    """A collector does not find another branch's customer."""
    foreign = _records()["foreign"]
    body = client.get("/find/", {"q": foreign.customer_no}).content.decode()
    assert "赵云龙" not in body
