"""Where accounts stand before the courts, and whose claims they are."""

from dataclasses import dataclass

from collections_app.models import ClaimAssignment, Customer, LegalStep


@dataclass
class LegalState:
    """The step of the latest day of an account before the courts, and the assignment of its claim."""

    step: LegalStep | None = None
    assigned: ClaimAssignment | None = None


def of_record(customer: Customer) -> dict[int, LegalState]:
    """Return it by account, for those of which there is anything. Two queries."""
    steps = LegalStep.objects.filter(customer=customer).order_by("account", "-on", "-id").distinct("account")
    found = {row.account_id: LegalState(step=row) for row in steps}
    for row in ClaimAssignment.objects.filter(customer=customer):
        found.setdefault(row.account_id, LegalState()).assigned = row
    return found
