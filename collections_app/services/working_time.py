"""The deadline of work that one department gives to another, by the office of the customer's branch."""

from datetime import datetime

from collections_app.domain.quiet_hours import zone_of
from collections_app.domain.working_time import Office
from collections_app.domain.working_time import handoff_due_at as _due_at
from collections_app.models import Customer
from collections_app.selectors.rules import calendars
from collections_app.services import alerts

_ALERT = "calendar_unknown"


def handoff_due_at(*, customer: Customer, kind: str, minutes: int, now: datetime) -> datetime:
    """Return by when a hand-off of that kind must be done, in the working time of the customer's branch.

    Where the calendar does not reach, every day counts as worked, and an alert tells that branch's staff.
    """
    branch = customer.branch
    zone = zone_of(branch.time_zone)
    calendar = calendars(countries=[branch.country], around=now.astimezone(zone).date())[branch.country]
    office = Office(opens=branch.opens_at, closes=branch.closes_at, zone=zone, calendar=calendar)
    due_at = _due_at(kind=kind, minutes=minutes, office=office, now=now)
    if office.guessed_years:
        detail = {"country": branch.country, "years": sorted(office.guessed_years)}
        alerts.raise_alert(kind=_ALERT, detail=detail, now=now, branch=branch)
    return due_at
