"""A demand that has arrived interrupts limitation: the receipt is its evidence."""

from datetime import datetime

from collections_app.domain.clocks.limitation import Interrupts
from collections_app.domain.clocks.sources import DEMAND_RULE, Source
from collections_app.models import Customer
from collections_app.services.clocks import following
from notifications.domain.kinds import is_demand
from notifications.domain.lifecycle import MessageState
from notifications.models import Message


def arrived_within(*, customer: Customer, message: Message, now: datetime) -> None:
    """Interrupt the limitation of what a delivered message demanded, on a locked record, once."""
    demands = is_demand(kind=message.kind, variant=message.variant, provenance=message.number_provenance)
    if message.state != MessageState.DELIVERED or not demands:
        return
    named = [message.account_id] if message.account_id else message.contact.accounts if message.contact else []
    source = Source(Interrupts.DEMAND.value, DEMAND_RULE, f"message:{message.pk}")
    following.interrupt_within(customer=customer, account_ids=named, source=source, now=now)
