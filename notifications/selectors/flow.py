"""The flow of a day's messages: from planned to what became of them, for a picture and its table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from collections_app.models import Staff
from collections_app.selectors.alerts import open_alerts
from notifications.domain.lifecycle import MessageState
from notifications.models import PlanRun
from notifications.selectors.outbox import scoped

_S = MessageState
# Alerts that speak of sending.
ALERTS = (
    "sender_stopped", "sender_avoided", "sending_halted", "sends_unknown", "receipts_contradict", "messages_unjudged",
    "no_route", "texts_faulty",
)  # fmt: skip
_WAITS = frozenset({_S.PLANNED, _S.DUE, _S.DEFERRED, _S.CLAIMED, _S.FAILED_TRANSIENT})
_OPEN = sorted(state.value for state in _WAITS | {_S.UNKNOWN})
# Nothing is sent so long after its hour.
_LATE = timedelta(days=7)
_LEFT = frozenset({_S.ACCEPTED, _S.SENT, _S.DELIVERED, _S.UNDELIVERED, _S.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Stream:
    """So many messages went from one station to the next: a code of FLOW_STATIONS, or ``reason:<code>``."""

    source: str
    target: str
    number: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day's messages: by state, by why they did not go, and as streams."""

    on: date
    states: Counter[str]
    reasons: Counter[tuple[str, str]]
    streams: Sequence[Stream]

    @property
    def total(self) -> int:
        return self.states.total()


@dataclass(frozen=True, slots=True)
class Running:
    """A run of the planner: how far it is, and how many a minute it looks at."""

    run: PlanRun
    percent: int
    a_minute: int


def day(*, staff: Staff, on: date, now: datetime) -> Day:
    """Return the flow of a day's messages in this person's scope, in one query: of what was due on it, and of what was
    due before and was handed over or ended on it, or still waits.
    """
    begins = timezone.make_aware(datetime.combine(on, time.min))
    ends = begins + timedelta(days=1)
    that_day = Q(due_at__gte=begins) | Q(accepted_at__gte=begins, accepted_at__lt=ends)
    that_day |= Q(ended_at__gte=begins, ended_at__lt=ends) | Q(ended_at__isnull=True, state__in=_OPEN)
    rows = scoped(staff, now=now).filter(that_day, due_at__gte=begins - _LATE, due_at__lt=ends).order_by()
    states: Counter[str] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    for state, reason, number in (
        rows.values("state", "reason").annotate(n=Count("id")).values_list("state", "reason", "n")
    ):
        states[state] += number
        if reason and state in {_S.REFUSED, _S.CANCELLED, _S.FAILED_PERMANENT}:
            reasons[state, reason] += number
    return Day(on, states, reasons, _streams(states, reasons))


def _streams(states: Counter[str], reasons: Counter[tuple[str, str]]) -> list[Stream]:
    found = [
        Stream("planned", "waiting", sum(states[state] for state in _WAITS)),
        Stream("planned", "handed_over", sum(states[state] for state in _LEFT)),
        *(Stream("planned", state.value, states[state]) for state in (_S.REFUSED, _S.CANCELLED, _S.FAILED_PERMANENT)),
        Stream("handed_over", "on_the_way", states[_S.ACCEPTED] + states[_S.SENT]),
        *(Stream("handed_over", state.value, states[state]) for state in (_S.DELIVERED, _S.UNDELIVERED, _S.UNKNOWN)),
        *(Stream(state, f"reason:{reason}", number) for (state, reason), number in reasons.most_common()),
    ]
    return [stream for stream in found if stream.number]


def alerts(staff: Staff) -> int:
    """Return how many open alerts about sending concern this person."""
    return open_alerts(staff).filter(kind__in=ALERTS).count()


def runs(*, on: date) -> list[Running]:
    """Return the newest run of the planner over each kind of a day; of a running one, how fast it goes."""
    return [_running(run) for run in PlanRun.objects.filter(on=on).order_by("kind")]


def _running(run: PlanRun) -> Running:
    seconds = max((run.moved_at - run.started_at).total_seconds(), 0.001)
    percent = 100 if run.finished_at else min(100 * run.seen // max(run.total, 1), 99)
    return Running(run, percent, round(60 * run.seen / seconds) if run.seen else 0)
