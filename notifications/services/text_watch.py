"""Looking again at the texts in use: what was approved once may be against today's rules."""

from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Q

from collections_app.selectors.zones import bank_zone
from collections_app.services import alerts
from notifications.domain.opt_out import OptOut
from notifications.domain.template_lint import problems
from notifications.models import Template
from notifications.selectors.templates import opt_out_for

ALERT = "texts_faulty"
_KEY = ("kind", "variant", "language", "wording")


def watch(*, now: datetime) -> int:
    """Tell staff of the texts in use, or approved for later, that could not be approved today; return how many.

    The check grows stricter with releases, and what providers demand changes with branches and terms. Nothing is taken
    out of use by it: that is a person's to decide, for the messages of that kind then wait.
    """
    rows = _to_be_used(now.astimezone(bank_zone()).date())
    demanded = {language: opt_out_for(language) for language in {row.language for row in rows}}
    faulty = [row for row in rows if _problems(row, demanded)]
    if not faulty:
        alerts.clear(kind=ALERT, now=now)
        return 0
    first = faulty[0]
    detail = {"texts": len(faulty), "first": f"{first.kind}/{first.variant}/{first.language}/{first.version}"}
    alerts.raise_alert(kind=ALERT, detail=detail, now=now)
    return len(faulty)


def _to_be_used(today: date) -> list[Template]:
    """Return the versions in use today, and those that will be: approved for later, or again when what lies over ends.

    One that a newer version lies over on all the days it has left is used no more, though it stays approved.
    """
    active = Template.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), active=True)
    found = []
    for _, rows in groupby(active.order_by(*_KEY, "version"), key=attrgetter(*_KEY)):
        versions = list(rows)
        found += [
            row
            for place, row in enumerate(versions)
            if not any(_lies_over(newer, row, today) for newer in versions[place + 1 :])
        ]
    return found


def _lies_over(newer: Template, row: Template, today: date) -> bool:
    """Return whether the days of a newer version include all that are left of one whose last day is not over."""
    begins = max(row.valid_from or today, today)
    begun = newer.valid_from is None or newer.valid_from <= begins
    return begun and (newer.valid_to is None or (row.valid_to is not None and row.valid_to <= newer.valid_to))


def _problems(row: Template, demanded: dict[str, OptOut]) -> list[str]:
    return problems(
        kind=row.kind, variant=row.variant, body=row.body, language=row.language, opt_out=demanded[row.language]
    )
