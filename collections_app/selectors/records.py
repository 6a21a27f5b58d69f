"""Which records a member of staff may see, and what the record page reads."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from collections_app.domain.events import EVENT_KINDS
from collections_app.domain.staff import Role, Scope
from collections_app.models import Account, Customer, Event, LookUp, Staff
from collections_app.selectors import covers, walls

# A look-up opens a record to staff of the whole institution for so long.
LOOK_UP_HOURS = 12
LOOK_UP_PURPOSES = ("call_in", "complaint", "counter", "review", "audit")


class NoSuchRecordError(LookupError):
    """There is no such record, or it is none of this person's business: both look the same."""


class PurposeNeededError(PermissionError):
    """The person must first say why they open this record."""

    def __init__(self, customer_no: str) -> None:
        super().__init__(customer_no)
        self.customer_no = customer_no


def scoped(staff: Staff, *, now: datetime) -> QuerySet[Customer]:
    """Return the records a member of staff may see without a look-up. Of those they are recused from, none.

    Institution scope sees all of the bank's records in lists; opening one still needs a purpose unless the
    person is an auditor or in compliance. No scope sees none. At ``now`` a book is also those it covers for. Whatever
    the scope, what is walled from the person is not there.
    """
    return walls.outside(_in_scope(staff, now=now), staff)


def reaches(staff: Staff, *, now: datetime, customer: str = "customer") -> Exists:
    """Return the condition that the record a row belongs to is one of `scoped`, asked of each row by itself.

    For a condition beside others: within an OR, PostgreSQL would gather every record of the scope first, which are
    all of the bank for many.
    """
    return Exists(scoped(staff, now=now).filter(pk=OuterRef(customer)))


def _in_scope(staff: Staff, *, now: datetime) -> QuerySet[Customer]:
    """Return the records of a person's scope, also those that are walled from them."""
    rows = Customer.objects.exclude(recused_staff__contains=[staff.id])
    if not staff.is_active or staff.scope == Scope.NONE:
        return rows.none()
    if staff.scope == Scope.INSTITUTION:
        return rows
    if staff.scope == Scope.UNIT:
        # Asked of each record by itself: a list of few rows must not gather the accounts of the whole bank first.
        theirs = Account.objects.filter(customer=OuterRef("pk"), owner__branch=staff.branch_id)
        return rows.filter(Q(branch=staff.branch_id) | Exists(theirs))
    if staff.scope == Scope.BRANCH:
        return rows.filter(branch=staff.branch_id)
    mine = Account.objects.filter(customer=OuterRef("pk"), owner__in=covers.books(staff=staff, now=now))
    return rows.filter(Exists(mine))


def newest_event() -> Subquery:
    """Return the id of a record's newest event, asked of each row of records by itself: one step in an index.

    Events are written under the record's lock, so the newest has the highest id.
    """
    return Subquery(Event.objects.filter(customer=OuterRef("pk")).order_by("-id").values("id")[:1])


def mark(*, newest_event: int | None, derived_at: datetime | None) -> tuple[int, int]:
    """Return how far a record has come: its newest event, and the millisecond it was last derived.

    Both only grow. The version says what refuses a write; this says what a screen would show otherwise: a message that
    went out, what was told and holds no longer, a status that time has ended.
    """
    return newest_event or 0, int(derived_at.timestamp() * 1000) if derived_at else 0


def needs_purpose(staff: Staff) -> bool:
    """Return whether this person must name a purpose before opening a record."""
    return staff.scope == Scope.INSTITUTION and staff.role not in {Role.AUDITOR, Role.COMPLIANCE}


def has_looked_up(*, staff: Staff, customer: Customer, now: datetime) -> bool:
    """Return whether a purpose was logged for this record within the last hours."""
    since = now - timedelta(hours=LOOK_UP_HOURS)
    return LookUp.objects.filter(staff=staff, customer=customer, at__gte=since).exists()


def access_record(*, staff: Staff, customer_no: str, now: datetime) -> Customer:
    """Return a record by its number if it is in this person's scope, with its newest event. Raise NoSuchRecordError
    otherwise.

    A try at a record that is walled from them is noted, and looks the same to them.
    """
    rows = _in_scope(staff, now=now).select_related("branch", "owner", "adviser", "stage_account")
    # Read with the row: whatever a page reads after it is at least as new.
    customer = rows.filter(customer_no=customer_no).annotate(newest_event=newest_event()).first()
    # The wall is asked for behind the row: few records have one, and every live screen comes this way.
    if customer is None or (customer.walled and walls.is_walled(staff=staff, customer_id=customer.pk)):
        walls.note_number(staff=staff, customer_no=customer_no)
        raise NoSuchRecordError(customer_no)
    return customer


def open_record(*, staff: Staff, customer_no: str, now: datetime) -> Customer:
    """Return a record by its number if this person may open it now.

    Raise NoSuchRecordError outside their scope, PurposeNeededError when a purpose must be named first.
    """
    customer = access_record(staff=staff, customer_no=customer_no, now=now)
    check_purpose(staff=staff, customer=customer, now=now)
    return customer


def check_purpose(*, staff: Staff, customer: Customer, now: datetime) -> None:
    """Raise PurposeNeededError when this person must name a purpose before opening the record and has not."""
    if needs_purpose(staff) and not has_looked_up(staff=staff, customer=customer, now=now):
        raise PurposeNeededError(customer.customer_no)


def changes_since(customer: Customer, *, version: int, limit: int) -> list[Event]:
    """Return the newest events that raised the record's version beyond this one, newest first, with who. One query.

    What raises no version is not among them, however much of it has happened since.
    """
    kinds = [kind.code for kind in EVENT_KINDS.values() if kind.bumps]
    rows = Event.objects.filter(customer=customer, version__gt=version, kind__in=kinds)
    return list(rows.select_related("actor").order_by("-id")[:limit])
