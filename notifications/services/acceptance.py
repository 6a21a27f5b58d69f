"""What follows when it is certain that a provider has a message, or that it has not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain.purposes import class_of
from collections_app.domain.rules import Closes
from collections_app.models import Customer, Told
from collections_app.services import access, contact_points, contacts, derivation, holds, records
from collections_app.services.errors import RefusedError
from collections_app.services.told import flags as told_flags
from notifications.domain.kinds import KINDS, opens_the_page
from notifications.domain.lifecycle import MessageState, rank, state_reported
from notifications.domain.outcomes import ErrorClass
from notifications.models import Message, ProviderTerms, Receipt
from notifications.providers import registry
from notifications.services import demands, later_days

_DEVICE = "app_push"
# When no receipt comes until then, the provider is asked.
RECEIPT_LATE_AFTER = timedelta(minutes=2)


def accept_within(
    *, customer: Customer, message: Message, provider_id: str, report: str, now: datetime, settle: bool = True,
    error_code: str = "",
) -> None:  # fmt: skip
    """Record that the provider has a message of a locked record: it counts as made, and what it says as told.

    Runs once per message, whoever learns of it first: the answer, a receipt or the reconciliation. A caller that
    takes many at once judges what was told for all of them together, and says so with ``settle``. ``error_code`` is the
    provider's, where the first it says is that it did not arrive.
    """
    message.accepted_at, message.provider_id = now, provider_id
    message.state, message.reason, message.reason_params = MessageState.ACCEPTED, "", {}
    message.error_code = error_code
    message.lease_until = message.ended_at = None
    message.ask_at = now + RECEIPT_LATE_AFTER if registry.provider(message.provider).tells_when_asked else None
    _apply_report(message, report, now)
    message.save(
        update_fields=[
            "accepted_at", "provider", "provider_id", "channel", "state", "reason", "reason_params", "lease_until",
            "report_rank", "ended_at", "ask_at", "error_code",
        ]
    )  # fmt: skip
    if message.contact_id:
        contacts.settle(contact_id=message.contact_id, state="made", now=now)
    if opens_the_page(message.kind, channel=message.channel, variant=message.variant):
        purpose = KINDS[message.kind].opens
        access.end_older_within(customer=customer, purpose=purpose, sent_at=message.claimed_at or now, now=now)
    Told.objects.bulk_create(_told(message, customer, now))
    if settle:
        told_flags.settle_within([customer], now=now)
    if message.state == MessageState.UNDELIVERED:
        _take_back(message, customer, now)
    records.append(
        customer=customer,
        kind="message.sent",
        actor=records.SYSTEM,
        now=now,
        account_id=message.account_id,
        payload={"message": message.pk, "kind": message.kind, "provider": message.provider, "record": message.version},
    )
    demands.arrived_within(customer=customer, message=message, now=now)


def _apply_report(message: Message, report: str, now: datetime) -> None:
    state = state_reported(report)
    if state is None:
        return
    message.report_rank = rank(report)
    if state is not MessageState.ACCEPTED:
        message.state = state
        message.ended_at = now if state is not MessageState.SENT else None
    if state is MessageState.UNDELIVERED:
        message.reason = "not_delivered"


def _told(message: Message, customer: Customer, now: datetime) -> list[Told]:
    if message.account_id is None:
        return []
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    return [
        Told(
            customer=customer,
            account_id=message.account_id,
            medium="written",
            amount_name=item["name"],
            amount_fen=item["fen"],
            pay_by=date.fromisoformat(item["pay_by"]) if item["pay_by"] else None,
            valid_until=date.fromisoformat(item["pay_by"]) if item["pay_by"] else max(message.about_on, today),
            contact_id=message.contact_id,
            version=message.version or customer.version,
            at=now,
        )
        for item in message.said
    ]


def _take_back(message: Message, customer: Customer, now: datetime) -> None:
    """What a message told and never arrived is not known to the customer: what it had put right is open again."""
    if message.contact is not None:
        told_flags.unheard_within(customer=customer, contact=message.contact, now=now)


def fail_within(
    *, customer: Customer, message: Message, state: MessageState, reason: str, error_code: str, now: datetime
) -> None:
    """Record on a locked record that a message did not and will not go out, or did not arrive."""
    message.state, message.reason, message.error_code, message.ended_at = state, reason[:40], error_code, now
    message.lease_until = None
    message.save(update_fields=["state", "reason", "error_code", "ended_at", "lease_until", "report_rank"])
    if message.accepted_at is not None:
        _take_back(message, customer, now)
    elif message.contact_id:
        contacts.settle(contact_id=message.contact_id, state="failed", now=now)
    records.append(
        customer=customer,
        kind="message.failed",
        actor=records.SYSTEM,
        now=now,
        account_id=message.account_id,
        payload={"message": message.pk, "kind": message.kind, "error": error_code},
    )


def learn_within(*, customer: Customer, message: Message, error_class: ErrorClass | None, now: datetime) -> None:
    """Write on a locked record what an error teaches of the number: bad for everybody, no texts, or opted out.

    What will pass is tried again on a later day.
    """
    if message.state == MessageState.UNDELIVERED:
        later_days.again_within(customer=customer, message=message, error_class=error_class, now=now)
    point = message.contact_point
    if point is None:
        return
    if error_class is ErrorClass.LANDLINE and point.permission == "ok":
        contact_points.judge_within(
            customer=customer, contact_point=point, quality="", permission="no_sms", actor=records.SYSTEM, now=now
        )
    elif error_class is ErrorClass.NUMBER and point.quality != "bad":
        contact_points.judge_within(
            customer=customer, contact_point=point, quality="bad", actor=records.SYSTEM, now=now
        )
    elif error_class is ErrorClass.OPTED_OUT and point.kind == _DEVICE:
        # Pushes are off on that device: the bank's next word on it turns them on again, and another device has its own.
        contact_points.judge_within(
            customer=customer, contact_point=point, quality="", permission=contact_points.REFUSED,
            actor=records.SYSTEM, now=now,
        )  # fmt: skip
    elif error_class is ErrorClass.OPTED_OUT:
        try:
            holds.place_within(
                customer=customer, kind="channel_stop", actor=records.SYSTEM, now=now, channel=message.channel,
                message_class=_closed(message),
            )  # fmt: skip
        except RefusedError:
            return  # already stopped
    else:
        return
    derivation.derive(customer=customer, now=now)


def _closed(message: Message) -> str:
    """Return the class of messages a provider's own list closes; empty where it closes all, or has not said."""
    if not ProviderTerms.objects.filter(provider=message.provider, stop_closes=Closes.CLASS).exists():
        return ""
    found = class_of(message.purpose)
    return found.value if found else ""


def keep_receipt(*, message: Message | None, provider: str, provider_id: str, report: str, error_code: str,
                 applied: bool, now: datetime) -> Receipt:  # fmt: skip
    """Keep one report for good, whether or not it moved its message."""
    return Receipt.objects.create(
        message=message,
        provider=provider,
        provider_id=provider_id,
        report=report,
        error_code=error_code,
        applied=applied,
        received_at=now,
    )


def lock_with_customers(
    *, message_ids: Iterable[int], now: datetime
) -> tuple[Mapping[int, Customer], Sequence[Message]]:
    """Lock the records of messages by ascending customer, then the messages, and return both."""
    ids = list(message_ids)
    owners = Message.objects.filter(pk__in=ids).values_list("customer_id", flat=True)
    customers = records.lock_many(customer_ids=list(owners), now=now)
    messages = Message.objects.select_for_update(of=("self",)).select_related("contact_point")
    return customers, list(messages.filter(pk__in=ids).order_by("pk"))
