"""Who may read a draft, and which wait for whose hand."""

from datetime import date

from django.db.models import Q, QuerySet

from collections_app.domain.staff import Role
from collections_app.models import Staff
from collections_app.selectors import walls
from mediation.models import AgreementDraft, SealAuthority


class NoSuchDraftError(LookupError):
    """There is no such draft, or it is none of this person's: both look the same."""


def readable(staff: Staff, *, today: date) -> QuerySet[AgreementDraft]:
    """Return the drafts a person signs or seals: of their own sessions, and of organisations whose seal they set.

    None of a record that is walled from them, or that they are recused from.
    """
    rows = AgreementDraft.objects.select_related(
        "mediation", "customer__branch__institution", "account", "session__mediator__staff",
        "session__mediator__organisation", "session__representative",
    )  # fmt: skip
    if not staff.is_active:
        return rows.none()
    rows = walls.outside_by(rows, staff, "customer").exclude(customer__recused_staff__contains=[staff.pk])
    if staff.role == Role.NEGOTIATOR:
        return rows.filter(session__representative=staff)
    if staff.role != Role.MEDIATOR:
        return rows.none()
    sealed = SealAuthority.objects.filter(staff=staff, since__lte=today, until__gte=today).values("organisation")
    return rows.filter(Q(session__mediator__staff=staff) | Q(session__mediator__organisation__in=sealed))


def access_draft(*, staff: Staff, draft_id: int, today: date) -> AgreementDraft:
    """Return one of a person's drafts. Raise NoSuchDraftError for any other."""
    found = readable(staff, today=today).filter(id=draft_id).first()
    if found is None:
        raise NoSuchDraftError(draft_id)
    return found


def to_seal(staff: Staff, *, today: date) -> QuerySet[AgreementDraft]:
    """Return what waits for a seal this person may set, the longest waiting first."""
    sealed = SealAuthority.objects.filter(staff=staff, since__lte=today, until__gte=today).values("organisation")
    rows = readable(staff, today=today).filter(state="open", session__mediator__organisation__in=sealed)
    return rows.exclude(signatures__signatory="organisation").order_by("drafted_at")
