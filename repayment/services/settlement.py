"""Taking in what gateways have settled, and keeping every difference open until the books agree or are explained.

A file that comes again, or a line that stands in two files, changes nothing. No record of a customer is written: the
money had been put on it when it arrived.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, Sum

from collections_app.services import alerts, journal, records
from collections_app.services.errors import RefusedError
from repayment.domain.payments import HAD_MONEY
from repayment.domain.settlement import SENT_BACK, SETTLED_WITHIN, Difference, Line, LineKind
from repayment.gateways import registry
from repayment.models import Payment, SettlementDifference, SettlementFile, SettlementLine
from repayment.selectors import payments as selectors

LONGEST_EXPLANATION = 300


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a file brought: its lines, how many of them were new, and how many differences are open now."""

    lines: int
    new: int
    open_differences: int


@transaction.atomic(durable=True)
def take_in(*, gateway: str, name: str, content: bytes, now: datetime) -> TakenIn:
    """Take in a gateway's settlement file and reconcile it line by line.

    Raise KeyError for a gateway that is not used, and BadFileError when the file cannot be read: then nothing of it
    is taken in.
    """
    lines = registry.statement_of(gateway).read(content=content)
    instants = sorted(line.at for line in lines)
    file, made = SettlementFile.objects.get_or_create(
        digest=hashlib.sha256(gateway.encode() + b"\n" + content).hexdigest(),
        defaults={
            "gateway": gateway,
            "name": name[:120],
            "lines_read": len(lines),
            "first_at": instants[0] if instants else None,
            "last_at": instants[-1] if instants else None,
            "taken_in_at": now,
        },
    )
    new = _write(file, lines, now) if made else []
    return TakenIn(len(lines), len(new), _reconcile(now=now))


@transaction.atomic(durable=True)
def reconcile(*, now: datetime) -> int:
    """Look again at every difference and every payment no file contains, and return how many are open."""
    return _reconcile(now=now)


@transaction.atomic(durable=True)
def explain(*, difference_id: int, explanation: str, actor: records.Actor, now: datetime) -> SettlementDifference:
    """End a difference with what somebody found out. Raise RefusedError when it is not open or nothing is said."""
    records.check_may(actor=actor, action="settlement.explain")
    if not explanation.strip():
        raise RefusedError("no_reason")
    row = SettlementDifference.objects.select_for_update().filter(pk=difference_id, ended_at__isnull=True).first()
    if row is None:
        raise RefusedError("no_such_difference")
    row.explanation = explanation.strip()[:LONGEST_EXPLANATION]
    row.explained_by = actor.staff
    row.ended_at = now
    row.save(update_fields=["explanation", "explained_by", "ended_at"])
    _tell(now)
    return row


def _write(file: SettlementFile, lines: Iterable[Line], now: datetime) -> list[SettlementLine]:
    once = {line.line_reference: line for line in lines}
    known = SettlementLine.objects.filter(gateway=file.gateway, line_reference__in=once)
    for name in known.values_list("line_reference", flat=True):
        del once[name]
    of_ours = {line.reference for line in once.values()}
    payments = dict(Payment.objects.filter(reference__in=of_ours).values_list("reference", "id"))
    rows = SettlementLine.objects.bulk_create(
        SettlementLine(
            file=file,
            gateway=file.gateway,
            line_reference=line.line_reference,
            kind=line.kind,
            reference=line.reference,
            payment_id=payments.get(line.reference),
            gross_fen=line.gross_fen,
            fee_fen=line.fee_fen,
            currency=line.currency,
            at=line.at,
        )
        for line in once.values()
    )
    settled = [row.payment_id for row in rows if row.payment_id and row.kind == LineKind.PAYMENT]
    Payment.objects.filter(pk__in=settled).update(in_settlement=True)
    journal.book_settled_within(
        channel=file.gateway,
        settled=[
            journal.Settled(row.line_reference, row.gross_fen * _sign(row.kind), row.fee_fen, row.currency)
            for row in rows
        ],
        now=now,
    )
    _open(_of_lines(file), now)
    return rows


def _sign(kind: str) -> int:
    return -1 if kind in SENT_BACK else 1


def _of_lines(file: SettlementFile) -> Iterable[SettlementDifference]:
    """What the lines of a file say that the payments here do not."""
    for line in file.lines.select_related("payment"):
        payment = line.payment
        if payment is None or payment.gateway != file.gateway:
            yield _difference(Difference.UNKNOWN, line, 0)
        elif line.kind == LineKind.PAYMENT:
            arrived_fen = payment.arrived_fen or payment.amount_fen
            if payment.state not in HAD_MONEY:
                yield _difference(Difference.NOT_RECEIVED, line, 0)
            elif line.gross_fen != arrived_fen or (not payment.arrived_fen and line.currency != payment.currency):
                yield _difference(Difference.AMOUNT, line, arrived_fen)
        elif _sent_back(payment) > payment.refunded_fen:
            yield _difference(Difference.NOT_REFUNDED, line, payment.refunded_fen)


def _sent_back(payment: Payment) -> int:
    """Return what of a payment has gone back and not come again, in fen."""
    sums = payment.settled.aggregate(
        gone=Sum("gross_fen", filter=Q(kind__in=sorted(SENT_BACK))),
        returned=Sum("gross_fen", filter=Q(kind=LineKind.RETURNED)),
    )
    return (sums["gone"] or 0) - (sums["returned"] or 0)


def _difference(kind: Difference, line: SettlementLine, ours_fen: int) -> SettlementDifference:
    return SettlementDifference(
        gateway=line.gateway, kind=kind, payment=line.payment, line=line, ours_fen=ours_fen, theirs_fen=line.gross_fen
    )


def _open(found: Iterable[SettlementDifference], now: datetime) -> None:
    rows = list(found)
    for row in rows:
        row.opened_at = now
    SettlementDifference.objects.bulk_create(rows, ignore_conflicts=True)


def _reconcile(*, now: datetime) -> int:
    _open(_not_settled(), now)
    open_ones = SettlementDifference.objects.filter(ended_at__isnull=True)
    received = Q(kind=Difference.NOT_RECEIVED, payment__state__in=sorted(HAD_MONEY))
    settled = Q(kind=Difference.NOT_SETTLED) & Exists(
        SettlementLine.objects.filter(payment=OuterRef("payment"), kind=LineKind.PAYMENT)
    )
    agreed = open_ones.filter(received | settled).values_list("pk", flat=True)
    SettlementDifference.objects.filter(pk__in=list(agreed)).update(ended_at=now)
    for row in open_ones.filter(kind=Difference.NOT_REFUNDED).select_related("payment"):
        if row.payment is not None and _sent_back(row.payment) <= row.payment.refunded_fen:
            SettlementDifference.objects.filter(pk=row.pk).update(ended_at=now)
    return _tell(now)


def _not_settled() -> Iterable[SettlementDifference]:
    """Money received since a gateway's first file that its files up to the newest ought to contain and do not."""
    for name in registry.names():
        files = SettlementFile.objects.filter(gateway=name, last_at__isnull=False)
        span = files.aggregate(first=Min("first_at"))
        newest = files.order_by("-last_at").values_list("last_at", flat=True).first()
        if newest is None:
            continue
        missing = selectors.not_in_settlement(gateway=name, since=span["first"], before=newest - SETTLED_WITHIN)
        explained = SettlementDifference.objects.filter(
            payment=OuterRef("pk"), kind=Difference.NOT_SETTLED, ended_at__isnull=False
        )
        for payment in missing.filter(~Exists(explained)):
            yield SettlementDifference(
                gateway=name, kind=Difference.NOT_SETTLED, payment=payment, ours_fen=payment.amount_fen, theirs_fen=0
            )


def _tell(now: datetime) -> int:
    """Raise or clear the alert, and return how many differences are open."""
    number = SettlementDifference.objects.filter(ended_at__isnull=True).count()
    if number:
        alerts.raise_alert(kind="settlement_differs", detail={"differences": number}, now=now)
    else:
        alerts.clear(kind="settlement_differs", now=now)
    return number
