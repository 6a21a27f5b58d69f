"""Keeping signatures of a draft, however they were given; with the last one the agreement is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless
from collections_app.models import Customer, OneTimeCode, Staff
from collections_app.services import derivation, records
from collections_app.services.errors import RefusedError
from mediation.domain.endings import Ending
from mediation.domain.parties import key_of
from mediation.domain.signing import Signed, strokes_of
from mediation.gateways.signing import registry
from mediation.models import AgreementDraft, DraftSignature
from mediation.selectors import parties
from mediation.services import checking, drafts, endings, outcomes


@dataclass(frozen=True, slots=True)
class Hand:
    """What was typed, drawn and read: the name, the strokes as JSON, and the SHA-256 of the document on the page."""

    sha256: str
    name: str = ""
    strokes: str = ""
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """Somebody proven who may sign this version now; ``person_id`` for a co-borrower or guarantor."""

    draft: AgreementDraft
    signatory: str
    name: str
    strokes: str
    proof: str
    address: str
    actor: records.Actor
    staff: Staff | None = None
    person_id: int | None = None
    code: OneTimeCode | None = None
    seal_reference: str = ""

    @property
    def key(self) -> str:
        """What names the signature."""
        return key_of(self.signatory, self.person_id)


def check_open(row: AgreementDraft | None, sha256: str, key: str) -> AgreementDraft:
    """Return a version that may be signed; the reader has read this very document and not signed it yet."""
    if row is None or row.state != "open" or row.sha256 != sha256:
        raise RefusedError("draft_changed")
    if key in {signature.key for signature in row.signatures.all()}:
        raise RefusedError("signed_already")
    return row


def strokes_or_name(hand: Hand, name: str) -> str:
    """Return the strokes as they are kept. Raise RefusedError when neither they nor the own name in full are there."""
    strokes = strokes_of(hand.strokes)
    if not strokes and "".join(harmless(hand.name).split()).casefold() != "".join(name.split()).casefold():
        raise RefusedError("signature_missing")
    return strokes


def sign(*, ready: Ready, now: datetime) -> AgreementDraft:
    """Have the authority sign for somebody proven, outside any transaction, and keep the signature.

    Raise RefusedError when the authority is silent, or something came between: then nothing was signed.
    """
    return _keep(ready=ready, signed=_by_authority(ready, now), now=now)


def _by_authority(ready: Ready, now: datetime) -> Signed:
    """Return the authority's signature over the document; none where the installation has no authority."""
    code = registry.name()
    if not code:
        return Signed()
    signatory = checking.signatory_of(
        ready.draft,
        role=ready.signatory,
        name=ready.name,
        staff_id=ready.staff.id if ready.staff else None,
        person_id=ready.person_id,
    )
    try:
        return registry.authority_named(code).sign(sha256=ready.draft.sha256, signatory=signatory, now=now)
    except registry.AuthorityUnreachableError as error:
        raise RefusedError("signing_authority_silent") from error


@transaction.atomic(durable=True)
def _keep(*, ready: Ready, signed: Signed, now: datetime) -> AgreementDraft:
    """Keep one signature; with the last one the agreement is in force, its plan with it, and the talks have ended."""
    customer = records.lock(customer_id=ready.draft.customer_id, now=now)
    draft = draft_of(ready.draft.pk)
    # Another version, another ending or the same hand may have come between.
    check_open(draft, ready.draft.sha256, ready.key)
    signature = DraftSignature(
        draft=draft,
        customer=customer,
        signatory=ready.signatory,
        person_id=ready.person_id,
        staff=ready.staff,
        name=ready.name,
        strokes=ready.strokes,
        sha256=draft.sha256,
        proof=ready.proof,
        code=ready.code,
        seal_reference=ready.seal_reference,
        address=ready.address,
        authority=signed.authority,
        signature=signed.signature,
        certificate=signed.certificate,
        at=now,
    )
    keep_within(customer=customer, draft=draft, signatures=[signature], actor=ready.actor, now=now)
    return draft


def draft_of(draft_id: int) -> AgreementDraft:
    """Return a version with what bringing it into force needs. Raise RefusedError when there is none."""
    rows = AgreementDraft.objects.select_related(
        "mediation__account",
        "session__mediation",
        "session__representative",
        "session__mediator__staff",
        "session__mediator__organisation",
    )
    found = rows.filter(id=draft_id).first()
    if found is None:
        raise RefusedError("no_such_draft")
    return found


def keep_within(
    *,
    customer: Customer,
    draft: AgreementDraft,
    signatures: Sequence[DraftSignature],
    actor: records.Actor,
    now: datetime,
) -> None:
    """Keep signatures of a record the caller has locked, drawn or on paper alike, and derive.

    With the last one the agreement is in force. Raise RefusedError when the terms cannot be kept as written any more.
    """
    for signature in signatures:
        signature.save(force_insert=True)
        records.append(
            customer=customer,
            kind="agreement.signed",
            actor=actor,
            now=now,
            account_id=draft.account_id,
            payload={
                "mediation": draft.mediation_id,
                "draft": draft.id,
                "by": signature.signatory,
                "person": signature.person_id,
                "related": signature.related_id,
                "proof": signature.proof,
                "sha256": draft.sha256,
            },
        )
    have = list(draft.signatures.select_related("paper"))
    if {row.key for row in have} >= set(parties.keys_needed(draft)):
        _bring_into_force(customer, draft, have, actor, now)
    derivation.derive(customer=customer, now=now)


def _bring_into_force(
    customer: Customer, draft: AgreementDraft, have: Sequence[DraftSignature], actor: records.Actor, now: datetime
) -> None:
    _check_parties(draft)
    agreed = outcomes.agree_within(
        customer=customer, session=draft.session, terms=drafts.terms_of(draft, signed=have), actor=actor, now=now
    )
    draft.state, draft.agreement, draft.ended_at = "in_force", agreed, now
    draft.save(update_fields=["state", "agreement", "ended_at"])
    payload = {
        "session": draft.session_id,
        "agreement": agreed.id,
        "plan": agreed.arrangement_id,
        "total_fen": agreed.total_fen,
    }
    endings.end_within(
        customer=customer, mediation=draft.mediation, ending=Ending.AGREED, actor=actor, now=now, payload=payload
    )


def _check_parties(draft: AgreementDraft) -> None:
    """Refuse a version that knows others than who owes the account now, or stands for it."""
    now_known = parties.of_account(account_id=draft.account_id, customer_id=draft.customer_id)
    if {party.key for party in now_known} != {row.key for row in draft.parties.all()}:
        raise RefusedError("parties_changed")
