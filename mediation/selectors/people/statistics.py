"""How mediations went, by organisation, mediator, channel and track: by the database, in one person's reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from collections_app.models import Staff
from collections_app.selectors import walls
from collections_app.selectors.records import scoped
from mediation.domain.endings import WITH_AGREEMENT
from mediation.domain.kinds import Kind
from mediation.models import Mediation, MediationOrganisation, Mediator, Session
from mediation.selectors.sessions import BANK_ZONE

_DAY = timedelta(days=1)


class _Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Median"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of figures. ``name`` is a name or the code of a route or track; days are from proposal to ending."""

    name: str
    proposed: int
    held: int
    ended: int
    agreed: int
    median_days: float | None
    plans: int
    performed: int
    broken: int
    due: int
    kept: int

    @property
    def success(self) -> float | None:
        """The share of the ended ones that brought an agreement, in percent."""
        return 100 * self.agreed / self.ended if self.ended else None

    @property
    def kept_share(self) -> float | None:
        """The share of the instalments whose day is over that are paid in full, in percent."""
        return 100 * self.kept / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one time, all together and by each way to look at them."""

    whole: Line
    organisations: list[Line]
    mediators: list[Line]
    routes: list[Line]
    tracks: list[Line]


def figures(*, staff: Staff, first: date, last: date, now: datetime) -> Figures:
    """Return the figures of mediations proposed between two days of the bank, both included, in a person's reach.

    Mediations belong to the mediator who held, or is to hold, their last session. The number of queries is fixed.
    """
    start = datetime.combine(first, time(), BANK_ZONE)
    end = datetime.combine(last + timedelta(days=1), time(), BANK_ZONE)
    rows = Mediation.objects.filter(
        kind=Kind.MEDIATION, proposed_at__gte=start, proposed_at__lt=end, customer__in=scoped(staff, now=now)
    )
    of_last = Session.objects.filter(mediation=OuterRef("pk"), mediator__isnull=False)
    rows = walls.outside_by(rows, staff, "customer").annotate(
        was_held=Exists(Session.objects.filter(mediation=OuterRef("pk"), state="held")),
        led_by=Subquery(of_last.exclude(state="cancelled").order_by("-id").values("mediator_id")[:1]),
    )
    rows = rows.annotate(led_for=Subquery(Mediator.objects.filter(id=OuterRef("led_by")).values("organisation_id")[:1]))
    today = now.astimezone(BANK_ZONE).date()
    names: dict[Any, str] = {row.id: str(row) for row in Mediator.objects.select_related("staff")}
    organisations: dict[Any, str] = {row.id: row.name for row in MediationOrganisation.objects.all()}
    with_track = any(field.name == "track" for field in Mediation._meta.get_fields())
    return Figures(
        whole=next(_lines(rows, "kind", {Kind.MEDIATION.value: ""}, today), _empty()),
        organisations=list(_lines(rows.filter(led_for__isnull=False), "led_for", organisations, today)),
        mediators=list(_lines(rows.filter(led_by__isnull=False), "led_by", names, today)),
        routes=list(_lines(rows, "route", {}, today)),
        tracks=list(_lines(rows, "track", {}, today)) if with_track else [],
    )


def _lines(rows: QuerySet[Mediation], by: str, names: dict[Any, str], today: date) -> Iterator[Line]:
    took = ExpressionWrapper(F("ended_at") - F("proposed_at"), output_field=DurationField())
    counted = (
        rows.order_by()
        .values(by)
        .annotate(
            proposed=Count("id"),
            held=Count("id", filter=Q(was_held=True)),
            ended=Count("id", filter=Q(state="ended")),
            agreed=Count("id", filter=Q(ending__in=sorted(WITH_AGREEMENT))),
            took=_Median(took),
            plans=Count("agreement__arrangement"),
            performed=Count("id", filter=Q(agreement__arrangement__state="performed")),
            broken=Count("id", filter=Q(agreement__arrangement__state="breached")),
        )
    )
    instalments = _instalments(rows, by, today)
    for row in sorted(counted, key=lambda found: (-found["proposed"], str(found[by]))):
        due, kept = instalments.get(row[by], (0, 0))
        yield Line(
            name=names.get(row[by], str(row[by])),
            proposed=row["proposed"],
            held=row["held"],
            ended=row["ended"],
            agreed=row["agreed"],
            median_days=row["took"] / _DAY if row["took"] is not None else None,
            plans=row["plans"],
            performed=row["performed"],
            broken=row["broken"],
            due=due,
            kept=kept,
        )


def _instalments(rows: QuerySet[Mediation], by: str, today: date) -> dict[Any, tuple[int, int]]:
    """Return by group how many instalments had their last day, and how many of these are paid in full."""
    over = Q(agreement__arrangement__instalments__due_on__lt=today)
    line = "agreement__arrangement__instalments"
    paid = Q(**{f"{line}__paid_fen__gte": F(f"{line}__amount_fen") - F(f"{line}__relieved_fen")})
    found = rows.filter(over).order_by().values(by).annotate(due=Count(line), kept=Count(line, filter=paid))
    return {row[by]: (row["due"], row["kept"]) for row in found}


def _empty() -> Line:
    return Line("", 0, 0, 0, 0, None, 0, 0, 0, 0, 0)
