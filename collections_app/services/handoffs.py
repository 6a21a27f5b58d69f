"""Hand-offs: opening them for another department and moving them on."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from collections_app.domain.handoffs import STILL_OPEN, TRANSITIONS, HandOffState
from collections_app.domain.typed import harmless
from collections_app.models import Account, Customer, HandOff
from collections_app.selectors import codes
from collections_app.services import cases, derivation, note_words, records, working_time
from collections_app.services.errors import NotAllowedError, RefusedError


@transaction.atomic(durable=True)
def open_(
    *,
    customer_id: int,
    kind: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    account_id: int | None = None,
    text: str = "",
    carries: Mapping[str, str] | None = None,
    due_at: datetime | None = None,
) -> HandOff:
    """Open a hand-off to the department its kind belongs to, with everything its kind must carry.

    ``carries`` gives words for codes of the list ``handoff_contents``; they stand before the text. Raise
    RefusedError("handoff_lacks") when one is missing.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="handoff.open")
    records.check_may(actor=actor, action="handoff.open")
    if account_id is not None and not Account.objects.filter(id=account_id, customer=customer).exists():
        raise RefusedError("no_such_account")
    given = carries or {}
    for words in (text, *given.values()):
        note_words.check(text=words, kind=kind)
    check_carries(kind=kind, carries=given, text=text, has_hour=due_at is not None)
    text = _with_contents(given, text)
    handoff = open_within(
        customer=customer, kind=kind, actor=actor, now=now, account_id=account_id, text=text, due_at=due_at
    )
    derivation.derive(customer=customer, now=now)
    return handoff


def open_within(
    *,
    customer: Customer,
    kind: str,
    actor: records.Actor,
    now: datetime,
    account_id: int | None = None,
    text: str = "",
    due_at: datetime | None = None,
) -> HandOff:
    """Open a hand-off on a record the caller has locked; the caller derives afterwards.

    What comes with a call, a claim or a customer's request goes out at once with what is known: it never waits for
    a paper. A callback is due at the hour agreed with the customer; the others within the bank's deadline.
    """
    rule = codes.seen().handoffs.get(kind)
    if rule is None or not rule.offered:
        raise RefusedError("no_such_handoff_kind", kind=kind)
    text = harmless(text)
    if rule.text_required and not text.strip():
        raise RefusedError("reason_missing")
    if due_at is not None and due_at <= now:
        raise RefusedError("callback_in_the_past")
    handoff = HandOff.objects.create(
        customer=customer,
        account_id=account_id,
        kind=kind,
        to_department=rule.to,
        from_department=actor.department,
        opened_by=actor.staff,
        opened_at=now,
        due_at=due_at or working_time.handoff_due_at(customer=customer, kind=kind, minutes=rule.minutes, now=now),
        text=text.strip(),
    )
    records.append(
        customer=customer,
        kind="handoff.opened",
        actor=actor,
        now=now,
        account_id=account_id,
        payload={"handoff": handoff.id, "kind": kind, "to": rule.to, "due_at": handoff.due_at.isoformat()},
        text=text.strip(),
    )
    return handoff


def check_carries(*, kind: str, carries: Mapping[str, str], text: str, has_hour: bool) -> None:
    """Raise RefusedError when a kind of hand-off is unknown, or must carry something that is not given."""
    rule = codes.seen().handoffs.get(kind)
    if rule is None or not rule.offered:
        raise RefusedError("no_such_handoff_kind", kind=kind)
    if rule.text_required and not text.strip():
        raise RefusedError("reason_missing")
    unknown = [item for item in carries if item not in codes.seen().terms("handoff_contents")]
    if unknown:
        raise RefusedError("no_such_handoff_content", content=unknown[0])
    lacking = rule.lacks(carries=carries, text=text, has_hour=has_hour)
    if lacking:
        raise RefusedError("handoff_lacks", kind=kind, contents=lacking)


def _with_contents(carries: Mapping[str, str], text: str) -> str:
    """Return the text of a hand-off: a line for each thing it carries, then the words."""
    lines = [
        gettext("%(content)s: %(words)s") % {"content": codes.name_of("handoff_contents", item), "words": words.strip()}
        for item, words in carries.items()
        if words.strip()
    ]
    return "\n".join([*lines, text.strip()]).strip()


@transaction.atomic(durable=True)
def move(
    *, handoff_id: int, state: str, actor: records.Actor, seen_version: int | None, now: datetime, text: str = ""
) -> HandOff:
    """Accept, return, finish or withdraw a hand-off. Returning one needs a reason."""
    customer_id = HandOff.objects.filter(id=handoff_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_handoff")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="handoff.move")
    records.check_may(actor=actor, action="handoff.move")
    handoff = HandOff.objects.get(id=handoff_id)
    if actor.staff is not None and actor.department not in {handoff.to_department, handoff.from_department}:
        raise NotAllowedError("not_allowed", action="handoff.move")
    new = HandOffState(state)
    if new not in TRANSITIONS[HandOffState(handoff.state)]:
        raise RefusedError("handoff_cannot_move", state=handoff.state)
    if new == HandOffState.RETURNED and not text.strip():
        raise RefusedError("reason_missing")
    close_within(customer=customer, handoff=handoff, state=new, actor=actor, now=now, text=text)
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)
    return handoff


def close_within(
    *,
    customer: Customer,
    handoff: HandOff,
    state: HandOffState,
    actor: records.Actor,
    now: datetime,
    text: str = "",
    result: str = "",
) -> None:
    """Set a hand-off's state on a record the caller has locked; the caller derives afterwards.

    ``result`` is the code of what ended it, where no person says so in words.
    """
    handoff.state = state.value
    if state not in STILL_OPEN:
        handoff.closed_at = now
        handoff.closed_by = actor.staff
    handoff.save(update_fields=["state", "closed_at", "closed_by"])
    records.append(
        customer=customer,
        kind="handoff.moved",
        actor=actor,
        now=now,
        account_id=handoff.account_id,
        payload={"handoff": handoff.id, "kind": handoff.kind, "state": state.value}
        | ({"result": result} if result else {}),
        text=text.strip(),
    )
