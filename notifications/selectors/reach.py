"""Where each customer can be written to, channel by channel."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.holds import HoldKind
from collections_app.domain.purposes import Channel, closed_by, closes
from collections_app.models import ContactPoint, Hold
from notifications.domain.kinds import MessageKind

Reach = Mapping[int, Mapping[Channel, Sequence[ContactPoint]]]

_PROVENANCES = ("verified_change", "on_file", "customer_given")
_QUALITIES = ("verified", "likely", "unknown", "suspect", "shared")
# A letter goes to the address agreed for service first, to a home next; never to work, where others open it.
_CHANNELS = {
    "mobile": Channel.SMS,
    "email": Channel.EMAIL,
    "app_push": Channel.APP,
    "address_court": Channel.LETTER,
    "address_home": Channel.LETTER,
    "address_registered": Channel.LETTER,
}
_KINDS = tuple(_CHANNELS)


def kinds_of(channels: Iterable[Channel]) -> list[str]:
    """Return the kinds of numbers and addresses that these channels reach."""
    wanted = set(channels)
    return [kind for kind, channel in _CHANNELS.items() if channel in wanted]


def _rank(point: ContactPoint) -> tuple[bool, int, int, int, int]:
    provenance = _PROVENANCES.index(point.provenance) if point.provenance in _PROVENANCES else len(_PROVENANCES)
    quality = _QUALITIES.index(point.quality) if point.quality in _QUALITIES else len(_QUALITIES)
    doubtful = _CHANNELS[point.kind] is Channel.LETTER and quality >= _QUALITIES.index("suspect")
    return doubtful, _KINDS.index(point.kind), quality, provenance, -point.id


def reach_of(customer_ids: Iterable[int]) -> Reach:
    """Return each customer's own numbers and addresses by channel, in one query, those best known to be theirs first.

    One found elsewhere or another person's is never taken.
    """
    found: dict[int, dict[Channel, list[ContactPoint]]] = defaultdict(lambda: defaultdict(list))
    points = ContactPoint.objects.filter(
        customer_id__in=set(customer_ids),
        kind__in=_CHANNELS,
        relation="self",
        provenance__in=_PROVENANCES,
        signed_out_at__isnull=True,
    ).exclude(quality__in=UNUSABLE)
    for point in sorted(points.exclude(permission="refused"), key=_rank):
        found[point.customer_id][_CHANNELS[point.kind]].append(point)
    return found


def silencing(purpose: str = "") -> Q:
    """Return which holds keep a customer from being written to at all: all but one on texts where the app or e-mail
    is left.

    With a purpose, those that are limited to another class of messages are left out.
    """
    left = ContactPoint.objects.filter(
        customer_id=OuterRef("customer_id"), kind__in=["email", "app_push"], relation="self",
        provenance__in=_PROVENANCES, signed_out_at__isnull=True,
    ).exclude(quality__in=UNUSABLE).exclude(permission="refused")  # fmt: skip
    found = Q(channel="") | Q(~Exists(left), channel="sms")
    return found & Q(message_class__in=["", closed_by(purpose) or ""]) if purpose else found


def country_sql(customer: str, *, kinds: Sequence[str] = ("mobile",)) -> tuple[str, list[Any]]:
    """Return a query, with its parameters, for the country of the point that is best known to be a customer's own.

    ``customer`` is the column of the query around it that holds the customer's id; ``kinds`` says of which
    points.
    """
    sql = (
        f"SELECT point.country FROM {ContactPoint._meta.db_table} AS point WHERE point.customer_id = {customer}"
        " AND point.kind = ANY(%s) AND point.relation = 'self' AND point.permission <> 'refused'"
        " AND point.provenance = ANY(%s) AND NOT point.quality = ANY(%s) AND point.signed_out_at IS NULL"
        " ORDER BY coalesce(array_position(%s, point.quality::text), 99),"
        " coalesce(array_position(%s, point.provenance::text), 99), point.id DESC LIMIT 1"
    )
    return sql, [list(kinds), list(_PROVENANCES), sorted(UNUSABLE), list(_QUALITIES), list(_PROVENANCES)]


def stopped_channels(customer_ids: Iterable[int], *, now: datetime) -> dict[tuple[int, str], list[str]]:
    """Return which customers want no more messages by which channel, each with the classes it is closed for.

    An empty class is all of them. One query.
    """
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        customer_id__in=set(customer_ids),
        kind=HoldKind.CHANNEL_STOP.value,
        released_at__isnull=True,
    ).exclude(channel="")
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for customer_id, channel, message_class in rows.values_list("customer_id", "channel", "message_class"):
        found[customer_id, channel].append(message_class)
    return dict(found)


def first_channel(
    kind: MessageKind, customer_id: int, *, reach: Reach, stopped: Mapping[tuple[int, str], Sequence[str]]
) -> Channel:
    """Return the first channel of a kind that reaches a customer who has not stopped it; its first when none does."""
    reached = reach.get(customer_id, {})
    for channel in kind.channels:
        closed = any(closes(each, kind.purpose) for each in stopped.get((customer_id, channel.value), ()))
        points = [point for point in reached.get(channel, ()) if point.permission != f"no_{channel.value}"]
        if points and not closed:
            return channel
    return kind.channels[0]
