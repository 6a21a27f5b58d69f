"""The clock of a hand-off: when it is due, when it stands still, and when it climbs the next step."""

from datetime import datetime

from collections_app.domain.handoffs import STILL_OPEN, Clock, HandOffRule, HandOffState
from collections_app.models import Customer, HandOff
from collections_app.selectors import codes
from collections_app.services import working_time


def begin(*, customer: Customer, handoff: HandOff, due_at: datetime | None, now: datetime) -> None:
    """Set deadline and first step of a hand-off that comes in now; ``due_at`` is the hour agreed, if one was."""
    rule = _rule(handoff)
    handoff.clock_from = now
    handoff.due_at = due_at or working_time.due_at(customer=customer, clock=rule.clock, minutes=rule.minutes, now=now)
    climb_from(customer=customer, handoff=handoff, now=now)


def follow(*, customer: Customer, handoff: HandOff, before: HandOffState, now: datetime) -> None:
    """Let the clock follow the state the hand-off has just entered.

    It stands still only while the customer has to bring something, and only where the bank itself set the deadline.
    What is contested gets the bank's deadline anew and climbs at once; one set by law goes on.
    """
    state, rule = HandOffState(handoff.state), _rule(handoff)
    if before is HandOffState.WAITING and handoff.waiting_since is not None:
        handoff.due_at = working_time.moved_on(
            customer=customer, due=handoff.due_at, waited_since=handoff.waiting_since, now=now
        )
        handoff.waiting_since = None
    if state not in STILL_OPEN:
        handoff.escalate_at = None
        return
    if state is HandOffState.WAITING and rule.may_pause:
        handoff.waiting_since, handoff.escalate_at = now, None
        return
    if state is HandOffState.CONTESTED:
        _anew(customer, handoff, rule, now)
        return
    if rule.then_minutes and before is HandOffState.OPEN and state is not HandOffState.RETURNED:
        # The first step was the urgent one; the rest has the office's time.
        handoff.due_at = working_time.due_at(
            customer=customer, clock=Clock.WORKING, minutes=rule.then_minutes, now=handoff.opened_at
        )
    climb_from(customer=customer, handoff=handoff, now=now)


def _anew(customer: Customer, handoff: HandOff, rule: HandOffRule, now: datetime) -> None:
    handoff.level, handoff.escalated_to, handoff.clock_from = 0, None, now
    if rule.clock is not Clock.CALENDAR:
        handoff.due_at = working_time.due_at(customer=customer, clock=Clock.WORKING, minutes=rule.minutes, now=now)
    handoff.escalate_at = now


def due_by(*, customer: Customer, handoff: HandOff, start: datetime, due_at: datetime, now: datetime) -> None:
    """Give an open hand-off a deadline counted elsewhere, and let it climb from the beginning by that; saves it."""
    handoff.due_at, handoff.clock_from = due_at, start
    handoff.level, handoff.escalated_to, handoff.breached_at = 0, None, None
    climb_from(customer=customer, handoff=handoff, now=now)
    handoff.save(update_fields=["due_at", "clock_from", "level", "escalated_to", "breached_at", "escalate_at"])


def climb_from(*, customer: Customer, handoff: HandOff, now: datetime) -> None:
    """Set when the hand-off climbs from the level it has."""
    handoff.escalate_at = working_time.climbs_at(
        customer=customer,
        rule=_rule(handoff),
        level=handoff.level,
        start=handoff.clock_from or handoff.opened_at,
        due=handoff.due_at,
        now=now,
    )


def _rule(handoff: HandOff) -> HandOffRule:
    return codes.seen().handoffs[handoff.kind]
