"""Inviting the customer to a session, through the bank's one sender."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import translation

from collections_app.models import Customer
from mediation.domain.kinds import Kind
from mediation.domain.route import ROUTES
from mediation.models import Mediation, Session, SlotOffer
from notifications.services import messages

KINDS = {Kind.MEDIATION: "mediation_invitation", Kind.NEGOTIATION: "negotiation_invitation"}
# Who has been invited already reads of another date that it is one.
MOVED = {Kind.MEDIATION: "mediation_changed", Kind.NEGOTIATION: "negotiation_changed"}
REMINDERS = {Kind.MEDIATION: "mediation_reminder", Kind.NEGOTIATION: "negotiation_reminder"}
CALLED_OFF = {Kind.MEDIATION: "mediation_cancelled", Kind.NEGOTIATION: "negotiation_cancelled"}
TO_PICK = {Kind.MEDIATION: "mediation_dates", Kind.NEGOTIATION: "negotiation_dates"}
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
    payload = _payload(customer, session)
    kind = Kind(mediation.kind)
    invited = any(
        messages.gone_out(customer=customer, reference=f"mediation:{mediation.id}:{earlier}")
        for earlier in mediation.sessions.exclude(id=session.id).values_list("id", flat=True)
    )
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


def _payload(customer: Customer, session: Session) -> dict[str, str]:
    starts = session.starts_at.astimezone(ZoneInfo(customer.time_zone))
    with translation.override(customer.language):
        means = ROUTES[session.mode].text(customer.language)
        payload = {"meeting": f"{starts:%Y-%m-%d %H:%M} {means}"}
        if session.mediator is not None:
            payload["org"] = session.mediator.organisation.name
    return payload


def offer_within(*, customer: Customer, mediation: Mediation, offers: Sequence[SlotOffer], now: datetime) -> None:
    """Tell the customer of a locked record by the link that there are hours to pick from, and until when."""
    until = offers[0].expires_at.astimezone(ZoneInfo(customer.time_zone))
    payload = {"until": f"{until:%Y-%m-%d %H:%M}"}
    mediator = offers[0].mediator
    if mediator is not None:
        with translation.override(customer.language):
            payload["org"] = mediator.organisation.name
    messages.enqueue_within(
        customer=customer,
        kind=TO_PICK[Kind(mediation.kind)],
        account=mediation.account,
        about_on=until.date(),
        expires_at=offers[0].expires_at,
        reference=f"mediation:{mediation.id}:dates{offers[0].id}",
        payload=payload,
        now=now,
    )


def call_off_within(*, customer: Customer, mediation: Mediation, session: Session, now: datetime) -> None:
    """Tell a customer who was invited that a session will not be held and no other date follows; the record is locked.

    Whoever has not read of the session, or whose hour has begun, is told nothing.
    """
    told = messages.gone_out(customer=customer, reference=f"mediation:{mediation.id}:{session.id}")
    if not told or session.starts_at <= now:
        return
    messages.enqueue_within(
        customer=customer,
        kind=CALLED_OFF[Kind(mediation.kind)],
        account=mediation.account,
        about_on=session.starts_at.astimezone(ZoneInfo(customer.time_zone)).date(),
        expires_at=session.starts_at,
        reference=f"mediation:{mediation.id}:{session.id}:off",
        payload=_payload(customer, session),
        now=now,
    )


def call_back_within(*, customer: Customer, mediation: Mediation, now: datetime) -> None:
    """Take back invitations of these talks that have not gone out yet. What has gone out stays told."""
    messages.cancel_within(
        customer=customer, reference=f"mediation:{mediation.id}", reason="session_cancelled", now=now
    )
