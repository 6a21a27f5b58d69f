"""Accounts placed with agencies, and called back: from that instant on the agency sees nothing of them.

The debtor is told first; while an account is placed the bank's own queues are closed for it; whatever stops collection
calls it back in the same transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from collections_app.domain.machines.clients import ClientKind
from collections_app.domain.ownership.placements import NOTICE_CHANNELS, NOTICE_LASTS, REFUSALS
from collections_app.domain.ownership.pools import OWN, Pool
from collections_app.domain.typed import plain
from collections_app.domain.worklists.claims import ClaimEnd
from collections_app.models import Account, CaseClaim, Customer, Hold, MachineClient, Placement
from collections_app.models.tokens import account_token
from collections_app.selectors import placing
from collections_app.services import derivation, records, sweeps
from collections_app.services.errors import RefusedError

ACTION = "account.place"


@transaction.atomic(durable=True)
def tell(
    *,
    account_id: int,
    channel: str,
    told_at: datetime,
    reference: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Account:
    """Write down that the debtor was told of the placement to come: by what, when, and where the proof is.

    Raise RefusedError for an account out of reach, a time that is to come or too long ago, and without a reference.
    """
    records.check_may(actor=actor, action=ACTION)
    customer = _lock(Account.objects.filter(id=account_id), actor, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="account.tell")
    account = Account.objects.get(id=account_id)
    if channel not in NOTICE_CHANNELS:
        raise RefusedError("no_such_notice_channel")
    if told_at > now or told_at < now - NOTICE_LASTS:
        raise RefusedError("notice_time_impossible")
    if not plain(reference):
        raise RefusedError("notice_reference_missing")
    if account.closed_in_core or account.placement not in OWN:
        raise RefusedError("account_not_in_house")
    told_within(
        customer=customer, account=account, channel=channel, told_at=told_at, reference=reference, actor=actor, now=now
    )
    return account


def told_within(
    *,
    customer: Customer,
    account: Account,
    channel: str,
    told_at: datetime,
    reference: str,
    actor: records.Actor,
    now: datetime,
) -> None:
    """Write the same down on a record the caller has locked: a message that arrived is its own proof."""
    account.outsource_notice_at = told_at
    account.save(update_fields=["outsource_notice_at"])
    records.append(
        customer=customer,
        kind="account.told_of_agency",
        actor=actor,
        now=now,
        account_id=account.pk,
        payload={"channel": channel, "told_at": told_at.isoformat()},
        text=reference.strip()[:200],
    )


def _lock(rows: QuerySet[Account], actor: records.Actor, now: datetime) -> Customer:
    """Lock the record of an account, which must not be walled from the actor."""
    customer_id = rows.values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_account")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_wall(customer=customer, actor=actor)
    return customer


@transaction.atomic(durable=True)
def place(
    *,
    account_no: str,
    client: MachineClient,
    actor: records.Actor,
    now: datetime,
    seen_version: int | None = None,
    until_on: date | None = None,
    batch: str = "",
) -> Placement:
    """Place an account with an agency until a day, if one is given.

    Raise RefusedError for one that is closed or is with somebody already, whose debtor was not told first or too long
    ago, while a hold stops collection, while somebody is on the line, and for a day that is over.
    """
    # First: whoever may not learns nothing of what accounts there are.
    records.check_may(actor=actor, action=ACTION)
    customer = _lock(Account.objects.filter(account_token=account_token(account_no)), actor, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="account.place")
    account = Account.objects.select_related("customer").get(account_token=account_token(account_no))
    check_agency(client)
    stopped = placing.stops(accounts=[account], client=client, until_on=until_on, now=now).get(account.pk)
    if stopped is not None:
        why, hold = stopped
        facts: dict[str, Any] = {"hold": hold} if hold else {}
        raise RefusedError(REFUSALS[why], **facts)
    (placement,) = place_within(
        customers={customer.id: customer},
        accounts=[account],
        client=client,
        until_on=until_on,
        batch=batch,
        actor=actor,
        now=now,
    )
    return placement


def check_agency(client: MachineClient) -> None:
    """Raise RefusedError when this is no agency any more, or never was one."""
    if client.kind != ClientKind.AGENCY or client.revoked_at is not None:
        raise RefusedError("no_such_agency")


def place_within(
    *,
    customers: Mapping[int, Customer],
    accounts: Sequence[Account],
    client: MachineClient,
    until_on: date | None,
    batch: str,
    actor: records.Actor,
    now: datetime,
    text: str = "",
) -> list[Placement]:
    """Place accounts that nothing stops, of records the caller has locked, and derive them.

    The number of queries does not grow with the number of accounts. ``text`` is what a person typed for all of them.
    """
    placed = Placement.objects.bulk_create(
        [
            Placement(
                client=client,
                account=account,
                customer_id=account.customer_id,
                placed_at=now,
                placed_by=actor.staff,
                until_on=until_on,
                batch=batch.strip()[:32],
                from_pool=account.placement,
            )
            for account in accounts
        ]
    )
    _move({account.pk: Pool.PLACED for account in accounts})
    touched = {account.customer_id for account in accounts}
    CaseClaim.objects.filter(customer__in=touched, ended_at__isnull=True).update(
        ended_at=now, end=ClaimEnd.RELEASED, ended_by=actor.staff
    )
    derivation.derive_many(customer_ids=sorted(touched), now=now)
    said = [records.Said(row.customer_id, row.account_id, {"placement": row.pk, "client": client.pk}) for row in placed]
    records.append_many(customers=customers, kind="account.placed", said=said, actor=actor, now=now, text=text)
    return placed


@transaction.atomic(durable=True)
def recall(*, placement_id: int, actor: records.Actor, now: datetime, seen_version: int | None = None) -> Placement:
    """Call an account back. Raise RefusedError when it has been already."""
    records.check_may(actor=actor, action=ACTION)
    customer_id = Placement.objects.filter(pk=placement_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_placement")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_wall(customer=customer, actor=actor)
    records.check_seen(customer=customer, seen_version=seen_version, write="account.recall")
    placement = Placement.objects.select_related("account", "client").get(pk=placement_id)
    if placement.recalled_at is not None:
        raise RefusedError("no_such_placement")
    recall_within(customers={customer.id: customer}, found=[placement], reason="by_hand", actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return placement


def recall_for_hold_within(*, customer: Customer, hold: Hold, actor: records.Actor, now: datetime) -> int:
    """Call back what a hold stops, on a record the caller has locked, and return how many; the caller derives."""
    if not placing.calls_back(hold.kind):
        return 0
    placed = Placement.objects.filter(customer=customer, recalled_at__isnull=True).select_related("account")
    if hold.account_id is not None:
        placed = placed.filter(account=hold.account_id)
    found = list(placed.order_by("id"))
    recall_within(customers={customer.id: customer}, found=found, reason="hold", actor=actor, now=now)
    return len(found)


def recall_over(*, now: datetime) -> int:
    """Call back what was placed until a day that is over, and what the core has closed; return how many."""
    # East of Greenwich the day begins before this one: each row is looked at again in its customer's zone.
    tomorrow = (now + timedelta(days=1)).date()
    over = Placement.objects.filter(recalled_at__isnull=True).filter(
        Q(until_on__lte=tomorrow) | Q(account__closed_in_core=True)
    )
    return sweeps.each(list(over.values_list("pk", "customer_id")), lambda row: _recall_over(*row, now))


@transaction.atomic(durable=True)
def _recall_over(placement_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    placement = Placement.objects.select_related("account").get(pk=placement_id)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    closed = placement.account.closed_in_core
    if placement.recalled_at is not None or not (closed or (placement.until_on and placement.until_on < today)):
        return False
    reason = "closed" if closed else "over"
    recall_within(customers={customer.id: customer}, found=[placement], reason=reason, actor=records.SYSTEM, now=now)
    derivation.derive(customer=customer, now=now)
    return True


def recall_within(
    *,
    customers: Mapping[int, Customer],
    found: Sequence[Placement],
    reason: str,
    actor: records.Actor,
    now: datetime,
    text: str = "",
) -> None:
    """Call back placements of records the caller has locked, for a reason of the list; the caller derives.

    The number of queries does not grow with the number of placements, which come with their accounts.
    """
    if not found:
        return
    ended = {"recalled_at": now, "recalled_by": actor.staff, "recall_reason": reason}
    Placement.objects.filter(id__in=[placement.pk for placement in found]).update(**ended)
    _move({placement.account_id: placement.from_pool for placement in found})
    said = []
    for placement in found:
        placement.recalled_at, placement.recalled_by, placement.recall_reason = now, actor.staff, reason
        placement.account.placement = placement.from_pool
        payload = {"placement": placement.pk, "client": placement.client_id, "reason": reason}
        said.append(records.Said(placement.customer_id, placement.account_id, payload))
    records.append_many(customers=customers, kind="account.recalled", said=said, actor=actor, now=now, text=text)


def _move(pools: Mapping[int, str]) -> None:
    derivation.update_rows(
        table=Account._meta.db_table, columns=("placement",), types=("varchar",), rows=sorted(pools.items())
    )
