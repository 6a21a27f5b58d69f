"""Reference data the bank starts with: code lists, rule packs, promise rules and working calendars.

What is there already is left as it is: administrators edit these rows, and loading again changes nothing.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import holidays
from django.db import transaction

from collections_app.models import ImportedDay, PromiseRule, Rule, RulePack
from collections_app.selectors.rules import read_pack
from collections_app.services import answers, arrangement_offers, authorities, codes, note_words, role_policies
from collections_app.services.clocks import law
from collections_app.services.emergencies import sentences
from collections_app.services.worklists import queues

_DIRECTORY = Path(__file__).resolve().parent.parent / "reference"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were new."""

    codes: int
    packs: int
    promise_rules: int
    days: int
    sentences: int
    queues: int
    answers: int
    clock_rules: int
    note_words: int
    authorities: int
    offers: int


@transaction.atomic(durable=True)
def load(*, now: datetime) -> Loaded:
    """Load all reference data that is not there yet."""
    role_policies.load()
    return Loaded(
        codes.load(now=now),
        load_rule_packs(now=now),
        load_promise_rules(),
        load_calendars(now=now),
        sentences.load(now=now),
        queues.load(now=now),
        answers.load(now=now),
        law.load(),
        note_words.load(),
        authorities.load(),
        arrangement_offers.load(),
    )


def load_rule_packs(*, now: datetime) -> int:
    """Create the rule packs that do not exist and return how many there were.

    A pack becomes active only when none of its code is, so that no version a person chose is replaced. Raise
    ValueError when a file holds a rule that cannot be read.
    """
    created = 0
    for path in sorted(_DIRECTORY.glob("rules_*.json")):
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = data.pop("rules")
        if RulePack.objects.filter(code=data["code"], version=data["version"]).exists():
            continue
        begins = date.fromisoformat(data.pop("effective_from"))
        taken = RulePack.objects.filter(code=data["code"], active=True).exists()
        pack = RulePack.objects.create(**data, effective_from=begins, active=not taken and begins <= now.date())
        rules = [Rule(pack=pack, **row) for row in rows]
        read_pack(pack, rules)
        Rule.objects.bulk_create(rules)
        created += 1
    return created


def load_promise_rules() -> int:
    """Create the promise rules that do not exist and return how many there were."""
    rows = json.loads((_DIRECTORY / "promise_rules.json").read_text(encoding="utf-8"))
    before = PromiseRule.objects.count()
    PromiseRule.objects.bulk_create([PromiseRule(**row) for row in rows], ignore_conflicts=True)
    return PromiseRule.objects.count() - before


def load_calendars(*, now: datetime) -> int:
    """Add the published days of this year and the next for each country, and return how many were new.

    A bank that loads its authority's own calendar keeps it: a day that is there is not touched.
    """
    countries = json.loads((_DIRECTORY / "calendars.json").read_text(encoding="utf-8"))
    years = [now.year - 1, now.year, now.year + 1]
    source = f"python-holidays {version('holidays')}"
    days = [
        ImportedDay(country=country, on=on, works=works, name=name, source=source)
        for country in countries
        for year in years
        for on, works, name in _published(country, year)
    ]
    before = ImportedDay.objects.count()
    ImportedDay.objects.bulk_create(days, ignore_conflicts=True)
    return ImportedDay.objects.count() - before


@cache
def _published(country: str, year: int) -> tuple[tuple[date, bool, str], ...]:
    """Return the exceptions of a year, as far as it is published: the day, whether people work, its name."""
    calendar = holidays.country_holidays(country, years=year)
    working = {day for day in calendar.weekend_workdays if day.year == year}
    if country == "CN" and not working:
        return ()  # every year's official notice moves some weekends; without one there is no notice yet
    free = [
        (day, False, name[:60]) for day, name in sorted(calendar.items()) if day.year == year and day not in working
    ]
    return *free, *((day, True, "") for day in sorted(working))
