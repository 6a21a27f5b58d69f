"""How mediations went, in figures."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collections_app.services import clock
from mediation.selectors.people.statistics import figures
from mediation.selectors.sessions import BANK_ZONE
from mediation.views.guards import staff_of, staff_only

# A quarter, when nobody asks for other days.
_SHOWN = timedelta(days=90)
_LONGEST = timedelta(days=3660)


@require_GET
@staff_only("board.read")
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures of mediations proposed from ``?from=`` to ``?to=``, in the person's reach."""
    now = clock.now()
    today = now.astimezone(BANK_ZONE).date()
    last = _day(request, "to", today)
    first = _day(request, "from", last - _SHOWN)
    if abs(last - today) > _LONGEST or not timedelta() <= last - first <= _LONGEST:
        first, last = today - _SHOWN, today
    found = figures(staff=staff_of(request), first=first, last=last, now=now)
    context = {"figures": found, "whole": [found.whole], "first": first, "last": last}
    return render(request, "mediation/people/statistics.html", context)


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
