"""Customers' applications for an arrangement: shown with its cost, agreed to after it was read, signed with a code.

Inside an offer the bank has approved beforehand the plan is in force with the signature, in the same transaction;
whatever is outside goes to a negotiator with the answers given. Nobody is asked to sign what their income does not
carry: that goes to a person too, and so does what they apply for in the days after it, with those answers and the
newest others side by side, so that nobody signs what they cannot carry by stating better means.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.access import CodeFor, CodePurpose
from collections_app.domain.arrangements import CONDITIONS, Cost
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.instalments import offers
from collections_app.domain.instalments.early import RECALCULABLE
from collections_app.domain.instalments.offers import Quote
from collections_app.domain.instalments.schedules import ImpossibleError
from collections_app.models import AccessSession, Account, Arrangement, ArrangementOffer, Customer, HandOff
from collections_app.selectors import arrangement_offers, reading_time
from collections_app.services import access, derivation, handoffs, plans, records, signing_codes
from collections_app.services.errors import RefusedError
from notifications.services import one_time_codes as sending
from repayment.domain.arrangements import MORE_A_DAY, OPEN, QUOTE_LIVES, ApplicationState
from repayment.domain.payments import UNDER_WAY
from repayment.models import ArrangementApplication, Payment
from repayment.selectors import means
from repayment.services import application_words, requests

WRITE = "plan.apply"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a customer says of their means, in fen a month, and which conditions of Art. 70 they say hold.

    ``recalculates`` is what they want to stay when they pay more than is due. ``own_fen`` is what the bank's own plans
    take of it, which nobody needs to name; ``uncounted`` says that some are in another currency.
    """

    income_fen: int
    spent_fen: int
    conditions: Sequence[str] = ()
    text: str = ""
    recalculates: str = ""
    own_fen: int = 0
    uncounted: bool = False

    def as_json(self) -> str:
        """Return them as they are kept, sealed."""
        kept = {"income_fen": self.income_fen, "spent_fen": self.spent_fen, "text": self.text}
        return json.dumps(kept | {"own_fen": self.own_fen, "uncounted": self.uncounted})


@transaction.atomic(durable=True)
def apply(
    *,
    session: AccessSession,
    account_id: int,
    offer_code: str,
    number: int,
    answers: Answers,
    seen_version: int,
    now: datetime,
) -> ArrangementApplication:
    """Write down an application with its schedule and cost, to be read before anybody agrees to it.

    It goes to a negotiator at once where the offer asks for one, or the income does not carry the largest instalment
    beside the plans the bank has with them already, or did not carry one in the days before (``means.refused``). An
    application for the same account that is open lapses; one that comes twice while a person has it is the same. Raise
    RefusedError for what is not offered (any more), and for more of them in a day than are added to what a person has.
    """
    customer = records.lock(customer_id=session.customer_id, now=now)
    access.check_open_within(session=session)
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    account, offer = _chosen(customer, account_id, offer_code, now)
    if not offer.fewest <= number <= offer.most:
        raise RefusedError("plan_number_of_lines")
    if offer.conditions and set(CONDITIONS) - set(answers.conditions):
        raise RefusedError("plan_conditions_missing")
    quote = _quote(customer, account, offer, number, now)
    answers = _with_own_plans(answers, account, quote, now)
    _lapse(account=account)
    row = ArrangementApplication(
        customer=customer,
        account=account,
        offer=offer,
        link=session.link,
        terms=quote.as_json(),
        offer_sha256=offer.fingerprint,
        version_seen=customer.version,
        answers=answers.as_json(),
        conditions=list(answers.conditions),
        recalculates=answers.recalculates if offer.method in RECALCULABLE else "",
        shown_at=now,
    )
    affordable = means.said_in(row).carried and not answers.uncounted
    before = means.refused(customer=customer, now=now)
    if not offer.at_once or not affordable or before is not None:
        if (same := _asked_already(row)) is not None:
            return same
        if not affordable:
            # Whatever else they were shown was by means that do not hold.
            _lapse(customer=customer)
        row.state = ApplicationState.ASKED.value
        row.handoff = _ask(row, answers, before, now)
        derivation.derive(customer=customer, now=now)
    row.save()
    return row


def _lapse(**of: Customer | Account) -> None:
    """Let what can still be signed lapse, of an account or of all that a customer has."""
    rows = ArrangementApplication.objects.filter(**of, state__in=sorted(OPEN))
    rows.update(state=ApplicationState.LAPSED.value)


@transaction.atomic(durable=True)
def open_terms(*, session: AccessSession, application_id: int, now: datetime) -> None:
    """Write down when the terms of an application were first on the page; the time to read is counted from it."""
    customer = records.lock(customer_id=session.customer_id, now=now)
    ArrangementApplication.objects.filter(
        pk=application_id, customer=customer, state__in=sorted(OPEN), opened_at__isnull=True
    ).update(opened_at=now)


def consent(*, session: AccessSession, application_id: int, text: str, now: datetime) -> None:
    """Take the customer's consent to the terms in ``text``, as they stood on the page, and send a code to sign with.

    Raise RefusedError("read_on") before the time to read is over, another when the application cannot be signed any
    more, StaleWriteError when the record has changed.
    """
    code_id = _consent(session=session, application_id=application_id, text=text, now=now)
    sending.send(code_id=code_id, now=now)


@transaction.atomic(durable=True)
def _consent(*, session: AccessSession, application_id: int, text: str, now: datetime) -> int:
    customer = records.lock(customer_id=session.customer_id, now=now)
    row = _open(customer, application_id, now)
    reading = reading_time.for_arrangement(customer=customer, kind=row.offer.kind, now=now)
    # Who has not had the terms on the page has read nothing of them.
    wait = (row.opened_at or now) + timedelta(seconds=reading.seconds) - now
    if wait > timedelta(0):
        raise RefusedError("read_on", seconds=ceil(wait.total_seconds()))
    records.check_seen(customer=customer, seen_version=row.version_seen, write=WRITE)
    _as_shown(customer, row, now)
    row.text, row.text_sha256 = text, sha256(text.encode()).hexdigest()
    code = signing_codes.ask_within(customer=customer, session=session, use=_use(row), now=now)
    if row.code_id == code.pk:
        # The button was pressed twice: the code for these very terms is on its way.
        return code.pk
    row.state, row.consented_at = ApplicationState.CONSENTED.value, now
    row.code, row.link = code, code.link
    row.save(update_fields=["state", "consented_at", "text", "text_sha256", "code", "link"])
    records.append(
        customer=customer,
        kind="plan.applied",
        actor=records.CUSTOMER,
        now=now,
        account_id=row.account_id,
        payload={
            "application": row.pk,
            "offer": row.offer.code,
            "terms_sha256": row.text_sha256,
            "read_seconds": reading.seconds,
            "read_rule": reading.rule,
        },
    )
    return code.pk


def _use(row: ArrangementApplication) -> CodeFor:
    """What a code is for: the terms of an application as they stood on the page, and no other paper."""
    return CodeFor(CodePurpose.ARRANGEMENT, row.text_sha256)


@transaction.atomic(durable=True)
def sign(
    *, session: AccessSession, application_id: int, typed: str, address: str | None, now: datetime
) -> Arrangement | None:
    """Put the plan of an application in force by the code its customer was sent; return None for a wrong code.

    The same transaction stops collection of the account. A second signing finds the first one's plan. Raise
    RefusedError when it is not offered any more, StaleWriteError when the record has changed.
    """
    customer = records.lock(customer_id=session.customer_id, now=now)
    signed = ArrangementApplication.objects.filter(pk=application_id, customer=customer, state="signed").first()
    if signed is not None:
        return signed.arrangement
    row = _open(customer, application_id, now)
    if row.state != ApplicationState.CONSENTED or session.link_id not in {None, row.link_id}:
        raise RefusedError("offer_over")
    records.check_seen(customer=customer, seen_version=row.version_seen, write=WRITE)
    _as_shown(customer, row, now)
    used = signing_codes.use_within(
        customer=customer, session=session, use=_use(row), typed=typed, address=address, now=now
    )
    if used is None:
        return None
    plan = _agree(customer, row, now)
    row.state, row.signed_at, row.arrangement = ApplicationState.SIGNED.value, now, plan
    row.save(update_fields=["state", "signed_at", "arrangement"])
    derivation.derive(customer=customer, now=now)
    return plan


def _agree(customer: Customer, row: ArrangementApplication, now: datetime) -> Arrangement:
    quote, offer = Quote.of(row.terms), row.offer
    cost = Cost(
        kind=offer.kind,
        method=offer.method,
        annual_percent=offer.annual_percent,
        cost_percent=quote.compound_percent,
        interest=[line.interest_fen for line in quote.lines],
        conditions=row.conditions,
        recalculates=row.recalculates,
    )
    return plans.agree_within(
        customer=customer,
        account=row.account,
        source="offer",
        source_reference=f"application:{row.pk}",
        instalments=[(day, line.total_fen) for day, line in quote.rows],
        grace_days=offer.grace_days,
        tolerance_fen=offer.tolerance_fen,
        actor=records.CUSTOMER,
        now=now,
        cost=cost,
    )


def _open(customer: Customer, application_id: int, now: datetime) -> ArrangementApplication:
    """Return an application that can still be signed."""
    rows = ArrangementApplication.objects.select_related("offer", "account")
    row = rows.filter(pk=application_id, customer=customer).first()
    if row is None:
        raise RefusedError("no_such_application")
    if row.state not in OPEN or now >= row.shown_at + QUOTE_LIVES:
        raise RefusedError("offer_over")
    return row


def _offer(customer: Customer, account: Account, code: str, now: datetime) -> ArrangementOffer:
    """Return the offer of a code. Raise RefusedError when this account does not have it now."""
    found = arrangement_offers.offered(customer=customer, accounts=[account], now=now).get(account.pk, [])
    offer = next((row for row in found if row.code == code), None)
    # What is on its way, or held, would be counted against the plan though it was meant for what was due before.
    if offer is None or Payment.objects.filter(account=account, state__in=sorted(UNDER_WAY)).exists():
        raise RefusedError("offer_over")
    return offer


def _as_shown(customer: Customer, row: ArrangementApplication, now: datetime) -> None:
    """Refuse an application whose offer is over, or reads differently from what its customer was shown."""
    if _offer(customer, row.account, row.offer.code, now).fingerprint != row.offer_sha256:
        raise RefusedError("offer_over")


def _chosen(customer: Customer, account_id: int, offer_code: str, now: datetime) -> tuple[Account, ArrangementOffer]:
    """Return a customer's account and what is offered on it. Raise RefusedError when either is not there."""
    account = Account.objects.filter(pk=account_id, customer=customer, closed_in_core=False).first()
    if account is None:
        raise RefusedError("no_such_account")
    return account, _offer(customer, account, offer_code, now)


def _quote(customer: Customer, account: Account, offer: ArrangementOffer, number: int, now: datetime) -> Quote:
    principal_fen = offers.basis(offer.kind, arrangement_offers.standing(account))
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    try:
        return offers.quote(offer.terms, principal_fen=principal_fen, number=number, today=today)
    except ImpossibleError as error:
        raise RefusedError(error.code) from error


def _tell_others(row: ArrangementApplication, text: str, now: datetime) -> None:
    """Add what was said on one account to what is open on the customer's others: the means are one."""
    others = HandOff.objects.filter(
        customer=row.customer, kind="plan_request", from_department="customer", state__in=sorted(STILL_OPEN)
    ).exclude(account=row.account)
    said = application_words.elsewhere(row=row, text=text)
    for handoff in others.order_by("id"):
        requests.add_beside_within(customer=row.customer, handoff=handoff, text=said, now=now)


def _with_own_plans(answers: Answers, account: Account, quote: Quote, now: datetime) -> Answers:
    """Return answers with what the bank's own plans take, which it need not ask for and nobody can forget."""
    today = now.astimezone(ZoneInfo(account.customer.time_zone)).date()
    own_fen, uncounted = means.own_plans(account=account, today=today, until=quote.days[-1])
    return replace(answers, own_fen=own_fen, uncounted=uncounted)


def _asked_already(row: ArrangementApplication) -> ArrangementApplication | None:
    """Return the application a person has already that reads the same to the last word: the form was sent twice."""
    last = (
        ArrangementApplication.objects.filter(
            account=row.account, state=ApplicationState.ASKED.value, handoff__state__in=sorted(STILL_OPEN)
        )
        .order_by("-shown_at", "-id")
        .first()
    )
    return last if last is not None and _reads(last) == _reads(row) else None


def _reads(row: ArrangementApplication) -> tuple[Any, ...]:
    """Return everything of an application that a person would read."""
    return row.answers, row.terms, row.offer_id, row.recalculates, sorted(row.conditions)


def _ask(row: ArrangementApplication, answers: Answers, before: means.Refused | None, now: datetime) -> HandOff:
    """Hand an application to a negotiator, with the means as they are said now and were said before.

    While one is open on the account, what is said now is added to it, so often in 24 hours at most: RefusedError
    ("request_already_open") beyond. Means that do not carry it where all before did are never turned away: nobody
    signs by means that come after them.
    """
    open_one = HandOff.objects.filter(
        customer=row.customer, account=row.account, kind="plan_request", from_department="customer",
        state__in=sorted(STILL_OPEN),
    ).first()  # fmt: skip
    said = means.said_in(row)
    if open_one is not None and (said.carried or before is not None):
        rows = ArrangementApplication.objects.filter(handoff=open_one, shown_at__gt=now - timedelta(days=1))
        days = list(rows.order_by("id").values_list("shown_at", flat=True))
        # What it was opened with is not one more.
        if len(days) - (open_one.opened_at in days[:1]) >= MORE_A_DAY:
            raise RefusedError("request_already_open")
    text = application_words.tell(row=row, text=answers.text, before=before)
    _tell_others(row, text, now)
    if open_one is not None:
        requests.add_words_within(customer=row.customer, handoff=open_one, text=text, now=now)
        return open_one
    return handoffs.open_within(
        customer=row.customer,
        kind="plan_request",
        actor=records.CUSTOMER,
        now=now,
        account_id=row.account_id,
        text=text,
    )
