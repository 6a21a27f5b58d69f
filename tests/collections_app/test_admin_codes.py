"""Codes and names in the administration."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from collections_app.models import Code, Staff
from collections_app.services import clock, codes
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def no_n_plus_one() -> None:
    """Django's own pages ask as often as they like."""


@pytest.fixture
def administrator(client: Client, now: Any) -> Staff:
    """An administrator who is signed in; the lists are loaded."""
    codes.load(now=clock.now())
    person = factories.make_staff("administrator", is_staff=True)
    client.force_login(person)
    return person


def entered(page: Any, **changes: Any) -> dict[str, Any]:
    """What the form of a page holds, as a browser would send it, with some of it changed."""
    form = page.context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values["_seen"] = page.context.get("seen", "")
    return {name: value for name, value in (values | changes).items() if value not in (None, False)}


def address(row: Code) -> str:
    return reverse("admin:collections_app_code_change", args=[row.pk])


def test_a_name_is_edited_and_everything_else_stays(client: Client, administrator: Staff) -> None:
    row = Code.objects.get(list_name="holds", code="dispute")
    before = row.data
    page = client.get(address(row))
    assert "停催种类" not in page.context["adminform"].form.fields
    answer = client.post(address(row), entered(page, name_zh="欠款异议核查"))
    assert answer.status_code == 302, answer.context["errors"]
    row.refresh_from_db()
    assert (row.name_zh, row.data, row.version, row.edited_by) == ("欠款异议核查", before, 2, administrator)


def test_the_form_says_what_may_not_be_weakened_and_a_try_comes_back_with_the_reason(
    client: Client, administrator: Staff
) -> None:
    row = Code.objects.get(list_name="holds", code="agreement_active")
    page = client.get(address(row))
    assert "不得弱于：停止（法律法规）" in page.content.decode()
    answer = client.post(address(row), entered(page, value_collect="pass", name_zh="写到一半"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "“催收”不得弱于：停止（法律法规）" in text
    assert "写到一半" in text
    row.refresh_from_db()
    assert row.version == 1


def test_a_code_is_added_to_the_list_the_filter_shows(client: Client, administrator: Staff) -> None:
    add = reverse("admin:collections_app_code_add")
    assert client.get(add).headers["Location"] == reverse("admin:collections_app_code_changelist")
    there = f"{add}?_changelist_filters=list_name__exact%3Dhandoffs"
    page = client.get(there)
    new = {
        "code": "site_visit",
        "name_zh": "上门核实",
        "name_en": "Site visit",
        "position": 205,
        "value_to": "collections",
        "value_minutes": 480,
        "value_must_carry": ["reason"],
        "value_clock": "working",
    }
    answer = client.post(there, entered(page, **new))
    assert answer.status_code == 302, answer.context["errors"]
    row = Code.objects.get(list_name="handoffs", code="site_visit")
    assert {name: value for name, value in row.data.items() if value not in (None, "")} == {
        "to": "collections",
        "minutes": 480,
        "must_carry": ["reason"],
        "text_required": False,
        "clock": "working",
    }


def test_compliance_may_and_a_page_that_is_old_may_not(client: Client, administrator: Staff) -> None:
    row = Code.objects.get(list_name="purposes", code="invite")
    old = entered(client.get(address(row)), name_zh="旧")
    client.force_login(factories.make_staff("compliance"))
    assert client.post(address(row), entered(client.get(address(row)), name_zh="新")).status_code == 302
    answer = client.post(address(row), old)
    assert answer.status_code == 200
    assert "再行保存" in answer.content.decode()
    row.refresh_from_db()
    assert row.name_zh == "新"
