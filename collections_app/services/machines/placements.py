"""Accounts placed with agencies, and called back: from that instant on the agency sees nothing of them."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.machines.clients import ClientKind
from collections_app.models import Account, Customer, MachineClient, Placement, Recusal
from collections_app.models.tokens import account_token
from collections_app.services import derivation, records
from collections_app.services.errors import RefusedError

ACTION = "account.place"
PLACED, IN_HOUSE = "placed", "in_house"


@transaction.atomic(durable=True)
def place(*, account_no: str, client: MachineClient, actor: records.Actor, now: datetime) -> Placement:
    """Place an account with an agency. Raise RefusedError for one that is closed, or is with somebody already."""
    # First: whoever may not learns nothing of what accounts there are.
    records.check_may(actor=actor, action=ACTION)
    customer_id = (
        Account.objects.filter(account_token=account_token(account_no)).values_list("customer_id", flat=True).first()
    )
    if customer_id is None:
        raise RefusedError("no_such_account")
    customer = records.lock(customer_id=customer_id, now=now)
    account = Account.objects.get(account_token=account_token(account_no))
    if client.kind != ClientKind.AGENCY or client.revoked_at is not None:
        raise RefusedError("no_such_agency")
    if Recusal.objects.filter(customer=customer, agency=client, ended_at__isnull=True).exists():
        raise RefusedError("recused_from_record")
    if account.closed_in_core or account.placement != IN_HOUSE:
        raise RefusedError("account_not_in_house")
    placement = Placement.objects.create(
        client=client, account=account, customer=customer, placed_at=now, placed_by=actor.staff
    )
    _move(account, PLACED)
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


@transaction.atomic(durable=True)
def recall(*, placement_id: int, actor: records.Actor, now: datetime) -> Placement:
    """Call an account back. Raise RefusedError when it has been already."""
    records.check_may(actor=actor, action=ACTION)
    customer_id = Placement.objects.filter(pk=placement_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_placement")
    customer = records.lock(customer_id=customer_id, now=now)
    placement = Placement.objects.select_related("account", "client").get(pk=placement_id)
    if placement.recalled_at is not None:
        raise RefusedError("no_such_placement")
    recall_within(customer=customer, placement=placement, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return placement


def recall_within(*, customer: Customer, placement: Placement, actor: records.Actor, now: datetime) -> None:
    """Call an account back on a record the caller has locked; the caller derives afterwards."""
    placement.recalled_at = now
    placement.recalled_by = actor.staff
    placement.save(update_fields=["recalled_at", "recalled_by"])
    _move(placement.account, IN_HOUSE)
    records.append(
        customer=customer,
        kind="account.recalled",
        actor=actor,
        now=now,
        account_id=placement.account_id,
        payload={"placement": placement.pk, "client": placement.client_id},
    )


def _move(account: Account, to: str) -> None:
    account.placement = to
    account.save(update_fields=["placement"])
