"""Which arrangements an account is offered without asking a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.instalments.offers import Standing, covers
from collections_app.models import Account, Approval, Arrangement, ArrangementOffer, Customer, Hold

# While one of these is in force nothing is agreed with the customer alone.
BARRED_BY = frozenset(
    {"deceased", "assigned", "bankruptcy", "minor_incapable", "detained", "fraud_claim", "represented", "litigation"}
    | {"regulator", "risk_to_life", "in_mediation", "negotiating", "dispute"}
)


def standing(account: Account) -> Standing:
    """Return an account as an offer looks at it."""
    return Standing(account.product, account.currency, account.payoff_fen, account.billed_fen, account.days_past_due)


def offered(*, customer: Customer, accounts: Sequence[Account], now: datetime) -> dict[int, list[ArrangementOffer]]:
    """Return the offers each account of a record is within the bounds of, the shortest first. Four queries.

    None for an account with a plan in force or asked for, under a hold that bars it, or whose last plan was broken a
    short while ago.
    """
    ids = [account.pk for account in accounts if not account.written_off]
    held = Hold.objects.filter(customer=customer, kind__in=BARRED_BY, released_at__isnull=True).exclude(
        ends_at__lte=now
    )
    barred = set(held.values_list("account_id", flat=True))
    if None in barred:
        return {}
    plans = list(Arrangement.objects.filter(account_id__in=ids).values_list("account_id", "state", "breached_at"))
    barred |= {account_id for account_id, state, _ in plans if state in IN_FORCE}
    asked = Approval.objects.filter(customer=customer, kind="plan_terms", state="pending")
    barred |= set(asked.values_list("account_id", flat=True))
    offers = list(ArrangementOffer.objects.filter(active=True).order_by("most", "id"))
    broken = {account_id: at for account_id, _, at in sorted(plans, key=lambda row: row[2] or now) if at}
    found = {}
    for account in accounts:
        if account.pk not in ids or account.pk in barred:
            continue
        rows = [
            offer
            for offer in offers
            if covers(offer.terms, standing(account)) and not _too_soon(offer, broken.get(account.pk), now)
        ]
        if rows:
            found[account.pk] = rows
    return found


def _too_soon(offer: ArrangementOffer, broken_at: datetime | None, now: datetime) -> bool:
    return broken_at is not None and now < broken_at + timedelta(days=offer.wait_days)
