"""What became of an agreement, and which clocks of a court run."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from collections_app.domain.clocks.limitation import ALARM_DAYS
from collections_app.domain.legal import enforce_by
from collections_app.models import Arrangement
from collections_app.selectors.clocks import enforcement_years
from collections_app.selectors.money import seen
from mediation.domain import after, courts
from mediation.models import Agreement, CourtRule, CourtStage, DraftSignature, Mediation, ProvinceWage

_ENFORCEABLE = frozenset({"judgment", "confirmed"})
_DONE_BY = {
    "confirm": frozenset({"confirmation_applied"}),
    "sue": frozenset({"filed"}),
    "enforce": frozenset({"enforcement_applied"}),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One term of the law: its code, the last day, and the days left (negative: over)."""

    code: str
    last_day: date
    left: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement is kept, what a court made of it (or an empty text), and the clocks that run."""

    keeping: str
    court: str
    clocks: list[Clock]


def is_lawful(mediation: Mediation, agreement: Agreement | None) -> bool:
    """Return whether a lawfully established organisation brought the agreement about: only then a court confirms it."""
    mediator = agreement.session.mediator if agreement is not None else None
    return mediation.kind == "mediation" and mediator is not None and mediator.organisation.lawfully_established


def standing(*, agreement: Agreement, now: datetime) -> Standing:
    """Return what became of an agreement, from the facts of its plan and of the courts."""
    mediation = agreement.mediation
    stages = list(mediation.court_stages.all())
    plan = agreement.arrangement
    keeping = after.keeping(plan_state=plan.state, was_cured=_was_cured(plan, now))
    codes = {row.stage for row in stages}
    return Standing(keeping, after.court_state(codes), clocks_of(mediation=mediation, agreement=agreement, now=now))


def _was_cured(plan: Arrangement, now: datetime) -> bool:
    if plan.state != "performing":
        return False
    zone = ZoneInfo(plan.customer.time_zone)
    money = seen(account_id=plan.account_id).since(plan.agreed_at, zone=zone)
    payments = [(item.at.astimezone(zone).date(), item.fen) for item in money.own]
    payments += [(item.earliest_on, item.fen) for item in money.core]
    lines = [after.Line(line.due_on, line.due_fen) for line in plan.instalments.all()]
    return after.cured(lines=lines, payments=payments, today=now.astimezone(zone).date())


def effective_on(*, agreement: Agreement, zone: ZoneInfo) -> date:
    """Return the day an agreement took effect: that of its last signature, on paper the day written there. One query.

    The term to ask for confirmation runs from it (Civil Procedure Law, article 205), not from when the paper was
    typed in. An agreement without a draft was attested at its session.
    """
    rows = DraftSignature.objects.filter(draft__agreement=agreement).select_related("paper")
    days = [
        row.paper.signed_on if row.paper is not None else row.at.astimezone(zone).date()
        for row in rows.only("at", "paper__signed_on")
    ]
    return max(days, default=agreement.agreed_at.astimezone(zone).date())


def clocks_of(
    *, mediation: Mediation, agreement: Agreement | None, now: datetime, years: Mapping[str, int] | None = None
) -> list[Clock]:
    """Return the terms of the law that run on talks, the nearest first.

    ``years`` are those of `enforcement_years`, which is asked where they are needed and not given.
    """
    zone = ZoneInfo(mediation.customer.time_zone)
    today = now.astimezone(zone).date()
    stages = list(mediation.court_stages.all())
    found: list[tuple[str, date]] = []
    if agreement is not None and is_lawful(mediation, agreement):
        found.append(("confirm", after.confirm_by(effective_on(agreement=agreement, zone=zone))))
    found += [("sue", row.on + courts.SUE_WITHIN) for row in stages if row.stage == "preservation"]
    began = [row.on for row in stages if row.stage in _ENFORCEABLE]
    if began:
        # The row of the law that counts a judgment's term counts this one too; without one no term is counted.
        law = enforcement_years() if years is None else years
        last_day = enforce_by(on=max(began), perform_until=None, years=law.get(mediation.customer.country))
        found += [("enforce", last_day)] if last_day else []
    codes = {row.stage for row in stages}
    running = [Clock(code, last, (last - today).days) for code, last in found if not _DONE_BY[code] & codes]
    return sorted(running, key=lambda clock: clock.last_day)


def ending_soon(*, now: datetime) -> Iterable[tuple[int, str, int]]:
    """Return (branch id, clock, days left) of what ends within ten days or has just ended unheeded.

    The years to enforce ring earlier, as limitation does, and until they are heeded or nothing is owed any more.
    """
    # An agreement takes effect no later than it is recorded: none whose term still runs is left out.
    since = now - after.CONFIRM_WITHIN - timedelta(days=1)
    agreements = (
        Agreement.objects.filter(mediation__kind="mediation", agreed_at__gte=since)
        .select_related("mediation__customer", "session__mediator__organisation")
        .prefetch_related("mediation__court_stages")
    )
    for agreement in agreements:
        for clock in clocks_of(mediation=agreement.mediation, agreement=agreement, now=now):
            if clock.code == "confirm" and after.warning(last_day=clock.last_day, today=_day(clock)) is not None:
                yield agreement.mediation.customer.branch_id, clock.code, clock.left
    stages = CourtStage.objects.filter(stage="preservation", on__gte=now.date() - courts.SUE_WITHIN - timedelta(days=1))
    for stage in stages.select_related("mediation__customer").prefetch_related("mediation__court_stages"):
        for clock in clocks_of(mediation=stage.mediation, agreement=None, now=now):
            if clock.code == "sue" and after.warning(last_day=clock.last_day, today=_day(clock)) is not None:
                yield stage.mediation.customer.branch_id, clock.code, clock.left
    yield from _enforcement(now)


def _enforcement(now: datetime) -> Iterable[tuple[int, str, int]]:
    rings = timedelta(days=max(ALARM_DAYS))
    years = enforcement_years()
    for country, number in years.items():
        begun = courts.years_later(now.date() + rings, -number) + timedelta(days=1)
        ripe = _owed().filter(
            id__in=CourtStage.objects.filter(stage__in=_ENFORCEABLE, on__lte=begun).values("mediation"),
            customer__country=country,
        )
        for mediation in ripe.select_related("customer").prefetch_related("court_stages").order_by("id"):
            for clock in clocks_of(mediation=mediation, agreement=None, now=now, years=years):
                if clock.code == "enforce" and clock.left <= rings.days:
                    yield mediation.customer.branch_id, clock.code, clock.left


def _owed() -> QuerySet[Mediation]:
    return Mediation.objects.filter(account__payoff_fen__gt=0, account__closed_in_core=False)


def uncounted(*, mediation: Mediation | None = None) -> Counter[int]:
    """Return by branch of how many talks the time to enforce runs uncounted, for want of a law on file. Two queries.

    Of all talks, or of one.
    """
    judged = CourtStage.objects.filter(stage__in=_ENFORCEABLE).values("mediation")
    applied = CourtStage.objects.filter(stage__in=_DONE_BY["enforce"]).values("mediation")
    rows = _owed().filter(id__in=judged).exclude(id__in=applied).exclude(customer__country__in=enforcement_years())
    rows = rows.filter(pk=mediation.pk) if mediation is not None else rows
    return Counter(rows.values_list("customer__branch_id", flat=True))


def shares_of(rules: Mapping[str, CourtRule]) -> courts.Shares | None:
    """Return how many yearly wages bound the small-claims procedure, by the rules on file; None while one lacks."""
    alone, agreed = rules.get("small_claims"), rules.get("small_claims_agreed")
    if alone is None or agreed is None or alone.share is None or agreed.share is None:
        return None
    return courts.Shares(alone.share, agreed.share)


def _day(clock: Clock) -> date:
    """The day a clock was read on."""
    return clock.last_day - timedelta(days=clock.left)


def wage_of(*, region: str, today: date) -> tuple[courts.Wage | None, ProvinceWage | None]:
    """Return the wage of the year before, or the newest before that, as rule and as row; None when none is loaded."""
    row = ProvinceWage.objects.filter(region=region, year__lt=today.year).order_by("-year").first()
    return (courts.Wage(row.yearly_fen, row.verified), row) if row else (None, None)
