"""The red button: risk to life stops collection of one customer at once, for every party and channel."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from collections_app.domain.handoffs import HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.domain.risk import ALERT, DANGERS, HANDOFF
from collections_app.models import AccountParty, Customer, Event, HandOff, Hold
from collections_app.services import alerts, derivation, form_keys, handoffs, holds, records
from collections_app.services.errors import RefusedError

ACTION = "risk.press"


@transaction.atomic(durable=True)
def press(*, customer_id: int, danger: str, actor: records.Actor, now: datetime) -> Hold:
    """Stop collection of a customer whose life, or somebody's through them, is at risk; return the hold.

    It conflicts with nothing that happened since the screen was read. Pressed again while it is in force it places no
    second hold, and rings again once somebody has taken the first call. Raise RefusedError when there is no such record
    or danger, NotAllowedError when the role may not.
    """
    others = lock_parties(customer_id=customer_id, now=now)
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_may(actor=actor, action=ACTION)
    if danger not in DANGERS:
        raise RefusedError("no_such_danger")
    return press_within(customer=customer, others=others, danger=danger, actor=actor, now=now)


def lock_parties(*, customer_id: int, now: datetime) -> list[Customer]:
    """Lock a record, those of everybody else who is party to its accounts, and those whose accounts it is party to.

    Return the others.
    """
    ids = set(AccountParty.objects.filter(account__customer_id=customer_id).values_list("customer_id", flat=True))
    stood_for = AccountParty.objects.filter(customer_id=customer_id)
    ids.update(stood_for.values_list("account__customer_id", flat=True))
    found = records.lock_many(customer_ids=sorted(ids | {customer_id}), now=now)
    return [row for row in found.values() if row.id != customer_id]


def press_within(
    *,
    customer: Customer,
    others: Iterable[Customer],
    danger: str,
    actor: records.Actor,
    now: datetime,
    text: str = "",
    source: str = "",
    heard_since: datetime | None = None,
) -> Hold:
    """Do it on records the caller has locked with ``lock_parties``, and return the hold in force.

    A call that nobody has taken yet rings already. What the actor has pressed since ``heard_since``, when the
    conversation began that this comes of, is no news either.
    """
    before = in_force(customer_id=customer.id, now=now)
    if before is not None and _is_known(customer, actor, heard_since):
        form_keys.keep_within(customer_id=customer.id, now=now)
        return before
    hold = before or holds.place_within(
        customer=customer, kind=HoldKind.RISK_TO_LIFE, actor=actor, now=now, source=source, text=text
    )
    handoffs.open_within(customer=customer, kind=HANDOFF, actor=actor, now=now, text=text)
    for record in (customer, *others):
        payload = {"danger": danger, "hold": hold.id, "own": record is customer}
        records.append(customer=record, kind="risk.raised", actor=actor, now=now, payload=payload)
    at_risk = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        kind=HoldKind.RISK_TO_LIFE,
        released_at__isnull=True,
        customer__branch=customer.branch,
    )
    alerts.raise_alert(kind=ALERT, detail={"records": at_risk.count()}, now=now, branch=customer.branch)
    derivation.derive(customer=customer, now=now)
    return hold


def _is_known(customer: Customer, actor: records.Actor, heard_since: datetime | None) -> bool:
    if HandOff.objects.filter(customer=customer, kind=HANDOFF, state=HandOffState.OPEN).exists():
        return True
    said = Event.objects.filter(customer=customer, kind="risk.raised", actor=actor.staff)
    return heard_since is not None and said.filter(at__gte=heard_since).exists()


def _risks(now: datetime) -> QuerySet[Hold]:
    """Return the holds of all customers at risk that are in force."""
    ends = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    return Hold.objects.filter(ends, kind=HoldKind.RISK_TO_LIFE, released_at__isnull=True)


def in_force(*, customer_id: int, now: datetime) -> Hold | None:
    """Return the hold of a customer at risk, or None."""
    rows = _risks(now).filter(customer_id=customer_id)
    return rows.select_related("placed_by").order_by("id").first()


def check_releasable(*, hold: Hold | None, now: datetime) -> Hold:
    """Return the hold of a customer at risk that a second person may end. Raise RefusedError when it is none."""
    if hold is None or hold.kind != HoldKind.RISK_TO_LIFE:
        raise RefusedError("no_such_hold")
    if hold.released_at or (hold.ends_at and hold.ends_at <= now):
        raise RefusedError("hold_already_released")
    return hold


def release_within(*, customer: Customer, hold: Hold, reason: str, actor: records.Actor, now: datetime) -> None:
    """End the hold in the transaction of its approval; the alert of the branch ends with the last one."""
    holds.release_within(customer=customer, hold=hold, reason=reason, actor=actor, now=now)
    if not _risks(now).filter(customer__branch=customer.branch).exists():
        alerts.clear(kind=ALERT, now=now, branch=customer.branch)
