"""Promising a day on one's own page: within the bank's limits it holds at once, and collection waits for it."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.promises import PENDING, Part
from collections_app.models import AccessSession, Account, Promise
from collections_app.services import derivation, promises, records
from collections_app.services.errors import RefusedError
from repayment.domain.payments import OPEN
from repayment.models import Payment
from repayment.selectors.promises import open_to

WRITE = "promise.take"


@transaction.atomic(durable=True)
def give(*, session: AccessSession, account_id: int, part: Part, seen_version: int, now: datetime) -> Promise:
    """Record that a customer will pay so many fen of an account by the end of a day; the same sent twice is one.

    Raise RefusedError for what is outside the limits or asks for a person, StaleWriteError when the record has changed.
    """
    customer = records.lock(customer_id=session.customer_id, now=now)
    mine = Promise.objects.filter(customer=customer, account_id=account_id, state__in=PENDING, taken_by=None)
    same = mine.filter(last_day=part.due_on, total_fen=part.amount_fen, department=records.CUSTOMER.department).first()
    if same is not None:
        return same
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    account = Account.objects.filter(pk=account_id, customer=customer, closed_in_core=False).first()
    if account is None:
        raise RefusedError("no_such_account")
    on_its_way = Payment.objects.filter(account=account, state__in=sorted(OPEN)).exists()
    if on_its_way or account.pk not in open_to(customer=customer, accounts=[account], now=now):
        raise RefusedError("promise_asks_a_person")
    made = promises.take_within(customer=customer, account_id=account.pk, parts=[part], actor=records.CUSTOMER, now=now)
    derivation.derive(customer=customer, now=now)
    return made
