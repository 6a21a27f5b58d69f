"""Inviting the customer to a session, through the bank's one sender."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation

from collections_app.models import Customer
from mediation.domain.kinds import Kind
from mediation.domain.route import ROUTES
from mediation.models import Mediation, Session
from notifications.services import messages

KINDS = {Kind.MEDIATION: "mediation_invitation", Kind.NEGOTIATION: "negotiation_invitation"}


def send_within(*, customer: Customer, mediation: Mediation, session: Session, now: datetime) -> None:
    """Put the invitation in the sender's queue, on a record the caller has locked.

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
    messages.enqueue_within(
        customer=customer,
        kind=KINDS[Kind(mediation.kind)],
        account=mediation.account,
        about_on=starts.date(),
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
