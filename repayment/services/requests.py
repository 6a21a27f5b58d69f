"""What customers say on their page: each becomes a fact or a hand-off with its hold, in one transaction."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.domain.typed import harmless
from collections_app.models import AccessLink, Account, Customer, HandOff, PaymentClaim
from collections_app.selectors.access import still_open
from collections_app.services import access, claims, derivation, handoffs, records
from collections_app.services.errors import RefusedError
from collections_app.services.handing import holds_with, papers

KINDS = frozenset(
    {"plan_request", "hardship", "dispute", "fraud_claim", "credit_objection", "complaint", "mediation_request"}
    | {"data_rights", "document"}
)


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
    slip: File[bytes] | None = None,
) -> PaymentClaim:
    """Record that the customer says they have paid by another way; collection waits while it is traced."""
    return claims.record(
        customer_id=customer_id,
        account_id=account_id,
        amount_fen=amount_fen,
        channel=channel,
        paid_on=paid_on,
        remark=remark,
        slip=slip,
        actor=records.CUSTOMER,
        seen_version=seen_version,
        now=now,
    )


@transaction.atomic(durable=True)
def ask(
    *,
    customer_id: int,
    kind: str,
    account_id: int | None,
    text: str,
    now: datetime,
    conduct: bool = False,
    files: Sequence[File[bytes]] = (),
) -> HandOff:
    """Open a hand-off for what the customer asks or objects to, with its papers and the hold that belongs to it.

    ``conduct`` marks a complaint about how they were treated. Asking the same again while it is open adds to
    nothing: RefusedError("request_already_open"); of complaints, only the same words are the same.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    if kind not in KINDS:
        raise RefusedError("no_such_handoff_kind", kind=kind)
    if account_id is not None and not Account.objects.filter(pk=account_id, customer=customer).exists():
        raise RefusedError("no_such_account")
    check_new_within(customer=customer, kind=kind, account_id=account_id, text=text)
    handoff = handoffs.open_within(
        customer=customer, kind=kind, actor=records.CUSTOMER, now=now, account_id=account_id, text=text
    )
    papers.keep_within(customer=customer, handoff=handoff, files=files, actor=records.CUSTOMER, now=now)
    if kind == "complaint" and conduct:
        holds_with.place_within(
            customer=customer, handoff=handoff, actor=records.CUSTOMER, now=now, kind=HoldKind.COMPLAINT_CONDUCT
        )
    derivation.derive(customer=customer, now=now)
    return handoff


def check_new_within(*, customer: Customer, kind: str, account_id: int | None, text: str) -> None:
    """Raise RefusedError("request_already_open") for what the customer has asked already; the record is locked."""
    open_ones = HandOff.objects.filter(
        customer=customer, kind=kind, from_department="customer", state__in=sorted(STILL_OPEN)
    )
    same = [row for row in open_ones if row.account_id == account_id]
    if kind == "complaint":
        # Two complaints may be two; a form that was sent twice is one.
        said = harmless(text).strip()
        same = [row for row in same if row.text == said]
    if same:
        raise RefusedError("request_already_open")


@transaction.atomic(durable=True)
def add_papers(*, customer_id: int, handoff_id: int, files: Sequence[File[bytes]], text: str, now: datetime) -> HandOff:
    """Add papers and words to a request of the customer's that is open; what waited for them is worked on again.

    Raise RefusedError when there is no such request, it is closed, or nothing is added.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    handoff = HandOff.objects.filter(id=handoff_id, customer=customer, from_department="customer").first()
    if handoff is None:
        raise RefusedError("no_such_handoff")
    if handoff.state not in STILL_OPEN:
        raise RefusedError("request_closed")
    said = harmless(text).strip()
    if not files and not said:
        raise RefusedError("nothing_added")
    kept = papers.keep_within(customer=customer, handoff=handoff, files=files, actor=records.CUSTOMER, now=now)
    add_words_within(customer=customer, handoff=handoff, text=said, now=now)
    if kept or said:
        derivation.derive(customer=customer, now=now)
    return handoff


def add_words_within(*, customer: Customer, handoff: HandOff, text: str, now: datetime) -> None:
    """Add a customer's words to a request of theirs that is open, on a record the caller has locked and derives.

    What waited for them is worked on again, with or without words.
    """
    said = harmless(text).strip()
    if handoff.state == HandOffState.WAITING:
        handoffs.close_within(
            customer=customer,
            handoff=handoff,
            state=HandOffState.IN_WORK,
            actor=records.CUSTOMER,
            now=now,
            text=said,
            result="customer_answered",
        )
    elif said:
        add_beside_within(customer=customer, handoff=handoff, text=said, now=now)


def add_beside_within(*, customer: Customer, handoff: HandOff, text: str, now: datetime) -> None:
    """Add words of a customer's to an open request they do not answer; the record is locked, and derived by the caller.

    What waits for an answer goes on waiting for it.
    """
    records.append(
        customer=customer,
        kind="handoff.papers",
        actor=records.CUSTOMER,
        now=now,
        account_id=handoff.account_id,
        payload={"handoff": handoff.pk, "kind": handoff.kind, "papers": []},
        text=harmless(text).strip(),
    )


def report_misdirected(*, address: str | None, now: datetime, token: str = "", code: str = "") -> None:
    """Record that whoever opened a link says the message was not meant for them, and end the link.

    Says nothing about the customer, nor whether the link was one: a dead link is logged and nothing more.
    """
    try:
        link = access.check(token=token, code=code, address=address, now=now)
    except RefusedError:
        return
    _record_misdirected(link=link, now=now)


@transaction.atomic(durable=True)
def _record_misdirected(*, link: AccessLink, now: datetime) -> None:
    customer = records.lock(customer_id=link.customer_id, now=now)
    if not AccessLink.objects.filter(still_open(now), pk=link.pk).exists():
        return  # a second click, or a new link was sent meanwhile
    access.revoke_within(customer=customer, now=now)
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Whoever opened the link, without proof of who they are, says the message was not meant for them.")
    handoffs.open_within(customer=customer, kind="wrong_number", actor=records.CUSTOMER, now=now, text=text)
    derivation.derive(customer=customer, now=now)
