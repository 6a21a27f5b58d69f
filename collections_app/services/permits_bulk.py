"""Permits for many contacts at once: the same checks as for one, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any, Literal

from django.db import connection, transaction

from collections_app.domain.permits.decision import Decision, decide
from collections_app.domain.permits.facts import PermitFacts
from collections_app.domain.reasons import Reason
from collections_app.domain.rules import ContactFact, RuleRef
from collections_app.models import Approval, Branch, Contact, ContactState, Customer, PermitRefusal
from collections_app.selectors.permit_facts import ActorLike, PermitRequest, contact_fact, load
from collections_app.services import alerts, feed

# A reservation nobody settles ends by itself (services/contacts.void_expired).
HOLD_SECONDS = 300
# Held shared by everything that asks for permits, and whole by what begins an incident: when an incident has begun,
# no permit that did not know of it is still on its way.
INCIDENT_LOCK = 4_201_002


@dataclass(frozen=True, slots=True)
class Permit:
    """A contact that may be made now: its reservation, and the decision behind it."""

    contact: Contact
    decision: Decision
    allowed: Literal[True] = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """A contact that may not be made now: why, by which rule, until when (None: not known), and its row."""

    reason: str
    rule: RuleRef | None
    until: datetime | None
    params: dict[str, Any]
    decision: Decision
    row: PermitRefusal
    allowed: Literal[False] = False

    @property
    def code(self) -> str:
        """The reason, under the name that refusal_texts looks for."""
        return self.reason


def permit_many(*, requests: Sequence[PermitRequest], now: datetime) -> list[Permit | Refusal]:
    """Reserve or refuse each contact, in the order asked, and record every answer.

    The caller has locked the customers (by ascending id) in the transaction that goes on to use the permits.
    An earlier permit of the list counts for the later ones of the same customer.
    """
    _keep_incidents_out()
    granted: dict[int, list[ContactFact]] = defaultdict(list)
    used: set[int] = set()
    contacts: list[Contact] = []
    refusals: list[PermitRefusal] = []
    answers: list[Permit | Refusal] = []
    for request, facts in zip(requests, load(requests, now=now), strict=True):
        here = granted[request.customer.id]
        seen = replace(facts, contacts=(*facts.contacts, *here)) if here else facts
        if used & {approval.id for approval in seen.approvals}:
            seen = replace(seen, approvals=tuple(each for each in seen.approvals if each.id not in used))
        decision = decide(seen)
        if decision.allowed:
            contact = _reservation(request, decision, seen, now)
            contacts.append(contact)
            here.append(contact_fact(contact, in_call=False, asked=seen.in_own_call, now=now))
            answers.append(Permit(contact, decision))
            if decision.approval_id:
                used.add(decision.approval_id)
        else:
            refused = _refused(request, decision, seen, now)
            refusals.append(refused.row)
            answers.append(refused)
    if used:
        # An approval is for one contact; the customer's row is locked, so nobody else uses it at the same time.
        Approval.objects.filter(id__in=used).update(used_at=now)
    Contact.objects.bulk_create(contacts)
    PermitRefusal.objects.bulk_create(refusals)
    _tell_staff(requests, answers, now)
    feed.wake_boards()
    return answers


def permit_again(*, customer: Customer, contact: Contact, actor: ActorLike, now: datetime) -> Refusal | None:
    """Decide anew on a contact that has its permit and is about to reach the customer; return why not, or None.

    The caller has locked the customer's row. Everything is looked at as of now, for each account the permit was given
    for; the contact's own place in the budget and its own line are not in its way. A refusal is recorded.
    """
    _keep_incidents_out()
    request = PermitRequest(
        customer=customer,
        channel=contact.channel,
        purpose=contact.purpose,
        contact_point=contact.contact_point,
        actor=actor,
        account_ids=tuple(contact.accounts),
        again=contact,
    )
    facts = load([request], now=now)[0]
    decision = decide(facts)
    if decision.allowed:
        return None
    refusal = _refused(request, decision, facts, now)
    refusal.row.save()
    _tell_staff([request], [refusal], now)
    feed.wake_boards()
    return refusal


def _keep_incidents_out() -> None:
    """Wait for an incident that is beginning; one that begins from here on knows of what is decided here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [INCIDENT_LOCK])


def _refused(request: PermitRequest, decision: Decision, facts: PermitFacts, now: datetime) -> Refusal:
    row = _refusal_row(request, decision, facts, now)
    return Refusal(str(decision.reason), decision.rule, decision.until, dict(decision.params), decision, row)


def _reservation(request: PermitRequest, decision: Decision, facts: PermitFacts, now: datetime) -> Contact:
    seconds = HOLD_SECONDS if request.hold_seconds is None else request.hold_seconds
    return Contact(
        customer=request.customer,
        contact_point=request.contact_point,
        channel=request.channel,
        purpose=request.purpose,
        inbound=request.inbound,
        state=ContactState.RESERVED,
        staff=request.actor.staff,
        department=request.actor.department,
        at=now,
        expires_at=now + timedelta(seconds=seconds),
        accounts=list(decision.accounts),
        decision=decision.as_json() | {"asked_for_in_call": facts.in_own_call},
    )


def _refusal_row(request: PermitRequest, decision: Decision, facts: PermitFacts, now: datetime) -> PermitRefusal:
    return PermitRefusal(
        customer=request.customer,
        channel=request.channel,
        purpose=request.purpose,
        staff=request.actor.staff,
        reason=str(decision.reason),
        until=decision.until,
        # With which number and in which call, so that a draft of the rules can be tested on it.
        decision=decision.as_json()
        | {
            "asked_for_in_call": facts.in_own_call,
            "contact_point": request.contact_point.id if request.contact_point else None,
        },
        at=now,
    )


_NEEDS_STAFF = {
    Reason.RULES_MISSING: "rules_missing",
    Reason.CALENDAR_UNKNOWN: "calendar_unknown",
}


def _tell_staff(requests: Sequence[PermitRequest], answers: Sequence[Permit | Refusal], now: datetime) -> None:
    """Raise one alert per branch for refusals that only staff can mend, once the transaction is through."""
    branches: dict[tuple[str, int], Branch] = {}
    for request, answer in zip(requests, answers, strict=True):
        kind = _NEEDS_STAFF.get(Reason(answer.reason)) if isinstance(answer, Refusal) else None
        if kind:
            branches[kind, request.customer.branch_id] = request.customer.branch
    for (kind, _), branch in sorted(branches.items(), key=itemgetter(0)):
        transaction.on_commit(partial(alerts.raise_alert, kind=kind, detail={}, now=now, branch=branch))
