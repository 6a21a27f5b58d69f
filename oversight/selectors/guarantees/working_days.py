"""Part of G4: who was contacted on a day off, or at a number that nobody had verified lately enough by their rules."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from collections_app.domain.calendar import WorkCalendar
from collections_app.models import CalendarVersion, ImportedDay, Rule
from oversight.selectors.guarantees.finding import OF_CUSTOMER, RULES_OF_PERMIT, ZONE_OF_CUSTOMER, ask

# Contacts of these channels with each rule of a kind, of the very pack version their permit names.
_RULED = f"""
    FROM collections_app_contact contact
    JOIN collections_app_customer customer ON customer.id = contact.customer_id
    {RULES_OF_PERMIT}
    LEFT JOIN collections_app_contactpoint point ON point.id = contact.contact_point_id
    WHERE {OF_CUSTOMER} AND NOT contact.inbound AND contact.state IN ('reserved', 'made', 'unknown')
        AND (%(channels)s::text[] = '{{}}' OR contact.channel = ANY(%(channels)s))
        AND contact.purpose <> ALL(%(caused)s) AND contact.decision ->> 'asked_for_in_call' IS DISTINCT FROM 'true'
        AND considered ->> 'check' = 'rules' AND considered ->> 'result' = 'passed'
"""

_ON_DAYS = f"""
    SELECT customer.customer_no, customer.country, contact.id, rule.code, contact.at,
        (contact.at AT TIME ZONE {ZONE_OF_CUSTOMER})::date
    {_RULED} AND rule.kind = 'quiet_hours' AND (rule.parameters ->> 'working_days_only')::boolean
    ORDER BY contact.id
"""

# A number is verified anew and never for an earlier day: where that was before the contact, it is what was known then.
# Else the permit has kept the day.
_OLD_NUMBERS = f"""
    SELECT customer_no, id, code, days FROM (
        SELECT customer.customer_no, contact.id, contact.at, rule.code, (rule.parameters ->> 'days')::int AS days,
            CASE WHEN point.verified_at <= contact.at THEN point.verified_at
                ELSE (SELECT (looked -> 'inputs' ->> 'verified')::date + interval '1 day'
                    FROM jsonb_array_elements(contact.decision -> 'considered') looked
                    WHERE looked ->> 'check' = 'number_age' AND looked -> 'rule' ->> 'code' = rule.code) END AS verified
        {_RULED} AND rule.kind = 'number_checked' AND contact.contact_point_id IS NOT NULL
            -- Reading permits is dear: of branches that have such a rule by now.
            AND customer.branch_id IN (SELECT id FROM collections_app_branch WHERE rule_pack = ANY(%(packs)s))
    ) aged
    WHERE verified IS NULL OR verified + days * interval '1 day' <= at - %(apart)s
    ORDER BY id
"""


def violations(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return whose contact is wrong, and what is wrong with it. ``params`` are those of the audit of G4."""
    yield from _days_off(params)
    rules = Rule.objects.filter(kind="number_checked").values_list("pack__code", "channels")
    packs = sorted({pack for pack, _channels in rules})
    if packs:
        asked = {**params, "packs": packs, "channels": _channels(channels for _pack, channels in rules)}
        for customer_no, contact_id, code, days in ask(_OLD_NUMBERS, asked):
            yield customer_no, f"contact {contact_id} used a number not verified in {days} days, against {code}"


def _days_off(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rules = Rule.objects.filter(kind="quiet_hours", parameters__working_days_only=True)
    channels = list(rules.values_list("channels", flat=True))
    if not channels:
        return
    known, loaded, of_years = _calendars()
    rows = ask(_ON_DAYS, {**params, "channels": _channels(channels)})
    for customer_no, country, contact_id, code, at, day in rows:
        calendar = known.get(country, WorkCalendar())
        # Where a day was published again since, nobody can say what it was to be. One that is no exception by now may
        # have been one: it goes by its year.
        published = loaded.get((country, day)) if day in calendar.days else of_years.get((country, day.year))
        if published is not None and published > at:
            continue
        works = calendar.works(day)
        if not works:
            what = "on a day off" if works is False else "on a day of a year without a calendar"
            yield customer_no, f"contact {contact_id} was made {what}, {day}, against {code}"


def _channels(of_rules: Any) -> list[str]:
    """Every channel that some of the rules speaks of; none where one of them speaks of all."""
    found = [set(channels) for channels in of_rules]
    return sorted(set().union(*found)) if all(found) else []


def _calendars() -> tuple[dict[str, WorkCalendar], dict[tuple[str, date], datetime], dict[tuple[str, int], datetime]]:
    """The working calendars as they are, when a day of them was loaded, where that is known, and a year.

    Whoever loads a file takes away what stood of its years: an exception that it does not name is gone without trace.
    """
    days: dict[str, dict[date, bool]] = defaultdict(dict)
    loaded: dict[tuple[str, date], datetime] = {}
    for country, on, works, at in ImportedDay.objects.values_list("country", "on", "works", "loaded__loaded_at"):
        days[country][on] = works
        if at is not None:
            loaded[country, on] = at
    versions = CalendarVersion.objects.order_by("loaded_at").values_list("country", "years", "loaded_at")
    of_years = {(country, year): at for country, years, at in versions for year in years}
    return {country: WorkCalendar(known) for country, known in days.items()}, loaded, of_years
