"""Running one audit, as the tests of all of them do."""

from datetime import datetime

from collections_app.models import Customer
from oversight.selectors import guarantees
from oversight.selectors.guarantees.finding import Finding


def audit(code: str, now: datetime, customer: Customer | None = None) -> Finding:
    module = next(item for item in guarantees.AUDITS if code == item.CODE)
    found: Finding = module.audit(now=now, customer_id=customer.id if customer else None)
    return found


def sentences(code: str, now: datetime) -> dict[str, str]:
    """What the audit of one guarantee found, by customer number."""
    return {item.customer_no: item.what for item in audit(code, now).violations}
