"""No more e-mails of a kind: by the mail that unsubscribes, or by one click (RFC 8058)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from collections_app.domain.purposes import Channel, MessageClass, class_of
from collections_app.domain.rules import Closes, opt_out_rule
from collections_app.models import Customer
from collections_app.selectors.rules import packs_in_force
from collections_app.selectors.zones import bank_zone
from collections_app.services import derivation, holds, records
from collections_app.services.errors import RefusedError
from notifications.domain import mails
from notifications.models import Message
from notifications.services.routing import EMAIL_PROVIDER


@transaction.atomic(durable=True)
def stop(*, attempt: UUID, now: datetime) -> bool:
    """Keep that whoever got an e-mail wants no more like it, and return whether that was news.

    It closes the class of messages that mail was of, or, where the rule pack says channel, each class that can be
    refused. What the law demands, corrections, codes and security alerts are of no class and still come. A mail that
    offers no end, or that is none of ours, changes nothing.
    """
    found = Message.objects.filter(attempt=attempt, provider=EMAIL_PROVIDER).values_list("customer_id", "purpose")
    row = found.first()
    if row is None or not mails.may_unsubscribe(row[1]):
        return False
    customer = records.lock(customer_id=row[0], now=now)
    news = [_close(customer, each, now) for each in _closed(customer, row[1], now)]
    if any(news):
        derivation.derive(customer=customer, now=now)
    return any(news)


def _closed(customer: Customer, purpose: str, now: datetime) -> list[MessageClass]:
    code = customer.branch.rule_pack
    pack = packs_in_force(codes=[code], on=now.astimezone(bank_zone()).date()).get(code)
    rule = opt_out_rule(pack, channel=Channel.EMAIL) if pack else None
    if rule is not None and rule.closes is Closes.CHANNEL:
        return list(MessageClass)
    of_it = class_of(purpose)
    return [of_it] if of_it else []


def _close(customer: Customer, message_class: MessageClass, now: datetime) -> bool:
    try:
        holds.place_within(
            customer=customer, kind="channel_stop", actor=records.CUSTOMER, now=now, channel=Channel.EMAIL.value,
            message_class=message_class.value,
        )  # fmt: skip
    except RefusedError as error:
        if error.code != "hold_already":
            raise
        return False
    return True
