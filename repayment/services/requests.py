"""What customers say on their page: each becomes a fact or a hand-off with its hold, in one transaction."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.holds import HoldKind
from collections_app.models import Account, HandOff, PaymentClaim
from collections_app.services import access, claims, derivation, handoffs, records
from collections_app.services.errors import RefusedError
from collections_app.services.handing import holds_with

KINDS = frozenset({"plan_request", "hardship", "dispute", "fraud_claim", "complaint", "wrong_number"})


def say_paid(
    *,
    customer_id: int,
    account_id: int,
    amount_fen: int,
    channel: str,
    paid_on: date,
    remark: str,
    seen_version: int,
    now: datetime,
) -> PaymentClaim:
    """Record that the customer says they have paid by another way; collection waits while it is traced."""
    return claims.record(
        customer_id=customer_id,
        account_id=account_id,
        amount_fen=amount_fen,
        channel=channel,
        paid_on=paid_on,
        remark=remark,
        actor=records.CUSTOMER,
        seen_version=seen_version,
        now=now,
    )


@transaction.atomic(durable=True)
def ask(
    *, customer_id: int, kind: str, account_id: int | None, text: str, now: datetime, conduct: bool = False
) -> HandOff:
    """Open a hand-off for what the customer asks or objects to, with the hold that belongs to it.

    ``conduct`` marks a complaint about how they were treated. Asking the same again while it is open adds to
    nothing: RefusedError("request_already_open").
    """
    customer = records.lock(customer_id=customer_id, now=now)
    if kind not in KINDS:
        raise RefusedError("no_such_handoff_kind", kind=kind)
    if account_id is not None and not Account.objects.filter(pk=account_id, customer=customer).exists():
        raise RefusedError("no_such_account")
    open_ones = HandOff.objects.filter(
        customer=customer, kind=kind, from_department="customer", state__in=sorted(STILL_OPEN)
    )
    if kind != "complaint" and account_id in set(open_ones.values_list("account_id", flat=True)):
        raise RefusedError("request_already_open")
    handoff = handoffs.open_within(
        customer=customer, kind=kind, actor=records.CUSTOMER, now=now, account_id=account_id, text=text
    )
    if kind == "complaint" and conduct:
        holds_with.place_within(
            customer=customer, handoff=handoff, actor=records.CUSTOMER, now=now, kind=HoldKind.COMPLAINT_CONDUCT
        )
    derivation.derive(customer=customer, now=now)
    return handoff


def report_misdirected(*, address: str | None, now: datetime, token: str = "", code: str = "") -> None:
    """Record that whoever opened a link says the message was not meant for them, and end the link.

    Says nothing about the customer, nor whether the link was one: a dead link is logged and nothing more.
    """
    try:
        link = access.check(token=token, code=code, address=address, now=now)
    except RefusedError:
        return
    _record_misdirected(customer_id=link.customer_id, now=now)


@transaction.atomic(durable=True)
def _record_misdirected(*, customer_id: int, now: datetime) -> None:
    customer = records.lock(customer_id=customer_id, now=now)
    access.revoke_within(customer=customer, now=now)
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Whoever opened the link, without proof of who they are, says the message was not meant for them.")
    handoffs.open_within(customer=customer, kind="wrong_number", actor=records.CUSTOMER, now=now, text=text)
    derivation.derive(customer=customer, now=now)
