"""What is true of accounts now, as far as customers may be told of it, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.promises import PENDING, unpaid_parts
from collections_app.domain.told.standing import Truth, dated_sums
from collections_app.models import Account, Arrangement, Instalment, Promise
from collections_app.selectors.money import beside_core, seen_on

Lines = list[tuple[date, int]]
# The rest of an account is wide, and its number sealed.
_OF_ACCOUNTS = ("overdue_fen", "minimum_due_fen", "billed_fen", "payoff_fen", "unbilled_fen", "due_on")


def truths_of(*, account_ids: Collection[int]) -> dict[int, Truth]:
    """Return the truth of each of these accounts by its id, with its amounts as they are stored."""
    return truths(Account.objects.filter(pk__in=account_ids).only(*_OF_ACCOUNTS))


def truths(accounts: Iterable[Account], *, pending: Sequence[Promise] | None = None) -> dict[int, Truth]:
    """Return the truth of accounts as they were read, by id. What there is nothing of is not asked for.

    ``pending`` are the pending promises on these accounts with parts and customer, where they were read already.
    """
    by_id = {account.pk: account for account in accounts}
    if not by_id:
        return {}
    are_promised, are_planned, are_scheduled = _there_are(list(by_id))
    promised = _promised(by_id, pending) if are_promised else {}
    plans = _planned(by_id) if are_planned else {}
    scheduled = _scheduled(by_id) if are_scheduled else {}
    return {
        pk: _truth(account, promised.get(pk), plans.get(pk), scheduled.get(pk, [])) for pk, account in by_id.items()
    }


def _there_are(account_ids: list[int]) -> tuple[bool, bool, bool]:
    """Return whether these accounts have pending promises, plans in force, and schedules of their own. One query."""
    asked: dict[str, Any] = {
        "accounts": account_ids,
        "pending": [state.value for state in PENDING],
        "in_force": [state.value for state in IN_FORCE],
    }
    with connection.cursor() as cursor:
        cursor.execute(_THERE_ARE, asked)
        promised, planned, scheduled = cursor.fetchone()
    return promised, planned, scheduled


_THERE_ARE = f"""
    SELECT
      EXISTS (SELECT FROM {Promise._meta.db_table} WHERE account_id = ANY(%(accounts)s) AND state = ANY(%(pending)s)),
      EXISTS (SELECT FROM {Arrangement._meta.db_table}
              WHERE account_id = ANY(%(accounts)s) AND state = ANY(%(in_force)s)),
      EXISTS (SELECT FROM {Instalment._meta.db_table} WHERE account_id = ANY(%(accounts)s))
"""  # noqa: S608  names of our own tables


def _truth(
    account: Account, promised: tuple[Lines, Lines] | None, planned: tuple[Lines, Lines] | None, scheduled: Lines
) -> Truth:
    agreed = planned or promised or ([], [])
    dated = [sums for pair in (promised, planned) if pair for sums in dated_sums(*pair)]
    return Truth(
        account_id=account.pk,
        amounts={
            "overdue": account.overdue_fen,
            "minimum_due": account.minimum_due_fen,
            "billed": account.billed_fen,
            "payoff": account.payoff_fen,
            "unbilled": account.unbilled_fen,
        },
        dated=dated,
        unpaid=agreed[1],
        scheduled=scheduled,
        is_plan=planned is not None,
        due_on=account.due_on,
    )


def _promised(account_ids: Collection[int], pending: Sequence[Promise] | None = None) -> dict[int, tuple[Lines, Lines]]:
    """The parts of pending promises, whole and what is left of them."""
    if pending is None:
        rows = Promise.objects.filter(account_id__in=account_ids, state__in=[state.value for state in PENDING])
        pending = list(rows.select_related("customer").prefetch_related("parts"))
    promises = sorted(pending, key=lambda promise: (promise.taken_at, promise.pk))
    money = seen_on(account_ids={promise.account_id for promise in promises}) if promises else {}
    found = {}
    for promise in promises:
        parts = [(part.due_on, part.amount_fen) for part in promise.parts.all()]
        paid = money[promise.account_id].since(promise.taken_at, zone=ZoneInfo(promise.customer.time_zone)).total_fen
        found[promise.account_id] = (parts, list(unpaid_parts(parts, paid_fen=paid)))
    return found


def _planned(account_ids: Collection[int]) -> dict[int, tuple[Lines, Lines]]:
    """The instalments of plans in force, whole and what is left of them."""
    plans = Arrangement.objects.filter(account_id__in=account_ids, state__in=[state.value for state in IN_FORCE])
    found = {}
    for plan in plans.prefetch_related("instalments"):
        lines = list(plan.instalments.all())
        whole = [(line.due_on, line.amount_fen) for line in lines]
        left = [(line.due_on, line.amount_fen - line.paid_fen) for line in lines if line.paid_fen < line.amount_fen]
        found[plan.account_id] = (whole, left)
    return found


def _scheduled(account_ids: Collection[int]) -> dict[int, Lines]:
    """What is unpaid of loans' own schedules: what was paid here and the core does not know yet is off it."""
    lines: dict[int, Lines] = defaultdict(list)
    for line in Instalment.objects.filter(account_id__in=account_ids):
        unpaid = line.principal_fen + line.interest_fen - line.paid_fen
        if unpaid > 0:
            lines[line.account_id].append((line.due_on, unpaid))
    paid = beside_core(account_ids=list(lines)) if lines else {}
    return {account_id: list(unpaid_parts(rows, paid_fen=paid[account_id])) for account_id, rows in lines.items()}
