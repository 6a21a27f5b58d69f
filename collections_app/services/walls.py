"""Ties of staff to customers, the walls they put up, and the log of who tried to get past one."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from collections_app.domain.ownership.walls import STAFF_RELATIONS
from collections_app.models import Account, CaseClaim, Conversation, Customer, Staff, StaffTie, WallAttempt
from collections_app.selectors import lines, walls
from collections_app.services import derivation, form_keys, records
from collections_app.services.errors import RefusedError
from collections_app.services.lines import lease

ACTION = "wall.keep"


@transaction.atomic(durable=True)
def declare(
    *, staff_id: int, customer_no: str, relation: str, note: str, actor: records.Actor, now: datetime
) -> StaffTie:
    """Write down that a customer is a member of staff, or their relative or colleague: the wall stands from now on.

    What those it stands against had of the record is taken from them in the same step: accounts go to the pool,
    claims end, a line is given back. Raise NotAllowedError when the role may not, RefusedError for who or what there
    is none of, or is declared already.
    """
    records.check_may(actor=actor, action=ACTION)
    customer_id = Customer.objects.filter(customer_no=customer_no.strip()).values_list("id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_record")
    customer = records.lock(customer_id=customer_id, now=now)
    if relation not in STAFF_RELATIONS:
        raise RefusedError("no_such_relation")
    staff = Staff.objects.filter(id=staff_id).first()
    if staff is None:
        raise RefusedError("no_such_colleague")
    if StaffTie.objects.filter(customer=customer, staff=staff, ended_at__isnull=True).exists():
        raise RefusedError("tie_already")
    form_keys.keep_within(customer_id=customer.id, now=now)
    tie = StaffTie.objects.create(
        staff=staff,
        customer=customer,
        relation=relation,
        note=note.strip()[:200],
        declared_by=actor.staff,
        declared_at=now,
    )
    _mark(customer)
    _take_back(customer, now)
    return tie


@transaction.atomic(durable=True)
def end(*, tie_id: int, actor: records.Actor, now: datetime) -> StaffTie:
    """End a tie. Raise NotAllowedError when the role may not, or it is one's own; RefusedError when there is none."""
    records.check_may(actor=actor, action=ACTION)
    customer_id = StaffTie.objects.filter(id=tie_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_tie")
    customer = records.lock(customer_id=customer_id, now=now)
    tie = StaffTie.objects.get(id=tie_id)
    if tie.ended_at is not None:
        raise RefusedError("no_such_tie")
    if actor.staff is not None and tie.staff_id == actor.staff.id:
        raise RefusedError("own_tie")
    tie.ended_at, tie.ended_by = now, actor.staff
    tie.save(update_fields=["ended_at", "ended_by"])
    _mark(customer)
    return tie


def _mark(customer: Customer) -> None:
    customer.walled = StaffTie.objects.filter(customer=customer, ended_at__isnull=True).exists()
    customer.save(update_fields=["walled"])


def _take_back(customer: Customer, now: datetime) -> None:
    """Take from whoever a wall stands against now what they had of the record. The caller holds its lock."""
    accounts = list(Account.objects.filter(customer=customer, owner__isnull=False).order_by("id"))
    claims = CaseClaim.objects.filter(customer=customer, ended_at__isnull=True)
    call = Conversation.objects.filter(lines.OPEN, customer=customer).first()
    people = {account.owner_id for account in accounts} | set(claims.values_list("staff_id", flat=True))
    people |= {call.staff_id} if call else set()
    walled = walls.pairs(staff_ids=people, customer_ids=[customer.id]).get(customer.id, set())
    claims.filter(staff__in=walled).update(ended_at=now, end="released")
    if call is not None and call.staff_id in walled:
        # Somebody else closes it: to the person on the line the record is gone.
        lease.interrupt_within(customer=customer, conversation=call, why="wall", actor=records.SYSTEM, now=now)
    taken = [account for account in accounts if account.owner_id in walled]
    for account in taken:
        records.append(
            customer=customer,
            kind="account.owner_changed",
            actor=records.SYSTEM,
            now=now,
            account_id=account.id,
            payload={"from": account.owner_id, "to": None, "reason": "wall"},
        )
    if taken:
        Account.objects.filter(id__in=[account.id for account in taken]).update(owner=None)
        derivation.derive(customer=customer, now=now)


def log_tries(*, staff: Staff, tries: Sequence[tuple[int, str]], path: str, now: datetime) -> int:
    """Log what somebody tried on walled records, each record once, and return how many."""
    rows = [
        WallAttempt(staff_id=staff.pk, customer_id=customer_id, tried=tried, path=path[:200], at=now)
        for customer_id, tried in dict(tries).items()
    ]
    WallAttempt.objects.bulk_create(rows)
    return len(rows)
