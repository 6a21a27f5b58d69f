"""The clocks of talks: started and stopped with each step, watched every day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.models import Alert, Branch, Customer
from collections_app.models.fields import sealed_of
from collections_app.selectors.rules import calendars
from collections_app.services import alerts, records, sweeps
from mediation.domain.clocks import RULES, ClockEnd, ClockKind, Standing, due_on, due_without_calendar, standing
from mediation.domain.kinds import Kind
from mediation.models import Mediation, MediationClock
from mediation.selectors.clocks import FARTHEST

ALERT = "mediation_clock"
# Where the working days are those of the courts and organisations, wherever the customer lives.
COUNTRY = "CN"


def today_of(customer: Customer, now: datetime) -> date:
    """Return the day it is for a customer."""
    return now.astimezone(ZoneInfo(customer.time_zone)).date()


def start_within(
    *, customer: Customer, mediation: Mediation, kind: ClockKind, now: datetime, due: date | None = None
) -> MediationClock:
    """Start a clock on a record the caller has locked; one of the kind that runs already begins anew.

    Without a published calendar, days of the calendar are counted, which is too early rather than too late, and the
    alert that says so is raised.
    """
    stop_within(mediation=mediation, kinds=[kind], by=ClockEnd.RESTARTED, now=now)
    start = today_of(customer, now)
    last = due or due_on(kind, start=start, calendar=calendars(countries=[COUNTRY], around=start)[COUNTRY])
    if last is None:
        alerts.raise_alert(kind="calendar_unknown", detail={"country": COUNTRY}, now=now)
    # The rules of the courts are about mediation: how long the bank's own talks wait is its policy alone.
    rule = RULES[kind if mediation.kind == Kind.MEDIATION else ClockKind.NEGOTIATION]
    return MediationClock.objects.create(
        mediation=mediation,
        customer=customer,
        kind=kind.value,
        starts_at=now,
        due_on=last or due_without_calendar(kind, start=start),
        source=rule.source,
        verified=rule.verified,
        calendar_known=last is not None,
    )


def stop_within(*, mediation: Mediation, kinds: Iterable[ClockKind], by: ClockEnd, now: datetime) -> None:
    """Stop clocks that run, on a record the caller has locked; one that does not run stays as it is."""
    running = mediation.clocks.filter(kind__in=[kind.value for kind in kinds], ended_at__isnull=True)
    running.update(ended_at=now, ended_by=by.value)


def proposed_within(*, customer: Customer, mediation: Mediation, now: datetime) -> None:
    """Start asking the other side, on a record the caller has locked."""
    start_within(customer=customer, mediation=mediation, kind=ClockKind.OTHER_SIDE, now=now)


def answered_within(*, customer: Customer, mediation: Mediation, consents: bool, now: datetime) -> None:
    """Stop asking; with both consents the parties may choose their mediator, until they have or the choice lapses.

    Also when a date stands already: the two working days are the parties' (online mediation rules, article 10). Whoever
    agrees at the opened session has chosen its mediator.
    """
    stop_within(mediation=mediation, kinds=[ClockKind.OTHER_SIDE], by=ClockEnd.DONE, now=now)
    if consents and mediation.kind == Kind.MEDIATION and not mediation.sessions.filter(state="in_session").exists():
        start_within(customer=customer, mediation=mediation, kind=ClockKind.CHOICE, now=now)


def booked_within(*, customer: Customer, mediation: Mediation, now: datetime) -> None:
    """Start the term with the first date, and ask the mediator to accept, on a record the caller has locked.

    The term of a mediation begins anew, later, when its mediator accepts; until then the earlier end counts. Another
    mediator than before has the days to accept anew.
    """
    if mediation.kind == Kind.NEGOTIATION:
        _start_term(customer, mediation, ClockKind.NEGOTIATION, now)
        return
    _start_term(customer, mediation, ClockKind.TERM, now)
    if mediation.accepted_at is None and (_another_mediator(mediation) or not _runs(mediation, ClockKind.ACCEPTANCE)):
        start_within(customer=customer, mediation=mediation, kind=ClockKind.ACCEPTANCE, now=now)


def _another_mediator(mediation: Mediation) -> bool:
    """Return whether the date just booked is with another mediator than the one before."""
    held_by = list(mediation.sessions.order_by("-id").values_list("mediator_id", flat=True)[:2])
    return len(set(held_by)) > 1


def _start_term(customer: Customer, mediation: Mediation, kind: ClockKind, now: datetime) -> None:
    if not _runs(mediation, kind):
        start_within(customer=customer, mediation=mediation, kind=kind, now=now, due=mediation.term_ends_on)


def _runs(mediation: Mediation, kind: ClockKind) -> bool:
    return mediation.clocks.filter(kind=kind.value, ended_at__isnull=True).exists()


def accepted_within(*, customer: Customer, mediation: Mediation, actor: records.Actor, now: datetime) -> None:
    """Let the term of a mediation run from its acceptance, on a record the caller has locked; the caller derives.

    30 days (online mediation rules, article 24). Opening a session accepts as well: what is accepted stays so.
    """
    if mediation.kind != Kind.MEDIATION or mediation.accepted_at is not None:
        return
    mediation.accepted_at = now
    ends_on = today_of(customer, now) + timedelta(days=RULES[ClockKind.TERM].days)
    prolonged = mediation.extensions.filter(agrees=True).exists()
    # What both have agreed on is never made shorter by the acceptance, nor longer terms by an older agreement.
    mediation.term_ends_on = max(ends_on, mediation.term_ends_on) if prolonged and mediation.term_ends_on else ends_on
    mediation.save(update_fields=["accepted_at", "term_ends_on"])
    stop_within(mediation=mediation, kinds=[ClockKind.ACCEPTANCE], by=ClockEnd.DONE, now=now)
    start_within(customer=customer, mediation=mediation, kind=ClockKind.TERM, now=now, due=mediation.term_ends_on)
    records.append(
        customer=customer,
        kind="mediation.accepted",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={"mediation": mediation.id, "until": mediation.term_ends_on.isoformat()},
    )


def chosen_within(*, mediation: Mediation, now: datetime) -> None:
    """Stop the choice of talks whose parties have chosen alike, or sit with a mediator; the record is locked."""
    stop_within(mediation=mediation, kinds=[ClockKind.CHOICE], by=ClockEnd.DONE, now=now)


def over_within(*, mediation: Mediation, now: datetime) -> None:
    """Stop every clock of talks that end, on a record the caller has locked."""
    stop_within(mediation=mediation, kinds=ClockKind, by=ClockEnd.OVER, now=now)


def sweep(*, now: datetime) -> int:
    """Let choices lapse that nobody made, and warn each branch of what runs out. Return how many clocks that are.

    A choice that lapsed leaves the mediator to the organisation, as the rules say. What else is late stays on the
    lists until somebody has done it; the terms themselves end their talks (outcomes.expire).
    """
    try:
        _lapse(now)
    finally:
        warned = _warn(now)
    return warned


def _warn(now: datetime) -> int:
    near: dict[Branch, list[tuple[Standing, int]]] = defaultdict(list)
    rows = MediationClock.objects.filter(ended_at__isnull=True, due_on__lte=now.date() + FARTHEST)
    # One name that no key opens must not keep all branches from being warned.
    rows = rows.select_related("customer__branch").defer(*(f"customer__{name}" for name in sealed_of(Customer)))
    for row in rows.order_by("due_on", "id"):
        is_now = standing(row.kind, due=row.due_on, today=today_of(row.customer, now))
        if is_now is not Standing.RUNNING:
            near[row.customer.branch].append((is_now, row.mediation_id))
    for branch, found in near.items():
        late = sum(each is Standing.LATE for each, _ in found)
        detail = {"total": len(found), "overdue": late, "mediation": found[0][1]}
        alerts.raise_alert(kind=ALERT, detail=detail, now=now, branch=branch)
    for alert in Alert.objects.filter(kind=ALERT, resolved_at__isnull=True).select_related("branch"):
        if alert.branch not in near:
            alerts.clear(kind=ALERT, branch=alert.branch, now=now)
    return sum(len(found) for found in near.values())


def _lapse(now: datetime) -> None:
    """End the choices whose days are over, each under its record's lock and whatever became of the others."""
    rows = MediationClock.objects.filter(kind=ClockKind.CHOICE.value, ended_at__isnull=True, due_on__lte=now.date())

    @transaction.atomic(durable=True)
    def lapse(row: tuple[int, int]) -> None:
        mediation_id, customer_id = row
        customer = records.lock(customer_id=customer_id, now=now)
        clock = rows.filter(mediation_id=mediation_id).select_related("mediation").first()
        if clock is not None and clock.due_on < today_of(customer, now):
            stop_within(mediation=clock.mediation, kinds=[ClockKind.CHOICE], by=ClockEnd.LAPSED, now=now)

    sweeps.each(list(rows.values_list("mediation_id", "customer_id")), lapse)
