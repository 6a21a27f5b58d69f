"""The code lists: the one place that writes them, with every version kept and the administration's log."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least

from collections_app.domain.code_checks import problem
from collections_app.domain.code_lists import CODE_FIELDS, LISTS
from collections_app.domain.codes import CodeBook, CodeRow
from collections_app.models import Code, CodeVersion, Customer
from collections_app.selectors import codes
from collections_app.services import records
from collections_app.services.errors import RefusedError

ACTION = "codes.write"

# What a row states; the rest says which row it is and who wrote it.
_STATED = ("name_zh", "name_en", "about_zh", "about_en", "position", "active", "data")

# No write lives longer (CELERY_TASK_TIME_LIMIT), and an edit of the order is committed within the other.
_LONGEST_WRITE = timedelta(minutes=15)
_LONGEST_EDIT = timedelta(minutes=2)

# Writes to the lists follow one another: what a row may say depends on the others.
_ONE_AT_A_TIME = 4_201_001


@transaction.atomic(durable=True)
def save(
    *,
    row: Code,
    data: Mapping[str, Any],
    seen_version: int | None,
    seen_order: str | None = None,
    actor: records.Actor,
    now: datetime,
) -> Code:
    """Add a code or change one, keep the version it was, and log it. It is in force with the commit.

    ``seen_version`` is the version of the row its author saw, None for a new one; ``seen_order`` the mark of the
    list's order (CodeBook.order_mark), which counts when the row takes another place. Raise RefusedError when
    somebody changed either since, when logic, the law or a guarantee would be broken, or a value is none;
    ValidationError for names that cannot be; NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=ACTION)
    if row.list_name not in LISTS:
        raise RefusedError("no_such_code")
    _wait_for_others()
    before = Code.objects.filter(list_name=row.list_name, code=row.code).first()
    book = codes.current()
    _check_seen(row, before, seen_version, book)
    if seen_order is not None and (before is None or before.position != row.position):
        _check_order(row, seen_order, book)
    row.data = dict(data)
    row.version = (before.version if before else 0) + 1
    row.edited_by, row.edited_at = actor.staff, now
    wanted = _as_row(row, book)
    found = problem(row.list_name, wanted, book)
    if found is not None:
        raise RefusedError(found.code, **found.params)
    row.full_clean()
    row.save()
    _version(row, now).save()
    _derive_anew(row, before, book, now)
    _log(row, before, actor)
    return row


def load(*, now: datetime) -> int:
    """Store the codes of this release that are not stored yet, and return how many there were.

    What an administrator has edited stays as it is. What nobody has edited follows the release. The caller's
    transaction is the load's.
    """
    _wait_for_others()
    stored = {(row.list_name, row.code): row for row in Code.objects.all()}
    new, followed = [], []
    for name in LISTS:
        for row in codes.shipped().terms(name).values():
            kept = stored.get((name, row.code))
            if kept is None:
                kept = Code(list_name=name, code=row.code, version=0)
                new.append(kept)
            elif kept.edited_at is not None or _values(kept) == _shipped_values(row):
                continue
            else:
                followed.append(kept)
            _set(kept, row)
            kept.version += 1
    Code.objects.bulk_create(new)
    Code.objects.bulk_update(followed, [*_STATED, "version"])
    CodeVersion.objects.bulk_create([_version(row, now) for row in (*new, *followed)])
    return len(new)


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _check_seen(row: Code, before: Code | None, seen_version: int | None, book: CodeBook) -> None:
    if seen_version is None and row.code in book.terms(row.list_name):
        raise RefusedError("code_taken", name_of=row.code, list=row.list_name)
    if seen_version is not None and (before is None or before.version != seen_version or before.pk != row.pk):
        raise RefusedError("code_changed")


def _check_order(row: Code, seen_order: str, book: CodeBook) -> None:
    """Two people who each move another row would otherwise make an order that neither has seen."""
    if seen_order != book.order_mark(row.list_name):
        raise RefusedError("code_order_changed")


def _as_row(row: Code, book: CodeBook) -> CodeRow:
    base = book.terms(row.list_name).get(row.code)
    values = {name: getattr(row, name) for name in ("code", "name_zh", "name_en", "about_zh", "about_en")}
    values |= {"position": row.position, "active": row.active, "version": row.version, "data": row.data}
    wanted = codes.stored_row(values, base)
    # What the list does not state is no value of it.
    return replace(wanted, data={field.name: wanted.data.get(field.name) for field in LISTS[row.list_name].fields})


def _set(stored: Code, row: CodeRow) -> None:
    stored.name_zh, stored.name_en, stored.about_zh, stored.about_en = row.zh, row.en, row.about_zh, row.about_en
    stored.position, stored.active, stored.data = row.position, row.active, dict(row.data)


def _values(row: Code) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _STATED}


def _shipped_values(row: CodeRow) -> dict[str, Any]:
    stored = Code()
    _set(stored, row)
    return _values(stored)


def _version(row: Code, now: datetime) -> CodeVersion:
    return CodeVersion(
        list_name=row.list_name,
        code=row.code,
        version=row.version,
        values=_values(row),
        since=now,
        written_by=row.edited_by,
    )


def _derive_anew(row: Code, before: Code | None, book: CodeBook, now: datetime) -> None:
    """After statuses changed places, have the records they decide derived again, by the next sweep or write.

    Only records that show one of the statuses passed over can change. What is due no later than it was last
    derived says so to the audit: time alone never asks for that.
    """
    if row.list_name != "statuses" or before is None or row.position == before.position:
        return
    low, high = sorted([row.position, before.position])
    passed = [item.code for item in book.terms("statuses").values() if low <= item.position <= high]
    with connection.cursor() as cursor:
        # derive_overtaken counts on it that the edit is committed in time.
        cursor.execute("SET LOCAL statement_timeout = '100s'")
    try:
        _mark(Customer.objects.filter(status__in=passed), now)
    except OperationalError as error:
        raise RefusedError("records_busy") from error


def _mark(customers: QuerySet[Customer], now: datetime) -> int:
    rows = customers.select_for_update(of=("self",), no_key=True).order_by("id")
    return Customer.objects.filter(id__in=list(rows.values_list("id", flat=True))).update(
        derive_due_at=Least(F("derived_at"), now)
    )


@transaction.atomic(durable=True)
def derive_overtaken(*, now: datetime) -> int:
    """Have records derived again whose writer read the old order of statuses while a new one was committed.

    Such a writer began before the commit and ended after it, so the edit could not find the record it was about to
    write. Return how many records were marked. Repeating it finds nothing more: what is derived anew is no longer
    of that time.
    """
    committed = (now - _LONGEST_WRITE - _LONGEST_EDIT, now - _LONGEST_EDIT)
    edits = CodeVersion.objects.filter(list_name="statuses", version__gt=1, since__range=committed)
    marked = 0
    for since in edits.order_by("since").values_list("since", flat=True):
        began, ended = since - _LONGEST_WRITE, since + _LONGEST_EDIT
        marked += _mark(Customer.objects.filter(derived_at__gt=began, derived_at__lte=ended), now)
    return marked


def _log(row: Code, before: Code | None, actor: records.Actor) -> None:
    """Write what changed, from what to what, to the administration's own log."""
    if actor.staff is None:
        return
    message: list[dict[str, Any]] = [{"added": {}}]
    if before is not None:
        old, new = _flat(before), _flat(row)
        fields = [f"{_label(name)}: {old.get(name)} → {new[name]}" for name in new if old.get(name) != new[name]]
        message = [{"changed": {"fields": fields}}]
    LogEntry.objects.create(
        user=actor.staff,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=CHANGE if before else ADDITION,
        change_message=json.dumps(message, ensure_ascii=False),
    )


def _flat(row: Code) -> dict[str, Any]:
    values = _values(row)
    return {**{name: value for name, value in values.items() if name != "data"}, **values["data"]}


def _label(name: str) -> str:
    return CODE_FIELDS[name].en if name in CODE_FIELDS else name
