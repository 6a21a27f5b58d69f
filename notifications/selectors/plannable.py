"""Whom the reminders of a day are for: one query per kind, each row already past the coarse conditions.

What is fine or may change until the hour of sending (caps, hours, the number, the exact premise) is checked when
the message is claimed, not here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.holds import Effect
from collections_app.domain.incidents import IncidentScope
from collections_app.domain.promises import PENDING
from collections_app.domain.stages import Stage
from collections_app.models import Account, ArrangementInstalment, Entry, Hold, Instalment, Promise, PromisePart
from collections_app.selectors import codes, incidents
from notifications.domain.kinds import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reminder to plan."""

    customer_id: int
    account_id: int
    about_on: date
    subject_id: int | None
    reference: str
    time_zone: str
    provider: str


def candidates(kind: str, *, days: Iterable[int], on: date, now: datetime) -> Iterator[Candidate]:
    """Return the reminders of a kind to plan on a day, by ascending customer.

    ``days`` are the bank's policy: before (negative) or after the date the kind is about.
    """
    rows, about, subject, reference = _QUERIES[Kind(kind)](list(days), on, now)
    purpose = KINDS[kind].purpose
    path = "" if rows.model is Account else "account__"
    if rows.model is ArrangementInstalment or rows.model is PromisePart:
        path = f"{'arrangement' if rows.model is ArrangementInstalment else 'promise'}__account__"
    account = "pk" if rows.model is Account else f"{path}id"
    held = Hold.objects.filter(
        Q(account__isnull=True) | Q(account_id=OuterRef(account)),
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        customer_id=OuterRef("customer_id"),
        released_at__isnull=True,
        kind__in=codes.seen().holds.stopping(purpose),
        contact_point__isnull=True,
        channel__in=["", "sms"],
    )
    paying = Entry.objects.filter(account_id=OuterRef(account), kind="payment", state="in_flight")
    found = (
        rows.filter(~Exists(held), ~Exists(paying), **{f"{path}closed_in_core": False})
        .order_by("customer_id", "pk")
        .values_list(
            "customer_id",
            account,
            about or "pk",
            subject or "pk",
            "customer__time_zone",
            "customer__branch__sms_provider",
        )
    )
    for stopped in _stopped(purpose, account, now):
        found = found.exclude(stopped)
    for customer_id, account_id, about_on, subject_id, time_zone, provider in found.iterator(chunk_size=2000):
        yield Candidate(
            customer_id=customer_id,
            account_id=account_id,
            about_on=about_on if about else on,
            subject_id=subject_id if subject else None,
            reference=f"{reference}:{subject_id}" if reference else "",
            time_zone=time_zone,
            provider=provider,
        )


def _stopped(purpose: str, account: str, now: datetime) -> Iterator[Q]:
    """Return a condition for each incident that stops the purpose: planning goes on when it is over."""
    table = codes.seen().holds
    for fact in incidents.current_facts(now=now):
        if table.effect(fact.kind, purpose) is Effect.PASS:
            continue
        if fact.scope is IncidentScope.ALL:
            yield Q(customer_id__isnull=False)
        elif fact.product:
            yield Q(**{f"{account}__in": Account.objects.filter(product=fact.product).values("pk")})
        else:
            yield Q(customer__branch_id__in=fact.branch_ids or ())


# Rows, the column the message is about (or the day itself), the column of its subject, the reference's prefix.
_Query = tuple[QuerySet[Any], str, str, str]


def _loan_due(days: list[int], on: date, now: datetime) -> _Query:
    rows = Instalment.objects.filter(
        due_on__in=[on - timedelta(days=day) for day in days],
        paid_fen__lt=F("principal_fen") + F("interest_fen"),
        account__payoff_fen__gt=0,
    )
    return rows, "due_on", "", ""


def _card_due(days: list[int], on: date, now: datetime) -> _Query:
    rows = Account.objects.filter(
        product="card", due_on__in=[on - timedelta(days=day) for day in days], billed_fen__gt=0
    )
    return rows, "due_on", "", ""


def _overdue(days: list[int], on: date, now: datetime) -> _Query:
    pending = Promise.objects.filter(account_id=OuterRef("pk"), state__in=PENDING)
    rows = Account.objects.alias(after_grace=F("days_past_due") - F("grace_days")).filter(
        ~Exists(pending), overdue_fen__gt=0, after_grace__in=days
    )
    return rows.exclude(stage__in=[Stage.M0, Stage.GRACE]), "", "", ""


def _promise_due(days: list[int], on: date, now: datetime) -> _Query:
    rows = PromisePart.objects.filter(due_on__in=[on - timedelta(days=day) for day in days], promise__state__in=PENDING)
    return rows, "due_on", "promise_id", "promise"


def _promise_broken(days: list[int], on: date, now: datetime) -> _Query:
    rows = Promise.objects.filter(
        state__in=["broken", "partly_kept"], judged_at__gt=now - timedelta(days=max(days) + 1)
    )
    return rows, "last_day", "pk", "promise"


def _plan_due(days: list[int], on: date, now: datetime) -> _Query:
    rows = ArrangementInstalment.objects.filter(
        due_on__in=[on - timedelta(days=day) for day in days],
        paid_fen__lt=F("amount_fen"),
        arrangement__state__in=[state.value for state in IN_FORCE],
    )
    return rows, "due_on", "pk", "instalment"


_QUERIES = {
    Kind.LOAN_DUE: _loan_due,
    Kind.CARD_DUE: _card_due,
    Kind.DUE_TODAY: _card_due,
    Kind.OVERDUE_GENTLE: _overdue,
    Kind.PROMISE_DUE: _promise_due,
    Kind.PROMISE_BROKEN: _promise_broken,
    Kind.PLAN_DUE: _plan_due,
}
PLANNED_KINDS = tuple(_QUERIES)
