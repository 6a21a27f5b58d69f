"""The call at somebody's telephone, and whose number it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When

from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.holds import HoldKind
from collections_app.domain.machines.calls import SHOWN_AFTER_END, SHOWN_AT_MOST, CallEvent
from collections_app.models import ContactPoint, Customer, Hold, Staff, TelephoneCall
from collections_app.selectors import records

MOST = 8
OWN = "self"


@dataclass(frozen=True, slots=True)
class Match:
    """A record that holds the number of a call: whose number it is there, and whether nothing speaks against that."""

    customer: Customer
    relation: str
    is_certain: bool

    @property
    def is_own(self) -> bool:
        """Whether it is the customer's own number, so that the record may open by itself."""
        return self.relation == OWN and self.is_certain


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


def matches(*, call: TelephoneCall, staff: Staff, now: datetime) -> list[Match]:
    """Return the records in this person's scope that hold the number of the call, at most eight: own numbers first.

    A number of a record out of their scope is nobody's to them. One that is known not to be theirs, or bad, or of
    somebody who has nothing to do with the record any more, is not theirs either: whoever calls from it is a stranger,
    and learns and shows nothing of the record. What another record knows of the number makes it uncertain here unless
    it is verified. One query.
    """
    if not call.number_token:
        return []
    same = ContactPoint.objects.filter(value_token=call.number_token)
    held = Hold.objects.filter(contact_point=OuterRef("pk"), kind=HoldKind.NUMBER_BAD, released_at__isnull=True)
    theirs = (
        same.filter(Q(person__isnull=True) | Q(person__ended_at__isnull=True), ~Exists(held), customer=OuterRef("pk"))
        .exclude(quality__in=UNUSABLE)
        .order_by(Case(When(relation=OWN, then=0), default=1), "id")
    )
    rows = records.scoped(staff, now=now).filter(Exists(theirs)).select_related("branch")
    rows = rows.annotate(
        number_relation=Subquery(theirs.values("relation")[:1]),
        number_quality=Subquery(theirs.values("quality")[:1]),
        number_doubted=Exists(same.filter(quality__in=UNUSABLE).exclude(customer=OuterRef("pk"))),
    )
    return [
        Match(row, row.number_relation, row.number_quality == "verified" or not row.number_doubted)
        for row in rows.order_by(Case(When(number_relation=OWN, then=0), default=1), "-overdue_fen", "id")[:MOST]
    ]
