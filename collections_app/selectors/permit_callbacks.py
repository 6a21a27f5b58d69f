"""The hours agreed to call back, and whom they bar from being called before."""

from collections.abc import Collection, Mapping
from datetime import datetime

from collections_app.domain.codes import CodeBook
from collections_app.domain.handoffs import Clock
from collections_app.models import ContactPoint, Conversation, HandOff

# Whose number an hour was agreed on, where no call to a number brought it: the customer's own.
_OWN = "self"
# By customer, and by the relation of the number it was agreed on.
Callbacks = Mapping[tuple[int, str], datetime]


def kinds_of(book: CodeBook) -> list[str]:
    """Return the kinds of hand-offs whose hour is agreed with the customer."""
    return [kind for kind, rule in book.handoffs.items() if rule.clock is Clock.AGREED]


def agreed(*, customer_ids: Collection[int], kinds: Collection[str], now: datetime) -> Callbacks:
    """Return the next hour agreed to call back, by customer and by whose number it was agreed on.

    Two queries, one where nothing was agreed, and none for nobody.
    """
    if not customer_ids:
        return {}
    rows = HandOff.objects.filter(customer_id__in=customer_ids, kind__in=kinds, closed_at__isnull=True, due_at__gt=now)
    # The earliest comes last, and stays.
    owed = list(rows.order_by("-due_at", "id").values_list("customer_id", "id", "due_at"))
    if not owed:
        return {}
    whose = _agreed_on({customer_id for customer_id, _, _ in owed})
    return {(customer_id, whose.get(work, _OWN)): due_at for customer_id, work, due_at in owed}


def _agreed_on(customer_ids: Collection[int]) -> dict[int, str]:
    """Return whose number the call was to that brought a hand-off; one that no such call brought is left out."""
    rows = Conversation.objects.filter(customer_id__in=customer_ids, contact__contact_point__isnull=False)
    rows = rows.exclude(brought=[])
    return {
        done["handoff"]: relation
        for brought, relation in rows.values_list("brought", "contact__contact_point__relation")
        for done in brought
        if "handoff" in done
    }


def next_hour(callbacks: Callbacks, *, customer_id: int, point: ContactPoint | None) -> datetime | None:
    """Return the next hour that bars a call: the customer's bars every one, anybody else's those to such numbers."""
    whose = {_OWN, point.relation if point else _OWN}
    return min((callbacks[customer_id, each] for each in whose if (customer_id, each) in callbacks), default=None)
