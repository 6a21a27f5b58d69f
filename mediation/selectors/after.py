"""What became of an agreement, and which clocks of a court run."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from collections_app.domain import legal
from collections_app.domain.clocks.limitation import ALARM_DAYS
from collections_app.models import Arrangement, Customer, LegalStep
from collections_app.selectors.clocks import enforcement_years
from collections_app.selectors.legal import proceedings
from collections_app.selectors.money import seen
from mediation.domain import after, courts
from mediation.models import Agreement, CourtRule, CourtStage, DraftSignature, Mediation, ProvinceWage

# What may be enforced besides a judgment, which stands on the shared record with the day it sets to perform.
_ENFORCEABLE = frozenset({"confirmed", "payment_order_effective"})


@dataclass(frozen=True, slots=True)
class Clock:
    """One term of the law: its code, the last day, and the days left (negative: over)."""

    code: str
    last_day: date
    left: int


@dataclass(frozen=True, slots=True)
class _Title:
    """What may be enforced: its day, the last day it sets to perform, and whether it is a judgment."""

    on: date
    perform_until: date | None = None
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement is kept, what a court made of it (or an empty text), and the clocks that run."""

    keeping: str
    court: str
    clocks: list[Clock]


def is_lawful(mediation: Mediation, agreement: Agreement | None) -> bool:
    """Return whether a lawfully established organisation brought the agreement about: only then a court confirms it.

    What it was on the day of the session counts, not what it is today.
    """
    return mediation.kind == "mediation" and agreement is not None and agreement.session.held_lawfully


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


def stages_before(mediation: Mediation) -> set[str]:
    """Return which steps of a court stand on the record of talks: what was recorded here, and what legal has."""
    here = set(mediation.court_stages.values_list("stage", flat=True))
    running = proceedings(account_ids=[mediation.account_id]).get(mediation.account_id, [])
    return here | courts.recorded({row.state for row in running})


def of_legal(mediation: Mediation) -> list[LegalStep]:
    """Return what legal recorded of the case that runs on the account of talks, without what was recorded here."""
    here = {(courts.LEGAL_STATES.get(row.stage), row.on) for row in mediation.court_stages.all()}
    steps = proceedings(account_ids=[mediation.account_id]).get(mediation.account_id, [])
    return [row for row in steps if (row.state, row.on) not in here]


def clocks_of(
    *, mediation: Mediation, agreement: Agreement | None, now: datetime, years: Mapping[str, int] | None = None
) -> list[Clock]:
    """Return the terms of the law that run on the account of talks, the nearest first.

    ``years`` are those of `enforcement_years`, which is asked where they are needed and not given.
    """
    steps = proceedings(account_ids=[mediation.account_id]).get(mediation.account_id, [])
    stages = list(mediation.court_stages.all())
    today = _today(mediation.customer, now)
    found = [*_to_confirm(mediation, agreement, today), *_to_sue(steps, today)]
    title = _to_enforce(stages, steps)
    if title is not None:
        # The row of the law that counts a judgment's term counts this one too; without one no term is counted.
        law = enforcement_years() if years is None else years
        found += _of_title(title, years=law.get(mediation.customer.country), today=today)
    return sorted(found, key=lambda clock: clock.last_day)


def _to_confirm(mediation: Mediation, agreement: Agreement | None, today: date) -> list[Clock]:
    applied = any(row.stage == "confirmation_applied" for row in mediation.court_stages.all())
    if applied or agreement is None or not is_lawful(mediation, agreement):
        return []
    zone = ZoneInfo(mediation.customer.time_zone)
    return [_clock("confirm", after.confirm_by(effective_on(agreement=agreement, zone=zone)), today)]


def _to_sue(steps: Sequence[LegalStep], today: date) -> list[Clock]:
    return [_clock("sue", day, today) for day in courts.sue_by([(row.on, row.state) for row in steps])]


def _to_enforce(stages: Iterable[CourtStage], steps: Sequence[LegalStep]) -> _Title | None:
    """Return the newest that can be enforced and for which nobody has applied yet."""
    titles = [_Title(row.on) for row in stages if row.stage in _ENFORCEABLE]
    titles += [_Title(row.on, row.perform_until, True) for row in steps if row.state == legal.JUDGED]
    newest = max(titles, key=lambda title: title.on, default=None)
    applied = [row.on for row in stages if row.stage == "enforcement_applied"]
    applied += [row.on for row in steps if row.state in legal.ENFORCED]
    return None if newest is None or any(day >= newest.on for day in applied) else newest


def _of_title(title: _Title, *, years: int | None, today: date) -> list[Clock]:
    last_day = legal.enforce_by(on=title.on, perform_until=title.perform_until, years=years)
    return [_clock("enforce", last_day, today)] if last_day else []


def _clock(code: str, last_day: date, today: date) -> Clock:
    return Clock(code, last_day, (last_day - today).days)


def _today(customer: Customer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(customer.time_zone)).date()


def ending_soon(*, now: datetime) -> Iterable[tuple[int, str, int]]:
    """Return (branch id, clock, days left) of what ends within ten days or has just ended unheeded.

    The years to enforce ring earlier, as limitation does, and until they are heeded or nothing is owed any more. Those
    of a judgment ring with the other clocks of the account, whether or not anybody talked about it.
    """
    # An agreement takes effect no later than it is recorded: none whose term still runs is left out.
    since = now - after.CONFIRM_WITHIN - timedelta(days=1)
    agreements = (
        Agreement.objects.filter(mediation__kind="mediation", agreed_at__gte=since)
        .select_related("mediation__customer", "session")
        .prefetch_related("mediation__court_stages")
    )
    for agreement in agreements:
        customer = agreement.mediation.customer
        for clock in _to_confirm(agreement.mediation, agreement, _today(customer, now)):
            if _warns(clock):
                yield customer.branch_id, clock.code, clock.left
    yield from _suits(now)
    yield from _enforcement(now)


def _warns(clock: Clock) -> bool:
    return after.warning(last_day=clock.last_day, today=clock.last_day - timedelta(days=clock.left)) is not None


def _suits(now: datetime) -> Iterable[tuple[int, str, int]]:
    """What was preserved and is not sued for, on whichever page it was recorded."""
    since = now.date() - courts.SUE_WITHIN - timedelta(days=1)
    preserved = LegalStep.objects.filter(state="preserved", on__gte=since).values_list("account_id", flat=True)
    for steps in proceedings(account_ids=set(preserved)).values():
        customer = steps[0].customer
        for clock in _to_sue(steps, _today(customer, now)):
            if _warns(clock):
                yield customer.branch_id, clock.code, clock.left


def _enforcement(now: datetime) -> Iterable[tuple[int, str, int]]:
    rings = timedelta(days=max(ALARM_DAYS))
    for country, number in enforcement_years().items():
        begun = courts.years_later(now.date() + rings, -number) + timedelta(days=1)
        for mediation, title in _unenforced(_owed().filter(customer__country=country), until=begun):
            for clock in _of_title(title, years=number, today=_today(mediation.customer, now)):
                if clock.left <= rings.days:
                    yield mediation.customer.branch_id, clock.code, clock.left


def _unenforced(rows: QuerySet[Mediation], *, until: date) -> Iterable[tuple[Mediation, _Title]]:
    """Return the talks with what a court confirmed or ordered up to a day and nobody has enforced. Three queries."""
    titled = CourtStage.objects.filter(stage__in=_ENFORCEABLE, on__lte=until).values("mediation")
    applied = CourtStage.objects.filter(stage="enforcement_applied").values("mediation")
    found = rows.filter(id__in=titled).exclude(id__in=applied).select_related("customer")
    talks = list(found.prefetch_related("court_stages").order_by("id"))
    steps = proceedings(account_ids={mediation.account_id for mediation in talks})
    for mediation in talks:
        title = _to_enforce(mediation.court_stages.all(), steps.get(mediation.account_id, []))
        if title is not None and not title.judged:
            yield mediation, title


def _owed() -> QuerySet[Mediation]:
    return Mediation.objects.filter(account__payoff_fen__gt=0, account__closed_in_core=False)


def uncounted() -> Counter[int]:
    """Return by branch of how many talks the time to enforce runs uncounted, for want of a law on file."""
    rows = _owed().exclude(customer__country__in=enforcement_years())
    return Counter(mediation.customer.branch_id for mediation, _title in _unenforced(rows, until=date.max))


def is_uncounted(mediation: Mediation) -> bool:
    """Return whether the time to enforce runs uncounted on the account of talks, for want of a law on file."""
    steps = proceedings(account_ids=[mediation.account_id]).get(mediation.account_id, [])
    title = _to_enforce(mediation.court_stages.all(), steps)
    return title is not None and mediation.customer.country not in enforcement_years()


def shares_of(rules: Mapping[str, CourtRule]) -> courts.Shares | None:
    """Return how many yearly wages bound the small-claims procedure, by the rules on file; None while one lacks."""
    alone, agreed = rules.get("small_claims"), rules.get("small_claims_agreed")
    if alone is None or agreed is None or alone.share is None or agreed.share is None:
        return None
    return courts.Shares(alone.share, agreed.share)


def wage_of(*, region: str, today: date) -> tuple[courts.Wage | None, ProvinceWage | None]:
    """Return the wage of the year before, or the newest before that, as rule and as row; None when none is loaded."""
    row = ProvinceWage.objects.filter(region=region, year__lt=today.year).order_by("-year").first()
    return (courts.Wage(row.yearly_fen, row.verified), row) if row else (None, None)
