"""Looking whether a document and its signatures hold, each time they are shown."""

from dataclasses import dataclass
from hashlib import sha256

from mediation.domain.signing import Signatory, Signed, Verdict
from mediation.gateways.signing import registry
from mediation.models import AgreementDraft, DraftSignature, PaperSigning, SignedScan
from mediation.services import drafts, stored


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: whether the document on disk is the one of the draft, and of each signature its verdict."""

    document_holds: bool
    signatures: list[tuple[DraftSignature, str]]
    is_test: bool

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        good = {Verdict.HOLDS, Verdict.NO_AUTHORITY, Verdict.ON_PAPER}
        return self.document_holds and all(verdict in good for _row, verdict in self.signatures)


def check(draft: AgreementDraft) -> Checked:
    """Return whether the document of a version and its signatures hold now."""
    try:
        digest = sha256(drafts.content(draft)).hexdigest()
    except OSError:
        digest = ""
    rows = list(draft.signatures.select_related("staff", "paper__confirmed_by").prefetch_related("paper__scans"))
    # Several signatures stand on one paper, whose scans are opened once.
    papers = {row.paper.pk: row.paper for row in rows if row.paper is not None}
    whole = {key for key, paper in papers.items() if scans_hold(paper)}
    found = [(row, _verdict(draft, row, digest, row.paper_id in whole).value) for row in rows]
    return Checked(digest == draft.sha256, found, any(_is_test(row.authority) for row in rows))


def signatory_of(
    draft: AgreementDraft, *, role: str, name: str, staff_id: int | None, person_id: int | None = None
) -> Signatory:
    """Return who signs, as a signing authority is told: the bank's own reference, no identity number."""
    reference = f"staff:{staff_id}" if staff_id else f"customer:{person_id or draft.customer_id}"
    return Signatory(role, name, reference)


def _verdict(draft: AgreementDraft, row: DraftSignature, digest: str, scanned: bool) -> Verdict:
    if digest != draft.sha256 or row.sha256 != draft.sha256:
        return Verdict.DOCUMENT_CHANGED
    if row.paper is not None:
        return Verdict.ON_PAPER if scanned else Verdict.SCAN_CHANGED
    if not row.authority:
        return Verdict.NO_AUTHORITY
    signed = Signed(row.authority, row.signature, row.certificate)
    signatory = signatory_of(draft, role=row.signatory, name=row.name, staff_id=row.staff_id, person_id=row.person_id)
    try:
        authority = registry.authority_named(row.authority)
    except KeyError:
        return Verdict.BROKEN
    good = authority.verify(sha256=row.sha256, signed=signed, signatory=signatory, at=row.at)
    return Verdict.HOLDS if good else Verdict.BROKEN


def scans_hold(paper: PaperSigning) -> bool:
    """Return whether every scan of a signed paper lies on disk as it was kept."""
    try:
        return all(sha256(scan_bytes(scan)).hexdigest() == scan.sha256 for scan in paper.scans.all())
    except OSError:
        return False


def scan_bytes(scan: SignedScan) -> bytes:
    """Return a scan as it lies on disk. Raise FileLostError when it is gone or does not open."""
    return stored.read(scan.stored_as)


def _is_test(code: str) -> bool:
    try:
        return bool(code) and registry.authority_named(code).IS_TEST
    except KeyError:
        return False
