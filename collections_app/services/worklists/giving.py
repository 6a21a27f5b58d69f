"""The next case: exactly one person gets each, however many ask at the same instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from collections_app.domain.worklists.claims import LASTS, ClaimEnd
from collections_app.domain.worklists.views import View
from collections_app.models import CaseClaim, Customer, Staff
from collections_app.selectors import case_claims, lines, walls, worklists
from collections_app.selectors import records as record_rows
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError

# Of so many tries without waiting each was overtaken by somebody else; then one waits for its turn.
_TRIES = 25
_TURNS = 5


@dataclass(frozen=True, slots=True)
class Given:
    """The case a person has to work on, and whether they had it already."""

    claim: CaseClaim
    again: bool


def next_case(*, actor: records.Actor, view: View, now: datetime, done_with: int | None = None) -> Given | None:
    """Give a person the next case of a view: the one they hold already, else the first that is free, else None.

    ``done_with`` is the customer whose claim they give up first. Calls back that are due come before everything else,
    their own first; what they have passed over lately comes last. Not atomic: each try is a transaction of its own,
    so that a case that somebody else was quicker to claim is let go before the next is locked. Raise NotAllowedError
    when the role may not, or the person has no customers.
    """
    records.check_may(actor=actor, action="case.claim")
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="case.claim")
    staff = actor.staff
    if done_with is not None:
        end_own(staff=staff, customer_id=done_with, now=now)
    for turn in range(_TRIES + _TURNS):
        try:
            return _try(staff, view, now, waits=turn >= _TRIES)
        except (_OvertakenError, IntegrityError):
            # The claim of a colleague, or of the same person's other tab, was committed a moment before.
            continue
    return None


class _OvertakenError(Exception):
    """Somebody else was quicker."""


@transaction.atomic(durable=True)
def _try(staff: Staff, view: View, now: datetime, *, waits: bool) -> Given | None:
    held = case_claims.own(staff=staff, now=now)
    if held is not None:
        return Given(held, again=True)
    for rows in _orders(staff, view, now):
        customer = rows.select_for_update(of=("self",), skip_locked=not waits, no_key=True).first()
        if customer is not None:
            return _claim(staff, _checked(customer, rows, staff, now), view, now)
    # Nothing was free and unlocked; what somebody writes just now may be free in a moment.
    if not waits and any(rows.exists() for rows in _orders(staff, view, now)):
        raise _OvertakenError
    return None


def _orders(staff: Staff, view: View, now: datetime) -> Iterator[QuerySet[Customer]]:
    """What a person may be given, in this order: calls back that are due, the view, what they have passed over."""
    waiting = worklists.matching(staff=staff, view=view.anywhere(), now=now)
    waiting = waiting.filter(queue="callback", next_step="call_back", next_step_at__lte=now)
    # Mostly none is due, which is asked at a fraction of what it costs to ask who may have it.
    if waiting.exists():
        mine_first = Case(When(owner=staff, then=Value(0)), default=Value(1), output_field=IntegerField())
        due = case_claims.not_passed_over_by(case_claims.unclaimed(waiting, now=now), staff=staff, now=now)
        yield due.order_by(mine_first, "next_step_at", "id")
    listed = case_claims.free(worklists.matching(staff=staff, view=view, now=now), now=now)
    listed = worklists.ordered(listed, view.order)
    yield case_claims.not_passed_over_by(listed, staff=staff, now=now)
    yield listed


def _checked(customer: Customer, rows: QuerySet[Customer], staff: Staff, now: datetime) -> Customer:
    """Return the locked case as it is now. Raise _OvertakenError when it is not to be given any more.

    PostgreSQL has asked the row itself again under the lock, but other tables, and whom the person is kept from, only
    as they were before it: a call that began, a wall that was put up and a recusal meanwhile are looked for here, a
    claim stumbles over its constraint.
    """
    if staff.pk in {*customer.recused_staff, *customer.mediated_by}:
        raise _OvertakenError
    if customer.derive_due_at and customer.derive_due_at <= now:
        customer = records.lock(customer_id=customer.id, now=now)
        if not rows.filter(id=customer.id).exists():
            raise _OvertakenError
    if lines.held(now=now).filter(customer=customer).exists():
        raise _OvertakenError
    if customer.walled and walls.is_walled(staff=staff, customer_id=customer.id):
        raise _OvertakenError
    return customer


def _claim(staff: Staff, customer: Customer, view: View, now: datetime) -> Given:
    """Write the claim. The caller holds the record's lock, under which alone claims on it are written."""
    over = CaseClaim.objects.filter(Q(customer=customer) | Q(staff=staff), ended_at__isnull=True, expires_at__lte=now)
    over.update(ended_at=now, end=ClaimEnd.EXPIRED)
    claim = CaseClaim.objects.create(
        customer=customer, staff=staff, queue=view.key, taken_at=now, expires_at=now + LASTS
    )
    return Given(claim, again=False)


@transaction.atomic(durable=True)
def end_own(*, staff: Staff, customer_id: int, now: datetime) -> ClaimEnd | None:
    """End a person's own claim: worked on, or passed over when they did nothing on it. Return how, or None."""
    claim = (
        CaseClaim.objects.select_for_update()
        .filter(staff=staff, customer_id=customer_id, ended_at__isnull=True)
        .first()
    )
    if claim is None:
        return None
    claim.end = ClaimEnd.WORKED if claim.worked_at else ClaimEnd.PASSED_OVER
    claim.ended_at = now
    claim.save(update_fields=["end", "ended_at"])
    return ClaimEnd(claim.end)


@transaction.atomic(durable=True)
def release(*, customer_id: int, actor: records.Actor, now: datetime) -> CaseClaim:
    """Take a case back from whoever has claimed it, so that it is given to somebody else.

    Raise NotAllowedError when the role may not, RefusedError when the record is out of the person's scope or nobody
    has claimed it.
    """
    records.check_may(actor=actor, action="case.release")
    if actor.staff is None or not record_rows.scoped(actor.staff, now=now).filter(id=customer_id).exists():
        raise RefusedError("no_such_record")
    records.lock(customer_id=customer_id, now=now)
    claim = CaseClaim.objects.select_for_update().filter(customer_id=customer_id, ended_at__isnull=True).first()
    if claim is None or claim.expires_at <= now:
        raise RefusedError("case_not_claimed")
    claim.end, claim.ended_at, claim.ended_by = ClaimEnd.RELEASED, now, actor.staff
    claim.save(update_fields=["end", "ended_at", "ended_by"])
    return claim
