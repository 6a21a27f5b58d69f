"""Contacts: a permit before each, what became of it after, and the sweep of those nobody settled."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from collections_app.domain.codes import CodeBook
from collections_app.domain.contacts import BEGUN_BY_A_PERSON, TRANSITIONS
from collections_app.domain.contacts import ContactState as State
from collections_app.domain.permits.decision import Decision, decide
from collections_app.domain.visits import VisitState
from collections_app.models import Contact, ContactPoint, Conversation, Customer, Visit
from collections_app.selectors import codes
from collections_app.selectors.permit_facts import ActorLike, PermitRequest, load
from collections_app.services import feed
from collections_app.services.errors import RefusedError
from collections_app.services.permits_bulk import HOLD_SECONDS, Permit, Refusal, permit_again, permit_many

__all__ = [
    "HOLD_SECONDS",
    "Permit",
    "Refusal",
    "permit",
    "permit_again",
    "preview",
    "preview_call",
    "settle",
    "void_expired",
]


def permit(
    *,
    customer: Customer,
    channel: str,
    purpose: str,
    contact_point: ContactPoint | None,
    actor: ActorLike,
    now: datetime,
    account_ids: Sequence[int] = (),
    inbound: bool = False,
    asked_for_in_call: bool = False,
    hold_seconds: int = HOLD_SECONDS,
) -> Permit | Refusal:
    """Reserve a contact, or record why it may not be made. The caller has locked the customer's row.

    The reservation counts from now on; settle it within ``hold_seconds``. A contact that speaks of certain
    accounts names them; one that names none may speak of those in ``permit.contact.accounts`` and no others.
    """
    request = PermitRequest(
        customer=customer,
        channel=channel,
        purpose=purpose,
        contact_point=contact_point,
        actor=actor,
        account_ids=tuple(account_ids),
        inbound=inbound,
        asked_for_in_call=asked_for_in_call,
        hold_seconds=hold_seconds,
    )
    return permit_many(requests=[request], now=now)[0]


def preview(
    *,
    customer: Customer,
    channel: str,
    purpose: str,
    contact_point: ContactPoint | None,
    actor: ActorLike,
    now: datetime,
    account_ids: Sequence[int] = (),
    asked_for_in_call: bool = False,
    book: CodeBook | None = None,
) -> Decision:
    """Return the decision a permit would rest on, writing nothing and needing no lock.

    Without a contact point the answer is for the customer as a whole: what depends on the number is left out. ``book``
    are the code lists a page has read already; who decides by the answer leaves them out, and they are read anew.
    """
    request = PermitRequest(
        customer=customer,
        channel=channel,
        purpose=purpose,
        contact_point=contact_point,
        actor=actor,
        account_ids=tuple(account_ids),
        asked_for_in_call=asked_for_in_call,
        point_required=False,
    )
    return decide(load([request], now=now, book=book)[0])


def preview_call(
    *, customer: Customer, purposes: Sequence[tuple[ContactPoint, str]], actor: ActorLike, now: datetime
) -> list[Decision]:
    """Return the decision on a call to each number for a purpose, in their order; one loading for all of them."""
    requests = [
        PermitRequest(customer=customer, channel="voice", purpose=purpose, contact_point=point, actor=actor)
        for point, purpose in purposes
    ]
    return [decide(facts) for facts in load(requests, now=now, book=codes.seen())] if requests else []


def settle(*, contact_id: int, state: str, now: datetime, effective: bool = False) -> None:
    """Record what became of a contact: made, failed before it left, void, or unknown.

    ``effective`` says that a call reached a person who spoke about the matter. Settling again as the same
    changes nothing; raise RefusedError when what is known already says otherwise. ``now`` ends the reservation.
    """
    wanted = State(state)
    sources = [old for old, after in TRANSITIONS.items() if wanted in after]
    settled = Contact.objects.filter(id=contact_id, state__in=sources).update(
        state=wanted, effective=effective, expires_at=now
    )
    if settled:
        feed.wake_boards()
        return
    current = Contact.objects.filter(id=contact_id).values_list("state", flat=True).first()
    if current is None:
        raise RefusedError("no_such_contact")
    if current != wanted:
        raise RefusedError("contact_already_settled", state=current)


@transaction.atomic(durable=True)
def void_expired(*, now: datetime) -> int:
    """End the reservations nobody settled in time; return how many.

    A call that a colleague never began is void. A message may have left, and a machine may have called without a
    word: that becomes unknown and goes on counting until it is reconciled. A reservation with a conversation is in use.
    """
    in_use = Conversation.objects.filter(contact=OuterRef("pk"))
    # Two colleagues have set out: it counts until they say what came of it.
    visited = Visit.objects.filter(contact=OuterRef("pk"), state=VisitState.BEGUN)
    expired = Contact.objects.filter(~Exists(in_use), ~Exists(visited), state=State.RESERVED, expires_at__lte=now)
    by_hand = Q(channel__in=BEGUN_BY_A_PERSON, staff__isnull=False)
    voided = expired.filter(by_hand).update(state=State.VOID)
    if ended := voided + expired.exclude(by_hand).update(state=State.UNKNOWN):
        feed.wake_boards()
    return ended
