"""Remembering what a customer was told in a conversation."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from collections_app.domain.calls import Closing
from collections_app.domain.promises import PromiseState
from collections_app.domain.told.sayings import Saying
from collections_app.domain.told.standing import to_say
from collections_app.models import Contact, Conversation, Customer, Staff, Told, ToldUnheard
from collections_app.selectors.told.truths import truths_of


def remember_call_within(*, customer: Customer, conversation: Conversation, closing: Closing, now: datetime) -> None:
    """Remember what a call with the proven customer said of money. The caller derives.

    The promise if one was taken. Of the account spoken of, and of every other one that is overdue, since the script
    names them all, what the screen showed to be said: what was agreed, or what is overdue.
    """
    promise = conversation.promises.exclude(state=PromiseState.WITHDRAWN).order_by("-id").first()
    spoken_of = closing.account_id or customer.stage_account_id or 0
    accounts = customer.accounts.filter(Q(id=spoken_of) | Q(overdue_fen__gt=0)).order_by("id")
    said = []
    if promise is not None:
        accounts = accounts.exclude(id=promise.account_id)
        said = [
            Saying(promise.account_id, "promised", part.amount_fen, pay_by=part.due_on)
            for part in closing.promise_parts
        ]
    truths = truths_of(account_ids=accounts.values_list("pk", flat=True))
    for account in accounts:
        truth = truths[account.pk]
        said += to_say(truth) if truth.unpaid else [Saying(account.pk, "overdue", account.overdue_fen)]
    remember_within(
        customer=customer,
        sayings=said,
        medium="spoken",
        staff=conversation.staff,
        contact=conversation.contact,
        now=now,
    )


def unsay_within(*, customer: Customer, contact: Contact, now: datetime) -> None:
    """Mark what a call was recorded to have said as not heard: it was recorded wrong. The caller derives."""
    rows = Told.objects.filter(customer=customer, contact=contact, medium="spoken", unheard__isnull=True)
    ToldUnheard.objects.bulk_create(ToldUnheard(customer=customer, told=row, at=now) for row in rows)


def remember_within(
    *,
    customer: Customer,
    sayings: Sequence[Saying],
    medium: str,
    staff: Staff | None,
    contact: Contact | None,
    now: datetime,
) -> None:
    """Remember what a locked record's customer was told by somebody, face to face included. The caller derives."""
    Told.objects.bulk_create(
        Told(
            customer=customer,
            account_id=item.account_id,
            medium=medium,
            amount_name=item.name,
            amount_fen=item.fen,
            pay_by=item.pay_by,
            valid_until=item.valid_until,
            contact=contact,
            staff=staff,
            version=customer.version,
            at=now,
        )
        for item in sayings
    )
