"""What each thing a reply says brings about, on a record the caller has locked."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext

from collections_app.domain.complaint_intake import Intake
from collections_app.domain.complaints import CONDUCT
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.holds import HoldKind
from collections_app.domain.promises import Part
from collections_app.models import Account, HandOff
from collections_app.services import claims, contact_points, handoffs, promises, records
from collections_app.services.complaints import intake
from collections_app.services.emergencies import red_button
from collections_app.services.errors import RefusedError
from collections_app.services.handing import holds_with
from notifications.domain import reply_details
from notifications.domain.replies import Intent, amount_fen, day_named
from notifications.services.replies import opting
from notifications.services.replies.received import Brought, Received

# The source and the cause of a complaint that came as a text and names no conduct.
_BY_REPLY, _SERVICE = "sms_reply", "service"


def act_within(received: Received) -> Brought:
    """Do what is certain; hand over the rest with its words, once. Return what came of it, as codes and ids.

    An act that the record refuses (a promise beyond the rules, an account nobody can name) becomes a hand-off too.
    """
    brought: Brought = []
    for_a_person = False
    for found in received.findings:
        act = _ACTS[found.intent] if found.certain else None
        if act is None or not (received.is_own or found.intent in _OF_ANYBODY):
            for_a_person = True
            continue
        try:
            with transaction.atomic():
                brought += act(received)
        except RefusedError as error:
            brought.append({"refused": error.code})
            for_a_person = True
    if for_a_person and not any("handoff" in item for item in brought):
        brought += _hand_over("other")(received)
    return brought


def _hand_over(kind: str, *, hold: str | None = None) -> "_Act":
    """Return an act that opens a hand-off with the words, or leaves it at the open one of the same kind."""

    def act(received: Received) -> Brought:
        open_one = HandOff.objects.filter(
            customer=received.customer, kind=kind, state__in=sorted(STILL_OPEN), from_department="customer"
        ).first()
        if open_one is not None and kind != "other":
            return [{"handoff": open_one.pk, "kind": kind, "joined": True}]
        handoff = handoffs.open_within(
            customer=received.customer, kind=kind, actor=records.CUSTOMER, now=received.now,
            account_id=received.account_id, text=received.reply.body.strip() or gettext("A reply without words"),
        )  # fmt: skip
        if hold is not None:
            holds_with.place_within(
                customer=received.customer, handoff=handoff, actor=records.CUSTOMER, now=received.now, kind=hold
            )
        return [{"handoff": handoff.pk, "kind": kind}]

    return act


def _help(received: Received) -> Brought:
    return opting.answer_help(received) or _hand_over("other")(received)


def _wrong_number(received: Received) -> Brought:
    """Close the number for everybody, and ask for a right one."""
    point = received.reply.contact_point
    if point is None:
        raise RefusedError("no_such_number")
    contact_points.judge_within(
        customer=received.customer, contact_point=point, quality="bad", actor=records.CUSTOMER, now=received.now
    )
    return [{"bad_number": point.pk}, *_hand_over("wrong_number")(received)]


def _will_pay(received: Received) -> Brought:
    """Take the promise when its day and amount are known: the amount that is named, else the one they were told."""
    today = received.now.astimezone(ZoneInfo(received.customer.time_zone)).date()
    day = day_named(received.reply.body, today=today)
    message = received.reply.message
    told = [item["fen"] for item in message.said] if message else []
    amount = amount_fen(received.reply.body) or (told[0] if len(told) == 1 else None)
    if day is None or amount is None or message is None or message.account_id is None:
        raise RefusedError("promise_not_clear")
    promise = promises.take_within(
        customer=received.customer, account_id=message.account_id, parts=[Part(day, amount)],
        actor=records.CUSTOMER, now=received.now,
    )  # fmt: skip
    return [{"promise": promise.pk}]


def _paid(received: Received) -> Brought:
    """Record that they say they have paid: hold and trace come with it, until it is found."""
    account_id, fen = received.account_id, _claimed_fen(received)
    if account_id is None or not fen:
        return _hand_over("payment_trace", hold=HoldKind.PAYMENT_PENDING)(received)
    today = received.now.astimezone(ZoneInfo(received.customer.time_zone)).date()
    try:
        claim = claims.record_within(
            customer=received.customer, account_id=account_id, amount_fen=fen,
            channel=reply_details.paid_by(received.reply.body),
            paid_on=reply_details.paid_on(received.reply.body, today=today), actor=records.CUSTOMER,
            now=received.now, remark=received.reply.body.strip(),
        )  # fmt: skip
    except RefusedError as error:
        if error.code != "claim_already_open":
            raise
        return [{"claim_already": account_id}]
    return [{"claim": claim.pk, "handoff": claim.handoff_id}]


def _claimed_fen(received: Received) -> int | None:
    """Return the amount that is named, else the one they were told of, else what is overdue; in fen."""
    message = received.reply.message
    told = [item["fen"] for item in message.said] if message else []
    account = Account.objects.filter(pk=received.account_id or 0).first()
    owed = (account.overdue_fen or account.minimum_due_fen or account.billed_fen) if account else None
    return amount_fen(received.reply.body) or (told[0] if told else None) or owed


def _complain(received: Received) -> Brought:
    """Take the complaint in as every other: with its clock, its hold and its receipt."""
    words = received.reply.body.strip()
    about = reply_details.conduct(words)
    complaint = intake.take_within(
        customer=received.customer, actor=records.CUSTOMER, now=received.now,
        given=Intake(
            source=_BY_REPLY, cause=CONDUCT if about else _SERVICE, sub_kind=about, level="ordinary", text=words,
            demand=gettext("Not said in the text; to be asked."), received_at=received.now,
            account_id=received.account_id, reference=received.reply.provider_id,
        ),
    )  # fmt: skip
    return [{"complaint": complaint.pk, "handoff": complaint.handoff_id}]


def _risk(received: Received) -> Brought:
    hold = red_button.press_within(
        customer=received.customer, others=received.others, danger="unclear", actor=records.CUSTOMER,
        now=received.now, text=received.reply.body, source=f"reply:{received.reply.pk}",
    )  # fmt: skip
    return [{"hold": hold.pk}]


def _nothing(received: Received) -> Brought:
    return []


_Act = Callable[[Received], Brought]
# What may be said from a number that is not the customer's own, and still counts.
_OF_ANYBODY = frozenset({Intent.STOP, Intent.WRONG_NUMBER, Intent.RISK_TO_LIFE, Intent.ACKNOWLEDGED})
_ACTS: dict[Intent, _Act] = {
    Intent.RISK_TO_LIFE: _risk,
    Intent.BEREAVEMENT: _hand_over("bereavement"),
    Intent.STOP: opting.stop,
    Intent.START: opting.start,
    Intent.HELP: _help,
    Intent.WRONG_NUMBER: _wrong_number,
    Intent.FRAUD: _hand_over("fraud_claim"),
    Intent.DISPUTE: _hand_over("dispute"),
    Intent.COMPLAINT: _complain,
    Intent.PAID: _paid,
    Intent.WILL_PAY: _will_pay,
    Intent.PLAN: _hand_over("plan_request"),
    Intent.HARDSHIP: _hand_over("hardship"),
    Intent.CALL_ME: _hand_over("other"),
    Intent.ACKNOWLEDGED: _nothing,
    Intent.UNCLEAR: _hand_over("other"),
}
