"""Where accounts stand before the courts, and whose claims they are."""

from dataclasses import dataclass
from datetime import date

from collections_app.domain import legal
from collections_app.models import ClaimAssignment, Customer, LegalStep
from collections_app.selectors import clocks


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
    """Return it by account, for those of which there is anything. Two queries, and two where there is a judgment.

    A judgment recorded again to correct it stands where it stood: before what came after it on the same day.
    """
    newest: dict[tuple[int, date, str], LegalStep] = {}
    for row in LegalStep.objects.filter(customer=customer).order_by("on", "id"):
        newest[row.account_id, row.on, row.state] = row
    steps = {row.account_id: row for row in newest.values()}.values()
    found = {row.account_id: LegalState(step=row) for row in steps}
    is_judged = any(row.state == legal.JUDGED for row in newest.values())
    judged = list(clocks.unenforced_judgments().filter(customer=customer)) if is_judged else []
    years = clocks.law_of(customer.country).enforcement_years if judged else None
    for step in judged:
        last = legal.enforce_by(on=step.on, perform_until=step.perform_until, years=years)
        found[step.account_id].judgment, found[step.account_id].enforce_by = step, last
    for claim in ClaimAssignment.objects.filter(customer=customer):
        found.setdefault(claim.account_id, LegalState()).assigned = claim
    return found
