"""What a text would cost: last month's messages of its kind, times its parts, by each provider's tariff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from notifications.models import Message, Tariff

DAYS = 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many messages a month, what they cost in fen, and how many of them have no tariff."""

    messages: int
    cost_fen: int
    without_tariff: int


def estimate(*, kind: str, language: str, parts: int, now: datetime) -> Estimate:
    """Return what a month of a text of so many parts costs, going by the messages due in the last thirty days."""
    prices = {(row.provider, row.country): row.per_thousand_fen for row in Tariff.objects.all()}
    rows = Message.objects.filter(kind=kind, due_at__gte=now - timedelta(days=DAYS), due_at__lt=now)
    spoken = {"customer__language__istartswith": "zh"}
    rows = rows.filter(**spoken) if language.startswith("zh") else rows.exclude(**spoken)
    volumes = rows.order_by().values("provider", "contact_point__country").annotate(number=Count("id"))
    messages = thousandths = unpriced = 0
    for row in volumes.values_list("provider", "contact_point__country", "number"):
        provider, country, number = row
        messages += number
        price = prices.get((provider, country or ""), prices.get((provider, "")))
        if price is None:
            unpriced += number
        else:
            thousandths += number * parts * price
    return Estimate(messages, -(-thousandths // 1000), unpriced)


def cost_fen(*, provider: str, country: str, parts: int) -> int | None:
    """Return what one message costs in fen, rounded up, or None where there is no tariff."""
    price = price_of(provider=provider, country=country, parts=parts)
    return None if price is None else -(-price // 1000)


def price_of(*, provider: str, country: str, parts: int) -> int | None:
    """Return what one message costs, in thousandths of a fen, or None where there is no tariff."""
    prices = {row.country: row.per_thousand_fen for row in Tariff.objects.filter(provider=provider)}
    price = prices.get(country, prices.get(""))
    return None if price is None else price * parts
