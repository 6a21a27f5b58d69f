"""The facts of a dispute as the record has them."""

from collections_app.models import Account, Entry, Hold
from mediation.domain.facts import Fact, drawn
from mediation.models import Mediation
from mediation.selectors.sessions import BANK_ZONE

# So many of the latest payments stand on a sheet; more is a statement of account.
MOST_PAYMENTS = 12
_DISPUTES = ["dispute", "fraud_claim"]


def facts_on_record(mediation: Mediation) -> list[Fact]:
    """Return balances by component, due days, payments and what the customer disputes, as they stand now."""
    account = Account.objects.filter(id=mediation.account_id).first()
    assert account is not None
    payments = Entry.objects.filter(account=account, kind="payment", state__in=["received", "posted"])
    latest = list(payments.order_by("-occurred_at", "-id").values_list("id", "occurred_at", "amount_fen"))
    disputes = Hold.objects.filter(customer_id=account.customer_id, kind__in=_DISPUTES, released_at__isnull=True)
    return drawn(
        amounts={
            "principal": account.principal_fen,
            "interest": account.interest_fen,
            "fees": account.fees_fen,
            "payoff": account.payoff_fen,
            "overdue": account.overdue_fen,
        },
        due_on=account.due_on,
        overdue_since=account.overdue_since,
        payments=[(row, at.astimezone(BANK_ZONE).date(), fen) for row, at, fen in reversed(latest[:MOST_PAYMENTS])],
        disputes=[
            (row, at.astimezone(BANK_ZONE).date())
            for row, at in disputes.filter(account=account).order_by("id").values_list("id", "placed_at")
        ],
    )
