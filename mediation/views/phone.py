"""A session by telephone: the script, who takes part and how far each telephone is, recording, and what came of it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from collections_app.domain.typed import number_of
from collections_app.models import Staff
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.again import again
from collections_app.views.once import once
from mediation.domain.conferences import TELEPHONE_OUTCOMES
from mediation.domain.route import Route
from mediation.domain.states import LIVE_SESSION
from mediation.models import Session, TelephoneRecord
from mediation.selectors import telephone as selectors
from mediation.selectors import wall
from mediation.services import conferences, telephone
from mediation.services.refusals import sentences
from mediation.services.sessions import conductor_of
from mediation.views.guards import staff_of, staff_only
from mediation.views.sessions import access
from notifications.domain.dials import MAY_RING
from notifications.providers.registry import voice_provider
from notifications.providers.twilio_voice.provider import TwilioVoiceProvider
from notifications.views.twilio import is_signed


def _held(request: HttpRequest, session_id: int) -> Session:
    """Return a session by telephone that this person holds, or answer 404."""
    row = access(request, session_id)
    if row.mode != Route.TELEPHONE or conductor_of(row).id != staff_of(request).id:
        raise Http404
    return row


def _to_phone(request: HttpRequest, session_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("mediation:phone", args=[session_id]))


@require_GET
@staff_only("mediation.conduct", "mediation.represent")
def phone(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show everything a session by telephone needs, to whoever holds it."""
    return _page(request, _held(request, session_id))


def _page(request: HttpRequest, row: Session, refused: RefusedError | None = None) -> HttpResponse:
    callers, agreed = selectors.callers_of(row), selectors.agreed_of(row)
    rule = selectors.recording_rule(row)
    provider, point = voice_provider(), selectors.number_point(row)
    stale = isinstance(refused, StaleWriteError)
    context = {
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "live": row.state in LIVE_SESSION,
        "script": selectors.script_of(row, language=get_language() or "zh"),
        "tail": row.customer.id_number[-4:],
        "callers": [
            (caller, agreed.get(caller.kind), caller.leg is not None and caller.leg.state in MAY_RING)
            for caller in callers
        ],
        "bridged": provider is not None and point is not None and not provider.carries(country=point.country),
        "rule": rule,
        "may_record": not selectors.why_no_recording(row, attested=False),
        "outcomes": TELEPHONE_OUTCOMES.keys(),
        "minutes": selectors.spoken_minutes(row),
        "records": _calls(row, staff_of(request)),
        "refused": sentences(refused) if refused and not stale else [],
        "changes": refused.changes if isinstance(refused, StaleWriteError) else [],
        "again": again(request, refused, back=reverse("mediation:phone", args=[row.id]))
        if isinstance(refused, StaleWriteError)
        else None,
    }
    return render(request, "mediation/phone.html", context, status=409 if refused else 200)


def _calls(row: Session, staff: Staff) -> list[TelephoneRecord]:
    """Return what was stated of the calls; nothing to whoever held the session before somebody else."""
    try:
        return wall.calls_of(session=row, staff=staff, now=clock.now())
    except wall.BehindTheWallError:
        return []


def _do(request: HttpRequest, session_id: int, act: Callable[[Session, Actor], object], said: str) -> HttpResponse:
    row = _held(request, session_id)
    try:
        act(row, Actor.of(staff_of(request)))
    except RefusedError as error:
        return _page(request, _held(request, session_id), error)
    messages.success(request, said)
    return _to_phone(request, session_id)


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=_to_phone)
def call_in(request: HttpRequest, session_id: int) -> HttpResponse:
    """Call one who takes part into the conference, once."""
    kind, seen = request.POST.get("kind", ""), number_of(request.POST.get("seen_version", "")) or 0

    def act(row: Session, actor: Actor) -> object:
        return conferences.call_in(session_id=row.id, kind=kind, actor=actor, seen_version=seen, now=clock.now())

    return _do(request, session_id, act, _("The call is asked for."))


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=_to_phone)
def consent(request: HttpRequest, session_id: int) -> HttpResponse:
    """Keep what one who takes part says to a recording."""
    kind, agrees = request.POST.get("kind", ""), request.POST.get("agrees") == "yes"

    def act(row: Session, actor: Actor) -> object:
        return telephone.state_consent(session_id=row.id, kind=kind, agrees=agrees, actor=actor, now=clock.now())

    return _do(request, session_id, act, _("The answer is kept."))


@require_POST
@staff_only("mediation.conduct", "mediation.represent")
@once(again=_to_phone)
def record(request: HttpRequest, session_id: int) -> HttpResponse:
    """Keep how long the call was and what came of it."""
    minutes = number_of(request.POST.get("minutes", ""))

    def act(row: Session, actor: Actor) -> object:
        return telephone.state_call(
            session_id=row.id, outcome=request.POST.get("outcome", ""), minutes=-1 if minutes is None else minutes,
            recording_ref=request.POST.get("recording_ref", ""), actor=actor, now=clock.now(),
        )  # fmt: skip

    return _do(request, session_id, act, _("The call is recorded."))


@csrf_exempt
@require_POST
def leg_status(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Take in one signed report on a leg. Anything not signed with the account's token changes nothing."""
    if not is_signed(request):
        return HttpResponse(status=403)
    provider = TwilioVoiceProvider()
    try:
        report = provider.parse_report({key: request.POST[key] for key in request.POST})
    except ValueError:
        return HttpResponse(status=400)
    conferences.receive(provider_code=provider.code, report=report, attempt=str(attempt), now=clock.now())
    return HttpResponse(status=204)
