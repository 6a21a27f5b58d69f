"""Promising a day on one's own page, and moving it: within the bank's limits it holds at once, and collection waits."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from collections_app.domain.promises import PENDING, Part
from collections_app.models import AccessSession, Account, Promise
from collections_app.services import access, derivation, promises, records
from collections_app.services.errors import RefusedError
from repayment.domain.payments import UNDER_WAY
from repayment.models import Payment
from repayment.selectors.promises import ASKS_A_PERSON, movable, open_to

WRITE = "promise.give"
MOVE = "promise.move"


@transaction.atomic(durable=True)
def give(*, session: AccessSession, account_id: int, part: Part, seen_version: int, now: datetime) -> Promise:
    """Record that a customer will pay so many fen of an account by the end of a day; the same sent twice is one.

    Raise RefusedError for what is outside the limits or asks for a person, StaleWriteError when the record has changed.
    """
    customer = records.lock(customer_id=session.customer_id, now=now)
    access.check_open_within(session=session)
    mine = Promise.objects.filter(customer=customer, account_id=account_id, state__in=PENDING, taken_by=None)
    same = mine.filter(last_day=part.due_on, total_fen=part.amount_fen, department=records.CUSTOMER.department).first()
    if same is not None:
        return same
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    account = Account.objects.filter(pk=account_id, customer=customer, closed_in_core=False).first()
    if account is None:
        raise RefusedError("no_such_account")
    # Also what has come as another sum than was sent: a day is agreed on once somebody knows what it is for.
    under_way = Payment.objects.filter(account=account, state__in=sorted(UNDER_WAY)).exists()
    if under_way or account.pk not in open_to(customer=customer, accounts=[account], now=now):
        raise RefusedError(ASKS_A_PERSON)
    made = promises.take_within(customer=customer, account_id=account.pk, parts=[part], actor=records.CUSTOMER, now=now)
    derivation.derive(customer=customer, now=now)
    return made


@transaction.atomic(durable=True)
def move(*, session: AccessSession, account_id: int, days: Sequence[date], seen_version: int, now: datetime) -> Promise:
    """Give what is left of a pending promise other days, one for each part; the same sent twice moves it once.

    The amounts stay. It counts as a re-date by staff does. Raise RefusedError when nothing is promised, it has been
    moved as often as the bank allows, or it asks for a person; StaleWriteError when the record has changed.
    """
    customer = records.lock(customer_id=session.customer_id, now=now)
    access.check_open_within(session=session)
    found = movable(customer=customer, account_id=account_id, now=now)
    if found is not None and [day for day, _fen in found.left] == list(days):
        return found.promise
    records.check_seen(customer=customer, seen_version=seen_version, write=MOVE)
    if found is None or len(days) != len(found.left):
        raise RefusedError("promise_not_pending")
    if found.refusal:
        raise RefusedError(found.refusal, most_redates=found.limits.most_redates)
    parts = [Part(day, fen) for day, (_old, fen) in zip(days, found.left, strict=True)]
    made = promises.take_within(
        customer=customer,
        account_id=account_id,
        parts=parts,
        actor=records.CUSTOMER,
        now=now,
        replaces=found.promise,
    )
    derivation.derive(customer=customer, now=now)
    return made
