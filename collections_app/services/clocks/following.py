"""Writing down what the product itself knows to interrupt limitation, in the transaction of the event that does.

Called by records.append, so that no floor can take a promise, a payment or a plan and forget the clock.
"""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collections_app.domain.clocks.sources import Source, of_event, taken_back
from collections_app.models import Account, Customer, Entry, Event, LimitationEvent
from collections_app.selectors import clocks
from collections_app.services.clocks import counting


def follow_within(*, customer: Customer, event: Event) -> None:
    """Let an event of a locked record interrupt the limitation of its account, or take back what interrupted it.

    An event that names no account interrupts nothing: which debt was acknowledged must be certain.
    """
    if event.account_id is None:
        return
    if source := of_event(event.kind, event.payload):
        interrupt_within(
            customer=customer, account_ids=[event.account_id], source=source, event=event, now=event.at,
            arrived_on=_said_on(customer, event),
        )  # fmt: skip
    elif name := taken_back(event.kind, event.payload) or _bounced(event):
        take_back_within(customer=customer, event=event, name=name)


def _said_on(customer: Customer, event: Event) -> date | None:
    """Return the customer's day on which something was said that was written down, approved or corrected later."""
    said_at = event.payload.get("said_at")
    return datetime.fromisoformat(said_at).astimezone(ZoneInfo(customer.time_zone)).date() if said_at else None


def interrupt_within(
    *,
    customer: Customer,
    account_ids: Iterable[int],
    source: Source,
    now: datetime,
    event: Event | None = None,
    arrived_on: date | None = None,
) -> int:
    """Write down what interrupts the limitation of accounts of a locked record, once; return how many were new.

    It takes effect today, or on the day it arrived or was said where that was another.
    """
    law = clocks.law_of(customer.country)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    on = arrived_on or today
    accounts = list(Account.objects.filter(customer=customer, id__in=set(account_ids)).order_by("id"))
    known = set(
        LimitationEvent.objects.filter(
            account__in=accounts, kind=source.kind, source=source.name, revokes__isnull=True
        ).values_list("account_id", flat=True)
    )
    new = [account for account in accounts if account.pk not in known]
    LimitationEvent.objects.bulk_create(
        LimitationEvent(
            customer=customer,
            account=account,
            kind=source.kind,
            on=on,
            article=law.article(code=source.rule, kind=source.kind),
            source=source.name,
            event=event,
            recorded_at=now,
        )
        for account in new
    )
    for account in new:
        counting.count_within(account=account, law=law, today=today)
    return len(new)


def _bounced(event: Event) -> str:
    """Return the name of the payment that a reversal undoes."""
    if event.kind != "payment.reversed":
        return ""
    reference = Entry.objects.filter(id=event.payload["entry"]).values("reference")
    paid = Entry.objects.filter(kind="payment", reference__in=reference).values_list("id", flat=True).first()
    return f"entry:{paid}" if paid else ""


def take_back_within(*, customer: Customer, event: Event, name: str) -> None:
    """Revoke what is known of a locked record under a name, by an event of it, and count its account anew."""
    today = event.at.astimezone(ZoneInfo(customer.time_zone)).date()
    accounts = Account.objects.filter(customer=customer).values_list("id", flat=True)
    for row in clocks.in_force(account_ids=accounts).filter(source=name).select_related("account").order_by("id"):
        LimitationEvent.objects.create(
            customer=customer,
            account=row.account,
            kind=row.kind,
            on=row.on,
            source=name,
            event=event,
            revokes=row,
            recorded_by=event.actor,
            recorded_at=event.at,
        )
        counting.count_within(account=row.account, law=clocks.law_of(customer.country), today=today)
