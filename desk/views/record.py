"""The record page: who this is and whether one may speak to them, what is true, what was told, what happened.

The page and each of its fragments are one template. A fragment is fetched alone at ``part/<name>/`` and carries the
version it shows, so the live feed replaces only what is older.
"""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from collections_app.domain.permits.decision import Decision
from collections_app.domain.risk import DANGERS
from collections_app.domain.staff import Department
from collections_app.domain.typed import number_of
from collections_app.models import ContactPoint, Staff
from collections_app.selectors import codes
from collections_app.services import clock, contact_points, contacts
from collections_app.services.emergencies import sentences
from collections_app.services.records import Actor
from collections_app.services.worklists import keeping
from collections_app.views.opening import open_record
from desk.selectors.beside import Beside
from desk.selectors.record import Record, others_looking
from desk.selectors.service import ServiceView
from desk.views import permit_words, timeline
from desk.views.actions import Action, actions
from desk.views.addresses import address
from desk.views.rows import claim_text, place_text
from desk.views.shell import Shell
from desk.views.worklist import list_context, read_list

# The number that was just asked for, shown once on the next page of whoever has no scripts.
SHOWN = "number_shown"
PARTS = {
    "main": "desk/record/_main.html",
    "side": "desk/record/_side.html",
    "timeline": "desk/record/_timeline.html",
    "why": "desk/record/_why.html",
    "accounts": "desk/record/_accounts.html",
    "actions": "desk/record/_actions.html",
}


def read_record(request: HttpRequest, customer_no: str) -> Record:
    """Open a record and return what its page shows. Raise what `open_record` raises."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    now = clock.now()
    return Record(
        customer=open_record(staff, customer_no, now=now),
        staff=staff,
        today=timezone.localtime(now).date(),
        now=now,
        wanted_account=number_of(request.GET.get("account", "")),
        wants_amounts=request.GET.get("amounts") == "1",
    )


@login_required
@require_safe
def record(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Show a record beside the list it was opened from. Opening it is logged as a look."""
    found = read_record(request, customer_no)
    context = _context(request, found)
    shell = Shell(request)
    listed = read_list(request, shell, queue=found.customer.queue)
    context |= list_context(listed, shell, current_no=customer_no)
    response = render(request, "desk/record/page.html", context)
    if found.claim is not None and found.claim.staff_id == found.staff.id:
        keeping.look(customer_id=found.customer.id, staff=found.staff, now=found.now)
    if found.is_new_look:
        contact_points.log_look(
            customer_id=found.customer.id, purpose="work", actor=Actor.of(found.staff), now=found.now
        )
    return response


@login_required
@require_safe
def part(request: HttpRequest, customer_no: str, name: str) -> HttpResponse:
    """Show one fragment of a record."""
    if name not in PARTS:
        raise Http404
    found = read_record(request, customer_no)
    return render(request, PARTS[name], _context(request, found))


@login_required
@require_POST
def reveal(request: HttpRequest, customer_no: str, point_id: int) -> HttpResponse:
    """Show one masked number whole; asking for it is logged."""
    found = read_record(request, customer_no)
    point = ContactPoint.objects.filter(id=point_id, customer=found.customer).first()
    if point is None:
        raise Http404
    contact_points.log_look(
        customer_id=found.customer.id, purpose=f"number:{point.id}", actor=Actor.of(found.staff), now=found.now
    )
    if request.headers.get("HX-Request"):
        return render(request, "desk/record/_number.html", {"point": point, "whole": True, "record": found})
    request.session[SHOWN] = point.id
    return HttpResponseRedirect(reverse("desk:record", args=[customer_no]))


def _context(request: HttpRequest, found: Record) -> dict[str, Any]:
    permit = _Permit(found)
    filters = request.GET
    service = ServiceView(found) if found.staff.department == Department.SERVICE else None

    def read_timeline() -> timeline.Timeline:
        return timeline.read(
            customer=found.customer,
            group=filters.get("kind", ""),
            department=filters.get("dept", ""),
            before=number_of(filters.get("before", "")),
            seen_until=found.seen_until,
            staff=None if found.risk else found.staff,
        )

    return {
        "record": found,
        "beside": Beside(found.customer, found.accounts, found.today, found.has, found.holds),
        "service": service,
        "service_last": lambda: timeline.item(service.last, None) if service and service.last else None,
        "customer": found.customer,
        "permit": permit,
        "timeline": read_timeline,
        "groups": timeline.GROUPS,
        "departments": timeline.DEPARTMENTS,
        "actions": _Actions(found, permit),
        "others": lambda: others_looking(customer=found.customer, staff=found.staff, now=found.now),
        "risk_words": sentences.of_risk() if found.risk else None,
        "dangers": DANGERS,
        "shown": request.session.pop(SHOWN, None) if SHOWN in request.session else None,
        "query": _list_query(request),
        "claimed": lambda: claim_text(found.claim, found.staff) if found.claim else "",
        "place": lambda: place_text(found.customer),
        "panels": _panels(found.customer.customer_no),
    }


def _panels(customer_no: str) -> dict[str, str]:
    """The panels other rooms give to this page, by address; a room that has none leaves none."""
    return {
        "messages": address("notifications:record", args=[customer_no]),
        "mediation": address("mediation:record", args=[customer_no]),
    }


def _list_query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("kind", "dept", "before"):
        kept.pop(name, None)
    return kept.urlencode()


class _Permit:
    """The permit of this moment, decided when a template first asks."""

    def __init__(self, found: Record) -> None:
        self._found = found

    @cached_property
    def _decision(self) -> Decision:
        return contacts.preview(
            customer=self._found.customer,
            channel="voice",
            purpose="collection",
            contact_point=self._found.number_to_call,
            actor=Actor.of(self._found.staff),
            now=self._found.now,
            book=codes.seen(),
        )

    @cached_property
    def banner(self) -> permit_words.Banner:
        """The decision in one sentence."""
        return permit_words.banner(self._decision)

    @property
    def waits_until(self) -> datetime | None:
        """When what stands in the way of a call ends by itself, such as the night."""
        return self._decision.until

    @cached_property
    def considered(self) -> list[permit_words.Considered]:
        """Every rule it considered."""
        return permit_words.considered(self._decision)


class _Actions:
    """What can be done, worked out when a template first asks."""

    def __init__(self, found: Record, permit: _Permit) -> None:
        self._record = found
        self._permit = permit

    @cached_property
    def _found(self) -> tuple[Action | None, list[Action]]:
        return actions(self._record, self._permit.banner)

    @property
    def primary(self) -> Action | None:
        """The one next right step."""
        return self._found[0]

    @property
    def others(self) -> list[Action]:
        """Everything else."""
        return self._found[1]
