"""Placing and releasing holds."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.holds import CORRECTED_ONLY, HoldKind, HoldRule, kept_by, most_days
from collections_app.models import Account, ContactPoint, Customer, Estate, Hold
from collections_app.selectors import codes, working_days
from collections_app.services import alerts, derivation, note_words, records
from collections_app.services.errors import RefusedError
from collections_app.services.machines import placements

BY_HAND = "by_hand"


@transaction.atomic(durable=True)
def place(
    *,
    customer_id: int,
    kind: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    account_id: int | None = None,
    channel: str = "",
    text: str = "",
    ends_at: datetime | None = None,
) -> Hold:
    """Place a hold by hand.

    Raise RefusedError when the kind comes only with a promise or an agreement, or its end is further away than the
    kind allows.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="hold.place")
    records.check_may(actor=actor, action="hold.place")
    check_by_hand(kind=kind)
    _check_length(kind, ends_at, now)
    note_words.check(text=text, kind=kind)
    hold = place_within(
        customer=customer,
        kind=kind,
        actor=actor,
        now=now,
        account_id=account_id,
        channel=channel,
        text=text,
        ends_at=ends_at,
    )
    derivation.derive(customer=customer, now=now)
    return hold


def check_by_hand(*, kind: str) -> None:
    """Raise RefusedError when a hold of this kind comes only with something else."""
    if kind not in codes.seen().holds.placed_by_hand():
        raise RefusedError("hold_not_by_hand", kind=kind)


def _check_length(kind: str, ends_at: datetime | None, now: datetime) -> None:
    days = most_days(codes.seen().holds[kind])
    if ends_at is not None and ends_at > now + timedelta(days=days + 1):
        raise RefusedError("hold_too_long", kind=kind, days=days)


def place_within(
    *,
    customer: Customer,
    kind: str,
    actor: records.Actor,
    now: datetime,
    account_id: int | None = None,
    contact_point: ContactPoint | None = None,
    channel: str = "",
    message_class: str = "",
    source: str = "",
    text: str = "",
    ends_at: datetime | None = None,
) -> Hold:
    """Place a hold on a record the caller has locked; the caller derives afterwards.

    ``message_class`` narrows one on a channel to a class of messages (domain/purposes.MessageClass).

    Raise RefusedError when the hold's scope names something it has not been given, or the end has passed.
    """
    rule = codes.seen().holds[kind]
    _check_scope(customer, rule.scope, account_id, contact_point, channel)
    if ends_at is None:
        ends_at = _end(customer, rule, now)
    if ends_at is not None and ends_at <= now:
        raise RefusedError("hold_ends_in_the_past")
    hold = Hold(
        customer=customer,
        kind=kind,
        # What its scope does not ask for would narrow a hold on the whole customer to one channel or number.
        account_id=account_id if rule.scope == "account" else None,
        contact_point=contact_point if rule.scope == "contact_point" else None,
        channel=channel if rule.scope == "channel" else "",
        message_class=message_class if rule.scope == "channel" else "",
        source=source,
        placed_by=actor.staff,
        placed_at=now,
        ends_at=ends_at,
    )
    if not source and _is_in_force(hold, now):
        raise RefusedError("hold_already", kind=kind)
    hold.save()
    end = ends_at.isoformat() if ends_at else None
    records.append(
        customer=customer,
        kind="hold.placed",
        actor=actor,
        now=now,
        account_id=hold.account_id,
        payload={"hold": hold.id, "kind": kind, "ends_at": end, "source": source}
        | ({"message_class": hold.message_class} if hold.message_class else {}),
        text=text,
    )
    placements.recall_for_hold_within(customer=customer, hold=hold, actor=actor, now=now)
    return hold


def _end(customer: Customer, rule: HoldRule, now: datetime) -> datetime | None:
    """The end a hold has by its kind: none where it is reviewed instead (handing/reviews).

    Where the calendar is unknown it has none either: it waits for what it came with.
    """
    if rule.review:
        return None
    if rule.working_days is None:
        return now + timedelta(days=rule.days) if rule.days else None
    zone = ZoneInfo(customer.time_zone)
    calendars = working_days.calendars_for(countries=[customer.country], since=now.astimezone(zone).date())
    calendar = calendars[customer.country]
    end = working_days.end_of(calendar=calendar, start=now, count=rule.working_days, zone=zone)
    if end is None:
        alerts.raise_alert(
            kind="calendar_unknown", detail={"country": customer.country}, now=now, branch=customer.branch
        )
    return end


def _is_in_force(hold: Hold, now: datetime) -> bool:
    """Whether the same hold, over the same scope, is in force already."""
    same = Hold.objects.filter(
        customer=hold.customer,
        kind=hold.kind,
        account=hold.account,
        channel=hold.channel,
        # A channel that is closed for everything is closed for each class of messages.
        message_class__in={"", hold.message_class},
        contact_point=hold.contact_point,
        released_at__isnull=True,
    )
    return same.exclude(ends_at__lte=now).exists()


def _check_scope(
    customer: Customer, scope: str, account_id: int | None, contact_point: ContactPoint | None, channel: str
) -> None:
    if scope == "account" and not Account.objects.filter(id=account_id or 0, customer=customer).exists():
        raise RefusedError("hold_needs_account")
    if scope == "channel" and not channel:
        raise RefusedError("hold_needs_channel")
    if scope == "contact_point" and (contact_point is None or contact_point.customer_id != customer.id):
        raise RefusedError("hold_needs_contact_point")


@transaction.atomic(durable=True)
def release(*, hold_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime) -> Hold:
    """Release a hold before its end. Holds that end with what they came with are refused here.

    ``reason`` is what the person typed: it is sealed with the event, and the hold keeps only that it ended by hand.

    What the outcome of a call or a machine's report brought has nothing that would end it, so it is released like one
    placed by hand; one that came with a hand-off may end before the work does. A death on record is corrected instead.
    """
    customer_id = Hold.objects.filter(id=hold_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_hold")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="hold.release")
    records.check_may(actor=actor, action="hold.release")
    hold = Hold.objects.get(id=hold_id)
    check_releasable(hold=hold, now=now)
    if not reason.strip():
        raise RefusedError("reason_missing")
    release_within(customer=customer, hold=hold, reason=BY_HAND, actor=actor, now=now, text=reason.strip())
    derivation.derive(customer=customer, now=now)
    return hold


def check_releasable(*, hold: Hold, now: datetime, was_wrong: bool = False) -> None:
    """Refuse to release a hold that has ended, that ends with what it came with, that needs two people, or never ends.

    ``was_wrong`` says that it should never have been placed: that can be said of what never ends as well, and it is
    the only way for a death with an estate on record.
    """
    if hold.released_at or (hold.ends_at and hold.ends_at <= now):
        raise RefusedError("hold_already_released")
    why = kept_by(kind=hold.kind, source=hold.source)
    if not why and hold.kind == HoldKind.DECEASED and _has_estate(hold):
        why = CORRECTED_ONLY
    if why and not (was_wrong and why in {"hold_never_released", CORRECTED_ONLY}):
        raise RefusedError(why, source=hold.source.split(":")[0])


def _has_estate(hold: Hold) -> bool:
    return Estate.objects.filter(customer_id=hold.customer_id, withdrawn_at__isnull=True).exists()


def release_source_within(*, customer: Customer, source: str, reason: str, actor: records.Actor, now: datetime) -> None:
    """Release the holds that came with something now ended, such as ``promise:17``. The caller derives."""
    for hold in Hold.objects.filter(customer=customer, source=source, released_at__isnull=True):
        release_within(customer=customer, hold=hold, reason=reason, actor=actor, now=now)


def release_within(
    *, customer: Customer, hold: Hold, reason: str, actor: records.Actor, now: datetime, text: str = ""
) -> None:
    """Release one hold on a record the caller has locked; ``text`` is what a person typed. The caller derives."""
    hold.released_at = now
    hold.released_by = actor.staff
    hold.release_reason = reason
    hold.save(update_fields=["released_at", "released_by", "release_reason"])
    records.append(
        customer=customer,
        kind="hold.released",
        actor=actor,
        now=now,
        account_id=hold.account_id,
        payload={"hold": hold.id, "kind": hold.kind, "reason": reason},
        text=text,
    )
