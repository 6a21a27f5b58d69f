"""Facts of a dispute: drawn from the record, marked by both sides, confirmed in writing. Behind the wall: no event."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless
from collections_app.models import Account, Staff
from collections_app.services import form_keys, records
from collections_app.services.errors import RefusedError
from mediation.domain.facts import VERDICTS
from mediation.models import FactMark, FactsConfirmation, FactSheet, Mediation
from mediation.selectors import wall
from mediation.selectors.record_facts import facts_on_record
from mediation.services import seats

LONGEST_COMMENT = 500


@transaction.atomic(durable=True)
def draw(*, session_id: int, actor: records.Actor, now: datetime) -> FactSheet:
    """Put the facts of the record, as they stand now, before both sides.

    Earlier marks stay with the sheet they were made on. Raise NotAllowedError for everybody but the mediator, and
    RefusedError when nothing has changed since the last sheet.
    """
    session = seats.lock_session(session_id=session_id, now=now)
    mediator = seats.check_mediator(session=session, actor=actor)
    facts = [fact.as_json() for fact in facts_on_record(session.mediation)]
    last = FactSheet.objects.filter(mediation=session.mediation).order_by("-id").first()
    if last is not None and last.facts == facts:
        raise RefusedError("facts_unchanged")
    form_keys.keep_within(customer_id=session.customer_id, now=now)
    return FactSheet.objects.create(
        mediation=session.mediation,
        session=session,
        customer_id=session.customer_id,
        facts=facts,
        as_of=Account.objects.values_list("data_as_of", flat=True).get(id=session.mediation.account_id),
        drawn_by=mediator.staff,
        drawn_at=now,
    )


@transaction.atomic(durable=True)
def mark_for_bank(
    *,
    session_id: int,
    sheet_id: int,
    verdicts: Mapping[str, str],
    comments: Mapping[str, str],
    actor: records.Actor,
    now: datetime,
) -> int:
    """Mark facts for the bank, by its representative. Return how many marks are new."""
    session = seats.lock_session(session_id=session_id, now=now)
    staff = seats.check_representative(session=session, actor=actor)
    form_keys.keep_within(customer_id=session.customer_id, now=now)
    return _mark(session.mediation, sheet_id, verdicts, comments, staff, now)


@transaction.atomic(durable=True)
def mark_for_customer(
    *,
    mediation_id: int,
    customer_id: int,
    sheet_id: int,
    verdicts: Mapping[str, str],
    comments: Mapping[str, str],
    now: datetime,
) -> int:
    """Mark facts as the customer, on their own page. Return how many marks are new."""
    mediation = seats.lock_talks(mediation_id=mediation_id, customer_id=customer_id, now=now)
    return _mark(mediation, sheet_id, verdicts, comments, None, now)


def _mark(
    mediation: Mediation,
    sheet_id: int,
    verdicts: Mapping[str, str],
    comments: Mapping[str, str],
    staff: Staff | None,
    now: datetime,
) -> int:
    """Append what differs from the side's latest marks, on a record the caller has locked."""
    view = _of_now(mediation, sheet_id)
    side = seats.side_of(staff)
    known = {fact.key for fact in view.facts}
    if set(verdicts) - known or set(verdicts.values()) - set(VERDICTS):
        raise RefusedError("no_such_fact")
    rows = []
    for key, verdict in verdicts.items():
        comment = harmless(comments.get(key, "")).strip()
        if len(comment) > LONGEST_COMMENT:
            raise RefusedError("fact_comment_too_long")
        if (view.verdicts[side].get(key), view.comments[side].get(key, "")) == (verdict, comment):
            continue
        rows.append(
            FactMark(
                sheet=view.sheet,
                customer_id=mediation.customer_id,
                side=side,
                fact=key,
                verdict=verdict,
                comment=comment,
                marked_by=staff,
                marked_at=now,
            )
        )
    FactMark.objects.bulk_create(rows)
    return len(rows)


@transaction.atomic(durable=True)
def confirm_for_bank(
    *, session_id: int, sheet_id: int, seen: str, text: str, actor: records.Actor, now: datetime
) -> FactsConfirmation:
    """Confirm in writing, for the bank, what neither side disputes. See ``confirm_for_customer``."""
    session = seats.lock_session(session_id=session_id, now=now)
    staff = seats.check_representative(session=session, actor=actor)
    form_keys.keep_within(customer_id=session.customer_id, now=now)
    return _confirm(session.mediation, sheet_id, seen, text, staff, now)


@transaction.atomic(durable=True)
def confirm_for_customer(
    *, mediation_id: int, customer_id: int, sheet_id: int, seen: str, text: str, now: datetime
) -> FactsConfirmation:
    """Confirm in writing what neither side disputes (online mediation rules, articles 19 and 22).

    ``seen`` is the hash of the facts as the page showed them, ``text`` their sentences. Raise RefusedError when a mark
    has changed which facts they are, when a side has not marked all yet, or nothing is undisputed.
    """
    mediation = seats.lock_talks(mediation_id=mediation_id, customer_id=customer_id, now=now)
    return _confirm(mediation, sheet_id, seen, text, None, now)


def _confirm(
    mediation: Mediation, sheet_id: int, seen: str, text: str, staff: Staff | None, now: datetime
) -> FactsConfirmation:
    view = _of_now(mediation, sheet_id)
    side = seats.side_of(staff)
    if not view.all_marked:
        raise RefusedError("facts_not_all_marked")
    if not view.undisputed:
        raise RefusedError("nothing_undisputed")
    if seen != wall.facts_hash(view.undisputed):
        raise RefusedError("facts_changed")
    if side in view.confirmed:
        raise RefusedError("facts_confirmed_already")
    return FactsConfirmation.objects.create(
        sheet=view.sheet,
        customer_id=mediation.customer_id,
        side=side,
        text=text,
        facts_hash=seen,
        confirmed_by=staff,
        confirmed_at=now,
    )


def _of_now(mediation: Mediation, sheet_id: int) -> wall.SheetView:
    """Return the latest sheet. Raise RefusedError when the page showed an earlier one."""
    view = wall.sheet_within(mediation)
    if view is None:
        raise RefusedError("no_such_sheet")
    if view.sheet.id != sheet_id:
        raise RefusedError("facts_changed")
    return view


def outdated(*, mediation: Mediation, view: wall.SheetView) -> bool:
    """Return whether the record has moved on since the sheet was drawn."""
    return facts_on_record(mediation) != view.facts
