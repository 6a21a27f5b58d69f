"""Print batches: what waits goes into one, after a last look at the record; its file is handed over once."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from collections_app.domain.typed import plain
from collections_app.models import Staff
from collections_app.selectors import records as scope
from collections_app.services import note_words, records
from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.domain.letters import MOST_IN_BATCH, BatchState, LetterState
from notifications.domain.lifecycle import MessageState
from notifications.models import Letter, PrintBatch, PrintBatchStep
from notifications.providers.print import folder
from notifications.services.letters import files, last_look

PRINT = "letter.print"
# A batch that anybody has the file of.
TAKEN = frozenset({"downloaded", "handed_over", "found_there", "decided_there"})
LEAST_REASON = 4


def check_may(by: Staff) -> None:
    """Refuse who may not print. Raise NotAllowedError."""
    if not by.may(PRINT):
        raise NotAllowedError("not_allowed", action=PRINT)


@transaction.atomic(durable=True)
def make(*, by: Staff, now: datetime) -> PrintBatch | None:
    """Put up to 500 letters that wait into one batch, and return it; None when none of them may go.

    What is no longer true, is held since, or has lain too long is withdrawn and never printed. A letter is in one
    batch for good: two people who make one at the same moment get different letters.
    """
    check_may(by)
    mine = scope.scoped(by, now=now).values("pk")
    queued = Letter.objects.filter(state=LetterState.QUEUED, message__state=MessageState.ACCEPTED)
    picked = list(queued.filter(customer__in=mine).order_by("pk").values_list("pk", "customer_id")[:MOST_IN_BATCH])
    customers = records.lock_many(customer_ids=[customer_id for _, customer_id in picked], now=now)
    rows = queued.filter(pk__in=[pk for pk, _ in picked]).select_for_update(of=("self", "message")).order_by("pk")
    letters = list(rows.select_related("message__contact_point", "message__asked_by"))
    stopped = last_look.withdraw_stopped_within(letters=letters, customers=customers, now=now)
    going = [letter.pk for letter in letters if letter.pk not in stopped]
    if not going:
        return None
    batch = PrintBatch.objects.create(made_by=by, made_at=now, letters_count=len(going))
    Letter.objects.filter(pk__in=going).update(batch=batch, state=LetterState.BATCHED)
    _note(batch, "made", by, now)
    return batch


def _note(batch: PrintBatch, step: str, by: Staff | None, now: datetime, reason: str = "") -> None:
    PrintBatchStep.objects.create(batch=batch, step=step, by=by, reason=reason[:200], at=now)


def lock(*, batch_id: int, by: Staff, now: datetime) -> PrintBatch:
    """Lock a batch whose letters this person may all see. Raise RefusedError, NotAllowedError."""
    check_may(by)
    batch = PrintBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise RefusedError("no_such_batch")
    outside = Letter.objects.filter(~scope.reaches(by, now=now), batch=batch)
    if outside.exists():
        raise RefusedError("no_such_batch")
    return batch


def is_taken(batch: PrintBatch) -> bool:
    """Return whether anybody has the file of a batch."""
    return batch.steps.filter(step__in=TAKEN).exists()


def look_again(*, batch_id: int, by: Staff, now: datetime) -> None:
    """Take out of a batch nobody has yet what may not go any more: days may lie between making and taking it.

    Raise RefusedError("batch_is_empty") when nothing is left in it.
    """
    if _take_out(batch_id, by, now) == 0:
        raise RefusedError("batch_is_empty")


@transaction.atomic(durable=True)
def _take_out(batch_id: int, by: Staff, now: datetime) -> int:
    """Return how many letters are left in the batch after the last look."""
    check_may(by)
    inside = Letter.objects.filter(batch_id=batch_id).exclude(state=LetterState.WITHDRAWN)
    customer_ids = (
        inside.filter(state=LetterState.BATCHED).order_by("customer_id").values_list("customer_id", flat=True)
    )
    customers = records.lock_many(customer_ids=list(customer_ids), now=now)
    rows = inside.filter(state=LetterState.BATCHED, customer__in=customers).order_by("pk")
    letters = list(
        rows.select_for_update(of=("self", "message")).select_related("message__contact_point", "message__asked_by")
    )
    batch = lock(batch_id=batch_id, by=by, now=now)
    if batch.state != BatchState.MADE or is_taken(batch):
        return inside.count()
    if last_look.withdraw_stopped_within(letters=letters, customers=customers, now=now):
        # A file that was sealed already is made anew, without them.
        batch.stored_as = batch.sha256 = ""
        batch.save(update_fields=["stored_as", "sha256"])
    return inside.count()


def download(*, batch_id: int, reason: str, by: Staff, now: datetime) -> tuple[PrintBatch, bytes]:
    """Give a person the file of a batch; who had it is written down first, so that no copy is unknown.

    Whoever takes it again says why. Raise RefusedError without a reason then, and while nobody knows whether the
    print house has it.
    """
    note_words.check(text=reason, kind="note")
    look_again(batch_id=batch_id, by=by, now=now)
    batch, content = files.sealed(batch_id=batch_id, check=lambda: lock(batch_id=batch_id, by=by, now=now))
    with transaction.atomic(durable=True):
        batch = lock(batch_id=batch_id, by=by, now=now)
        if batch.state in {BatchState.HANDING, BatchState.UNKNOWN}:
            raise RefusedError("batch_undecided")
        _check_same(batch, content)
        if is_taken(batch) and len(plain(reason)) < LEAST_REASON:
            raise RefusedError("batch_taken_already")
        if batch.state == BatchState.MADE:
            batch.state, batch.handed_over_at = BatchState.HANDED_OVER, now
            batch.save(update_fields=["state", "handed_over_at"])
        _note(batch, "downloaded", by, now, plain(reason))
    return batch, content


def hand_over(*, batch_id: int, by: Staff, now: datetime) -> PrintBatch:
    """Put the file of a batch where the print house reads it.

    Not a transaction: that it begins is written down, then the file is written, then that it is there. What is killed
    in between is looked for by the sweep, and left to a person where it is not found: the print house may have it. So
    is a move that was not answered, at once.
    Raise RefusedError when anybody has the file already, or the place cannot be written to.
    """
    if not folder.is_configured():
        raise RefusedError("no_print_house")
    look_again(batch_id=batch_id, by=by, now=now)
    batch, content = files.sealed(batch_id=batch_id, check=lambda: lock(batch_id=batch_id, by=by, now=now))
    with transaction.atomic(durable=True):
        batch = lock(batch_id=batch_id, by=by, now=now)
        if batch.state != BatchState.MADE:
            raise RefusedError("batch_undecided" if batch.state != BatchState.HANDED_OVER else "batch_handed_over")
        _check_same(batch, content)
        batch.state, batch.handing_since = BatchState.HANDING, now
        batch.save(update_fields=["state", "handing_since"])
    try:
        folder.put(files.name_of(batch), content)
    except folder.NothingThereError as error:
        _settle(batch.pk, BatchState.MADE, "", by, now, since=now)
        raise RefusedError("print_house_unreachable") from error
    except folder.NobodyKnowsError:
        return _settle(batch.pk, BatchState.UNKNOWN, "lost", by, now, since=now)
    return _settle(batch.pk, BatchState.HANDED_OVER, "handed_over", by, now, since=now)


def _check_same(batch: PrintBatch, content: bytes) -> None:
    """Raise RefusedError when a letter was taken out of a locked batch after its file was read."""
    if batch.sha256 != sha256(content).hexdigest():
        raise RefusedError("batch_changed")


@transaction.atomic(durable=True)
def _settle(
    batch_id: int, state: BatchState, step: str, by: Staff | None, now: datetime, *, since: datetime | None = None
) -> PrintBatch:
    """Write down how a hand-over ended; what the sweep or a person has settled meanwhile stays.

    ``since`` is when the hand-over began that ended so: another one that is under way is none of its business.
    """
    batch = PrintBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state not in {BatchState.HANDING, BatchState.UNKNOWN} or since not in {None, batch.handing_since}:
        return batch
    return _settle_within(batch, state, step, by, now)


def _settle_within(
    batch: PrintBatch, state: BatchState, step: str, by: Staff | None, now: datetime, reason: str = ""
) -> PrintBatch:
    batch.state, batch.handing_since = state, None
    if state is BatchState.HANDED_OVER:
        batch.handed_over_at = now
    batch.save(update_fields=["state", "handing_since", "handed_over_at"])
    if step:
        _note(batch, step, by, now, reason)
    return batch


def decide(*, batch_id: int, is_there: bool, reason: str, by: Staff, now: datetime) -> PrintBatch:
    """Say whether the print house has a batch that nobody knows of, and why one thinks so.

    Raise RefusedError without a reason, or when it waits for nobody.
    """
    note_words.check(text=reason, kind="note")
    with transaction.atomic(durable=True):
        batch = lock(batch_id=batch_id, by=by, now=now)
        if batch.state != BatchState.UNKNOWN:
            raise RefusedError("batch_not_undecided")
        if len(plain(reason)) < LEAST_REASON:
            raise RefusedError("reason_missing")
        if is_there:
            return _settle_within(batch, BatchState.HANDED_OVER, "decided_there", by, now, plain(reason))
        return _settle_within(batch, BatchState.MADE, "decided_again", by, now, plain(reason))


def settle_lost(*, batch_id: int, there: bool, now: datetime) -> PrintBatch:
    """Settle a hand-over that was broken off: its file was found, or a person decides."""
    if there:
        return _settle(batch_id, BatchState.HANDED_OVER, "found_there", None, now)
    return _settle(batch_id, BatchState.UNKNOWN, "lost", None, now)
