"""A session in person: its place, who came, the minutes both sides sign; of every session what was signed by hand."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction

from collections_app.domain.papers import HEAD_BYTES, kind_of, named
from collections_app.domain.typed import harmless, plain, visible
from collections_app.models import Customer, Staff
from collections_app.services import form_keys, records
from collections_app.services.errors import RefusedError
from collections_app.services.handing import papers
from mediation.domain.meetings import ATTENDANTS, LONGEST_LINE, LONGEST_MINUTES, SESSION_PAPERS
from mediation.domain.rooms import IDENTITY_DOCUMENTS
from mediation.domain.route import Route
from mediation.models import Attendance, Session, SessionMinutes, SessionPaper, Venue
from mediation.selectors.people.seated import panel_of
from mediation.services import sessions, stored

# What the address sheet says, in the order it says it; the first two must be there.
PLACE_LINES = ("name", "address", "room", "directions", "bring")


def _held(*, session_id: int, actor: records.Actor, now: datetime) -> tuple[Customer, Session, Staff]:
    """Lock the record of a session and return both and its host. Papers may come after the end."""
    customer_id = Session.objects.filter(id=session_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_session")
    customer = records.lock(customer_id=customer_id, now=now)
    rows = Session.objects.select_related("mediation__account", "mediator__staff", "representative")
    session = rows.get(id=session_id)
    sessions.check_conducts(session=session, actor=actor)
    form_keys.keep_within(customer_id=customer.id, now=now)
    return customer, session, sessions.conductor_of(session)


def _in_person(*, session_id: int, actor: records.Actor, now: datetime) -> tuple[Customer, Session, Staff]:
    """Lock the record of a session in person, as `_held` does. Raise RefusedError for one held otherwise."""
    customer, session, host = _held(session_id=session_id, actor=actor, now=now)
    if session.mode != Route.MEETING:
        raise RefusedError("session_not_in_person")
    return customer, session, host


@transaction.atomic(durable=True)
def state_place(*, session_id: int, lines: Mapping[str, str], actor: records.Actor, now: datetime) -> Venue:
    """Say where a session is held, how one gets there and what to bring. Lines by the names in ``PLACE_LINES``."""
    customer, session, host = _in_person(session_id=session_id, actor=actor, now=now)
    said = {name: plain(lines.get(name, ""))[:LONGEST_LINE] for name in PLACE_LINES}
    if not said["name"] or not said["address"]:
        raise RefusedError("place_without_address")
    return Venue.objects.create(session=session, customer=customer, stated_by=host, stated_at=now, **said)


@transaction.atomic(durable=True)
def attend(
    *, session_id: int, kind: str, name: str, document: str, came_at: datetime, actor: records.Actor, now: datetime
) -> Attendance:
    """Keep that somebody came, when, and which document was compared with the person by whoever holds the session.

    Of the panel ``kind`` is the role. Raise RefusedError for a party without a document, a companion without a name,
    somebody who does not sit in the session, or an hour yet to come.
    """
    customer, session, host = _in_person(session_id=session_id, actor=actor, now=now)
    of_staff = {
        "mediator": session.mediator.staff if session.mediator else None,
        "representative": session.representative,
        **{seat.role: seat.expert.staff for seat in panel_of(session) if seat.expert is not None},
    }
    staff = of_staff.get(kind)
    if staff is None and kind not in {"customer", "companion"}:
        raise RefusedError("no_such_caller")
    kind = kind if kind in ATTENDANTS else "panel"
    if staff is None and document not in IDENTITY_DOCUMENTS:
        raise RefusedError("identity_document_missing")
    if kind == "companion" and not plain(name):
        raise RefusedError("companion_without_name")
    if came_at > now:
        raise RefusedError("came_in_the_future")
    return Attendance.objects.create(
        session=session, customer=customer, kind=kind, staff=staff, means=Route.MEETING, checked_by=host,
        name=plain(name)[:80] if kind == "companion" else "", document="" if staff else document,
        came_at=came_at, stated_at=now,
    )  # fmt: skip


@transaction.atomic(durable=True)
def write_minutes(*, session_id: int, text: str, actor: records.Actor, now: datetime) -> SessionMinutes:
    """Write the minutes both sides read and sign, anew as a whole; what was written before stays kept."""
    customer, session, host = _in_person(session_id=session_id, actor=actor, now=now)
    text = harmless(text).strip()
    if not plain(text):
        raise RefusedError("minutes_empty")
    if len(text) > LONGEST_MINUTES:
        raise RefusedError("minutes_too_long", longest=LONGEST_MINUTES)
    return SessionMinutes.objects.create(session=session, customer=customer, text=text, written_by=host, written_at=now)


@transaction.atomic(durable=True)
def keep_paper(*, session_id: int, kind: str, file: File[bytes], actor: records.Actor, now: datetime) -> SessionPaper:
    """Keep the scan of a paper signed by hand, sealed; the same content again is kept once.

    However the session was held: the address for service is confirmed on paper after a call as well.
    What it is follows from its content. Raise RefusedError for other kinds of files and large ones.
    """
    customer, session, host = _held(session_id=session_id, actor=actor, now=now)
    if kind not in SESSION_PAPERS:
        raise RefusedError("no_such_paper_kind")
    papers.check(files=[file], kept=0)
    body = file.read()
    print_ = sha256(body).hexdigest()
    same = SessionPaper.objects.filter(session=session, sha256=print_).first()
    if same is not None:
        return same
    found = kind_of(body[:HEAD_BYTES])
    assert found is not None, "checked before"
    stored_as = storages[papers.SEALED_STORAGE].save(f"sessions/{session.pk}/{print_[:16]}", ContentFile(body))
    return SessionPaper.objects.create(
        session=session, customer=customer, kind=kind, name=named(visible(file.name or ""), found), size=len(body),
        content_type=found.content_type, sha256=print_, stored_as=stored_as, added_by=host, added_at=now,
    )  # fmt: skip


def open_paper(*, session_id: int, paper_id: int, actor: records.Actor, now: datetime) -> tuple[SessionPaper, bytes]:
    """Return a signed paper with its content to whoever holds the session; that they looked stands on the record.

    Raise RefusedError when there is none, or it is gone from the storage.
    """
    branch = Session.objects.filter(id=session_id).values_list("customer__branch_id", flat=True).first()
    with stored.reporting(customer_branch=branch, now=now):
        return _open_paper(session_id=session_id, paper_id=paper_id, actor=actor, now=now)


@transaction.atomic(durable=True)
def _open_paper(*, session_id: int, paper_id: int, actor: records.Actor, now: datetime) -> tuple[SessionPaper, bytes]:
    customer, session, _host = _held(session_id=session_id, actor=actor, now=now)
    paper = SessionPaper.objects.filter(session=session, id=paper_id).first()
    if paper is None:
        raise RefusedError("no_such_document")
    records.append(
        customer=customer, kind="paper.read", actor=actor, now=now, account_id=session.mediation.account_id,
        payload={"session": session.pk, "paper": paper.pk},
    )  # fmt: skip
    # At most ten mebibytes, as it was taken.
    return paper, stored.read(paper.stored_as)
