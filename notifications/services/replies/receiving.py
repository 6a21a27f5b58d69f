"""Taking in a text that a customer sent: whose it is, what it says, what follows, and what the record remembers."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from collections_app.domain import phones
from collections_app.domain.typed import harmless
from collections_app.models import AccountParty, ContactPoint, Customer
from collections_app.models.tokens import contact_token
from collections_app.services import derivation, records
from notifications.domain.replies import Finding, Intent, classify
from notifications.models import Message, Reply
from notifications.selectors import reply_rules
from notifications.services.replies import acting
from notifications.services.replies.received import Received

# A text answers a message that is not older; later it stands for itself.
_ANSWERS_WITHIN = timedelta(days=90)
_LONGEST = 4_000
# These are about the number, whoever's record it is on.
_OF_THE_NUMBER = frozenset({Intent.STOP, Intent.START, Intent.WRONG_NUMBER})
_NOBODYS_COUNTRY = "CN"
# These name what comes in by the bind (``<bind>-<number>``). What the centre delivers again under the next one, because
# it never heard that it was stored, has another name and the same words.
_NAMED_BY_THE_BIND = frozenset({"smpp"})
_DELIVERED_AGAIN_WITHIN = timedelta(minutes=10)


@transaction.atomic(durable=True)
def receive(
    *, provider: str, provider_id: str, number: str, body: str, now: datetime, answered_by_provider: str = ""
) -> Sequence[Reply]:
    """Take in one text, and return what was kept of it: one row for each record it concerns, or one for nobody's.

    The same text delivered again changes nothing, under another bind's name neither. What is certain is acted upon on
    the record of whoever was written to; what is not goes to a person with its words. ``answered_by_provider`` is STOP,
    START or HELP where the provider has told the customer so itself. A number on several records none of which it was
    written to from is closed or opened on all of them, and for everything else read by a person.
    """
    number = phones.e164(number, country=_NOBODYS_COUNTRY) or number.strip()[:32]
    token = contact_token(number, is_phone=True)
    body = harmless(body)[:_LONGEST]
    findings = classify(body, reply_rules.in_use())
    holders = set(ContactPoint.objects.filter(value_token=token).values_list("customer_id", flat=True))
    locked = records.lock_many(customer_ids=sorted(holders | _parties(holders, findings)), now=now)
    before = list(Reply.objects.filter(provider=provider, provider_id=provider_id))
    before = before or _under_another_bind(provider, provider_id, token, body, now)
    if before:
        return before
    points = list(
        ContactPoint.objects.filter(value_token=token, customer_id__in=locked).select_related("person").order_by("id")
    )
    answered = _answered(points, now)
    concerned = _concerned(points, answered, findings)
    kept = Reply(
        provider=provider, provider_id=provider_id, number=number, number_token=token, body=body, received_at=now,
        intent=findings[0].intent, confidence=findings[0].confidence,
        findings=[[found.intent, found.confidence] for found in findings],
    )  # fmt: skip
    if not concerned:
        Reply.objects.bulk_create([kept], ignore_conflicts=True)
        return list(Reply.objects.filter(provider=provider, provider_id=provider_id))
    addressed = answered.contact_point if answered else (concerned[0] if len(concerned) == 1 else None)
    replies = []
    for point in concerned:
        mine = point == addressed
        reply = _copy(kept, locked[point.customer_id], point, answered if mine else None)
        _act(reply, locked, findings if mine else _shared(findings), answered_by_provider, now)
        replies.append(reply)
    return replies


def _under_another_bind(provider: str, provider_id: str, token: str, body: str, now: datetime) -> list[Reply]:
    """Return what was kept of the same words from the same number under a bind that is over; words are sealed."""
    if provider not in _NAMED_BY_THE_BIND:
        return []
    rows = Reply.objects.filter(provider=provider, number_token=token, received_at__gt=now - _DELIVERED_AGAIN_WITHIN)
    bind = provider_id.rpartition("-")[0]
    same = [row for row in rows.order_by("pk") if row.body == body and row.provider_id.rpartition("-")[0] != bind]
    return [row for row in same if row.provider_id == same[-1].provider_id]


def _parties(holders: Iterable[int], findings: Sequence[Finding]) -> set[int]:
    """Return whoever else is party to the accounts, where somebody's life may be at risk: all are locked at once."""
    if findings[0].intent is not Intent.RISK_TO_LIFE:
        return set()
    rows = AccountParty.objects.filter(account__customer_id__in=holders)
    return set(rows.values_list("customer_id", flat=True))


def _answered(points: Sequence[ContactPoint], now: datetime) -> Message | None:
    """Return the latest message that went to this number, on whichever record."""
    rows = Message.objects.filter(contact_point__in=points, accepted_at__gte=now - _ANSWERS_WITHIN)
    return rows.select_related("account", "contact_point").order_by("-accepted_at", "-id").first()


def _concerned(
    points: Sequence[ContactPoint], answered: Message | None, findings: Sequence[Finding]
) -> list[ContactPoint]:
    """Return one point a record: of all that have the number when the number is what it is about, else of one."""
    first: dict[int, ContactPoint] = {}
    for point in points:
        first.setdefault(point.customer_id, point)
    if answered and answered.contact_point:
        first[answered.customer_id] = answered.contact_point
        if not any(found.certain and found.intent in _OF_THE_NUMBER for found in findings):
            return [answered.contact_point]
    return list(first.values())


def _shared(findings: Sequence[Finding]) -> list[Finding]:
    """Return what may be done on a record that was not written to: what is about the number, else nothing certain."""
    of_number = [found for found in findings if found.certain and found.intent in _OF_THE_NUMBER]
    return of_number or [Finding(found.intent, 0) for found in findings]


def _copy(kept: Reply, customer: Customer, point: ContactPoint, answered: Message | None) -> Reply:
    return Reply.objects.create(
        customer=customer, contact_point=point, message=answered, provider=kept.provider,
        provider_id=kept.provider_id, number=kept.number, number_token=kept.number_token, body=kept.body,
        received_at=kept.received_at, intent=kept.intent, confidence=kept.confidence, findings=kept.findings,
    )  # fmt: skip


def _act(
    reply: Reply, locked: dict[int, Customer], findings: Sequence[Finding], answered_by_provider: str, now: datetime
) -> None:
    """Do what follows on one locked record, and write what came in into its history."""
    customer = locked[reply.customer_id or 0]
    received = Received(
        reply=reply, customer=customer, others=[row for key, row in locked.items() if key != customer.pk],
        findings=findings, answered_by_provider=answered_by_provider, now=now,
    )  # fmt: skip
    reply.brought = acting.act_within(received)
    reply.save(update_fields=["brought"])
    records.append(
        customer=customer, kind="message.received", actor=records.CUSTOMER, now=now,
        account_id=reply.message.account_id if reply.message else None,
        payload={"reply": reply.pk, "intent": reply.intent, "confidence": reply.confidence, "brought": reply.brought},
        text=reply.body,
    )  # fmt: skip
    derivation.derive(customer=customer, now=now)
