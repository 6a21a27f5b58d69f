"""Looking again at the texts in use: what was approved once may be against today's rules."""

from datetime import datetime

from django.db.models import Q

from collections_app.selectors.zones import bank_zone
from collections_app.services import alerts
from notifications.domain.opt_out import OptOut
from notifications.domain.template_lint import problems
from notifications.models import Template
from notifications.selectors.templates import opt_out_for

ALERT = "texts_faulty"


def watch(*, now: datetime) -> int:
    """Tell staff of the texts in use, or approved for later, that could not be approved today; return how many.

    The check grows stricter with releases, and what providers demand changes with branches and terms. Nothing is taken
    out of use by it: that is a person's to decide, for the messages of that kind then wait.
    """
    today = now.astimezone(bank_zone()).date()
    used = Template.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), active=True)
    rows = list(used.order_by("kind", "variant", "language", "version"))
    demanded = {language: opt_out_for(language) for language in {row.language for row in rows}}
    faulty = [row for row in rows if _problems(row, demanded)]
    if not faulty:
        alerts.clear(kind=ALERT, now=now)
        return 0
    first = faulty[0]
    detail = {"texts": len(faulty), "first": f"{first.kind}/{first.variant}/{first.language}/{first.version}"}
    alerts.raise_alert(kind=ALERT, detail=detail, now=now)
    return len(faulty)


def _problems(row: Template, demanded: dict[str, OptOut]) -> list[str]:
    return problems(
        kind=row.kind, variant=row.variant, body=row.body, language=row.language, opt_out=demanded[row.language]
    )
