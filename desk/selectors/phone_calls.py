"""The call at somebody's telephone, and whose number it is."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from collections_app.domain.machines.calls import SHOWN_AFTER_END, SHOWN_AT_MOST, CallEvent
from collections_app.models import ContactPoint, Customer, Staff, TelephoneCall
from collections_app.selectors import records

MOST = 8


def shown(*, now: datetime) -> QuerySet[TelephoneCall]:
    """Return the calls that are on a screen now: going on, or over only just."""
    going_on = ~Q(state=CallEvent.HUNG_UP) & Q(moved_at__gt=now - SHOWN_AT_MOST)
    over = Q(state=CallEvent.HUNG_UP) & Q(moved_at__gt=now - SHOWN_AFTER_END)
    return TelephoneCall.objects.filter(going_on | over)


def current(*, staff: Staff, now: datetime) -> TelephoneCall | None:
    """Return the call at this person's extension now, the newest first. One query."""
    return shown(now=now).filter(staff=staff).order_by("-moved_at", "-id").first()


def stamps(*, staff_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Return the mark of the call at each person's extension now; who has none is left out. One query."""
    rows = shown(now=now).filter(staff_id__in=staff_ids).order_by("moved_at", "id")
    return {row.staff_id: row.stamp for row in rows.only("id", "state", "staff_id")}


def matches(*, call: TelephoneCall, staff: Staff, now: datetime) -> list[Customer]:
    """Return the records in this person's scope that hold the number of the call, at most eight. One query.

    A number of a record out of their scope is nobody's to them.
    """
    if not call.number_token:
        return []
    holds = ContactPoint.objects.filter(customer=OuterRef("pk"), value_token=call.number_token)
    rows = records.scoped(staff, now=now).filter(Exists(holds)).select_related("branch")
    return list(rows.order_by("-overdue_fen", "id")[:MOST])
