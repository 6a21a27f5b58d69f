"""The workbench: a person's views, and one of them as a list beside the record."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from collections_app.domain.staff import Scope
from collections_app.domain.typed import number_of
from collections_app.domain.worklists.orders import ORDERS
from collections_app.models import CaseClaim, Staff
from collections_app.selectors import case_claims, saved_queues
from collections_app.services import clock
from desk.selectors import worklist as lists
from desk.views.row_lines import lines
from desk.views.rows import RowText, texts
from desk.views.shell import Shell
from desk.views.worklist_filters import Chip, chips, read, view_name


@dataclass(frozen=True, slots=True)
class ViewLink:
    """One view of the list of views: its key, name and size."""

    key: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a view in words, with what links and the live feed need.

    ``query`` is the address's query that shows the same view with the same conditions, from its top.
    """

    key: str
    name: str
    broken: bool
    queues: list[ViewLink]
    kept: list[ViewLink]
    chips: list[Chip]
    wrong: list[str]
    order: str
    total: int
    rows: list[RowText]
    next_after: str
    after: str
    query: str
    plain_query: str
    live_list: str
    scope: str
    own_claim: CaseClaim | None


def read_list(request: HttpRequest, shell: Shell, *, queue: str = "") -> Listed:
    """Return the list a person asked for: ``?queue=…&stage=…&after=value.id``; without a queue, ``queue``."""
    staff: Staff = request.user  # type: ignore[assignment]  # pages here are for staff who are signed in
    now = clock.now()
    after = place_of(request.GET.get("after", ""))
    today = timezone.localtime(now).date()
    chosen = read(request.GET, key=request.GET.get("queue", "")[:24] or queue)
    views = saved_queues.views(staff)
    found = lists.listing(
        staff=staff,
        views=views,
        wanted=chosen.key,
        conditions=chosen.conditions,
        order=chosen.order,
        after=after,
        going_on=shell.in_force,
        now=now,
        today=today,
    )
    claims = staff.may("case.claim") and shell.glance is not None and shell.glance.holds_a_claim
    key = found.view.key
    chosen = chosen.upon(key)
    links = [ViewLink(view.key, view_name(view), found.counts[view.key]) for view in views]
    saved = {view.key for view in views if view.saved}
    return Listed(
        key=key,
        name=view_name(found.view),
        broken=found.view.broken,
        queues=[link for link in links if link.key not in saved and (link.number or link.key == key)],
        kept=[link for link in links if link.key in saved],
        chips=chips(chosen),
        wrong=list(chosen.wrong),
        order=ORDERS[found.shown.order].text(get_language() or "zh-hans"),
        total=found.total,
        rows=texts(found.rows, staff=staff, today=today),
        next_after=f"{found.next_after[0]}.{found.next_after[1]}" if found.next_after else "",
        after=f"{after[0]}.{after[1]}" if after else "",
        query=chosen.query,
        plain_query=chosen.plain,
        live_list="all" if staff.scope in {Scope.INSTITUTION, Scope.UNIT} else str(staff.branch_id or ""),
        scope=staff.scope,
        own_claim=case_claims.own(staff=staff, now=now) if claims else None,
    )


def list_context(listed: Listed, shell: Shell, *, current_no: str) -> dict[str, object]:
    """Return what the templates of a list need; ``current_no`` is the record that stands open beside it.

    The list and what stands around the page read the same incidents, once.
    """
    return {
        "listed": listed,
        "row_lines": lines(listed.rows, query=listed.query, after=listed.after, current_no=current_no),
        "current_no": current_no,
        "shell": shell,
    }


@login_required
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the workbench; with ``?part=list`` only the list, for the live feed.

    Who has no customers of their own has no list either, and goes on to the first of their rooms.
    """
    shell = Shell(request)
    if request.user.scope == Scope.NONE:  # type: ignore[union-attr]  # pages here are for staff who are signed in
        return HttpResponseRedirect(shell.home)
    context = list_context(read_list(request, shell), shell, current_no=request.GET.get("current", ""))
    if request.GET.get("part") == "list":
        return render(request, "desk/worklist/_list.html", context)
    return render(request, "desk/worklist/page.html", context)


def place_of(text: str) -> tuple[int, int] | None:
    """Return the place in a list that an address names, ``value.id``, or None when it names none."""
    sign, plain = (-1, text[1:]) if text.startswith("-") else (1, text)
    value, _, last_id = plain.partition(".")
    place = number_of(value), number_of(last_id)
    return None if place[0] is None or place[1] is None else (sign * place[0], place[1])
