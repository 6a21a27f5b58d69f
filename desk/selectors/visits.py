"""Own field visits: those one may go on, and who else may."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from collections_app.domain.staff import PERMISSIONS
from collections_app.domain.visits import ADDRESSES, OPEN, PLAN
from collections_app.models import ContactPoint, Customer, Staff, Visit
from collections_app.selectors import records, walls

_LATELY = timedelta(days=14)
_GOES = [role.value for role, actions in PERMISSIONS.items() if PLAN in actions]


def addresses(customer: Customer) -> list[ContactPoint]:
    """Return the addresses of a record, the customer's own first. One query."""
    rows = ContactPoint.objects.filter(customer=customer, kind__in=ADDRESSES)
    return sorted(rows, key=lambda point: (point.relation != "self", point.pk))


def colleagues(staff: Staff, customer: Customer) -> list[Staff]:
    """Return who may go beside a person: of their unit and that of the record, not kept away from it.

    One query; of a record that is walled from anybody, a few more.
    """
    units = {branch for branch in (staff.branch_id, customer.branch_id) if branch}
    rows = Staff.objects.filter(is_active=True, role__in=_GOES, branch__in=units).order_by("display_name", "id")
    kept_away = {*customer.recused_staff, *customer.mediated_by}
    if customer.walled:
        ids = list(rows.values_list("id", flat=True))
        kept_away |= walls.pairs(staff_ids=ids, customer_ids=[customer.pk]).get(customer.pk, set())
    return list(rows.exclude(id__in=kept_away))


def _rows(staff: Staff, now: datetime) -> QuerySet[Visit]:
    reach = records.scoped(staff, now=now).order_by().values("id")
    rows = Visit.objects.select_related("customer__branch", "first", "second", "contact_point")
    return rows.filter(customer__in=reach)


def open_ones(staff: Staff, *, now: datetime) -> QuerySet[Visit]:
    """Return the visits within a person's reach that are to be made or told, the soonest first."""
    rows = _rows(staff, now).filter(state__in=[state.value for state in OPEN])
    return rows.order_by("starts_at", "id")


def lately(staff: Staff, *, now: datetime) -> QuerySet[Visit]:
    """Return the visits of the last two weeks that are over, the newest first."""
    over = Q(closed_at__gt=now - _LATELY) & ~Q(state__in=[state.value for state in OPEN])
    return _rows(staff, now).filter(over).select_related("conversation").order_by("-closed_at", "-id")
