"""What keeps a claim in force, and what ends it. None of it needs the lock of the record: a claim is no fact of it."""

from datetime import datetime

from collections_app.domain.worklists.claims import LASTS, ClaimEnd
from collections_app.models import CaseClaim, Staff


def follow_within(*, customer_id: int, kind: str, staff: Staff | None, now: datetime) -> None:
    """Let a change of a record renew the claim of whoever made it; a closed case ends every claim on it.

    Runs in the transaction of the change, under the record's lock.
    """
    open_claims = CaseClaim.objects.filter(customer_id=customer_id, ended_at__isnull=True)
    if kind == "case.closed":
        open_claims.update(ended_at=now, end=ClaimEnd.CLOSED)
    elif staff is not None:
        open_claims.filter(staff=staff).update(worked_at=now, expires_at=now + LASTS)


def look(*, customer_id: int, staff: Staff, now: datetime) -> None:
    """Renew a person's claim because they have opened the record."""
    claims = CaseClaim.objects.filter(customer_id=customer_id, staff=staff, ended_at__isnull=True, expires_at__gt=now)
    claims.update(expires_at=now + LASTS)


def sign_out(*, staff: Staff, now: datetime) -> int:
    """End the claim of somebody who signs out, and return how many there were."""
    return CaseClaim.objects.filter(staff=staff, ended_at__isnull=True).update(ended_at=now, end=ClaimEnd.SIGNED_OUT)
