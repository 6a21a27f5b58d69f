"""What becomes of a complaint: the inquiry, the written answer, the review, and its end."""

from datetime import datetime, timedelta

from django.db import transaction

from collections_app.domain.complaints import (
    ANSWER_DAYS,
    EXTENDED,
    FINDINGS,
    FINISHED,
    MOVES,
    REVIEW_ASK_DAYS,
    UNANSWERED,
    ComplaintState,
    ComplaintStep,
    due_at,
)
from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.typed import plain
from collections_app.models import Complaint, Customer, HandOff
from collections_app.services import cases, derivation, handoffs, records
from collections_app.services.complaints import documents
from collections_app.services.errors import RefusedError
from collections_app.services.handing import clocks

_LETTERS = {ComplaintStep.ANSWER: "answer", ComplaintStep.ANSWER_REVIEW: "review", ComplaintStep.REFUSE: "refusal"}
_JUDGES = frozenset({ComplaintStep.ANSWER, ComplaintStep.ANSWER_REVIEW})


@transaction.atomic(durable=True)
def move(
    *,
    complaint_id: int,
    step: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    text: str = "",
    finding: str = "",
    way: str = "",
) -> Complaint:
    """Take one step with a complaint; what is written goes to the complainant as a letter, kept word for word.

    ``way`` says how the letter goes, or nothing while it waits to be handed over. The first answer ends the hold that
    the complaint brought. Raise RefusedError when the step cannot follow, or lacks words, a finding or its permit.
    """
    customer, complaint = locked(complaint_id=complaint_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="complaint.handle")
    records.check_may(actor=actor, action="complaint.handle")
    if step not in set(ComplaintStep):
        raise RefusedError("no_such_step")
    wanted = ComplaintStep(step)
    _check(complaint, wanted, text, finding, now)
    complaint.state = MOVES[wanted].to.value
    if wanted in _JUDGES:
        complaint.finding = finding
    _follow(customer, complaint, wanted, actor, now)
    if complaint.state in FINISHED:
        complaint.closed_at = now
    complaint.save()
    records.append(
        customer=customer,
        kind="complaint.moved",
        actor=actor,
        now=now,
        account_id=complaint.account_id,
        payload={"complaint": complaint.pk, "state": complaint.state, "step": step, "finding": finding},
        text=text.strip(),
    )
    if wanted in _LETTERS:
        letter = documents.write_within(
            customer=customer, complaint=complaint, kind=_LETTERS[wanted], text=text, actor=actor, now=now
        )
        if way:
            documents.deliver_within(customer=customer, document=letter, way=way, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)
    return complaint


def locked(*, complaint_id: int, now: datetime) -> tuple[Customer, Complaint]:
    """Lock the record of a complaint and return both. Raise RefusedError when there is none."""
    row = Complaint.objects.filter(id=complaint_id).values_list("customer_id", flat=True).first()
    if row is None:
        raise RefusedError("no_such_complaint")
    customer = records.lock(customer_id=row, now=now)
    return customer, Complaint.objects.select_related("handoff", "review_handoff").get(id=complaint_id)


def possible(*, complaint: Complaint, now: datetime) -> list[ComplaintStep]:
    """Return the steps that may follow now, in their order."""
    return [step for step in ComplaintStep if complaint.state in MOVES[step].sources and _in_time(complaint, step, now)]


def _in_time(complaint: Complaint, step: ComplaintStep, now: datetime) -> bool:
    if step is not ComplaintStep.ASK_REVIEW or complaint.answered_at is None:
        return True
    return now - complaint.answered_at <= timedelta(days=REVIEW_ASK_DAYS)


def _check(complaint: Complaint, step: ComplaintStep, text: str, finding: str, now: datetime) -> None:
    if complaint.state not in MOVES[step].sources:
        raise RefusedError("complaint_cannot_move")
    if not _in_time(complaint, step, now):
        raise RefusedError("review_asked_late", days=REVIEW_ASK_DAYS)
    if step is not ComplaintStep.INVESTIGATE and not plain(text):
        raise RefusedError("reason_missing")
    if (step in _JUDGES) != (finding in FINDINGS):
        raise RefusedError("finding_missing")


def _follow(customer: Customer, complaint: Complaint, step: ComplaintStep, actor: records.Actor, now: datetime) -> None:
    """Move the work behind the complaint with it; ending that work ends its hold."""
    if step is ComplaintStep.INVESTIGATE:
        _work(customer, complaint.handoff, HandOffState.IN_WORK, actor, now)
    elif step is ComplaintStep.ANSWER:
        complaint.answered_at = now
        _work(customer, complaint.handoff, HandOffState.DONE, actor, now)
    elif step is ComplaintStep.ASK_REVIEW:
        complaint.review_asked_at = now
        complaint.review_handoff = handoffs.open_within(
            customer=customer,
            kind="complaint_review",
            actor=actor,
            now=now,
            account_id=complaint.account_id,
            text=f"{complaint.pk}",
        )
        complaint.due_at = complaint.review_handoff.due_at
    elif step is ComplaintStep.ANSWER_REVIEW:
        complaint.review_answered_at = now
        _work(customer, complaint.review_handoff, HandOffState.DONE, actor, now)
    elif step is ComplaintStep.MEDIATE:
        handoffs.open_within(
            customer=customer, kind="mediation_request", actor=actor, now=now, account_id=complaint.account_id
        )
    elif step in {ComplaintStep.WITHDRAW, ComplaintStep.REFUSE}:
        _work(customer, complaint.handoff, HandOffState.WITHDRAWN, actor, now)
        _work(customer, complaint.review_handoff, HandOffState.WITHDRAWN, actor, now)


def _work(
    customer: Customer, handoff: HandOff | None, state: HandOffState, actor: records.Actor, now: datetime
) -> None:
    if handoff is not None and handoff.state in STILL_OPEN and handoff.state != state:
        handoffs.close_within(customer=customer, handoff=handoff, state=state, actor=actor, now=now)


def check_extendable(*, complaint: Complaint, extension: int) -> None:
    """Raise RefusedError when a complaint has been answered, or that extension is not its next one."""
    if complaint.state not in UNANSWERED:
        raise RefusedError("complaint_cannot_move")
    if extension != complaint.extensions + 1 or extension >= len(ANSWER_DAYS):
        raise RefusedError("complaint_extended_already")


def extend_within(
    *, customer: Customer, complaint: Complaint, extension: int, notice: str, actor: records.Actor, now: datetime
) -> bool:
    """Give a complaint more time, and write it to the complainant; return whether the notice has left the bank.

    The caller has locked the record and derives. The new term is counted from the receipt, like the first.
    """
    check_extendable(complaint=complaint, extension=extension)
    complaint.extensions = extension
    complaint.state = EXTENDED[extension - 1].value
    complaint.due_at = due_at(received_at=complaint.received_at, extensions=extension)
    complaint.save(update_fields=["extensions", "state", "due_at"])
    clocks.due_by(
        customer=customer, handoff=complaint.handoff, start=complaint.received_at, due_at=complaint.due_at, now=now
    )
    records.append(
        customer=customer,
        kind="complaint.extended",
        actor=actor,
        now=now,
        account_id=complaint.account_id,
        payload={
            "complaint": complaint.pk,
            "state": ComplaintState(complaint.state).value,
            "due_at": complaint.due_at.isoformat(),
        },
        text=notice,
    )
    letter = documents.write_within(
        customer=customer, complaint=complaint, kind="extension", text=notice, actor=actor, now=now
    )
    return documents.deliver_if_possible_within(customer=customer, document=letter, actor=actor, now=now)
