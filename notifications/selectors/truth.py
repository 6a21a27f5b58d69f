"""The facts many messages are judged and rendered by, loaded in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.entries import UNDER_WAY
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.holds import HoldTable
from collections_app.domain.money_seen import MoneySeen
from collections_app.domain.ownership.pools import OWN
from collections_app.domain.promises import PENDING, unpaid_parts
from collections_app.domain.purposes import closes
from collections_app.domain.stages import is_delinquent
from collections_app.domain.told.standing import Truth, to_say
from collections_app.models import (
    Account,
    ArrangementInstalment,
    Complaint,
    Customer,
    Entry,
    HandOff,
    Hold,
    Instalment,
    Promise,
    PromisePart,
    Staff,
    ToldFlag,
)
from collections_app.selectors import codes
from collections_app.selectors.money import beside_core, seen_on
from collections_app.selectors.told import words
from collections_app.selectors.told.truths import truths_of
from notifications.domain.facts import Facts, InstalmentFacts, PaymentFacts, PromiseFacts
from notifications.domain.kinds import KINDS, TELL_THE_TRUTH, Kind
from notifications.models import Message
from notifications.selectors.officers import officer_text, officers_of
from notifications.selectors.reach import silencing

_ABOUT_A_PLAN = frozenset({Kind.PLAN_DUE, Kind.PLAN_RECALCULATED})
_ABOUT_AN_ENTRY = frozenset({Kind.PAYMENT_RECEIVED, Kind.BALANCE_CHANGE, Kind.DEBIT_FAILED})
_ABOUT_A_LINE = frozenset({Kind.LOAN_DUE, Kind.LOAN_SCHEDULE})
_ABOUT_A_PROMISE = frozenset({Kind.PROMISE_DUE, Kind.PROMISE_BROKEN, Kind.WRITTEN_CONFIRMATION})


class _Told(TypedDict):
    truths: dict[int, Truth]
    contradicted: dict[words.Key, ToldFlag]


@dataclass(frozen=True, slots=True)
class _Sources:
    table: HoldTable
    accounts: dict[int, Account]
    in_flight: set[int]
    holds: dict[int, list[tuple[str, int | None, str]]]
    pending: dict[int, PromiseFacts]
    promises: dict[int, PromiseFacts]
    scheduled: dict[tuple[int, date], InstalmentFacts]
    planned: dict[int, InstalmentFacts]
    payments: dict[int, PaymentFacts]
    open_work: set[tuple[str, int]]
    officers: dict[int, Staff]
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
    accounts = Account.objects.in_bulk(account_ids)
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
        accounts=accounts,
        in_flight=_in_flight(account_ids),
        holds=_holds(customer_ids, now),
        pending={promise.account_id: facts[promise.pk] for promise in promises if promise.state in PENDING},
        promises=facts,
        scheduled=_scheduled(messages),
        planned=_planned(_subjects(messages, _ABOUT_A_PLAN)),
        payments=_payments(_subjects(messages, _ABOUT_AN_ENTRY)),
        open_work=_open_work(messages),
        officers=officers_of(customers.values(), accounts.values()),
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
    """Return the accounts to which money is on its way, or of which the bank holds money that is not identified."""
    rows = Entry.objects.filter(account_id__in=account_ids, state__in=sorted(UNDER_WAY), kind="payment")
    return set(rows.values_list("account_id", flat=True))


def _promise_facts(promise: Promise, money: MoneySeen, zone: ZoneInfo) -> PromiseFacts:
    parts: list[PromisePart] = sorted(promise.parts.all(), key=lambda part: part.due_on)
    return PromiseFacts(
        id=promise.pk,
        state=promise.state,
        parts=tuple((part.pk, part.due_on, part.amount_fen) for part in parts),
        paid_fen=money.since(promise.taken_at, zone=zone).total_fen,
    )


def _holds(customer_ids: set[int], now: datetime) -> dict[int, list[tuple[str, int | None, str]]]:
    """Return the holds in force on each record that are not limited to a number or a channel: kind, account, class."""
    found: dict[int, list[tuple[str, int | None, str]]] = defaultdict(list)
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        customer_id__in=customer_ids,
        released_at__isnull=True,
        contact_point__isnull=True,
    ).filter(silencing())
    fields = rows.values_list("customer_id", "kind", "account_id", "message_class")
    for customer_id, kind, account_id, message_class in fields:
        found[customer_id].append((kind, account_id, message_class))
    return found


def _scheduled(messages: Sequence[Message]) -> dict[tuple[int, date], InstalmentFacts]:
    wanted = [message for message in messages if message.kind in _ABOUT_A_LINE]
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
            unpaid_fen=max(line.due_fen - line.paid_fen, 0),
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
        entry.pk: PaymentFacts(
            abs(entry.money_fen) if entry.kind == "adjustment" else entry.amount_fen,
            "reversed" if entry.reference in reversed_references else entry.state,
            taken_back=entry.kind == "adjustment" and entry.money_fen < 0,
        )
        for entry in entries
    }


def _open_work(messages: Sequence[Message]) -> set[tuple[str, int]]:
    """Return the complaints and requests that are still worked on, each with the kind of message that is about it."""
    found: set[tuple[str, int]] = set()
    if complaints := _subjects(messages, {Kind.COMPLAINT_RECEIVED}):
        rows = Complaint.objects.filter(pk__in=complaints, closed_at__isnull=True)
        found |= {(Kind.COMPLAINT_RECEIVED, pk) for pk in rows.values_list("pk", flat=True)}
    if requests := _subjects(messages, {Kind.REQUEST_RECEIVED}):
        handoffs = HandOff.objects.filter(pk__in=requests, state__in=STILL_OPEN)
        found |= {(Kind.REQUEST_RECEIVED, pk) for pk in handoffs.values_list("pk", flat=True)}
    return found


def _facts(message: Message, customer: Customer, sources: _Sources, now: datetime) -> Facts:
    account = sources.accounts.get(message.account_id or 0)
    subject = message.subject_id or 0
    of_the_record = Facts(
        table=sources.table,
        today=now.astimezone(ZoneInfo(customer.time_zone)).date(),
        product="card",
        tail="",
        holds=_holds_of(message, sources),
        payload=message.payload,
        work_open=(message.kind, subject) in sources.open_work,
        asked=message.asked_by_id is not None,
        officer=_officer(customer, account, sources),
    )
    return of_the_record if account is None else _with_account(of_the_record, account, message, sources)


def _holds_of(message: Message, sources: _Sources) -> tuple[str, ...]:
    return tuple(
        kind
        for kind, account_id, message_class in sources.holds.get(message.customer_id, [])
        if account_id in {None, message.account_id} and closes(message_class, KINDS[message.kind].purpose)
    )


def _officer(customer: Customer, account: Account | None, sources: _Sources) -> str:
    """The customer's adviser, else who looks after the account."""
    adviser = sources.officers.get(customer.adviser_id or 0)
    owner = sources.officers.get(account.owner_id or 0) if account else None
    return officer_text(adviser or owner, customer.language)


def _with_account(facts: Facts, account: Account, message: Message, sources: _Sources) -> Facts:
    subject = message.subject_id or 0
    truth = sources.truths.get(account.pk)
    return replace(
        facts,
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
        promise=sources.pending.get(account.pk),
        subject_promise=sources.promises.get(subject) if message.kind in _ABOUT_A_PROMISE else None,
        instalment=_instalment(message, sources),
        payment=sources.payments.get(subject) if message.kind in _ABOUT_AN_ENTRY else None,
        contradicted=(message.customer_id, account.pk) in sources.contradicted,
        to_say=to_say(truth) if truth else (),
        is_plan=truth.is_plan if truth else False,
        days_past_due=account.days_past_due,
        in_house=account.placement in OWN,
    )


def _instalment(message: Message, sources: _Sources) -> InstalmentFacts | None:
    if message.kind in _ABOUT_A_LINE:
        return sources.scheduled.get((message.account_id or 0, message.about_on))
    if message.kind in _ABOUT_A_PLAN:
        return sources.planned.get(message.subject_id or 0)
    return None
