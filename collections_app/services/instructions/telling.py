"""The file of instructions to the core: every waiver line that it does not know yet, and every one that lapsed, once.

An orchestrating service. Which lines a file has is committed before it is written, so that whatever dies, no line is
in two files; a file that was committed and not written is written by the next run, as it was to be.
"""

import csv
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from collections_app.domain.arrangements import LAPSED
from collections_app.domain.instructions import STANDS, TOLD_COLUMNS, reference_of
from collections_app.domain.money import yuan_text
from collections_app.models import CoreInstruction, InstructionFile, Waiver
from collections_app.services import alerts, records

# Any number of our own: one file is made at a time, in whatever process.
_LOCK_KEY = 4_270_011
# With these plans what was let off by them has ended.
_LAPSED = Q(arrangement__state__in=sorted(LAPSED))
_MOST = 50_000
WAITING_ALERT = "instructions_waiting"
_LATE = timedelta(days=1)
_log = logging.getLogger(__name__)


def export(*, directory: Path, now: datetime) -> list[Path]:
    """Write what the core has to be told into files of a directory, and return those written now, whole and in order.

    Raise OSError when the directory cannot be written to: the next run writes the same file.
    """
    gather(now=now)
    waiting = InstructionFile.objects.filter(written_at__isnull=True).order_by("id")
    return [_write(file, directory, now) for file in waiting]


def tell_nightly(*, now: datetime) -> int:
    """Write tonight's file where the core fetches it, and return how many files were written.

    Where no folder is named somebody runs the command. What the core has not been told for a day, or a file that could
    not be written, is an alert until it is.
    """
    written: list[Path] = []
    if settings.INSTRUCTIONS_FOLDER:
        try:
            written = export(directory=Path(settings.INSTRUCTIONS_FOLDER), now=now)
        except OSError as error:
            _log.warning("instructions cannot be written: %s", error)
    late = now - _LATE
    ended_lately = Q(arrangement__breached_at__gte=late) | Q(arrangement__annulled_at__gte=late)
    untold = _untold().filter(granted_at__lt=late).exclude(ended_lately).count()
    unwritten = InstructionFile.objects.filter(written_at__isnull=True).count()
    if untold or unwritten:
        alerts.raise_alert(kind=WAITING_ALERT, detail={"lines": untold, "files": unwritten}, now=now)
    else:
        alerts.clear(kind=WAITING_ALERT, now=now)
    return len(written)


@transaction.atomic(durable=True)
def gather(*, now: datetime) -> InstructionFile | None:
    """Put every line the core does not know yet into a new file, and say so on the records; None when there is none.

    What lapsed with its plan before it was told is not told; what was told before it lapsed is called off, and told
    anew when its plan is in force again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_KEY])
    new = _untold().order_by("id")
    customer_ids = sorted(set(new.values_list("customer_id", flat=True)[:_MOST]))
    if not customer_ids:
        return None
    customers = records.lock_many(customer_ids=customer_ids, now=now)
    # Asked again under the locks: a plan may have ended, or been put back, since.
    waivers = list(new.filter(customer_id__in=customer_ids)[:_MOST])
    if not waivers:
        return None
    words = _next_words(waivers)
    file = InstructionFile.objects.create(made_at=now, rows=len(words), total_fen=sum(fen for _, fen in words.values()))
    lines = _lines(file, waivers, words, now)
    for kind, calls_off in (("waiver.told", False), ("waiver.called_off", True)):
        said = [
            records.Said(
                line.customer_id,
                line.account_id,
                {"reference": line.reference, "component": line.waiver.component, "fen": line.amount_fen},
            )
            for line in lines
            if line.calls_off is calls_off
        ]
        if said:
            records.append_many(customers=customers, kind=kind, said=said, actor=records.SYSTEM, now=now)
    return file


def _next_words(waivers: Sequence[Waiver]) -> dict[int, tuple[int, int]]:
    """Return the turn and the fen of the next word about each waiver: what is called off is what the core booked.

    A calling off that was refused leaves the line booked: it is called off again by the next even turn.
    """
    told = CoreInstruction.objects.filter(waiver__in=waivers).order_by("turn")
    last = {line.waiver_id: line for line in told}
    words = {}
    for waiver in waivers:
        line = last.get(waiver.pk)
        if line is None:
            words[waiver.pk] = 1, waiver.amount_fen
        elif line.calls_off and line.state == "refused":
            words[waiver.pk] = line.turn + 2, line.amount_fen
        elif line.calls_off:
            words[waiver.pk] = line.turn + 1, waiver.amount_fen
        else:
            words[waiver.pk] = line.turn + 1, line.booked_fen or line.amount_fen
    return words


def _lines(
    file: InstructionFile, waivers: Sequence[Waiver], words: dict[int, tuple[int, int]], now: datetime
) -> list[CoreInstruction]:
    """Write the next word about each waiver into a file."""
    return CoreInstruction.objects.bulk_create(
        CoreInstruction(
            customer_id=waiver.customer_id,
            account_id=waiver.account_id,
            waiver=waiver,
            turn=words[waiver.pk][0],
            file=file,
            reference=reference_of(waiver.pk, words[waiver.pk][0]),
            amount_fen=words[waiver.pk][1],
            told_at=now,
        )
        for waiver in waivers
    )


def _untold() -> QuerySet[Waiver]:
    """What the core has to be told: what it does not know and what holds, and what it knows and lapsed.

    A line the core refused needs no calling off, and one whose calling off it refused needs not be told again; when its
    plan has ended once more since, that is called off anew.
    """
    last = CoreInstruction.objects.filter(waiver=OuterRef("pk")).order_by("-turn")
    rows = Waiver.objects.annotate(
        said=Subquery(last.values("turn")[:1]),
        answer=Subquery(last.values("state")[:1]),
        said_at=Subquery(last.values("told_at")[:1]),
    ).annotate(books=F("said") % 2)
    to_book = ~_LAPSED & (Q(said__isnull=True) | Q(books=0) & ~Q(answer="refused"))
    lapsed_anew = Q(arrangement__breached_at__gt=F("said_at")) | Q(arrangement__annulled_at__gt=F("said_at"))
    to_call_off = Q(books=1, answer__in=sorted(STANDS)) | Q(books=0, answer="refused") & lapsed_anew
    return rows.filter(to_book | _LAPSED & to_call_off)


def _write(file: InstructionFile, directory: Path, now: datetime) -> Path:
    """Write a file under its name in one step: who looks finds all of it or nothing. Its checksum stands beside it."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(TOLD_COLUMNS)
    writer.writerows(_rows(file))
    content = text.getvalue().encode()
    digest = sha256(content).hexdigest()
    path = directory / file.name
    _put(path, content)
    _put(path.with_suffix(".csv.sha256"), f"{digest}  {path.name}\n".encode())
    file.sha256, file.written_at = digest, now
    file.save(update_fields=["sha256", "written_at"])
    return path


def _rows(file: InstructionFile) -> Iterator[tuple[str | int, ...]]:
    booked = CoreInstruction.objects.alias(odd=F("turn") % 2).filter(
        waiver=OuterRef("waiver"), turn__lt=OuterRef("turn"), odd=1
    )
    lines = file.lines.select_related("customer", "account", "waiver__granted_by").order_by("id")
    lines = lines.annotate(booked_turn=Subquery(booked.order_by("-turn").values("turn")[:1]))
    zone = ZoneInfo(settings.TIME_ZONE)
    for line in lines:
        waiver = line.waiver
        yield (
            line.reference,
            line.customer.customer_no,
            line.account.account_no,
            line.account.currency,
            waiver.component,
            yuan_text(line.amount_fen, grouped=False),
            waiver.timing,
            int(waiver.settlement),
            waiver.granted_at.astimezone(zone).date().isoformat(),
            waiver.granted_by.employee_no,
            waiver.approval_id or "",
            reference_of(waiver.pk, line.booked_turn) if line.calls_off else "",
        )


def _put(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, and give it its name once it is whole and on disk."""
    draft = path.with_name(f".{path.name}.part")
    with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
