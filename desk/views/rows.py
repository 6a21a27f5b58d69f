"""How a row of the worklist is put into words: why it is where it is, and what comes next."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_app.templatetags.terms import clock_time, day, moment, short_stage, term
from desk.selectors.worklist import Row


@dataclass(frozen=True, slots=True)
class RowText:
    """A row and its words. ``mark`` is the department of whoever is on the line."""

    row: Row
    why: str
    step: str
    mark: str = ""


def texts(rows: list[Row], *, queue: str, today: date) -> list[RowText]:
    """Return the words of each row."""
    return [_text(row, queue, today) for row in rows]


def _text(row: Row, queue: str, today: date) -> RowText:
    customer = row.customer
    if row.call is not None:
        why = _("%(department)s on a call since %(time)s") % {
            "department": term(row.call.department, "departments"),
            "time": clock_time(row.call.started_at),
        }
        return RowText(row, why, _("not now"), row.call.department)
    why = _WHY.get(queue, _by_stage)(row, today)
    step = term(customer.next_step, "next_steps") if customer.next_step else ""
    if queue == "callback" and customer.next_step_at:
        step = moment(customer.next_step_at)
    return RowText(row, why, step)


def _by_promise(row: Row, today: date) -> str:
    words = []
    if row.parts:
        number = len(row.parts)
        if number > 1:
            words.append(ngettext("%(number)s part", "%(number)s parts", number) % {"number": number})
        first = row.parts[0][0]
        if first != today or number == 1:
            words.append(_("due today") if first == today else _("due %(day)s") % {"day": day(first, "short")})
    if row.redates:
        words.append(ngettext("re-dated once", "re-dated %(number)s times", row.redates) % {"number": row.redates})
    words.append(_history(row))
    return " · ".join(words)


def _history(row: Row) -> str:
    if not row.judged:
        return _("first promise")
    return _("kept %(kept)s of %(judged)s") % {"kept": row.kept, "judged": row.judged}


def _by_broken(row: Row, today: date) -> str:
    return " · ".join([_history(row), _by_stage(row, today)])


def _by_stage(row: Row, today: date) -> str:
    account = row.customer.stage_account
    if account is None:
        return term(row.customer.status, "statuses")
    words = [short_stage(row.customer.stage)]
    if account.days_past_due:
        number = account.days_past_due
        words.append(ngettext("%(number)s day overdue", "%(number)s days overdue", number) % {"number": number})
    return " · ".join(words)


def _by_status(row: Row, today: date) -> str:
    return " · ".join([term(row.customer.status, "statuses"), _by_stage(row, today)])


_WHY = {
    "promise_due": _by_promise,
    "promise_pending": _by_promise,
    "promise_broken": _by_broken,
    "on_hold": _by_status,
    "mediation": _by_stage,
}
