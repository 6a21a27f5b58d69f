"""A person leaves: access ends at once, and what stands in their name goes back to the pool."""

from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F, Q

from collections_app.domain.staff import Role
from collections_app.models import Account, LeaveCover, Staff
from collections_app.services import feed, records, sweeps
from collections_app.services.errors import RefusedError
from collections_app.services.ownership import releasing
from collections_app.services.ownership.moving import Move, move_within

# So many records are locked at once.
BATCH = 100


@transaction.atomic(durable=True)
def leave(*, staff_id: int, actor: records.Actor, now: datetime) -> Staff:
    """End a person's access: inactive, no password, no authenticator. Their open pages end with the next request.

    What stands in their name is returned by the sweep of ``return_accounts``, unless a supervisor re-homes it
    before; the case they have claimed and the line of a call they are on are free at once, and a supervisor closes
    the call. Raise RefusedError when they are the actor or the last administrator;
    NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="admin")
    # The record comes before every other row.
    customer = releasing.lock_line(staff_id=staff_id, now=now)
    administrators = list(
        Staff.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("id")
    )
    staff = Staff.objects.select_for_update().filter(id=staff_id).first()
    if staff is None:
        raise RefusedError("no_such_colleague")
    if actor.staff is not None and actor.staff.id == staff.id:
        raise RefusedError("own_leave")
    if [item.id for item in administrators] == [staff.id]:
        raise RefusedError("last_administrator")
    releasing.release_within(staff_id=staff_id, customer=customer, why="left", actor=actor, now=now)
    # Who covered for others covers nobody any more, and nobody covers for who is gone.
    LeaveCover.objects.filter(Q(away=staff) | Q(cover=staff), ended_at__isnull=True, ends_at__gt=now).update(
        ended_at=now, ended_by=actor.staff
    )
    staff.is_active = staff.is_staff = staff.is_superuser = False
    staff.set_unusable_password()
    staff.given_password_until = None
    staff.save(update_fields=["is_active", "is_staff", "is_superuser", "password", "given_password_until"])
    Authenticator.objects.filter(user=staff).delete()
    feed.wake_boards()
    feed.end_streams(staff_id=staff.id)
    return staff


def return_accounts(*, now: datetime) -> int:
    """Return every account of people who have left to the pool of its branch, and return how many there were.

    Safe to lose and to repeat: an account that has another owner by now is left alone.
    """
    gone = list(Staff.objects.filter(is_active=False).order_by("id").values_list("id", flat=True))
    return sweeps.each(gone, lambda staff_id: _return_all(staff_id, now))


def _return_all(staff_id: int, now: datetime) -> int:
    """Return what one person owned, so many records at once; a batch that fails keeps no other back."""
    return sweeps.each(_batches_of(staff_id), lambda batch: _return_batch(staff_id, batch, now))


def _batches_of(staff_id: int) -> Iterator[list[int]]:
    last = 0
    owned = Account.objects.filter(owner_id=staff_id).order_by("customer_id").values_list("customer_id", flat=True)
    while batch := list(owned.filter(customer_id__gt=last).distinct()[:BATCH]):
        yield batch
        last = batch[-1]


@transaction.atomic(durable=True)
def _return_batch(staff_id: int, customer_ids: list[int], now: datetime) -> int:
    customers = records.lock_many(customer_ids=customer_ids, now=now)
    accounts = list(Account.objects.filter(owner_id=staff_id, customer__in=customers).order_by("customer_id", "id"))
    # Forgotten, so that they get it back should they return and the core still name them.
    named = Account.objects.filter(id__in=[account.id for account in accounts], core_owner=F("owner__employee_no"))
    named.update(core_owner="")
    moves = [Move(account, None, account.placement, {"reason": "left"}) for account in accounts]
    move_within(customers=customers, moves=moves, actor=records.SYSTEM, now=now)
    return len(accounts)
