"""A person leaves: access ends at once, and what stands in their name goes back to the pool."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from collections_app.domain.staff import Role
from collections_app.models import Account, Conversation, Customer, Staff
from collections_app.selectors import lines
from collections_app.services import derivation, feed, records
from collections_app.services.errors import RefusedError
from collections_app.services.lines import lease

# So many records are locked at once.
BATCH = 100


@transaction.atomic(durable=True)
def leave(*, staff_id: int, actor: records.Actor, now: datetime) -> Staff:
    """End a person's access: inactive, no password, no authenticator. Their open pages end with the next request.

    What stands in their name is returned by the sweep of ``return_accounts``; the line of a call they are on is free
    at once, and a supervisor closes the call. Raise RefusedError when they are the actor or the last administrator;
    NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="admin")
    call = Conversation.objects.filter(lines.OPEN, staff_id=staff_id).first()
    # The record comes before every other row.
    customer = records.lock(customer_id=call.customer_id, now=now) if call else None
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
    if customer is not None:
        held = Conversation.objects.filter(lines.OPEN, staff_id=staff_id, customer=customer).first()
        if held is not None:
            lease.interrupt_within(customer=customer, conversation=held, why="left", actor=records.SYSTEM, now=now)
    staff.is_active = staff.is_staff = staff.is_superuser = False
    staff.set_unusable_password()
    staff.given_password_until = None
    staff.save(update_fields=["is_active", "is_staff", "is_superuser", "password", "given_password_until"])
    Authenticator.objects.filter(user=staff).delete()
    feed.end_streams(staff_id=staff.id)
    return staff


def return_accounts(*, now: datetime) -> int:
    """Return every account of people who have left to the pool of its branch, and return how many there were.

    Safe to lose and to repeat: an account that has another owner by now is left alone.
    """
    done = 0
    for staff_id in Staff.objects.filter(is_active=False).order_by("id").values_list("id", flat=True):
        while batch := _customers_of(staff_id):
            done += _return_batch(staff_id, batch, now)
    return done


def _customers_of(staff_id: int) -> list[int]:
    owned = Account.objects.filter(owner_id=staff_id).order_by("customer_id").values_list("customer_id", flat=True)
    return list(owned.distinct()[:BATCH])


@transaction.atomic(durable=True)
def _return_batch(staff_id: int, customer_ids: list[int], now: datetime) -> int:
    customers = records.lock_many(customer_ids=customer_ids, now=now)
    accounts = list(Account.objects.filter(owner_id=staff_id, customer__in=customers).order_by("customer_id", "id"))
    Account.objects.filter(id__in=[account.id for account in accounts]).update(owner=None)
    derivation.derive_many(customer_ids=list(customers), now=now)
    fresh = Customer.objects.select_related("branch").in_bulk(list(customers))
    for account in accounts:
        records.append(
            customer=fresh[account.customer_id],
            kind="account.owner_changed",
            actor=records.SYSTEM,
            now=now,
            account_id=account.id,
            payload={"from": staff_id, "to": None, "reason": "left"},
        )
    return len(accounts)
