"""Inviting the customer to a session, through the bank's one sender."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import translation

from collections_app.models import Customer
from mediation.domain.kinds import Kind
from mediation.domain.route import ROUTES
from mediation.models import Mediation, Session
from notifications.services import messages

KINDS = {Kind.MEDIATION: "mediation_invitation", Kind.NEGOTIATION: "negotiation_invitation"}
# Who has been invited already reads of another date that it is one.
MOVED = {Kind.MEDIATION: "mediation_changed", Kind.NEGOTIATION: "negotiation_changed"}
REMINDERS = {Kind.MEDIATION: "mediation_reminder", Kind.NEGOTIATION: "negotiation_reminder"}
REMIND_BEFORE = timedelta(hours=24)
# A session so soon is announced, and not brought to mind a second time.
_SOON = timedelta(hours=36)


def send_within(*, customer: Customer, mediation: Mediation, session: Session, now: datetime) -> None:
    """Put the invitation, or the word of another date, and the reminder in the sender's queue, on a locked record.

    The sender asks for the permit and renders the text when it goes out; here is only what no other floor
    knows: the hour, the means and the organisation, in the customer's language.
    """
    zone = ZoneInfo(customer.time_zone)
    starts = session.starts_at.astimezone(zone)
    with translation.override(customer.language):
        means = ROUTES[session.mode].text(customer.language)
        payload = {"meeting": f"{starts:%Y-%m-%d %H:%M} {means}"}
        if session.mediator is not None:
            payload["org"] = session.mediator.organisation.name
    kind = Kind(mediation.kind)
    invited = messages.gone_out(customer=customer, reference=f"mediation:{mediation.id}")
    planned = [((MOVED if invited else KINDS)[kind], now)]
    if session.starts_at - now > _SOON:
        planned.append((REMINDERS[kind], session.starts_at - REMIND_BEFORE))
    for code, due_at in planned:
        messages.enqueue_within(
            customer=customer,
            kind=code,
            account=mediation.account,
            about_on=starts.date(),
            due_at=due_at,
            expires_at=session.starts_at,
            # A second date on the same day is another invitation.
            reference=f"mediation:{mediation.id}:{session.id}",
            payload=payload,
            now=now,
        )


def call_back_within(*, customer: Customer, mediation: Mediation, now: datetime) -> None:
    """Take back invitations of these talks that have not gone out yet. What has gone out stays told."""
    messages.cancel_within(
        customer=customer, reference=f"mediation:{mediation.id}", reason="session_cancelled", now=now
    )
