"""The incidents in force: what permits go by, what screens show, and whom they cover."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from collections_app.domain.incidents import IncidentFact, IncidentScope
from collections_app.domain.permits.facts import AccountFact, HoldFact
from collections_app.models import Account, Branch, Customer, Incident


def in_force(*, now: datetime) -> list[Incident]:
    """Return the incidents in force, the oldest first, with their sentences. One query.

    Goes by the hour an incident ends, not by the sweep that writes its end down.
    """
    return list(_going_on(now).select_related("sentence", "branch", "started_by").order_by("id"))


def _going_on(now: datetime) -> QuerySet[Incident]:
    return Incident.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), ended_at__isnull=True)


def stamp_of(rows: Iterable[Incident]) -> str:
    """Return a mark that differs whenever another incident is going on."""
    return ".".join(str(row.id) for row in rows)


def stamp(*, now: datetime) -> str:
    """Return the mark of what is going on now. One query."""
    return ".".join(map(str, _going_on(now).order_by("id").values_list("id", flat=True)))


def facts(incidents: Collection[Incident]) -> list[IncidentFact]:
    """Return incidents as permits know them; the branches of a region in one query, when there is a region."""
    regions = {row.region for row in incidents if row.region}
    places: list[tuple[int, str, str]] = []
    if regions:
        here = Branch.objects.filter(Q(region__in=regions) | Q(country__in=regions))
        places = list(here.values_list("id", "region", "country"))
    found = []
    for row in incidents:
        branch_ids = None
        if row.branch_id:
            branch_ids = frozenset({row.branch_id})
        elif row.region:
            branch_ids = frozenset(pk for pk, region, country in places if row.region in {region, country})
        found.append(
            IncidentFact(
                id=row.id,
                scope=IncidentScope(row.scope),
                notices_too=row.notices_too,
                started_at=row.started_at,
                until=row.ends_at,
                branch_ids=branch_ids,
                product=row.product,
            )
        )
    return found


def current_facts(*, now: datetime) -> list[IncidentFact]:
    """Return the incidents in force as permits know them."""
    return facts(list(_going_on(now).order_by("id")))


def holds_of(
    incidents: Iterable[IncidentFact],
    *,
    branches: Mapping[int, int],
    accounts: Mapping[int, Collection[AccountFact]],
) -> dict[int, list[HoldFact]]:
    """Return what incidents hold of each customer: all of them, or the accounts they cover.

    ``branches`` names each customer's branch.
    """
    found: dict[int, list[HoldFact]] = {customer_id: [] for customer_id in branches}
    for incident in incidents:
        for customer_id, branch_id in branches.items():
            if incident.covers_branch(branch_id):
                hold = HoldFact(incident.kind, until=incident.until, incident_id=incident.id)
                found[customer_id].append(hold)
                continue
            found[customer_id] += [
                HoldFact(incident.kind, account.id, until=incident.until, incident_id=incident.id)
                for account in accounts[customer_id]
                if incident.covers_account(branch_id=account.branch_id, product=account.product)
            ]
    return found


def customers_of(incident: IncidentFact) -> QuerySet[Customer]:
    """Return the customers an incident covers, wholly or by an account of theirs."""
    rows = Customer.objects.all()
    if incident.scope is IncidentScope.ALL:
        return rows
    if incident.scope is IncidentScope.PRODUCT:
        owners = Account.objects.filter(product=incident.product, closed_in_core=False).values("customer_id")
        return rows.filter(id__in=owners)
    return rows.filter(branch_id__in=incident.branch_ids or ())


def covering(*, customers: Collection[Customer], now: datetime) -> dict[int, list[Incident]]:
    """Return by customer the incidents in force that cover them. At most three queries, however many they are."""
    return covered(customers, in_force(now=now))


def covered(customers: Collection[Customer], rows: Sequence[Incident]) -> dict[int, list[Incident]]:
    """Return by customer those of some incidents that cover them. At most two queries, none without incidents."""
    if not rows or not customers:
        return {}
    products: dict[int, set[str]] = {customer.id: set() for customer in customers}
    if any(row.product for row in rows):
        owned = Account.objects.filter(customer_id__in=products, closed_in_core=False)
        for customer_id, product in owned.values_list("customer_id", "product"):
            products[customer_id].add(product)
    found: dict[int, list[Incident]] = {}
    for row, fact in zip(rows, facts(rows), strict=True):
        for customer in customers:
            if fact.covers_branch(customer.branch_id) or (fact.product and fact.product in products[customer.id]):
                found.setdefault(customer.id, []).append(row)
    return found
