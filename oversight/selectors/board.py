"""Today's figures, per branch and in all, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.contacts import COUNTED
from collections_app.domain.promises import FULFILS, NOT_KEPT, PENDING
from collections_app.domain.staff import Scope
from collections_app.domain.told.verdicts import FLAGGED, ToldState
from collections_app.models import (
    Arrangement,
    Branch,
    Case,
    Contact,
    Conversation,
    Customer,
    Entry,
    IntakeBatch,
    PermitRefusal,
    Promise,
    PromisePart,
    Staff,
)
from collections_app.selectors import lines
from collections_app.selectors.zones import bank_zone
from notifications.domain.lifecycle import MessageState
from notifications.models import Message

_PAID = ("received", "posted")

# Every figure a branch has a column for; money in fen.
FIGURES = (
    "cases_open",
    "cases_opened",
    "cases_closed",
    "contacts",
    "refusals",
    "on_the_line",
    "promises_due",
    "promises_kept",
    "promises_broken",
    "plans_in_force",
    "plans_agreed",
    "plans_breached",
    "payments",
    "payments_fen",
    "messages",
    "messages_unknown",
    "told_wrong",
    "told_orally",
)


@dataclass(slots=True)
class Board:
    """What happened today in the branches a person may see, and how much in each."""

    on: date
    branches: list[Branch]
    rows: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    contacts: Counter[tuple[str, str]] = field(default_factory=Counter)
    hours: Counter[tuple[int, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    intake: IntakeBatch | None = None

    @property
    def total(self) -> Counter[str]:
        """The figures of all these branches together."""
        total: Counter[str] = Counter()
        for row in self.rows.values():
            total.update(row)
        return total


def branches_of(staff: Staff) -> QuerySet[Branch]:
    """Return the branches whose figures a person may see: all of them, their own, or none."""
    rows = Branch.objects.order_by("code")
    if not staff.is_active or staff.scope == Scope.NONE:
        return rows.none()
    return rows if staff.scope == Scope.INSTITUTION else rows.filter(pk=staff.branch_id or 0)


def today(*, staff: Staff, now: datetime, branch_code: str = "") -> Board:
    """Return the figures of the bank's day, of one branch when it is named."""
    zone = bank_zone()
    on = now.astimezone(zone).date()
    begins = datetime.combine(on, time.min, tzinfo=zone)
    day = (begins, begins + timedelta(days=1))
    branches = branches_of(staff)
    shown = list(branches.filter(code=branch_code) if branch_code else branches)
    board = Board(on=on, branches=shown, intake=_intake(day))
    ids = [branch.pk for branch in shown]
    _count_cases(board, ids, day)
    _count_contacts(board, ids, day)
    _count_promises(board, ids, day)
    _count_money(board, ids, day)
    _count_messages(board, ids, day)
    return board


def _intake(day: tuple[datetime, datetime]) -> IntakeBatch | None:
    """Return the file taken in or refused last today; none is worth knowing too."""
    today = IntakeBatch.objects.filter(started_at__gte=day[0], started_at__lt=day[1])
    return today.order_by("-started_at", "-id").first()


def _within(name: str, day: tuple[datetime, datetime]) -> Q:
    return Q(**{f"{name}__gte": day[0], f"{name}__lt": day[1]})


def _add(board: Board, rows: Iterable[Any]) -> None:
    """Add the figures of grouped rows, each of which names its branch, to the board."""
    for row in rows:
        branch = row.pop("branch")
        board.rows[branch].update({name: value or 0 for name, value in row.items()})


def _of(rows: QuerySet[Any], ids: list[int]) -> QuerySet[Any]:
    return rows.filter(customer__branch__in=ids).values(branch=F("customer__branch")).order_by()


def _count_cases(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    opened, closed = _within("opened_at", day), _within("closed_at", day)
    cases = _of(Case.objects.filter(opened | closed), ids)
    _add(board, cases.annotate(cases_opened=Count("id", filter=opened), cases_closed=Count("id", filter=closed)))
    open_cases: QuerySet[Any, Any] = Customer.objects.filter(branch__in=ids).exclude(case_number="").order_by()
    # Rows, not ids: of a million they are counted in the smallest index there is.
    _add(board, open_cases.values("branch").annotate(cases_open=Count("*")))
    flagged: QuerySet[Any, Any] = Customer.objects.filter(branch__in=ids, told_state__in=sorted(FLAGGED)).order_by()
    wrong = Q(told_state=ToldState.WRONG)
    _add(board, flagged.values("branch").annotate(
        told_wrong=Count("id", filter=wrong), told_orally=Count("id", filter=~wrong)
    ))  # fmt: skip
    on_the_line = _of(Conversation.objects.filter(lines.OPEN), ids)
    _add(board, on_the_line.annotate(on_the_line=Count("id")))


def _count_contacts(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    made = Contact.objects.filter(_within("at", day), state__in=COUNTED, inbound=False)
    rows = _of(made, ids).annotate(hour=ExtractHour("at", tzinfo=bank_zone()))
    for row in rows.values("branch", "channel", "department", "hour").annotate(number=Count("id")):
        board.rows[row["branch"]]["contacts"] += row["number"]
        board.contacts[row["channel"], row["department"]] += row["number"]
        board.hours[row["hour"], row["channel"]] += row["number"]
    refused = _of(PermitRefusal.objects.filter(_within("at", day)), ids)
    for row in refused.values("branch", "reason").annotate(number=Count("id")):
        board.rows[row["branch"]]["refusals"] += row["number"]
        board.refusals[row["reason"]] += row["number"]


def _count_promises(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    due = PromisePart.objects.filter(due_on=board.on, promise__state__in=PENDING)
    _add(board, _of(due, ids).annotate(promises_due=Count("promise", distinct=True)))
    judged = _of(Promise.objects.filter(_within("judged_at", day)), ids)
    kept, broken = Q(state__in=FULFILS), Q(state__in=NOT_KEPT)
    _add(board, judged.annotate(promises_kept=Count("id", filter=kept), promises_broken=Count("id", filter=broken)))
    in_force, agreed, breached = Q(state__in=IN_FORCE), _within("agreed_at", day), _within("breached_at", day)
    plans = _of(Arrangement.objects.filter(in_force | agreed | breached), ids)
    counted = plans.annotate(
        plans_in_force=Count("id", filter=in_force),
        plans_agreed=Count("id", filter=agreed),
        plans_breached=Count("id", filter=breached),
    )
    _add(board, counted)


def _count_money(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    paid = Entry.objects.filter(_within("recorded_at", day), kind="payment", state__in=_PAID)
    _add(board, _of(paid, ids).annotate(payments=Count("id"), payments_fen=Sum("amount_fen")))


def _count_messages(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    """Count today's messages by state, and those of unknown outcome however old they are."""
    rows = _of(Message.objects.filter(_within("due_at", day) | Q(state=MessageState.UNKNOWN)), ids)
    for row in rows.values("branch", "state").annotate(number=Count("id")):
        name = "messages_unknown" if row["state"] == MessageState.UNKNOWN else "messages"
        board.rows[row["branch"]][name] += row["number"]
        board.messages[row["state"]] += row["number"]
