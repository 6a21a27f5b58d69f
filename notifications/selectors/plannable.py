"""Whom the steps of the playbook are for: one query per kind, each row already past the coarse conditions.

What is fine or may change until the hour of sending (caps, hours, the number, the exact premise) is checked when
the message is claimed, not here.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat, TruncDate

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.entries import UNDER_WAY
from collections_app.domain.holds import Effect
from collections_app.domain.incidents import IncidentScope
from collections_app.domain.promises import PENDING
from collections_app.domain.stages import Stage
from collections_app.models import (
    Account,
    ArrangementInstalment,
    Entry,
    Hold,
    Instalment,
    Promise,
    PromisePart,
    Transaction,
)
from collections_app.selectors import codes, incidents
from notifications.domain.kinds import KINDS, Kind
from notifications.domain.lifecycle import GONE_OUT, WAITING
from notifications.domain.targeting.features import MOBILE_CHANNELS, PAYMENT_DAYS, PERMILLE
from notifications.domain.targeting.moments import ENOUGH_PAYMENTS, MOSTLY, SCHEDULE_FIRST, SCHEDULE_LAST
from notifications.models import CustomerFeatures, Message
from notifications.selectors.reach import silencing

# An instalment of so much comes with its schedule (policy).
LARGE_FEN = 5_000_000
ADVISED_FOR = timedelta(days=90)

# The columns of a row of candidates, in this order.
COLUMNS = (
    "customer_id", "account_id", "about_on", "anchor_on", "subject_id", "reference", "time_zone", "provider",
    "branch_id", "product", "stage", "began_at",
)  # fmt: skip


def candidates(
    kind: str, *, lags: Iterable[int], on: date, now: datetime, customers: tuple[int, int]
) -> QuerySet[Any, Any]:
    """Return a query for whom a kind may be planned on a day, with COLUMNS as its columns.

    ``lags`` are the distances between the day a row is anchored at and ``on`` (domain/playbook.lags); ``customers`` the
    first id of the chunk and the one after its last.
    """
    rows, about, subject, reference = _QUERIES[Kind(kind)](list(lags), on, now)
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
    ).filter(silencing(purpose))
    paying = Entry.objects.filter(account_id=OuterRef(account), kind="payment", state__in=sorted(UNDER_WAY))
    chunk = {"customer_id__gte": customers[0], "customer_id__lt": customers[1]}
    found = rows.filter(~Exists(held), ~Exists(paying), **chunk, **{f"{path}closed_in_core": False})
    for stopped in _stopped(purpose, account, now):
        found = found.exclude(stopped)
    anchor = _ANCHORS[Kind(kind)](on) if Kind(kind) in _ANCHORS else F(about)
    named: dict[str, Any] = {
        "c_customer": F("customer_id"),
        "c_account": F(account),
        # What is about no date of its own is about the day of its step, which the planner puts in.
        "c_about": F(about) if about else Cast(Value(None), DateField()),
        "c_anchor": anchor,
        "c_subject": F(subject) if subject else Cast(Value(None), BigIntegerField()),
        "c_reference": (
            Concat(Value(f"{reference}:"), Cast(_REFERS.get(Kind(kind), subject or "pk"), CharField()))
            if reference
            else Cast(Value(""), CharField())
        ),
        "c_zone": F("customer__time_zone"),
        "c_provider": F("customer__branch__sms_provider"),
        "c_branch": F("customer__branch_id"),
        "c_product": F(f"{path}product"),
        "c_stage": F(f"{path}stage"),
        "c_began": F(_BEGINS[Kind(kind)]) if Kind(kind) in _BEGINS else Cast(Value(None), DateTimeField()),
    }
    annotated: QuerySet[Any, Any] = found.order_by().annotate(**named).values_list(*named)
    return annotated


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
    return rows, "due_on", "", "line"


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
        paid_fen__lt=F("amount_fen") - F("relieved_fen"),
        arrangement__state__in=[state.value for state in IN_FORCE],
    )
    return rows, "due_on", "pk", "instalment"


def _balance_change(days: list[int], on: date, now: datetime) -> _Query:
    """Money the core booked or took back: what OneCase saw itself has had its receipt."""
    rows = Entry.objects.filter(
        Q(money_fen__gt=0) | Q(money_fen__lt=0),
        kind="adjustment",
        latest_on__in=[on - timedelta(days=day) for day in days],
    )
    return rows, "latest_on", "pk", "entry"


def _formal_demand(days: list[int], on: date, now: datetime) -> _Query:
    return _overdue(days, on, now)


# By how many days a schedule waits for the salary (targeting/moments.schedule_waits is the definition).
_SCHEDULE_WAITS = f"""(
    SELECT coalesce(min(d), 0)
    FROM (VALUES (%(expressions)s)) AS given(due, salary), generate_series(0, {SCHEDULE_FIRST - SCHEDULE_LAST}) AS d
    WHERE given.salary IS NOT NULL AND extract(day FROM given.due - {SCHEDULE_FIRST + 1} + d) = least(given.salary,
        extract(day FROM date_trunc('month', given.due - {SCHEDULE_FIRST + 1} + d) + interval '1 month - 1 day'))
)"""  # noqa: S608  numbers of our own


def _schedule_anchor(on: date) -> Expression:
    """The due date, moved by as many days as the schedule waits for the salary."""
    salary = CustomerFeatures.objects.filter(customer_id=OuterRef("customer_id")).values("salary_day")
    waits = Func(F("due_on"), Subquery(salary), template=_SCHEDULE_WAITS, output_field=IntegerField())
    return Func(F("due_on"), waits, template="(%(expressions)s)", arg_joiner=" + ", output_field=DateField())


def _loan_schedule(days: list[int], on: date, now: datetime) -> _Query:
    waits = range(SCHEDULE_FIRST - SCHEDULE_LAST + 1)
    rows, about, subject, reference = _loan_due(sorted({day + more for day in days for more in waits}), on, now)
    rows = rows.alias(anchor=_schedule_anchor(on)).filter(anchor__in=[on - timedelta(days=day) for day in days])
    large = rows.alias(line_fen=F("principal_fen") + F("interest_fen")).filter(line_fen__gte=LARGE_FEN)
    return large, about, subject, reference


def _security_advice(days: list[int], on: date, now: datetime) -> _Query:
    """Who pays mostly by mobile, before the first reminder of a bill, and not advised lately."""
    since = on - timedelta(days=PAYMENT_DAYS)
    habit = (
        Transaction.objects.filter(customer_id=OuterRef("customer_id"), kind="payment", on__gte=since)
        .values("customer_id")
        .annotate(payments=Count("pk"), mobile=Count("pk", filter=Q(channel__in=MOBILE_CHANNELS)))
        .filter(payments__gte=ENOUGH_PAYMENTS, mobile__gt=F("payments") * MOSTLY / float(PERMILLE))
    )
    # Advised is who has it or will have it: what was refused or let go told nobody anything.
    advised = Message.objects.filter(
        customer_id=OuterRef("customer_id"),
        kind=Kind.SECURITY_ADVICE,
        due_at__gt=now - ADVISED_FOR,
        state__in=WAITING | GONE_OUT,
    )
    rows = Account.objects.filter(
        Exists(habit), ~Exists(advised), due_on__in=[on - timedelta(days=day) for day in days], payoff_fen__gt=0
    )
    return rows, "", "", ""


# Where a kind's anchor is not the day it is about. Days past due are as they were derived last: late ones shift a step
# by a day, which the playbook takes for the same step.
def _end_of_grace(on: date) -> Expression:
    late = F("grace_days") - F("days_past_due")
    return Func(Value(on, DateField()), late, template="(%(expressions)s)", arg_joiner=" + ", output_field=DateField())


_ANCHORS: dict[Kind, Callable[[date], Expression | F]] = {
    Kind.OVERDUE_GENTLE: _end_of_grace,
    Kind.FORMAL_DEMAND: _end_of_grace,
    Kind.SECURITY_ADVICE: lambda on: F("due_on"),
    Kind.PROMISE_BROKEN: lambda on: TruncDate("judged_at"),
    Kind.LOAN_SCHEDULE: _schedule_anchor,
}
# Neither promises nor bookings move: another day is another promise, or another part of it, or another booking.
FIXED = frozenset({Kind.PROMISE_DUE, Kind.PROMISE_BROKEN, Kind.BALANCE_CHANGE})
# When what is reminded of was agreed: its steps before that hour are not wanted.
_BEGINS = {Kind.PROMISE_DUE: "promise__taken_at", Kind.PLAN_DUE: "arrangement__agreed_at"}
# Of these one is enough for a customer, however many accounts call for it: their texts name none.
ONE_A_CUSTOMER = frozenset({Kind.SECURITY_ADVICE})
# The column a reference is made of, where it is not the subject's.
_REFERS = {Kind.LOAN_DUE: "number", Kind.LOAN_SCHEDULE: "number"}

_QUERIES = {
    Kind.LOAN_DUE: _loan_due,
    Kind.CARD_DUE: _card_due,
    Kind.DUE_TODAY: _card_due,
    Kind.OVERDUE_GENTLE: _overdue,
    Kind.PROMISE_DUE: _promise_due,
    Kind.PROMISE_BROKEN: _promise_broken,
    Kind.PLAN_DUE: _plan_due,
    Kind.BALANCE_CHANGE: _balance_change,
    Kind.FORMAL_DEMAND: _formal_demand,
    Kind.LOAN_SCHEDULE: _loan_schedule,
    Kind.SECURITY_ADVICE: _security_advice,
}
PLANNED_KINDS = tuple(_QUERIES)
