"""Accounts placed with agencies, and called back: from that instant on the agency sees nothing of them.

The debtor is told first; while an account is placed the bank's own queues are closed for it; whatever stops collection
calls it back in the same transaction.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from collections_app.domain.holds import Effect
from collections_app.domain.machines.clients import ClientKind
from collections_app.domain.ownership.placements import KEEPS_PLACEMENT, NOTICE_CHANNELS, NOTICE_LASTS
from collections_app.domain.ownership.pools import OWN, Pool
from collections_app.domain.typed import plain
from collections_app.domain.worklists.claims import ClaimEnd
from collections_app.models import Account, CaseClaim, Conversation, Customer, Hold, MachineClient, Placement, Recusal
from collections_app.models.tokens import account_token
from collections_app.selectors import codes, lines
from collections_app.services import derivation, records
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
    return account


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
    account = Account.objects.get(account_token=account_token(account_no))
    _check_placeable(customer, account, client, until_on, now)
    placement = Placement.objects.create(
        client=client,
        account=account,
        customer=customer,
        placed_at=now,
        placed_by=actor.staff,
        until_on=until_on,
        batch=batch.strip()[:32],
        from_pool=account.placement,
    )
    _move(account, Pool.PLACED)
    CaseClaim.objects.filter(customer=customer, ended_at__isnull=True).update(
        ended_at=now, end=ClaimEnd.RELEASED, ended_by=actor.staff
    )
    records.append(
        customer=customer,
        kind="account.placed",
        actor=actor,
        now=now,
        account_id=account.pk,
        payload={"placement": placement.pk, "client": client.pk},
    )
    derivation.derive(customer=customer, now=now)
    return placement


def _check_placeable(
    customer: Customer, account: Account, client: MachineClient, until_on: date | None, now: datetime
) -> None:
    if client.kind != ClientKind.AGENCY or client.revoked_at is not None:
        raise RefusedError("no_such_agency")
    if Recusal.objects.filter(customer=customer, agency=client, ended_at__isnull=True).exists():
        raise RefusedError("recused_from_record")
    if account.closed_in_core or account.placement not in OWN:
        raise RefusedError("account_not_in_house")
    if account.outsource_notice_at is None or account.outsource_notice_at < now - NOTICE_LASTS:
        raise RefusedError("debtor_not_told")
    if until_on is not None and until_on <= now.astimezone(ZoneInfo(customer.time_zone)).date():
        raise RefusedError("placement_day_over")
    if Conversation.objects.filter(lines.OPEN, customer=customer).exists():
        raise RefusedError("line_taken")
    holds = Hold.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), customer=customer, released_at=None)
    for kind in holds.filter(Q(account__isnull=True) | Q(account=account)).values_list("kind", flat=True):
        if calls_back(kind):
            raise RefusedError("hold_stops_placement", hold=kind)


def calls_back(kind: str) -> bool:
    """Return whether a hold of this kind takes an account from its agency."""
    rule = codes.seen().holds.rule(kind)
    return rule.collect is Effect.STOP and rule.scope in {"customer", "account"} and kind not in KEEPS_PLACEMENT


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
    _recall(customer, placement, "by_hand", actor, now)
    derivation.derive(customer=customer, now=now)
    return placement


def recall_for_hold_within(*, customer: Customer, hold: Hold, actor: records.Actor, now: datetime) -> int:
    """Call back what a hold stops, on a record the caller has locked, and return how many; the caller derives."""
    if not calls_back(hold.kind):
        return 0
    placed = Placement.objects.filter(customer=customer, recalled_at__isnull=True).select_related("account")
    if hold.account_id is not None:
        placed = placed.filter(account=hold.account_id)
    found = list(placed.order_by("id"))
    for placement in found:
        _recall(customer, placement, "hold", actor, now)
    return len(found)


def recall_over(*, now: datetime) -> int:
    """Call back what was placed until a day that is over, and what the core has closed; return how many."""
    # East of Greenwich the day begins before this one: each row is looked at again in its customer's zone.
    tomorrow = (now + timedelta(days=1)).date()
    over = Placement.objects.filter(recalled_at__isnull=True).filter(
        Q(until_on__lte=tomorrow) | Q(account__closed_in_core=True)
    )
    return sum(_recall_over(pk, customer_id, now) for pk, customer_id in over.values_list("pk", "customer_id"))


@transaction.atomic(durable=True)
def _recall_over(placement_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    placement = Placement.objects.select_related("account").get(pk=placement_id)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    closed = placement.account.closed_in_core
    if placement.recalled_at is not None or not (closed or (placement.until_on and placement.until_on < today)):
        return False
    _recall(customer, placement, "closed" if closed else "over", records.SYSTEM, now)
    derivation.derive(customer=customer, now=now)
    return True


def recall_recused_within(*, customer: Customer, placement: Placement, now: datetime) -> None:
    """Call back what is placed with a recused agency, on a record the caller has locked; the caller derives."""
    _recall(customer, placement, "recused", records.SYSTEM, now)


def _recall(customer: Customer, placement: Placement, reason: str, actor: records.Actor, now: datetime) -> None:
    placement.recalled_at = now
    placement.recalled_by = actor.staff
    placement.recall_reason = reason
    placement.save(update_fields=["recalled_at", "recalled_by", "recall_reason"])
    _move(placement.account, placement.from_pool)
    records.append(
        customer=customer,
        kind="account.recalled",
        actor=actor,
        now=now,
        account_id=placement.account_id,
        payload={"placement": placement.pk, "client": placement.client_id, "reason": reason},
    )


def _move(account: Account, to: str) -> None:
    account.placement = to
    account.save(update_fields=["placement"])
