"""How a session ended: the ending, and with an agreement the plan that stops collection at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.arrangements import Cost
from collections_app.domain.told.sayings import Saying
from collections_app.models import Account, Arrangement, Customer
from collections_app.selectors import codes
from collections_app.services import derivation, grant_turns, plans, records, sweeps, waivers
from collections_app.services.errors import RefusedError
from collections_app.services.told import spoken
from mediation.domain import agreement as rules
from mediation.domain.endings import Ending, at_a_session, brings_agreement, list_of
from mediation.domain.kinds import ATTESTED_METHODS, RULES, Kind
from mediation.domain.states import MediationState
from mediation.models import Agreement, AgreementInstalment, AgreementSignature, Mediation, Session
from mediation.selectors import parties
from mediation.selectors.mediations import past_term
from mediation.selectors.telephone import why_no_recording
from mediation.services import endings, mandates, sessions

LONGEST_TERMS = 4000
LONGEST_GRACE = 30


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature as it goes into the agreement: whose, how it was given, which colleague attests it, and when.

    Without a moment of its own it was given when the agreement is recorded.
    """

    signatory: str
    method: str
    person_id: int | None = None
    related_id: int | None = None
    attested_by_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed and by whom it is signed. Amounts in fen; ``lines`` name their account each.

    ``interest`` says how much of each line is interest, ``waived`` what is let off by component on completion.
    ``hands`` are the signatures under a draft; without them all were given by ``method``, attested by the actor, who
    says with ``recording_agreed`` that everybody agreed to the recording of an oral one.
    """

    total_fen: int
    lines: Sequence[rules.Line]
    grace_days: int
    text: str = ""
    signed: frozenset[str] = field(default_factory=frozenset)
    method: str = "paper"
    recording_ref: str = ""
    recording_agreed: bool = False
    interest: Sequence[int] = ()
    annual_percent: Decimal = Decimal(0)
    waived: Mapping[str, int] = field(default_factory=dict)
    hands: Sequence[Signed] = ()


def problems_of(*, mediation: Mediation, account: Account, terms: Terms, now: datetime) -> list[str]:
    """Return the codes of everything that keeps these terms from being signed, for the preview and the record."""
    today = now.astimezone(ZoneInfo(mediation.customer.time_zone)).date()
    most_fen = account.payoff_fen + sum(terms.interest)
    found = rules.problems(list(terms.lines), total_fen=terms.total_fen, payoff_fen=most_fen, today=today)
    if any(line.account_id != account.id for line in terms.lines):
        found.append("another_account")
    if terms.waived and terms.total_fen - sum(terms.interest) + sum(terms.waived.values()) > account.payoff_fen:
        found.append("waiver_with_sum_above")
    if not 0 <= terms.grace_days <= LONGEST_GRACE:
        found.append("grace_out_of_range")
    if len(terms.text) > LONGEST_TERMS:
        found.append("terms_too_long")
    return found


@transaction.atomic(durable=True)
def record(
    *,
    session_id: int,
    ending: str,
    terms: Terms | None,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Mediation:
    """Record how a session ended, by whoever holds it.

    An agreement becomes a plan on the named account in this transaction: collection of it stops at once, and
    comes back when an instalment is missed beyond its grace. Every other ending gives collection its way
    back here. Raise RefusedError when the terms cannot be kept as written or a signature is missing.
    """
    customer, session = sessions.locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.end")
    mediation = session.mediation
    if ending not in at_a_session(codes.seen().terms(list_of(mediation.kind))):
        raise RefusedError("no_such_ending")
    agreed = _attested(customer, session, terms, actor, now) if brings_agreement(ending) else None
    if agreed is None and terms is not None:
        raise RefusedError("terms_without_agreement")
    payload = {"session": session.id}
    if agreed is not None:
        payload |= {"agreement": agreed.id, "plan": agreed.arrangement_id, "total_fen": agreed.total_fen}
    endings.end_within(
        customer=customer, mediation=mediation, ending=Ending(ending), actor=actor, now=now, payload=payload
    )
    derivation.derive(customer=customer, now=now)
    return mediation


def expire(*, now: datetime) -> int:
    """End all talks whose term has run out without a session to come, each in its own transaction. Return how many."""
    found = list(past_term(now=now).values_list("id", "customer_id"))
    return sweeps.each(found, partial(_expire, now=now))


@transaction.atomic(durable=True)
def _expire(found: tuple[int, int], *, now: datetime) -> bool:
    mediation_id, customer_id = found
    customer = records.lock(customer_id=customer_id, now=now)
    mediation = Mediation.objects.select_related("account").get(id=mediation_id)
    if mediation.state == MediationState.ENDED or not past_term(now=now).filter(id=mediation_id).exists():
        return False
    endings.end_within(customer=customer, mediation=mediation, ending=Ending.EXPIRED, actor=records.SYSTEM, now=now)
    derivation.derive(customer=customer, now=now)
    return True


def _attested(
    customer: Customer, session: Session, terms: Terms | None, actor: records.Actor, now: datetime
) -> Agreement:
    """Agree on terms signed on paper or by word of mouth, as whoever holds the session attests."""
    if terms is None:
        raise RefusedError("session_not_begun" if session.state != "in_session" else "no_instalments")
    if actor.staff is None:
        raise RefusedError("not_allowed")
    if terms.method == "electronic":
        raise RefusedError("no_such_method")
    if parties.of_account(account_id=session.mediation.account_id, customer_id=customer.id):
        # Each of them is bound by their own signature, or left out by a choice that the agreement says.
        raise RefusedError("parties_need_draft")
    return agree_within(customer=customer, session=session, terms=terms, actor=actor, now=now)


def agree_within(
    *, customer: Customer, session: Session, terms: Terms, actor: records.Actor, now: datetime
) -> Agreement:
    """Put signed terms in force on a record the caller has locked: the plan, its waivers, what was told; once.

    The caller ends the talks and derives. Raise RefusedError when the terms cannot be kept as written.
    """
    mediation = session.mediation
    if session.state != "in_session":
        raise RefusedError("session_not_begun")
    account = Account.objects.get(id=mediation.account_id)
    mediation.customer = customer
    found = problems_of(mediation=mediation, account=account, terms=terms, now=now)
    if found:
        raise RefusedError(found[0], problems=found)
    _check_signed(session, terms)
    mandates.check_within(session=session, account=account, terms=terms, now=now)
    plan = plans.agree_within(
        customer=customer,
        account=account,
        source=mediation.kind,
        source_reference=str(mediation.id),
        instalments=[(line.due_on, line.amount_fen) for line in terms.lines],
        grace_days=terms.grace_days,
        actor=actor,
        now=now,
        cost=Cost(interest=terms.interest, annual_percent=terms.annual_percent),
    )
    _waive(customer, session, account, terms, plan, actor, now)
    agreed = Agreement.objects.create(
        mediation=mediation,
        session=session,
        customer=customer,
        account=account,
        arrangement=plan,
        total_fen=terms.total_fen,
        grace_days=terms.grace_days,
        terms=terms.text.strip(),
        agreed_at=now,
    )
    _write_lines(agreed, terms, actor, now)
    # What they have signed they have in writing, whichever way the session was held.
    spoken.remember_within(
        customer=customer,
        sayings=[Saying(account.id, "instalment", line.amount_fen, pay_by=line.due_on) for line in terms.lines],
        medium="written",
        staff=actor.staff,
        contact=None,
        now=now,
    )
    return agreed


def check_waived(
    *, customer: Customer, session: Session, account: Account, waived: Mapping[str, int], now: datetime
) -> None:
    """Raise RefusedError when what is let off cannot be, or is beyond the authority of the bank's representative."""
    if not waived:
        return
    wanted = waivers.Terms(waived)
    try:
        waivers.check_within(customer=customer, account_id=account.id, terms=wanted)
    except RefusedError as error:
        raise RefusedError("waiver_not_possible") from error
    if waivers.beyond(staff=session.representative, account=account, terms=wanted, now=now):
        raise RefusedError("waiver_beyond_authority")


def _waive(
    customer: Customer,
    session: Session,
    account: Account,
    terms: Terms,
    plan: Arrangement,
    actor: records.Actor,
    now: datetime,
) -> None:
    """Let off what the terms say, on completion: it lapses when the plan is broken or annulled."""
    if not terms.waived:
        return
    grant_turns.take(staff=session.representative, account=account)
    check_waived(customer=customer, session=session, account=account, waived=terms.waived, now=now)
    waivers.grant_within(
        customer=customer,
        account=account,
        terms=waivers.Terms(terms.waived),
        staff=session.representative,
        actor=actor,
        now=now,
        arrangement=plan,
    )


def _check_signed(session: Session, terms: Terms) -> None:
    missing = [name for name in RULES[Kind(session.mediation.kind)].signatories if name not in terms.signed]
    if missing:
        raise RefusedError("agreement_not_signed", missing=missing)
    if terms.method not in {*ATTESTED_METHODS, "electronic"}:
        raise RefusedError("no_such_method")
    if terms.method != "recorded":
        return
    if not terms.recording_ref.strip():
        raise RefusedError("agreement_needs_recording")
    if reason := why_no_recording(session, attested=terms.recording_agreed):
        raise RefusedError(reason)


def _write_lines(agreed: Agreement, terms: Terms, actor: records.Actor, now: datetime) -> None:
    AgreementInstalment.objects.bulk_create(
        AgreementInstalment(
            agreement=agreed,
            customer_id=agreed.customer_id,
            account_id=line.account_id,
            number=line.number,
            due_on=line.due_on,
            amount_fen=line.amount_fen,
        )
        for line in terms.lines
    )
    attested_by = None if terms.method == "electronic" or actor.staff is None else actor.staff.id
    hands = terms.hands or [
        Signed(name, terms.method, attested_by_id=attested_by)
        for name in RULES[Kind(agreed.mediation.kind)].signatories
    ]
    AgreementSignature.objects.bulk_create(
        AgreementSignature(
            agreement=agreed,
            customer_id=agreed.customer_id,
            signatory=hand.signatory,
            person_id=hand.person_id,
            related_id=hand.related_id,
            method=hand.method,
            recording_ref=terms.recording_ref.strip(),
            attested_by_id=hand.attested_by_id,
            at=hand.at or now,
        )
        for hand in hands
    )
