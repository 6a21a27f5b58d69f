"""What the core answers to instructions: by a file of answers, or by naming a line in its nightly file."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Count

from collections_app.domain.instructions import FOLLOWS, WRONG, Answer, AnswersRefusedError, read_answers
from collections_app.models import Alert, CoreInstruction, IntakeBatch, IntakeState
from collections_app.services import alerts, records, sweeps

WRONG_ALERT, SILENT_ALERT = "waiver_refused", "waiver_unanswered"
# So many nightly files after a line was told, a core that has answered nothing has not understood (policy).
NIGHTS = 2


def acknowledge(*, path: Path, now: datetime) -> int:
    """Take in a file of answers and return how many lines it changed; all of it, or nothing.

    The same file again changes nothing. Raise AnswersRefusedError for what cannot be, OSError when the file cannot
    be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            answers = read_answers(file)
        except UnicodeDecodeError:
            raise AnswersRefusedError(1, "encoding") from None
    changed = _take(answers, now)
    watch(now=now)
    return changed


@transaction.atomic(durable=True)
def _take(answers: Sequence[Answer], now: datetime) -> int:
    by_reference = {answer.reference: answer for answer in answers}
    ids = CoreInstruction.objects.filter(reference__in=by_reference).values_list("customer_id", flat=True)
    records.lock_many(customer_ids=sorted(set(ids)), now=now)
    rows = {row.reference: row for row in CoreInstruction.objects.filter(reference__in=by_reference)}
    changed = []
    for answer in answers:
        row = rows.get(answer.reference)
        if row is None:
            raise AnswersRefusedError(answer.line, "unknown_reference")
        state = answer.state(row.amount_fen)
        if state == row.state and answer.booked_fen in {row.booked_fen, None}:
            continue
        if state not in FOLLOWS[row.state]:
            raise AnswersRefusedError(answer.line, "answered_otherwise")
        row.state, row.answered_at, row.event = state, now, None
        row.booked_fen, row.booked_on, row.reason = answer.booked_fen, answer.on, answer.reason
        changed.append(row)
    CoreInstruction.objects.bulk_update(
        changed, ["state", "answered_at", "event", "booked_fen", "booked_on", "reason"], batch_size=1000
    )
    return len(changed)


def watch(*, now: datetime) -> int:
    """Put the answers on the records' history, raise or clear the alerts, and return how many answers were new."""
    unsaid = CoreInstruction.objects.filter(answered_at__isnull=False, event__isnull=True).order_by("customer_id", "id")
    try:
        return sweeps.each(list(unsaid.values_list("id", "customer_id")), lambda row: _say(*row, now))
    finally:
        _tell_wrong(now)
        _tell_silent(now)


@transaction.atomic(durable=True)
def _say(instruction_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    row = CoreInstruction.objects.filter(id=instruction_id, event__isnull=True).select_related("waiver").first()
    if row is None:
        return False
    row.event = records.append(
        customer=customer,
        kind="waiver.answered",
        actor=records.SYSTEM,
        now=now,
        account_id=row.account_id,
        payload={
            "reference": row.reference,
            "component": row.waiver.component,
            "state": row.state,
            "fen": row.amount_fen,
            "booked_fen": row.booked_fen,
        },
        text=row.reason,
    )
    row.save(update_fields=["event"])
    return True


def _tell_wrong(now: datetime) -> None:
    """Tell of what the core refused or booked otherwise since somebody last dealt with it; gone once it is mended."""
    dealt = Alert.objects.filter(kind=WRONG_ALERT, resolved_by__isnull=False).order_by("-resolved_at").first()
    rows = CoreInstruction.objects.filter(state__in=WRONG)
    if dealt is not None and dealt.resolved_at is not None:
        rows = rows.filter(answered_at__gt=dealt.resolved_at)
    found = dict(rows.values_list("state").annotate(number=Count("id")).order_by("state"))
    if found:
        alerts.raise_alert(kind=WRONG_ALERT, detail=found, now=now)
    else:
        alerts.clear(kind=WRONG_ALERT, now=now)


def _tell_silent(now: datetime) -> None:
    """Tell of lines that the core has left unanswered over several nightly files."""
    nights = IntakeBatch.objects.filter(state=IntakeState.DONE).order_by("-as_of", "-id")
    taken = [at for at in nights.values_list("finished_at", flat=True)[:NIGHTS] if at is not None]
    silent = CoreInstruction.objects.filter(state="told", told_at__lt=min(taken, default=now))
    if len(taken) == NIGHTS and (number := silent.count()):
        alerts.raise_alert(kind=SILENT_ALERT, detail={"lines": number}, now=now)
    else:
        alerts.clear(kind=SILENT_ALERT, now=now)
