"""What became of a letter: posted, delivered, returned; and what that means for its message, address and account."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import get_language, gettext

from collections_app.domain.typed import plain
from collections_app.models import Customer
from collections_app.selectors import records as scope
from collections_app.services import contact_points, derivation, handoffs, records
from collections_app.services.errors import RefusedError
from notifications.domain.kinds import KIND_TERMS
from notifications.domain.letters import (
    LETTER_STATES,
    QUALITY_AFTER,
    RETURNS,
    BatchState,
    LetterState,
    letter_no,
    may_follow,
)
from notifications.domain.lifecycle import TERMINAL_RANK, MessageState
from notifications.domain.outcomes import Report
from notifications.models import Letter, Message, PrintBatch
from notifications.services import demands, receipts
from notifications.services.acceptance import fail_within, keep_receipt, lock_with_customers

PRINT = "letter.print"
WORK = "wrong_number"
LONGEST_REFERENCE = 40

# What the program alone makes of a letter.
_BEFORE = frozenset({LetterState.QUEUED, LetterState.BATCHED})
# What the queue is told when a letter gets so far.
_REPORTS = {
    LetterState.POSTED: "sent",
    LetterState.DELIVERED: "delivered",
    LetterState.RETURNED: "undelivered",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one letter: how far it got, on which day, the post's name for it, and why it came back."""

    outcome: str
    on: date
    reference: str = ""
    why: str = ""


@transaction.atomic(durable=True)
def tell(*, letter_id: int, told: Told, actor: records.Actor, now: datetime) -> bool:
    """Write down what became of a letter, and return whether that was news.

    Raise RefusedError for a letter that is not there or not so far, a day that cannot be, and a return without its
    reason; NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=PRINT)
    customers, messages = lock_with_customers(message_ids=[letter_id], now=now)
    letter = Letter.objects.select_for_update(of=("self",)).filter(pk=letter_id).select_related("batch").first()
    if letter is None or not _sees(actor, letter.customer_id, now):
        raise RefusedError("no_such_letter")
    if told.outcome not in LETTER_STATES or told.outcome in _BEFORE:
        raise RefusedError("no_such_outcome")
    target = LetterState(told.outcome)
    if _is_known(letter, target, told):
        return False
    if not may_follow(letter.state, target):
        raise RefusedError("letter_not_so_far")
    customer, message = customers[letter.customer_id], messages[0]
    if target is LetterState.WITHDRAWN:
        letter.message = message
        # A file that was sealed and that nobody has is made anew, without it.
        PrintBatch.objects.filter(pk=letter.batch_id or 0, state=BatchState.MADE).update(stored_as="", sha256="")
        withdraw_within(customer=customer, letter=letter, why="not_posted", actor=actor, now=now)
        return True
    _check(letter, target, told, customer, now)
    _write(letter, target, told)
    _follow_within(customer, message, letter, told, actor, now)
    return True


def _sees(actor: records.Actor, customer_id: int, now: datetime) -> bool:
    return actor.staff is None or scope.scoped(actor.staff, now=now).filter(pk=customer_id).exists()


def _is_known(letter: Letter, target: LetterState, told: Told) -> bool:
    """Whether the same was said before: a file that is taken in again changes nothing."""
    if target is LetterState.POSTED and letter.posted_on == told.on:
        return letter.postal_reference == plain(told.reference)[:LONGEST_REFERENCE] or not told.reference
    return letter.state == target and letter.ended_on in {told.on, None} and letter.return_reason == told.why


def _check(letter: Letter, target: LetterState, told: Told, customer: Customer, now: datetime) -> None:
    zone = ZoneInfo(customer.time_zone)
    first = letter.posted_on or letter.made_at.astimezone(zone).date()
    if not first <= told.on <= now.astimezone(zone).date():
        raise RefusedError("letter_day_impossible")
    if target is LetterState.RETURNED and told.why not in RETURNS:
        raise RefusedError("no_such_return")
    if target is LetterState.POSTED and letter.batch is not None and letter.batch.state == BatchState.MADE:
        raise RefusedError("batch_not_handed_over")


def _write(letter: Letter, target: LetterState, told: Told) -> None:
    letter.state = target
    if target is LetterState.POSTED:
        letter.posted_on, letter.postal_reference = told.on, plain(told.reference)[:LONGEST_REFERENCE]
    else:
        letter.ended_on = told.on
    if target is LetterState.RETURNED:
        letter.return_reason = told.why
    letter.save(update_fields=["state", "posted_on", "postal_reference", "ended_on", "return_reason"])


def _follow_within(
    customer: Customer, message: Message, letter: Letter, told: Told, actor: records.Actor, now: datetime
) -> None:
    """Let the message, the address, the account and the history know; the record is locked."""
    state = LetterState(letter.state)
    if state is LetterState.POSTED and letter.batch is not None and letter.batch.state != BatchState.HANDED_OVER:
        # What was posted was printed: nobody has to decide any more.
        PrintBatch.objects.filter(pk=letter.batch.pk).update(state=BatchState.HANDED_OVER, handed_over_at=now)
    report = Report(message.provider_id, _REPORTS[state], told.why)
    receipts.apply_within(customer=customer, message=message, report=report, now=now, on=told.on)
    payload = {"message": message.pk, "kind": message.kind, "on": told.on.isoformat(), "sha256": letter.sha256}
    if state is LetterState.RETURNED:
        payload |= {"returned": told.why}
    records.append(
        customer=customer, kind=f"letter.{state.value}", actor=actor, now=now, account_id=message.account_id,
        payload=payload,
    )  # fmt: skip
    if state is LetterState.RETURNED:
        _returned_within(customer, message, letter, actor, now)


def _returned_within(customer: Customer, message: Message, letter: Letter, actor: records.Actor, now: datetime) -> None:
    """Judge the address, and ask service for a right one; a demand that came back has interrupted nothing."""
    quality = QUALITY_AFTER[letter.return_reason]
    point = message.contact_point
    if point is not None and quality and point.quality not in {quality, "bad"}:
        contact_points.judge_within(customer=customer, contact_point=point, quality=quality, actor=actor, now=now)
    language = get_language() or "zh-hans"
    words = [
        gettext("Letter %(number)s (%(kind)s) came back: %(why)s. Find out where the customer can be written to.")
        % {
            "number": letter_no(letter.pk),
            "kind": KIND_TERMS[message.kind].text(language),
            "why": RETURNS[letter.return_reason].text(language),
        }
    ]
    if demands.counts_as_demand(message):
        words.append(gettext("It did not arrive: it has not interrupted the limitation of the account."))
    letter.handoff = handoffs.open_within(
        customer=customer, kind=WORK, actor=actor, now=now, account_id=message.account_id, text=" ".join(words)
    )
    letter.save(update_fields=["handoff"])
    derivation.derive(customer=customer, now=now)


def withdraw_within(*, customer: Customer, letter: Letter, why: str, actor: records.Actor, now: datetime) -> None:
    """Take a letter out that was never posted, on a record the caller has locked: nobody was told anything by it."""
    letter.state, letter.reason = LetterState.WITHDRAWN, why
    letter.save(update_fields=["state", "reason"])
    message = letter.message
    message.report_rank = TERMINAL_RANK
    fail_within(customer=customer, message=message, state=MessageState.UNDELIVERED, reason=why, error_code="", now=now)
    keep_receipt(
        message=message, provider=message.provider, provider_id=message.provider_id, report="canceled", error_code="",
        applied=True, now=now,
    )  # fmt: skip
    records.append(
        customer=customer, kind="letter.withdrawn", actor=actor, now=now, account_id=letter.message.account_id,
        payload={"message": letter.pk, "kind": letter.message.kind, "reason": why},
    )  # fmt: skip


def post_batch(*, batch_id: int, on: date, actor: records.Actor, now: datetime) -> tuple[int, int]:
    """Note the posting of all letters of a batch that are not posted yet; return how many, and how many could not be.

    Each in its own transaction, so that nobody's record is locked for long; done again it goes on where it stopped.
    """
    waiting = Letter.objects.filter(batch_id=batch_id, state=LetterState.BATCHED)
    done = failed = 0
    for letter_id in list(waiting.order_by("customer_id", "pk").values_list("pk", flat=True)):
        try:
            done += tell(letter_id=letter_id, told=Told("posted", on), actor=actor, now=now)
        except RefusedError as error:
            if error.code in {"not_allowed", "letter_day_impossible", "batch_not_handed_over"}:
                raise
            failed += 1
    return done, failed
