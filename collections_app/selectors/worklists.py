"""The worklist: the open cases of a branch or a book, by view and order, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from collections_app.domain.next_steps import QUEUES
from collections_app.domain.staff import Scope
from collections_app.domain.worklists.conditions import Condition
from collections_app.domain.worklists.views import View, queue_view
from collections_app.models import CaseClaim, Conversation, Customer, Staff
from collections_app.selectors import case_claims, covers, lines, walls
from collections_app.selectors.worklist_conditions import question

PAGE = 50
MOST_COUNTED = 1000
# Behind every time of a next step: cases that have none.
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view: its rows and where the next begins (the order's value and the id), if there is more."""

    rows: list[Customer]
    next_after: tuple[int, int] | None
    on_the_line: dict[int, Conversation]
    claims: dict[int, CaseClaim]


def open_cases(staff: Staff, *, now: datetime) -> QuerySet[Customer]:
    """Return the open cases on a person's worklist: their branch's, their unit's, their book's, or the institution's.

    A unit has those of its branch and those its people own: a card centre has no customers of its own. At ``now`` a
    book is also those it covers for. What the person is kept away from is on none of them.
    """
    rows = walls.worked_by(Customer.objects.exclude(case_number=""), staff)
    if staff.scope == Scope.INSTITUTION:
        return rows
    if staff.scope == Scope.BRANCH:
        return rows.filter(branch=staff.branch)
    if staff.scope == Scope.UNIT:
        # The people are named one by one, so that the walk goes along the index of their books.
        people = list(Staff.objects.filter(branch=staff.branch).values_list("id", flat=True))
        return rows.filter(Q(branch=staff.branch) | Q(owner__in=people))
    if staff.scope == Scope.BOOK:
        mine = covers.books(staff=staff, now=now)
        return rows.filter(owner__in=mine) if len(mine) > 1 else rows.filter(owner=staff)
    return rows.none()


def matching(*, staff: Staff, view: View, now: datetime) -> QuerySet[Customer]:
    """Return the cases of a person's worklist that a view asks for, in no order."""
    return _asked_for(open_cases(staff, now=now), staff, view, now)


def _asked_for(rows: QuerySet[Customer], staff: Staff, view: View, now: datetime) -> QuerySet[Customer]:
    if view.broken:
        return rows.none()
    for condition in view.conditions:
        rows = rows.filter(question(condition, staff=staff, now=now))
    return rows


def ordered(rows: QuerySet[Customer], order: str) -> QuerySet[Customer]:
    """Return the cases in a named order (domain/worklists/orders); equal ones by id."""
    if order == "amount":
        return rows.order_by("-overdue_fen", "id")
    if order == "waiting":
        return rows.alias(waits=_waits()).order_by("waits", "id")
    return rows.order_by("-priority", "id")


def counts(
    staff: Staff, views: Sequence[View] | None = None, *, now: datetime, among: QuerySet[Customer] | None = None
) -> dict[str, int]:
    """Return how many cases each view holds, by its key in the order given; by default the queues'.

    At ``MOST_COUNTED`` counting ends: the page costs the same in a branch of a million cases. One query; ``among`` is
    what `open_cases` has said at this moment, which else is asked again.
    """
    views = [queue_view(code) for code in QUEUES] if views is None else views
    if not views or staff.scope not in {Scope.INSTITUTION, Scope.BRANCH, Scope.UNIT, Scope.BOOK}:
        return {view.key: 0 for view in views}
    # One short walk along an index for each view. What differs only by its queue is put together once.
    rows = open_cases(staff, now=now) if among is None else among
    one_queue, one_values = _count_sql(rows, staff, View("", "", "", (Condition("queue", ("?",)),)), now)
    parts: list[str] = []
    values: list[Any] = []
    for view in views:
        if view.broken:
            parts.append("(SELECT 0)")
            continue
        queue = view.conditions[0].values if len(view.conditions) == 1 and view.conditions[0].field == "queue" else ()
        if len(queue) == 1:
            part, given = one_queue, [queue[0] if value == "?" else value for value in one_values]
        else:
            part, given = _count_sql(rows, staff, view, now)
        parts.append(part)
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip([view.key for view in views], cursor.fetchone(), strict=True))


def _count_sql(rows: QuerySet[Customer], staff: Staff, view: View, now: datetime) -> tuple[str, list[Any]]:
    sql, values = _asked_for(rows, staff, view, now).order_by().values("id").query.sql_with_params()
    return f"(SELECT count(*) FROM ({sql} LIMIT {MOST_COUNTED}) AS part)", list(values)  # noqa: S608  our own query


def page(
    *,
    staff: Staff,
    view: View,
    now: datetime,
    after: tuple[int, int] | None = None,
    columns: Sequence[str] = (),
    among: QuerySet[Customer] | None = None,
) -> Page:
    """Return a page of a view from a place on, in its order: three queries whatever the size.

    With ``columns`` the rows hold no others, and their account but neither owner nor branch. ``among`` as in `counts`.
    """
    rows = _asked_for(open_cases(staff, now=now) if among is None else among, staff, view, now)
    if columns:
        rows = rows.select_related("stage_account").only(*columns)
    else:
        rows = rows.select_related("owner", "stage_account", "branch")
    if after is not None:
        rows = _from(rows, view.order, after)
    found = list(ordered(rows, view.order)[: PAGE + 1])
    shown = found[:PAGE]
    calls = Conversation.objects.filter(lines.OPEN, customer__in=shown).select_related("staff")
    claims = case_claims.of_customers(customer_ids=[row.id for row in shown], now=now)
    more = _place(shown[-1], view.order) if len(found) > PAGE else None
    return Page(shown, more, {call.customer_id: call for call in calls}, claims)


def _place(row: Customer, order: str) -> tuple[int, int]:
    if order == "amount":
        return row.overdue_fen, row.id
    if order == "waiting":
        return _microseconds(row.next_step_at or _NEVER), row.id
    return row.priority, row.id


def _from(rows: QuerySet[Customer], order: str, after: tuple[int, int]) -> QuerySet[Customer]:
    value, last_id = after
    if order == "waiting":
        at = _instant(value)
        return rows.alias(waits=_waits()).filter(Q(waits__gt=at) | Q(waits=at, id__gt=last_id))
    column = "overdue_fen" if order == "amount" else "priority"
    # The first condition is the second's shadow: an index is entered at the value, not walked to it.
    return rows.filter(
        Q(**{f"{column}__lte": value}), Q(**{f"{column}__lt": value}) | Q(**{column: value, "id__gt": last_id})
    )


def _waits() -> Coalesce:
    return Coalesce(F("next_step_at"), Value(_NEVER), output_field=DateTimeField())


def _microseconds(at: datetime) -> int:
    passed = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _instant(microseconds: int) -> datetime:
    seconds, rest = divmod(min(max(microseconds, 0), _microseconds(_NEVER)), 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)
