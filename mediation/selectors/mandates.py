"""Mandates: the one place that reads them, for the representative and the person who approves."""

from collections.abc import Sequence
from dataclasses import dataclass

from collections_app.models import Approval, Staff
from mediation.domain.mandates import Figures
from mediation.models import Mandate, Mediation


@dataclass(frozen=True, slots=True)
class Seen:
    """A mandate as one person may see it: that there is one, and its limits only where they are theirs to read."""

    mandate: Mandate
    limits: Figures | None
    approval_id: int | None


def approved_of(*, mediation: Mediation, representative_id: int) -> Mandate | None:
    """Return the mandate in force of a representative in some talks, for what checks terms."""
    rows = Mandate.objects.filter(mediation=mediation, representative_id=representative_id, state="approved")
    return rows.first()


def named_in(mediation: Mediation) -> list[int]:
    """Return who has a mandate in force for these talks; they and nobody else then speak for the bank."""
    return list(
        Mandate.objects.filter(mediation=mediation, state="approved").values_list("representative_id", flat=True)
    )


def named_by_talks(mediation_ids: Sequence[int]) -> dict[int, int]:
    """Return by talks who has a mandate in force for them. One query."""
    rows = Mandate.objects.filter(mediation_id__in=mediation_ids, state="approved")
    return dict(rows.values_list("mediation_id", "representative_id"))


def reads(mandate: Mandate, staff: Staff) -> bool:
    """Return whether a person may read the limits of a mandate: its representative, and who has approved it."""
    return staff.id in {mandate.representative_id, mandate.approved_by_id}


def seen_by(staff: Staff, *, mediation: Mediation) -> list[Seen]:
    """Return the mandates of some talks that concern a person, the newest first; to everybody else there are none."""
    rows = Mandate.objects.filter(mediation=mediation).exclude(state="replaced").select_related("representative")
    mine = [row for row in rows.order_by("-id") if reads(row, staff) or row.proposed_by_id == staff.id]
    asked = {
        row.subject: row.id
        for row in Approval.objects.filter(kind="mandate", subject__in=[f"mandate:{each.id}" for each in mine])
    }
    return [Seen(row, row.limits if reads(row, staff) else None, asked.get(f"mandate:{row.id}")) for row in mine]
