"""Signing a draft: the customer with a one-time code, the bank's and the organisation's people as themselves again.

Who signs is proven in one transaction, the authority signs outside of any, and the signature is kept in another: a
provider is never asked while a record is locked. What goes wrong between leaves no signature. What the signatory has
seen is the document, named by its SHA-256: of another version it is refused, whatever else has changed meanwhile.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.access import CodeFor, CodePurpose
from collections_app.models import AccessSession, Staff
from collections_app.services import derivation, reauthentication, records, signing_codes
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain.endings import Ending
from mediation.domain.kinds import RULES, Kind
from mediation.models import AgreementDraft, SealAuthority
from mediation.services import endings, hands
from mediation.services.hands import Hand
from notifications.services import one_time_codes as sending

_ACTIONS = {"bank": "mediation.represent", "mediator": "mediation.conduct", "organisation": "mediation.conduct"}

__all__ = ["Hand", "ask_code", "may_sign", "refuse", "sign_as_customer", "sign_as_staff", "use_of"]


def ask_code(*, session: AccessSession, mediation_id: int, sha256: str, now: datetime) -> None:
    """Send the customer a code to sign with. Raise RefusedError when the version they read is not to be signed."""
    sending.send(code_id=_ask_code(session=session, mediation_id=mediation_id, sha256=sha256, now=now), now=now)


@transaction.atomic(durable=True)
def _ask_code(*, session: AccessSession, mediation_id: int, sha256: str, now: datetime) -> int:
    customer = records.lock(customer_id=session.customer_id, now=now)
    row = AgreementDraft.objects.filter(mediation_id=mediation_id, customer=customer, state="open").first()
    hands.check_open(row, sha256, "customer")
    return signing_codes.ask_within(customer=customer, session=session, use=use_of(sha256), now=now).pk


def sign_as_customer(
    *, session: AccessSession, mediation_id: int, hand: Hand, typed: str, now: datetime
) -> AgreementDraft | None:
    """Sign the version the customer has read, with the code they were sent; return None for a wrong code.

    Raise RefusedError when it is not to be signed any more, or nothing was signed.
    """
    ready = _prove_customer(session=session, mediation_id=mediation_id, hand=hand, typed=typed, now=now)
    return None if ready is None else hands.sign(ready=ready, now=now)


def sign_as_staff(
    *,
    draft_id: int,
    signatory: str,
    hand: Hand,
    password: str,
    actor: records.Actor,
    now: datetime,
    code: str = "",
) -> AgreementDraft:
    """Sign as the bank's representative or as the mediator, or set the seal, proven anew.

    ``code`` is that of the authenticator, demanded of whoever has one. Raise NotAllowedError when this signature is
    somebody else's, RefusedError when nothing was signed.
    """
    if actor.staff is None:
        raise NotAllowedError("not_your_signature")
    proof = reauthentication.prove(
        staff=actor.staff, given=reauthentication.Given(password, code), address=hand.address, now=now
    )
    ready = _prove_staff(draft_id=draft_id, signatory=signatory, hand=hand, proof=proof, actor=actor, now=now)
    return hands.sign(ready=ready, now=now)


@transaction.atomic(durable=True)
def _prove_customer(
    *, session: AccessSession, mediation_id: int, hand: Hand, typed: str, now: datetime
) -> hands.Ready | None:
    customer = records.lock(customer_id=session.customer_id, now=now)
    row = AgreementDraft.objects.filter(mediation_id=mediation_id, customer=customer, state="open").first()
    draft = hands.check_open(row, hand.sha256, "customer")
    strokes = hands.strokes_or_name(hand, customer.name)
    live = signing_codes.use_within(
        customer=customer, session=session, use=use_of(hand.sha256), typed=typed, address=hand.address, now=now
    )
    if live is None:
        return None
    return hands.Ready(
        draft, "customer", customer.name, strokes, "one_time", hand.address or "", records.CUSTOMER, code=live
    )


@transaction.atomic(durable=True)
def refuse(*, customer_id: int, mediation_id: int, sha256: str, now: datetime) -> None:
    """End talks whose agreement the customer does not want, also after their own signature, until it is in force.

    A party may end a mediation at any time (People's Mediation Law, article 23), and nothing is agreed before the last
    signature (articles 28 to 31): those already given are void with the version. Refusing again changes nothing. Raise
    RefusedError when the version that was read is not to be signed.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    rows = AgreementDraft.objects.filter(mediation_id=mediation_id, customer=customer, sha256=sha256)
    draft = rows.select_related("mediation").first()
    if draft is not None and draft.mediation.ending == Ending.REFUSED_SIGNATURE:
        return
    if draft is None or draft.state != "open":
        raise RefusedError("draft_changed")
    endings.end_within(
        customer=customer, mediation=draft.mediation, ending=Ending.REFUSED_SIGNATURE, actor=records.CUSTOMER, now=now
    )
    derivation.derive(customer=customer, now=now)


def use_of(sha256: str) -> CodeFor:
    """What a code is for: the version of an agreement with this SHA-256, and no other paper."""
    return CodeFor(CodePurpose.AGREEMENT, sha256)


@transaction.atomic(durable=True)
def _prove_staff(
    *, draft_id: int, signatory: str, hand: Hand, proof: str, actor: records.Actor, now: datetime
) -> hands.Ready:
    customer_id = AgreementDraft.objects.filter(id=draft_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_draft")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_may(actor=actor, action=_ACTIONS.get(signatory, "mediation.conduct"))
    records.check_wall(customer=customer, actor=actor)
    draft = hands.draft_of(draft_id)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    reference = may_sign(draft=draft, signatory=signatory, staff=actor.staff, today=today)
    if reference is None or actor.staff is None:
        raise NotAllowedError("not_your_signature", action=_ACTIONS.get(signatory, "mediation.conduct"))
    hands.check_open(draft, hand.sha256, signatory)
    strokes = hands.strokes_or_name(hand, actor.staff.name)
    return hands.Ready(
        draft, signatory, actor.staff.name, strokes, proof, hand.address or "", actor,
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
