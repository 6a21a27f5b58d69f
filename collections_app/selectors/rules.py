"""The rules of contact in force."""

import logging
from collections.abc import Iterable
from datetime import date

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.rules import Basis, Pack, RuleRef, parse_rule
from collections_app.models import ImportedDay, Rule, RulePack

logger = logging.getLogger(__name__)


def packs_in_force(*, codes: Iterable[str], on: date) -> dict[str, Pack]:
    """Return the active pack of each code that is in effect on a day, in two queries.

    A pack with a rule that cannot be read is left out whole: nobody is contacted under half the rules.
    """
    rows = list(RulePack.objects.filter(code__in=set(codes), active=True, effective_from__lte=on))
    rules: dict[int, list[Rule]] = {row.pk: [] for row in rows}
    for rule in Rule.objects.filter(pack__in=rules).order_by("pack_id", "kind", "id"):
        rules[rule.pack_id].append(rule)
    packs = {}
    for row in rows:
        try:
            packs[row.code] = read_pack(row, rules[row.pk])
        except ValueError:
            logger.exception("rule pack %s version %s cannot be read", row.code, row.version)
    return packs


def read_pack(row: RulePack, rules: Iterable[Rule]) -> Pack:
    """Return a stored pack as the domain knows it. Raise ValueError when a rule of it cannot be read."""
    return Pack(
        row.code,
        row.version,
        tuple(
            parse_rule(
                ref=RuleRef(row.code, row.version, rule.code, Basis(rule.basis), rule.verified),
                kind=rule.kind,
                channels=rule.channels,
                parameters=rule.parameters,
            )
            for rule in rules
        ),
    )


def calendars(*, countries: Iterable[str], around: date) -> dict[str, WorkCalendar]:
    """Return the published working calendar of each country for this year and the next, in one query."""
    days: dict[str, dict[date, bool]] = {country: {} for country in countries}
    published = ImportedDay.objects.filter(country__in=days, on__year__gte=around.year, on__year__lte=around.year + 1)
    for country, on, works in published.values_list("country", "on", "works"):
        days[country][on] = works
    return {country: WorkCalendar(known) for country, known in days.items()}
