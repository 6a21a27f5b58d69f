"""The facts many messages are judged and rendered by, loaded in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.holds import HoldTable
from collections_app.domain.money_seen import MoneySeen
from collections_app.domain.promises import PENDING, unpaid_parts
from collections_app.domain.stages import is_delinquent
from collections_app.domain.told.standing import Truth, to_say
from collections_app.models import (
    Account,
    ArrangementInstalment,
    Customer,
    Entry,
    Hold,
    Instalment,
    Promise,
    PromisePart,
    ToldFlag,
)
from collections_app.selectors import codes
from collections_app.selectors.money import beside_core, seen_on
from collections_app.selectors.told import words
from collections_app.selectors.told.truths import truths_of
from notifications.domain.facts import Facts, InstalmentFacts, PaymentFacts, PromiseFacts
from notifications.domain.kinds import TELL_THE_TRUTH, Kind
from notifications.models import Message

_ABOUT_A_PROMISE = frozenset({Kind.PROMISE_DUE, Kind.PROMISE_BROKEN, Kind.WRITTEN_CONFIRMATION})


class _Told(TypedDict):
    truths: dict[int, Truth]
    contradicted: dict[words.Key, ToldFlag]


@dataclass(frozen=True, slots=True)
class _Sources:
    table: HoldTable
    accounts: dict[int, Account]
    in_flight: set[int]
    holds: dict[int, list[tuple[str, int | None]]]
    pending: dict[int, PromiseFacts]
    promises: dict[int, PromiseFacts]
    scheduled: dict[tuple[int, date], InstalmentFacts]
    planned: dict[int, InstalmentFacts]
    payments: dict[int, PaymentFacts]
    truths: dict[int, Truth]
    contradicted: dict[words.Key, ToldFlag]


def facts_of(messages: Sequence[Message], *, customers: Mapping[int, Customer], now: datetime) -> dict[int, Facts]:
    """Return the facts of each saved message by its id, as the record has them now.

    ``customers`` holds the customer of every message. A message without an account gets facts of nothing due.
    """
    sources = _load(messages, customers, now)
    return {message.pk: _facts(message, customers[message.customer_id], sources, now) for message in messages}


def _load(messages: Sequence[Message], customers: Mapping[int, Customer], now: datetime) -> _Sources:
    account_ids = {message.account_id for message in messages if message.account_id}
    customer_ids = {message.customer_id for message in messages}
    promises = _promises(account_ids, _subjects(messages, _ABOUT_A_PROMISE))
    money = seen_on(account_ids={promise.account_id for promise in promises})
    facts = {
        promise.pk: _promise_facts(
            promise, money[promise.account_id], ZoneInfo(customers[promise.customer_id].time_zone)
        )
        for promise in promises
    }
    return _Sources(
        table=codes.seen().holds,
        accounts=Account.objects.in_bulk(account_ids),
        in_flight=_in_flight(account_ids),
        holds=_holds(customer_ids, now),
        pending={promise.account_id: facts[promise.pk] for promise in promises if promise.state in PENDING},
        promises=facts,
        scheduled=_scheduled(messages),
        planned=_planned(_subjects(messages, {Kind.PLAN_DUE})),
        payments=_payments(_subjects(messages, {Kind.PAYMENT_RECEIVED})),
        **_told(messages),
    )


def _told(messages: Sequence[Message]) -> _Told:
    """What messages that tell the truth rest on: no query where there are none."""
    telling = [message for message in messages if message.kind in TELL_THE_TRUTH]
    if not telling:
        return _Told(truths={}, contradicted={})
    account_ids = {message.account_id for message in telling if message.account_id}
    flags = words.open_flags({message.customer_id for message in telling})
    return _Told(truths=truths_of(account_ids=account_ids), contradicted=flags)


def _subjects(messages: Iterable[Message], kinds: Iterable[str]) -> set[int]:
    wanted = set(kinds)
    return {message.subject_id for message in messages if message.kind in wanted and message.subject_id}


def _promises(account_ids: set[int], promise_ids: set[int]) -> list[Promise]:
    rows = Promise.objects.filter(Q(account_id__in=account_ids, state__in=PENDING) | Q(pk__in=promise_ids))
    return list(rows.prefetch_related("parts"))


def _in_flight(account_ids: set[int]) -> set[int]:
    """Return the accounts to which money is on its way."""
    rows = Entry.objects.filter(account_id__in=account_ids, state="in_flight", kind="payment")
    return set(rows.values_list("account_id", flat=True))


def _promise_facts(promise: Promise, money: MoneySeen, zone: ZoneInfo) -> PromiseFacts:
    parts: list[PromisePart] = sorted(promise.parts.all(), key=lambda part: part.due_on)
    return PromiseFacts(
        id=promise.pk,
        state=promise.state,
        parts=tuple((part.pk, part.due_on, part.amount_fen) for part in parts),
        paid_fen=money.since(promise.taken_at, zone=zone).total_fen,
    )


def _holds(customer_ids: set[int], now: datetime) -> dict[int, list[tuple[str, int | None]]]:
    """Return the holds in force on each record that are not limited to a number or a channel."""
    found: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        customer_id__in=customer_ids,
        released_at__isnull=True,
        contact_point__isnull=True,
        channel__in=["", "sms"],
    )
    for customer_id, kind, account_id in rows.values_list("customer_id", "kind", "account_id"):
        found[customer_id].append((kind, account_id))
    return found


def _scheduled(messages: Sequence[Message]) -> dict[tuple[int, date], InstalmentFacts]:
    wanted = [message for message in messages if message.kind == Kind.LOAN_DUE]
    if not wanted:
        return {}
    account_ids = {message.account_id for message in wanted if message.account_id}
    counts = dict(
        Instalment.objects.filter(account_id__in=account_ids)
        .values("account_id")
        .annotate(n=Count("id"))
        .values_list("account_id", "n")
    )
    wanted_on = {message.about_on for message in wanted}
    unpaid = _unpaid_instalments(account_ids)
    lines = Instalment.objects.filter(account_id__in=account_ids, due_on__in=wanted_on)
    return {
        (line.account_id, line.due_on): InstalmentFacts(
            number=line.number,
            count=counts[line.account_id],
            due_on=line.due_on,
            unpaid_fen=unpaid.get((line.account_id, line.due_on), 0),
            in_force=True,
        )
        for line in lines
    }


def _unpaid_instalments(account_ids: Collection[int]) -> dict[tuple[int, date], int]:
    """What is left of each open instalment by account and day, own money that the core has yet to post included."""
    beside = beside_core(account_ids=account_ids)
    open_lines: dict[int, list[tuple[date, int]]] = defaultdict(list)
    rows = Instalment.objects.filter(
        account_id__in=account_ids, paid_fen__lt=F("principal_fen") + F("interest_fen")
    ).values_list("account_id", "due_on", "principal_fen", "interest_fen", "paid_fen")
    for account_id, due_on, principal_fen, interest_fen, paid_fen in rows:
        open_lines[account_id].append((due_on, principal_fen + interest_fen - paid_fen))
    return {
        (account_id, day): fen
        for account_id, lines in open_lines.items()
        for day, fen in unpaid_parts(lines, paid_fen=beside[account_id])
    }


def _planned(instalment_ids: set[int]) -> dict[int, InstalmentFacts]:
    if not instalment_ids:
        return {}
    lines = ArrangementInstalment.objects.filter(pk__in=instalment_ids).annotate(
        count=Count("arrangement__instalments")
    )
    return {
        line.pk: InstalmentFacts(
            number=line.number,
            count=line.count,
            due_on=line.due_on,
            unpaid_fen=max(line.amount_fen - line.paid_fen, 0),
            in_force=line.arrangement.state in IN_FORCE,
        )
        for line in lines.select_related("arrangement")
    }


def _payments(entry_ids: set[int]) -> dict[int, PaymentFacts]:
    if not entry_ids:
        return {}
    entries = list(Entry.objects.filter(pk__in=entry_ids))
    reversed_references = set(
        Entry.objects.filter(reference__in=[entry.reference for entry in entries], kind="reversal").values_list(
            "reference", flat=True
        )
    )
    return {
        entry.pk: PaymentFacts(entry.amount_fen, "reversed" if entry.reference in reversed_references else entry.state)
        for entry in entries
    }


def _facts(message: Message, customer: Customer, sources: _Sources, now: datetime) -> Facts:
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    holds = tuple(
        kind
        for kind, account_id in sources.holds.get(message.customer_id, [])
        if account_id is None or account_id == message.account_id
    )
    account = sources.accounts.get(message.account_id or 0)
    if account is None:
        return Facts(table=sources.table, today=today, product="card", tail="", holds=holds, payload=message.payload)
    subject = message.subject_id or 0
    truth = sources.truths.get(account.pk)
    return Facts(
        table=sources.table,
        today=today,
        product=account.product,
        tail=account.tail,
        currency=account.currency,
        closed=account.closed_in_core,
        overdue_fen=account.overdue_fen,
        minimum_due_fen=account.minimum_due_fen,
        billed_fen=account.billed_fen,
        payoff_fen=account.payoff_fen,
        due_on=account.due_on,
        statement_on=account.statement_on,
        overdue_since=account.overdue_since,
        delinquent=is_delinquent(account.stage),
        in_flight=account.pk in sources.in_flight,
        holds=holds,
        promise=sources.pending.get(account.pk),
        subject_promise=sources.promises.get(subject) if message.kind in _ABOUT_A_PROMISE else None,
        instalment=_instalment(message, sources),
        payment=sources.payments.get(subject) if message.kind == Kind.PAYMENT_RECEIVED else None,
        payload=message.payload,
        contradicted=(message.customer_id, account.pk) in sources.contradicted,
        to_say=to_say(truth) if truth else (),
        is_plan=truth.is_plan if truth else False,
    )


def _instalment(message: Message, sources: _Sources) -> InstalmentFacts | None:
    if message.kind == Kind.LOAN_DUE:
        return sources.scheduled.get((message.account_id or 0, message.about_on))
    if message.kind == Kind.PLAN_DUE:
        return sources.planned.get(message.subject_id or 0)
    return None
