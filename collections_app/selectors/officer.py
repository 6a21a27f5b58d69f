"""The person who stands behind every page of a customer who is in."""

from collections_app.models import Account, Customer, Staff


def officer_of(customer: Customer) -> Staff | None:
    """Return the customer's adviser, else who looks after the account that is worst, while they work here."""
    if customer.adviser is not None and customer.adviser.is_active:
        return customer.adviser
    owned = Account.objects.filter(customer=customer, closed_in_core=False, owner__is_active=True)
    account = owned.select_related("owner").order_by("-overdue_fen", "id").first()
    return account.owner if account else None
