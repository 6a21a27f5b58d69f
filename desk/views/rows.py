"""How a row of the worklist is put into words: why it is where it is, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from collections_app.domain.next_steps import PRIORITY_REASONS
from collections_app.models import CaseClaim, Customer, Staff
from collections_app.templatetags.terms import clock_time, day, moment, short_stage, term
from desk.selectors.worklist import Row


@dataclass(frozen=True, slots=True)
class RowText:
    """A row and its words. ``mark`` is the department of whoever is on the line or has claimed the case.

    ``place`` says why the row stands where it does in an order by priority.
    """

    row: Row
    why: str
    step: str
    mark: str = ""
    place: str = ""


def texts(rows: Sequence[Row], *, staff: Staff, today: date) -> list[RowText]:
    """Return the words of each row, for the person who looks."""
    return [_text(row, staff, today) for row in rows]


def _text(row: Row, staff: Staff, today: date) -> RowText:
    customer = row.customer
    place = place_text(customer)
    if row.call is not None:
        why = _("%(department)s on a call since %(time)s") % {
            "department": term(row.call.department, "departments"),
            "time": clock_time(row.call.started_at),
        }
        return RowText(row, why, _("not now"), row.call.department, place)
    step = term(customer.next_step, "next_steps") if customer.next_step else ""
    if customer.queue == "callback" and customer.next_step_at:
        step = moment(customer.next_step_at)
    if row.claim is not None:
        return RowText(row, claim_text(row.claim, staff), step, row.claim.staff.department, place)
    return RowText(row, _WHY.get(customer.queue, _by_stage)(row, today), step, "", place)


def claim_text(claim: CaseClaim, staff: Staff) -> str:
    """Return who has claimed a case and until when, for the person who looks."""
    words = {"name": claim.staff.name, "time": clock_time(claim.expires_at)}
    if claim.staff_id == staff.id:
        return _("Claimed by you until %(time)s") % words
    return _("Claimed by %(name)s until %(time)s") % words


def place_text(customer: Customer) -> str:
    """Return why a case has its place: each reason with its points, or nothing where there is none."""
    language = get_language() or "zh-hans"
    reasons = [
        f"{PRIORITY_REASONS[str(reason['code'])].text(language)} {reason['points']}"
        for reason in customer.priority_why
        if reason.get("code") in PRIORITY_REASONS
    ]
    if not reasons:
        return ""
    return _("Priority %(points)s: %(reasons)s") % {"points": customer.priority, "reasons": " + ".join(reasons)}


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
