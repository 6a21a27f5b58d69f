"""A message whose handset was not reached: once more on a later day, while the playbook holds it to be of use."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from collections_app.domain.purposes import Channel, Purpose
from collections_app.models import Account, Customer
from collections_app.services import contact_points, derivation, handoffs, records
from notifications.domain import playbook
from notifications.domain.kinds import KINDS
from notifications.domain.lifecycle import MessageState
from notifications.domain.outcomes import ErrorClass
from notifications.models import Message, ReminderRule

# What these say will pass. Of a code nobody has said the meaning of it is tried once.
_PASSING = frozenset({ErrorClass.UNREACHABLE, ErrorClass.TRANSIENT, ErrorClass.ONCE})
_SUSPECT = "suspect"
# Tries that reached nobody, after which a number is doubted.
_OFTEN = 2
_DOUBTED = frozenset({"verified", "likely", "unknown", "shared"})


def again_within(
    *, customer: Customer, message: Message, error_class: ErrorClass | None, now: datetime
) -> Message | None:
    """Plan an undelivered message of a locked record once more for a later day, and return it; None when it is left.

    Another message takes its place, with a permit, a last look and a text of its own: the one that did not arrive
    stays as it is, and counts. Where no later day is left, a handset that more than one try did not reach makes its
    number doubtful, and a code that says too little is left to a person, whatever the message was.
    """
    if error_class not in _PASSING:
        return None
    again = _again(customer, message, error_class, now)
    if again is None:
        _give_up(customer, message, error_class, now)
    return again


def _again(customer: Customer, message: Message, error_class: ErrorClass | None, now: datetime) -> Message | None:
    """Plan it for the next day, if it is a step of the playbook, of use then too, that was not tried too often."""
    if message.step is None or message.step_on is None or message.account is None:
        return None
    rules = _rules(customer, message.account, message)
    most = 1 if error_class is ErrorClass.ONCE else rules[0].again if rules else 0
    if not rules or _tries(message) > most:
        return None
    zone = ZoneInfo(customer.time_zone)
    day = playbook.again_on(
        offset=message.step,
        step_on=message.step_on,
        steps=[step for rule in rules for step in rule.days],
        use_days=KINDS[message.kind].valid_days,
        today=now.astimezone(zone).date(),
    )
    if day is None:
        return None
    due = datetime.combine(day, rules[0].at, tzinfo=zone)
    return _plan(message, due, now) if due < message.expires_at else None


def _rules(customer: Customer, account: Account, message: Message) -> Sequence[ReminderRule]:
    """Return the rules the account's branch follows for the kind, the one with the message's step first."""
    rows = ReminderRule.objects.filter(kind=message.kind, active=True, product__in=["", account.product])
    rows = rows.filter(stages=[]) | rows.filter(stages__contains=[account.stage])
    own = list(rows.filter(branch=customer.branch_id).order_by("pk"))
    followed = own or list(rows.filter(branch=None).order_by("pk"))
    stepping = [rule for rule in followed if message.step in rule.days]
    return [*stepping, *(rule for rule in followed if rule not in stepping)] if stepping else []


def _tries(message: Message) -> int:
    """Return how often this step of this thing has not arrived, this time included."""
    return Message.objects.filter(
        customer=message.customer_id, account=message.account_id, kind=message.kind, reference=message.reference,
        step=message.step, step_on=message.step_on, state=MessageState.UNDELIVERED,
    ).count()  # fmt: skip


def _plan(message: Message, due: datetime, now: datetime) -> Message | None:
    again = Message(
        customer_id=message.customer_id, account_id=message.account_id, kind=message.kind, purpose=message.purpose,
        about_on=message.about_on, reference=message.reference, subject_id=message.subject_id, payload=message.payload,
        step=message.step, step_on=message.step_on, round=message.round + 1, lane=message.lane,
        priority=message.priority, provider=message.provider, state=MessageState.PLANNED, planned_at=now, due_at=due,
        expires_at=message.expires_at, again_of=message,
    )  # fmt: skip
    # A report that comes twice plans nothing twice: one message follows another at most.
    Message.objects.bulk_create([again], ignore_conflicts=True)
    return Message.objects.filter(again_of=message).first()


def _give_up(customer: Customer, message: Message, error_class: ErrorClass | None, now: datetime) -> None:
    if error_class is ErrorClass.ONCE:
        _hand_over(customer, message, now)
        return
    point = message.contact_point
    # That a handset was off once says nothing of its number.
    if error_class is not ErrorClass.UNREACHABLE or point is None or message.step is None or _tries(message) < _OFTEN:
        return
    if point.quality in _DOUBTED:
        contact_points.judge_within(
            customer=customer, contact_point=point, quality=_SUSPECT, actor=records.SYSTEM, now=now
        )
        derivation.derive(customer=customer, now=now)


def _hand_over(customer: Customer, message: Message, now: datetime) -> None:
    """Leave it to a person: what a code nobody has said the meaning of stands for, and what to tell the customer.

    A code that lives for minutes is asked for anew, and what the app could not show goes on by the next channel.
    """
    if message.purpose == Purpose.OTP or message.channel == Channel.APP:
        return
    if message.again_of_id is None:
        text = gettext("A message did not arrive and is not sent again: the provider gave the unknown code %(code)s.")
    else:
        text = gettext("A message did not arrive: the provider gave the unknown code %(code)s twice.")
    handoffs.open_within(
        customer=customer, kind="other", actor=records.SYSTEM, now=now, account_id=message.account_id,
        text=text % {"code": message.error_code},
    )  # fmt: skip
