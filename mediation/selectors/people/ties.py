"""What the shared record says of mediators and experts and a case: read for many of both in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from collections_app.domain.staff import Role
from collections_app.models import (
    Account,
    AccountParty,
    Contact,
    Conversation,
    Event,
    PowerOfAttorney,
    RelatedPerson,
    Staff,
)
from collections_app.selectors import walls
from mediation.domain.people.conflicts import Facts, bars, findings
from mediation.models import Expert, Mediation, Mediator, MediatorChoice, Session, StandDown

Found = dict[tuple[int, int], list[str]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Whom talks take of those who are trained: the one both parties chose, and not those who are barred.

    ``only`` and ``without`` are ids of mediators, ``never`` of staff who do not speak for the bank in them.
    """

    only: int | None = None
    without: frozenset[int] = frozenset()
    never: frozenset[int] = frozenset()


def findings_of(mediations: Sequence[Mediation], people: Sequence[Mediator | Expert]) -> Found:
    """Return the findings on each talks (with customer and branch) and each person (with staff), by both ids."""
    return _found(mediations, people, whole=True)


def narrowings(mediations: Sequence[Mediation]) -> dict[int, Narrowing]:
    """Return for talks with their customers whom they take. A fixed number of queries, however many talks."""
    people = list(Mediator.objects.filter(active=True).select_related("staff"))
    barred = _found(mediations, people, whole=False)
    never = not_for_the_bank(mediations)
    wishes: dict[int, dict[str, int]] = defaultdict(dict)
    for mediation_id, side, mediator_id in MediatorChoice.objects.filter(mediation__in=mediations).values_list(
        "mediation_id", "side", "mediator_id"
    ):
        wishes[mediation_id][side] = mediator_id
    narrowed = {}
    for row in mediations:
        without = frozenset(person.id for person in people if bars(barred[row.id, person.staff_id]))
        wish = wishes[row.id]
        only = wish.get("bank") if wish.get("bank") == wish.get("customer") else None
        narrowed[row.id] = Narrowing(only if only not in without else None, without, frozenset(never[row.id]))
    return narrowed


def not_for_the_bank(mediations: Sequence[Mediation]) -> dict[int, set[int]]:
    """Return by talks (with their customers) the staff who may not speak for the bank in them. Four queries at most.

    Who mediated for the customer once (court-invited mediation, article 16), and whom a complaint or a wall keeps from
    the record of a party.
    """
    negotiators = Staff.objects.filter(is_active=True, role=Role.NEGOTIATOR).values_list("id", flat=True)
    apart = _kept_apart(mediations, negotiators)
    return {row.id: apart[row.id] | set(row.customer.mediated_by) for row in mediations}


def _kept_apart(mediations: Sequence[Mediation], staff_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return by talks which of these people a wall or a complaint keeps from the record of a party.

    A party is the customer, and whoever else owes the account or stands for it.
    """
    beside = _parties(mediations)
    records = {row.id: {row.customer_id, *beside[row.account_id]} for row in mediations}
    shut = walls.pairs(
        staff_ids=staff_ids, customer_ids={key for keys in records.values() for key in keys}, mediated=False
    )
    return {talks: {person for key in keys for person in shut.get(key, ())} for talks, keys in records.items()}


def _parties(mediations: Sequence[Mediation]) -> dict[int, set[int]]:
    """Return by account the records of its co-borrowers and guarantors. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = AccountParty.objects.filter(account__in=[row.account_id for row in mediations])
    for account_id, customer_id in rows.values_list("account_id", "customer_id"):
        found[account_id].add(customer_id)
    return found


def barred(mediations: Sequence[Mediation], people: Sequence[Mediator | Expert]) -> set[tuple[int, int]]:
    """Return the talks (with their customers) and people whom a conflict of interest keeps apart, by both ids."""
    return {key for key, found in _found(mediations, people, whole=False).items() if bars(found)}


def _found(mediations: Sequence[Mediation], people: Sequence[Mediator | Expert], *, whole: bool) -> Found:
    staff = [person.staff_id for person in people]
    customers = {row.customer_id: row.customer for row in mediations}
    apart = _kept_apart(mediations, staff)
    worked = _worked(list(customers), staff)
    stood_down = set(
        StandDown.objects.filter(mediation__in=mediations).values_list("mediation_id", "mediator__staff_id")
    )
    mediated = _mediated(list(customers), staff) if whole else {}
    beside = _names(mediations) if whole else {}
    found: Found = {}
    for row in mediations:
        customer = row.customer
        for person in people:
            key = (row.customer_id, person.staff_id)
            recused = person.staff_id in customer.recused_staff
            found[row.id, person.staff_id] = findings(
                Facts(
                    walled=person.staff_id in apart[row.id] and not recused,
                    recused=recused,
                    owned="owned" in worked[key],
                    contacted="contacted" in worked[key],
                    represented="represented" in worked[key],
                    stood_down=(row.id, person.staff_id) in stood_down,
                    branch=person.staff.branch.code if whole and person.staff.branch else "",
                    worked_at=frozenset(person.worked_at),
                    customer_branch=customer.branch.code if whole else "",
                    mediated_before=bool(mediated.get(key, set()) - {row.id}),
                    name=person.staff.display_name,
                    names_beside=beside.get(row.id, frozenset()),
                )
            )
    return found


def _worked(customers: list[int], staff: list[int]) -> dict[tuple[int, int], set[str]]:
    """Return what each person did for the bank on each record: owned accounts, contacted, represented. One query."""
    before = Cast(KT("payload__from"), BigIntegerField())
    moved = Event.objects.filter(customer__in=customers, kind="account.owner_changed").annotate(before=before)
    rows = [
        _line(Account.objects.filter(customer__in=customers, owner__in=staff), "owner_id", "owned"),
        _line(moved.filter(before__in=staff), "before", "owned"),
        # A call of the mediator's own into a session is no work for the bank.
        _line(
            Contact.objects.filter(customer__in=customers, staff__in=staff).exclude(purpose="invite"),
            "staff_id",
            "contacted",
        ),
        _line(Conversation.objects.filter(customer__in=customers, staff__in=staff), "staff_id", "contacted"),
        _line(
            Session.objects.filter(customer__in=customers, representative__in=staff),
            "representative_id",
            "represented",
        ),
    ]
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for customer_id, person, what in rows[0].union(*rows[1:]):
        found[customer_id, person].add(what)
    return found


def _line(rows: QuerySet, person: str, what: str) -> QuerySet:  # type: ignore[type-arg]  # of several models
    return rows.order_by().values_list(F("customer_id"), F(person), Value(what, output_field=CharField()), named=False)


def _mediated(customers: list[int], staff: list[int]) -> dict[tuple[int, int], set[int]]:
    rows = Session.objects.filter(
        customer__in=customers, mediator__staff__in=staff, state__in=["in_session", "held"]
    ).values_list("customer_id", "mediator__staff_id", "mediation_id")
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for customer_id, person, mediation_id in rows:
        found[customer_id, person].add(mediation_id)
    return found


def _names(mediations: Sequence[Mediation]) -> dict[int, frozenset[str]]:
    """Return by talks who stands beside the customer: relatives and others, parties of the account, their agents."""
    customers = {row.customer_id for row in mediations}
    found: dict[int, set[str]] = defaultdict(set)
    for person in RelatedPerson.objects.filter(customer__in=customers, ended_at__isnull=True):
        found[person.customer_id].add(person.name)
    for power in PowerOfAttorney.objects.filter(customer__in=customers):
        found[power.customer_id].add(power.name)
    of_account: dict[int, set[tuple[int, str]]] = defaultdict(set)
    accounts = [row.account_id for row in mediations]
    for party in AccountParty.objects.filter(account__in=accounts).select_related("customer"):
        of_account[party.account_id].add((party.customer_id, party.customer.name))
    return {
        row.id: frozenset(
            found[row.customer_id] | {name for key, name in of_account[row.account_id] if key != row.customer_id}
        )
        for row in mediations
    }
