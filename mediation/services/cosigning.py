"""Co-borrowers and guarantors: invited to sign by their own contact point, proven by their own code.

The draft belongs to the customer's record, the person and their code to another: both are locked together, by ascending
id. Who has been invited stands on the party's row, which is the queue: what a wake-up misses the sweep makes good.
"""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation

from collections_app.models import AccessSession, Customer
from collections_app.services import form_keys, records, signing_codes, sweeps
from collections_app.services.errors import RefusedError
from mediation.domain.parties import key_of
from mediation.models import AgreementDraft, DraftParty
from mediation.selectors import parties
from mediation.services import hands, signing, table
from notifications.services import messages
from notifications.services import one_time_codes as sending

# How long somebody has to read and sign, as the invitation says (policy); the link is renewed with every invitation.
ANSWER_WITHIN = timedelta(days=3)


def invite_again(*, draft_id: int, person_id: int, actor: records.Actor, now: datetime) -> None:
    """Invite somebody to sign once more, as somebody at the table: a link lives three days.

    Raise NotAllowedError for others, RefusedError behind a wall, and when the version is not to be signed, not by them,
    or has been by them.
    """
    party = DraftParty.objects.filter(draft_id=draft_id, person_id=person_id, signs=True).first()
    if party is None:
        raise RefusedError("no_such_draft")
    table.check(draft=hands.draft_of(draft_id), actor=actor)
    if not _invite(party_id=party.pk, draft_id=draft_id, now=now, by=actor):
        raise RefusedError("draft_changed")


def sweep(*, now: datetime, limit: int = 200) -> int:
    """Invite whom nobody has invited yet, and take back what waits of invitations that ask for nothing any more."""
    return sum(sweeps.in_turn(partial(_invite_each, limit), partial(_call_back_each, limit), now=now))


def _invite_each(limit: int, *, now: datetime) -> int:
    waiting = parties.to_invite(limit=limit)
    return sweeps.each(waiting, lambda row: _invite(party_id=row[0], draft_id=row[1], now=now))


def _call_back_each(limit: int, *, now: datetime) -> int:
    waiting = parties.to_call_back(limit=limit)
    return sweeps.each(waiting, lambda row: _call_back(draft_id=row[0], person_id=row[1], now=now))


@transaction.atomic(durable=True)
def _invite(*, party_id: int, draft_id: int, now: datetime, by: records.Actor | None = None) -> bool:
    """Queue the invitation of a party nobody has invited, or that somebody at the table asks ``by`` name once more."""
    found = DraftParty.objects.filter(id=party_id, person__isnull=False).values_list("customer_id", "person_id").first()
    if found is None or found[1] is None:
        return False
    locked = records.lock_many(customer_ids=[found[0], found[1]], now=now)
    party = DraftParty.objects.select_related("draft__mediation", "draft__session__mediator__organisation").get(
        id=party_id
    )
    person = locked[found[1]]
    signed = {row.key for row in party.draft.signatures.all()}
    if by is not None:
        form_keys.check_within(customer_id=party.customer_id)
        records.check_wall(customer=locked[party.customer_id], actor=by)
        if party.draft.state == "open" and key_of(party.role, person.pk) in signed:
            raise RefusedError("signed_already")
    asked = party.invited_at is not None and by is None
    if asked or party.draft.state != "open" or key_of(party.role, person.pk) in signed:
        return False
    until = (now + ANSWER_WITHIN).astimezone(ZoneInfo(person.time_zone))
    messages.enqueue_within(
        customer=person,
        kind=parties.INVITATION,
        account=None,
        about_on=until.date(),
        expires_at=now + ANSWER_WITHIN,
        subject_id=party.pk,
        reference=f"{_reference(draft_id)}:{now:%Y%m%d%H%M}",
        payload={"until": f"{until:%Y-%m-%d %H:%M}", "org": _inviting(party.draft, person)},
        now=now,
    )
    DraftParty.objects.filter(id=party.pk).update(invited_at=now)
    # Writes no event: the key of the form is kept here.
    form_keys.keep_within(customer_id=party.customer_id, now=now)
    return True


def _inviting(draft: AgreementDraft, person: Customer) -> str:
    """Return who asks: the mediation organisation, or the bank that negotiates itself."""
    mediator = draft.session.mediator
    with translation.override(person.language):
        return mediator.organisation.name if mediator is not None else person.branch.institution.name


def _reference(draft_id: int) -> str:
    return f"cosign:{draft_id}"


@transaction.atomic(durable=True)
def _call_back(*, draft_id: int, person_id: int, now: datetime) -> int:
    person = records.lock(customer_id=person_id, now=now)
    return messages.cancel_within(customer=person, reference=_reference(draft_id), reason="draft_over", now=now)


def ask_code(*, session: AccessSession, draft_id: int, sha256: str, now: datetime) -> None:
    """Send a co-borrower or guarantor a code to sign with, to their own number.

    Raise RefusedError when the version they read is not to be signed, or not by them.
    """
    sending.send(code_id=_ask_code(session=session, draft_id=draft_id, sha256=sha256, now=now), now=now)


@transaction.atomic(durable=True)
def _ask_code(*, session: AccessSession, draft_id: int, sha256: str, now: datetime) -> int:
    person, _party, _draft = _locked(session, draft_id, sha256, now)
    return signing_codes.ask_within(customer=person, session=session, use=signing.use_of(sha256), now=now).pk


def sign(
    *, session: AccessSession, draft_id: int, hand: hands.Hand, typed: str, now: datetime
) -> AgreementDraft | None:
    """Sign the version a co-borrower or guarantor has read, with their own code; return None for a wrong code.

    Raise RefusedError when it is not to be signed any more, or nothing was signed.
    """
    ready = _prove(session=session, draft_id=draft_id, hand=hand, typed=typed, now=now)
    return None if ready is None else hands.sign(ready=ready, now=now)


@transaction.atomic(durable=True)
def _prove(*, session: AccessSession, draft_id: int, hand: hands.Hand, typed: str, now: datetime) -> hands.Ready | None:
    person, party, draft = _locked(session, draft_id, hand.sha256, now)
    strokes = hands.strokes_or_name(hand, person.name)
    live = signing_codes.use_within(
        customer=person, session=session, use=signing.use_of(hand.sha256), typed=typed, address=hand.address, now=now
    )
    if live is None:
        return None
    # On the customer's record it is not the customer who did it; the event says who signed.
    return hands.Ready(
        draft, party.role, person.name, strokes, "one_time", hand.address or "", records.SYSTEM,
        person_id=person.pk, code=live,
    )  # fmt: skip


def _locked(
    session: AccessSession, draft_id: int, sha256: str, now: datetime
) -> tuple[Customer, DraftParty, AgreementDraft]:
    """Lock both records, and return the person, their place in a version, and the version they have read."""
    found = DraftParty.objects.filter(draft_id=draft_id, person_id=session.customer_id, signs=True).first()
    if found is None:
        raise RefusedError("no_such_draft")
    locked = records.lock_many(customer_ids=[found.customer_id, session.customer_id], now=now)
    draft = hands.draft_of(draft_id)
    hands.check_open(draft, sha256, found.key)
    return locked[session.customer_id], found, draft
