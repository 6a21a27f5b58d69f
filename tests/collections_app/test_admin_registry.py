"""Whatever stands in the administration is read-only or ends in one service call."""

import ast
import inspect
from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client, RequestFactory
from django.urls import reverse

from collections_app.admin.base import ReadOnlyAdmin, ServiceAdmin
from collections_app.domain.staff import PERMISSIONS, Role, allows
from collections_app.models import Branch, Contact, CustomerSearch, Event, Staff
from collections_app.models.fields import AnySealedField
from collections_app.models.tokens import name_tokens
from collections_app.services import leaving
from collections_app.services.errors import RefusedError
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
REGISTRY = sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)


@pytest.fixture
def no_n_plus_one() -> None:
    """Django's own pages ask as often as they like."""


@pytest.fixture
def administrator() -> Staff:
    return factories.make_staff("administrator", is_staff=True)


@pytest.fixture
def request_of(administrator: Staff) -> Any:
    request = RequestFactory().get("/admin/")
    request.user = administrator
    return request


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_page_is_read_only_or_written_by_a_service(request_of: Any) -> None:
    """No page deletes; one that adds or changes says by which service."""
    for model, page in REGISTRY:
        assert isinstance(page, ReadOnlyAdmin), model
        assert not page.has_delete_permission(request_of), model
        assert "delete_selected" not in page.get_actions(request_of), model
        writes = page.has_add_permission(request_of) or page.has_change_permission(request_of)
        if isinstance(page, ServiceAdmin):
            assert type(page).write is not ServiceAdmin.write, model
        else:
            assert not writes, model
            assert not page.get_actions(request_of), model


def test_no_page_saves_or_searches_what_it_must_not(request_of: Any) -> None:
    """The code of a page has no save, create, update or delete of its own, and sealed fields are nowhere on it."""
    for module in {inspect.getmodule(type(page)) for _model, page in REGISTRY}:
        tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        called = {function.attr for function in calls if isinstance(function, ast.Attribute)}
        writes = called & {"create", "bulk_create", "update", "delete", "get_or_create", "update_or_create"}
        assert not writes, module
    for model, page in REGISTRY:
        sealed = {field.name for field in model._meta.fields if isinstance(field, AnySealedField)}
        shown = {*page.get_list_display(request_of), *page.get_search_fields(request_of), *page.get_fields(request_of)}
        assert not sealed & {name.split("__")[-1].lstrip("^=@") for name in shown if isinstance(name, str)}, model


def test_every_list_opens(client: Client) -> None:
    """For who sees customers at all: what belongs to records is shown in one's own scope."""
    client.force_login(factories.make_staff("administrator", scope="institution"))
    for model, _page in REGISTRY:
        assert client.get(address(model, "changelist")).status_code == 200, model


@pytest.mark.parametrize(
    ("role", "index"),
    [("administrator", 200), ("compliance", 200), ("collector", 403), ("supervisor", 403), ("auditor", 200)],
)
def test_administrators_compliance_and_auditors_enter(role: str, index: int, client: Client) -> None:
    """Others are refused, and who has not signed in is sent to the one sign-in page."""
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/").headers["Location"].startswith("/accounts/login/")
    client.force_login(factories.make_staff(role))
    assert client.get("/admin/", follow=True).status_code == index


def test_whoever_may_write_on_a_page_may_enter_and_finds_the_way(request_of: Any, client: Client) -> None:
    """A page whose only writers cannot come in is work that nobody can do."""
    staff = {role: factories.make_staff(role) for role in PERMISSIONS}
    entering = set()
    for model, page in REGISTRY:
        for role, request_of.user in staff.items():
            if isinstance(page, ServiceAdmin) and allows(role, page.action):
                assert admin.site.has_permission(request_of), f"{role} writes {model._meta.label}, and cannot enter"
            if admin.site.has_permission(request_of):
                entering.add(role)
    assert {"operations", "placement_manager", "auditor"} < entering
    client.force_login(staff[Role.OPERATIONS])
    assert b'href="/admin/"' in client.get("/oversight/alerts/").content
    assert client.get("/admin/repayment/settlementdifference/").status_code == 200
    assert client.get("/admin/collections_app/staff/").status_code == 403


def test_an_auditor_reads_everything_and_writes_nothing(request_of: Any) -> None:
    """No page adds, changes or acts for an auditor."""
    request_of.user = factories.make_staff("auditor")
    for model, page in REGISTRY:
        assert page.has_view_permission(request_of), model
        assert not page.has_add_permission(request_of), model
        assert not page.has_change_permission(request_of), model
        assert not page.get_actions(request_of), model


def test_nothing_from_behind_the_mediation_wall_is_in_the_administration() -> None:
    """G9: people, hours, places, rules, law and who read behind the wall, and no talks, sessions, offers or notes."""
    shown = {model._meta.object_name for model, _ in REGISTRY if model._meta.app_label == "mediation"}
    assert shown == {
        *(
            "Absence",
            "CourtRule",
            "DateRule",
            "Expert",
            "LawPassage",
            "MediationOrganisation",
            "Mediator",
            "Place",
            "ProvinceWage",
        ),
        *("Qualification", "Room", "RouteRule", "SealAuthority", "SessionSpacing", "SessionWeek", "TimetableRun"),
        *("Training", "Travel", "WalledRead"),
    }


@pytest.mark.parametrize("address", ["collections_app/contact", "collections_app/permitrefusal", "repayment/payment"])
def test_who_sees_no_customers_sees_no_rows_of_theirs(address: str, client: Client, administrator: Staff) -> None:
    """An administrator without a scope is refused; a branch's reads its own branch's rows."""
    client.force_login(administrator)
    assert client.get(f"/admin/{address}/").status_code == 403


def test_rows_of_records_are_in_scope_and_found_by_the_customers_name(client: Client) -> None:
    """The name is nowhere in the database to be searched: its token is."""
    mine, _account = factories.make_debtor()
    other, _ = factories.make_debtor(branch=factories.make_branch("SH"))
    for customer in (mine, other):
        Contact.objects.create(
            customer=customer,
            channel="sms",
            purpose="collection",
            state="made",
            department="collections",
            at=factories.START,
        )
    mine.search_tokens = [*name_tokens("陈晓梅")]
    mine.save(update_fields=["search_tokens"])
    client.force_login(factories.make_staff("auditor", scope="branch", branch=mine.branch))
    page = client.get("/admin/collections_app/contact/").content.decode()
    assert mine.customer_no in page
    assert other.customer_no not in page
    assert mine.customer_no in client.get("/admin/collections_app/contact/", {"q": "陈晓梅"}).content.decode()
    assert mine.customer_no not in client.get("/admin/collections_app/contact/", {"q": "李四光"}).content.decode()
    client.force_login(factories.make_staff("compliance", scope="institution", is_staff=True))
    client.get("/admin/collections_app/permitrefusal/", {"q": f"{mine.customer_no} "})
    logged = CustomerSearch.objects.order_by("id").values_list("purpose", "key", "found")
    assert list(logged) == [
        ("administration", "name", 1), ("administration", "name", 0), ("administration", "number", 0),
    ], "looking a page through without a search is none; a search leaves how, for what and how many"  # fmt: skip


def test_a_form_opened_before_a_colleagues_change_overwrites_nothing(client: Client, administrator: Staff) -> None:
    """It comes back with who changed it; what was typed is kept, and saved the second time."""
    branch = factories.make_branch()
    client.force_login(administrator)
    page = client.get(address(Branch, "change", branch.pk))
    typed = page.context["adminform"].form.initial | {
        "name_zh": "北京分行营业部",
        "live": "on",
        "_seen": page.context["seen"],
    }
    Branch.objects.filter(pk=branch.pk).update(region="华北")
    refused = client.post(address(Branch, "change", branch.pk), typed)
    text = refused.content.decode()
    assert "已被更改" in text
    assert "北京分行营业部" in text
    assert Branch.objects.get(pk=branch.pk).region == "华北"
    again = typed | {"_seen": refused.context["seen"]}
    saved = client.post(address(Branch, "change", branch.pk), again)
    assert saved.status_code == 302, saved.context["errors"]


@pytest.mark.django_db(transaction=True)
def test_who_leaves_is_shut_out_and_their_accounts_go_to_the_pool(
    client: Client, administrator: Staff, now: datetime
) -> None:
    """The page asks first; then access ends at once, and the sweep returns the accounts with an event each."""
    collector = factories.make_staff("collector")
    customer, account = factories.make_debtor(account={"owner": collector})
    client.force_login(administrator)
    chosen = {"action": "let_go", "_selected_action": [collector.pk]}
    client.post(address(Staff, "changelist"), chosen)
    assert Staff.objects.get(pk=collector.pk).is_active
    client.post(address(Staff, "changelist"), chosen | {"confirmed": "yes"})
    gone = Staff.objects.get(pk=collector.pk)
    assert not gone.is_active
    assert not gone.has_usable_password()
    assert leaving.return_accounts(now=now) == 1
    account.refresh_from_db()
    customer.refresh_from_db()
    assert (account.owner, customer.owner) == (None, None)
    assert Event.objects.filter(customer=customer, kind="account.owner_changed", account_id=account.pk).count() == 1
    assert leaving.return_accounts(now=now) == 0


def test_compliance_sees_the_rules_and_not_the_people(client: Client) -> None:
    client.force_login(factories.make_staff("compliance"))
    assert client.get("/admin/collections_app/rulepack/").status_code == 200
    assert client.get("/admin/collections_app/staff/").status_code == 403


BRANCH = {
    "code": "GZ",
    "name_zh": "广州分行",
    "name_en": "Guangzhou",
    "kind": "branch",
    "region": "广州",
    "time_zone": "Asia/Shanghai",
    "rule_pack": "CN",
    "sms_provider": "sandbox",
    "told_corrections": "propose",
    "page_code": "on",
    "country": "CN",
    "opens_at": "09:00",
    "closes_at": "18:00",
    "live": "on",
}


@pytest.mark.django_db(transaction=True)
def test_adding_a_branch_is_one_service_call(client: Client, administrator: Staff, monkeypatch: Any) -> None:
    """The spy sees the call; the row and one log entry are there."""
    from collections_app.admin import organisation as pages

    calls = []
    real = pages.organisation.save_unit

    def spy(**values: Any) -> Any:
        calls.append(values)
        return real(**values)

    monkeypatch.setattr(pages.organisation, "save_unit", spy)
    client.force_login(administrator)
    institution = factories.make_institution()
    response = client.post(address(Branch, "add"), BRANCH | {"institution": institution.pk})
    assert response.status_code == 302, response.context["errors"]
    assert len(calls) == 1
    assert calls[0]["actor"].staff == administrator
    assert Branch.objects.get(code="GZ").region == "广州"
    assert LogEntry.objects.filter(user=administrator, object_repr="广州分行").count() == 1


def test_a_refusal_keeps_what_was_typed(client: Client, administrator: Staff, monkeypatch: Any) -> None:
    """The page comes back with the reason, and nothing is written or logged."""
    from collections_app.admin import organisation as pages

    def refuse(**values: Any) -> Any:
        raise RefusedError("own_work")

    monkeypatch.setattr(pages.organisation, "save_unit", refuse)
    client.force_login(administrator)
    institution = factories.make_institution()
    response = client.post(address(Branch, "add"), BRANCH | {"institution": institution.pk})
    assert response.status_code == 200
    text = response.content.decode()
    assert "须由他人审批" in text
    assert "广州分行" in text
    assert not Branch.objects.filter(code="GZ").exists()
    assert not LogEntry.objects.exists()


def test_a_person_gets_a_password_that_is_never_shown(client: Client, administrator: Staff) -> None:
    client.force_login(administrator)
    person = {
        "username": "new.person",
        "employee_no": "E90001",
        "display_name": "新同事",
        "role": "collector",
        "department": "collections",
        "scope": "branch",
        "branch": factories.make_branch().pk,
        "capacity": "0",
        "is_active": "on",
        "new_password": "a long enough phrase",
    }
    response = client.post(address(Staff, "add"), person)
    assert response.status_code == 302, response.context["errors"]
    made = Staff.objects.get(username="new.person")
    assert made.check_password("a long enough phrase")
    assert not made.is_staff
    page = client.get(address(Staff, "change", made.pk)).content.decode()
    assert "a long enough phrase" not in page
    assert made.password not in page


@pytest.mark.parametrize("way", ["delete", "change"])
def test_nobody_is_deleted(way: str, client: Client, administrator: Staff) -> None:
    client.force_login(administrator)
    person = factories.make_staff("collector")
    if way == "delete":
        assert client.post(address(Staff, "delete", person.pk), {"post": "yes"}).status_code == 403
    else:
        chosen = {"action": "delete_selected", "_selected_action": [person.pk], "post": "yes"}
        client.post(address(Staff, "changelist"), chosen)
    assert Staff.objects.filter(pk=person.pk).exists()
