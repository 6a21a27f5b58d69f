"""Every list and form of the staff's, from the URL configuration: a new one is looked at the day it is written."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import NamedTuple

from django.test import Client
from django.urls import get_resolver

from collections_app.models import Branch, Staff
from tests import factories
from tests.conftest import bare, undrawn
from tests.house.test_wiring import routes

HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")
# No page of a colleague's: the administration has budgets of its own (test_admin_budgets.py), customers and machines
# see one record, streams never end, and a file is read whole because that is what it is for.
ELSEWHERE = ("admin/", "accounts/", "r/", "api/", "live/", "sandbox", "i18n/", "healthz", "readyz", ".well-known/")
FILES = ("export/", ".csv", ".ics", "/file/", "/document/", "/page/", "/slip/")
# Whoever may open a page, in the order in which they are asked, and how far each sees: card centres have units.
ROLES = (
    ("collector", "branch"),
    ("supervisor", "branch"),
    ("service_agent", "institution"),
    ("compliance", "institution"),
    ("consumer_protection", "institution"),
    ("legal", "institution"),
    ("placement_manager", "unit"),
    ("branch_manager", "branch"),
    ("negotiator", "unit"),
    ("mediator", "none"),
    ("operations", "institution"),
    ("auditor", "institution"),
    ("administrator", "institution"),
    ("collector", "unit"),
    ("collector", "book"),
    ("supervisor", "unit"),
)


class Opened(NamedTuple):
    """A page and who opens it."""

    who: str
    address: str


def addresses(holes: Mapping[str, object]) -> Iterator[str]:
    """Yield every address of the staff's whose holes these values fill."""
    for route, _name in sorted(set(routes(get_resolver()))):
        if route.startswith(ELSEWHERE) or "(?P" in route or any(part in f"/{route}" for part in FILES):
            continue
        if {name for _kind, name in HOLE.findall(route)} <= holes.keys():
            yield "/" + HOLE.sub(lambda hole: str(holes[hole[2]]), route)


def people(branch: Branch) -> dict[str, Client]:
    """Sign in one colleague of each role and reach, all of one branch, and return a client of each."""
    clients = {}
    for role, scope in ROLES:
        person: Staff = factories.make_staff(role, branch=branch, scope=scope)
        clients[f"{role}, {scope}"] = Client()
        clients[f"{role}, {scope}"].force_login(person)
    return clients


def openers(clients: Mapping[str, Client], holes: Mapping[str, object], *, all_of_them: bool = False) -> list[Opened]:
    """Return who opens what: the first who may, or everybody who may open a list of more than one record."""
    found = []
    with bare(), undrawn():
        for address in addresses(holes):
            for who, client in clients.items():
                response = client.get(address)
                if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                    break
                if response.status_code == 200 and not response.streaming:
                    found.append(Opened(who, address))
                    if not all_of_them or f"/{holes.get('customer_no')}/" in address:
                        break
    return found
