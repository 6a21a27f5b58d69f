"""An agreement signed by hand: the scan is kept, and somebody at the table confirms which version was signed by whom.

What is confirmed so counts as any other signature: with the last one the agreement is in force.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction

from collections_app.domain.papers import HEAD_BYTES, JPEG, PDF, PNG, kind_of, named
from collections_app.domain.typed import harmless, plain, visible
from collections_app.models import Customer, Staff
from collections_app.services import note_words, reauthentication, records, scans
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.handing import papers
from mediation.domain.signing import LONGEST_PLACE, MOST_SCAN_BYTES, MOST_SCAN_PAGES
from mediation.models import AgreementDraft, DraftParty, DraftSignature, PaperSigning, SignedScan
from mediation.selectors import parties
from mediation.services import checking, drafts, hands, signing, stored, table

_TAKEN = (PDF, JPEG, PNG)


@dataclass(frozen=True, slots=True)
class Paper:
    """What was signed by hand: the version printed on it, its document, whose hands are on it, when and where."""

    sha256: str
    version: int
    keys: Collection[str]
    signed_on: date
    place: str


@dataclass(frozen=True, slots=True)
class _Scan:
    name: str
    body: bytes
    pages: int


def confirm(
    *,
    draft_id: int,
    paper: Paper,
    files: Sequence[File[bytes]],
    given: reauthentication.Given,
    address: str | None,
    actor: records.Actor,
    now: datetime,
) -> AgreementDraft:
    """Keep the scans of a version signed by hand and the signatures on it, as the mediator or the representative.

    The person proves themselves again. Raise NotAllowedError for others, RefusedError when the paper is another
    version, has too few pages, or a signature on it cannot be.
    """
    if actor.staff is None:
        raise NotAllowedError("not_your_signature")
    papers.check(files=files, most=MOST_SCAN_PAGES, most_bytes=MOST_SCAN_BYTES)
    read = [_read(file) for file in files]
    if not read:
        raise RefusedError("scan_missing")
    reauthentication.prove(staff=actor.staff, given=given, address=address, now=now)
    saved: list[str] = []
    printed = _printed(draft_id)
    try:
        return _confirm(
            draft_id=draft_id, paper=paper, scanned=read, printed=printed, actor=actor, now=now, saved=saved
        )  # fmt: skip
    except (RefusedError, NotAllowedError):
        # The rows are taken back with the transaction, the files are not. Only of what was refused: whether a broken
        # connection has taken the rows back nobody knows.
        for name in saved:
            storages[drafts.SEALED_STORAGE].delete(name)
        raise


def _printed(draft_id: int) -> int:
    """Return how many pages the printed document of a version has."""
    draft = AgreementDraft.objects.filter(id=draft_id).first()
    if draft is None:
        raise RefusedError("no_such_draft")
    try:
        return scans.pages_of(drafts.content(draft), most=MOST_SCAN_PAGES)
    except OSError as error:
        raise RefusedError("document_gone") from error


def _read(file: File[bytes]) -> _Scan:
    """Return one file with its number of pages. Raise RefusedError for anything but a PDF, a JPEG or a PNG."""
    file.seek(0)
    body = file.read()
    if kind_of(body[:HEAD_BYTES]) not in _TAKEN:
        raise RefusedError("scan_of_no_kind")
    return _Scan(file.name or "", body, scans.pages_of(body, most=MOST_SCAN_PAGES))


@transaction.atomic(durable=True)
def _confirm(
    *,
    draft_id: int,
    paper: Paper,
    scanned: Sequence[_Scan],
    printed: int,
    actor: records.Actor,
    now: datetime,
    saved: list[str],
) -> AgreementDraft:
    """Keep the paper on its record. ``saved`` is given the names of the files, for whoever cleans up a refusal."""
    customer_id = AgreementDraft.objects.filter(id=draft_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_draft")
    customer = records.lock(customer_id=customer_id, now=now)
    draft = hands.draft_of(draft_id)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    sealed = set(paper.keys) == {"organisation"}
    sealed = sealed and may_confirm(draft=draft, key="organisation", staff=actor.staff, today=today)
    table.check(draft=draft, actor=actor, holds_seal=sealed)
    records.check_wall(customer=customer, actor=actor)
    _check(customer, draft, paper, now)
    if not all(may_confirm(draft=draft, key=key, staff=actor.staff, today=today) for key in paper.keys):
        raise RefusedError("paper_not_yours")
    if sum(scan.pages for scan in scanned) < printed:
        raise RefusedError("scan_too_short")
    assert actor.staff is not None, "checked before"
    row = PaperSigning.objects.create(
        draft=draft,
        customer=customer,
        sha256=draft.sha256,
        signed_on=paper.signed_on,
        place=harmless(paper.place).strip()[:LONGEST_PLACE],
        confirmed_by=actor.staff,
        confirmed_at=now,
    )
    for scan in {sha256(each.body).hexdigest(): each for each in scanned}.values():
        _keep(row, scan, saved)
    rows = [_signature(row, draft, signatory, party, now) for signatory, party in _named(draft, paper.keys)]
    hands.keep_within(customer=customer, draft=draft, signatures=rows, actor=actor, now=now)
    return draft


def may_confirm(*, draft: AgreementDraft, key: str, staff: Staff | None, today: date) -> bool:
    """Return whether somebody may confirm that a signature stands on a paper.

    The mediator's and the organisation's seal only the mediator confirms, the seal also whoever holds its authority:
    the bank alone never brings a mediated agreement into force. All others somebody at the table does.
    """
    if staff is None:
        return False
    session = draft.session
    if session.mediator is not None and session.mediator.staff_id == staff.id:
        return True
    if key == "organisation":
        return signing.may_sign(draft=draft, signatory=key, staff=staff, today=today) is not None
    return key != "mediator" and session.representative_id == staff.id


def _check(customer: Customer, draft: AgreementDraft, paper: Paper, now: datetime) -> None:
    """Raise RefusedError for what cannot have been signed so."""
    if not paper.keys:
        raise RefusedError("paper_without_signatures")
    for key in paper.keys:
        hands.check_open(draft, paper.sha256, key)
    if not set(paper.keys) <= set(parties.keys_needed(draft)):
        raise RefusedError("not_your_signature")
    if paper.version != draft.version:
        raise RefusedError("paper_of_another_version")
    zone = ZoneInfo(customer.time_zone)
    today, drafted = now.astimezone(zone).date(), draft.drafted_at.astimezone(zone).date()
    if not drafted <= paper.signed_on <= today:
        raise RefusedError("paper_date_wrong")
    if not plain(paper.place):
        raise RefusedError("paper_place_missing")
    note_words.check(text=paper.place, kind="hardship")


def _named(draft: AgreementDraft, keys: Collection[str]) -> list[tuple[str, DraftParty | None]]:
    """Return the signatures named, in the order of the document."""
    wanted = parties.needed(kind=draft.mediation.kind, parties=parties.bound(draft))
    return [(signatory, party) for signatory, party in wanted if (party.key if party else signatory) in keys]


def _signature(
    row: PaperSigning, draft: AgreementDraft, signatory: str, party: DraftParty | None, now: datetime
) -> DraftSignature:
    return DraftSignature(
        draft=draft,
        customer_id=draft.customer_id,
        signatory=signatory,
        person_id=party.person_id if party else None,
        related_id=party.related_id if party else None,
        paper=row,
        name=party.name if party else _name(draft, signatory),
        sha256=draft.sha256,
        proof="paper",
        at=now,
    )


def _name(draft: AgreementDraft, signatory: str) -> str:
    """Return whose hand it is, by the record."""
    session = draft.session
    if signatory == "customer":
        return draft.customer.name
    if signatory == "bank" or session.mediator is None:
        return session.representative.name
    return session.mediator.staff.name if signatory == "mediator" else session.mediator.organisation.name_zh


def _keep(row: PaperSigning, scan: _Scan, saved: list[str]) -> SignedScan:
    kind = kind_of(scan.body[:HEAD_BYTES])
    assert kind is not None, "checked before"
    print_ = sha256(scan.body).hexdigest()
    stored_as = storages[drafts.SEALED_STORAGE].save(
        f"agreements/{row.draft.mediation_id}/paper-{row.pk}-{print_[:16]}", ContentFile(scan.body)
    )
    saved.append(stored_as)
    return SignedScan.objects.create(
        signing=row,
        customer_id=row.customer_id,
        name=named(visible(scan.name), kind),
        content_type=kind.content_type,
        pages=scan.pages,
        size=len(scan.body),
        sha256=print_,
        stored_as=stored_as,
    )


def open_scan(*, draft_id: int, scan_id: int, actor: records.Actor, now: datetime) -> tuple[SignedScan, bytes]:
    """Return a scan to whoever may read the agreement it belongs to; that they looked stands on the record.

    The caller has found the draft as one of this person's. Raise RefusedError when there is no such scan, or when it
    is gone from the storage; then the branch is alerted.
    """
    branch = SignedScan.objects.filter(id=scan_id).values_list("customer__branch", flat=True).first()
    with stored.reporting(customer_branch=branch, now=now):
        return _open_scan(draft_id=draft_id, scan_id=scan_id, actor=actor, now=now)


@transaction.atomic(durable=True)
def _open_scan(*, draft_id: int, scan_id: int, actor: records.Actor, now: datetime) -> tuple[SignedScan, bytes]:
    scan = SignedScan.objects.select_related("signing__draft").filter(id=scan_id, signing__draft_id=draft_id).first()
    if scan is None:
        raise RefusedError("no_such_document")
    customer = records.lock(customer_id=scan.customer_id, now=now)
    payload: dict[str, Any] = {"draft": draft_id, "paper": scan.pk}
    records.append(
        customer=customer, kind="paper.read", actor=actor, now=now, account_id=scan.signing.draft.account_id,
        payload=payload,
    )  # fmt: skip
    return scan, checking.scan_bytes(scan)
