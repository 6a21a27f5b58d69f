"""Proposing talks, recording the customer's answer, taking a proposal back."""

from datetime import datetime

from django.db import transaction

from collections_app.models import Account, Customer, Staff
from collections_app.services import derivation, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain import eligibility
from mediation.domain.endings import Ending
from mediation.domain.kinds import Kind
from mediation.domain.route import RouteChoice, choose
from mediation.models import Mediation, Position
from mediation.selectors.mediations import eligibility_facts
from mediation.selectors.route_rules import policy_for
from mediation.services import endings, wake

LONGEST_POSITION = 2000


def route_for(*, account: Account, customer: Customer) -> RouteChoice:
    """Return by what means talks about this account would be held, and why."""
    return choose(
        amount_fen=account.payoff_fen,
        policy=policy_for(account.product),
        abroad=customer.country != "CN",
        organisation=customer.kind == "organisation",
    )


@transaction.atomic(durable=True)
def propose(
    *,
    customer_id: int,
    account_id: int,
    kind: str,
    position: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Mediation:
    """Propose talks about one account; a worker then finds the date.

    The bank consents by proposing. The hold begins with the date and its invitation, not here: a proposal
    that nobody has heard of must not keep an account out of collection. ``position`` is what the bank brings
    to the table; the mediator and the representative read it. Raise RefusedError with everything in the way.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.propose")
    records.check_may(actor=actor, action="mediation.propose")
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="mediation.propose")
    account = Account.objects.filter(id=account_id, customer=customer).first()
    if account is None:
        raise RefusedError("no_such_account")
    if kind not in set(Kind):
        raise RefusedError("no_such_kind_of_talks")
    if len(position.strip()) > LONGEST_POSITION:
        raise RefusedError("position_too_long", longest=LONGEST_POSITION)
    found = eligibility.problems(eligibility_facts(account=account, now=now), now=now)
    if found:
        raise RefusedError(found[0], problems=found)
    mediation = _create(customer, account, kind, actor.staff, now)
    if position.strip():
        Position.objects.create(
            mediation=mediation,
            customer=customer,
            side="bank",
            text=position.strip(),
            filed_by=actor.staff,
            filed_at=now,
        )
    records.append(
        customer=customer,
        kind="mediation.proposed",
        actor=actor,
        now=now,
        account_id=account.id,
        payload={"mediation": mediation.id, "kind": kind, "route": mediation.route, "reason": mediation.route_reason},
    )
    derivation.derive(customer=customer, now=now)
    wake.schedule_soon(branch_id=customer.branch_id)
    return mediation


def _create(customer: Customer, account: Account, kind: str, proposer: Staff, now: datetime) -> Mediation:
    route = route_for(account=account, customer=customer)
    return Mediation.objects.create(
        customer=customer,
        account=account,
        kind=kind,
        route=route.route.value,
        route_reason=route.reason,
        route_limit_fen=route.limit_fen,
        amount_fen=account.payoff_fen,
        proposed_by=proposer,
        department=proposer.department,
        proposed_at=now,
        next_try_at=now,
    )


@transaction.atomic(durable=True)
def answer(
    *, mediation_id: int, consents: bool, actor: records.Actor, seen_version: int | None, now: datetime
) -> Mediation:
    """Record the customer's answer to the proposal. A refusal ends the talks; the other ways stay open."""
    customer, mediation = locked(mediation_id, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    records.check_may(actor=actor, action="mediation.answer")
    if not consents:
        record_answer_within(mediation=mediation, consents=False, now=now)
        endings.end_within(customer=customer, mediation=mediation, ending=Ending.NO_CONSENT, actor=actor, now=now)
    else:
        record_answer_within(mediation=mediation, consents=True, now=now)
        records.append(
            customer=customer,
            kind="mediation.answered",
            actor=actor,
            now=now,
            account_id=mediation.account_id,
            payload={"mediation": mediation.id, "consents": True},
        )
    derivation.derive(customer=customer, now=now)
    return mediation


@transaction.atomic(durable=True)
def withdraw(*, mediation_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Mediation:
    """Take a proposal back for the bank. The hold that came with the talks ends with them."""
    customer, mediation = locked(mediation_id, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.end")
    records.check_may(actor=actor, action="mediation.propose")
    if mediation.sessions.filter(state="in_session").exists():
        raise RefusedError("mediation_in_session")
    endings.end_within(customer=customer, mediation=mediation, ending=Ending.WITHDRAWN, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return mediation


def record_answer_within(*, mediation: Mediation, consents: bool, now: datetime) -> None:
    """Write the customer's answer on talks whose record the caller has locked."""
    mediation.customer_consent = "yes" if consents else "no"
    mediation.customer_answered_at = now
    mediation.save(update_fields=["customer_consent", "customer_answered_at"])


def locked(mediation_id: int, now: datetime) -> tuple[Customer, Mediation]:
    """Lock the record of open talks and return both. Must run inside a transaction, before any other row is touched."""
    customer_id = Mediation.objects.filter(id=mediation_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_mediation")
    customer = records.lock(customer_id=customer_id, now=now)
    mediation = Mediation.objects.select_related("account").get(id=mediation_id)
    if mediation.state == "ended":
        raise RefusedError("mediation_ended")
    return customer, mediation
