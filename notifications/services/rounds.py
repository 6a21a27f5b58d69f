"""Whether what was let go would go out by now: what the last look asks, asked before it is planned once more."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from collections_app.domain.permits.decision import decide
from collections_app.selectors.permit_facts import PermitRequest, load
from collections_app.services import records
from notifications.domain import playbook, premises
from notifications.domain.lifecycle import MessageState
from notifications.models import Message
from notifications.selectors.truth import facts_of
from notifications.services import carriers, routing

_LET_GO = playbook.LET_GO[MessageState.REFUSED]


def futile(*, attempts: Collection[UUID], now: datetime) -> list[int]:
    """Return the ids of those messages, just planned, that would be let go again by the record as it is now.

    The planner's query knows less than the last look does: own money that the core has not posted, holds that came by
    a co-borrower's record, where an account is placed. What lasts of these would use up a step's rounds within
    minutes. The number of queries does not grow with the number of messages, and without any there is none.
    """
    if not attempts:
        return []
    rows = Message.objects.filter(attempt__in=attempts).select_related("customer__branch").order_by("pk")
    messages = list(rows)
    customers = {message.customer_id: message.customer for message in messages}
    facts = facts_of(messages, customers=customers, now=now)
    ways = routing.ways_of(customers, carrying=carriers.load(now=now), now=now)
    found: list[int] = []
    asked: list[tuple[int, PermitRequest]] = []
    for message in messages:
        if premises.gone(message.kind, facts[message.pk], about=message.about_on):
            found.append(message.pk)
            continue
        way = routing.choose(message, message.customer, facts[message.pk], ways)
        if isinstance(way, routing.Route):
            asked.append((message.pk, _request(message, way)))
        elif way.reason in _LET_GO and not way.waits:
            found.append(message.pk)
    return found + (_refused(asked, now) if asked else [])


def _request(message: Message, way: routing.Route) -> PermitRequest:
    return PermitRequest(
        customer=message.customer,
        channel=way.channel,
        purpose=message.purpose,
        contact_point=way.point,
        actor=records.SYSTEM,
        account_ids=(message.account_id,) if message.account_id else (),
    )


def _refused(asked: Sequence[tuple[int, PermitRequest]], now: datetime) -> list[int]:
    """Return the ids of those whose permit would be refused for what had let them go, wherever that stands.

    Hours, caps and intervals may have passed by their hour and count for nothing here.
    """
    permits = load([request for _, request in asked], now=now)
    return [
        pk
        for (pk, _), permit in zip(asked, permits, strict=True)
        if any(finding.reason in _LET_GO for finding in decide(permit).refusals)
    ]
