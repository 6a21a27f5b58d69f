"""The workbench: a person's queues, and one of them as a list beside the record."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from collections_app.domain.next_steps import QUEUES
from collections_app.domain.staff import Scope
from collections_app.domain.typed import number_of
from collections_app.models import Staff
from collections_app.services import clock
from desk.selectors import worklist as lists
from desk.views.rows import RowText, texts
from desk.views.shell import Shell


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a queue in words, with what links and the live feed need."""

    queue: str
    counts: list[tuple[str, int]]
    total: int
    rows: list[RowText]
    next_after: str
    after: str
    live_list: str
    scope: str


def read_list(request: HttpRequest, *, queue: str) -> Listed:
    """Return the list a person asked for: ``?queue=…&after=priority.id``."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    after = _place(request.GET.get("after", ""))
    now = clock.now()
    today = timezone.localtime(now).date()
    found = lists.listing(staff=staff, queue=queue, after=after, today=today, now=now)
    return Listed(
        queue=found.queue,
        counts=[(name, found.counts[name]) for name in QUEUES if found.counts[name] or name == found.queue],
        total=found.counts[found.queue],
        rows=texts(list(found.rows), queue=found.queue, today=today),
        next_after=f"{found.next_after[0]}.{found.next_after[1]}" if found.next_after else "",
        after=f"{after[0]}.{after[1]}" if after else "",
        live_list="all" if staff.scope in {Scope.INSTITUTION, Scope.UNIT} else str(staff.branch_id or ""),
        scope=staff.scope,
    )


@login_required
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the workbench; with ``?part=list`` only the list, for the live feed.

    Who has no customers of their own has no list either, and goes on to the first of their rooms.
    """
    if request.user.scope == Scope.NONE:  # type: ignore[union-attr]  # pages here are for staff who are signed in
        return HttpResponseRedirect(Shell(request).home)
    listed = read_list(request, queue=request.GET.get("queue", ""))
    context = {"listed": listed, "current_no": request.GET.get("current", "")}
    if request.GET.get("part") == "list":
        return render(request, "desk/worklist/_list.html", context)
    return render(request, "desk/worklist/page.html", context)


def _place(text: str) -> tuple[int, int] | None:
    sign, plain = (-1, text[1:]) if text.startswith("-") else (1, text)
    priority, _, last_id = plain.partition(".")
    place = number_of(priority), number_of(last_id)
    return None if place[0] is None or place[1] is None else (sign * place[0], place[1])
