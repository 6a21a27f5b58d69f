"""The four steps every write begins with: lock, check what was seen, check permission, and append the event.

The order is always the same: the customer's row first (several by ascending id), then everything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import F

from collections_app.domain.events import EVENT_KINDS, WRITE_DEPENDS_ON
from collections_app.domain.staff import Department, Role
from collections_app.domain.typed import harmless
from collections_app.models import Customer, Event, EventPending, EventText, Staff
from collections_app.selectors import walls
from collections_app.services import derivation, feed, form_keys
from collections_app.services.clocks import following
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.worklists import keeping


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: a member of staff, or a machine or customer without one."""

    staff: Staff | None
    department: str

    @classmethod
    def of(cls, staff: Staff) -> "Actor":
        """Return the actor that a member of staff is."""
        return cls(staff, staff.department)


SYSTEM = Actor(None, Department.SYSTEM)
CUSTOMER = Actor(None, Department.CUSTOMER)


def lock(*, customer_id: int, now: datetime) -> Customer:
    """Lock a record for writing, bring it up to date if time has changed it, and return it.

    Must run inside a transaction, before any other row of the record is touched. Raise RefusedError when
    there is no such record; for a form that has written already see form_keys.
    """
    rows = Customer.objects.select_for_update(of=("self",), no_key=True).select_related("branch")
    customer = rows.filter(id=customer_id).first()
    if customer is None:
        raise RefusedError("no_such_record")
    form_keys.check_within(customer_id=customer.id)
    if customer.derive_due_at and customer.derive_due_at <= now:
        derivation.derive(customer=customer, now=now)
    return customer


def lock_many(*, customer_ids: Sequence[int], now: datetime) -> dict[int, Customer]:
    """Lock several records by ascending id, bring the late ones up to date, and return them by id."""
    rows = Customer.objects.select_for_update(of=("self",), no_key=True).select_related("branch")
    found = {customer.id: customer for customer in rows.filter(id__in=set(customer_ids)).order_by("id")}
    late = [item.id for item in found.values() if item.derive_due_at and item.derive_due_at <= now]
    if late:
        derivation.derive_many(customer_ids=late, now=now)
        for customer in rows.filter(id__in=late).order_by("id"):
            found[customer.id] = customer
    return found


def check_seen(*, customer: Customer, seen_version: int | None, write: str) -> None:
    """Refuse a person's write when something it depends on has changed since the version they saw.

    ``seen_version`` is None for machine writers, which lock, re-read and apply. Raise StaleWriteError with
    the changes that conflict; what does not conflict passes.
    """
    if seen_version is None or seen_version == customer.version:
        return
    if seen_version > customer.version or seen_version < 1:
        raise RefusedError("no_such_version", seen=seen_version)
    topics = WRITE_DEPENDS_ON[write]
    kinds = [kind.code for kind in EVENT_KINDS.values() if kind.topic in topics and kind.bumps]
    changes = list(
        Event.objects.filter(customer=customer, version__gt=seen_version, kind__in=kinds)
        .select_related("actor")
        .order_by("id")
    )
    if changes:
        raise StaleWriteError(seen_version=seen_version, current_version=customer.version, changes=changes)


def check_may(*, actor: Actor, action: str) -> None:
    """Refuse what the actor's role does not allow. Machines and customers are bound by their own services."""
    if actor.staff is not None and not actor.staff.may(action):
        raise NotAllowedError("not_allowed", action=action)


def check_wall(*, customer: Customer, actor: Actor) -> None:
    """Refuse a person whose own record it is, or a relative's or colleague's, as if there were none. It is noted."""
    if customer.walled and actor.staff is not None and walls.is_walled(staff=actor.staff, customer_id=customer.id):
        walls.note(staff=actor.staff, customer_id=customer.id, tried="write")
        raise RefusedError("no_such_record")


def append(
    *,
    customer: Customer,
    kind: str,
    actor: Actor,
    now: datetime,
    account_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
    text: str = "",
) -> Event:
    """Write one event of a locked record, raise its version when the kind does, and wake the screens.

    No write is without its event, so this is where whoever is recused from the record is refused: raise
    NotAllowedError, and the caller's transaction takes everything back.

    ``payload`` carries ids, codes and amounts (fen) only; what a person typed is sealed beside the event and
    the event keeps a commitment to it. Raise RefusedError when the record is walled from the actor: to them there is
    no such record.
    """
    _check_apart(customer, actor)
    if EVENT_KINDS[kind].bumps:
        Customer.objects.filter(id=customer.id).update(version=F("version") + 1)
        customer.version += 1
    body = dict(payload or {})
    if text := harmless(text):
        body["text_sha256"] = sha256(f"{customer.id}\x00{now.isoformat()}\x00{text}".encode()).hexdigest()
    event = Event.objects.create(
        customer=customer,
        kind=kind,
        version=customer.version,
        at=now,
        actor=actor.staff,
        department=actor.department,
        account_id=account_id,
        payload=body,
    )
    if text:
        EventText.objects.create(event=event, text=text)
    EventPending.objects.create(event=event)
    form_keys.keep_within(customer_id=customer.id, now=now, event=event)
    following.follow_within(customer=customer, event=event)
    keeping.follow_within(customer_id=customer.id, kind=kind, staff=actor.staff, now=now)
    feed.wake(customer=customer, event_id=event.id)
    return event


def _check_apart(customer: Customer, actor: Actor) -> None:
    """Refuse whoever the record is walled from, who is recused from it, or who mediated and now takes a side."""
    check_wall(customer=customer, actor=actor)
    if actor.staff is not None and actor.staff.id in customer.recused_staff:
        raise NotAllowedError("recused_from_record")
    # Who mediated may mediate again, and takes no side afterwards (court-invited mediation, article 16).
    if actor.staff is not None and actor.staff.id in customer.mediated_by and actor.staff.role != Role.MEDIATOR:
        raise NotAllowedError("mediated_for_record")


@dataclass(frozen=True, slots=True)
class Said:
    """One event among many: of which record, of which account, and its payload."""

    customer_id: int
    account_id: int | None
    payload: Mapping[str, Any]


def append_many(
    *, customers: Mapping[int, Customer], kind: str, said: Sequence[Said], actor: Actor, now: datetime, text: str = ""
) -> None:
    """Write events of one kind on many locked records, in a number of queries that does not grow with them.

    Each raises its record's version by one. ``text`` is what a person typed for all of them. Claims of the actor are
    not renewed: who moves a hundred records has not worked on them.
    """
    text = harmless(text)
    rows = []
    for each in said:
        customer = customers[each.customer_id]
        _check_apart(customer, actor)
        customer.version += 1
        body = dict(each.payload)
        if text:
            body["text_sha256"] = sha256(f"{customer.id}\x00{now.isoformat()}\x00{text}".encode()).hexdigest()
        rows.append(
            Event(
                customer=customer,
                kind=kind,
                version=customer.version,
                at=now,
                actor=actor.staff,
                department=actor.department,
                account_id=each.account_id,
                payload=body,
            )
        )
    touched = {each.customer_id for each in said}
    derivation.update_rows(
        table=Customer._meta.db_table,
        columns=("version",),
        types=("bigint",),
        rows=[(customer_id, customers[customer_id].version) for customer_id in sorted(touched)],
    )
    written = Event.objects.bulk_create(rows)
    if text:
        EventText.objects.bulk_create([EventText(event=event, text=text) for event in written])
    EventPending.objects.bulk_create([EventPending(event=event) for event in written])
    form_keys.keep_within(customer_id=written[0].customer_id, now=now, event=written[0])
    for customer_id, event_id in sorted({event.customer_id: event.id for event in written}.items()):
        feed.wake(customer=customers[customer_id], event_id=event_id)
