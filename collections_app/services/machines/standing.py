"""Whether permits that machines hold still stand at this instant, and what may be told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collections_app.domain.contacts import ContactState
from collections_app.domain.machines.clients import ClientKind
from collections_app.domain.permits.decision import decide
from collections_app.domain.permits.facts import Result
from collections_app.models import Account, MachinePermit
from collections_app.selectors import machines as selector
from collections_app.selectors.permit_facts import PermitRequest, load
from collections_app.services import records

# What may come up between a permit and its contact and takes it back. Caps and hours were counted when it was given.
RECALLS = frozenset(
    {"branch", "incident", "hold", "agreement", "promise", "line", "consent", "permission", "number", "third_party"}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A permit as it is now: whether it may be used, why not, and the accounts that may be spoken of."""

    permit: MachinePermit
    usable: bool
    reason: str = ""
    accounts: Sequence[Account] = ()


def of(permits: Sequence[MachinePermit], *, now: datetime) -> list[Standing]:
    """Return how each permit stands, in order. The number of queries does not depend on how many there are.

    One that is used up, has run out, or was overtaken by an incident, a hold, an agreement, a colleague on the line or
    the calling back of its account cannot be used, and shows no account and no number.
    """
    open_ = [permit for permit in permits if _is_open(permit, now)]
    in_scope = _in_scope(open_)
    overtaken = _overtaken([permit for permit in open_ if permit.pk in in_scope], now)
    spoken = {account for permit in open_ if permit.contact is not None for account in permit.contact.accounts}
    accounts = Account.objects.in_bulk(spoken)
    return [_one(permit, now, in_scope, overtaken, accounts) for permit in permits]


def _is_open(permit: MachinePermit, now: datetime) -> bool:
    contact = permit.contact
    if contact is None or contact.state != ContactState.RESERVED:
        return False
    return contact.expires_at is not None and contact.expires_at > now


def _in_scope(permits: Sequence[MachinePermit]) -> set[object]:
    """Return the permits whose records, and of an agency whose accounts, are still the client's."""
    if not permits:
        return set()
    client = permits[0].client
    ids = {permit.customer_id for permit in permits if permit.customer_id}
    seen = set(selector.records_of(client).filter(id__in=ids).values_list("id", flat=True))
    placed = selector.placed_accounts(client=client, customer_ids=ids)
    spoken = {account for permit in permits if permit.contact is not None for account in permit.contact.accounts}
    open_ = set(Account.objects.filter(id__in=spoken, closed_in_core=False).values_list("id", flat=True))
    return {permit.pk for permit in permits if permit.customer_id in seen and _still_speaks_of(permit, open_, placed)}


def _still_speaks_of(permit: MachinePermit, open_: set[int], placed: Mapping[int, frozenset[int]]) -> bool:
    """Return whether every account of a permit is open and, where an agency asks, still placed with it."""
    named = set(permit.contact.accounts) if permit.contact is not None else set()
    if permit.client.kind == ClientKind.AGENCY:
        return named <= open_ & placed.get(permit.customer_id or 0, frozenset())
    return named <= open_


def _overtaken(permits: Sequence[MachinePermit], now: datetime) -> dict[object, str]:
    """Return why permits were overtaken, by permit; those that stand are left out."""
    if not permits:
        return {}
    client = permits[0].client
    ids = {permit.customer_id for permit in permits if permit.customer_id}
    placed = selector.placed_accounts(client=client, customer_ids=ids)
    live = [permit for permit in permits if permit.contact is not None and permit.customer is not None]
    requests = [
        PermitRequest(
            customer=permit.customer,
            channel=permit.contact.channel,
            purpose=permit.contact.purpose,
            contact_point=permit.contact.contact_point,
            actor=records.SYSTEM,
            account_ids=tuple(permit.contact.accounts),
            placed_with_asker=placed.get(permit.customer.pk, frozenset()),
        )
        for permit in live
        if permit.contact is not None and permit.customer is not None
    ]
    found: dict[object, str] = {}
    for permit, facts in zip(live, load(requests, now=now), strict=True):
        stops = [
            finding
            for finding in decide(facts).considered
            if finding.check in RECALLS and finding.result is Result.REFUSED
        ]
        if stops:
            found[permit.pk] = str(stops[0].reason)
    return found


def _one(
    permit: MachinePermit,
    now: datetime,
    in_scope: set[object],
    overtaken: Mapping[object, str],
    accounts: Mapping[int, Account],
) -> Standing:
    contact = permit.contact
    if contact is None:
        return Standing(permit, usable=False)
    if contact.state != ContactState.RESERVED:
        return Standing(permit, usable=False, reason="used")
    if not _is_open(permit, now):
        return Standing(permit, usable=False, reason="expired")
    if permit.pk not in in_scope:
        return Standing(permit, usable=False, reason="recalled")
    if reason := overtaken.get(permit.pk):
        return Standing(permit, usable=False, reason=reason)
    # Who is no party to the debt learns nothing of it.
    told = contact.accounts if selector.is_party(contact.contact_point) and contact.purpose != "third_party" else []
    return Standing(permit, usable=True, accounts=[accounts[pk] for pk in told if pk in accounts])


def mine(*, permits: Sequence[MachinePermit]) -> list[MachinePermit]:
    """Return permits with all that answers show of them, in the order given. One query."""
    ids = [permit.pk for permit in permits]
    rows = MachinePermit.objects.select_related(
        "client", "customer", "contact", "contact__contact_point", "refusal"
    ).in_bulk(ids)
    return [rows[pk] for pk in ids]
