"""Contacts and refusals of the past, customer by customer, as a test of a draft goes through them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from collections_app.domain.backtests import Past, Surroundings
from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.permits.facts import PointFact
from collections_app.domain.rules import ContactFact, Pack
from collections_app.models import BacktestDifference, Contact, ContactPoint, Customer, PermitRefusal, Staff
from collections_app.selectors import records
from collections_app.selectors.permit_facts import contact_fact, zone_or_none, zones_of
from collections_app.selectors.permit_points import roles_of
from collections_app.selectors.rules import calendars
from collections_app.selectors.zones import bank_zone


@dataclass(frozen=True, slots=True)
class Tested:
    """One contact or refusal that was tested: the row, what it was, and the customer's contacts before it."""

    row: Contact | PermitRefusal
    past: Past
    history: tuple[ContactFact, ...]
    around: Surroundings


def differences(*, staff: Staff, backtest_id: int, now: datetime) -> QuerySet[BacktestDifference]:
    """Return the differences a test found, of the records a person may see, in the order they were found."""
    rows = BacktestDifference.objects.filter(backtest=backtest_id).select_related("customer").order_by("id")
    return rows.filter(customer__in=records.scoped(staff, now=now))


def count(*, pack_code: str, since: datetime, until: datetime) -> int:
    """Return how many contacts and refusals of the pack's branches a test of those days goes through."""
    days = Q(at__gte=since, at__lt=until, customer__branch__rule_pack=pack_code)
    return Contact.objects.filter(days, inbound=False).count() + PermitRefusal.objects.filter(days).count()


def next_customers(*, pack_code: str, since: datetime, until: datetime, after: int, limit: int) -> list[Customer]:
    """Return the next customers, by id, of whom anything of those days is to be tested."""
    days = Q(customer=OuterRef("pk"), at__gte=since, at__lt=until)
    return list(
        Customer.objects.filter(branch__rule_pack=pack_code, id__gt=after)
        .filter(Exists(Contact.objects.filter(days, inbound=False)) | Exists(PermitRefusal.objects.filter(days)))
        .order_by("id")
        .only("id", "time_zone", "country")[:limit]
    )


def of_customers(*, customers: Sequence[Customer], pack: Pack, since: datetime, until: datetime) -> list[Tested]:
    """Return everything of those days of these customers, in a fixed number of queries."""
    ids = [customer.id for customer in customers]
    looking_back = since - timedelta(days=pack.window_days + 1)
    contacts = list(
        Contact.objects.filter(customer_id__in=ids, at__gte=looking_back, at__lt=until)
        .annotate(asked=KT("decision__asked_for_in_call"), in_call=F("conversation__id"))
        .order_by("at", "id")
    )
    refusals = list(PermitRefusal.objects.filter(customer_id__in=ids, at__gte=since, at__lt=until).order_by("at", "id"))
    points = _points(contacts, refusals, pack)
    around = _surroundings(customers, pack, until)
    history: dict[int, list[ContactFact]] = defaultdict(list)
    for contact in contacts:
        # A reservation is taken for what it may have become: it has been settled or swept long since.
        history[contact.customer_id].append(
            contact_fact(contact, in_call=True, asked=contact.asked == "true", now=until)
        )
    tested: list[Contact | PermitRefusal] = [
        *(contact for contact in contacts if contact.at >= since and not contact.inbound),
        *refusals,
    ]
    return [
        Tested(row, _past(row, points), _before(history[row.customer_id], row), around[row.customer_id])
        for row in sorted(tested, key=lambda row: (row.customer_id, row.at))
    ]


def _before(history: list[ContactFact], row: Contact | PermitRefusal) -> tuple[ContactFact, ...]:
    return tuple(fact for fact in history if fact.at < row.at)


def _point_id(row: Contact | PermitRefusal) -> int | None:
    if isinstance(row, Contact):
        return row.contact_point_id
    found: int | None = row.decision.get("contact_point")
    return found


def _past(row: Contact | PermitRefusal, points: Mapping[int, PointFact]) -> Past:
    accounts: list[int] = row.decision.get("accounts", [])
    return Past(
        at=row.at,
        channel=row.channel,
        purpose=row.purpose,
        account_ids=tuple(row.accounts if isinstance(row, Contact) else accounts),
        kept=row.decision,
        point=points.get(_point_id(row) or 0),
        point_known=isinstance(row, Contact) or "contact_point" in row.decision,
    )


def _points(contacts: Sequence[Contact], refusals: Sequence[PermitRefusal], pack: Pack) -> dict[int, PointFact]:
    rows: list[Contact | PermitRefusal] = [*contacts, *refusals]
    ids = {found for row in rows if (found := _point_id(row))}
    fields: list[str] = ["id", "kind", "relation", "permission", "quality", "verified_at", "person_id"]
    if pack.needs_number_zones:
        fields.append("value")
    numbers = list(ContactPoint.objects.filter(id__in=ids).only(*fields))
    roles = roles_of(numbers)
    return {point.id: _point(point, pack, roles) for point in numbers}


def _point(point: ContactPoint, pack: Pack, roles: Mapping[int, str]) -> PointFact:
    values: dict[str, Any] = {
        "verified_at": point.verified_at,
        "role": roles.get(point.person_id or 0, ""),
        "ended": point.person_id is not None and point.person_id not in roles,
    }
    if pack.needs_number_zones:
        values["zones"] = zones_of(point)
    return PointFact(point.id, point.kind, point.relation, point.permission, point.quality in UNUSABLE, **values)


def _surroundings(customers: Sequence[Customer], pack: Pack, until: datetime) -> dict[int, Surroundings]:
    countries = {customer.country for customer in customers} if pack.needs_calendar else set()
    known = calendars(countries=countries, around=until.date() - timedelta(days=60))
    return {
        customer.id: Surroundings(
            zone_or_none(customer.time_zone), bank_zone(), known.get(customer.country, WorkCalendar())
        )
        for customer in customers
    }
