"""An expert's own list: when and how they are asked to sit, and their answer. Nothing else of a record."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from collections_app.views.once import once
from mediation.selectors.people.experts import own_seats
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
