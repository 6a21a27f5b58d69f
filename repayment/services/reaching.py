"""How a customer wants to be reached, and through whom: a call at an hour, a number that is wrong, a representative."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from collections_app.domain.complaint_intake import Representative
from collections_app.models import ContactPoint, HandOff, PowerOfAttorney
from collections_app.services import contact_points, derivation, handoffs, records, working_time
from collections_app.services.complaints import powers
from collections_app.services.errors import RefusedError
from repayment.services.requests import check_new_within

# A call can be asked for on so many working days, today included.
CALL_DAYS = 5


@transaction.atomic(durable=True)
def ask_for_call(*, customer_id: int, number: str, at: datetime, text: str, now: datetime) -> HandOff:
    """Ask for a call at an hour; before it nobody else calls. ``number`` is as the customer reads it, masked.

    Raise RefusedError("request_already_open") while another call is agreed, "no_such_hour" for an hour at which the
    branch does not work.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    check_new_within(customer=customer, kind="callback", account_id=None, text=text)
    if at not in working_time.hours_to_call(customer=customer, days=CALL_DAYS, now=now):
        raise RefusedError("no_such_hour")
    said = "\n".join(filter(None, [_("Number to call: %(number)s") % {"number": number}, text.strip()]))
    handoff = handoffs.open_within(
        customer=customer, kind="callback", actor=records.CUSTOMER, now=now, text=said, due_at=at
    )
    derivation.derive(customer=customer, now=now)
    return handoff


@transaction.atomic(durable=True)
def disown_number(*, customer_id: int, contact_point_id: int | None, text: str, now: datetime) -> HandOff:
    """Record that a number on file is not the customer's: nobody uses it from now on, and the data are checked.

    Without a number only the check is opened. Raise RefusedError("no_such_number") for one of somebody else.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    if contact_point_id is not None:
        own = ContactPoint.objects.filter(id=contact_point_id, customer=customer, relation="self").first()
        if own is None:
            raise RefusedError("no_such_number")
        contact_points.judge_within(
            customer=customer, contact_point=own, quality="not_his", actor=records.CUSTOMER, now=now
        )
    else:
        check_new_within(customer=customer, kind="wrong_number", account_id=None, text=text)
    handoff = handoffs.open_within(
        customer=customer, kind="wrong_number", actor=records.CUSTOMER, now=now, text=text.strip()
    )
    derivation.derive(customer=customer, now=now)
    return handoff


@transaction.atomic(durable=True)
def name_representative(
    *,
    customer_id: int,
    name: str,
    scope: str,
    valid_until: date | None,
    files: Sequence[File[bytes]],
    now: datetime,
) -> PowerOfAttorney:
    """Record who shall speak for the customer, with their document; legal checks it, and then it holds.

    Raise RefusedError("request_already_open") while another is being checked.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    check_new_within(customer=customer, kind="representative", account_id=None, text="")
    power = powers.record_within(
        customer=customer,
        complaint=None,
        given=Representative(name=name, scope=scope, valid_until=valid_until),
        handed_in=files,
        actor=records.CUSTOMER,
        now=now,
    )
    derivation.derive(customer=customer, now=now)
    return power
