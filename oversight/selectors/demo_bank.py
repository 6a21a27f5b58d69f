"""What the demo bank's core asks OneCase: how it stands, and which payments it must post."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from collections_app.models import Account, Entry, IntakeBatch, IntakeState, Product


@dataclass(frozen=True, slots=True)
class Standing:
    """The day the demo bank was opened, the day of its newest data, and how many cards it has."""

    opened_on: date
    newest: date
    cards: int


def standing() -> Standing | None:
    """Return how the demo bank stands, or None before its first night."""
    days = list(IntakeBatch.objects.filter(state=IntakeState.DONE).order_by("as_of").values_list("as_of", flat=True))
    if not days:
        return None
    return Standing(days[0], days[-1], Account.objects.filter(product=Product.CARD).count())


def own_payments(*, as_of: date) -> dict[str, tuple[int, list[str]]]:
    """Return by account number what was paid through OneCase by the end of a day: fen, and the references.

    The reference of a payment that bounced is there once more with a minus sign before it.
    """
    end = datetime.combine(as_of + timedelta(days=1), time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
    entries = Entry.objects.filter(
        kind__in=["payment", "reversal"], state__in=["received", "posted"], occurred_at__lt=end
    ).select_related("account")
    paid: dict[str, tuple[int, list[str]]] = {}
    for entry in entries.order_by("id"):
        fen, references = paid.get(entry.account.account_no, (0, []))
        if entry.kind == "payment":
            paid[entry.account.account_no] = (fen + entry.amount_fen, [*references, entry.reference])
        else:
            paid[entry.account.account_no] = (max(fen - entry.amount_fen, 0), [*references, f"-{entry.reference}"])
    return paid
