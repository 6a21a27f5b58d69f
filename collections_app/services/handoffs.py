"""Hand-offs: opening them for another department and moving them on."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from collections_app.domain.clocks.sources import said
from collections_app.domain.handoffs import (
    BY_RECEIVER,
    BY_SENDER,
    CALLBACK_WITHIN,
    COMPLAINTS,
    CONTEST_WITHIN,
    NEEDS_WORDS,
    OTHER,
    RECEIVERS,
    STILL_OPEN,
    TRANSITIONS,
    HandOffState,
)
from collections_app.domain.staff import Department
from collections_app.domain.typed import harmless
from collections_app.models import Account, Customer, HandOff
from collections_app.selectors import codes
from collections_app.services import cases, derivation, feed, note_words, records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.handing import clocks, holds_with, replies


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
    to: str = "",
) -> HandOff:
    """Open a hand-off to the department its kind belongs to, with everything its kind must carry.

    What fits no kind goes ``to`` the department named; nobody chooses another for the other kinds.

    ``carries`` gives words for codes of the list ``handoff_contents``; they stand before the text. Raise
    RefusedError("handoff_lacks") when one is missing.
    """
    if to and (kind != OTHER or to not in RECEIVERS):
        raise RefusedError("no_such_receiver")
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
        customer=customer, kind=kind, actor=actor, now=now, account_id=account_id, text=text, due_at=due_at, to=to
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
    to: str = "",
    party: str = "",
    said_at: datetime | None = None,
) -> HandOff:
    """Open a hand-off, with the hold its kind brings, on a record the caller has locked; the caller derives.

    What comes with a call, a claim or a customer's request goes out at once with what is known: it never waits for
    a paper. A callback is due at the hour agreed with the customer; the others within the bank's deadline. ``to`` is
    the department that takes it, where that is another than the kind's own. ``party`` is who asked for it in a call,
    and ``said_at`` when, where that was before ``now``.
    """
    rule = codes.seen().handoffs.get(kind)
    if rule is None or not rule.offered:
        raise RefusedError("no_such_handoff_kind", kind=kind)
    text = harmless(text)
    if rule.text_required and not text.strip():
        raise RefusedError("reason_missing")
    if due_at is not None and due_at <= now:
        raise RefusedError("callback_in_the_past")
    if due_at is not None and due_at > now + CALLBACK_WITHIN:
        raise RefusedError("callback_too_far", days=CALLBACK_WITHIN.days)
    handoff = HandOff(
        customer=customer,
        account_id=account_id,
        kind=kind,
        to_department=to or rule.to,
        from_department=actor.department,
        opened_by=actor.staff,
        opened_at=now,
        text=text.strip(),
    )
    clocks.begin(customer=customer, handoff=handoff, due_at=due_at, now=now)
    handoff.save()
    records.append(
        customer=customer,
        kind="handoff.opened",
        actor=actor,
        now=now,
        account_id=account_id,
        payload={
            "handoff": handoff.id,
            "kind": kind,
            "to": handoff.to_department,
            "due_at": handoff.due_at.isoformat(),
        }
        | said(party=party, at=said_at, now=now),
        text=text.strip(),
    )
    holds_with.place_within(customer=customer, handoff=handoff, actor=actor, now=now)
    feed.wake_inboxes()
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
    *,
    handoff_id: int,
    state: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    text: str = "",
    reply: str = "",
) -> HandOff:
    """Accept, begin, return, let wait for the customer, finish, contest or withdraw a hand-off.

    Returning, waiting and contesting need words. ``reply`` is what the customer who asked reads on their page; without
    it their request is neither done nor waits for them. Raise NotAllowedError when it is for the other side to say,
    RefusedError when the state cannot follow, or when it is a complaint's and ends with that.
    """
    customer_id = HandOff.objects.filter(id=handoff_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_handoff")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="handoff.move")
    records.check_may(actor=actor, action="handoff.move")
    handoff = HandOff.objects.get(id=handoff_id)
    new = HandOffState(state)
    _check_concerned(handoff, actor)
    check_moves(handoff=handoff, state=new, now=now)
    _check_side(handoff, new, actor)
    if new in NEEDS_WORDS and not text.strip():
        raise RefusedError("reason_missing")
    replies.say_within(customer=customer, handoff=handoff, state=new, text=reply, actor=actor, now=now)
    close_within(customer=customer, handoff=handoff, state=new, actor=actor, now=now, text=text)
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)
    return handoff


def sides_of(*, handoff: HandOff, department: str) -> set[str]:
    """Return on which sides of a hand-off a department stands: ``sender``, ``receiver``, both or none.

    What a customer or a machine sent has no department behind it: customer service stands for them.
    """
    sender = handoff.from_department
    if sender in {Department.CUSTOMER, Department.SYSTEM}:
        sender = Department.SERVICE
    found = {"receiver"} if department == handoff.to_department else set()
    return found | ({"sender"} if department == sender else set())


def may_follow(*, handoff: HandOff, department: str, staff_id: int | None, now: datetime) -> list[HandOffState]:
    """Return the states a hand-off may be moved to by somebody of a department, in their order."""
    sides = sides_of(handoff=handoff, department=department)
    found = []
    for state in HandOffState:
        wanted = {"receiver"} if state in BY_RECEIVER else {"sender"} if state in BY_SENDER else {"receiver", "sender"}
        try:
            check_moves(handoff=handoff, state=state, now=now)
        except RefusedError:
            continue
        if wanted & sides and not (state is HandOffState.CONTESTED and handoff.closed_by_id == staff_id):
            found.append(state)
    return found


def _check_concerned(handoff: HandOff, actor: records.Actor) -> None:
    if actor.staff is not None and not sides_of(handoff=handoff, department=actor.department):
        raise NotAllowedError("not_allowed", action="handoff.move")


def _check_side(handoff: HandOff, state: HandOffState, actor: records.Actor) -> None:
    if actor.staff is None:
        return
    sides = sides_of(handoff=handoff, department=actor.department)
    if (state in BY_RECEIVER and "receiver" not in sides) or (state in BY_SENDER and "sender" not in sides):
        raise NotAllowedError("not_allowed", action="handoff.move")
    if state is HandOffState.CONTESTED and handoff.closed_by_id == actor.staff.id:
        raise RefusedError("own_work_contested")


def check_moves(*, handoff: HandOff, state: HandOffState, now: datetime) -> None:
    """Raise RefusedError when a hand-off cannot enter a state now, whoever asks."""
    if state not in TRANSITIONS[HandOffState(handoff.state)]:
        raise RefusedError("handoff_cannot_move", state=handoff.state)
    if state is HandOffState.CONTESTED and handoff.closed_at and now - handoff.closed_at > CONTEST_WITHIN:
        raise RefusedError("handoff_contested_late", days=CONTEST_WITHIN.days)
    if handoff.kind in COMPLAINTS and state not in {HandOffState.ACCEPTED, HandOffState.IN_WORK}:
        raise RefusedError("handoff_ends_with_complaint")


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
    """Set a hand-off's state, with its clock and its hold, on a record the caller has locked; the caller derives.

    ``result`` is the code of what ended it, where no person says so in words.
    """
    before = HandOffState(handoff.state)
    handoff.state = state.value
    is_open = state in STILL_OPEN
    handoff.closed_at, handoff.closed_by = (None, None) if is_open else (now, actor.staff)
    if state in {HandOffState.ACCEPTED, HandOffState.IN_WORK} and handoff.accepted_at is None:
        handoff.accepted_at, handoff.accepted_by = now, actor.staff
    clocks.follow(customer=customer, handoff=handoff, before=before, now=now)
    handoff.save()
    records.append(
        customer=customer,
        kind="handoff.moved",
        actor=actor,
        now=now,
        account_id=handoff.account_id,
        payload={
            "handoff": handoff.id,
            "kind": handoff.kind,
            "state": state.value,
            "due_at": handoff.due_at.isoformat(),
        }
        | ({"result": result} if result else {}),
        text=text.strip(),
    )
    if not is_open:
        holds_with.release_within(customer=customer, handoff=handoff, actor=actor, now=now)
    elif state is HandOffState.CONTESTED:
        holds_with.place_within(customer=customer, handoff=handoff, actor=actor, now=now)
    feed.wake_inboxes()
