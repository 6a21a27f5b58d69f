"""Booking money: each booking once, and never one that does not balance; the database refuses it at commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collections_app.domain import journal as books
from collections_app.domain.allocation import AllocationOrder, allocate, give_back
from collections_app.domain.journal import JournalKind, Lines
from collections_app.models import Account, Entry, Journal, JournalLine
from collections_app.selectors import allocation
from collections_app.services.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Settled:
    """One settled line, in fen: what moved (negative: it went back), and the channel's fee of it."""

    reference: str
    gross_fen: int
    fee_fen: int
    currency: str


def book_received_within(*, entry: Entry, account: Account, through: str, now: datetime) -> Journal:
    """Book a payment that counts from now, allocated by the bank's order. The account's record is locked.

    ``through`` names the gateway or channel that owes the money to the bank until it is settled.
    """
    by = allocation.order_for(account=account, now=now)
    split = allocate(amount_fen=entry.amount_fen, owed=allocation.owed(account=account), order=by.order)
    made = _of_entry(entry, JournalKind.RECEIVED, through, account.currency, now)
    made.order, made.rule = by.order.value, by.rule
    return _write(made, books.received(split))


def book_taken_back_within(*, entry: Entry, now: datetime) -> Journal:
    """Book a reversal, whole or in part: what the payment filled last is owed again first."""
    kept = allocation.kept(reference=entry.of_reference or entry.reference)
    if entry.amount_fen > kept.total_fen:
        raise RefusedError("more_than_paid", kept_fen=kept.total_fen)
    paid = Journal.objects.get(entry__reference=entry.of_reference or entry.reference, kind=JournalKind.RECEIVED)
    order = AllocationOrder(paid.order or AllocationOrder.COSTS_FIRST)
    made = _of_entry(entry, JournalKind.TAKEN_BACK, paid.channel, paid.currency, now)
    return _write(made, books.taken_back(give_back(amount_fen=entry.amount_fen, kept=kept, order=order)))


def book_held_within(
    *, account: Account, channel: str, reference: str, amount_fen: int, currency: str, now: datetime
) -> Journal:
    """Book money that differs from its order until somebody knows whose it is. The account's record is locked.

    A negative amount is such money sent back.
    """
    made = Journal(
        customer_id=account.customer_id,
        account=account,
        kind=JournalKind.HELD if amount_fen > 0 else JournalKind.RETURNED,
        channel=channel,
        reference=reference,
        currency=currency,
        at=now,
    )
    return _write(made, books.held(amount_fen))


def book_identified_within(*, held: Journal, account: Account, amount_fen: int, now: datetime) -> Journal:
    """Book held money out whose purpose is known now: what follows books it as received. The record is locked."""
    made = Journal(
        customer_id=account.customer_id,
        account=account,
        kind=JournalKind.IDENTIFIED,
        channel=held.channel,
        reference=held.reference,
        currency=held.currency,
        at=now,
    )
    return _write(made, books.held(-amount_fen))


def book_settled_within(*, channel: str, settled: Sequence[Settled], now: datetime) -> None:
    """Book what a channel has settled: what it owed has come to the bank, less its fee. Two statements for any."""
    made = Journal.objects.bulk_create(
        Journal(kind=JournalKind.SETTLED, channel=channel, reference=line.reference, currency=line.currency, at=now)
        for line in settled
    )
    JournalLine.objects.bulk_create(
        JournalLine(journal=row, book=book, amount_fen=fen)
        for row, line in zip(made, settled, strict=True)
        for book, fen in books.settled(gross_fen=line.gross_fen, fee_fen=line.fee_fen).items()
    )


def _of_entry(entry: Entry, kind: JournalKind, channel: str, currency: str, now: datetime) -> Journal:
    return Journal(
        customer_id=entry.customer_id,
        account_id=entry.account_id,
        entry=entry,
        kind=kind,
        channel=channel,
        reference=entry.reference,
        currency=currency,
        at=now,
    )


def _write(made: Journal, lines: Lines) -> Journal:
    made.save(force_insert=True)
    rows = [JournalLine(journal=made, book=book, amount_fen=fen) for book, fen in lines.items()]
    JournalLine.objects.bulk_create(rows)
    return made
