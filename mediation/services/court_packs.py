"""Making the papers for a court: for judicial confirmation after success, for filing after failure or breach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.typed import harmless, plain
from collections_app.models import Account, Arrangement, Customer
from collections_app.services import note_words, records, typesetting
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.evidence.sections import Section
from mediation.domain.courts import PACK_KINDS
from mediation.models import AgreementDraft, CourtPack, Mediation, SignedScan
from mediation.selectors import after
from mediation.services import court_gaps, court_papers, courts, drafts, stored

WRITE = "court.pack"
SEALED_STORAGE = "sealed"
# Courts read Chinese.
LANGUAGE = "zh-hans"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What making papers of a kind would come to: the code of why they cannot be, or what they would lack."""

    kind: str
    refused: str
    missing: list[str]


def make(
    *, mediation_id: int, kind: str, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> CourtPack:
    """Make the papers of talks that have ended, as one ZIP, and keep them; who made them and why is on the record.

    Raise RefusedError when no court confirms this agreement, when it is being performed and there is no suit, or when
    the signed document is gone from the storage: that is an alert, and no papers are made without it.
    """
    branch = Mediation.objects.filter(id=mediation_id).values_list("customer__branch_id", flat=True).first()
    with stored.reporting(customer_branch=branch, now=now):
        return _make(
            mediation_id=mediation_id, kind=kind, reason=reason, actor=actor, seen_version=seen_version, now=now
        )


@transaction.atomic(durable=True)
def _make(
    *, mediation_id: int, kind: str, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> CourtPack:
    customer, mediation = courts.locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    records.check_may(actor=actor, action=WRITE)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=WRITE)
    if kind not in PACK_KINDS:
        raise RefusedError("no_such_court_pack")
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind="hardship")
    check_possible(mediation=mediation, kind=kind)
    account = Account.objects.get(id=mediation.account_id)
    matter = court_papers.Matter(customer, account, mediation, mediation.signed, now)
    with translation.override(LANGUAGE):
        body = _zip(_files(matter, kind), now)
    digest = sha256(body).hexdigest()
    stored_as = storages[SEALED_STORAGE].save(f"court/{mediation.pk}/{kind}", ContentFile(body))
    pack = CourtPack.objects.create(
        mediation=mediation,
        customer=customer,
        kind=kind,
        reason=harmless(reason).strip()[:500],
        made_by=actor.staff,
        made_at=now,
        sha256=digest,
        size=len(body),
        stored_as=stored_as,
    )
    records.append(
        customer=customer,
        kind="court.pack_made",
        actor=actor,
        now=now,
        account_id=account.pk,
        payload={"mediation": mediation.pk, "pack": pack.pk, "kind": kind, "sha256": digest},
        text=pack.reason,
    )
    return pack


def check_possible(*, mediation: Mediation, kind: str) -> None:
    """Raise RefusedError when papers of this kind cannot be made of these talks."""
    courts.check_ended(mediation)
    agreement = mediation.signed
    if kind == "confirmation" and not after.is_lawful(mediation, agreement):
        raise RefusedError("no_confirmation_of_this")
    if kind != "filing":
        return
    # What was agreed later in its place counts as much.
    performed = agreement is not None and agreement.arrangement.state == "performed"
    if performed or Arrangement.objects.filter(account_id=mediation.account_id, state__in=sorted(IN_FORCE)).exists():
        raise RefusedError("pack_needs_breach")


def _files(matter: court_papers.Matter, kind: str) -> list[tuple[str, bytes]]:
    draft = None
    if matter.agreement is not None:
        draft = AgreementDraft.objects.filter(agreement=matter.agreement).first()
    if kind == "confirmation":
        applied, proof = court_papers.application(matter), [court_papers.proof_of_mediation(matter)]
        files = [
            ("1-application.pdf", _pdf(
                _("Application for judicial confirmation"), applied, matter, to=_("To the people's court of: ________"),
                signed=court_papers.applicants(matter),
            )),
            ("3-proof-of-mediation.pdf", _pdf(
                _("Proof of mediation"), proof, matter, signed=[_("Seal of the organisation and date")],
            )),
        ]  # fmt: skip
    else:
        files = [
            ("1-claim.pdf", _pdf(
                _("Papers for filing"), court_papers.claim(matter), matter,
                to=_("To the people's court of: ________"), signed=court_papers.plaintiff(matter),
            )),
        ]  # fmt: skip
    if draft is None and matter.agreement is not None:
        files.append(("2-agreement.pdf", _pdf(_("Agreement"), [court_papers.agreed_on_paper(matter)], matter)))
        kept = court_papers.scans_of(matter.agreement)
        files += [(_scan_name(place, row.name), stored.read(row.stored_as)) for place, row in enumerate(kept, start=1)]
    if draft is not None:
        scans = SignedScan.objects.filter(signing__draft=draft).order_by("id")
        files += [(_scan_name(place, row.name), stored.read(row.stored_as)) for place, row in enumerate(scans, start=1)]
        files.append(("2-agreement.pdf", drafts.content(draft)))
        files.append(("4-signatures.pdf", _pdf(_("Signatures"), court_papers.signatures(draft, matter), matter)))
        files.append(("4-signatures.json", court_papers.evidence_of(draft)))
    # Where a court may serve papers, as the customer signed it (online mediation rules, article 17).
    confirmed = court_papers.addresses_confirmed(matter.mediation)
    files += [
        (f"5-address-{place}.{row.name.rpartition('.')[2]}", stored.read(row.stored_as))
        for place, row in enumerate(confirmed, start=1)
    ]
    return sorted(files)


def _scan_name(place: int, name: str) -> str:
    """Return what a scan of the signed paper is called among the papers: the copy of the agreement."""
    return f"2-agreement-signed-{place}.{name.rpartition('.')[2]}"


def _pdf(
    title: str, sections: list[Section], matter: court_papers.Matter, *, to: str = "", signed: Sequence[str] = ()
) -> bytes:
    """Set one paper; ``to`` whom it is addressed, ``signed`` under which lines it is signed by hand."""
    data = {
        "title": title,
        "number": pgettext("court", "No. %(number)s") % {"number": matter.mediation.pk},
        "nothing": _("Nothing on record."),
        "sections": [section.data() for section in sections],
        "to": to,
        "signatures": list(signed),
    }
    return typesetting.pdf(template="court", language=LANGUAGE, data=data)


def _zip(files: list[tuple[str, bytes]], now: datetime) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name, body in files:
            entry = ZipInfo(name, date_time=now.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, body)
    return out.getvalue()


def open_pack(*, pack_id: int, actor: records.Actor, now: datetime) -> tuple[CourtPack, bytes]:
    """Return papers that were made; that somebody opened them stands on the record.

    Raise RefusedError when there are none or they are gone from the storage, NotAllowedError when the role may not.
    """
    branch = CourtPack.objects.filter(id=pack_id).values_list("customer__branch_id", flat=True).first()
    with stored.reporting(customer_branch=branch, now=now):
        return _open_pack(pack_id=pack_id, actor=actor, now=now)


@transaction.atomic(durable=True)
def _open_pack(*, pack_id: int, actor: records.Actor, now: datetime) -> tuple[CourtPack, bytes]:
    records.check_may(actor=actor, action=WRITE)
    customer_id = CourtPack.objects.filter(id=pack_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_court_pack")
    customer = records.lock(customer_id=customer_id, now=now)
    pack = CourtPack.objects.get(id=pack_id)
    records.append(
        customer=customer, kind="court.pack_read", actor=actor, now=now, payload={"pack": pack.pk, "kind": pack.kind}
    )
    return pack, stored.read(pack.stored_as)


def outlook(*, mediation: Mediation, customer: Customer, now: datetime) -> list[Outlook]:
    """Return for each kind of papers whether they can be made now, and what they would lack."""
    account = Account.objects.get(id=mediation.account_id)
    matter = court_papers.Matter(customer, account, mediation, mediation.signed, now)
    found = []
    for kind in PACK_KINDS:
        try:
            check_possible(mediation=mediation, kind=kind)
        except RefusedError as error:
            found.append(Outlook(kind, error.code, []))
        else:
            found.append(Outlook(kind, "", court_gaps.missing(matter, kind)))
    return found
