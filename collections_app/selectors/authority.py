"""What somebody may grant, and what has been granted before."""

from datetime import datetime

from django.db.models import F, Q, Sum

from collections_app.domain.arrangements import LAPSED
from collections_app.domain.authority import COLUMNS, PLAN, Limit, Power, Wish, beyond
from collections_app.domain.staff import Scope
from collections_app.models import Account, Arrangement, ArrangementInstalment, Authority, Customer, Staff, Waiver
from collections_app.selectors.zones import bank_zone

# What was let off with a plan that did not last.
_LAPSED = Q(arrangement__state__in=sorted(LAPSED))


def powers(role: str) -> dict[str, Power]:
    """Return what a role may grant, by component. One query."""
    return {
        row.component: Power(
            row.most_percent,
            row.most_fen,
            row.most_month_fen,
            row.most_customer_fen,
            row.most_months,
            row.head_office_only,
            row.most_branch_month_fen,
        )
        for row in Authority.objects.filter(role=role)
    }


def exceeded(
    *, staff: Staff, account: Account, lines: list[tuple[str, int, int]], now: datetime, months: int = 0
) -> dict[str, list[Limit]]:
    """Return by component the limits of somebody's authority that go beyond; none means they may grant all of it.

    ``lines`` are (component, fen, fen owed of it). A constant number of queries.
    """
    has = powers(staff.role)
    granted = _granted(staff, account, now)
    found = {}
    for component, amount_fen, owed_fen in lines:
        month_fen, customer_fen, branch_fen = granted.get(component, (0, 0, 0))
        wish = Wish(
            component,
            amount_fen,
            owed_fen,
            month_fen,
            customer_fen,
            at_head_office=staff.scope == Scope.INSTITUTION,
            months=months,
            branch_fen=branch_fen,
        )
        if wrong := beyond(wish, has.get(component)):
            found[component] = wrong
    return found


def owed(account: Account) -> dict[str, int]:
    """Return the fen owed of each component: the core's balance less what was let off since. One query.

    Components of one column of the core's balance share it.
    """
    since = Waiver.objects.filter(account=account, granted_at__date__gte=account.data_as_of).exclude(_LAPSED)
    waived: dict[str, int] = {}
    for component, fen in since.values_list("component", "amount_fen"):
        column = COLUMNS[component]
        waived[column] = waived.get(column, 0) + fen
    return {
        component: max(getattr(account, column) - waived.get(column, 0), 0) for component, column in COLUMNS.items()
    }


def _granted(staff: Staff, account: Account, now: datetime) -> dict[str, tuple[int, int, int]]:
    """What was granted before, by component, in two queries.

    By this person in this month, to this customer in all, and to the branch's customers by everybody in this month.
    What lapsed with a plan let nobody off, but was granted.
    """
    first = now.astimezone(bank_zone()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    own = Q(granted_by=staff, granted_at__gte=first)
    theirs = Q(customer=account.customer_id)
    branch = Customer.objects.filter(id=account.customer_id).values("branch")
    here = Q(customer__branch__in=branch, granted_at__gte=first)
    rows = Waiver.objects.values("component").annotate(
        month_fen=Sum("amount_fen", filter=own, default=0),
        customer_fen=Sum("amount_fen", filter=theirs & ~_LAPSED, default=0),
        branch_fen=Sum("amount_fen", filter=here, default=0),
    )
    found = {
        row["component"]: (row["month_fen"], row["customer_fen"], row["branch_fen"])
        for row in rows.filter(own | theirs | here)
    }
    agreed = Q(arrangement__agreed_by=staff, arrangement__agreed_at__gte=first)
    nearby = Q(customer__branch__in=branch, arrangement__agreed_at__gte=first, arrangement__agreed_by__isnull=False)
    principal = F("amount_fen") - F("interest_fen")
    plans = ArrangementInstalment.objects.filter(agreed | theirs | nearby).aggregate(
        month_fen=Sum(principal, filter=agreed, default=0),
        customer_fen=Sum(principal, filter=theirs, default=0),
        branch_fen=Sum(principal, filter=nearby, default=0),
    )
    # Principal that was paid early is in no instalment any more, and was put off all the same.
    own, theirs, here = Q(agreed_by=staff, agreed_at__gte=first), theirs, Q(customer__branch__in=branch)
    here &= Q(agreed_at__gte=first, agreed_by__isnull=False)
    early = Arrangement.objects.filter(own | theirs | here).aggregate(
        month_fen=Sum("early_fen", filter=own, default=0),
        customer_fen=Sum("early_fen", filter=theirs, default=0),
        branch_fen=Sum("early_fen", filter=here, default=0),
    )
    names = ("month_fen", "customer_fen", "branch_fen")
    month_fen, customer_fen, branch_fen = (plans[name] + early[name] for name in names)
    return found | {PLAN: (month_fen, customer_fen, branch_fen)}
