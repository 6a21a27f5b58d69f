"""Machine clients: whose token it is, what they may see, and how much they have asked lately."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from collections_app.domain.contact_points import PARTIES, UNUSABLE
from collections_app.domain.holds import HoldKind
from collections_app.domain.machines import clients
from collections_app.domain.machines.clients import ClientKind
from collections_app.domain.permits.points import KINDS_OF_CHANNEL
from collections_app.domain.purposes import Channel
from collections_app.models import ContactPoint, Customer, Hold, MachineClient, MachineToken, MachineUse, Placement
from collections_app.models.tokens import account_token
from collections_app.selectors import access

_QUALITY = {"verified": 0, "likely": 1, "unknown": 2}


def live_client(client_id: str) -> MachineClient | None:
    """Return the client of that ID, if it has not been revoked."""
    return MachineClient.objects.filter(client_id=client_id, revoked_at__isnull=True).first()


def token_of(*, secret: str, now: datetime) -> MachineToken | None:
    """Return a token that holds now, with its client, or None: unknown, expired, revoked, or its client is."""
    return (
        MachineToken.objects.filter(
            digest=clients.digest(secret),
            expires_at__gt=now,
            revoked_at__isnull=True,
            client__revoked_at__isnull=True,
        )
        .select_related("client")
        .first()
    )


def uses_lately(*, client: MachineClient, now: datetime) -> int:
    """Return how many requests a client made within the last minute; counting ends at what it may make. One query."""
    rows = MachineUse.objects.filter(client=client, at__gt=now - clients.RATE_WINDOW)
    return rows[: client.per_minute].count()


def refused_tries(*, address: str | None, now: datetime) -> int:
    """Return how many tries to get a token were refused lately to this address, of IPv6 to its network. One query."""
    if address is None:
        return 0
    rows = MachineUse.objects.filter(action="token", status__gte=400, status__lt=500, at__gt=now - clients.TRIES_WINDOW)
    return access.from_network(rows, address=address)[: clients.MOST_REFUSED_TRIES].count()


def records_of(client: MachineClient) -> QuerySet[Customer]:
    """Return the records a client may ask about: of its branches; for an agency, those placed with it and no others.

    A client without branches sees nothing.
    """
    if client.kind == ClientKind.AGENCY:
        placed = Placement.objects.filter(customer=OuterRef("pk"), client=client, recalled_at__isnull=True)
        return Customer.objects.filter(Exists(placed))
    return Customer.objects.filter(branch__in=client.branches.all())


def placed_accounts(*, client: MachineClient, customer_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return by customer the open accounts that are placed with an agency now. One query."""
    if client.kind != ClientKind.AGENCY:
        return {}
    rows = Placement.objects.filter(
        client=client,
        recalled_at__isnull=True,
        customer_id__in=customer_ids,
        account__closed_in_core=False,
        account__placement="placed",
    )
    found: dict[int, set[int]] = defaultdict(set)
    for customer_id, account_id in rows.values_list("customer_id", "account_id"):
        found[customer_id].add(account_id)
    return {customer_id: frozenset(ids) for customer_id, ids in found.items()}


def find_records(
    *, client: MachineClient, customers: Collection[str], cases: Collection[str], accounts: Collection[str]
) -> tuple[dict[str, int], dict[str, int], dict[str, tuple[int, int]]]:
    """Return customer ids by customer number and by case number, and (customer, account) ids by account number.

    What is out of the client's scope is left out, like what does not exist. An agency finds by account only what is
    placed with it. Two queries.
    """
    rows = records_of(client)
    by_number: dict[str, int] = {}
    by_case: dict[str, int] = {}
    if customers or cases:
        found = rows.filter(Q(customer_no__in=customers) | Q(case_number__in=[case for case in cases if case]))
        for customer_id, number, case in found.values_list("id", "customer_no", "case_number"):
            by_number[number] = customer_id
            if case:
                by_case[case] = customer_id
    tokens = {account_token(number): number for number in accounts}
    by_account: dict[str, tuple[int, int]] = {}
    if tokens:
        wanted = rows.filter(accounts__account_token__in=tokens, accounts__closed_in_core=False)
        pairs = wanted.values_list("id", "accounts__id", "accounts__account_token")
        by_account = {tokens[token]: (customer_id, account_id) for customer_id, account_id, token in pairs}
    return by_number, by_case, by_account


def points_for(customer_ids: Iterable[int]) -> dict[int, list[ContactPoint]]:
    """Return the contact points of records, by customer; ``held`` says that a hold silences one. One query."""
    held = Hold.objects.filter(contact_point=OuterRef("pk"), kind=HoldKind.NUMBER_BAD, released_at__isnull=True)
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    rows = ContactPoint.objects.filter(customer_id__in=set(customer_ids)).annotate(held=Exists(held)).order_by("id")
    for point in rows:
        found[point.customer_id].append(point)
    return found


def best_point(points: Iterable[ContactPoint], *, channel: str) -> ContactPoint | None:
    """Return the number or address of the customer's own that this channel would best use, or None.

    Verified before likely before unknown; what is known to be unusable only when there is nothing else, so that the
    permit says why.
    """
    kinds = KINDS_OF_CHANNEL[Channel(channel)]
    own = [point for point in points if point.kind in kinds and point.relation == "self"]
    return min(own, key=lambda each: (*_unfit(each), _QUALITY.get(each.quality, 3), each.id), default=None)


def _unfit(point: ContactPoint) -> tuple[bool, bool]:
    return point.quality in UNUSABLE or bool(getattr(point, "held", False)), point.permission != "ok"


def is_party(point: ContactPoint | None) -> bool:
    """Return whether who answers there may hear of the debt at all."""
    return point is None or point.relation in PARTIES
