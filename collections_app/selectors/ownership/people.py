"""Whom accounts can be given to."""

from django.db.models import QuerySet

from collections_app.domain.staff import Role, Scope
from collections_app.models import Staff

# Who works accounts: the others have none in their name.
WORKERS = (Role.COLLECTOR, Role.NEGOTIATOR, Role.SUPERVISOR, Role.LEGAL)


def workers() -> QuerySet[Staff]:
    """Return everybody who works accounts and is there."""
    return Staff.objects.filter(is_active=True, role__in=WORKERS).exclude(scope=Scope.NONE).order_by("employee_no")


def assignable(staff: Staff) -> QuerySet[Staff]:
    """Return whom a person may give accounts to: anybody for who sees the whole bank, else the people of the unit."""
    rows = workers()
    return rows if staff.scope == Scope.INSTITUTION else rows.filter(branch=staff.branch_id or 0)


def overseen(staff: Staff) -> QuerySet[Staff]:
    """Return the people of a person's reach whose book may have to be moved, those who have left among them."""
    rows = Staff.objects.filter(role__in=WORKERS).order_by("employee_no")
    return rows if staff.scope == Scope.INSTITUTION else rows.filter(branch=staff.branch_id or 0)
