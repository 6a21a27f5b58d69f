"""Whose records are walled from whom. Where a wall stands, there is no such record: nothing says that there is one."""

from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from collections_app.domain.ownership.walls import NOT_BY_UNIT, Relation
from collections_app.models import Customer, Staff, StaffTie

Row = TypeVar("Row", bound=Model)


def ties_against(staff: Staff) -> QuerySet[StaffTie]:
    """Return the ties that wall records from a person: their own, and a colleague's own record from the whole unit."""
    theirs = Q(staff=staff.pk)
    if staff.branch_id and staff.role not in NOT_BY_UNIT:
        theirs |= Q(relation=Relation.OWN, staff__branch=staff.branch_id)
    return StaffTie.objects.filter(theirs, ended_at__isnull=True)


def outside(rows: QuerySet[Customer], staff: Staff) -> QuerySet[Customer]:
    """Return those of the records that are not walled from a person."""
    return rows.filter(Q(walled=False) | ~Exists(ties_against(staff).filter(customer=OuterRef("pk"))))


def worked_by(rows: QuerySet[Customer], staff: Staff) -> QuerySet[Customer]:
    """Return those of the records that a person may work: not walled from them, nor recused, nor mediated by them.

    Those they are kept from are named one by one, in one query and mostly none: a question of many parts walks its
    indexes without a look at each row, and the database plans the ties once.
    """
    tied, values = ties_against(staff).order_by().values_list("customer_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{_KEPT_AWAY} UNION ALL {tied}", [[staff.pk], [staff.pk], *values])
        named = {customer_id for (customer_id,) in cursor.fetchall()}
    return rows.exclude(id__in=sorted(named)) if named else rows


# In SQL, because every worklist asks for it, and building it costs more than asking it. As in the indexes it walks.
_KEPT_AWAY = f"""
    SELECT id FROM {Customer._meta.db_table}
    WHERE NOT (recused_staff = '{{}}'::bigint[]) AND recused_staff @> %s::bigint[]
       OR NOT (mediated_by = '{{}}'::bigint[]) AND mediated_by @> %s::bigint[]
"""  # noqa: S608  the name of our own table


def outside_by(rows: QuerySet[Row], staff: Staff, path: str) -> QuerySet[Row]:
    """Return those of the rows whose record, at the end of the path, is not walled from a person."""
    tie = ties_against(staff).filter(customer=OuterRef(f"{path}__pk"))
    return rows.filter(Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__walled": False}) | ~Exists(tie))


def is_walled(*, staff: Staff, customer_id: int) -> bool:
    """Return whether a record is walled from a person. One query."""
    return ties_against(staff).filter(customer=customer_id).exists()


def pairs(*, staff_ids: Any, customer_ids: Any, mediated: bool = True) -> dict[int, set[int]]:
    """Return by record which of these people it is walled from, are recused, or mediated for it.

    Three queries however many. ``mediated`` False leaves those out who mediated: they may mediate again.
    """
    shut = Customer.objects.filter(Q(walled=True) | ~Q(recused_staff=[]) | ~Q(mediated_by=[]), id__in=customer_ids)
    rows = [
        (customer_id, walled, [*recused, *(mediators if mediated else ())])
        for customer_id, walled, recused, mediators in shut.values_list("id", "walled", "recused_staff", "mediated_by")
    ]
    if not rows:
        return {}
    people = list(Staff.objects.filter(id__in=staff_ids).values_list("id", "branch_id", "role"))
    asked = {person for person, _, _ in people}
    found = {customer_id: asked & set(recused) for customer_id, _, recused in rows if asked & set(recused)}
    walled = [customer_id for customer_id, is_walled_off, _ in rows if is_walled_off]
    ties = StaffTie.objects.filter(customer__in=walled, ended_at__isnull=True)
    for customer_id, tied, relation, branch in ties.values_list(
        "customer_id", "staff_id", "relation", "staff__branch_id"
    ):
        by_unit = relation == Relation.OWN and branch is not None
        found.setdefault(customer_id, set()).update(
            person for person, unit, role in people
            if person == tied or (by_unit and unit == branch and role not in NOT_BY_UNIT)
        )  # fmt: skip
    return found


def note(*, staff: Staff, customer_id: int, tried: str) -> None:
    """Remember on the person's own row, for the middleware to log, that they tried to reach a walled record.

    Nothing is written here: the refusal rolls its transaction back, and the log must stay.
    """
    staff.wall_tries = [*getattr(staff, "wall_tries", []), (customer_id, tried)]


def note_number(*, staff: Staff, customer_no: str) -> None:
    """Remember a try to open a record by its number, if it is there and walled. One query."""
    rows = Customer.objects.filter(customer_no=customer_no, walled=True).filter(
        Exists(ties_against(staff).filter(customer=OuterRef("pk")))
    )
    for customer_id in rows.values_list("id", flat=True):
        note(staff=staff, customer_id=customer_id, tried="open")
