"""What is wrong after tortured payments, by the cashier's own book and not by what OneCase believes."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Sum

from collections_app.models import Account, Entry, JournalLine
from repayment.domain.payments import OPEN
from repayment.gateways.sandbox import statement
from repayment.models import Payment, SandboxOrder, SettlementDifference
from repayment.selectors import account_page
from repayment.services import settlement


def wrong(*, now: datetime) -> list[str]:
    """Return a sentence for each payment that entries, the cashier and the customer's page tell differently."""
    return [*_against_the_book(), *_customers_view(now), *_books(), *_settlement(now)]


def _against_the_book() -> Iterator[str]:
    orders = {order.reference: order for order in SandboxOrder.objects.all()}
    entered: dict[str, int] = defaultdict(int)
    back: dict[str, int] = defaultdict(int)
    for row in Entry.objects.filter(state__in=["received", "posted"]).exclude(kind="adjustment"):
        if row.kind == "payment":
            entered[row.reference] += row.amount_fen
        else:
            back[row.of_reference or row.reference] += row.amount_fen
    for payment in Payment.objects.all():
        order = orders.pop(payment.reference, None)
        paid_fen = order.amount_fen if order is not None and order.outcome == "paid" else 0
        if entered.pop(payment.reference, 0) != paid_fen:
            yield f"{payment.reference}: the entries are not what was paid"
        if order is not None and back.pop(payment.reference, 0) != order.refunded_fen:
            yield f"{payment.reference}: the entries are not what was sent back"
        if payment.state in OPEN:
            yield f"{payment.reference} was forgotten as {payment.state}"
    for reference in [*orders, *entered, *back]:
        yield f"{reference}: money without a payment"


def _customers_view(now: datetime) -> Iterator[str]:
    """Yield the accounts whose page asks for anything but the core's payoff less what the cashier has kept."""
    kept: dict[int, int] = defaultdict(int)
    orders = {order.reference: order for order in SandboxOrder.objects.filter(outcome="paid")}
    for account_id, reference in Payment.objects.values_list("account_id", "reference"):
        if order := orders.get(reference):
            kept[account_id] += order.amount_fen - order.refunded_fen
    for account in Account.objects.all():
        part = account_page.read(customer_id=account.customer_id, now=now).part(account.pk)
        if part is None or part.due.payoff_fen != account.core_payoff_fen - kept[account.pk]:
            yield f"account {account.pk}: its page does not ask for what is owed"


def _books() -> Iterator[str]:
    sums = JournalLine.objects.order_by().values("journal_id").annotate(fen=Sum("amount_fen")).exclude(fen=0)
    for row in sums:
        yield f"booking {row['journal_id']} does not balance"


def _settlement(now: datetime) -> Iterator[str]:
    """Settle with the cashier's own file: it must find nothing to explain, and leave nothing under way."""
    content = statement.write(since=now - timedelta(days=2), until=now + timedelta(days=1))
    settlement.take_in(gateway="sandbox", name="torture.csv", content=content, now=now)
    for row in SettlementDifference.objects.filter(ended_at__isnull=True)[:20]:
        yield f"settlement: {row.kind}, {row.ours_fen} here and {row.theirs_fen} there"
    under_way = JournalLine.objects.filter(book="clearing").aggregate(fen=Sum("amount_fen"))["fen"] or 0
    if under_way:
        yield f"{under_way} fen are still under way from the cashier after the settlement"
