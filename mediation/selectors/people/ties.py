"""What the shared record says of mediators and experts and a case: read for many of both in a few queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from collections_app.models import Account, Contact, Conversation, Event, RelatedPerson
from collections_app.selectors import walls
from mediation.domain.people.conflicts import Facts, bars, findings
from mediation.models import Expert, Mediation, Mediator, MediatorChoice, Session, StandDown

Found = dict[tuple[int, int], list[str]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Whom talks take of those who are trained: the one both parties chose, and not those who are barred.

    ``only`` and ``without`` are ids of mediators, ``never`` of staff who mediated for the customer.
    """

    only: int | None = None
    without: frozenset[int] = frozenset()
    never: frozenset[int] = frozenset()


def findings_of(mediations: Sequence[Mediation], people: Sequence[Mediator | Expert]) -> Found:
    """Return the findings on each talks (with customer and branch) and each person (with staff), by both ids."""
    return _found(mediations, people, whole=True)


def narrowings(mediations: Sequence[Mediation]) -> dict[int, Narrowing]:
    """Return for talks with their customers whom they take. Six queries at most, however many."""
    people = list(Mediator.objects.filter(active=True).select_related("staff"))
    barred = _found(mediations, people, whole=False)
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
        narrowed[row.id] = Narrowing(
            only if only not in without else None, without, frozenset(row.customer.mediated_by)
        )
    return narrowed


def barred(mediations: Sequence[Mediation], people: Sequence[Mediator | Expert]) -> set[tuple[int, int]]:
    """Return the talks (with their customers) and people whom a conflict of interest keeps apart, by both ids."""
    return {key for key, found in _found(mediations, people, whole=False).items() if bars(found)}


def _found(mediations: Sequence[Mediation], people: Sequence[Mediator | Expert], *, whole: bool) -> Found:
    staff = [person.staff_id for person in people]
    customers = {row.customer_id: row.customer for row in mediations}
    walled = walls.pairs(staff_ids=staff, customer_ids=list(customers), mediated=False)
    worked = _worked(list(customers), staff)
    stood_down = set(
        StandDown.objects.filter(mediation__in=mediations).values_list("mediation_id", "mediator__staff_id")
    )
    mediated = _mediated(list(customers), staff) if whole else {}
    beside = _names(list(customers)) if whole else {}
    found: Found = {}
    for row in mediations:
        customer = row.customer
        for person in people:
            key = (row.customer_id, person.staff_id)
            recused = person.staff_id in customer.recused_staff
            found[row.id, person.staff_id] = findings(
                Facts(
                    walled=person.staff_id in walled.get(customer.id, ()) and not recused,
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
                    names_beside=beside.get(customer.id, frozenset()),
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


def _names(customers: list[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for row in RelatedPerson.objects.filter(customer__in=customers, ended_at__isnull=True):
        found[row.customer_id].add(row.name)
    return {customer_id: frozenset(names) for customer_id, names in found.items()}
