"""Taking in a nightly file of the core: all of it that is sound, or nothing.

An orchestrating service: reading takes seconds and is done outside any transaction; what is written is written in
one. A batch row tells how far it is and, when it is refused, why.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import IntegrityError, connection, transaction

from collections_app.domain.intake.file import FileRefusedError, Survey, survey
from collections_app.domain.intake.sanity import Tolerance, check_rejected
from collections_app.domain.typed import visible
from collections_app.models import IntakeBatch, IntakeReject, IntakeState
from collections_app.services import (
    alerts,
    core_money,
    derivation,
    feed,
    form_keys,
    records,
    sweeps,
    wake,
)
from collections_app.services.instructions import answering
from collections_app.services.intake import applying, cases, order, tables
from collections_app.services.intake.reading import Reading, read_accounts, read_transactions
from collections_app.services.ownership import distributing

SEALED_STORAGE = "sealed"
ALERT = "intake_failed"
# Any number of our own: one file is taken in at a time, in whatever process.
_LOCK_KEY = 4_270_001
_TOLERANCE = Tolerance()
_log = logging.getLogger(__name__)

Opener = Callable[[], BinaryIO]


def take_in(
    *,
    path: Path,
    as_of: date,
    actor: records.Actor,
    now: datetime,
    transactions: Path | Callable[[], Path] | None = None,
    rows_told: int | None = None,
) -> IntakeBatch:
    """Take in a file of accounts, and optionally one of transactions, and return the batch as it ended.

    ``as_of`` is the day the data stand for; where the transactions are still being written, ``transactions`` is called
    for their path when the accounts have been read. ``rows_told`` is how many accounts the core says it sent, where
    a person knows it. A batch that ends ``refused`` or ``unchanged`` has changed nothing.
    Raise NotAllowedError when the actor may not, OSError when the file cannot be read.
    """
    batch = register(file_name=path.name, as_of=as_of, actor=actor, now=now, rows_told=rows_told)
    files = [path] if transactions is None else [path, transactions]
    return _run(batch, [partial(_open, file) for file in files], now)


@transaction.atomic(durable=True)
def register(
    *,
    file_name: str,
    as_of: date,
    actor: records.Actor,
    now: datetime,
    stored_as: str = "",
    form_key: str = "",
    rows_told: int | None = None,
) -> IntakeBatch:
    """Record that a file is to be taken in, and return its batch, waiting.

    ``stored_as`` is its name in the sealed storage, when it was uploaded: then a worker is woken to take it in.
    ``form_key`` is the key of the form it came by, ``rows_told`` how many rows it should have, where a person said so.
    Raise IntegrityError when that form has been sent before.
    """
    records.check_may(actor=actor, action="intake.run")
    feed.wake_boards()
    batch = IntakeBatch.objects.create(
        file_name=visible(file_name)[:120], as_of=as_of, stored_as=stored_as, form_key=form_key,
        started_by=actor.staff, started_at=now, rows_told=rows_told,
    )  # fmt: skip
    if stored_as:
        wake.soon("intake.take_in_upload", batch_id=batch.pk)
    return batch


def receive(
    *, file: File[bytes], as_of: date, actor: records.Actor, now: datetime, form_key: str = "",
    rows_told: int | None = None,
) -> IntakeBatch:  # fmt: skip
    """Keep an uploaded file sealed, and return its batch, waiting for ``run``.

    A form that is sent again, as by a double click, gives the batch of its first sending. Raise NotAllowedError when
    the actor may not.
    """
    records.check_may(actor=actor, action="intake.run")
    form_key = form_key if form_keys.is_key(form_key) else ""
    if form_key and (first := _received(form_key, actor)):
        return first
    name = Path(file.name or "upload.csv").name
    # A name of our own: theirs may be longer than a disk allows, and says more than a disk should tell.
    stored_as = storages[SEALED_STORAGE].save(f"intake/{as_of.isoformat()}-{secrets.token_hex(8)}.csv", file)
    about: dict[str, Any] = {"as_of": as_of, "actor": actor, "now": now, "rows_told": rows_told}
    try:
        return register(file_name=name, stored_as=stored_as, form_key=form_key, **about)
    except IntegrityError:
        # The other of two at the same instant was first.
        storages[SEALED_STORAGE].delete(stored_as)
        if first := _received(form_key, actor):
            return first
        raise


def _received(form_key: str, actor: records.Actor) -> IntakeBatch | None:
    return IntakeBatch.objects.filter(form_key=form_key, started_by=actor.staff).first()


def run(*, batch_id: int, now: datetime) -> IntakeBatch:
    """Take in an uploaded file whose batch waits, and return the batch.

    One that has run is left as it is; while another file is being taken in, it goes on waiting.
    """
    batch = IntakeBatch.objects.get(id=batch_id)
    if batch.state != IntakeState.WAITING or not batch.stored_as:
        return batch
    return _run(batch, [partial(_open_stored, batch.stored_as)], now, waits=True)


def run_waiting(*, now: datetime) -> int:
    """Take in the uploaded files that wait, the oldest first, and return how many there were.

    Nothing is lost when the wake-up of an upload is, nor what a run that was killed had yet to tell of its money. What
    was being taken in when its process was killed is said to have failed: it changed nothing, and a person must send
    it again.
    """
    with suppress(FileRefusedError), _only_one():
        _give_up_on_dead(now)
    there_were, *_beside = sweeps.in_turn(_run_each, core_money.follow, answering.watch, now=now)
    return there_were


def _run_each(*, now: datetime) -> int:
    waiting = IntakeBatch.objects.filter(state=IntakeState.WAITING).exclude(stored_as="").order_by("id")
    ids = list(waiting.values_list("id", flat=True))
    sweeps.each(ids, lambda batch_id: run(batch_id=batch_id, now=now))
    return len(ids)


def _open(path: Path | Callable[[], Path]) -> BinaryIO:
    return (path if isinstance(path, Path) else path()).open("rb")


def _open_stored(name: str) -> BinaryIO:
    return cast(BinaryIO, storages[SEALED_STORAGE].open(name).file)


def _run(batch: IntakeBatch, openers: Sequence[Opener], now: datetime, *, waits: bool = False) -> IntakeBatch:
    try:
        with _only_one():
            batch.refresh_from_db()
            if batch.state == IntakeState.WAITING:
                _give_up_on_dead(now)
                _take(batch, openers, now)
    except FileRefusedError as error:
        if not (waits and error.reason == "intake_running"):
            _refuse(batch, error, now)
    except SoftTimeLimitExceeded:
        _refuse(batch, FileRefusedError("took_too_long"), now)
        raise
    except Exception:
        _refuse(batch, FileRefusedError("failed"), now)
        raise
    if batch.state == IntakeState.DONE:
        # The file is in: whatever fails from here on is done by the next sweep and refuses nothing.
        sweeps.in_turn(core_money.follow, answering.watch, distributing.distribute, now=now)
    return batch


@contextmanager
def _only_one() -> Iterator[None]:
    """Hold the one lock of the intake; it ends with the connection, so that a killed run never keeps it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK_KEY])
        if not cursor.fetchone()[0]:
            raise FileRefusedError("intake_running")
        try:
            yield
        finally:
            tables.drop()
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK_KEY])


def _give_up_on_dead(now: datetime) -> None:
    """Say of batches that were running when their process was killed that they failed: nobody else runs now."""
    for dead in IntakeBatch.objects.filter(state__in=[IntakeState.READING, IntakeState.APPLYING]):
        _refuse(dead, FileRefusedError("failed"), now)


def _take(batch: IntakeBatch, openers: Sequence[Opener], now: datetime) -> None:
    with openers[0]() as file:
        found = _survey(file)
        told = found.rows_told is not None
        rows = max(found.lines - 1 - told, 0)
        _save(batch, state=IntakeState.READING, sha256=found.sha256, rows_total=rows, has_trailer=told)
        newest = order.check(batch, now=now)
        if newest is not None and newest.as_of == batch.as_of:
            # Only now: on another day the second file may still be written while the first is read.
            _save(batch, sha256=_fingerprint([found, *map(_survey_of, openers[1:])]))
            # An older file of the same day, sent again after a corrected one, is not what was taken in last.
            if newest.sha256 == batch.sha256:
                _save(batch, state=IntakeState.UNCHANGED, finished_at=now)
                alerts.clear(kind=ALERT, now=now)
                return
        tables.create()
        reading = read_accounts(
            file,
            survey=found,
            as_of=batch.as_of,
            rows_told=batch.rows_told,
            progress=lambda done: _save(batch, rows_done=done),
        )
    batch.rows_total = reading.total
    _keep_rejects(batch, reading)
    _check(reading)
    surveys = [found]
    for opener in openers[1:]:
        with opener() as file:
            surveys.append(_survey(file))
            second = read_transactions(file, survey=surveys[-1], as_of=batch.as_of)
        _keep_rejects(batch, second)
        _check(second)
    _save(
        batch,
        state=IntakeState.APPLYING,
        sha256=_fingerprint(surveys),
        rows_total=reading.total,
        owners_left=dict(reading.owners_left.most_common()),
    )
    tables.analyze()
    _apply(batch, reading, now)


def _survey(file: BinaryIO) -> Survey:
    return survey(file, max_bytes=settings.INTAKE_MAX_BYTES)


def _survey_of(opener: Opener) -> Survey:
    with opener() as file:
        return _survey(file)


def _fingerprint(files: Sequence[Survey]) -> str:
    """Return what tells these files from others: the digest of the only one, or one of all their digests."""
    if len(files) == 1:
        return files[0].sha256
    return sha256("".join(each.sha256 for each in files).encode()).hexdigest()


def _check(reading: Reading) -> None:
    check_rejected(total=reading.total, rejected=reading.rejected, commonest=reading.commonest, tolerance=_TOLERANCE)


@transaction.atomic(durable=True)
def _apply(batch: IntakeBatch, reading: Reading, now: datetime) -> None:
    """Write everything the file says, derive, and open and close cases: one transaction."""
    applied = applying.apply(
        as_of=batch.as_of,
        now=now,
        batch_id=batch.id,
        # A row that does not tell its account might be any of the missing ones.
        close_missing=reading.nameless == 0,
        tolerance=_TOLERANCE,
    )
    derivation.derive_many(customer_ids=applied.to_derive, now=now)
    year = now.astimezone(ZoneInfo(settings.TIME_ZONE)).year
    judged = cases.judge(now=now, year=year, batch_id=batch.id)
    derivation.derive_many(customer_ids=judged.customer_ids, now=now)
    _save(
        batch,
        state=IntakeState.DONE,
        rows_done=reading.total,
        accounts_new=applied.accounts_new,
        accounts_changed=applied.accounts_changed,
        cases_opened=judged.opened,
        cases_closed=judged.closed,
        finished_at=now,
    )
    alerts.clear(kind=ALERT, now=now)
    # One word for all of them: its events are written without one for each record.
    feed.wake_all()


@transaction.atomic(durable=True)
def _keep_rejects(batch: IntakeBatch, reading: Reading) -> None:
    IntakeReject.objects.bulk_create(
        [
            IntakeReject(
                batch=batch,
                line=item.line,
                column=item.problem.column,
                reason=item.problem.reason,
                value=item.problem.value[:200],
            )
            for item in reading.rejects
        ],
        batch_size=1000,
    )
    batch.rows_rejected += reading.rejected
    batch.save(update_fields=["rows_rejected"])


@transaction.atomic(durable=True)
def _refuse(batch: IntakeBatch, error: FileRefusedError, now: datetime) -> None:
    """Say on the batch why nothing was taken in, and alert staff."""
    _save(
        batch,
        state=IntakeState.REFUSED,
        refused_reason=error.reason,
        refused_detail=error.detail,
        accounts_new=0,
        accounts_changed=0,
        cases_opened=0,
        cases_closed=0,
        finished_at=now,
    )
    _log.warning("intake %s refused: %s", batch.id, error.reason)
    alerts.raise_alert(kind=ALERT, detail={"batch": batch.id, "reason": error.reason, **error.detail}, now=now)


def _save(batch: IntakeBatch, **values: object) -> None:
    for name, value in values.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(values))
    feed.wake_boards()
