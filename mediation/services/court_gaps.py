"""What papers for a court would lack if they were made now, to be said before they are."""

from collections_app.models import ContactPoint
from collections_app.services.evidence import facts
from mediation.domain import courts
from mediation.domain.after import confirm_by
from mediation.domain.signing import Verdict
from mediation.models import AgreementDraft, CourtRule
from mediation.selectors import after
from mediation.services import checking
from mediation.services.court_papers import NOT_THEIRS, Matter, addresses_confirmed, scans_of


def missing(matter: Matter, kind: str) -> list[str]:
    """Return the codes of what papers of a kind would lack if they were made now, to be said before they are."""
    customer, points = matter.customer, ContactPoint.objects.filter(customer=matter.customer, relation="self")
    found = [] if customer.id_number else ["id_number_missing"]
    if not points.filter(kind__startswith="address_").exclude(quality__in=NOT_THEIRS).exists():
        found.append("address_missing")
    found += _missing_of_agreement(matter)
    if kind == "confirmation":
        return [*found, *_missing_of_confirmation(matter)]
    if not facts.told(matter.asked).rows:
        found.append("told_nothing")
    wage, row = after.wage_of(region=customer.branch.region, today=matter.today)
    if wage is None or not wage.verified:
        found.append("wage_missing" if wage is None else "wage_not_verified")
    if row is not None and row.year < matter.today.year - 1:
        found.append("wage_of_earlier_year")
    rules = CourtRule.objects.all()
    if len(rules) < len(courts.COURT_RULES):
        found.append("rule_missing")
    elif not all(rule.verified for rule in rules):
        found.append("rule_not_verified")
    return found


def _missing_of_agreement(matter: Matter) -> list[str]:
    """What the agreement's own copy lacks: its document unchanged, or of one on paper its scan."""
    agreement = matter.agreement
    if agreement is None:
        return []
    draft = AgreementDraft.objects.filter(agreement=agreement).first()
    if draft is not None:
        return _missing_of_draft(checking.check(draft))
    on_paper = agreement.signatures.filter(method="paper").exists()
    return ["scan_missing"] if on_paper and not scans_of(agreement).exists() else []


def _missing_of_draft(checked: checking.Checked) -> list[str]:
    """What a look at a signed document found, each by its own name; of another document nothing else is said."""
    if not checked.document_holds:
        return ["document_gone"]
    verdicts = {verdict for _row, verdict in checked.signatures}
    found = ["signature_test"] if checked.is_test else []
    named = {
        Verdict.DOCUMENT_CHANGED: "document_gone",
        Verdict.SCAN_CHANGED: "scan_changed",
        Verdict.BROKEN: "signature_broken",
        Verdict.NO_AUTHORITY: "signature_without_certificate",
    }
    return [*found, *(code for verdict, code in named.items() if verdict in verdicts)]


def _missing_of_confirmation(matter: Matter) -> list[str]:
    agreement = matter.agreement
    if agreement is None:
        return []
    mediator = agreement.session.mediator
    found = []
    if mediator is None or not mediator.organisation.registration_no.strip():
        found.append("registration_missing")
    if not addresses_confirmed(matter.mediation).exists():
        found.append("address_not_confirmed")
    if confirm_by(after.effective_on(agreement=agreement, zone=matter.zone)) < matter.today:
        found.append("confirmation_term_over")
    return found
