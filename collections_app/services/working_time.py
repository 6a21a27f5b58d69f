"""The deadline of work that one department gives to another, by the office of the customer's branch."""

from datetime import datetime, timedelta

from collections_app.domain import working_time as rules
from collections_app.domain.handoffs import Clock, HandOffRule
from collections_app.domain.quiet_hours import zone_of
from collections_app.domain.working_time import Office
from collections_app.models import Customer
from collections_app.selectors import codes
from collections_app.selectors.rules import calendars
from collections_app.services import alerts

_ALERT = "calendar_unknown"


def due_at(*, customer: Customer, clock: Clock, minutes: int, now: datetime) -> datetime:
    """Return by when work must be done that came in at ``now``, in the working time of the customer's branch.

    Where the calendar does not reach, every day counts as worked, and an alert tells that branch's staff.
    """
    office = _office(customer, now)
    due = rules.due_at(clock=clock, minutes=minutes, office=office, now=now)
    _warn(office, customer, now)
    return due


def hours_to_call(*, customer: Customer, days: int, now: datetime) -> list[datetime]:
    """Return the full hours of so many working days, from an hour from now on, at which the branch can call back."""
    return _office(customer, now).full_hours(now + timedelta(hours=1), days=days)


def moved_on(*, customer: Customer, due: datetime, waited_since: datetime, now: datetime) -> datetime:
    """Return a deadline moved on by the working time that passed since ``waited_since``."""
    return rules.moved_on(due=due, waited_since=waited_since, office=_office(customer, now), now=now)


def climbs_at(
    *, customer: Customer, rule: HandOffRule, level: int, start: datetime, due: datetime, now: datetime
) -> datetime | None:
    """Return when work climbs from a level to the next one up, or None above the last."""
    steps = codes.seen().escalation
    if level >= len(steps):
        return None
    if level == 0 and rule.urgent:
        return start
    office = _office(customer, now)
    return rules.share_at(clock=rule.clock, percent=steps[level].percent, start=start, due=due, office=office)


def _office(customer: Customer, now: datetime) -> Office:
    branch = customer.branch
    zone = zone_of(branch.time_zone)
    calendar = calendars(countries=[branch.country], around=now.astimezone(zone).date())[branch.country]
    return Office(opens=branch.opens_at, closes=branch.closes_at, zone=zone, calendar=calendar)


def _warn(office: Office, customer: Customer, now: datetime) -> None:
    if office.guessed_years:
        branch = customer.branch
        detail = {"country": branch.country, "years": sorted(office.guessed_years)}
        alerts.raise_alert(kind=_ALERT, detail=detail, now=now, branch=branch)
