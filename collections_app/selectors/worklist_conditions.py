"""Conditions of a worklist as questions to the database: one function for each field of the vocabulary."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.promises import FULFILS, NOT_KEPT, PENDING
from collections_app.domain.worklists.claims import PASSED_OVER_WITHIN, ClaimEnd
from collections_app.domain.worklists.conditions import VULNERABLE_HOLDS, Condition
from collections_app.models import (
    Account,
    CaseClaim,
    Contact,
    Guarantee,
    HandOff,
    Hold,
    LimitationClock,
    Promise,
    Staff,
)

_OF_ROW = OuterRef("pk")


def question(condition: Condition, *, staff: Staff, now: datetime) -> Q:
    """Return what a condition asks of a customer's row, for this person at this instant."""
    return _QUESTIONS[condition.field](condition, staff, now)


def _column(path: str) -> Callable[[Condition, Staff, datetime], Q]:
    def ask(condition: Condition, staff: Staff, now: datetime) -> Q:
        # One value is asked for by itself: an index with an order behind it serves that best.
        if len(condition.values) == 1:
            return Q(**{path: condition.values[0]})
        return Q(**{f"{path}__in": condition.values})

    return ask


def _between(path: str) -> Callable[[Condition, Staff, datetime], Q]:
    def ask(condition: Condition, staff: Staff, now: datetime) -> Q:
        asked = Q()
        if condition.low is not None:
            asked &= Q(**{f"{path}__gte": condition.low})
        if condition.high is not None:
            asked &= Q(**{f"{path}__lte": condition.high})
        return asked

    return ask


def _any(condition: Condition, questions: dict[str, Q]) -> Q:
    asked = Q()
    for value in condition.values:
        asked |= questions[value]
    return asked


def _owner(condition: Condition, staff: Staff, now: datetime) -> Q:
    nobody = Q(owner__isnull=True)
    return _any(condition, {"me": Q(owner=staff), "nobody": nobody, "others": ~nobody & ~Q(owner=staff)})


def _product(condition: Condition, staff: Staff, now: datetime) -> Q:
    rows = Account.objects.filter(customer=_OF_ROW, product__in=condition.values, overdue_fen__gt=0)
    return Q(Exists(rows))


def _quiet(condition: Condition, staff: Staff, now: datetime) -> Q:
    since = now - timedelta(days=condition.low or 0)
    return ~Q(Exists(Contact.objects.filter(customer=_OF_ROW, state="made", at__gt=since)))


def _promise(condition: Condition, staff: Staff, now: datetime) -> Q:
    rows = Promise.objects.filter(customer=_OF_ROW)
    groups = {"pending": PENDING, "broken": NOT_KEPT, "kept": FULFILS}
    questions = {
        name: Q(Exists(rows.filter(state__in=[state.value for state in states]))) for name, states in groups.items()
    }
    return _any(condition, questions | {"none": ~Q(Exists(rows))})


def _hold(condition: Condition, staff: Staff, now: datetime) -> Q:
    in_force = Hold.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), customer=_OF_ROW, released_at=None)
    asked = Q()
    if kinds := [value for value in condition.values if value not in {"any", "none"}]:
        asked |= Q(Exists(in_force.filter(kind__in=kinds)))
    if "any" in condition.values:
        asked |= Q(Exists(in_force))
    if "none" in condition.values:
        asked |= ~Q(Exists(in_force))
    return asked


def _vulnerable(condition: Condition, staff: Staff, now: datetime) -> Q:
    marked = _hold(Condition("hold", VULNERABLE_HOLDS), staff, now)
    return _any(condition, {"yes": marked, "no": ~marked})


def _handoff(condition: Condition, staff: Staff, now: datetime) -> Q:
    states = [state.value for state in STILL_OPEN]
    return Q(Exists(HandOff.objects.filter(customer=_OF_ROW, state__in=states, to_department__in=condition.values)))


def _claimed(condition: Condition, staff: Staff, now: datetime) -> Q:
    live = CaseClaim.objects.filter(customer=_OF_ROW, ended_at__isnull=True, expires_at__gt=now)
    questions = {
        "no": ~Q(Exists(live)),
        "me": Q(Exists(live.filter(staff=staff))),
        "others": Q(Exists(live.exclude(staff=staff))),
    }
    return _any(condition, questions)


def _passed_over(condition: Condition, staff: Staff, now: datetime) -> Q:
    since = now - PASSED_OVER_WITHIN
    later = CaseClaim.objects.filter(
        customer=OuterRef("customer"), end=ClaimEnd.WORKED, ended_at__gt=OuterRef("ended_at")
    )
    rows = CaseClaim.objects.filter(~Exists(later), customer=_OF_ROW, end=ClaimEnd.PASSED_OVER, ended_at__gt=since)
    number = rows.order_by().values("customer").annotate(number=Count("id")).values("number")
    return Q(GreaterThanOrEqual(Coalesce(Subquery(number), 0), condition.low or 0))


def _clock(model: type[LimitationClock] | type[Guarantee]) -> Callable[[Condition, Staff, datetime], Q]:
    def ask(condition: Condition, staff: Staff, now: datetime) -> Q:
        return Q(Exists(model._default_manager.filter(customer=_OF_ROW, level__in=condition.values)))

    return ask


_QUESTIONS: dict[str, Callable[[Condition, Staff, datetime], Q]] = {
    "queue": _column("queue"),
    "status": _column("status"),
    "stage": _column("stage"),
    "step": _column("next_step"),
    "language": _column("language"),
    "branch": _column("branch__code"),
    "overdue": _between("overdue_fen"),
    "days": _between("stage_account__days_past_due"),
    "owner": _owner,
    "product": _product,
    "quiet": _quiet,
    "promise": _promise,
    "hold": _hold,
    "vulnerable": _vulnerable,
    "handoff": _handoff,
    "claimed": _claimed,
    "passed_over": _passed_over,
    "told": _column("told_state"),
    "limitation": _clock(LimitationClock),
    "guarantee": _clock(Guarantee),
}
