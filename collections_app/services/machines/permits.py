"""Permits that machines ask for: one or up to five hundred at once, each asking answered once however often sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from collections_app.domain.machines import clients
from collections_app.domain.machines.clients import ClientKind
from collections_app.models import Account, ContactPoint, Customer, MachineClient, MachinePermit, MachineRequest
from collections_app.selectors import machines as selector
from collections_app.selectors.permit_facts import PermitRequest
from collections_app.services import permits_bulk, records
from collections_app.services.errors import KeyReusedError, NotAllowedError, RefusedError

BEST = "best"


@dataclass(frozen=True, slots=True)
class Ask:
    """One contact a machine asks for. The record by one of three names; ``contact_point`` of None is the best one."""

    channel: str
    purpose: str
    customer: str = ""
    account: str = ""
    case: str = ""
    contact_point: int | None = None
    hold_seconds: int = permits_bulk.HOLD_SECONDS
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a machine is answered: its permits in the order asked, and whether they were given earlier."""

    permits: Sequence[MachinePermit]
    repeated: bool


@dataclass(frozen=True, slots=True)
class _Found:
    customer_id: int = 0
    account_id: int | None = None
    fault: str = ""


def ask(*, client: MachineClient, key: str, content: Iterable[str], asks: Sequence[Ask], now: datetime) -> Answer:
    """Give or refuse one contact, and keep the answer under the key.

    Raise RefusedError ``no_such_record`` out of the client's scope as for what does not exist, NotAllowedError for a
    channel or purpose it was not given, KeyReusedError when the key was used for something else. These leave the key
    unused.
    """
    return _ask(client=client, key=key, content=content, asks=asks, now=now, single=True)


def ask_many(*, client: MachineClient, key: str, content: Iterable[str], asks: Sequence[Ask], now: datetime) -> Answer:
    """Give or refuse each contact, in the order asked, in a number of queries that does not grow with them.

    What cannot be asked for at all is answered in its place with a fault; the others go on.
    """
    return _ask(client=client, key=key, content=content, asks=asks, now=now, single=False)


@transaction.atomic(durable=True)
def _ask(
    *, client: MachineClient, key: str, content: Iterable[str], asks: Sequence[Ask], now: datetime, single: bool
) -> Answer:
    # The key before the records: of two sendings at one instant the second waits here, holding nothing.
    request, is_new = _begin(client, key, content, now)
    if not is_new:
        return Answer(list(MachinePermit.objects.filter(request=request).order_by("position")), repeated=True)
    found = _resolve(client, asks)
    if single and found[0].fault:
        _raise(found[0].fault)
    customers = records.lock_many(customer_ids=[each.customer_id for each in found if not each.fault], now=now)
    found = _again_in_scope(client, found, customers)
    permits = _decide(client, request, asks, found, customers, now)
    if single and permits[0].fault:
        _raise(permits[0].fault)
    MachinePermit.objects.bulk_create(permits)
    return Answer(permits, repeated=False)


def _raise(fault: str) -> None:
    if fault == "not_allowed":
        raise NotAllowedError("machine_not_given")
    raise RefusedError("no_such_number" if fault == "no_such_number" else "no_such_record")


def _begin(client: MachineClient, key: str, content: Iterable[str], now: datetime) -> tuple[MachineRequest, bool]:
    said = "\x00".join(part.replace("\x00", "") for part in content)
    content_hash = salted_hmac(f"machine_key:{client.pk}:{key}", said, algorithm="sha256").hexdigest()
    try:
        with transaction.atomic():
            row = MachineRequest.objects.create(client=client, key=key, content_hash=content_hash, at=now)
    except IntegrityError:
        before = MachineRequest.objects.get(client=client, key=key)
        if before.content_hash != content_hash:
            raise KeyReusedError from None
        return before, False
    return row, True


def _resolve(client: MachineClient, asks: Sequence[Ask]) -> list[_Found]:
    by_number, by_case, by_account = selector.find_records(
        client=client,
        customers={each.customer for each in asks if each.customer},
        cases={each.case for each in asks if each.case},
        accounts={each.account for each in asks if each.account},
    )
    found = []
    for each in asks:
        if not clients.may_ask(kind=client.kind, channels=client.channels, channel=each.channel, purpose=each.purpose):
            found.append(_Found(fault="not_allowed"))
            continue
        account_id: int | None = None
        if each.account:
            customer_id, account_id = by_account.get(each.account, (0, None))
        else:
            customer_id = by_number.get(each.customer, 0) if each.customer else by_case.get(each.case, 0)
        found.append(_Found(customer_id, account_id) if customer_id else _Found(fault="not_found"))
    return found


def _again_in_scope(client: MachineClient, found: Sequence[_Found], customers: dict[int, Customer]) -> list[_Found]:
    """Look again under the locks: what was called back, moved or closed meanwhile is none of this client's any more."""
    still = set(selector.records_of(client).filter(id__in=customers).values_list("id", flat=True))
    named = {each.account_id for each in found if each.account_id}
    open_ = Account.objects.filter(id__in=named, customer_id__in=still, closed_in_core=False)
    there = set(open_.values_list("id", flat=True)) if named else set()

    def is_there(each: _Found) -> bool:
        return each.customer_id in still and (each.account_id is None or each.account_id in there)

    return [each if each.fault or is_there(each) else _Found(fault="not_found") for each in found]


def _decide(
    client: MachineClient,
    request: MachineRequest,
    asks: Sequence[Ask],
    found: Sequence[_Found],
    customers: dict[int, Customer],
    now: datetime,
) -> list[MachinePermit]:
    placed = selector.placed_accounts(client=client, customer_ids=customers)
    points = selector.points_for(customers)
    permits = [
        MachinePermit(request=request, client=client, position=position, ref=each.ref, fault=at.fault)
        for position, (each, at) in enumerate(zip(asks, found, strict=True))
    ]
    requests: dict[int, PermitRequest] = {}
    for position, (each, at) in enumerate(zip(asks, found, strict=True)):
        if at.fault:
            continue
        theirs = placed.get(at.customer_id, frozenset())
        if client.kind == ClientKind.AGENCY and (not theirs or (at.account_id and at.account_id not in theirs)):
            permits[position].fault = "not_found"
            continue
        point = _point(each, points.get(at.customer_id, []))
        if each.contact_point is not None and point is None:
            permits[position].fault = "no_such_number"
            continue
        requests[position] = PermitRequest(
            customer=customers[at.customer_id],
            channel=each.channel,
            purpose=each.purpose,
            contact_point=point,
            actor=records.SYSTEM,
            account_ids=(at.account_id,) if at.account_id else tuple(sorted(theirs)),
            hold_seconds=each.hold_seconds,
            placed_with_asker=theirs,
        )
    answers = permits_bulk.permit_many(requests=list(requests.values()), now=now)
    for position, answer in zip(requests, answers, strict=True):
        _note(permits[position], requests[position], answer)
    return permits


def _point(each: Ask, points: Sequence[ContactPoint]) -> ContactPoint | None:
    if each.contact_point is None:
        return selector.best_point(points, channel=each.channel)
    return next((point for point in points if point.id == each.contact_point), None)


def _note(permit: MachinePermit, request: PermitRequest, answer: permits_bulk.Permit | permits_bulk.Refusal) -> None:
    permit.customer = request.customer
    permit.script_version = permit.client.script_version
    if isinstance(answer, permits_bulk.Permit):
        permit.contact = answer.contact
        permit.expires_at = answer.contact.expires_at
    else:
        permit.refusal = answer.row
