"""Signing a draft: the customer with a one-time code, the others with their password again; in force with the last.

Who signs is proven in one transaction, the authority signs outside of any, and the signature is kept in another: a
provider is never asked while a record is locked. What goes wrong between leaves no signature. What the signatory has
seen is the document, named by its SHA-256: of another version it is refused, whatever else has changed meanwhile.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.access import Refusal
from collections_app.domain.typed import harmless
from collections_app.models import AccessAttempt, AccessLink, AccessSession, Customer, OneTimeCode, Staff
from collections_app.services import access, derivation, one_time_codes, records, tries
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain.endings import Ending
from mediation.domain.kinds import RULES, Kind
from mediation.domain.signing import Signed, strokes_of
from mediation.gateways.signing import registry
from mediation.models import AgreementDraft, DraftSignature, SealAuthority
from mediation.services import checking, drafts, endings, outcomes
from notifications.services import one_time_codes as sending

# The purpose of a link that is never sent: it only holds the code of who came by the app and signs.
SIGNING = "signing"
_ACTIONS = {"bank": "mediation.represent", "mediator": "mediation.conduct", "organisation": "mediation.conduct"}


@dataclass(frozen=True, slots=True)
class Hand:
    """What was typed, drawn and read: the name, the strokes as JSON, and the SHA-256 of the document on the page."""

    sha256: str
    name: str = ""
    strokes: str = ""
    address: str | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """Somebody proven who may sign this version now."""

    draft: AgreementDraft
    signatory: str
    name: str
    strokes: str
    proof: str
    address: str
    actor: records.Actor
    staff: Staff | None = None
    code: OneTimeCode | None = None
    seal_reference: str = ""


def ask_code(*, session: AccessSession, mediation_id: int, sha256: str, now: datetime) -> None:
    """Send the customer a code to sign with. Raise RefusedError when the version they read is not to be signed."""
    sending.send(code_id=_ask_code(session=session, mediation_id=mediation_id, sha256=sha256, now=now), now=now)


@transaction.atomic(durable=True)
def _ask_code(*, session: AccessSession, mediation_id: int, sha256: str, now: datetime) -> int:
    customer = records.lock(customer_id=session.customer_id, now=now)
    row = AgreementDraft.objects.filter(mediation_id=mediation_id, customer=customer, state="open").first()
    _check_open(row, sha256, "customer")
    return one_time_codes.ask_within(customer=customer, link=_link_of(customer, session, now), now=now).pk


def sign_as_customer(
    *, session: AccessSession, mediation_id: int, hand: Hand, typed: str, now: datetime
) -> AgreementDraft | None:
    """Sign the version the customer has read, with the code they were sent; return None for a wrong code.

    Raise RefusedError when it is not to be signed any more, or nothing was signed.
    """
    ready = _prove_customer(session=session, mediation_id=mediation_id, hand=hand, typed=typed, now=now)
    return None if ready is None else _keep(ready=ready, signed=_by_authority(ready, now), now=now)


def sign_as_staff(
    *,
    draft_id: int,
    signatory: str,
    hand: Hand,
    password: str,
    actor: records.Actor,
    now: datetime,
) -> AgreementDraft:
    """Sign as the bank's representative or as the mediator, or set the seal, with the password typed again.

    Raise NotAllowedError when this signature is somebody else's, RefusedError when nothing was signed.
    """
    if actor.staff is None:
        raise NotAllowedError("not_your_signature")
    tries.check_address(hand.address, now=now)
    if not actor.staff.check_password(password):
        tries.count(hand.address)
        raise RefusedError("password_wrong")
    ready = _prove_staff(draft_id=draft_id, signatory=signatory, hand=hand, actor=actor, now=now)
    return _keep(ready=ready, signed=_by_authority(ready, now), now=now)


@transaction.atomic(durable=True)
def _prove_customer(
    *, session: AccessSession, mediation_id: int, hand: Hand, typed: str, now: datetime
) -> _Ready | None:
    customer = records.lock(customer_id=session.customer_id, now=now)
    row = AgreementDraft.objects.filter(mediation_id=mediation_id, customer=customer, state="open").first()
    draft = _check_open(row, hand.sha256, "customer")
    strokes = _hand_of(hand, customer.name)
    link = AccessLink.objects.select_for_update().get(pk=_link_of(customer, session, now).pk)
    live = one_time_codes.live(link=link, now=now)
    if live is None or not one_time_codes.use_within(link=link, typed=typed, dead=False, now=now):
        AccessAttempt.objects.create(link=link, reason=Refusal.WRONG_CODE, address=hand.address, at=now)
        return None
    return _Ready(
        draft, "customer", customer.name, strokes, "one_time", hand.address or "", records.CUSTOMER, code=live
    )


@transaction.atomic(durable=True)
def _prove_staff(*, draft_id: int, signatory: str, hand: Hand, actor: records.Actor, now: datetime) -> _Ready:
    customer_id = AgreementDraft.objects.filter(id=draft_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_draft")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_may(actor=actor, action=_ACTIONS.get(signatory, "mediation.conduct"))
    records.check_wall(customer=customer, actor=actor)
    rows = AgreementDraft.objects.select_related(
        "mediation", "session__mediator__staff", "session__mediator__organisation", "session__representative"
    )
    draft = rows.get(id=draft_id)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    reference = may_sign(draft=draft, signatory=signatory, staff=actor.staff, today=today)
    if reference is None or actor.staff is None:
        raise NotAllowedError("not_your_signature", action=_ACTIONS.get(signatory, "mediation.conduct"))
    _check_open(draft, hand.sha256, signatory)
    strokes = _hand_of(hand, actor.staff.name)
    return _Ready(
        draft, signatory, actor.staff.name, strokes, "password", hand.address or "", actor,
        staff=actor.staff, seal_reference=reference,
    )  # fmt: skip


def may_sign(*, draft: AgreementDraft, signatory: str, staff: Staff | None, today: date) -> str | None:
    """Return None when a signature is not this person's; for a seal the letter of authority, else an empty text."""
    session = draft.session
    if staff is None or signatory not in RULES[Kind(draft.mediation.kind)].signatories:
        return None
    if signatory == "bank":
        return "" if session.representative_id == staff.id else None
    if session.mediator is None or signatory not in {"mediator", "organisation"}:
        return None
    if signatory == "mediator":
        return "" if session.mediator.staff_id == staff.id else None
    found = SealAuthority.objects.filter(
        organisation=session.mediator.organisation, staff=staff, since__lte=today, until__gte=today
    ).first()
    return found.reference if found else None


def _by_authority(ready: _Ready, now: datetime) -> Signed:
    """Return the authority's signature over the document; none where the installation has no authority."""
    code = registry.name()
    if not code:
        return Signed()
    signatory = checking.signatory_of(
        ready.draft, role=ready.signatory, name=ready.name, staff_id=ready.staff.id if ready.staff else None
    )
    try:
        return registry.authority_named(code).sign(sha256=ready.draft.sha256, signatory=signatory, now=now)
    except registry.AuthorityUnreachableError as error:
        raise RefusedError("signing_authority_silent") from error


@transaction.atomic(durable=True)
def _keep(*, ready: _Ready, signed: Signed, now: datetime) -> AgreementDraft:
    """Keep a signature; with the last one the agreement is in force, its plan with it, and the talks have ended."""
    customer = records.lock(customer_id=ready.draft.customer_id, now=now)
    draft = AgreementDraft.objects.select_related(
        "mediation__account", "session__mediation", "session__representative"
    ).get(id=ready.draft.pk)
    # Another version, another ending or the same hand may have come between.
    _check_open(draft, ready.draft.sha256, ready.signatory)
    DraftSignature.objects.create(
        draft=draft,
        customer=customer,
        signatory=ready.signatory,
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
    records.append(
        customer=customer,
        kind="agreement.signed",
        actor=ready.actor,
        now=now,
        account_id=draft.account_id,
        payload={"mediation": draft.mediation_id, "draft": draft.id, "by": ready.signatory, "sha256": draft.sha256},
    )
    have = frozenset(draft.signatures.values_list("signatory", flat=True))
    if have >= set(RULES[Kind(draft.mediation.kind)].signatories):
        _bring_into_force(customer, draft, have, ready.actor, now)
    derivation.derive(customer=customer, now=now)
    return draft


def _bring_into_force(
    customer: Customer, draft: AgreementDraft, signed: frozenset[str], actor: records.Actor, now: datetime
) -> None:
    agreed = outcomes.agree_within(
        customer=customer, session=draft.session, terms=drafts.terms_of(draft, signed=signed), actor=actor, now=now
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


def _check_open(row: AgreementDraft | None, sha256: str, signatory: str) -> AgreementDraft:
    """Return a version that may be signed; the reader has read this very document and not signed it yet."""
    if row is None or row.state != "open" or row.sha256 != sha256:
        raise RefusedError("draft_changed")
    if DraftSignature.objects.filter(draft=row, signatory=signatory).exists():
        raise RefusedError("signed_already")
    return row


def _hand_of(hand: Hand, name: str) -> str:
    """Return the strokes as they are kept. Raise RefusedError when neither they nor the own name in full are there."""
    strokes = strokes_of(hand.strokes)
    if not strokes and "".join(harmless(hand.name).split()).casefold() != "".join(name.split()).casefold():
        raise RefusedError("signature_missing")
    return strokes


def _link_of(customer: Customer, session: AccessSession, now: datetime) -> AccessLink:
    """Return what a code to sign with belongs to: the session's link; for who came by the app, one nobody holds."""
    if session.link is not None:
        return session.link
    found = AccessLink.objects.filter(customer=customer, purpose=SIGNING, revoked_at__isnull=True, expires_at__gt=now)
    link = found.first()
    if link is None:
        access.mint_within(customer=customer, now=now, purpose=SIGNING)
        link = AccessLink.objects.get(customer=customer, purpose=SIGNING, revoked_at__isnull=True)
    return link
