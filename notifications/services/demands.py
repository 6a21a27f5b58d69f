"""What follows from a message that has arrived: a demand interrupts limitation, a notice of placement is given."""

from datetime import date, datetime

from collections_app.domain.clocks.limitation import Interrupts
from collections_app.domain.clocks.sources import DEMAND_RULE, Source
from collections_app.models import Account, Customer
from collections_app.services import records
from collections_app.services.clocks import following
from collections_app.services.machines import placements
from notifications.domain.kinds import Kind, is_demand
from notifications.domain.lifecycle import MessageState
from notifications.models import Message


def arrived_within(*, customer: Customer, message: Message, now: datetime, on: date | None = None) -> None:
    """Write down, on a locked record and once, what the arrival of a message means for its account.

    ``on`` is the day it arrived, where that is told later.
    """
    if message.state != MessageState.DELIVERED:
        return
    if message.kind == Kind.PLACEMENT_NOTICE:
        _told_of_agency(customer, message, now)
    if not counts_as_demand(message):
        return
    named = [message.account_id] if message.account_id else message.contact.accounts if message.contact else []
    source = Source(Interrupts.DEMAND.value, DEMAND_RULE, f"message:{message.pk}")
    following.interrupt_within(customer=customer, account_ids=named, source=source, now=now, arrived_on=on)


def counts_as_demand(message: Message) -> bool:
    """Return whether the arrival of a message interrupts limitation."""
    return is_demand(
        kind=message.kind, variant=message.variant, provenance=message.number_provenance, channel=message.channel
    )


def _told_of_agency(customer: Customer, message: Message, now: datetime) -> None:
    """The account may be placed now: its debtor was told first, and the receipt proves it."""
    account = Account.objects.filter(pk=message.account_id or 0).first()
    if account is not None:
        placements.told_within(
            customer=customer, account=account, channel=message.channel, told_at=message.accepted_at or now,
            reference=f"message:{message.pk}", actor=records.SYSTEM, now=now,
        )  # fmt: skip
