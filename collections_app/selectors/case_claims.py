"""Who has claimed which case, and which cases may be given to somebody now."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from collections_app.domain.worklists.claims import REST, WAITS, ClaimEnd
from collections_app.models import CaseClaim, Contact, Customer, PermitRefusal, Staff
from collections_app.selectors import lines

_COUNTED = ("reserved", "made", "unknown")


def live(now: datetime) -> QuerySet[CaseClaim]:
    """Return the claims in force at an instant."""
    return CaseClaim.objects.filter(ended_at__isnull=True, expires_at__gt=now)


def own(*, staff: Staff, now: datetime) -> CaseClaim | None:
    """Return the claim a person holds, with its customer. One query."""
    return live(now).filter(staff=staff).select_related("customer").first()


def of_customers(*, customer_ids: Sequence[int], now: datetime) -> dict[int, CaseClaim]:
    """Return the claims in force on these customers, by customer. One query."""
    rows = live(now).filter(customer_id__in=customer_ids).select_related("staff")
    return {claim.customer_id: claim for claim in rows}


def unclaimed(rows: QuerySet[Customer], *, now: datetime) -> QuerySet[Customer]:
    """Return those of the cases that no colleague has claimed or speaks with, and whose call would not be refused.

    Whether a contact is permitted is decided by its permit alone; this only spares people what is known already.
    """
    refused = PermitRefusal.objects.filter(
        customer=OuterRef("pk"),
        # Refused on the record as it still is: what was derived anew since then is asked anew.
        at__gte=OuterRef("derived_at"),
        channel="voice",
        purpose="collection",
        until__gt=now,
    )
    return rows.filter(
        ~Exists(live(now).filter(customer=OuterRef("pk"))),
        ~Exists(lines.held(now=now).filter(customer=OuterRef("pk"))),
        ~Exists(refused),
    )


def free(rows: QuerySet[Customer], *, now: datetime) -> QuerySet[Customer]:
    """Return those of the unclaimed cases that somebody could begin with now.

    Left out are cases that wait for something else (a promise, a plan, a hold, a time agreed for calling back), and
    those that somebody has worked on or called within the time of rest. A call back that is due does not rest.
    """
    called = Contact.objects.filter(
        customer=OuterRef("pk"), channel="voice", inbound=False, state__in=_COUNTED, at__gt=now - REST, at__lte=now
    )
    worked = CaseClaim.objects.filter(customer=OuterRef("pk"), end=ClaimEnd.WORKED, ended_at__gt=now - REST)
    return unclaimed(rows, now=now).filter(
        ~Q(next_step__in=WAITS),
        Q(next_step="call_back", next_step_at__lte=now) | ~Q(next_step="call_back") & ~Exists(called) & ~Exists(worked),
    )


def not_passed_over_by(rows: QuerySet[Customer], *, staff: Staff, now: datetime) -> QuerySet[Customer]:
    """Return those of the cases that this person has not passed over within the time of rest."""
    passed = CaseClaim.objects.filter(
        customer=OuterRef("pk"), staff=staff, end=ClaimEnd.PASSED_OVER, ended_at__gt=now - REST
    )
    return rows.filter(~Exists(passed))
