"""The board: today's figures."""

from collections import Counter
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.views.decorators.http import require_safe

from collections_app.domain.purposes import CHANNELS
from collections_app.domain.reasons import REASONS
from collections_app.domain.staff import DEPARTMENTS
from collections_app.domain.terms import TermList
from collections_app.models import Branch, Staff
from collections_app.selectors.alerts import open_alerts
from collections_app.services import clock
from notifications.domain.lifecycle import MESSAGE_STATES
from oversight.selectors import board as figures
from oversight.services import board as keeping
from oversight.views.guard import for_staff

# The columns of the table of branches, with the group each belongs to.
GROUPS: tuple[tuple[Promise, tuple[tuple[str, Promise], ...]], ...] = (
    (
        pgettext_lazy("board", "Cases"),
        (
            ("cases_open", pgettext_lazy("board", "Open")),
            ("cases_opened", pgettext_lazy("board", "Opened")),
            ("cases_closed", pgettext_lazy("board", "Closed")),
        ),
    ),
    (
        pgettext_lazy("board", "Contacts"),
        (
            ("contacts", pgettext_lazy("board", "Made")),
            ("refusals", pgettext_lazy("board", "Refused")),
            ("on_the_line", pgettext_lazy("board", "On the line")),
        ),
    ),
    (
        pgettext_lazy("board", "Promises"),
        (
            ("promises_due", pgettext_lazy("board", "Due")),
            ("promises_kept", pgettext_lazy("board", "Kept")),
            ("promises_broken", pgettext_lazy("board", "Broken")),
        ),
    ),
    (
        pgettext_lazy("board", "Plans"),
        (
            ("plans_in_force", pgettext_lazy("board", "In force")),
            ("plans_agreed", pgettext_lazy("board", "Agreed")),
            ("plans_breached", pgettext_lazy("board", "Breached")),
        ),
    ),
    (
        pgettext_lazy("board", "Messages"),
        (("messages", pgettext_lazy("board", "Today")), ("messages_unknown", pgettext_lazy("board", "Unknown"))),
    ),
    (
        pgettext_lazy("board", "Told"),
        (("told_wrong", pgettext_lazy("board", "Wrong")), ("told_orally", pgettext_lazy("board", "Orally only"))),
    ),
    (
        pgettext_lazy("board", "Payments"),
        (("payments", pgettext_lazy("board", "Number")), ("payments_fen", pgettext_lazy("board", "Yuan"))),
    ),
)
# The hours a chart of contacts always shows, so that an empty morning is seen as one.
FIRST_HOUR, LAST_HOUR = 8, 21


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch's line: its cells in the order of the columns, and which of them are money."""

    name: str
    cells: list[tuple[str, int]]


@for_staff("board.read")
@require_safe
def today(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the figures of the bank's day, of all branches in one's scope or of the one named."""
    named = request.GET.get("branch", "")
    now = clock.now()
    asked = request.GET.get("all") == "now"
    all_now = asked and not keeping.keep_anew(now=now)
    board = figures.today(staff=staff, now=now, branch_code=named, all_now=all_now)
    if named and not board.branches:
        raise Http404
    context = {
        "board": board,
        "now": now,
        "named": named,
        "choices": list(figures.branches_of(staff)),
        "total": board.total,
        "groups": GROUPS,
        "rows": [_row(branch, board.rows[branch.pk]) for branch in board.branches],
        "totals": _cells(board.total),
        "channels": _contacts(board),
        "departments": [department for department in DEPARTMENTS if _has(board, department)],
        "hours": _hours(board),
        "chart_channels": _words(CHANNELS, _channels(board)),
        "refusals": _counted(REASONS, board.refusals),
        "message_states": _counted(MESSAGE_STATES, board.messages),
        "alerts": open_alerts(staff).count(),
    }
    part = "#figures" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"oversight/today.html{part}", context)


def _row(branch: Branch, counted: Counter[str]) -> BranchRow:
    return BranchRow(branch.name, _cells(counted))


def _cells(counted: Counter[str]) -> list[tuple[str, int]]:
    return [(name, counted[name]) for _group, columns in GROUPS for name, _label in columns]


def _words(terms: TermList, codes: list[str]) -> list[str]:
    language = get_language() or "zh-hans"
    return [terms[code].text(language) if code in terms else code for code in codes]


def _counted(terms: TermList, counted: Counter[str]) -> list[tuple[str, int]]:
    """Return each code in words with its number, the largest first."""
    common = counted.most_common()
    return list(
        zip(_words(terms, [code for code, _number in common]), [number for _code, number in common], strict=True)
    )


def _channels(board: figures.Board) -> list[str]:
    used = {channel for channel, _department in board.contacts}
    return [channel for channel in CHANNELS if channel in used] or ["sms", "voice"]


def _has(board: figures.Board, department: str) -> bool:
    return any(of == department for _channel, of in board.contacts)


def _contacts(board: figures.Board) -> list[tuple[str, list[int]]]:
    """Return one line per channel: its name, and the contacts of each department that made any."""
    departments = [department for department in DEPARTMENTS if _has(board, department)]
    used = [channel for channel in _channels(board) if any(of == channel for of, _department in board.contacts)]
    lines = [[board.contacts[channel, department] for department in departments] for channel in used]
    return list(zip(_words(CHANNELS, used), lines, strict=True))


def _hours(board: figures.Board) -> list[tuple[str, list[int]]]:
    """Return one line per hour of the day: its name, and the contacts of each channel."""
    seen = [hour for hour, _channel in board.hours]
    first, last = min([FIRST_HOUR, *seen]), max([LAST_HOUR, *seen])
    channels = _channels(board)
    return [(f"{hour}:00", [board.hours[hour, channel] for channel in channels]) for hour in range(first, last + 1)]
