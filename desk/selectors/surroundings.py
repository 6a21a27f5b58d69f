"""What the shell of every page counts and dates."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from collections_app.domain.handoffs import HandOffState
from collections_app.models import Alert, HandOff, IntakeBatch, IntakeState, Staff


@dataclass(frozen=True, slots=True)
class DataAge:
    """The day of the newest file taken in, and whether it is fresh enough to speak of amounts."""

    as_of: date | None
    is_fresh: bool


def data_age(*, now: datetime) -> DataAge:
    """Return how old the core's newest data are, system-wide. One query."""
    newest = IntakeBatch.objects.filter(state=IntakeState.DONE).order_by("-as_of").values_list("as_of", flat=True).first()
    return DataAge(newest, newest is not None and (now.date() - newest).days <= 1)


def open_alerts(*, staff: Staff) -> int:
    """Return how many open alerts concern this person's branch or the whole bank. One query."""
    return Alert.objects.filter(Q(branch=None) | Q(branch=staff.branch_id), resolved_at=None).count()


def waiting_handoffs(*, staff: Staff) -> int:
    """Return how many hand-offs wait for this person's department. One query."""
    return HandOff.objects.filter(to_department=staff.department, state=HandOffState.OPEN).count()
