"""The bank's list of sessions: whoever sees a record sees when its session is and how it ended, no more."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from collections_app.domain.staff import Role
from collections_app.models import Staff
from collections_app.selectors import walls
from collections_app.selectors.records import reaches, scoped
from mediation.domain.states import LIVE_SESSION
from mediation.models import AgreementDraft, Mediation, Session, TimetableRun
from mediation.selectors.sessions import BANK_ZONE, Day, own

# So long after its hours a session may still be under way, or be written up.
TOLD_WITHIN = timedelta(hours=2)


def listed(staff: Staff, *, now: datetime) -> QuerySet[Session]:
    """Return the sessions on a person's list: their own, and for the bank's staff those of records in scope."""
    rows = Session.objects.select_related(
        "customer", "mediation__account", "mediator__staff", "mediator__organisation", "representative"
    )
    if staff.role == Role.MEDIATOR:
        return own(staff)
    rows = rows.filter(reaches(staff, now=now) | Q(representative=staff))
    rows = rows.exclude(customer__recused_staff__contains=[staff.pk])
    return walls.outside_by(rows, staff, "customer")


def within(*, staff: Staff, first: date, days: int, now: datetime) -> QuerySet[Session]:
    """Return the listed sessions of some days by the bank's own date, the earliest first."""
    start = datetime.combine(first, time(), BANK_ZONE)
    rows = listed(staff, now=now).filter(during__overlap=(start, start + timedelta(days=days)))
    return rows.exclude(state="cancelled").order_by("during", "id")


def untold(*, now: datetime) -> QuerySet[Session]:
    """Return the sessions whose hours have been over for a while and of which nobody has said what came of them.

    Not those whose agreement waits for signatures: they stay open until the last one, which may take days.
    """
    drafted = AgreementDraft.objects.filter(session=OuterRef("pk"), state="open")
    rows = Session.objects.filter(state__in=LIVE_SESSION, during__endswith__lte=now - TOLD_WITHIN)
    return rows.exclude(Exists(drafted))


def untold_of(staff: Staff, *, now: datetime) -> QuerySet[Session]:
    """Return those of them that are on a person's list, the longest over first."""
    return listed(staff, now=now).filter(pk__in=untold(now=now)).order_by("during", "id")


def by_day(rows: QuerySet[Session], *, shown: Sequence[Session]) -> list[Day]:
    """Return a page of sessions grouped by day, each day with how many it has of all the rows. One query."""
    of_day = rows.order_by().values_list(TruncDate("during__startswith", tzinfo=BANK_ZONE)).annotate(Count("id"))
    numbers = dict(of_day)
    return [
        Day(on, list(sessions), numbers.get(on, 0))
        for on, sessions in groupby(shown, key=lambda row: row.starts_at.astimezone(BANK_ZONE).date())
    ]


def last_run(staff: Staff) -> TimetableRun | None:
    """Return the last time the sessions of a person's branch were placed together; none for mediators."""
    if staff.role == Role.MEDIATOR or staff.branch_id is None:
        return None
    return TimetableRun.objects.filter(branch=staff.branch_id, ended_at__isnull=False).order_by("-id").first()


def waiting_for(staff: Staff, *, now: datetime) -> QuerySet[Mediation]:
    """Return the talks in scope that wait for a date, longest first, each with until when its customer may choose one.

    None for mediators.
    """
    if staff.role == Role.MEDIATOR:
        return Mediation.objects.none()
    choosing = Max("slot_offers__expires_at", filter=Q(slot_offers__state="open", slot_offers__expires_at__gt=now))
    rows = Mediation.objects.filter(state="proposed", customer__in=scoped(staff, now=now))
    rows = rows.annotate(choosing_until=choosing)
    return rows.select_related("customer", "account").order_by("proposed_at", "id")
