"""Every night, for all accounts at once: money the core saw, where each clock stands, and the alarms.

Each statement changes only what is not so already: a second run of the same night changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from collections_app.domain.clocks.limitation import level_of
from collections_app.domain.clocks.sources import DEBIT_CHANNELS, OWN_CHANNELS
from collections_app.models import Alert, Branch, Guarantee, LimitationClock
from collections_app.selectors import clocks
from collections_app.selectors.zones import bank_zone
from collections_app.services import alerts

LIMITATION_ALERT, GUARANTEE_ALERT, FILING_ALERT = "limitation_ending", "guarantee_ending", "filing_missing"
ENFORCEMENT_ALERT, LAW_ALERT = "enforcement_ending", "enforcement_law_missing"
Terms = dict[str, date | datetime | list[str] | list[date]]
_RINGS = ("180", "90", "30", "over")


def wind(*, now: datetime) -> int:
    """Bring every clock up to the day, ring or stop the alarms of each branch, and return how many clocks moved."""
    moved_days = clocks.moved_days()
    terms: Terms = {
        "today": now.astimezone(bank_zone()).date(),
        "now": now,
        "own": list(OWN_CHANNELS),
        "debits": list(DEBIT_CHANNELS),
        "rest_countries": [country for country, _day, _moved in moved_days],
        "rest_days": [day for _country, day, _moved in moved_days],
        "rest_moved": [moved for _country, _day, moved in moved_days],
    }
    with transaction.atomic(durable=True):
        moved = sum([_run(sql, terms) for sql in (_SETTLED, _CLOCKS, _PAID, _GUARANTEES)])
    _ring(LIMITATION_ALERT, LimitationClock.objects.all(), now)
    _ring(GUARANTEE_ALERT, Guarantee.objects.all(), now)
    _ring(FILING_ALERT, clocks.unfiled(), now)
    judgments = list(clocks.unenforced())
    _ring_days(ENFORCEMENT_ALERT, [(branch_id, last) for branch_id, last in judgments if last], now)
    uncounted = Counter(branch_id for branch_id, last in judgments if last is None)
    alerts.tell_branches(kind=LAW_ALERT, counts=uncounted, now=now)
    return moved


def _run(sql: str, terms: Terms) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, terms)
        return int(cursor.rowcount)


def _ring(kind: str, found_by: QuerySet[LimitationClock] | QuerySet[Guarantee], now: datetime) -> None:
    """Open, renew or close the alarm of each branch, of clocks that are kept."""
    rows = (
        found_by.filter(level__in=_RINGS)
        .values_list("customer__branch_id", "level")
        .annotate(number=Count("pk"))
        .order_by()
    )
    counts: dict[int, dict[str, int]] = {}
    for branch_id, level, number in rows:
        counts.setdefault(branch_id, {})[level] = number
    _tell(kind, counts, now)


def _ring_days(kind: str, found: Iterable[tuple[int, date]], now: datetime) -> None:
    """Open, renew or close the alarm of each branch, of terms counted tonight: (branch id, last day)."""
    today = now.astimezone(bank_zone()).date()
    counts: dict[int, dict[str, int]] = {}
    for branch_id, until in found:
        if (level := level_of(until, today=today)) in _RINGS:
            of_branch = counts.setdefault(branch_id, {})
            of_branch[level] = of_branch.get(level, 0) + 1
    _tell(kind, counts, now)


def _tell(kind: str, counts: Mapping[int, Mapping[str, int]], now: datetime) -> None:
    open_ids = Alert.objects.filter(kind=kind, resolved_at__isnull=True).values_list("branch_id", flat=True)
    branches = Branch.objects.in_bulk([*counts, *(pk for pk in open_ids if pk)])
    for branch_id, branch in branches.items():
        if found := counts.get(branch_id):
            detail = {f"days_{level}" if level != "over" else level: found[level] for level in _RINGS if level in found}
            alerts.raise_alert(kind=kind, detail=detail, now=now, branch=branch)
        else:
            alerts.clear(kind=kind, now=now, branch=branch)


# Nothing is owed any more: there is no claim that could lapse.
_SETTLED = """
    DELETE FROM collections_app_limitationclock clock USING collections_app_account account
    WHERE account.id = clock.account_id AND (account.closed_in_core OR account.payoff_fen = 0)
"""

_LEVEL = """
    CASE WHEN {until} IS NULL THEN 'unknown'
        WHEN {until} < %(today)s THEN 'over'
        WHEN {until} <= %(today)s + 30 THEN '30'
        WHEN {until} <= %(today)s + 90 THEN '90'
        WHEN {until} <= %(today)s + 180 THEN '180'
        ELSE 'quiet' END
"""

# What domain/clocks/limitation.Extension does, for all: while an obstacle reaches into the last months before the
# end, the end moves to so many months after the last of them was gone; one that stands counts as gone today.
_LONGER = """
    WITH RECURSIVE step AS (
        SELECT plain.until WHERE hindered.account_id IS NOT NULL AND pause.number > 0 AND plain.until IS NOT NULL
        UNION ALL
        SELECT (next.gone_on + make_interval(months => pause.number))::date
        FROM step CROSS JOIN LATERAL (
            SELECT max(coalesce(held.gone_on, %(today)s)) AS gone_on FROM collections_app_limitationsuspension held
            WHERE held.account_id = account.id AND held.revoked_at IS NULL AND held.since <= step.until
              AND coalesce(held.gone_on, %(today)s) >= step.until - make_interval(months => pause.number)
        ) next
        WHERE (next.gone_on + make_interval(months => pause.number))::date > step.until
    ) SELECT max(until) AS until FROM step
"""

# Of a loan with a schedule from its last instalment, else from the day the account fell overdue.
_CLOCKS = f"""
    INSERT INTO collections_app_limitationclock AS kept (account_id, customer_id, begins_on, until, level, last_on)
    SELECT counted.id, counted.customer_id, counted.begins_on, counted.until,
        {_LEVEL.format(until="counted.until")}, NULL
    FROM (
        SELECT account.id, account.customer_id, begun.begins_on,
            coalesce(rested.moved_on, longer.until, plain.until) AS until
        FROM collections_app_account account
        JOIN collections_app_customer customer ON customer.id = account.customer_id
        LEFT JOIN collections_app_clockrule rule
            ON rule.country = customer.country AND rule.kind = 'limitation_years'
        LEFT JOIN collections_app_clockrule pause
            ON pause.country = customer.country AND pause.kind = 'suspended_months' AND pause.verified
        LEFT JOIN collections_app_limitationclock clock ON clock.account_id = account.id
        LEFT JOIN (
            SELECT DISTINCT account_id FROM collections_app_limitationsuspension WHERE revoked_at IS NULL
        ) hindered ON hindered.account_id = account.id
        LEFT JOIN LATERAL (
            SELECT max(line.due_on) AS due_on FROM collections_app_instalment line WHERE line.account_id = account.id
        ) schedule ON account.product = 'loan'
        CROSS JOIN LATERAL (SELECT coalesce(schedule.due_on, account.overdue_since) AS begins_on) begun
        CROSS JOIN LATERAL (
            SELECT (greatest(begun.begins_on, clock.last_on) + make_interval(years => rule.number))::date AS until
        ) plain
        LEFT JOIN LATERAL ({_LONGER}) longer ON true
        LEFT JOIN unnest(%(rest_countries)s::text[], %(rest_days)s::date[], %(rest_moved)s::date[])
            AS rested(country, on_day, moved_on)
            ON rested.country = customer.country AND rested.on_day = coalesce(longer.until, plain.until)
        WHERE NOT account.closed_in_core AND account.payoff_fen > 0
          AND (account.overdue_fen > 0 OR account.overdue_since IS NOT NULL OR clock.account_id IS NOT NULL)
    ) counted
    ON CONFLICT (account_id) DO UPDATE
    SET begins_on = excluded.begins_on, until = excluded.until, level = excluded.level
    WHERE (kept.begins_on, kept.until, kept.level) IS DISTINCT FROM (excluded.begins_on, excluded.until, excluded.level)
"""  # noqa: S608 (constants of this module)

# The newest payment the core saw after the last interruption: part payment, or a debit. It counts at once; obstacles
# and holidays lengthen what it began from the next count on.
_PAID = f"""
    WITH paid AS (
        INSERT INTO collections_app_limitationevent (
            customer_id, account_id, kind, "on", article, source, evidence, recorded_at)
        SELECT clock.customer_id, clock.account_id, paid.kind, paid."on", coalesce(rule.article, ''),
            'core:' || paid.id, '', %(now)s
        FROM collections_app_limitationclock clock
        JOIN collections_app_customer customer ON customer.id = clock.customer_id
        CROSS JOIN LATERAL (
            SELECT item.id, item."on", CASE WHEN item.channel = ANY(%(own)s) THEN 'promise' ELSE 'debit' END AS kind
            FROM collections_app_transaction item
            WHERE item.account_id = clock.account_id AND item.kind = 'payment' AND item."on" <= %(today)s
              AND item."on" > greatest(clock.begins_on, clock.last_on)
              AND (item.channel = ANY(%(own)s) OR item.channel = ANY(%(debits)s))
            ORDER BY item."on" DESC, item.id DESC LIMIT 1
        ) paid
        LEFT JOIN collections_app_clockrule rule ON rule.country = customer.country
            AND rule.code = CASE WHEN paid.kind = 'promise' THEN 'CN-LIM-14-PART' ELSE 'CN-LIM-8-3' END
        WHERE clock.begins_on IS NOT NULL AND (paid.kind = 'promise' OR paid."on" <= clock.until)
        ON CONFLICT DO NOTHING
        RETURNING id, account_id, customer_id, "on"
    )
    UPDATE collections_app_limitationclock clock
    SET last_id = counted.id, last_on = counted."on", until = counted.until,
        level = {_LEVEL.format(until="counted.until")}
    FROM (
        SELECT paid.id, paid.account_id, paid."on",
            (paid."on" + make_interval(years => rule.number))::date AS until
        FROM paid JOIN collections_app_customer customer ON customer.id = paid.customer_id
        JOIN collections_app_clockrule rule ON rule.country = customer.country AND rule.kind = 'limitation_years'
    ) counted
    WHERE counted.account_id = clock.account_id
"""  # noqa: S608 (constants of this module)

_GUARANTEES = f"""
    UPDATE collections_app_guarantee kept SET level = counted.level
    FROM (
        SELECT id, CASE WHEN claimed_on <= until THEN 'quiet' ELSE {_LEVEL.format(until="until")} END AS level
        FROM collections_app_guarantee
    ) counted
    WHERE counted.id = kept.id AND counted.level <> kept.level
"""  # noqa: S608 (constants of this module)
