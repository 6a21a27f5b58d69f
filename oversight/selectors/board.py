"""Today's figures, per branch and in all, in a fixed number of queries.

Most are counted when somebody looks. What grows with the whole book, or with a long day, is kept once a minute in a
large bank (services/board.py), and the board says of when; nobody acts on those figures, and whoever wants them of this
moment has them counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
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
# What is kept is shown so long, should the task fall silent; then everything is counted again by whoever looks.
KEPT_FOR = timedelta(minutes=3)
KEPT = "board:kept:1"

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
    # When the figures of the book and the contacts were counted, where that was not just now.
    kept_at: datetime | None = None

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


@dataclass(slots=True)
class Book:
    """What is counted of the whole book and of the day's contacts; it can be kept.

    ``rows`` are figures by branch, ``contacts`` are numbers by branch, channel, department and hour.
    """

    at: datetime
    rows: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    contacts: Counter[tuple[int, str, str, int]] = field(default_factory=Counter)


def today(*, staff: Staff, now: datetime, branch_code: str = "", all_now: bool = False) -> Board:
    """Return the figures of the bank's day, of one branch when it is named; all of this moment if ``all_now``."""
    day = day_of(now)
    branches = branches_of(staff)
    shown = list(branches.filter(code=branch_code) if branch_code else branches)
    board = Board(on=day[0].date(), branches=shown, intake=_intake(day))
    ids = [branch.pk for branch in shown]
    kept = None if all_now else _kept(now, day)
    board.kept_at = kept.at if kept and kept.at < now else None
    _take(board, kept or count_book(ids=ids, now=now), ids)
    on_the_line = _of(Conversation.objects.filter(lines.OPEN), ids)
    _add(board.rows, on_the_line.annotate(on_the_line=Count("id")))
    _count_refusals(board, ids, day)
    _count_promises(board, ids, day)
    _count_money(board, ids, day)
    _count_messages(board, ids, day)
    return board


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """Return when the bank's day of a moment begins and ends."""
    zone = bank_zone()
    begins = datetime.combine(now.astimezone(zone).date(), time.min, tzinfo=zone)
    return begins, begins + timedelta(days=1)


def count_book(*, ids: list[int], now: datetime) -> Book:
    """Count what grows with the book or a long day, of these branches. Four queries."""
    book, day = Book(at=now), day_of(now)
    _count_cases(book, ids, day)
    _count_contacts(book, ids, day)
    return book


def _kept(now: datetime, day: tuple[datetime, datetime]) -> Book | None:
    """Return what was kept of this day within the last minutes, if anything was."""
    found = cache.get(KEPT)
    if found is None or found["at"] < max(day[0], now - KEPT_FOR) or found["at"] > now:
        return None
    rows = {branch: Counter(figures) for branch, figures in found["rows"].items()}
    return Book(found["at"], rows, Counter(found["contacts"]))


def _take(board: Board, book: Book, ids: list[int]) -> None:
    for branch in ids:
        board.rows[branch].update(book.rows.get(branch, {}))
    for (branch, channel, department, hour), number in book.contacts.items():
        if branch in board.rows:
            board.rows[branch]["contacts"] += number
            board.contacts[channel, department] += number
            board.hours[hour, channel] += number


def _intake(day: tuple[datetime, datetime]) -> IntakeBatch | None:
    """Return the file taken in or refused last today; none is worth knowing too."""
    today = IntakeBatch.objects.filter(started_at__gte=day[0], started_at__lt=day[1])
    return today.order_by("-started_at", "-id").first()


def _within(name: str, day: tuple[datetime, datetime]) -> Q:
    return Q(**{f"{name}__gte": day[0], f"{name}__lt": day[1]})


def _add(counted: dict[int, Counter[str]], rows: Iterable[Any]) -> None:
    """Add the figures of grouped rows, each of which names its branch."""
    for row in rows:
        branch = row.pop("branch")
        counted[branch].update({name: value or 0 for name, value in row.items()})


def _of(rows: QuerySet[Any], ids: list[int]) -> QuerySet[Any]:
    return rows.filter(customer__branch__in=ids).values(branch=F("customer__branch")).order_by()


def _count_cases(book: Book, ids: list[int], day: tuple[datetime, datetime]) -> None:
    opened, closed = _within("opened_at", day), _within("closed_at", day)
    cases = _of(Case.objects.filter(opened | closed), ids)
    _add(book.rows, cases.annotate(cases_opened=Count("id", filter=opened), cases_closed=Count("id", filter=closed)))
    open_cases: QuerySet[Any, Any] = Customer.objects.filter(branch__in=ids).exclude(case_number="").order_by()
    # Rows, not ids: of a million they are counted in the smallest index there is.
    _add(book.rows, open_cases.values("branch").annotate(cases_open=Count("*")))
    flagged: QuerySet[Any, Any] = Customer.objects.filter(branch__in=ids, told_state__in=sorted(FLAGGED)).order_by()
    wrong = Q(told_state=ToldState.WRONG)
    _add(book.rows, flagged.values("branch").annotate(
        told_wrong=Count("id", filter=wrong), told_orally=Count("id", filter=~wrong)
    ))  # fmt: skip


def _count_contacts(book: Book, ids: list[int], day: tuple[datetime, datetime]) -> None:
    made = Contact.objects.filter(_within("at", day), state__in=COUNTED, inbound=False)
    rows = _of(made, ids).annotate(hour=ExtractHour("at", tzinfo=bank_zone()))
    for row in rows.values("branch", "channel", "department", "hour").annotate(number=Count("id")):
        book.contacts[row["branch"], row["channel"], row["department"], int(row["hour"])] += row["number"]


def _count_refusals(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    refused = _of(PermitRefusal.objects.filter(_within("at", day)), ids)
    for row in refused.values("branch", "reason").annotate(number=Count("id")):
        board.rows[row["branch"]]["refusals"] += row["number"]
        board.refusals[row["reason"]] += row["number"]


def _count_promises(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    due = PromisePart.objects.filter(due_on=board.on, promise__state__in=PENDING)
    _add(board.rows, _of(due, ids).annotate(promises_due=Count("promise", distinct=True)))
    judged = _of(Promise.objects.filter(_within("judged_at", day)), ids)
    kept, broken = Q(state__in=FULFILS), Q(state__in=NOT_KEPT)
    _add(
        board.rows, judged.annotate(promises_kept=Count("id", filter=kept), promises_broken=Count("id", filter=broken))
    )
    in_force, agreed, breached = Q(state__in=IN_FORCE), _within("agreed_at", day), _within("breached_at", day)
    plans = _of(Arrangement.objects.filter(in_force | agreed | breached), ids)
    counted = plans.annotate(
        plans_in_force=Count("id", filter=in_force),
        plans_agreed=Count("id", filter=agreed),
        plans_breached=Count("id", filter=breached),
    )
    _add(board.rows, counted)


def _count_money(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    paid = Entry.objects.filter(_within("recorded_at", day), kind="payment", state__in=_PAID)
    _add(board.rows, _of(paid, ids).annotate(payments=Count("id"), payments_fen=Sum("amount_fen")))


def _count_messages(board: Board, ids: list[int], day: tuple[datetime, datetime]) -> None:
    """Count today's messages by state, and those of unknown outcome however old they are."""
    rows = _of(Message.objects.filter(_within("due_at", day) | Q(state=MessageState.UNKNOWN)), ids)
    for row in rows.values("branch", "state").annotate(number=Count("id")):
        name = "messages_unknown" if row["state"] == MessageState.UNKNOWN else "messages"
        board.rows[row["branch"]][name] += row["number"]
        board.messages[row["state"]] += row["number"]
