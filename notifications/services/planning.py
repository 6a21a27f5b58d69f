"""Planning the reminders of a day from the steps of the playbook, by the set: one statement per kind and chunk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.db import connection, transaction
from django.db.models import Max
from phonenumbers import SUPPORTED_REGIONS

from collections_app.domain.purposes import Channel
from collections_app.models import Branch, Customer
from collections_app.services import feed
from collections_app.services.alone import alone
from notifications.domain import playbook
from notifications.domain.kinds import KINDS, MessageKind
from notifications.domain.lifecycle import MessageState
from notifications.models import Message, ReminderRule
from notifications.selectors.plannable import COLUMNS, FIXED, ONE_A_CUSTOMER, PLANNED_KINDS, candidates
from notifications.selectors.reach import country_sql, kinds_of
from notifications.services import carriers, plan_runs, rounds
from notifications.services.targeting import choosing

# So many customers in one transaction: after a crash the next run goes on where nothing is planned yet.
CHUNK = 20_000
# One planner at a time ("PLAN" in ASCII), taken before any customer: each sees what the other has planned. And one run
# at a time ("PRUN"): a second one would find nothing new, and tell of itself in the place of the first.
_LOCK, RUN = 0x504C414E, 0x5052554E
_ANY = "*"

_TABLE = Message._meta.db_table
_REFUSED = "CASE WHEN e.reaches THEN '' WHEN p.country IS NULL THEN 'no_contact_point' ELSE coalesce(b.reason, '') END"
_WHY_REFUSED = "jsonb_build_object('provider', w.provider, 'country', coalesce(p.country, ''))"


def plan(*, on: date, now: datetime) -> dict[str, int]:
    """Plan the steps of the playbook that are of use on a day, and return how many are new, by kind.

    Running it again plans nothing twice, and makes up for what an outage left out while it is still of use
    (domain/playbook is the definition). What no provider of the branch may ever carry to the customer's country is
    stored as refused, with that reason. While another run is at it nothing is done: the clock gives the next one.
    """
    with alone(RUN) as mine:
        if not mine:
            return {}
        last = Customer.objects.aggregate(last=Max("pk"))["last"] or 0
        return plan_of(customers=(1, last + 1), on=on, now=now)


def plan_of(*, customers: tuple[int, int], on: date, now: datetime) -> dict[str, int]:
    """Plan for the customers whose ids lie from the first to below the second, and return how many are new, by kind."""
    rules: dict[str, list[ReminderRule]] = {}
    for rule in ReminderRule.objects.filter(active=True).order_by("pk"):
        if rule.days:
            rules.setdefault(rule.kind, []).append(rule)
    kinds = [kind.value for kind in PLANNED_KINDS if kind in rules]
    if not kinds:
        return {}
    carrying, branches = carriers.load(now=now), list(Branch.objects.values_list("pk", "sms_provider"))
    barred = {kind: _barred(carrying, branches, KINDS[kind].purpose) for kind in kinds}
    total = Customer.objects.filter(pk__gte=customers[0], pk__lt=customers[1]).count()
    runs = {kind: plan_runs.begin(kind=kind, on=on, total=total, now=now) for kind in kinds}
    for chunk in _chunks(*customers):
        seen = Customer.objects.filter(pk__gte=chunk[0], pk__lt=chunk[1]).count()
        for kind in kinds:
            new = _write(KINDS[kind], rules[kind], chunk=chunk, barred=barred[kind], on=on, now=now)
            runs[kind].advance(seen=seen, planned=new)
    for progress in runs.values():
        progress.finish()
    return {kind: progress.planned for kind, progress in runs.items()}


def _chunks(first: int, after: int) -> Iterator[tuple[int, int]]:
    """Return the id each chunk of customers begins with and the one after its last, ascending."""
    ids = Customer.objects.order_by("pk").values_list("pk", flat=True)
    while first < after:
        beyond = next(iter(ids.filter(pk__gte=first, pk__lt=after)[CHUNK : CHUNK + 1]), after)
        yield first, beyond
        first = beyond


def _barred(
    carrying: carriers.Carriers, branches: Sequence[tuple[int, str]], purpose: str
) -> list[tuple[str, str, str]]:
    """Return what none of the branches with a provider of their own may carry: its code, country (or any), reason.

    What a route of one of them could take past it is left to the claim, which chooses for each message.
    """
    routed = {branch for branch, _ in carrying.table}
    found = []
    for code in sorted({own for _, own in branches}):
        # Branches without routes of their own are all alike.
        alike = {pk if pk in routed else 0 for pk, own in branches if own == code}
        refused = {}
        for country in sorted({"", *SUPPORTED_REGIONS}):
            reasons = [
                carrying.refuses(branch_id=pk, own=code, country=country, purpose=purpose) for pk in sorted(alike)
            ]
            if all(reasons):
                refused[country] = reasons[0]
        if len(refused) > len(SUPPORTED_REGIONS):
            found.append((code, _ANY, next(iter(refused.values()))))
        else:
            found.extend((code, country, reason) for country, reason in refused.items())
    return found


@transaction.atomic(durable=True)
def _write(
    kind: MessageKind,
    rules: Sequence[ReminderRule],
    *,
    chunk: tuple[int, int],
    barred: Sequence[tuple[str, str, str]],
    on: date,
    now: datetime,
) -> int:
    """Insert one chunk by ascending customer, the order in which everybody locks customers; return how many."""
    days = sorted({day for rule in rules for day in rule.days})
    lags = playbook.lags(days, use_days=kind.valid_days)
    found = candidates(kind.code, lags=lags, on=on, now=now, customers=chunk)
    wanted, arguments = _wanted(kind, rules, found, on)
    names, values = _columns(kind, now)
    point, of_point = country_sql("w.customer_id")
    # Where a kind may go by other channels too, what they reach is not refused: the way is chosen when it is sent.
    others = kinds_of(channel for channel in kind.channels if channel is not Channel.SMS)
    mail, of_mail = country_sql("w.customer_id", kinds=others)
    mails = "true" if others else "false"
    bars, of_bars = _values([(_ANY, _ANY, ""), *barred], "varchar", "varchar", "varchar")
    done, of_done = _before(kind)
    sql = (
        f"INSERT INTO {_TABLE} ({', '.join(names)}) SELECT {', '.join(sql for sql, _ in values)}"
        f" FROM ({wanted}) AS w LEFT JOIN LATERAL ({point}) AS p ON true"
        f" LEFT JOIN LATERAL (SELECT true AS reaches FROM ({mail}) AS address) AS e ON {mails}"
        f" LEFT JOIN ({bars}) AS b(provider, country, reason)"
        f" ON b.provider = w.provider AND b.country IN ('{_ANY}', p.country)"
        f" CROSS JOIN LATERAL ({done}) AS h"
        " WHERE NOT coalesce(h.covered, false) AND h.rounds < %s"
        # Nothing is planned in a zone nobody knows, nor by a step whose hour lay before what it is about was agreed.
        " AND CASE WHEN w.time_zone = ANY(%s)"
        " THEN (w.step_on + w.at) AT TIME ZONE w.time_zone >= coalesce(w.began_at, '-infinity') END"
        # What had no way to its customer is planned again when there is one.
        f" AND (h.rounds = 0 OR {_REFUSED} = '')"
        # What was planned before there were steps.
        f" AND NOT EXISTS (SELECT FROM {_TABLE} AS m WHERE m.customer_id = w.customer_id"
        " AND m.account_id = w.account_id AND m.kind = %s AND m.about_on = w.about AND m.step IS NULL)"
        " ORDER BY w.customer_id, w.account_id ON CONFLICT DO NOTHING RETURNING attempt, round"
    )
    given = [value for _, many in values for value in many]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            sql,
            [*given, *arguments, *of_point, *of_mail, *of_bars, *of_done, playbook.MOST_ROUNDS, _zones(), kind.code],
        )
        planned = dict(cursor.fetchall())
    new = _of_use(planned, now)
    choosing.choose_within(kind=kind.code, attempts=new, now=now)
    if new:
        feed.wake_boards()
    return len(new)


def _of_use(planned: Mapping[UUID, int], now: datetime) -> list[UUID]:
    """Drop what is planned once more though it would be let go as before; return what stays. Values: the rounds."""
    again = [attempt for attempt, rounds_before in planned.items() if rounds_before]
    if not (futile := rounds.futile(attempts=again, now=now)):
        return list(planned)
    dropped = Message.objects.filter(pk__in=futile)
    gone = set(dropped.values_list("attempt", flat=True))
    dropped.delete()
    return [attempt for attempt in planned if attempt not in gone]


def _wanted(kind: MessageKind, rules: Sequence[ReminderRule], found: Any, on: date) -> tuple[str, list[Any]]:
    """Return a query for the latest step that is of use, of each thing that has one, with its parameters."""
    inner, of_inner = found.query.sql_with_params()
    steps = [(rule.branch_id, rule.product, rule.stages, day, rule.at) for rule in rules for day in rule.days]
    table, of_table = _values(steps, "bigint", "varchar", "varchar[]", "int", "time")
    # Of two accounts of one customer the one that is due first.
    one = "c.customer_id" if kind.code in ONE_A_CUSTOMER else "c.account_id, c.reference, c.anchor_on"
    sql = (
        f"SELECT DISTINCT ON ({one}) c.*, s.step, s.at,"
        " c.anchor_on + s.step AS step_on, coalesce(c.about_on, c.anchor_on + s.step) AS about"
        f" FROM ({inner}) AS c({', '.join(COLUMNS)}) JOIN ({table}) AS s(branch_id, product, stages, step, at)"
        " ON (s.branch_id = c.branch_id OR s.branch_id IS NULL AND NOT c.branch_id = ANY(%s))"
        " AND s.product IN ('', c.product) AND (s.stages = '{}' OR c.stage = ANY(s.stages))"
        " WHERE %s BETWEEN c.anchor_on + s.step AND c.anchor_on + s.step + %s - 1"
        f" ORDER BY {one}, s.step DESC, s.at DESC, c.anchor_on, c.account_id"
    )
    own = sorted({rule.branch_id for rule in rules if rule.branch_id})
    return sql, [*of_inner, *of_table, own, on, kind.valid_days]


def _before(kind: MessageKind) -> tuple[str, list[Any]]:
    """Return a query for what was planned before of the same step of the same thing, with its parameters."""
    gone = " OR ".join("m.state = %s AND m.reason = ANY(%s)" for _ in playbook.LET_GO)
    same = "m.about_on = w.about" if kind.code in FIXED else "true"
    sql = (
        f"SELECT count(*) FILTER (WHERE ({gone}) AND m.about_on = w.about) AS rounds,"
        f" bool_or(NOT ({gone}) AND abs(m.step_on - w.step_on) < %s) AS covered FROM {_TABLE} AS m"
        " WHERE m.account_id = w.account_id AND m.kind = %s AND m.reference = w.reference AND m.step = w.step"
        f" AND {same}"
    )
    of_gone = [value for state, reasons in playbook.LET_GO.items() for value in (state.value, sorted(reasons))]
    return sql, [*of_gone, *of_gone, playbook.SAME_WITHIN.days, kind.code]


def _columns(kind: MessageKind, now: datetime) -> tuple[list[str], list[tuple[str, list[Any]]]]:
    """Return the columns of a new message and, for each, the SQL of its value with its parameters."""
    midnight = "(w.step_on + %s)::timestamp AT TIME ZONE w.time_zone"
    values: dict[str, tuple[str, list[Any]]] = {
        **{name: (f"w.{name}", []) for name in ("customer_id", "account_id", "reference", "subject_id", "provider",
                                                "step", "step_on")},
        "about_on": ("w.about", []),
        "kind": ("%s", [kind.code]),
        "purpose": ("%s", [kind.purpose.value]),
        "priority": ("%s", [kind.priority]),
        "planned_at": ("%s", [now]),
        "due_at": ("(w.step_on + w.at) AT TIME ZONE w.time_zone", []),
        "expires_at": (midnight, [kind.valid_days]),
        "attempt": ("gen_random_uuid()", []),
        "round": ("h.rounds", []),
        "lane": ("w.branch_id", []),
        "state": (
            f"CASE {_REFUSED} WHEN '' THEN %s ELSE %s END",
            [MessageState.PLANNED.value, MessageState.REFUSED.value],
        ),
        "reason": (_REFUSED, []),
        "reason_params": (f"CASE {_REFUSED} WHEN '' THEN '{{}}'::jsonb ELSE {_WHY_REFUSED} END", []),
        "ended_at": (f"CASE {_REFUSED} WHEN '' THEN NULL ELSE %s::timestamptz END", [now]),
    }  # fmt: skip
    for field in Message._meta.concrete_fields:
        name = field.column or ""
        if name not in values and not field.null and not field.primary_key:
            values[name] = ("%s", [field.get_db_prep_save(field.get_default(), connection)])
    return [f'"{name}"' for name in values], list(values.values())


def _values(rows: Iterable[Sequence[object]], *types: str) -> tuple[str, list[Any]]:
    """Return rows as a query of typed values, with its parameters."""
    row = f"({', '.join(f'%s::{kind}' for kind in types)})"
    given = [list(each) for each in rows]
    return f"VALUES {', '.join(row for _ in given)}", [value for each in given for value in each]


@cache
def _zones() -> list[str]:
    """Return the time zones there are: nothing is planned for a customer who lives in another."""
    return sorted(available_timezones())
