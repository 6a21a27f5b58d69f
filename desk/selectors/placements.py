"""What is with agencies, what could be, and how the agencies do."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from collections_app.domain.machines.clients import ClientKind
from collections_app.domain.ownership.placements import NOTICE_LASTS
from collections_app.domain.ownership.pools import OWN
from collections_app.models import Account, MachineClient, MachinePermit, Placement, Staff
from collections_app.selectors import records

_LATELY = timedelta(days=30)


def agencies(*, now: datetime) -> list[dict[str, Any]]:
    """Return each agency with what is with it (fen), what came back lately and why not by hand. Three queries."""
    rows: dict[int, dict[str, Any]] = {
        row.pk: {"client": row, "placed": 0, "fen": 0, "held": 0, "permits": 0, "refused": 0}
        for row in MachineClient.objects.filter(kind=ClientKind.AGENCY).order_by("name")
    }
    placed = Placement.objects.filter(client__in=rows).order_by()
    counted = placed.values("client").annotate(
        placed=Count("id", filter=Q(recalled_at__isnull=True)),
        fen=Sum("account__overdue_fen", filter=Q(recalled_at__isnull=True)),
        held=Count("id", filter=Q(recall_reason="hold", recalled_at__gt=now - _LATELY)),
    )
    asked = (
        MachinePermit.objects.filter(client__in=rows, request__at__gt=now - timedelta(days=1))
        .order_by()
        .values("client")
        .annotate(permits=Count("id", filter=Q(contact__isnull=False)), refused=Count("id", filter=Q(contact=None)))
    )
    groups: list[dict[str, Any]] = [*counted, *asked]  # type: ignore[list-item]  # one row for each agency
    for group in groups:
        rows[group.pop("client")].update({name: value or 0 for name, value in group.items()})
    return list(rows.values())


def _within(staff: Staff, now: datetime) -> QuerySet[Any]:
    return records.scoped(staff, now=now).order_by().values("id")


def placed(staff: Staff, *, now: datetime) -> QuerySet[Placement]:
    """Return what is with agencies now within a person's reach, the first to end first."""
    rows = Placement.objects.filter(recalled_at__isnull=True, customer__in=_within(staff, now))
    return rows.select_related("client", "account", "customer").order_by("until_on", "-id")


def recalled(staff: Staff, *, now: datetime) -> QuerySet[Placement]:
    """Return what came back within the last month, the newest first."""
    rows = Placement.objects.filter(recalled_at__gt=now - _LATELY, customer__in=_within(staff, now))
    return rows.select_related("client", "account", "customer").order_by("-recalled_at", "-id")


def told(staff: Staff, *, now: datetime) -> QuerySet[Account]:
    """Return the accounts whose debtor was told and that wait to be placed, the first told first."""
    rows = Account.objects.filter(
        outsource_notice_at__gt=now - NOTICE_LASTS,
        placement__in=OWN,
        closed_in_core=False,
        overdue_fen__gt=0,
        customer__in=_within(staff, now),
    )
    return rows.select_related("customer", "owner").order_by("outsource_notice_at", "id")
