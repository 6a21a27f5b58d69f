"""Calls a telephone system tells of: kept once, whatever the order, and shown on their agent's screen."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from collections_app.domain import phones
from collections_app.domain.machines.calls import place
from collections_app.models import MachineClient, Staff, TelephoneCall, TelephoneEvent
from collections_app.models.tokens import contact_token
from collections_app.services import feed
from collections_app.services.errors import RefusedError


@transaction.atomic(durable=True)
def take(
    *,
    client: MachineClient,
    event: str,
    call_id: str,
    number: str,
    agent: str,
    direction: str,
    told_at: datetime,
    now: datetime,
) -> bool:
    """Keep one event of a call and wake the screens of its agent; return whether it was new.

    The same event of the same call at the same extension again changes nothing. They are put in order by the clock of
    the telephone system, those of one instant as they arrived: one that arrives behind a later one is kept and moves
    nothing back, nor does the end at an extension where the call is no longer move it. Raise RefusedError for an agent
    the client's branches do not have.
    """
    staff = _agent(client, agent)
    call = _locked(client, event, call_id, number, direction, staff, now)
    events = list(TelephoneEvent.objects.filter(call=call))
    if any((each.event, each.staff_id) == (event, staff.pk) for each in events):
        return False
    events.append(TelephoneEvent.objects.create(call=call, event=event, staff=staff, told_at=told_at, received_at=now))
    events.sort(key=lambda each: (each.told_at, each.pk))
    before = call.staff_id
    state, whose = place([(each.event, each.staff_id) for each in events])
    if (state, whose) != (call.state, before):
        call.state, call.staff_id, call.moved_at = state, whose, now
    if not call.number and number:
        call.number, call.number_token = _number(number, staff)
    call.save(update_fields=["state", "staff", "moved_at", "number", "number_token"])
    if before != call.staff_id:
        # It rings somewhere else now: the screen it was on forgets it.
        feed.wake_calls(staff_id=before, stamp="")
    feed.wake_calls(staff_id=call.staff_id, stamp=call.stamp)
    return True


def _locked(
    client: MachineClient, event: str, call_id: str, number: str, direction: str, staff: Staff, now: datetime
) -> TelephoneCall:
    """Return the row of the call, locked; the first of its events makes it, and of two at once the second waits."""
    plain, token = _number(number, staff)
    try:
        with transaction.atomic():
            return TelephoneCall.objects.create(
                client=client,
                call_id=call_id,
                number=plain,
                number_token=token,
                direction=direction,
                staff=staff,
                state=event,
                moved_at=now,
                began_at=now,
            )
    except IntegrityError:
        return TelephoneCall.objects.select_for_update(of=("self",)).get(client=client, call_id=call_id)


def _number(number: str, staff: Staff) -> tuple[str, str]:
    """Return a number as the record keeps them with its token; one that is withheld or none is kept as nothing."""
    country = staff.branch.country if staff.branch else "CN"
    found = phones.e164(number, country=country) if number else None
    return (found, contact_token(found, is_phone=True)) if found else ("", "")


def _agent(client: MachineClient, agent: str) -> Staff:
    """Return the one person an extension, employee number or user name belongs to, of the client's branches."""
    named = Q(extension=agent) | Q(employee_no=agent) | Q(username=agent)
    rows = Staff.objects.filter(named, is_active=True, branch__in=client.branches.all()).select_related("branch")
    found = list(rows[:2])
    if len(found) != 1:
        raise RefusedError("no_such_agent")
    return found[0]
