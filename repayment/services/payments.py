"""Payments from the customer's page: starting, settling by the gateway's word alone, giving up.

The browser's return never settles anything. What a gateway says is believed only after its own code has
verified it, and is applied once however often it is said.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from collections_app.models import AccessSession, Account, Customer
from collections_app.services import access, records
from collections_app.services import payments as ground
from collections_app.services.errors import RefusedError
from repayment.domain import payments as rules
from repayment.domain.orders import GatewayUnreachableError
from repayment.domain.payments import PAYMENT_PURPOSES, PaymentPurpose, PaymentState
from repayment.gateways import registry
from repayment.models import Payment
from repayment.selectors import account_page, amounts, overtaken
from repayment.selectors import payments as selectors
from repayment.services import moves, orders

_log = logging.getLogger(__name__)


class PaymentOpenError(RefusedError):
    """A payment was begun by this very page, or another of this account is under way or held: ``reference``."""

    def __init__(self, *, reference: str) -> None:
        super().__init__("payment_open", reference=reference)
        self.reference = reference


class AmountChangedError(RefusedError):
    """What the amount is named for is not that amount (any more): the day is over, or the form was made by hand."""

    def __init__(self) -> None:
        super().__init__("amount_changed")


@dataclass(frozen=True, slots=True)
class Started:
    """A payment on its way and where the browser goes; no address when it is already settled or given up."""

    payment: Payment
    redirect_url: str


def start(
    *,
    session: AccessSession,
    account_id: int,
    amount_fen: int,
    purpose: str,
    idempotency_key: str,
    seen_version: int,
    now: datetime,
    on_phone: bool = True,
) -> Started:
    """Start a payment and return where the customer pays it.

    The same ``idempotency_key`` (one per page shown) never makes a second payment. What is paid under a name must be
    the amount of that name on the record as it is now: the name stands on the receipt. Raise StaleWriteError when what
    is due changed since the page was shown, AmountChangedError when the name is of another amount now, PaymentOpenError
    for a second click and while another payment of the account is under way or held (the log tells its number),
    RefusedError for an amount that cannot be paid or when no gateway answers.
    """
    try:
        payment = _create(
            session=session,
            account_id=account_id,
            amount_fen=amount_fen,
            purpose=purpose,
            idempotency_key=idempotency_key,
            seen_version=seen_version,
            now=now,
        )
    except PaymentOpenError as error:
        _log.warning("another click on pay was refused: payment %s was begun before", error.reference)
        raise
    return resume(payment=payment, now=now, on_phone=on_phone)


def resume(*, payment: Payment, now: datetime, on_phone: bool = True) -> Started:
    """Return where an open payment is paid; the gateway is asked outside any transaction, and may be slow.

    Nobody is sent to pay what is over, or while other money of the account is held.
    """
    over = payment.state not in rules.OPEN or payment.expires_at <= now
    if over or selectors.is_held_on(account_id=payment.account_id) or overtaken.is_overtaken(payment, now=now):
        return Started(payment, "")
    try:
        begun = registry.gateway_named(payment.gateway).start(
            order=orders.order_of(payment, on_phone=on_phone), now=now
        )
    except (GatewayUnreachableError, KeyError) as error:
        # What somebody has had the address of can still be paid: only what was never begun is given up.
        fail(payment_id=payment.pk, reason="gateway_unreachable", now=now)
        raise RefusedError("gateway_unreachable") from error
    if payment.state == PaymentState.STARTED:
        payment = _sent(payment_id=payment.pk, handle=begun.handle, now=now)
    if payment.state not in rules.OPEN:
        # Another click was given up, or settled it, meanwhile: nobody is sent to pay what is over.
        return Started(payment, "")
    return Started(payment, begun.url)


@transaction.atomic(durable=True)
def _create(
    *,
    session: AccessSession,
    account_id: int,
    amount_fen: int,
    purpose: str,
    idempotency_key: str,
    seen_version: int,
    now: datetime,
) -> Payment:
    customer = records.lock(customer_id=session.customer_id, now=now)
    access.check_open_within(session=session)
    if (same := selectors.of_click(customer_id=customer.pk, idempotency_key=idempotency_key)) is not None:
        if same.state == PaymentState.STARTED and (same.account_id, same.amount_fen) == (account_id, amount_fen):
            # The first click was not answered: nobody has been to the cashier yet.
            return same
        # A second click, or the page was left by "back" and sent again: the first is shown, and leads on.
        raise PaymentOpenError(reference=same.reference)
    under_way = selectors.under_way_on(account_id=account_id)
    if under_way is not None and under_way.customer_id == customer.pk:
        raise PaymentOpenError(reference=under_way.reference)
    account = _check_account(customer, account_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="payment.start")
    if problem := rules.amount_problem(amount_fen=amount_fen, payoff_fen=account.payoff_fen):
        raise RefusedError(problem, payoff_fen=account.payoff_fen)
    _check_named(account, purpose, amount_fen, now=now)
    gateway = registry.first_for(account.currency)
    if gateway is None:
        raise RefusedError("gateway_unreachable")
    payment = Payment.objects.create(
        customer=customer,
        account=account,
        session=session,
        amount_fen=amount_fen,
        currency=account.currency,
        purpose=purpose,
        gateway=gateway,
        reference=f"P{secrets.token_hex(8).upper()}",
        idempotency_key=idempotency_key,
        version_seen=seen_version,
        created_at=now,
        expires_at=now + rules.ORDER_LIVES,
    )
    ground.record_started_within(
        customer=customer,
        account_id=account.pk,
        amount_fen=amount_fen,
        channel="web",
        reference=payment.reference,
        now=now,
    )
    return payment


def _check_named(account: Account, purpose: str, amount_fen: int, *, now: datetime) -> None:
    if purpose not in PAYMENT_PURPOSES:
        raise RefusedError("no_such_purpose")
    if purpose == PaymentPurpose.OTHER:
        return
    page = account_page.read(customer_id=account.customer_id, now=now)
    if not amounts.is_named(page=page, account_id=account.pk, purpose=purpose, fen=amount_fen):
        raise AmountChangedError


def _check_account(customer: Customer, account_id: int, *, now: datetime) -> Account:
    account = Account.objects.filter(pk=account_id, customer=customer, closed_in_core=False).first()
    if account is None:
        raise RefusedError("no_such_account")
    closed = customer.holds.filter(kind__in=rules.CLOSED_TO_US, released_at__isnull=True).exclude(ends_at__lte=now)
    if any(hold.account_id in {None, account.pk} for hold in closed):
        raise RefusedError("account_not_payable_here")
    return account


@transaction.atomic(durable=True)
def _sent(*, payment_id: int, handle: str, now: datetime) -> Payment:
    payment = moves.lock(payment_id=payment_id, now=now)
    if payment.state == PaymentState.STARTED:
        payment.state = PaymentState.IN_FLIGHT
        payment.gateway_handle = handle
        payment.save(update_fields=["state", "gateway_handle"])
    return payment


@transaction.atomic(durable=True)
def fail(*, payment_id: int, reason: str, now: datetime) -> Payment:
    """Give up a payment that was never begun at its gateway; any other is left as it is."""
    payment = moves.lock(payment_id=payment_id, now=now)
    if payment.state == PaymentState.STARTED:
        moves.fail_within(payment=payment, reason=reason, now=now)
    return payment
