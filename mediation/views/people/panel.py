"""The panel of a session: its seats, the mediator's disclosures, and standing down."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.again import again
from collections_app.views.once import once
from mediation.models import Disclosure, Session
from mediation.selectors.people import panels as selectors
from mediation.services.people import disclosures, panels, standing
from mediation.services.refusals import sentences
from mediation.views.guards import seen_version, staff_of, staff_only

_TYPED = ("role", "expert", "reason", "interest", "text")
READERS = ("mediation.conduct", "mediation.represent", "mediation.panel")


def access(request: HttpRequest, session_id: int) -> Session:
    """Return a session whose panel this person reads, or 404."""
    try:
        return selectors.access_panel(staff=staff_of(request), session_id=session_id, now=clock.now())
    except selectors.NoSuchPanelError as error:
        raise Http404 from error


@require_GET
@staff_only(*READERS)
def panel(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show the panel of a session to its mediator, the bank's representative and whoever manages panels."""
    return _page(request, access(request, session_id))


def _page(request: HttpRequest, row: Session, refused: RefusedError | None = None) -> HttpResponse:
    staff = staff_of(request)
    stale = isinstance(refused, StaleWriteError)
    context = {
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "panel": selectors.read(session=row, staff=staff, now=clock.now()),
        "typed": {name: request.POST.get(name, "") if refused else "" for name in _TYPED},
        "refused": sentences(refused) if refused and not stale else [],
        "changes": refused.changes if isinstance(refused, StaleWriteError) else [],
        "again": again(request, refused, back=_to(row.id).url) if isinstance(refused, StaleWriteError) else None,
    }
    return render(request, "mediation/people/panel.html", context, status=409 if refused else 200)


def _to(session_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("mediation:panel", args=[session_id]))


def _again(request: HttpRequest, session_id: int) -> HttpResponse:
    return _to(session_id)


def _waived(request: HttpRequest, session_id: int, disclosure_id: int) -> HttpResponse:
    return _to(session_id)


def _act(request: HttpRequest, session_id: int, write: Callable[[Session], object], said: str) -> HttpResponse:
    row = access(request, session_id)
    try:
        write(row)
    except RefusedError as error:
        return _page(request, access(request, session_id), error)
    messages.success(request, said)
    try:
        access(request, session_id)
    except Http404:
        # Whoever stood down has this session no more.
        return HttpResponseRedirect(reverse("mediation:sessions"))
    return _to(session_id)


def _number(request: HttpRequest, name: str) -> int | None:
    """Return a number that was sent, or None for an empty or unreadable one."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@require_POST
@staff_only("mediation.conduct", "mediation.panel")
@once(again=_again)
def seat(request: HttpRequest, session_id: int) -> HttpResponse:
    """Give a role to another expert, add one, or leave it out."""
    return _act(
        request,
        session_id,
        lambda row: panels.assign(
            session_id=row.id,
            role=request.POST.get("role", ""),
            expert_id=_number(request, "expert"),
            reason=request.POST.get("reason", ""),
            actor=Actor.of(staff_of(request)),
            seen_version=seen_version(request),
            now=clock.now(),
        ),
        _("The panel is changed."),
    )


@require_POST
@staff_only("mediation.conduct")
@once(again=_again)
def declare(request: HttpRequest, session_id: int) -> HttpResponse:
    """Record the mediator's declaration."""
    return _act(
        request,
        session_id,
        lambda row: disclosures.declare(
            session_id=row.id,
            interest=request.POST.get("interest") == "yes",
            text=request.POST.get("text", ""),
            actor=Actor.of(staff_of(request)),
            seen_version=seen_version(request),
            now=clock.now(),
        ),
        _("The declaration is recorded."),
    )


@require_POST
@staff_only("mediation.represent", "mediation.panel")
@once(again=_waived)
def waive(request: HttpRequest, session_id: int, disclosure_id: int) -> HttpResponse:
    """Accept a disclosure for the bank."""
    row = access(request, session_id)
    if not Disclosure.objects.filter(id=disclosure_id, mediation=row.mediation_id).exists():
        raise Http404
    return _act(
        request,
        session_id,
        lambda _row: disclosures.waive_for_bank(
            disclosure_id=disclosure_id,
            actor=Actor.of(staff_of(request)),
            seen_version=seen_version(request),
            now=clock.now(),
        ),
        _("The bank agrees that the mediator goes on."),
    )


@require_POST
@staff_only("mediation.conduct", "mediation.panel")
@once(again=_again)
def stand_down(request: HttpRequest, session_id: int) -> HttpResponse:
    """Take the mediator off the session; another one is looked for."""
    return _act(
        request,
        session_id,
        lambda row: standing.stand_down(
            session_id=row.id,
            reason=request.POST.get("reason", ""),
            actor=Actor.of(staff_of(request)),
            seen_version=seen_version(request),
            now=clock.now(),
        ),
        _("The mediator has stood down; another one and a date are looked for."),
    )
