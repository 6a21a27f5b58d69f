"""What permits are decided on, loaded for one customer or five hundred in the same few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import F
from django.db.models.fields.json import KT

from collections_app.domain import contacts as contact_states
from collections_app.domain import phones
from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.codes import CodeBook
from collections_app.domain.contacts import ContactState, after_expiry
from collections_app.domain.holds import Effect, HoldTable
from collections_app.domain.permits.facts import (
    COLLECTING,
    AccountFact,
    ApprovalFact,
    HoldFact,
    LineFact,
    PermitFacts,
    PointFact,
    ReachFact,
)
from collections_app.domain.purposes import Channel, Purpose
from collections_app.domain.quiet_hours import UnknownZoneError, zone_of
from collections_app.domain.rules import ContactFact, Pack
from collections_app.domain.stages import is_delinquent
from collections_app.domain.visits import EARLY, VisitState
from collections_app.models import (
    Account,
    AccountParty,
    Branch,
    Contact,
    ContactPoint,
    Customer,
    Staff,
)
from collections_app.selectors import approvals, codes, incidents, lines, permit_callbacks, permit_presence
from collections_app.selectors.permit_holds import holds_in_force
from collections_app.selectors.permit_points import Points, points_of, roles_of
from collections_app.selectors.rules import calendars, packs_in_force
from collections_app.selectors.zones import bank_zone

# How far back failed attempts are looked at to tell whether a customer is out of reach.
REACH_DAYS = 30

_PHONES = frozenset({"mobile", "landline_home", "landline_work"})


class ActorLike(Protocol):
    """Who asks: a member of staff, or a machine without one."""

    @property
    def staff(self) -> Staff | None: ...

    @property
    def department(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PermitRequest:
    """One contact that is asked for, of a customer whose row the caller has locked.

    ``again`` is a contact that has its permit and is looked at once more: it stands in its own way neither in the
    budget nor on the line, and an approval it used is still its own.
    """

    customer: Customer
    channel: str
    purpose: str
    contact_point: ContactPoint | None
    actor: ActorLike
    account_ids: tuple[int, ...] = ()
    inbound: bool = False
    asked_for_in_call: bool = False
    point_required: bool = True
    hold_seconds: int | None = None
    placed_with_asker: frozenset[int] = frozenset()
    again: Contact | None = None


@dataclass(frozen=True, slots=True)
class _Loaded:
    table: HoldTable
    branches: dict[int, Branch]
    packs: dict[str, Pack]
    accounts: dict[int, list[AccountFact]]
    holds: dict[int, list[HoldFact]]
    lines: dict[int, LineFact]
    contacts: dict[int, list[ContactFact]]
    points: dict[int, Points]
    calendars: dict[str, WorkCalendar]
    approvals: dict[int, list[ApprovalFact]]
    callbacks: permit_callbacks.Callbacks
    roles: dict[int, str]


def load(requests: Sequence[PermitRequest], *, now: datetime, book: CodeBook | None = None) -> list[PermitFacts]:
    """Return the facts of each request, in order. The number of queries does not depend on how many there are.

    What decides reads the code lists anew; ``book`` is the page's own, for what only foretells.
    Raise ValueError when a request names an account or contact point that is not the customer's.
    """
    customers = {request.customer.id: request.customer for request in requests}
    book = codes.current() if book is None else book
    table = book.holds
    branches = _branches(customers.values())
    packs = packs_in_force(codes={row.rule_pack for row in branches.values()}, on=now.astimezone(bank_zone()).date())
    days = [pack.window_days for pack in packs.values()]
    if any(request.purpose == Purpose.THIRD_PARTY for request in requests):
        days.append(REACH_DAYS)
    countries: set[str] = set()
    if any(pack.needs_calendar for pack in packs.values()):
        countries = {customer.country for customer in customers.values()}
    calls, kinds = _calls(requests), permit_callbacks.kinds_of(book)
    there = permit_presence.of_records(customer_ids=customers, callback_kinds=kinds, now=now)
    accounts = _accounts(customers, shared=there.shared)
    holders: dict[int, list[int]] = defaultdict(list)
    for customer_id, facts in accounts.items():
        for account in facts:
            holders[account.id].append(customer_id)
    stopped = incidents.holds_of(
        incidents.current_facts(now=now) if there.incidents else [],
        branches={customer.id: customer.branch_id for customer in customers.values()},
        accounts=accounts,
    )
    held = holds_in_force(customer_ids=customers, holders=holders, table=table, now=now)
    asked = [request.contact_point for request in requests if request.contact_point]
    again = [request.again for request in requests if request.again]
    points = points_of(customers=customers.keys(), asked=asked, now=now)
    loaded = _Loaded(
        table=table,
        branches=branches,
        packs=packs,
        accounts=accounts,
        holds={each: [*stopped[each], *held[each], *points[each].held] for each in customers},
        lines=_lines(customers, now, again) if there.lines else {},
        contacts=_contacts(customers, again, since=now - timedelta(days=max(days, default=1) + 1), now=now),
        points=points,
        # West of Greenwich the year that ends goes on after it has begun in UTC.
        calendars=calendars(countries=countries, around=now.date() - timedelta(days=1)),
        approvals=_approvals(requests, table, again, now),
        callbacks=permit_callbacks.agreed(customer_ids=calls if there.callbacks else (), kinds=kinds, now=now),
        roles=roles_of(asked),
    )
    return [_facts(request, loaded, now) for request in requests]


def _branches(customers: Collection[Customer]) -> dict[int, Branch]:
    """Return the branches of records by id; those that came with their records are not asked for again."""
    if all(Customer.branch.is_cached(customer) for customer in customers):
        return {customer.branch_id: customer.branch for customer in customers}
    return Branch.objects.in_bulk({customer.branch_id for customer in customers})


def _facts(request: PermitRequest, loaded: _Loaded, now: datetime) -> PermitFacts:
    customer, point = request.customer, request.contact_point
    branch = loaded.branches[customer.branch_id]
    accounts = tuple(loaded.accounts[customer.id])
    # What was open when the permit was given may have been closed since.
    if request.again is None and not set(request.account_ids) <= {account.id for account in accounts}:
        raise ValueError("a permit names open accounts of its own customer only")
    if point is not None and point.customer_id != customer.id:
        raise ValueError("a permit uses contact points of its own customer only")
    contacts = tuple(loaded.contacts[customer.id])
    points = loaded.points[customer.id]
    return PermitFacts(
        now=now,
        channel=request.channel,
        purpose=request.purpose,
        staff_id=request.actor.staff.id if request.actor.staff else None,
        department=request.actor.department,
        zone=zone_or_none(customer.time_zone),
        bank_zone=bank_zone(),
        branch_live=branch.live,
        pack=loaded.packs.get(branch.rule_pack),
        data_as_of=customer.data_as_of,
        table=loaded.table,
        accounts=accounts,
        named_accounts=request.account_ids,
        holds=tuple(loaded.holds[customer.id]),
        contacts=contacts,
        line=loaded.lines.get(customer.id),
        point=_point(point, points, loaded.packs.get(branch.rule_pack), loaded.roles),
        point_required=request.point_required,
        reach=ReachFact(len(points.usable_own), _failures_in_a_row(contacts, points)),
        calendar=loaded.calendars.get(customer.country, WorkCalendar()),
        inbound=request.inbound,
        asked_for_in_call=request.asked_for_in_call,
        approvals=tuple(loaded.approvals.get(customer.id, ())),
        placed_with_asker=request.placed_with_asker,
        callback_at=permit_callbacks.next_hour(loaded.callbacks, customer_id=customer.id, point=point),
    )


def _approvals(
    requests: Sequence[PermitRequest], table: HoldTable, again: Collection[Contact], now: datetime
) -> dict[int, list[ApprovalFact]]:
    """Return the approvals that can still be used; nothing is read for purposes that no hold needs one for."""
    purposes = {request.purpose for request in requests}
    if not any(table.effect(kind, purpose) is Effect.APPROVE for purpose in purposes for kind in table):
        return {}
    own = {used for contact in again if (used := contact.decision.get("approval"))}
    return approvals.usable(customer_ids={request.customer.id for request in requests}, own=own, now=now)


def _calls(requests: Sequence[PermitRequest]) -> set[int]:
    """Return whom calls that collect are asked for: they wait for an hour that was agreed to call back."""
    return {
        request.customer.id
        for request in requests
        if request.channel == Channel.VOICE and request.purpose in COLLECTING and not request.inbound
    }


def _point(point: ContactPoint | None, points: Points, pack: Pack | None, roles: Mapping[int, str]) -> PointFact | None:
    if point is None:
        return None
    return PointFact(
        point.id,
        point.kind,
        point.relation,
        point.permission,
        silenced=point.id in points.silenced,
        refused=point.id in points.refused,
        verified_at=point.verified_at,
        hours=(point.hours_from, point.hours_to) if point.hours_from and point.hours_to else None,
        zones=zones_of(point) if pack is not None and pack.needs_number_zones else (),
        role=roles.get(point.person_id or 0, ""),
        ended=point.person_id is not None and point.person_id not in roles,
    )


def zones_of(point: ContactPoint) -> tuple[ZoneInfo, ...]:
    """Return the time zones a number may be in, as far as its digits tell."""
    names = phones.time_zones(point.value) if point.kind in _PHONES else ()
    return tuple(zone for name in names if (zone := zone_or_none(name)) is not None)


def zone_or_none(name: str) -> ZoneInfo | None:
    """Return a time zone by its name, or None when nobody knows it."""
    try:
        return zone_of(name)
    except UnknownZoneError:
        return None


def _failures_in_a_row(contacts: Sequence[ContactFact], points: Points) -> int:
    """Return how many of the latest calls to the customer's own numbers in a row reached nobody."""
    failures = 0
    for contact in sorted(contacts, key=lambda item: item.at, reverse=True):
        if contact.channel != Channel.VOICE or contact.contact_point_id not in points.usable_own:
            continue
        if contact.effective:
            break
        failures += contact.counted and contact.state == ContactState.MADE
    return failures


def _accounts(customer_ids: Iterable[int], *, shared: bool) -> dict[int, list[AccountFact]]:
    """Return the open accounts that each customer owes, and where some are ``shared`` those they stand for."""
    found: dict[int, dict[int, AccountFact]] = defaultdict(dict)
    fields = (
        "overdue_fen",
        "minimum_due_fen",
        "billed_fen",
        "payoff_fen",
        "stage",
        "data_as_of",
        "product",
        "customer__branch_id",
    )
    owned = Account.objects.filter(customer_id__in=customer_ids, closed_in_core=False).order_by("id")
    rows = list(owned.values_list("customer_id", "id", *fields))
    if shared:
        parties = AccountParty.objects.filter(customer_id__in=customer_ids, account__closed_in_core=False)
        of_account = (f"account__{field}" for field in fields)
        rows += parties.order_by("account_id").values_list("customer_id", "account_id", *of_account)
    for customer_id, account_id, overdue, minimum, billed, payoff, stage, as_of, product, branch_id in rows:
        owed = max(overdue, minimum, billed, payoff)
        found[customer_id][account_id] = AccountFact(
            account_id, overdue, owed, is_delinquent(stage), as_of, product, branch_id
        )
    return {customer_id: list(found[customer_id].values()) for customer_id in customer_ids}


def _lines(customer_ids: Iterable[int], now: datetime, again: Collection[Contact]) -> dict[int, LineFact]:
    rows = lines.held(now=now).filter(customer_id__in=customer_ids).exclude(contact__in=again)
    return {
        customer_id: LineFact(staff_id, department)
        for customer_id, staff_id, department in rows.values_list("customer_id", "staff_id", "department")
    }


def _contacts(
    customer_ids: Iterable[int], again: Collection[Contact], *, since: datetime, now: datetime
) -> dict[int, list[ContactFact]]:
    found: dict[int, list[ContactFact]] = {customer_id: [] for customer_id in customer_ids}
    rows = (
        Contact.objects.filter(customer_id__in=customer_ids, at__gte=since)
        .exclude(id__in=[contact.pk for contact in again])
        .annotate(in_call=F("conversation__id"), asked=KT("decision__asked_for_in_call"), visit_state=F("visit__state"))
        .order_by("at", "id")
        .defer("decision")
    )
    for contact in rows:
        found[contact.customer_id].append(
            contact_fact(
                contact,
                in_call=contact.in_call is not None,
                asked=contact.asked == "true",
                now=now,
                visiting=contact.visit_state == VisitState.BEGUN,
            )
        )
    return found


def contact_fact(contact: Contact, *, in_call: bool, asked: bool, now: datetime, visiting: bool = False) -> ContactFact:
    """Return a contact as rules see it. A reservation past its end is taken for what the sweep makes of it.

    ``visiting`` says that two colleagues are out with it: it is theirs until they say what came of it, however late.
    """
    state = ContactState(contact.state)
    pending_until = contact.expires_at if state is ContactState.RESERVED and not in_call else None
    if visiting and pending_until is not None:
        pending_until = max(pending_until, now + EARLY)
    if pending_until is not None and pending_until <= now:
        state, pending_until = after_expiry(contact.channel, by_person=contact.staff_id is not None), None
    return ContactFact(
        at=contact.at,
        channel=contact.channel,
        state=state,
        effective=contact.effective,
        contact_point_id=contact.contact_point_id,
        account_ids=frozenset(contact.accounts),
        counted=contact_states.counts(
            state=state, purpose=contact.purpose, inbound=contact.inbound, asked_for_in_call=asked
        ),
        pending_until=pending_until,
        purpose=contact.purpose,
    )
