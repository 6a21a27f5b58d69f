"""The worklist: the open cases of a branch or a book, by queue and priority, a page at a time."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from collections_app.domain.next_steps import QUEUES
from collections_app.domain.staff import Scope
from collections_app.models import Conversation, Customer, Staff

PAGE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a queue: its rows and where the next begins (priority and id), if there is more."""

    rows: list[Customer]
    next_after: tuple[int, int] | None
    on_the_line: dict[int, Conversation]


def open_cases(staff: Staff) -> QuerySet[Customer]:
    """Return the open cases on a person's worklist: their branch's, their unit's, their book's, or the institution's.

    A unit has those of its branch and those its people own: a card centre has no customers of its own.
    """
    rows = Customer.objects.exclude(case_number="")
    if staff.scope == Scope.INSTITUTION:
        return rows
    if staff.scope == Scope.BRANCH:
        return rows.filter(branch=staff.branch)
    if staff.scope == Scope.UNIT:
        # The people are named one by one, so that the walk goes along the index of their books.
        people = list(Staff.objects.filter(branch=staff.branch).values_list("id", flat=True))
        return rows.filter(Q(branch=staff.branch) | Q(owner__in=people))
    if staff.scope == Scope.BOOK:
        return rows.filter(owner=staff)
    return rows.none()


def counts(staff: Staff) -> dict[str, int]:
    """Return how many cases stand in each queue, in the order of the queues, empty ones included.

    At ``MOST_COUNTED`` counting ends: the page costs the same in a branch of a million cases. One query.
    """
    if staff.scope not in {Scope.INSTITUTION, Scope.BRANCH, Scope.UNIT, Scope.BOOK}:
        return dict.fromkeys(QUEUES, 0)
    sql, params = open_cases(staff).filter(queue="?").order_by().values("id").query.sql_with_params()
    # One short walk along the worklist's index for each queue.
    parts = [f"(SELECT count(*) FROM ({sql} LIMIT {MOST_COUNTED}) AS part)" for _ in QUEUES]  # noqa: S608  our own query
    values = [queue if value == "?" else value for queue in QUEUES for value in params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(QUEUES, cursor.fetchone(), strict=True))


def page(*, staff: Staff, queue: str, after: tuple[int, int] | None = None) -> Page:
    """Return a page of a queue from a place on, highest priority first: three queries whatever the size."""
    rows = open_cases(staff).filter(queue=queue).select_related("owner", "stage_account", "branch")
    if after is not None:
        priority, last_id = after
        rows = rows.filter(Q(priority__lt=priority) | Q(priority=priority, id__gt=last_id))
    found = list(rows.order_by("-priority", "id")[: PAGE + 1])
    shown = found[:PAGE]
    calls = Conversation.objects.filter(customer__in=shown, ended_at__isnull=True).select_related("staff")
    more = (shown[-1].priority, shown[-1].id) if len(found) > PAGE else None
    return Page(shown, more, {call.customer_id: call for call in calls})
