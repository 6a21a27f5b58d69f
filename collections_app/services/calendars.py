"""Loading a country's working calendar from a file, and telling staff early where it ends."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Max

from collections_app.domain import calendar_file
from collections_app.models import Branch, CalendarVersion, ImportedDay
from collections_app.selectors.zones import bank_zone
from collections_app.services import alerts, records, rules
from collections_app.services.errors import RefusedError

ALERT = "calendar_ending"
# China's notice for a year comes in November of the year before: two months leave time to load it.
WARN_DAYS = 60


@transaction.atomic(durable=True)
def load(*, content: bytes, source: str, actor: records.Actor, now: datetime) -> list[CalendarVersion]:
    """Put the days of a file in place of what was known of its countries and years; return a version per country.

    Raise RefusedError when the file cannot be read, is incomplete, names no source or was loaded before;
    NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=rules.ACTION)
    if not source.strip():
        raise RefusedError("calendar_source_missing")
    try:
        days = calendar_file.read(content)
    except calendar_file.CalendarFileError as error:
        raise RefusedError(error.code, **error.params) from error
    checksum = sha256(content).hexdigest()
    if CalendarVersion.objects.filter(sha256=checksum).exists():
        raise RefusedError("calendar_loaded_before")
    loaded = []
    for country, years in calendar_file.years(days).items():
        of_country = [day for day in days if day.country == country]
        last = CalendarVersion.objects.filter(country=country).aggregate(last=Max("version"))["last"]
        version = CalendarVersion.objects.create(
            country=country,
            version=(last or 0) + 1,
            source=source.strip()[:120],
            sha256=checksum,
            years=years,
            days=len(of_country),
            loaded_by=actor.staff,
            loaded_at=now,
        )
        ImportedDay.objects.filter(country=country, on__year__in=years).delete()
        ImportedDay.objects.bulk_create(
            [
                ImportedDay(
                    country=country, on=day.on, works=day.works, name=day.name, source=version.source, loaded=version
                )
                for day in of_country
            ],
            batch_size=2000,
        )
        loaded.append(version)
    watch(now=now)
    return loaded


def watch(*, now: datetime) -> int:
    """Tell staff of the branches whose country's calendar ends within sixty days; return how many there are."""
    today = now.astimezone(bank_zone()).date()
    ends: dict[str, date] = {}
    warned = 0
    for branch in Branch.objects.filter(live=True).order_by("id"):
        if branch.country not in ends:
            ends[branch.country] = covered_until(country=branch.country, on=today)
        end = ends[branch.country]
        if end - today < timedelta(days=WARN_DAYS):
            detail = {"country": branch.country, "ends": end.isoformat()}
            alerts.raise_alert(kind=ALERT, detail=detail, now=now, branch=branch)
            warned += 1
        else:
            alerts.clear(kind=ALERT, now=now, branch=branch)
    return warned


def covered_until(*, country: str, on: date) -> date:
    """Return the last day of a country's calendar without a gap from a day on; the day before where it has none."""
    years = set(_years(ImportedDay.objects.filter(country=country, on__year__gte=on.year).dates("on", "year")))
    year = on.year
    while year in years:
        year += 1
    return date(year - 1, 12, 31) if year > on.year else on - timedelta(days=1)


def _years(days: Iterable[date]) -> Iterable[int]:
    return (day.year for day in days)
