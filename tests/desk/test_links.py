"""No page offers a person what their role may not do: every link it shows opens."""

import copy
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
import zeal
from django.test import Client
from django.urls import resolve
from pytest_django import DjangoDbBlocker

from collections_app.domain.staff import Role, Scope
from collections_app.models import Customer, LookUp, Staff
from collections_app.services import handoffs
from collections_app.services.records import Actor
from tests import factories
from tests.conftest import NOW, undrawn
from tests.desk import scenes
from tests.shared import kept_for_module

# Staff of the record's branch; the others see the whole institution.
BRANCH = {Role.COLLECTOR, Role.SUPERVISOR, Role.NEGOTIATOR, Role.BRANCH_MANAGER, Role.PLACEMENT_MANAGER}
NOWHERE = {Role.MEDIATOR, Role.EXPERT, Role.TRAINER, Role.ADMINISTRATOR}


def _made() -> Customer:
    scene = scenes.set_up()
    with zeal.zeal_ignore():
        handoffs.open_(
            customer_id=scene.customer.id, kind="complaint", carries=factories.carried("complaint"),
            actor=Actor.of(scene.agent), seen_version=None, now=NOW,
        )  # fmt: skip
    return scene.customer


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Customer]:
    with kept_for_module(django_db_blocker, _made) as customer:
        yield customer


@pytest.fixture
def record(made: Customer, db: None, now: datetime) -> Customer:
    """A record with a promise, a hold and a hand-off on it."""
    return copy.deepcopy(made)


def member(role: str, record: Customer, now: datetime) -> Staff:
    """Return somebody of the role who may open the record if the role may at all."""
    scope = Scope.NONE if role in NOWHERE else Scope.BRANCH if role in BRANCH else Scope.INSTITUTION
    staff = factories.make_staff(role, branch=record.branch, scope=scope)
    if scope == Scope.INSTITUTION:
        LookUp.objects.create(customer=record, staff=staff, purpose="review", at=now)
    return staff


def links_of(page: str) -> set[str]:
    """Return the addresses of a page's links and of what it fetches, without those that sign out."""
    found = re.findall(r'(?:href|hx-get|data-fragment-url)="(/[^"#]*)"', page)
    return {link.replace("&amp;", "&") for link in found if not link.startswith(("/static/", "/accounts/", "/admin/"))}


def some_of_each(links: set[str]) -> Iterator[str]:
    """Return of each view, asked by the same parameters, three links at most: the first, the middle and the last kind.

    The second row of a list, another word in a filter or the thirtieth text prove nothing the first have not.
    """
    shapes: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
    for link in sorted(links):
        address, _, query = link.partition("?")
        asked = tuple(sorted({pair.partition("=")[0] for pair in query.split("&")}))
        shapes.setdefault((resolve(address).view_name, asked), {})[re.sub(r"\d+", "0", address)] = link
    for kinds in shapes.values():
        found = list(kinds.values())
        yield from dict.fromkeys([found[0], found[len(found) // 2], found[-1]])


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_link_opens_for_whoever_is_shown_it(client: Client, record: Customer, now: datetime, role: str) -> None:
    """The day's first page, the record, the lists: no link of them leads to a refusal."""
    client.force_login(member(role, record, now))
    start = client.get("/", follow=True)
    assert start.status_code == 200
    seen: set[str] = set()
    pages = {link for link in links_of(start.content.decode()) if link.count("/") < 4}
    if role not in NOWHERE:
        pages.add(f"/c/{record.customer_no}/")
    for page in sorted(pages):
        answer = client.get(page, follow=True)
        assert answer.status_code == 200, page
        seen |= links_of(answer.content.decode())
    with undrawn():
        for link in some_of_each(seen - pages):
            assert client.get(link, follow=True).status_code == 200, link


def test_every_action_of_a_record_stays_with_its_record(client: Client, db: None, now: datetime) -> None:
    """The demonstration bank numbers its customers by digits alone, which fit routes of other numbers too."""
    customer = factories.make_debtor(customer_no="10000001")[0]
    client.force_login(member(Role.SUPERVISOR, customer, now))
    page = client.get(f"/c/{customer.customer_no}/").content.decode()
    buttons = re.findall(r'<a[^>]*data-key="[^"]*" href="(/[^"?]*)[^"]*" id="action-', page)
    assert len(buttons) > 10
    for link in buttons:
        assert customer.customer_no in resolve(link).kwargs.values(), link


@pytest.mark.parametrize("role", sorted(NOWHERE))
def test_who_has_no_customers_begins_in_a_room_of_their_own(client: Client, db: None, role: str) -> None:
    """The workbench of nobody is no place to begin a day."""
    client.force_login(factories.make_staff(role, branch=factories.make_branch("SC"), scope=Scope.NONE))
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] != "/"
    assert client.get(answer["Location"]).status_code == 200
