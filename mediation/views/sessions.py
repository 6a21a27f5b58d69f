"""The list of sessions, and one session as whoever holds it sees it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collections_app.domain.staff import Role
from collections_app.models import Staff
from collections_app.selectors.records import needs_purpose
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.again import again
from collections_app.views.once import once
from collections_app.views.paging import page_of
from mediation.domain.dates import CANCEL_REASONS
from mediation.domain.route import Route
from mediation.models import Session
from mediation.selectors import board, clocks, meetings, referrals, wall
from mediation.selectors import sessions as selectors
from mediation.services import acceptance, calls, notes, sessions
from mediation.services.refusals import sentences
from mediation.views.filed import sent
from mediation.views.guards import is_fragment, staff_of, staff_only

DAYS_ON_LIST = 14
# Nobody has a session further away, and the calendar of dates has ends.
FARTHEST = timedelta(days=3660)


def access(request: HttpRequest, session_id: int) -> Session:
    """Return one of the person's own sessions, or 404."""
    try:
        return selectors.access_session(staff=staff_of(request), session_id=session_id)
    except selectors.NoSuchSessionError as error:
        raise Http404 from error


@require_GET
@staff_only("mediation.conduct", "mediation.represent", "mediation.propose", "mediation.answer", "board.read")
def sessions_by_day(request: HttpRequest) -> HttpResponse:
    """Show the sessions of two weeks by day, from ``?from=YYYY-MM-DD``."""
    staff = staff_of(request)
    now = clock.now()
    today = now.astimezone(selectors.BANK_ZONE).date()
    try:
        first = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        first = today
    if abs(first - today) > FARTHEST:
        first = today
    part = "#days" if is_fragment(request) else ""
    wishes = referrals.wishes_waiting(staff, now=now)
    within = board.within(staff=staff, first=first, days=DAYS_ON_LIST, now=now)
    listed = page_of(request, within, name="days")
    running_out = page_of(request, clocks.running_out(staff, now=now), name="clocks")
    running_out.object_list = clocks.read(running_out.object_list, now=now)
    untold = page_of(request, board.untold_of(staff, now=now), name="untold")
    own = selectors.own(staff).filter(id__in=[row.id for row in (*listed, *untold)])
    return render(
        request,
        f"mediation/sessions.html{part}",
        {
            "listed": listed,
            "days": board.by_day(within, shown=list(listed)),
            "waiting": page_of(request, board.waiting_for(staff, now=now), name="waiting"),
            "run": board.last_run(staff),
            "running_out": running_out,
            "untold": untold,
            "wishes": page_of(request, wishes if staff.may("mediation.propose") else wishes.none(), name="wishes"),
            "may_propose": staff.may("mediation.propose"),
            # A mediator opens sessions, and no record.
            "only_own": staff.role == Role.MEDIATOR,
            "own_ids": set(own.values_list("id", flat=True)),
            "first": first,
            "last": first + timedelta(days=DAYS_ON_LIST - 1),
            "earlier": first - timedelta(days=DAYS_ON_LIST),
            "later": first + timedelta(days=DAYS_ON_LIST),
            "today": today,
            "needs_purpose": needs_purpose(staff),
            "holds_sessions": staff.may("mediation.conduct") or staff.may("mediation.represent"),
            "may_seal": staff.may("mediation.conduct"),
        },
    )


@require_GET
@staff_only("mediation.conduct", "mediation.represent")
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show one session to its mediator or the bank's representative."""
    return session_page(request, access(request, session_id))


def session_page(
    request: HttpRequest,
    row: Session,
    *,
    refused: RefusedError | None = None,
    note: str = "",
    number: str = "",
) -> HttpResponse:
    """Return the page of a session; a refusal is shown on it with 409 and what was typed is kept."""
    staff = staff_of(request)
    reader = _at_the_table(row, staff)
    behind_the_wall = reader is not None and reader.is_mediator
    walled = wall.notes_of(session=row, reader=reader, now=clock.now()) if reader and behind_the_wall else []
    context = {
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "account": selectors.account_of(row),
        "venue": meetings.venue_of(row) if row.mode == Route.MEETING else None,
        "positions": selectors.positions_of(row),
        "clocks": clocks.of_talks(row.mediation, now=clock.now()),
        "notes": walled,
        "behind_the_wall": behind_the_wall,
        "has_desk": reader is not None,
        "holds_it": sessions.conductor_of(row).id == staff.id,
        "note": note,
        "number": number,
        "refused": sentences(refused) if refused and not isinstance(refused, StaleWriteError) else [],
        "changes": refused.changes if isinstance(refused, StaleWriteError) else [],
        "again": again(request, refused, back=to_session(request, row.id).url)
        if isinstance(refused, StaleWriteError)
        else None,
        "agreement": getattr(row, "agreement", None),
        "cancel_reasons": [(code, term.text(get_language() or "zh")) for code, term in CANCEL_REASONS.items()],
        "drafts_shown": list(row.drafts.order_by("-version")),
        "now": clock.now(),
    }
    return render(request, "mediation/session.html", context, status=409 if refused else 200)


def _at_the_table(row: Session, staff: Staff) -> wall.Reader | None:
    """Return what a person is in a session with a wall, or None: the bank's own talks have none."""
    try:
        return wall.at_session(session=row, staff=staff)
    except wall.BehindTheWallError:
        return None


def _act(request: HttpRequest, session_id: int, action: Callable[..., Session], said: str, **more: str) -> HttpResponse:
    row = access(request, session_id)
    try:
        action(
            session_id=row.id,
            actor=Actor.of(staff_of(request)),
            seen_version=_seen(request),
            now=clock.now(),
            **more,
        )
    except RefusedError as error:
        return session_page(request, access(request, session_id), refused=error)
    messages.success(request, said)
    return to_session(request, session_id)


def to_session(request: HttpRequest, session_id: int) -> HttpResponseRedirect:
    """Go to the page of a session."""
    return HttpResponseRedirect(reverse("mediation:session", args=[session_id]))


def _seen(request: HttpRequest) -> int:
    """The version the page was drawn from; a page without one has seen nothing and is refused."""
    try:
        return int(request.POST.get("seen_version", ""))
    except ValueError:
        return 0


def _dialled(request: HttpRequest, session_id: int) -> HttpResponse:
    row = access(request, session_id)
    return session_page(request, row, number=selectors.last_dialled(session=row, staff=staff_of(request)))


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=_dialled)
def dial(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show the number to dial, once, under a permit."""
    row = access(request, session_id)
    actor = Actor.of(staff_of(request))
    try:
        point = calls.dial(session_id=row.id, actor=actor, seen_version=_seen(request), now=clock.now())
    except RefusedError as error:
        return session_page(request, access(request, session_id), refused=error)
    return session_page(request, access(request, session_id), number=point.value)


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=to_session)
def begin(request: HttpRequest, session_id: int) -> HttpResponse:
    """Open a session: the customer is there and agrees to talk."""
    return _act(request, session_id, sessions.begin, _("The session is open."))


@require_POST
@staff_only("mediation.conduct")
@once(again=to_session)
def accept(request: HttpRequest, session_id: int) -> HttpResponse:
    """Accept a case as its mediator: its term runs from now on."""
    row = access(request, session_id)
    actor = Actor.of(staff_of(request))
    try:
        acceptance.accept(session_id=row.id, actor=actor, seen_version=_seen(request), now=clock.now())
    except RefusedError as error:
        return session_page(request, access(request, session_id), refused=error)
    messages.success(request, _("You have accepted the case; its term runs from today."))
    return to_session(request, session_id)


@require_GET
@staff_only("mediation.conduct", "mediation.represent")
def filed(request: HttpRequest, session_id: int, filed_id: int) -> HttpResponse:
    """Give a paper that a side has filed to the session's mediator or the bank's representative."""
    return sent(referrals.paper(mediation=access(request, session_id).mediation, paper_id=filed_id))


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=to_session)
def miss(request: HttpRequest, session_id: int) -> HttpResponse:
    """Record that the customer did not come."""
    return _act(request, session_id, sessions.miss, _("The absence is recorded."))


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=to_session)
def cancel(request: HttpRequest, session_id: int) -> HttpResponse:
    """Ask for another date."""
    said = _("The hours are given back; another date is looked for.")
    return _act(request, session_id, sessions.cancel, said, because=request.POST.get("because", "other"))


@require_POST
@staff_only("mediation.conduct")
@once(again=to_session)
def add_note(request: HttpRequest, session_id: int) -> HttpResponse:
    """Write a note behind the wall."""
    row = access(request, session_id)
    text = request.POST.get("text", "")
    now: datetime = clock.now()
    staff: Staff = staff_of(request)
    try:
        notes.add(session_id=row.id, text=text, actor=Actor.of(staff), now=now)
    except RefusedError as error:
        return session_page(request, row, refused=error, note=text)
    return to_session(request, session_id)
