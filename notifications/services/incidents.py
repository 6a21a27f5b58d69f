"""What an incident does to messages: claimed ones are withheld, put-off ones go on when it is over."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from collections_app.domain.holds import Effect
from collections_app.models import Account
from collections_app.selectors import codes
from collections_app.selectors import incidents as selector
from notifications.domain.lifecycle import MessageState
from notifications.models import Message
from notifications.services.writing import Claimed


def stopped(*, claimed: Collection[Claimed], now: datetime) -> set[int]:
    """Return which claimed messages an incident stops that they did not know of. One query while there is none."""
    facts = selector.current_facts(now=now)
    if not facts:
        return set()
    rows = Message.objects.filter(pk__in=[item.message_id for item in claimed]).select_related("customer", "contact")
    messages = list(rows)
    spoken = {account for row in messages if row.contact for account in row.contact.accounts}
    accounts = dict(Account.objects.filter(pk__in=spoken).values_list("pk", "product"))
    owners = dict(Account.objects.filter(pk__in=spoken).values_list("pk", "customer__branch_id"))
    table = codes.current().holds
    found = set()
    for row in messages:
        for fact in facts:
            if table.effect(fact.kind, row.purpose) is Effect.PASS:
                continue
            about = row.contact.accounts if row.contact else []
            covered = fact.covers_branch(row.customer.branch_id) or any(
                fact.covers_account(branch_id=owners[pk], product=accounts[pk]) for pk in about if pk in accounts
            )
            if covered:
                found.add(row.pk)
    return found


@transaction.atomic(durable=True)
def let_go(*, now: datetime) -> int:
    """Make due what an incident has put off, once none is in force; return how many messages.

    While another one lasts, each message asks again for itself within half an hour.
    """
    if selector.in_force(now=now):
        return 0
    rows = Message.objects.filter(state=MessageState.DEFERRED, reason="incident", due_at__gt=now)
    return rows.update(due_at=now)
