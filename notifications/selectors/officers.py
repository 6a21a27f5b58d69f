"""The named officer: the colleague who stands behind every message and page."""

from collections.abc import Iterable

from collections_app.models import Account, Customer, Staff


def officers_of(customers: Iterable[Customer], accounts: Iterable[Account]) -> dict[int, Staff]:
    """Return by id, in one query, who advises these customers and who looks after these accounts.

    Who has left stands behind nothing any more.
    """
    named = [*(customer.adviser_id for customer in customers), *(account.owner_id for account in accounts)]
    ids = {staff_id for staff_id in named if staff_id is not None}
    return {person.pk: person for person in Staff.objects.filter(pk__in=ids, is_active=True)}


def officer_text(officer: Staff | None, language: str) -> str:
    """Return how a text names the officer; where there is none, the service that answers the hotline."""
    if language.lower().startswith("zh"):
        return f"专属顾问{officer.display_name}" if officer else "客户服务"
    return f"your adviser {officer.display_name_en or officer.display_name}" if officer else "our service team"
