"""How far the bank's representative may go: proposed, approved by a second person, checked when terms are signed."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from collections_app.domain.typed import harmless, plain
from collections_app.models import Account, Approval, Staff
from collections_app.services import approvals, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain import agreement as terms_rules
from mediation.domain import mandates as rules
from mediation.models import Mandate, Mediation, Session
from mediation.selectors import calendars
from mediation.selectors.mandates import approved_of, named_in
from mediation.selectors.route_rules import mandate_required
from mediation.services import clocks, mediations

KIND = "mandate"


class Terms(Protocol):
    """Terms about to be signed: their sum in fen, their instalments, and how much of each is interest."""

    @property
    def total_fen(self) -> int: ...

    @property
    def lines(self) -> Sequence[terms_rules.Line]: ...

    @property
    def interest(self) -> Sequence[int]: ...


@transaction.atomic(durable=True)
def propose(
    *,
    mediation_id: int,
    representative_id: int,
    figures: rules.Figures,
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Mandate:
    """Propose how far a representative may go, and ask for its approval in the one inbox.

    A representative proposes for themselves, a supervisor for any who may come. Figures and reason are sealed in the
    mandate; the request and the history carry its number alone. Raise RefusedError when one waits already.
    """
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.mandate")
    records.check_may(actor=actor, action="mandate.propose")
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="mandate.propose")
    if actor.staff.may("mediation.represent") and representative_id != actor.staff.id:
        raise RefusedError("no_such_representative")
    representative = calendars.may_represent(mediation).filter(id=representative_id).first()
    if representative is None:
        raise RefusedError("no_such_representative")
    if problem := rules.problem(figures):
        raise RefusedError(problem)
    if not plain(reason):
        raise RefusedError("reason_missing")
    if mediation.mandates.filter(state="proposed").exists():
        raise RefusedError("mandate_waiting")
    row = Mandate.objects.create(
        mediation=mediation,
        customer=customer,
        representative=representative,
        figures=json.dumps(figures.kept()),
        reason=harmless(reason).strip(),
        proposed_by=actor.staff,
        proposed_at=now,
    )
    with translation.override(settings.LANGUAGE_CODE):
        # What people typed about it stands in the mandate, sealed: the request's own words are read by more of them.
        words = _("How far the bank's representative may go. Figures and reason are in the mandate.")
    approvals.ask_within(
        customer=customer,
        kind=KIND,
        subject=f"mandate:{row.id}",
        reason=words,
        actor=actor,
        now=now,
        account_id=mediation.account_id,
    )
    return row


def of_approval(approval: Approval) -> Mandate:
    """Return the mandate a request is about. Raise RefusedError when it is gone or its talks have ended."""
    row = Mandate.objects.select_related("mediation", "representative")
    found = row.filter(id=int(approval.subject.partition(":")[2])).first()
    if found is None:
        raise RefusedError("no_such_mandate")
    return found


def approve_within(*, mandate: Mandate, staff: Staff, now: datetime) -> None:
    """Put a mandate in force in place of an earlier one, on a record the caller has locked."""
    Mandate.objects.filter(mediation_id=mandate.mediation_id, state="approved").update(state="replaced")
    Mandate.objects.filter(id=mandate.id).update(state="approved", approved_by=staff, approved_at=now)


def drop_within(*, mandate: Mandate) -> None:
    """Take a mandate back that was not approved, on a record the caller has locked."""
    Mandate.objects.filter(id=mandate.id, state="proposed").update(state="dropped")


def check_within(*, session: Session, account: Account, terms: Terms, now: datetime) -> None:
    """Refuse the bank's signature on terms beyond its representative's mandate, on a record the caller has locked.

    The refusal names no figure and no limit: whoever holds the session is not of the bank. Without an approved
    mandate the bank signs as before, unless its table of routes asks for one.
    """
    mandate = approved_of(mediation=session.mediation, representative_id=session.representative_id)
    if mandate is None:
        if mandate_required(account.product) or named_in(session.mediation):
            raise RefusedError("mandate_missing")
        return
    if _beyond(mandate, session, account, terms, now):
        raise RefusedError("beyond_mandate")


def warnings_for(*, staff: Staff, session: Session, account: Account, terms: Terms, now: datetime) -> list[str]:
    """Return the limits that terms go beyond, as sentences, to the representative alone; to all others none."""
    if staff.id != session.representative_id:
        return []
    mandate = approved_of(mediation=session.mediation, representative_id=staff.id)
    if mandate is None:
        return []
    language = translation.get_language() or "zh"
    return [rules.LIMITS[code].text(language) for code in _beyond(mandate, session, account, terms, now)]


def _beyond(mandate: Mandate, session: Session, account: Account, terms: Terms, now: datetime) -> list[str]:
    if not terms.lines:
        return []
    return rules.beyond(
        mandate.limits,
        payoff_fen=account.payoff_fen,
        # What is interest of the plan gives nothing back of what is owed.
        total_fen=terms.total_fen - sum(terms.interest),
        last_on=max(line.due_on for line in terms.lines),
        today=clocks.today_of(session.mediation.customer, now),
    )


def still_asked(mandate: Mandate) -> bool:
    """Return whether a mandate still waits, on talks that have not ended."""
    return (
        mandate.state == "proposed"
        and Mediation.objects.filter(id=mandate.mediation_id).exclude(state="ended").exists()
    )
