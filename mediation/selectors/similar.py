"""What became of past cases like one: counts alone, in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from mediation.domain.similar import AGE_BANDS, AMOUNT_BANDS, MONTH_BANDS, Band, Group, band_of, tellable
from mediation.models import Mediation

_MOST = 2**62
# A case's age is taken from the day it was opened to the proposal: what is overdue now says nothing of then.
_SQL = """
    SELECT CASE
            WHEN plan.id IS NULL THEN 'none'
            WHEN plan.state = 'performed' THEN 'kept'
            WHEN plan.state = 'breached' THEN 'broken'
            WHEN plan.state IN ('performing', 'late') THEN 'running'
            ELSE 'annulled' END AS result,
        CASE WHEN plan.id IS NOT NULL THEN width_bucket(lines.number - 0.5, %(months)s::numeric[]) END AS months,
        count(*)
    FROM mediation_mediation talks
    JOIN collections_app_account account ON account.id = talks.account_id AND account.product = %(product)s
    JOIN LATERAL (
        SELECT opened_at FROM collections_app_case
        WHERE customer_id = talks.customer_id AND opened_at <= talks.proposed_at ORDER BY opened_at DESC LIMIT 1
    ) opened ON talks.proposed_at::date - opened.opened_at::date BETWEEN %(age_from)s AND %(age_to)s
    LEFT JOIN mediation_agreement agreement ON agreement.mediation_id = talks.id
    LEFT JOIN collections_app_arrangement plan ON plan.id = agreement.arrangement_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS number FROM mediation_agreementinstalment WHERE agreement_id = agreement.id
    ) lines ON true
    WHERE talks.state = 'ended' AND talks.kind = 'mediation' AND talks.route = %(route)s
        AND talks.amount_fen BETWEEN %(amount_from)s AND %(amount_to)s
    GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Similar:
    """What past cases are called alike by, and the groups of them that are large enough to be told."""

    amount: Band
    age: Band
    groups: list[Group]


def similar_to(mediation: Mediation) -> Similar:
    """Return what became of past mediations of the same product, route, amount and age. Two queries."""
    opened_at = _opened_at(mediation)
    amount = band_of(mediation.amount_fen, AMOUNT_BANDS)
    age = band_of(max((mediation.proposed_at - opened_at).days, 0), AGE_BANDS)
    params: dict[str, Any] = {
        "product": mediation.account.product,
        "route": mediation.route,
        "amount_from": amount.lower,
        "amount_to": amount.upper if amount.upper is not None else _MOST,
        "age_from": age.lower,
        "age_to": age.upper if age.upper is not None else 10**6,
        "months": list(MONTH_BANDS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, params)
        rows = cursor.fetchall()
    groups = [Group(result, _months(bucket), count) for result, bucket, count in rows]
    return Similar(amount, age, tellable(groups))


def _months(bucket: int | None) -> Band | None:
    if bucket is None:
        return None
    lower = MONTH_BANDS[bucket - 1] + 1 if bucket else 1
    return Band(lower, MONTH_BANDS[bucket] if bucket < len(MONTH_BANDS) else None)


def _opened_at(mediation: Mediation) -> datetime:
    """Return when the case was opened that the talks belong to; without a case, when they were proposed."""
    cases = mediation.customer.cases.filter(opened_at__lte=mediation.proposed_at).order_by("-opened_at")
    return cases.values_list("opened_at", flat=True).first() or mediation.proposed_at
