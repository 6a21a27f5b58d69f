"""Where accounts stand before the courts, and whose claims they are."""

from dataclasses import dataclass
from datetime import date

from collections_app.domain import legal
from collections_app.models import ClaimAssignment, Customer, LegalStep
from collections_app.selectors import clocks
from collections_app.selectors.legal import steps_of


@dataclass
class LegalState:
    """The step of the latest day of an account before the courts, and the assignment of its claim.

    ``judgment`` is the one whose term to enforce rings for the branch, ``enforce_by`` the last day of that term.
    """

    step: LegalStep | None = None
    assigned: ClaimAssignment | None = None
    judgment: LegalStep | None = None
    enforce_by: date | None = None


def of_record(customer: Customer) -> dict[int, LegalState]:
    """Return it by account, for those of which there is anything. Two queries, and two where there is a judgment."""
    steps = steps_of(customer)
    found = {row.account_id: LegalState(step=row) for row in steps}
    is_judged = any(row.state == legal.JUDGED for row in steps)
    judged = list(clocks.unenforced_judgments().filter(customer=customer)) if is_judged else []
    years = clocks.law_of(customer.country).enforcement_years if judged else None
    for step in judged:
        last = legal.enforce_by(on=step.on, perform_until=step.perform_until, years=years)
        found[step.account_id].judgment, found[step.account_id].enforce_by = step, last
    for claim in ClaimAssignment.objects.filter(customer=customer):
        found.setdefault(claim.account_id, LegalState()).assigned = claim
    return found
