"""Blind bidding: rounds opened by the mediator, one proposal a side, revealed together. Behind the wall: no event."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from collections_app.domain.typed import harmless
from collections_app.models import Account, Staff
from collections_app.services import form_keys, records, sweeps
from collections_app.services.errors import RefusedError
from mediation.domain import bidding
from mediation.domain.bidding import Terms
from mediation.models import Mediation, Proposal, ProposalRound, Session
from mediation.selectors.people.seated import kept_away
from mediation.services import seats

LONGEST_REASON = 1000
SHORTEST_ROUND = timedelta(minutes=5)
LONGEST_ROUND = timedelta(days=14)


@transaction.atomic(durable=True)
def open_round(*, session_id: int, closes_at: datetime, actor: records.Actor, now: datetime) -> ProposalRound:
    """Ask both sides for a proposal by a deadline. An open round past its deadline lapses.

    Raise NotAllowedError for everybody but the session's mediator, RefusedError while another round is open, or when
    who speaks for the bank is kept away from the record by now: such a round would take no proposal.
    """
    session = seats.lock_session(session_id=session_id, now=now)
    mediator = seats.check_mediator(session=session, actor=actor)
    if kept_away(session=session, staff=session.representative):
        raise RefusedError("representative_barred")
    if not SHORTEST_ROUND <= closes_at - now <= LONGEST_ROUND:
        raise RefusedError("deadline_impossible")
    last = _last(session.mediation)
    if last is not None and last.state == "open":
        # Of a representative before this one it cannot be: with another date such a round is withdrawn.
        if last.closes_at > now:
            raise RefusedError("round_open_already")
        _end(last, "lapsed", now)
    payoff_fen = Account.objects.values_list("payoff_fen", flat=True).get(id=session.mediation.account_id)
    if payoff_fen <= 0:
        raise RefusedError("nothing_to_propose")
    form_keys.keep_within(customer_id=session.customer_id, now=now)
    return ProposalRound.objects.create(
        mediation=session.mediation,
        session=session,
        customer_id=session.customer_id,
        number=last.number + 1 if last else 1,
        payoff_fen=payoff_fen,
        opened_by=mediator,
        opened_at=now,
        closes_at=closes_at,
    )


@transaction.atomic(durable=True)
def withdraw_round(*, session_id: int, actor: records.Actor, now: datetime) -> ProposalRound:
    """Take an open round back: what was proposed in it is shown to nobody, ever. By the session's mediator."""
    session = seats.lock_session(session_id=session_id, now=now)
    seats.check_mediator(session=session, actor=actor)
    row = _last(session.mediation)
    if row is None or row.state != "open":
        raise RefusedError("no_open_round")
    form_keys.keep_within(customer_id=session.customer_id, now=now)
    return _end(row, "withdrawn", now)


def sit_anew_within(*, session: Session, now: datetime) -> None:
    """Take an open round back when somebody else speaks for the bank now than when it was opened; the record is locked.

    Nobody is bound by what another proposed who has left the table, perhaps for a conflict of interest. Whether
    anybody had proposed makes no difference: else the end of the round would tell.
    """
    row = ProposalRound.objects.select_related("session").filter(mediation=session.mediation_id, state="open").first()
    if row is not None and row.session.representative_id != session.representative_id:
        _end(row, "withdrawn", now)


def take_back_barred(*, now: datetime) -> int:
    """Take back every open round whose voice of the bank is kept away from the record by now; return how many.

    Recused in the middle of a session or between two, as before one: a proposal of theirs is never revealed. What is
    not taken back yet takes no proposal (``_propose``). Each in its own transaction; no other record is locked.
    """
    rows = _with_voice().filter(~Q(customer__recused_staff=[]) | Q(customer__walled=True), state="open")
    return sweeps.each(list(rows), lambda row: _has_left(row) and _take_back_barred(row.pk, row.customer_id, now))


@transaction.atomic(durable=True)
def _take_back_barred(round_id: int, customer_id: int, now: datetime) -> bool:
    records.lock(customer_id=customer_id, now=now)
    row = _with_voice().get(id=round_id)
    if row.state != "open" or not _has_left(row):
        return False
    _end(row, "withdrawn", now)
    return True


def _with_voice() -> QuerySet[ProposalRound]:
    return ProposalRound.objects.select_related("session__customer", "session__representative")


def _has_left(row: ProposalRound) -> bool:
    """Return whether who spoke for the bank when a round was opened is recused or walled from the record by now."""
    return kept_away(session=row.session, staff=row.session.representative)


@transaction.atomic(durable=True)
def propose_for_bank(
    *, session_id: int, round_id: int, terms: Terms, reason: str, actor: records.Actor, now: datetime
) -> Proposal:
    """Propose for the bank, by its representative. See ``propose_for_customer``."""
    session = seats.lock_session(session_id=session_id, now=now)
    staff = seats.check_representative(session=session, actor=actor)
    form_keys.keep_within(customer_id=session.customer_id, now=now)
    return _propose(session.mediation, round_id, terms, reason, staff, now)


@transaction.atomic(durable=True)
def propose_for_customer(
    *, mediation_id: int, customer_id: int, round_id: int, terms: Terms, reason: str, now: datetime
) -> Proposal:
    """Propose as the customer, on their own page.

    A proposal stands: it can be neither changed nor read by anybody else. The second one reveals both, in this
    transaction. Raise RefusedError when the round is over, or this side has proposed.
    """
    mediation = seats.lock_talks(mediation_id=mediation_id, customer_id=customer_id, now=now)
    return _propose(mediation, round_id, terms, reason, None, now)


def _propose(
    mediation: Mediation, round_id: int, terms: Terms, reason: str, staff: Staff | None, now: datetime
) -> Proposal:
    """Keep one side's proposal on a record the caller has locked, and reveal both when it is the second."""
    row = _last(mediation)
    if row is None or row.id != round_id or row.state == "withdrawn" or (row.state == "open" and _has_left(row)):
        raise RefusedError("no_open_round")
    side = seats.side_of(staff)
    if Proposal.objects.filter(round=row, side=side).exists():
        raise RefusedError("proposal_made_already")
    if row.state != "open" or row.closes_at <= now:
        raise RefusedError("round_over")
    found = bidding.problems(terms, payoff_fen=row.payoff_fen)
    if found:
        raise RefusedError(found[0])
    reason = harmless(reason).strip()
    if len(reason) > LONGEST_REASON:
        raise RefusedError("proposal_reason_too_long")
    made = Proposal.objects.create(
        round=row,
        customer_id=mediation.customer_id,
        side=side,
        terms=json.dumps(asdict(terms), sort_keys=True),
        reason=reason,
        made_by=staff,
        made_at=now,
    )
    if Proposal.objects.filter(round=row).count() == 2:
        _end(row, "revealed", now)
    return made


def _last(mediation: Mediation) -> ProposalRound | None:
    return _with_voice().filter(mediation=mediation).order_by("-number").first()


def _end(row: ProposalRound, state: str, now: datetime) -> ProposalRound:
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at"])
    return row
