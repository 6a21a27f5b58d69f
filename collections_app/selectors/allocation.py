"""What is owed under each component today, and in which order a payment is put to them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from collections_app.domain.allocation import AllocationOrder, Owed, Split, allocate
from collections_app.domain.journal import OF_ACCOUNT
from collections_app.domain.rules import allocation_rule
from collections_app.models import Account, JournalLine
from collections_app.selectors.rules import packs_in_force
from collections_app.selectors.zones import bank_zone


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order that holds for an account today, and the rule it is by; none where no pack says anything."""

    order: AllocationOrder
    rule: str


def order_for(*, account: Account, now: datetime) -> Ordered:
    """Return how a payment of an account counts today, by the rule pack of its customer's branch.

    Where the pack says nothing, costs go before interest and interest before principal: what the law of most
    countries has when nothing was agreed.
    """
    code = account.customer.branch.rule_pack
    pack = packs_in_force(codes={code}, on=now.astimezone(bank_zone()).date()).get(code)
    rule = allocation_rule(pack, product=account.product, days_past_due=account.days_past_due) if pack else None
    if rule is None:
        return Ordered(AllocationOrder.COSTS_FIRST, "")
    return Ordered(rule.order, f"{rule.ref.pack}/{rule.ref.version}/{rule.ref.code}")


def owed(*, account: Account) -> Owed:
    """Return what is owed under each component: the core's file, less own payments it does not yet contain."""
    lines = JournalLine.objects.filter(
        journal__entry__account=account, journal__entry__state="received", book__in=OF_ACCOUNT
    ).order_by()
    moved = dict(lines.values_list("book").annotate(fen=Sum("amount_fen")))
    return Owed(
        costs_fen=max(account.fees_fen + moved.get("costs", 0), 0),
        interest_fen=max(account.interest_fen + moved.get("interest", 0), 0),
        principal_fen=max(account.principal_fen + moved.get("principal", 0), 0),
        payoff_fen=account.payoff_fen,
    )


def kept(*, reference: str) -> Split:
    """Return what of a recorded payment still stands, by component: as it was booked, less what was taken back."""
    of_payment = Q(journal__entry__reference=reference) | Q(journal__entry__of_reference=reference)
    rows = JournalLine.objects.filter(of_payment, book__in=OF_ACCOUNT).values_list("book", "amount_fen")
    parts: dict[str, int] = {}
    for book, fen in rows:
        parts[book] = parts.get(book, 0) - fen
    return Split(**parts)


def predict(*, account: Account, amounts: list[int], now: datetime) -> tuple[Ordered, list[Split]]:
    """Return how payments of these amounts would each count today, and by which order. Three queries."""
    ordered, now_owed = order_for(account=account, now=now), owed(account=account)
    return ordered, [allocate(amount_fen=fen, owed=now_owed, order=ordered.order) for fen in amounts]
