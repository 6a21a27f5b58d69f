"""Every page of the staff's in the demo bank, on the rows it has of everything: which address, and who opens it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db.models import Model
from django.template.backends.django import Template as BackendTemplate
from django.template.base import Template as Parsed
from django.template.loader_tags import ExtendsNode
from django.test import Client
from django.urls import get_resolver

from collections_app.domain.promises import Part
from collections_app.models import (
    Account,
    Approval,
    ApprovedAnswer,
    Arrangement,
    Complaint,
    ComplaintDocument,
    Conversation,
    Customer,
    Guarantee,
    HandOff,
    Hold,
    Incident,
    IntakeBatch,
    LeaveCover,
    LimitationEvent,
    LimitationSuspension,
    LookUp,
    PaymentClaim,
    Placement,
    PowerOfAttorney,
    Promise,
    Reassignment,
    Recusal,
    RelatedPerson,
    Staff,
    Visit,
)
from collections_app.selectors.records import needs_purpose
from collections_app.services import approvals, calls, promises, visits
from collections_app.services.records import Actor
from mediation.models import AgreementDraft, Mediation, Obligation, Session
from notifications.models import Letter, Message, PrintBatch, Template
from tests import factories
from tests.conftest import bare
from tests.every_page import ELSEWHERE, FILES, HOLE, Opened
from tests.house.test_wiring import SAMPLES, routes

# Who is asked, in this order: one of each role, and whoever else sits at a table or has a centre's accounts.
PEOPLE = (
    *("supervisor.bj1", "collector.bj1", "collector.bj2", "service.sc1", "compliance.sc1", "protection.sc1"),
    *("legal.sc1", "operations.sc1", "admin.a1", "mediator.m1", "mediator.m2", "negotiator.bj1", "negotiator.cc1"),
    *("expert.sc1", "placement.cc1", "manager.bj1", "auditor.sc1", "trainer.sc1", "supervisor.sh1", "supervisor.cc1"),
)
# Which rows fill a hole of an address; some holes mean different rows in different rooms.
ROWS: dict[str, tuple[type[Model], ...]] = {
    "approval_id": (Approval,),
    "answer_id": (ApprovedAnswer,),
    "batch_id": (IntakeBatch, PrintBatch),
    "claim_id": (PaymentClaim,),
    "complaint_id": (Complaint,),
    "conversation_id": (Conversation,),
    "cover_id": (LeaveCover,),
    "document_id": (ComplaintDocument,),
    "draft_id": (AgreementDraft,),
    "guarantee_id": (Guarantee,),
    "handoff_id": (HandOff,),
    "hold_id": (Hold,),
    "incident_id": (Incident,),
    "interruption_id": (LimitationEvent,),
    "letter_id": (Letter,),
    "mediation_id": (Mediation,),
    "message_id": (Message,),
    "obligation_id": (Obligation,),
    "person_id": (RelatedPerson,),
    "placement_id": (Placement,),
    "plan_id": (Arrangement, Reassignment),
    "power_id": (PowerOfAttorney,),
    "promise_id": (Promise,),
    "recusal_id": (Recusal,),
    "session_id": (Session,),
    "suspension_id": (LimitationSuspension,),
    "template_id": (Template,),
    "visit_id": (Visit,),
}
WORDS = {
    "kind": "overdue_gentle", "variant": "code", "language": "zh-hans", "name": "main", "step": "answer",
    "what": "notice",
}  # fmt: skip
# So many rows of a kind are tried: the newest ones, and of sessions one in each state.
TRIED = 3


def happen(now: datetime) -> None:
    """Let something of what no morning begins with be under way: calls, visits, promises, and looks from afar."""
    people = {row.username: row for row in Staff.objects.filter(username__in=PEOPLE)}
    debtors = list(Customer.objects.filter(queue="to_contact", branch__code="BJ", owner__isnull=False).order_by("id"))
    LookUp.objects.bulk_create(
        LookUp(customer=customer, staff=staff, purpose="complaint", at=now)
        for customer in Customer.objects.all() for staff in people.values() if needs_purpose(staff)
    )  # fmt: skip
    boss, collector, other = (people[name] for name in ("supervisor.bj1", "collector.bj1", "collector.bj2"))
    soon, _planned = (
        visits.plan(
            customer_id=customer.pk,
            going=visits.Going(
                factories.make_mobile(customer, "示范路 1 号", kind="address_home").pk, collector.pk, other.pk,
                now + timedelta(minutes=20), now + timedelta(minutes=80),
            ),
            reason="多次无人接听", actor=Actor.of(collector), seen_version=None, now=now,
        )
        for customer in debtors[-2:]
    )  # fmt: skip
    for asked in Approval.objects.filter(kind="visit", state="pending"):
        approvals.decide(approval_id=asked.pk, verdict="approved", answer="同意", actor=Actor.of(boss), now=now)
    visits.begin(visit_id=soon.pk, actor=Actor.of(collector), seen_version=None, now=now)
    elsewhere = Actor.of(people["supervisor.sh1"])
    first, second = Account.objects.filter(
        overdue_fen__gt=0, customer__queue="to_contact", customer__branch__code="SH"
    ).order_by("id").distinct("id")[:2]  # fmt: skip
    promises.take(
        customer_id=first.customer_id, account_id=first.pk, parts=[Part(now.date(), first.overdue_fen)],
        actor=elsewhere, seen_version=None, now=now,
    )  # fmt: skip
    calls.start(
        customer_id=second.customer_id, contact_point_id=None, actor=elsewhere, seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip


def addresses() -> Iterator[tuple[str, list[str], bool]]:
    """Yield every route of the staff's, addresses it has in this bank, and whether they are about rows there are.

    Where there is no row, the address of any tells at least whether there is a page at all.
    """
    for route, _name in sorted(set(routes(get_resolver()))):
        if route.startswith(ELSEWHERE) or "(?P" in route or any(part in f"/{route}" for part in FILES):
            continue
        found = list(_filled(route))
        whole = bool(found)
        names = HOLE.findall(route)
        if not {name for _kind, name in names} - _anybody(route).keys():
            found, whole = [_anybody(route)], True
        elif not found:
            found = [{name: SAMPLES[kind or "str"] for kind, name in names} | _anybody(route)]
        filled = ("/" + HOLE.sub(lambda hole, row=row: str(row[hole[2]]), route) for row in found)
        yield route, list(dict.fromkeys(filled)), whole


def _anybody(route: str) -> dict[str, Any]:
    return WORDS | {"customer_no": _customer().customer_no, "code": _code(route)}


def _filled(route: str) -> Iterator[dict[str, Any]]:
    """Yield what rows of the bank fill the holes of a route with."""
    names = [name for _kind, name in HOLE.findall(route)]
    leading = [name for name in names if name in ROWS]
    for model in ROWS[leading[-1]] if leading else ():
        for row in _rows(model):
            values = WORDS | _around(row) | {leading[-1]: row.pk}
            if set(names) <= values.keys():
                yield values


def _customer() -> Customer:
    """Return whom most pages can be about: a debtor whom Beijing is to contact."""
    return Customer.objects.filter(queue="to_contact", branch__code="BJ").order_by("id")[0]


def _rows(model: type[Model]) -> list[Any]:
    rows = model._default_manager.all()
    if model is Session:
        return list(rows.order_by("state", "-id").distinct("state"))
    return list(rows.order_by("-pk")[:TRIED])


def _around(row: Any) -> dict[str, Any]:
    """What of an address follows from a row: whose record it is on, and what it belongs to."""
    found = {f"{name}_id": getattr(row, f"{name}_id") for name in ("mediation", "session", "complaint")
             if getattr(row, f"{name}_id", None)}  # fmt: skip
    customer = getattr(row, "customer", None) or getattr(getattr(row, "mediation", None), "customer", None)
    return found | ({"customer_no": customer.customer_no} if customer else {})


def _code(route: str) -> str:
    if route.startswith("answers/"):
        return ApprovedAnswer.objects.order_by("code")[0].code
    return "disaster"


def clients() -> dict[str, Client]:
    """Sign these people in, and return a client of each by user name."""
    found = {}
    for person in sorted(Staff.objects.filter(username__in=PEOPLE), key=lambda row: PEOPLE.index(row.username)):
        found[person.username] = Client()
        found[person.username].force_login(person)
    return found


def opened(by: dict[str, Client]) -> tuple[list[Opened], list[str]]:
    """Return who opens which page, and the routes that are pages but open to nobody with any row.

    Whoever opened the page before is asked first, since a room's pages follow each other, and then each in order.
    """
    pages, closed = [], []
    before = next(iter(by))
    with bare(), _undrawn():
        for route, tried, whole in addresses():
            asked = {before: by[before]} | by if whole else dict([next(iter(by.items()))])
            answer = next(filter(None, (_first(address, asked) for address in tried)), None)
            if answer is None:
                closed.append(route)
            elif answer.who:
                pages.append(answer)
                before = answer.who
    return pages, closed


@contextmanager
def _undrawn() -> Iterator[None]:
    """Answer with no more of a page than how it begins, and with nothing of a part of one: a browser draws them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BackendTemplate, "render", lambda self, context=None, request=None: _begin(self.template))
        yield


def _begin(template: Any) -> str:
    """Return how a page begins, which says so itself or stands in the frame of one."""
    is_page = isinstance(template, Parsed) and (
        isinstance(template.nodelist[0], ExtendsNode) or "<html" in template.source[:400]
    )
    return "<html" if is_page else ""


def _first(address: str, by: dict[str, Client]) -> Opened | None:
    """Return who opens an address first; nobody by name where it is no page at all."""
    for who, client in by.items():
        response = client.get(address)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return Opened("", address)
        if response.status_code == HTTPStatus.OK:
            is_page = not response.streaming and b"<html" in response.content[:400]
            return Opened(who if is_page else "", address)
    return None
