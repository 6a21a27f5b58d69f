"""Proposing talks, recording the customer's answer, taking a proposal back."""

from datetime import datetime

from django.db import transaction

from collections_app.models import Account, Customer, HandOff, Staff
from collections_app.services import derivation, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain import eligibility
from mediation.domain.consents import origin_of
from mediation.domain.endings import Ending, on_declining
from mediation.domain.kinds import Kind
from mediation.models import Mediation, Position
from mediation.selectors.mediations import eligibility_facts
from mediation.services import clocks, endings, referrals, wake
from mediation.services import consents as consent_rows

LONGEST_POSITION = 2000


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
    dispute_type: str = "",
    handoff_id: int | None = None,
    consent_how: str = "",
) -> Mediation:
    """Propose talks about one account; a worker then finds the date.

    The bank consents by proposing. The hold begins with the date and its invitation, not here: a proposal
    that nobody has heard of must not keep an account out of collection. ``position`` is what the bank brings
    to the table; both sides and the mediator read it. ``handoff_id`` names the wish for mediation they come from,
    which is done with it; ``consent_how`` says by what means the customer has consented before, if they have: on
    their page only with a wish of their own. Raise RefusedError with everything in the way.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.propose")
    records.check_may(actor=actor, action="mediation.propose")
    _staff(actor)
    account = _account(customer, account_id, kind, position, now)
    referrals.check_dispute_type(dispute_type)
    wish = referrals.open_wish(customer=customer, handoff_id=handoff_id) if handoff_id is not None else None
    if consent_how == "page" and (wish is None or wish.from_department != "customer"):
        raise RefusedError("no_such_way")
    mediation = _create(customer, account, kind, actor, dispute_type, wish, now)
    _record_consents(customer, mediation, consent_how, wish, actor, now)
    if wish is not None:
        referrals.done_within(customer=customer, wish=wish, actor=actor, now=now)
    if position.strip():
        _bring(customer, mediation, position.strip(), actor, now)
    records.append(
        customer=customer,
        kind="mediation.proposed",
        actor=actor,
        now=now,
        account_id=account.id,
        payload=_as_proposed(mediation),
    )
    derivation.derive(customer=customer, now=now)
    wake.schedule_soon(branch_id=customer.branch_id)
    return mediation


def _account(customer: Customer, account_id: int, kind: str, position: str, now: datetime) -> Account:
    """Return the account talks may be proposed about. Raise RefusedError with everything in the way."""
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
    return account


def _as_proposed(mediation: Mediation) -> dict[str, object]:
    return {
        "mediation": mediation.id,
        "kind": mediation.kind,
        "route": mediation.route,
        "reason": mediation.route_reason,
        "track": mediation.track,
        "track_reason": mediation.track_reason,
        "origin": mediation.origin,
    }


def _bring(customer: Customer, mediation: Mediation, text: str, actor: records.Actor, now: datetime) -> None:
    Position.objects.create(
        mediation=mediation, customer=customer, side="bank", text=text, filed_by=actor.staff, filed_at=now
    )


def _create(
    customer: Customer,
    account: Account,
    kind: str,
    actor: records.Actor,
    dispute_type: str,
    wish: HandOff | None,
    now: datetime,
) -> Mediation:
    track = referrals.track_for(account=account, customer=customer, dispute_type=dispute_type, now=now)
    route = referrals.route_for(account=account, customer=customer, track=track.track)
    asked_by = wish.from_department if wish is not None else actor.department
    return Mediation.objects.create(
        customer=customer,
        account=account,
        kind=kind,
        route=route.route.value,
        route_reason=route.reason,
        route_limit_fen=route.limit_fen,
        track=track.track.value,
        track_reason=track.reason,
        dispute_type=dispute_type,
        origin=origin_of(asked_by),
        handoff=wish,
        amount_fen=account.payoff_fen,
        proposed_by=_staff(actor),
        department=actor.department,
        proposed_at=now,
        next_try_at=now,
    )


def _staff(actor: records.Actor) -> Staff:
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="mediation.propose")
    return actor.staff


def _record_consents(
    customer: Customer, mediation: Mediation, how: str, wish: HandOff | None, actor: records.Actor, now: datetime
) -> None:
    """Keep that the bank consents by proposing, and what the customer has said before."""
    consent_rows.record_within(
        customer=customer, mediation=mediation, side="bank", agrees=True, how="system", actor=actor, now=now
    )
    clocks.proposed_within(customer=customer, mediation=mediation, now=now)
    if not how:
        return
    said_at = wish.opened_at if wish is not None else now
    means = "page" if how == "page" else consent_rows.means_of(how=how, actor=actor)
    consent_rows.record_within(
        customer=customer,
        mediation=mediation,
        side="customer",
        agrees=True,
        how=means,
        actor=actor,
        now=now,
        at=said_at,
    )
    _answered(customer, mediation, True, said_at, now)


@transaction.atomic(durable=True)
def answer(
    *,
    mediation_id: int,
    consents: bool,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    how: str = "phone",
    customer_id: int | None = None,
) -> Mediation:
    """Record the customer's answer to the proposal. A refusal ends the talks; the other ways stay open.

    ``customer_id`` is given where the customer answers on their page. Nobody is held in talks: whoever has agreed may
    decline later, while no session is going on.
    """
    customer, mediation = locked(mediation_id=mediation_id, now=now, customer_id=customer_id)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    records.check_may(actor=actor, action="mediation.answer")
    if not consents:
        decline_within(customer=customer, mediation=mediation, how=how, actor=actor, now=now)
        return mediation
    if mediation.customer_consent == "yes":
        raise RefusedError("answered_already")
    _check_not_in_session(mediation)
    record_answer_within(customer=customer, mediation=mediation, consents=True, how=how, actor=actor, now=now)
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


def decline_within(*, customer: Customer, mediation: Mediation, how: str, actor: records.Actor, now: datetime) -> None:
    """Record the customer's no and end the talks with it, on a record the caller has locked: the one way to decline.

    Raise RefusedError while a session is going on.
    """
    _check_not_in_session(mediation)
    ending = on_declining(consented=mediation.customer_consent == "yes")
    record_answer_within(customer=customer, mediation=mediation, consents=False, how=how, actor=actor, now=now)
    endings.end_within(customer=customer, mediation=mediation, ending=ending, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)


def _check_not_in_session(mediation: Mediation) -> None:
    if mediation.sessions.filter(state="in_session").exists():
        raise RefusedError("mediation_in_session")


@transaction.atomic(durable=True)
def withdraw(*, mediation_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Mediation:
    """Take a proposal back for the bank. The hold that came with the talks ends with them."""
    customer, mediation = locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.end")
    records.check_may(actor=actor, action="mediation.propose")
    _check_not_in_session(mediation)
    endings.end_within(customer=customer, mediation=mediation, ending=Ending.WITHDRAWN, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return mediation


def record_answer_within(
    *, customer: Customer, mediation: Mediation, consents: bool, how: str, actor: records.Actor, now: datetime
) -> None:
    """Write the customer's answer on talks whose record the caller has locked; at a session, ``how`` is ``session``."""
    means = how if how == "session" else consent_rows.means_of(how=how, actor=actor)
    consent_rows.record_within(
        customer=customer, mediation=mediation, side="customer", agrees=consents, how=means, actor=actor, now=now
    )
    _answered(customer, mediation, consents, now, now)


def _answered(customer: Customer, mediation: Mediation, consents: bool, said_at: datetime, now: datetime) -> None:
    mediation.customer_consent = "yes" if consents else "no"
    mediation.customer_answered_at = said_at
    mediation.save(update_fields=["customer_consent", "customer_answered_at"])
    clocks.answered_within(customer=customer, mediation=mediation, consents=consents, now=now)


def locked(*, mediation_id: int, now: datetime, customer_id: int | None = None) -> tuple[Customer, Mediation]:
    """Lock the record of open talks, and return both; of ``customer_id`` alone, where a customer acts.

    Must run inside a transaction, before any other row is touched. Raise RefusedError when there are none or they
    have ended.
    """
    rows = Mediation.objects.filter(id=mediation_id)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    found = rows.values_list("customer_id", flat=True).first()
    if found is None:
        raise RefusedError("no_such_mediation")
    customer = records.lock(customer_id=found, now=now)
    mediation = Mediation.objects.select_related("account", "customer").get(id=mediation_id)
    if mediation.state == "ended":
        raise RefusedError("mediation_ended")
    return customer, mediation
