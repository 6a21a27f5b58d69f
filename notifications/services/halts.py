"""The kill switch: stopping messages by hand with a reason, and letting them go on."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import plain
from collections_app.models import Branch, Staff
from collections_app.services import alerts
from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.domain.kinds import KINDS
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.reasons import BANKS_OWN
from notifications.models import Message, SenderState, SendingHalt
from notifications.providers.registry import PROVIDER_CODES
from notifications.selectors import halts as selector
from notifications.services.writing import Claimed

LEAST_REASON = 4
HALT = "sending.halt"


@transaction.atomic(durable=True)
def begin(*, provider: str, kind: str, branch: Branch | None, reason: str, by: Staff, now: datetime) -> SendingHalt:
    """Stop what a provider, a kind and a branch have in common (empty: all), at once, and alert staff.

    What is being handed over this second goes out; nothing after it. Raise NotAllowedError when the person may not,
    RefusedError without a reason or when there is no such provider or kind.
    """
    _check(by)
    _check_reason(reason)
    if provider and provider not in PROVIDER_CODES:
        raise RefusedError("no_such_provider", provider=provider)
    if kind and kind not in KINDS:
        raise RefusedError("no_such_kind")
    halt = SendingHalt.objects.create(
        provider=provider, kind=kind, branch=branch, reason=reason.strip()[:200], begun_by=by, begun_at=now
    )
    alerts.raise_alert(kind="sending_halted", detail=_detail(), now=now)
    return halt


@transaction.atomic(durable=True)
def end(*, halt_id: int, reason: str, by: Staff, now: datetime) -> SendingHalt:
    """Let go on what a halt has stopped; what is still of use is sent. ``reason`` says why that is right.

    Raise NotAllowedError when the person may not, RefusedError without a reason or when it has been ended already.
    """
    _check(by)
    _check_reason(reason)
    halt = SendingHalt.objects.select_for_update().filter(pk=halt_id, ended_at__isnull=True).first()
    if halt is None:
        raise RefusedError("halt_over")
    halt.ended_by, halt.ended_at, halt.end_reason = by, now, plain(reason)[:200]
    halt.save(update_fields=["ended_by", "ended_at", "end_reason"])
    if detail := _detail():
        alerts.raise_alert(kind="sending_halted", detail=detail, now=now)
    else:
        alerts.clear(kind="sending_halted", now=now)
    return halt


@transaction.atomic(durable=True)
def let_expire(*, now: datetime) -> int:
    """End what is stopped and no longer of use, which no claim looks at meanwhile; return how many.

    What lacked a text, or could not be judged, is refused for that, as a claim would do.
    """
    if not selector.in_force() and not SenderState.objects.filter(stopped=True).exists():
        return 0
    late = Message.objects.filter(state__in=WAITING, expires_at__lte=now)
    refused = late.filter(reason__in=BANKS_OWN).update(state=MessageState.REFUSED, ended_at=now)
    return refused + late.update(state=MessageState.CANCELLED, reason="expired", ended_at=now)


def stopped(*, claimed: Collection[Claimed]) -> set[int]:
    """Return which claimed messages a halt covers that began since. One query while there is none."""
    found = selector.in_force()
    if not found:
        return set()
    rows = Message.objects.filter(pk__in=[item.message_id for item in claimed])
    places = {pk: (kind, branch) for pk, kind, branch in rows.values_list("pk", "kind", "customer__branch_id")}
    return {
        item.message_id
        for item in claimed
        if selector.covers(
            found, provider=item.provider, kind=places[item.message_id][0], branch_id=places[item.message_id][1]
        )
    }


def _check_reason(reason: str) -> None:
    if len(plain(reason).strip()) < LEAST_REASON:
        raise RefusedError("reason_missing")


def _detail() -> dict[str, int]:
    halts = SendingHalt.objects.filter(ended_at__isnull=True).count()
    return {"halts": halts} if halts else {}


def _check(by: Staff) -> None:
    if not by.may(HALT):
        raise NotAllowedError("not_allowed", action=HALT)
