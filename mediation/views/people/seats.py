"""What experts see: when and how they are asked to sit, their answer, and once they sit the table of that session.

Nothing else of a record.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from collections_app.views.once import once
from mediation.domain.law import USUAL_TYPE
from mediation.domain.sides import Part
from mediation.domain.states import LIVE_SESSION
from mediation.selectors import meetings, passages, wall
from mediation.selectors.people.experts import own_seats
from mediation.selectors.people.seated import panel_of, sitting
from mediation.selectors.sessions import account_of, positions_of
from mediation.services.people import panels
from mediation.services.refusals import sentences
from mediation.views.guards import staff_of, staff_only


def _page(request: HttpRequest, refused: RefusedError | None = None) -> HttpResponse:
    context = {
        "seats": list(own_seats(staff_of(request), now=clock.now())),
        "refused": sentences(refused) if refused else [],
    }
    return render(request, "mediation/people/seats.html", context, status=409 if refused else 200)


@require_GET
@staff_only("mediation.advise")
def seats(request: HttpRequest) -> HttpResponse:
    """Show the expert's seats, soonest first."""
    return _page(request)


def _again(request: HttpRequest, seat_id: int) -> HttpResponse:
    return redirect("mediation:seats")


@require_POST
@staff_only("mediation.advise")
@once(again=_again)
def answer(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Record whether the expert comes."""
    if not own_seats(staff_of(request), now=clock.now()).filter(id=seat_id).exists():
        raise Http404
    accepts = request.POST.get("accepts") == "yes"
    try:
        panels.answer(seat_id=seat_id, accepts=accepts, actor=Actor.of(staff_of(request)), now=clock.now())
    except RefusedError as error:
        return _page(request, error)
    messages.success(request, _("You sit in this session.") if accepts else _("Somebody else is asked."))
    return redirect("mediation:seats")


@require_GET
@staff_only("mediation.advise")
def seat_of(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show a session to an expert who sits in it: who is there, the way in, and what their role reads.

    404 before they accept, once the session is over or the seat another's, and for everybody else.
    """
    staff, now = staff_of(request), clock.now()
    people = ("session__mediation__account", "session__mediator__staff", "session__mediator__organisation")
    found = sitting(staff).filter(session=session_id).select_related(
        *people, "session__representative", "session__customer", "session__room__place"
    )  # fmt: skip
    seat = found.first()
    if seat is None:
        raise Http404
    row = seat.session
    try:
        reader = wall.at_session(session=row, staff=staff)
    except wall.BehindTheWallError as error:
        raise Http404 from error
    account = account_of(row)
    context: dict[str, Any] = {
        "seat": seat,
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "account": account,
        "panel": panel_of(row),
        "venue": meetings.venue_of(row) if row.mode == "meeting" else None,
        "open": row.state in LIVE_SESSION,
        "positions": positions_of(row),
        "passages": passages.passages_for(
            product=account.product, dispute_type=row.mediation.dispute_type or USUAL_TYPE
        ),
        "sheet": wall.facts_of(reader=reader, now=now),
        "reads_all": reader.reads(Part.NOTES),
        "now": now,
    }
    if reader.reads(Part.NOTES):
        context |= {
            "notes": wall.notes_of(session=row, reader=reader, now=now),
            "means": wall.means_of(reader=reader, now=now),
            "round": wall.round_of(reader=reader, now=now),
            "recordings": wall.recordings_of(session=row, reader=reader, now=now),
        }
    if row.mode == "meeting":
        context["minutes"] = wall.minutes_of(session=row, staff=staff, now=now)
    return render(request, "mediation/people/seat.html", context)
