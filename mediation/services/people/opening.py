"""What holds when a mediator opens a session: their ties are accepted, and from then on they take no side."""

from collections_app.models import Customer, Staff
from collections_app.services.errors import RefusedError
from mediation.models import Session
from mediation.selectors.people.fairness import disclosures_of, open_findings
from mediation.selectors.people.ties import barred


def check_within(*, session: Session) -> None:
    """Refuse to open a session whose mediator may not mediate it, or has ties that are not disclosed and accepted.

    The caller has locked the record.
    """
    if session.mediator is None:
        return
    if barred([session.mediation], [session.mediator]):
        # Since the date was found: the next sweep finds somebody else.
        raise RefusedError("mediator_barred")
    said = disclosures_of(session)
    if any(not row.stands for row in said):
        raise RefusedError("disclosure_not_accepted")
    if not any(row.interest for row in said) and open_findings(session):
        raise RefusedError("disclosure_missing")


def bar_within(*, customer: Customer, staff: Staff) -> None:
    """Remember on a locked record that a person mediated: they are never given it for a side afterwards.

    Provisions on court-invited mediation, article 16; the ground floor's walls keep it.
    """
    if staff.id not in customer.mediated_by:
        customer.mediated_by = [*customer.mediated_by, staff.id]
        customer.save(update_fields=["mediated_by"])
